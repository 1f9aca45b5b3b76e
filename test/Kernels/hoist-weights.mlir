// RUN: ufront-opt %s --ufront-hoist-weights --split-input-file | FileCheck %s

#kn = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// Both transpositions move, the second with the view it reads. The derived
// weight 0 and the weight "w" are read nowhere else, so @forward loses them;
// derived weight 1 becomes 0.
// CHECK-LABEL: func @forward
// CHECK-SAME: (%[[X:[^:]*]]: tensor<8x4xf32>, %[[OTHER:[^:]*]]: tensor<4xf32> {ufront.init = 0 : i64},
// CHECK-SAME: %[[A:[^:]*]]: tensor<8x4xf32> {ufront.init = 1 : i64}, %[[B:[^:]*]]: tensor<8x4xf32> {ufront.init = 2 : i64})
// CHECK-NOT: linalg.transpose
// CHECK: linalg.generic {{.*}} ins(%[[A]], %[[B]], %[[OTHER]] :
// CHECK: func @init(%[[V:.*]]: tensor<4x8xf32> {ufront.sym = "v"}, %[[U:.*]]: tensor<4xf32> {ufront.sym = "u"}, %[[W:.*]]: tensor<32xf32> {ufront.sym = "w"})
// CHECK: %[[N:.*]] = math.exp %[[V]]
// CHECK: %[[A:.*]] = linalg.transpose ins(%[[N]]
// CHECK: %[[VIEW:.*]] = tensor.expand_shape %[[W]]
// CHECK: %[[B:.*]] = linalg.transpose ins(%[[VIEW]]
// CHECK: return %[[U]], %[[A]], %[[B]]
func.func @forward(%x: tensor<8x4xf32>, %w0: tensor<4x8xf32> {ufront.init = 0 : i64}, %w: tensor<32xf32> {ufront.sym = "w"},
    %w1: tensor<4xf32> {ufront.init = 1 : i64}) -> tensor<8x4xf32> {
  %e = tensor.empty() : tensor<8x4xf32>
  %a = linalg.transpose ins(%w0 : tensor<4x8xf32>) outs(%e : tensor<8x4xf32>) permutation = [1, 0]
  %view = tensor.expand_shape %w [[0, 1]] output_shape [4, 8] : tensor<32xf32> into tensor<4x8xf32>
  %b = linalg.transpose ins(%view : tensor<4x8xf32>) outs(%e : tensor<8x4xf32>) permutation = [1, 0]
  %0 = linalg.generic {indexing_maps = [#kn, #kn, #row, #kn], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b, %w1 : tensor<8x4xf32>, tensor<8x4xf32>, tensor<4xf32>) outs(%x : tensor<8x4xf32>) {
  ^bb0(%p: f32, %q: f32, %r: f32, %out: f32):
    %s = arith.addf %p, %q : f32
    %t = arith.addf %s, %r : f32
    %y = arith.addf %t, %out : f32
    linalg.yield %y : f32
  } -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}
func.func @init(%v: tensor<4x8xf32> {ufront.sym = "v"}, %u: tensor<4xf32> {ufront.sym = "u"}) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %0 = math.exp %v : tensor<4x8xf32>
  return %0, %u : tensor<4x8xf32>, tensor<4xf32>
}

// -----

// A bias that is repeated, what is computed into such a tensor, and what
// depends on an input stay.
// CHECK-LABEL: func @forward
// CHECK: linalg.broadcast
// CHECK: linalg.matmul
// CHECK: linalg.transpose
// CHECK-NOT: func @init
func.func @forward(%x: tensor<64x64xf32>, %b: tensor<64xf32> {ufront.sym = "b"}, %w: tensor<64x64xf32> {ufront.sym = "w"}) -> tensor<64x64xf32> {
  %e = tensor.empty() : tensor<64x64xf32>
  %bias = linalg.broadcast ins(%b : tensor<64xf32>) outs(%e : tensor<64x64xf32>) dimensions = [0]
  %0 = linalg.matmul ins(%x, %w : tensor<64x64xf32>, tensor<64x64xf32>) outs(%bias : tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = linalg.transpose ins(%0 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) permutation = [1, 0]
  return %1 : tensor<64x64xf32>
}

// -----

// Weights are the same in every iteration, and a body may read them by itself.
// CHECK-LABEL: func @forward
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x4xf32> {ufront.init = 0 : i64})
// CHECK: scf.for
// CHECK-NOT: tensor.extract
// CHECK: linalg.add ins(%{{.*}}, %[[P]] :
// CHECK: func @init(%[[W:.*]]: tensor<4x4xf32> {ufront.sym = "w"})
// CHECK: tensor.extract %[[W]]
#kn = affine_map<(d0, d1) -> (d0, d1)>
func.func @forward(%x: tensor<4x4xf32>, %w: tensor<4x4xf32> {ufront.sym = "w"}, %n: index) -> tensor<4x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%state = %x) -> tensor<4x4xf32> {
    %e = tensor.empty() : tensor<4x4xf32>
    %p = linalg.generic {indexing_maps = [#kn], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x4xf32>) {
    ^bb0(%out: f32):
      %r = linalg.index 0 : index
      %c = linalg.index 1 : index
      %v = tensor.extract %w[%c, %r] : tensor<4x4xf32>
      linalg.yield %v : f32
    } -> tensor<4x4xf32>
    %1 = linalg.add ins(%state, %p : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
    scf.yield %1 : tensor<4x4xf32>
  }
  return %0 : tensor<4x4xf32>
}
