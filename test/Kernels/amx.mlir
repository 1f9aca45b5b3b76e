// RUN: ufront-opt %s --ufront-vectorize-kernels --canonicalize --cse \
// RUN:   --split-input-file | FileCheck %s

// 33 rows are tiles of 22 and 11, in blocks of 11 (0xb): the registers 0 to 3
// have sums, 4 and 5 rows of 16 groups, 6 and 7 groups of 16 columns (0x10).
// What follows the sums is done row by row, on vectors.

// CHECK: module attributes {{{.*}}ufront.uses_amx
// CHECK-LABEL: func private @halves
// CHECK-DAG: %[[ROWS:.*]] = arith.constant 1157437246292036363 : i64
// CHECK: scf.forall
// CHECK: memref.store %[[ROWS]]
// CHECK: llvm.call_intrinsic "llvm.x86.ldtilecfg"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK: scf.for %{{.*}} = %c0 to %c48 step %c16
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tileloadd64"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"
// CHECK: scf.for %{{.*}} = %c0 to %c22
// CHECK: vector.store %{{.*}} : {{.*}}, vector<16xf32>
// CHECK: scf.for %{{.*}} = %c0 to %c11
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
// CHECK-NOT: linalg
// CHECK: return
#rows = affine_map<(m, n, k) -> (m, k)>
#panels = affine_map<(m, n, k) -> (n floordiv 32, k floordiv 2, n mod 32, k mod 2)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {bf16_dot = 1 : i64, amx_bf16 = 1 : i64}} {
func.func private @halves(%a: memref<33x96xbf16>, %b: memref<3x48x32x2xbf16>, %out: memref<33x96xf32>) attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<33x96xf32>)
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<33x96xbf16>, memref<3x48x32x2xbf16>) outs(%out : memref<33x96xf32>) {
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

// -----

// Rows are signed bytes, columns unsigned ones: both as the instruction has it.
// 40 groups are taken by tens, as all of a kernel's tiles have the same shape.

// CHECK-LABEL: func private @bytes
// CHECK: scf.for %{{.*}} = %c0 to %c40 step %c10
// CHECK: llvm.call_intrinsic "llvm.x86.tdpbsud"
#rows = affine_map<(m, n, k) -> (m, k)>
#panels = affine_map<(m, n, k) -> (n floordiv 16, k floordiv 4, n mod 16, k mod 4)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {vnni = 1 : i64, amx_int8 = 1 : i64}} {
func.func private @bytes(%a: memref<16x160xi8>, %b: memref<1x40x16x4xi8>, %out: memref<16x16xi32>) attributes {ufront.kernel} {
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%out : memref<16x16xi32>)
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<16x160xi8>, memref<1x40x16x4xi8>) outs(%out : memref<16x16xi32>) {
  ^bb0(%x: i8, %y: i8, %sum: i32):
    %1 = arith.extsi %x : i8 to i32
    %2 = arith.extui %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %sum, %3 : i32
    linalg.yield %4 : i32
  }
  return
}
}

// -----

// 6 rows would leave most of a tile without work.

// CHECK-LABEL: func private @few
// CHECK-NOT: tileloadd
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"
#rows = affine_map<(m, n, k) -> (m, k)>
#panels = affine_map<(m, n, k) -> (n floordiv 32, k floordiv 2, n mod 32, k mod 2)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {bf16_dot = 1 : i64, amx_bf16 = 1 : i64}} {
func.func private @few(%a: memref<6x96xbf16>, %b: memref<3x48x32x2xbf16>, %out: memref<6x96xf32>) attributes {ufront.kernel} {
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<6x96xbf16>, memref<3x48x32x2xbf16>) outs(%out : memref<6x96xf32>) {
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
