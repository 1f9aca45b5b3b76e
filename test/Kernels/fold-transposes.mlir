// RUN: ufront-opt %s --ufront-fold-transposes --cse --split-input-file | FileCheck %s

// As in attention: heads are read and written where they lie.
// CHECK-DAG: #[[Q:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d3)>
// CHECK-DAG: #[[K:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d1, d3)>
// CHECK-DAG: #[[S:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
// CHECK-DAG: #[[V:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d1, d4)>
// CHECK-DAG: #[[P:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[Y:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>
// CHECK-LABEL: func @heads
// CHECK-NOT: linalg.transpose
// CHECK: %[[SCORES:.*]] = linalg.generic {indexing_maps = [#[[Q]], #[[K]], #[[S]]]
// CHECK: %[[ZERO:.*]] = linalg.fill {{.*}} -> tensor<1x128x12x64xf32>
// CHECK: %[[OUT:.*]] = linalg.generic {indexing_maps = [#[[P]], #[[V]], #[[Y]]]
// CHECK-SAME: ins(%[[SCORES]], {{.*}} outs(%[[ZERO]] :
// CHECK: tensor.collapse_shape %[[OUT]]
#a = affine_map<(b, h, m, k, n) -> (b, h, m, k)>
#b = affine_map<(b, h, m, k, n) -> (b, h, k, n)>
#c = affine_map<(b, h, m, k, n) -> (b, h, m, n)>
func.func @heads(%x: tensor<1x128x768xf32>, %zero: f32, %init: tensor<1x12x128x128xf32>) -> tensor<1x128x768xf32> {
  %x4 = tensor.expand_shape %x [[0], [1], [2, 3]] output_shape [1, 128, 12, 64] : tensor<1x128x768xf32> into tensor<1x128x12x64xf32>
  %e = tensor.empty() : tensor<1x12x128x64xf32>
  %q = linalg.transpose ins(%x4 : tensor<1x128x12x64xf32>) outs(%e : tensor<1x12x128x64xf32>) permutation = [0, 2, 1, 3]
  %ek = tensor.empty() : tensor<1x12x64x128xf32>
  %k = linalg.transpose ins(%q : tensor<1x12x128x64xf32>) outs(%ek : tensor<1x12x64x128xf32>) permutation = [0, 1, 3, 2]
  %s = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "parallel", "reduction", "parallel"]}
      ins(%q, %k : tensor<1x12x128x64xf32>, tensor<1x12x64x128xf32>) outs(%init : tensor<1x12x128x128xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %p = arith.mulf %l, %r : f32
    %sum = arith.addf %out, %p : f32
    linalg.yield %sum : f32
  } -> tensor<1x12x128x128xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e : tensor<1x12x128x64xf32>) -> tensor<1x12x128x64xf32>
  %y = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "parallel", "reduction", "parallel"]}
      ins(%s, %q : tensor<1x12x128x128xf32>, tensor<1x12x128x64xf32>) outs(%fill : tensor<1x12x128x64xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %p = arith.mulf %l, %r : f32
    %sum = arith.addf %out, %p : f32
    linalg.yield %sum : f32
  } -> tensor<1x12x128x64xf32>
  %ey = tensor.empty() : tensor<1x128x12x64xf32>
  %back = linalg.transpose ins(%y : tensor<1x12x128x64xf32>) outs(%ey : tensor<1x128x12x64xf32>) permutation = [0, 2, 1, 3]
  %flat = tensor.collapse_shape %back [[0], [1], [2, 3]] : tensor<1x128x12x64xf32> into tensor<1x128x768xf32>
  return %flat : tensor<1x128x768xf32>
}

// -----

// A bias and a product before the transposition are computed in its order.
// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d0, d3)>
// CHECK-LABEL: func @chain
// CHECK: %[[INIT:.*]] = linalg.broadcast {{.*}} outs({{.*}} : tensor<6x4x8xf32>) dimensions = [0, 1]
// CHECK: %[[P:.*]] = linalg.generic {{.*}}#[[OUT]]]{{.*}} outs(%[[INIT]] :
// CHECK: %[[Y:.*]] = linalg.generic {indexing_maps = [#[[ID]], #[[ID]]]
// CHECK-SAME: ins(%[[P]] :
// CHECK: linalg.index 1
// CHECK: return %[[Y]]
#x = affine_map<(b, m, k, n) -> (b, m, k)>
#w = affine_map<(b, m, k, n) -> (k, n)>
#y = affine_map<(b, m, k, n) -> (b, m, n)>
#id = affine_map<(b, m, n) -> (b, m, n)>
func.func @chain(%x: tensor<4x6x5xf32>, %w: tensor<5x8xf32>, %bias: tensor<8xf32>) -> tensor<6x4x8xf32> {
  %e = tensor.empty() : tensor<4x6x8xf32>
  %init = linalg.broadcast ins(%bias : tensor<8xf32>) outs(%e : tensor<4x6x8xf32>) dimensions = [0, 1]
  %p = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction", "parallel"]}
      ins(%x, %w : tensor<4x6x5xf32>, tensor<5x8xf32>) outs(%init : tensor<4x6x8xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    %s = arith.addf %out, %m : f32
    linalg.yield %s : f32
  } -> tensor<4x6x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%p : tensor<4x6x8xf32>) outs(%e : tensor<4x6x8xf32>) {
  ^bb0(%l: f32, %out: f32):
    %i = linalg.index 0 : index
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    %s = arith.addf %l, %f : f32
    linalg.yield %s : f32
  } -> tensor<4x6x8xf32>
  %et = tensor.empty() : tensor<6x4x8xf32>
  %t = linalg.transpose ins(%y : tensor<4x6x8xf32>) outs(%et : tensor<6x4x8xf32>) permutation = [1, 0, 2]
  return %t : tensor<6x4x8xf32>
}

// -----

// Through a slice, a reshape that joins dimensions around one of size one, and
// an elementwise op; then it undoes another.
// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func @through
// CHECK-SAME: (%[[X:.*]]: tensor<1x9x5x3xf32>, %[[B:.*]]: tensor<3xf32>)
// CHECK: %[[CUT:.*]] = tensor.extract_slice %[[X]][0, 2, 0, 0] [1, 4, 5, 3] [1, 1, 1, 1]
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[CUT]]
// CHECK: %[[Y:.*]] = linalg.generic {indexing_maps = [#[[ID]], #[[COLUMN]], #[[ID]]]
// CHECK-SAME: ins(%[[FLAT]], %[[B]]
// CHECK: return %[[Y]]
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @through(%x: tensor<1x9x5x3xf32>, %b: tensor<3xf32>) -> tensor<20x3xf32> {
  %e0 = tensor.empty() : tensor<3x9x1x5xf32>
  %t0 = linalg.transpose ins(%x : tensor<1x9x5x3xf32>) outs(%e0 : tensor<3x9x1x5xf32>) permutation = [3, 1, 0, 2]
  %cut = tensor.extract_slice %t0[0, 2, 0, 0] [3, 4, 1, 5] [1, 1, 1, 1] : tensor<3x9x1x5xf32> to tensor<3x4x1x5xf32>
  %e1 = tensor.empty() : tensor<4x1x5x3xf32>
  %t1 = linalg.transpose ins(%cut : tensor<3x4x1x5xf32>) outs(%e1 : tensor<4x1x5x3xf32>) permutation = [1, 2, 3, 0]
  %flat = tensor.collapse_shape %t1 [[0, 1, 2], [3]] : tensor<4x1x5x3xf32> into tensor<20x3xf32>
  %e2 = tensor.empty() : tensor<3x20xf32>
  %t2 = linalg.transpose ins(%flat : tensor<20x3xf32>) outs(%e2 : tensor<3x20xf32>) permutation = [1, 0]
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t2, %b : tensor<3x20xf32>, tensor<3xf32>) outs(%e2 : tensor<3x20xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %s = arith.addf %l, %r : f32
    linalg.yield %s : f32
  } -> tensor<3x20xf32>
  %e3 = tensor.empty() : tensor<20x3xf32>
  %t3 = linalg.transpose ins(%y : tensor<3x20xf32>) outs(%e3 : tensor<20x3xf32>) permutation = [1, 0]
  return %t3 : tensor<20x3xf32>
}

// -----

// A sum along rows does not read columns, and what leaves the function as it
// came stays a transposition.
// CHECK-LABEL: func @stays
// CHECK: %[[T:.*]] = linalg.transpose
// CHECK: linalg.reduce {{.*}} ins(%[[T]]
func.func @stays(%x: tensor<4x6xf32>, %init: tensor<6xf32>) -> (tensor<6xf32>, tensor<6x4xf32>) {
  %e = tensor.empty() : tensor<6x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x6xf32>) outs(%e : tensor<6x4xf32>) permutation = [1, 0]
  %s = linalg.reduce { arith.addf } ins(%t : tensor<6x4xf32>) outs(%init : tensor<6xf32>) dimensions = [1]
  return %s, %t : tensor<6xf32>, tensor<6x4xf32>
}

// -----

// What is captured is read in the other order, and of a matmul's operand the
// map changes.
// CHECK-DAG: #[[ACROSS:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-LABEL: func @extract_and_matmul
// CHECK-SAME: (%[[X:.*]]: tensor<4x4xf32>, %[[I:.*]]: index, %[[J:.*]]: index
// CHECK-NOT: linalg.transpose
// CHECK: tensor.extract %[[X]][%[[J]], %[[I]]]
// CHECK: linalg.generic {indexing_maps = [#[[ACROSS]],
func.func @extract_and_matmul(%x: tensor<4x4xf32>, %i: index, %j: index, %init: tensor<4x4xf32>) -> (f32, tensor<4x4xf32>) {
  %e = tensor.empty() : tensor<4x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  %v = tensor.extract %t[%i, %j] : tensor<4x4xf32>
  %y = linalg.matmul ins(%t, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %v, %y : f32, tensor<4x4xf32>
}
