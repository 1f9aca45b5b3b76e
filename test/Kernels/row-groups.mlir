// RUN: ufront-opt %s --split-input-file --ufront-outline-kernels --canonicalize | FileCheck %s
// RUN: ufront-opt %s --split-input-file --ufront-outline-kernels --ufront-schedule-kernels --canonicalize --cse | FileCheck %s --check-prefix=TILED

// All of a softmax is one kernel, which computes one row after the other; what
// passes between its ops is as large as a row.
// CHECK-LABEL: func.func @softmax
// CHECK-NEXT:    tensor.empty
// CHECK-NEXT:    call @kernel_0_rows
// CHECK-NEXT:    return
// CHECK:       func.func private @kernel_0_rows(%[[X:.*]]: tensor<1024x32xf32>, %[[Y:.*]]: tensor<1024x32xf32>)
// CHECK:         %[[MAX:.*]] = linalg.generic {{.*}} ins(%[[X]] {{.*}}ufront.rows = array<i64: 0>}
// CHECK:         arith.maximumf
// CHECK:         linalg.generic {{.*}} ins(%[[X]], %[[MAX]]
// CHECK:         linalg.generic {{.*}} outs(%[[Y]] : tensor<1024x32xf32>) attrs = {ufront.root, ufront.rows = array<i64: 0>}
// TILED-LABEL: func.func private @kernel_0_rows(
// TILED-SAME:      %[[X:.*]]: tensor<1024x32xf32>, %[[Y:.*]]: tensor<1024x32xf32>)
// TILED:         scf.forall (%[[I:.*]]) in (1024) shared_outs(%[[O:.*]] = %[[Y]])
// TILED:           %[[ROW:.*]] = tensor.extract_slice %[[X]][%[[I]], 0] [1, 32] [1, 1]
// TILED:           linalg.generic {{.*}} ins(%[[ROW]] : tensor<1x32xf32>) outs(%{{.*}} : tensor<1xf32>)
// TILED:           %[[INTO:.*]] = tensor.extract_slice %[[O]][%[[I]], 0] [1, 32] [1, 1]
// TILED:           %[[RESULT:.*]] = linalg.generic {{.*}} outs(%[[INTO]] : tensor<1x32xf32>)
// TILED:           tensor.parallel_insert_slice %[[RESULT]] into %[[O]][%[[I]], 0]
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @softmax(%x: tensor<1024x32xf32>) -> tensor<1024x32xf32> {
  %zero = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<1024xf32>
  %f = linalg.fill ins(%low : f32) outs(%e : tensor<1024xf32>) -> tensor<1024xf32>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<1024x32xf32>) outs(%f : tensor<1024xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<1024xf32>
  %y = tensor.empty() : tensor<1024x32xf32>
  %exp = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %max : tensor<1024x32xf32>, tensor<1024xf32>) outs(%y : tensor<1024x32xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %0 = arith.subf %in, %m : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<1024x32xf32>
  %g = linalg.fill ins(%zero : f32) outs(%e : tensor<1024xf32>) -> tensor<1024xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%exp : tensor<1024x32xf32>) outs(%g : tensor<1024xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<1024xf32>
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%exp, %sum : tensor<1024x32xf32>, tensor<1024xf32>) outs(%y : tensor<1024x32xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.divf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<1024x32xf32>
  return %r : tensor<1024x32xf32>
}

// -----

// Rows are the outermost loops. These would be columns: two kernels.
// CHECK-LABEL: func.func @columns
// CHECK:         call @kernel_0_generic
// CHECK:         call @kernel_1_generic
#id = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @columns(%x: tensor<160x3200xf32>) -> tensor<160x3200xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3200xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<3200xf32>) -> tensor<3200xf32>
  %sum = linalg.generic {indexing_maps = [#id, #column], iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<160x3200xf32>) outs(%f : tensor<3200xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<3200xf32>
  %y = tensor.empty() : tensor<160x3200xf32>
  %r = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<160x3200xf32>, tensor<3200xf32>) outs(%y : tensor<160x3200xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.divf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<160x3200xf32>
  return %r : tensor<160x3200xf32>
}

// -----

// The sum is asked for elsewhere too, so it is a kernel of its own; positions in
// a tile become positions in the whole; the number of rows may be unknown.
// CHECK-LABEL: func.func @open
// CHECK:         %[[SUM:.*]] = call @kernel_0_generic
// CHECK:         call @kernel_1_rows
// TILED-LABEL: func.func private @kernel_1_rows
// TILED:         %[[N:.*]] = tensor.dim
// TILED:         scf.forall (%[[I:.*]]) in (%[[N]])
// TILED:             arith.subi
// TILED-NEXT:        arith.addi %{{.*}}, %[[I]]
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @open(%x: tensor<?x32xindex>, %n: index) -> (tensor<?x32xindex>, tensor<?xindex>) {
  %zero = arith.constant 0 : index
  %e = tensor.empty(%n) : tensor<?xindex>
  %f = linalg.fill ins(%zero : index) outs(%e : tensor<?xindex>) -> tensor<?xindex>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x32xindex>) outs(%f : tensor<?xindex>) {
  ^bb0(%in: index, %out: index):
    %0 = arith.addi %in, %out : index
    linalg.yield %0 : index
  } -> tensor<?xindex>
  %max = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x32xindex>) outs(%f : tensor<?xindex>) {
  ^bb0(%in: index, %out: index):
    %0 = arith.maxsi %in, %out : index
    linalg.yield %0 : index
  } -> tensor<?xindex>
  %y = tensor.empty(%n) : tensor<?x32xindex>
  %r = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %max, %sum : tensor<?x32xindex>, tensor<?xindex>, tensor<?xindex>) outs(%y : tensor<?x32xindex>) {
  ^bb0(%in: index, %m: index, %s: index, %out: index):
    %i = linalg.index 0 : index
    %0 = arith.subi %in, %m : index
    %1 = arith.addi %0, %i : index
    %2 = arith.muli %1, %s : index
    linalg.yield %2 : index
  } -> tensor<?x32xindex>
  return %r, %sum : tensor<?x32xindex>, tensor<?xindex>
}

// -----

// Too little work to share out is done by one thread, in a plain loop.
// TILED-LABEL: func.func private @kernel_0_rows(
// TILED-SAME:      %{{.*}}, %[[Y:.*]]: tensor<4x2x32xf32>)
// TILED:         scf.for %[[I:.*]] = {{.*}} iter_args(%[[OUTER:.*]] = %[[Y]])
// TILED:           scf.for %[[J:.*]] = {{.*}} iter_args(%[[O:.*]] = %[[OUTER]])
// TILED:             %[[R:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<1x1x32xf32>)
// TILED:             tensor.insert_slice %[[R]] into %[[O]][%[[I]], %[[J]], 0]
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
func.func @small(%x: tensor<4x2x32xf32>) -> tensor<4x2x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<4x2x32xf32>) outs(%f : tensor<4x2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<4x2xf32>
  %y = tensor.empty() : tensor<4x2x32xf32>
  %r = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %sum : tensor<4x2x32xf32>, tensor<4x2xf32>) outs(%y : tensor<4x2x32xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.divf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<4x2x32xf32>
  return %r : tensor<4x2x32xf32>
}

// -----

// Attention: rows of scores are computed, made a softmax of (only its sum here)
// and multiplied while they are in the cache. Their lines begin at whole
// vectors: 90 scores, 96 places.
// CHECK-LABEL: func.func @attention
// CHECK:         call @kernel_0_attention
// CHECK-NOT:     call
// CHECK:         return
// TILED-LABEL: func.func private @kernel_0_attention
// TILED:         scf.forall (%[[H:.*]], %[[I:.*]]) = (0, 0) to (4, 128) step (1, 32)
// TILED:           %[[SCRATCH:.*]] = tensor.empty() : tensor<1x32x96xf32>
// TILED:           %[[LINES:.*]] = tensor.extract_slice %[[SCRATCH]][0, 0, 0] [1, 32, 90] [1, 1, 1]
// TILED:           tensor.extract_slice %{{.*}}[%[[H]], %[[I]], 0] [1, 32, 64] [1, 1, 1]
// TILED:           linalg.generic {{.*}} outs(%{{.*}} : tensor<1x32x90xf32>)
// TILED:           linalg.generic {{.*}} outs(%{{.*}} : tensor<1x32xf32>)
// TILED:           %[[OUT:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<1x32x64xf32>)
// TILED:           tensor.parallel_insert_slice %[[OUT]]
#qk = affine_map<(h, i, j, k) -> (h, i, k)>
#kj = affine_map<(h, i, j, k) -> (h, j, k)>
#ij = affine_map<(h, i, j, k) -> (h, i, j)>
#kv = affine_map<(h, i, j, k) -> (h, k, j)>
#id = affine_map<(h, i, j) -> (h, i, j)>
#row = affine_map<(h, i, j) -> (h, i)>
func.func @attention(%q: tensor<4x128x64xf32>, %k: tensor<4x90x64xf32>, %v: tensor<4x90x64xf32>) -> tensor<4x128x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<4x128x90xf32>
  %f0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<4x128x90xf32>) -> tensor<4x128x90xf32>
  %scores = linalg.generic {indexing_maps = [#qk, #kj, #ij], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<4x128x64xf32>, tensor<4x90x64xf32>) outs(%f0 : tensor<4x128x90xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %out : f32
    linalg.yield %1 : f32
  } -> tensor<4x128x90xf32>
  %e1 = tensor.empty() : tensor<4x128xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4x128xf32>) -> tensor<4x128xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%scores : tensor<4x128x90xf32>) outs(%f1 : tensor<4x128xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<4x128xf32>
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%scores, %sum : tensor<4x128x90xf32>, tensor<4x128xf32>) outs(%e0 : tensor<4x128x90xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.divf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<4x128x90xf32>
  %e2 = tensor.empty() : tensor<4x128x64xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<4x128x64xf32>) -> tensor<4x128x64xf32>
  %r = linalg.generic {indexing_maps = [#qk, #kv, #ij], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %v : tensor<4x128x90xf32>, tensor<4x90x64xf32>) outs(%f2 : tensor<4x128x64xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %out : f32
    linalg.yield %1 : f32
  } -> tensor<4x128x64xf32>
  return %r : tensor<4x128x64xf32>
}

// -----

// What is rounded of the product is the last of the group, whose rows still are
// heads before queries.
// CHECK-LABEL: func.func @rounded_attention
// CHECK:         call @kernel_0_attention
// CHECK-NOT:     call
// CHECK:         return
// TILED-LABEL: func.func private @kernel_0_attention
// TILED:         scf.forall (%[[H:.*]], %[[I:.*]]) = (0, 0) to (4, 128) step (1, 32)
// TILED:           linalg.generic {{.*}} outs(%{{.*}} : tensor<1x32x96xf32>)
// TILED:           linalg.generic {{.*}} outs(%{{.*}} : tensor<32x1x64xf32>)
// TILED:           %[[OUT:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<32x1x64xbf16>)
// TILED:           tensor.parallel_insert_slice %[[OUT]] into %{{.*}}[%[[I]], %[[H]], 0] [32, 1, 64]
#qk = affine_map<(h, i, j, k) -> (h, i, k)>
#kj = affine_map<(h, i, j, k) -> (h, j, k)>
#ij = affine_map<(h, i, j, k) -> (h, i, j)>
#kv = affine_map<(h, i, j, k) -> (h, k, j)>
#ihj = affine_map<(h, i, j, k) -> (i, h, j)>
#id = affine_map<(h, i, j) -> (h, i, j)>
#row = affine_map<(h, i, j) -> (h, i)>
func.func @rounded_attention(%q: tensor<4x128x64xf32>, %k: tensor<4x96x64xf32>, %v: tensor<4x96x64xf32>) -> tensor<128x4x64xbf16> {
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<4x128x96xf32>
  %f0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<4x128x96xf32>) -> tensor<4x128x96xf32>
  %scores = linalg.generic {indexing_maps = [#qk, #kj, #ij], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<4x128x64xf32>, tensor<4x96x64xf32>) outs(%f0 : tensor<4x128x96xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %out : f32
    linalg.yield %1 : f32
  } -> tensor<4x128x96xf32>
  %e1 = tensor.empty() : tensor<4x128xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4x128xf32>) -> tensor<4x128xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%scores : tensor<4x128x96xf32>) outs(%f1 : tensor<4x128xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<4x128xf32>
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%scores, %sum : tensor<4x128x96xf32>, tensor<4x128xf32>) outs(%e0 : tensor<4x128x96xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %0 = arith.divf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<4x128x96xf32>
  %e2 = tensor.empty() : tensor<128x4x64xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<128x4x64xf32>) -> tensor<128x4x64xf32>
  %r = linalg.generic {indexing_maps = [#qk, #kv, #ihj], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %v : tensor<4x128x96xf32>, tensor<4x96x64xf32>) outs(%f2 : tensor<128x4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %out : f32
    linalg.yield %1 : f32
  } -> tensor<128x4x64xf32>
  %e3 = tensor.empty() : tensor<128x4x64xbf16>
  %rounded = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%r : tensor<128x4x64xf32>) outs(%e3 : tensor<128x4x64xbf16>) {
  ^bb0(%in: f32, %out: bf16):
    %0 = arith.truncf %in : f32 to bf16
    linalg.yield %0 : bf16
  } -> tensor<128x4x64xbf16>
  return %rounded : tensor<128x4x64xbf16>
}
