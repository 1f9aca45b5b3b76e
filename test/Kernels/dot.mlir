// RUN: ufront-opt %s --ufront-vectorize-kernels --canonicalize --cse \
// RUN:   --split-input-file | FileCheck %s

// Four unsigned bytes of a row at once meet four signed ones of 16 columns. Of
// 10 bytes in a row the last two are read one by one, followed by zeros. The
// sums stay in registers: what is stored are bytes.

// CHECK-LABEL: func private @bytes
// CHECK-NOT: memref.alloc
// CHECK: scf.for %{{.*}} = %{{.*}} to %c2
// CHECK: vector.load %{{.*}} : {{.*}}, vector<4xi8>
// CHECK: %[[ROW:.*]] = vector.bitcast %{{.*}} : vector<16xi32> to vector<64xi8>
// CHECK: %[[COLUMNS:.*]] = vector.load %{{.*}} : {{.*}}, vector<64xi8>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%{{.*}}, %[[ROW]], %[[COLUMNS]])
// CHECK: scf.yield
// CHECK-COUNT-2: memref.load %{{.*}} : memref<{{.*}}xi8
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: arith.trunci %{{.*}} : vector<16xi32> to vector<16xi8>
// CHECK: vector.store %{{.*}} : {{.*}}, vector<16xi8>
// CHECK-NOT: linalg
// CHECK: return
#rows = affine_map<(m, n, k) -> (m, k)>
#panels = affine_map<(m, n, k) -> (n floordiv 32, k floordiv 4, n mod 32, k mod 4)>
#sums = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(m, n) -> (m, n)>
module attributes {ufront.target = {vnni = 1 : i64}} {
func.func private @bytes(%a: memref<28x10xi8>, %b: memref<2x3x32x4xi8>, %out: memref<28x64xi8>) attributes {ufront.kernel} {
  %zero = arith.constant 0 : i32
  %t = memref.alloc() : memref<28x64xi32>
  linalg.fill ins(%zero : i32) outs(%t : memref<28x64xi32>)
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<28x10xi8>, memref<2x3x32x4xi8>) outs(%t : memref<28x64xi32>) {
  ^bb0(%x: i8, %y: i8, %sum: i32):
    %1 = arith.extui %x : i8 to i32
    %2 = arith.extsi %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %sum, %3 : i32
    linalg.yield %4 : i32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
    ins(%t : memref<28x64xi32>) outs(%out : memref<28x64xi8>) {
  ^bb0(%x: i32, %y: i8):
    %1 = arith.trunci %x : i32 to i8
    linalg.yield %1 : i8
  }
  return
}
}

// -----

// Two signed factors: rows are raised by 128, which the columns' sums take back.

// CHECK-LABEL: func private @signed
// CHECK: arith.xori %{{.*}} : vector<64xi8>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK: scf.yield
// CHECK: arith.subi %{{.*}} : vector<16xi32>
// CHECK: vector.store
#rows = affine_map<(m, n, k) -> (m, k)>
#panels = affine_map<(m, n, k) -> (n floordiv 32, k floordiv 4, n mod 32, k mod 4)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {vnni = 1 : i64}} {
func.func private @signed(%a: memref<28x16xi8>, %b: memref<2x4x32x4xi8>, %out: memref<28x64xi32>) attributes {ufront.kernel} {
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<28x16xi8>, memref<2x4x32x4xi8>) outs(%out : memref<28x64xi32>) {
  ^bb0(%x: i8, %y: i8, %sum: i32):
    %1 = arith.extsi %x : i8 to i32
    %2 = arith.extsi %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %sum, %3 : i32
    linalg.yield %4 : i32
  }
  return
}
}

// -----

// Pairs of bf16 on vectors of 256 bits. A window's columns and channels are one
// loop.

// CHECK-LABEL: func private @pairs
// CHECK: scf.for %{{.*}} = %c0 to %c3
// CHECK: scf.for %{{.*}} = %c0 to %c24
// CHECK-NOT: scf.for
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.256"
// CHECK: return
#window = affine_map<(y, x, o, i, j, c) -> (y + i, x + j, c)>
#panels = affine_map<(y, x, o, i, j, c) -> (o floordiv 16, i, j, c floordiv 2, o mod 16, c mod 2)>
#pixels = affine_map<(y, x, o, i, j, c) -> (y, x, o)>
module attributes {ufront.target = {vector_bits = 256 : i64, registers = 16 : i64, bf16_dot = 1 : i64}} {
func.func private @pairs(%a: memref<8x8x16xbf16>, %b: memref<2x3x3x8x16x2xbf16>, %out: memref<6x6x32xf32>) attributes {ufront.kernel} {
  linalg.generic {indexing_maps = [#window, #panels, #pixels], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
    ins(%a, %b : memref<8x8x16xbf16>, memref<2x3x3x8x16x2xbf16>) outs(%out : memref<6x6x32xf32>) {
  ^bb0(%x: bf16, %y: bf16, %sum: f32):
    %1 = arith.extf %x : bf16 to f32
    %2 = arith.extf %y : bf16 to f32
    %3 = arith.mulf %1, %2 : f32
    %4 = arith.addf %sum, %3 : f32
    linalg.yield %4 : f32
  }
  return
}
}
