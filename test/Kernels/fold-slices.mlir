// RUN: ufront-opt %s --ufront-fold-slices --canonicalize --split-input-file | FileCheck %s

// The second of three parts, its heads apart.
// CHECK-DAG: #[[PART:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, 1, d2, d3)>
// CHECK-LABEL: func @part
// CHECK-SAME: (%[[X:.*]]: tensor<1x128x2304xf32>
// CHECK-NOT: tensor.extract_slice
// CHECK: %[[VIEW:.*]] = tensor.expand_shape %[[X]] {{.*}} output_shape [1, 128, 3, 12, 64]
// CHECK: linalg.generic {indexing_maps = [#[[PART]]
// CHECK-SAME: ins(%[[VIEW]] :
#id = affine_map<(b, m, h, k) -> (b, m, h, k)>
func.func @part(%x: tensor<1x128x2304xf32>, %init: tensor<1x128x12x64xf32>) -> tensor<1x128x12x64xf32> {
  %s = tensor.extract_slice %x[0, 0, 768] [1, 128, 768] [1, 1, 1] : tensor<1x128x2304xf32> to tensor<1x128x768xf32>
  %h = tensor.expand_shape %s [[0], [1], [2, 3]] output_shape [1, 128, 12, 64] : tensor<1x128x768xf32> into tensor<1x128x12x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%h : tensor<1x128x12x64xf32>) outs(%init : tensor<1x128x12x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %e = math.exp %in : f32
    linalg.yield %e : f32
  } -> tensor<1x128x12x64xf32>
  return %y : tensor<1x128x12x64xf32>
}

// -----

// One row, without its dimension.
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0) -> (5, d0)>
// CHECK-LABEL: func @row
// CHECK-SAME: (%[[X:.*]]: tensor<7x4xf32>
// CHECK: linalg.generic {indexing_maps = [#[[ROW]]
// CHECK-SAME: ins(%[[X]] :
#id = affine_map<(i) -> (i)>
func.func @row(%x: tensor<7x4xf32>, %init: tensor<4xf32>) -> tensor<4xf32> {
  %s = tensor.extract_slice %x[5, 0] [1, 4] [3, 1] : tensor<7x4xf32> to tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : tensor<4xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %e = math.exp %in : f32
    linalg.yield %e : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Parts that are not equal, steps, two cuts, a view across the cut, and what is
// overwritten stay slices.
// CHECK-LABEL: func @stays
// CHECK-COUNT-4: tensor.extract_slice
// CHECK: return
#id = affine_map<(i, j) -> (i, j)>
func.func @stays(%x: tensor<8x8xf32>, %z: tensor<4x9xf32>, %init: tensor<2x6xf32>) -> (tensor<4x4xf32>, tensor<4x3xf32>, tensor<2x6xf32>) {
  %a = tensor.extract_slice %x[2, 0] [4, 4] [1, 1] : tensor<8x8xf32> to tensor<4x4xf32>
  %b = tensor.extract_slice %z[0, 4] [4, 4] [1, 1] : tensor<4x9xf32> to tensor<4x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<4x4xf32>, tensor<4x4xf32>) outs(%a : tensor<4x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  %c = tensor.extract_slice %z[0, 0] [4, 3] [1, 2] : tensor<4x9xf32> to tensor<4x3xf32>
  %d = tensor.extract_slice %z[0, 0] [4, 3] [1, 1] : tensor<4x9xf32> to tensor<4x3xf32>
  %v = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%c : tensor<4x3xf32>) outs(%d : tensor<4x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %in, %out : f32
    linalg.yield %s : f32
  } -> tensor<4x3xf32>
  %e = tensor.collapse_shape %d [[0, 1]] : tensor<4x3xf32> into tensor<12xf32>
  %f = tensor.expand_shape %e [[0, 1]] output_shape [2, 6] : tensor<12xf32> into tensor<2x6xf32>
  %w = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%f : tensor<2x6xf32>) outs(%init : tensor<2x6xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %in, %out : f32
    linalg.yield %s : f32
  } -> tensor<2x6xf32>
  return %y, %v, %w : tensor<4x4xf32>, tensor<4x3xf32>, tensor<2x6xf32>
}
