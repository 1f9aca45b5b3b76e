// RUN: ufront-opt %s --ufront-fuse-elementwise | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func @chain
// CHECK-COUNT-1: linalg.generic
// CHECK:           math.exp
// CHECK-NEXT:      arith.negf
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @chain(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = math.exp %in : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.negf %in : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}

// Fused, the exponential would be computed anew for every row.
// CHECK-LABEL: func @broadcast
// CHECK:         math.exp
// CHECK-NEXT:    linalg.yield
// CHECK:         arith.negf
func.func @broadcast(%x: tensor<8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = math.exp %in : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  %f = tensor.empty() : tensor<4x8xf32>
  %1 = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<8xf32>) outs(%f : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.negf %in : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}

// The same for a result that somebody else needs.
// CHECK-LABEL: func @two_users
// CHECK:         math.exp
// CHECK-NEXT:    linalg.yield
// CHECK:         arith.negf
func.func @two_users(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %e = tensor.empty() : tensor<4x8xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = math.exp %in : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.negf %in : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  return %0, %1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// The mean is read behind the reshape that gives it a dimension of one element,
// and behind the one that takes it away; not behind one that splits a dimension.
// CHECK-LABEL: func @unit_dimensions
// CHECK-SAME:    (%[[X:.*]]: tensor<4x8xf32>, %[[M:.*]]: tensor<4xf32>, %[[V:.*]]: tensor<8x1xf32>, %[[S:.*]]: tensor<32xf32>)
// CHECK:         %[[SPLIT:.*]] = tensor.expand_shape %[[S]]
// CHECK:         linalg.generic {indexing_maps = [#[[ID:.*]], #[[ROW:.*]], #[[COLUMN:.*]], #[[ID]], #[[ID]]]
// CHECK-SAME:      ins(%[[X]], %[[M]], %[[V]], %[[SPLIT]] :
#column = affine_map<(d0, d1) -> (d0, 0)>
func.func @unit_dimensions(%x: tensor<4x8xf32>, %m: tensor<4xf32>, %v: tensor<8x1xf32>, %s: tensor<32xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %0 = tensor.expand_shape %m [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
  %1 = tensor.collapse_shape %v [[0, 1]] : tensor<8x1xf32> into tensor<8xf32>
  %2 = tensor.expand_shape %s [[0, 1]] output_shape [4, 8] : tensor<32xf32> into tensor<4x8xf32>
  %3 = linalg.generic {indexing_maps = [#id, #column, #row, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %0, %1, %2 : tensor<4x8xf32>, tensor<4x1xf32>, tensor<8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %mean: f32, %b: f32, %c: f32, %out: f32):
    %4 = arith.subf %in, %mean : f32
    %5 = arith.addf %4, %b : f32
    %6 = arith.addf %5, %c : f32
    linalg.yield %6 : f32
  } -> tensor<4x8xf32>
  return %3 : tensor<4x8xf32>
}

// What narrows the sums of a contraction stays beside it.
// CHECK-LABEL: func @narrow
// CHECK: linalg.matmul
// CHECK: linalg.generic
// CHECK: arith.truncf
// CHECK: linalg.generic
// CHECK: arith.extf
func.func @narrow(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>, %init: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %e = tensor.empty() : tensor<4x16xf32>
  %h = tensor.empty() : tensor<4x16xbf16>
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x16xf32>) outs(%h : tensor<4x16xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %3 = arith.truncf %a : f32 to bf16
    linalg.yield %3 : bf16
  } -> tensor<4x16xbf16>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%1 : tensor<4x16xbf16>) outs(%e : tensor<4x16xf32>) {
  ^bb0(%a: bf16, %b: f32):
    %3 = arith.extf %a : bf16 to f32
    %4 = arith.addf %3, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<4x16xf32>
  return %2 : tensor<4x16xf32>
}
