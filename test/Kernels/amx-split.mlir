// RUN: ufront-opt %s --ufront-vectorize-kernels --canonicalize --cse \
// RUN:   --split-input-file | FileCheck %s

// The columns of a task are split once: 3 steps of 32 terms, in 2 blocks of 3
// planes of 16 rows are 288 rows of 16 pairs. Rows are split in two buffers in
// turns, one for the step that is multiplied: 2 steps, 2 blocks, 3 planes.

// CHECK: module attributes {{{.*}}ufront.uses_amx
// CHECK-LABEL: func private @three
// CHECK: scf.forall
// CHECK: llvm.call_intrinsic "llvm.x86.ldtilecfg"
// CHECK: %[[COLUMNS:.*]] = memref.alloc() {{.*}} : memref<288x16xi32>
// CHECK: scf.for %{{.*}} = %c0 to %c3 step
// CHECK: scf.for %{{.*}} = %c0 to %c16 step
// CHECK-COUNT-6: vector.store {{.*}}, %[[COLUMNS]]
// CHECK: %[[ROWS:.*]] = memref.alloc() {{.*}} : memref<192x16xi32>
// CHECK-COUNT-6: vector.store {{.*}}, %[[ROWS]]
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK: scf.for %{{.*}} = %c0 to %c3 step
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tileloadd64"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK: vector.store {{.*}}, %[[ROWS]]
// CHECK-COUNT-20: llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"

// A tile whose sums are not finite is computed again as it is.

// CHECK: %[[SUM:.*]] = vector.reduction <add>
// CHECK: %[[FINITE:.*]] = arith.cmpf oeq, %[[SUM]]
// CHECK: scf.if %[[FINITE]] {
// CHECK-NOT: arith.mulf
// CHECK: } else {
// CHECK: arith.mulf
// CHECK: llvm.call_intrinsic "llvm.x86.tilerelease"
#rows = affine_map<(m, n, k) -> (m, k)>
#panels = affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {amx_bf16 = 1 : i64, f32_terms = 3 : i64}} {
func.func private @three(%a: memref<33x96xf32>, %b: memref<3x96x32xf32>, %out: memref<33x96xf32>) attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<33x96xf32>)
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<33x96xf32>, memref<3x96x32xf32>) outs(%out : memref<33x96xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %1 = arith.mulf %x, %y : f32
    %2 = arith.addf %sum, %1 : f32
    linalg.yield %2 : f32
  }
  return
}
}

// -----

// Two terms have three products. 1200 terms are cut into sums of 384, which are
// 12 steps of the 37 or, by eights, 24 of 75.

// CHECK-LABEL: func private @two
// CHECK: scf.for %{{.*}} = %c0 to %c75 step %c24
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK: scf.for
// CHECK-COUNT-12: llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK-NOT: llvm.call_intrinsic "llvm.x86.tdpbf16ps"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"
// CHECK: arith.addf
#rows = affine_map<(m, n, k) -> (m, k)>
#panels = affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {amx_bf16 = 1 : i64, f32_terms = 2 : i64}} {
func.func private @two(%a: memref<64x1200xf32>, %b: memref<2x1200x32xf32>, %out: memref<64x64xf32>) attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<64x64xf32>)
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<64x1200xf32>, memref<2x1200x32xf32>) outs(%out : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %1 = arith.mulf %x, %y : f32
    %2 = arith.addf %sum, %1 : f32
    linalg.yield %2 : f32
  }
  return
}
}

// -----

// Too few rows, or terms that come in no steps, are multiplied as they are.

// CHECK-LABEL: func private @few
// CHECK-NOT: llvm.x86
#rows = affine_map<(m, n, k) -> (m, k)>
#panels = affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {amx_bf16 = 1 : i64, f32_terms = 3 : i64}} {
func.func private @few(%a: memref<15x96xf32>, %b: memref<2x96x32xf32>, %c: memref<64x90xf32>, %d: memref<2x90x32xf32>, %few: memref<15x64xf32>, %odd: memref<64x64xf32>) attributes {ufront.kernel} {
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<15x96xf32>, memref<2x96x32xf32>) outs(%few : memref<15x64xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %1 = arith.mulf %x, %y : f32
    %2 = arith.addf %sum, %1 : f32
    linalg.yield %2 : f32
  }
  linalg.generic {indexing_maps = [#rows, #panels, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%c, %d : memref<64x90xf32>, memref<2x90x32xf32>) outs(%odd : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %1 = arith.mulf %x, %y : f32
    %2 = arith.addf %sum, %1 : f32
    linalg.yield %2 : f32
  }
  return
}
}
