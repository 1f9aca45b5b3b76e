// RUN: ufront-opt %s --pass-pipeline='builtin.module(func.func(ufront-layout),canonicalize,cse)' --split-input-file | FileCheck %s

// Channels are last between the function's ends; the weight stays as it is.
// CHECK-DAG:   #[[IN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 + d4, d2 + d5, d6)>
// CHECK-DAG:   #[[WEIGHT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d6, d4, d5)>
// CHECK-DAG:   #[[OUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func @chain
// CHECK-SAME:    (%[[X:.*]]: tensor<2x16x8x8xf32>, %[[W:.*]]: tensor<32x16x3x3xf32>)
// CHECK:       %[[LAST:.*]] = linalg.transpose ins(%[[X]] {{.*}} permutation = [0, 2, 3, 1]
// CHECK:       %[[PAD:.*]] = tensor.pad %[[LAST]] low[0, 1, 1, 0] high[0, 1, 1, 0]
// CHECK:       %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[IN]], #[[WEIGHT]], #[[OUT]]],
// CHECK-SAME:    ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
// CHECK-SAME:    ins(%[[PAD]], %[[W]] : tensor<2x10x10x16xf32>, tensor<32x16x3x3xf32>)
// CHECK-NOT:   linalg.transpose
// CHECK:       math.exp
// CHECK:       %[[BACK:.*]] = linalg.transpose {{.*}} permutation = [0, 3, 1, 2]
// CHECK:       return %[[BACK]]
#id = affine_map<(n, c, h, w) -> (n, c, h, w)>
func.func @chain(%x: tensor<2x16x8x8xf32>, %w: tensor<32x16x3x3xf32>) -> tensor<2x32x8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : f32
  } : tensor<2x16x8x8xf32> to tensor<2x16x10x10xf32>
  %e = tensor.empty() : tensor<2x32x8x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x32x8x8xf32>) -> tensor<2x32x8x8xf32>
  %0 = linalg.conv_2d_nchw_fchw ins(%p, %w : tensor<2x16x10x10xf32>, tensor<32x16x3x3xf32>)
      outs(%f : tensor<2x32x8x8xf32>) -> tensor<2x32x8x8xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0 : tensor<2x32x8x8xf32>) outs(%e : tensor<2x32x8x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = math.exp %in : f32
    linalg.yield %s : f32
  } -> tensor<2x32x8x8xf32>
  return %1 : tensor<2x32x8x8xf32>
}

// -----

// A depthwise weight is turned too, so that vectors of channels can be loaded.
// CHECK-LABEL: func @depthwise
// CHECK-SAME:    (%[[X:.*]]: tensor<1x16x8x8xf32>, %[[W:.*]]: tensor<16x3x3xf32>)
// CHECK-DAG:   linalg.transpose ins(%[[X]] {{.*}} permutation = [0, 2, 3, 1]
// CHECK-DAG:   linalg.transpose ins(%[[W]] {{.*}} permutation = [1, 2, 0]
// CHECK:       linalg.generic
// CHECK-SAME:    ins(%{{.*}}, %{{.*}} : tensor<1x8x8x16xf32>, tensor<3x3x16xf32>)
// CHECK:       -> tensor<1x6x6x16xf32>
func.func @depthwise(%x: tensor<1x16x8x8xf32>, %w: tensor<16x3x3xf32>) -> tensor<1x16x6x6xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x16x6x6xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x16x6x6xf32>) -> tensor<1x16x6x6xf32>
  %0 = linalg.depthwise_conv_2d_nchw_chw ins(%x, %w : tensor<1x16x8x8xf32>, tensor<16x3x3xf32>)
      outs(%f : tensor<1x16x6x6xf32>) -> tensor<1x16x6x6xf32>
  return %0 : tensor<1x16x6x6xf32>
}

// -----

// What sums over positions gives (batch, channels) as it lies; a reshape that
// joins positions stays one, and the transpose for a linear layer is none.
// CHECK-LABEL: func @tail
// CHECK:       %[[SUM:.*]] = linalg.generic
// CHECK:       -> tensor<1x4x4x32xf32>
// CHECK:       %[[JOINED:.*]] = tensor.collapse_shape %[[SUM]]
// CHECK-SAME:    tensor<1x4x4x32xf32> into tensor<1x16x32xf32>
// CHECK:       %[[MEAN:.*]] = linalg.generic
// CHECK-SAME:    ins(%[[SUM]] : tensor<1x4x4x32xf32>)
// CHECK:       -> tensor<1x32xf32>
// CHECK-NOT:   linalg.transpose
// CHECK:       return %[[JOINED]], %[[MEAN]]
#all = affine_map<(n, c, h, w) -> (n, c, h, w)>
#two = affine_map<(n, c, h, w) -> (n, c)>
func.func @tail(%x: tensor<1x3x16x16xf32>, %w: tensor<32x3x4x4xf32>)
    -> (tensor<1x16x32xf32>, tensor<1x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x32x4x4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x32x4x4xf32>) -> tensor<1x32x4x4xf32>
  %0 = linalg.conv_2d_nchw_fchw {strides = dense<4> : tensor<2xi64>}
      ins(%x, %w : tensor<1x3x16x16xf32>, tensor<32x3x4x4xf32>)
      outs(%f : tensor<1x32x4x4xf32>) -> tensor<1x32x4x4xf32>
  %1 = tensor.collapse_shape %0 [[0], [1], [2, 3]]
      : tensor<1x32x4x4xf32> into tensor<1x32x16xf32>
  %e1 = tensor.empty() : tensor<1x16x32xf32>
  %2 = linalg.transpose ins(%1 : tensor<1x32x16xf32>) outs(%e1 : tensor<1x16x32xf32>)
      permutation = [0, 2, 1]
  %e2 = tensor.empty() : tensor<1x32xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<1x32xf32>) -> tensor<1x32xf32>
  %3 = linalg.generic {indexing_maps = [#all, #two],
      iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%0 : tensor<1x32x4x4xf32>) outs(%f2 : tensor<1x32xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %in, %out : f32
    linalg.yield %s : f32
  } -> tensor<1x32xf32>
  return %2, %3 : tensor<1x16x32xf32>, tensor<1x32xf32>
}

// -----

// A shuffle of channels moves elements once; sizes may be unknown.
// CHECK-LABEL: func @shuffle
// CHECK:       linalg.generic
// CHECK:       -> tensor<1x?x8x8xf32>
// CHECK:       %[[TWO:.*]] = tensor.expand_shape %{{.*}} {{\[\[}}0], [1], [2], [3, 4]]
// CHECK-SAME:    : tensor<1x?x8x8xf32> into tensor<1x?x8x2x4xf32>
// CHECK:       %[[MOVED:.*]] = linalg.transpose ins(%[[TWO]] {{.*}} permutation = [0, 1, 2, 4, 3]
// CHECK:       %[[ONE:.*]] = tensor.collapse_shape %[[MOVED]] {{\[\[}}0], [1], [2], [3, 4]]
// CHECK:       linalg.generic
// CHECK-SAME:    ins(%[[ONE]],
func.func @shuffle(%x: tensor<1x3x?x8xf32>, %w: tensor<8x3x1x1xf32>, %v: tensor<8x8x1x1xf32>, %h: index)
    -> tensor<1x8x?x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%h) : tensor<1x8x?x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x8x?x8xf32>) -> tensor<1x8x?x8xf32>
  %0 = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<1x3x?x8xf32>, tensor<8x3x1x1xf32>)
      outs(%f : tensor<1x8x?x8xf32>) -> tensor<1x8x?x8xf32>
  %1 = tensor.expand_shape %0 [[0], [1, 2], [3], [4]] output_shape [1, 2, 4, %h, 8]
      : tensor<1x8x?x8xf32> into tensor<1x2x4x?x8xf32>
  %e1 = tensor.empty(%h) : tensor<1x4x2x?x8xf32>
  %2 = linalg.transpose ins(%1 : tensor<1x2x4x?x8xf32>) outs(%e1 : tensor<1x4x2x?x8xf32>)
      permutation = [0, 2, 1, 3, 4]
  %3 = tensor.collapse_shape %2 [[0], [1, 2], [3], [4]]
      : tensor<1x4x2x?x8xf32> into tensor<1x8x?x8xf32>
  %4 = linalg.conv_2d_nchw_fchw ins(%3, %v : tensor<1x8x?x8xf32>, tensor<8x8x1x1xf32>)
      outs(%f : tensor<1x8x?x8xf32>) -> tensor<1x8x?x8xf32>
  return %4 : tensor<1x8x?x8xf32>
}

// -----

// Nothing slides a window here: nothing is touched.
// CHECK-LABEL: func @matrix
// CHECK:       linalg.transpose {{.*}} permutation = [1, 0]
// CHECK:       linalg.matmul
func.func @matrix(%x: tensor<4x8xf32>, %w: tensor<6x8xf32>, %out: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %e = tensor.empty() : tensor<8x6xf32>
  %t = linalg.transpose ins(%w : tensor<6x8xf32>) outs(%e : tensor<8x6xf32>) permutation = [1, 0]
  %0 = linalg.matmul ins(%x, %t : tensor<4x8xf32>, tensor<8x6xf32>) outs(%out : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// -----

// The phases of a transposed convolution stay beside the positions they belong
// to, before the channels.
// CHECK-LABEL: func @phases
// CHECK-SAME:    (%[[X:.*]]: tensor<1x16x8x8xf32>, %[[W:.*]]: tensor<16x32x1x2x1x2xf32>)
// CHECK:       %[[LAST:.*]] = linalg.transpose ins(%[[X]] {{.*}} permutation = [0, 2, 3, 1]
// CHECK:       %[[SUM:.*]] = linalg.generic
// CHECK-SAME:    ins(%[[LAST]], %[[W]] : tensor<1x8x8x16xf32>, tensor<16x32x1x2x1x2xf32>)
// CHECK:       -> tensor<1x8x2x8x2x32xf32>
// CHECK:       %[[ALL:.*]] = tensor.collapse_shape %[[SUM]] {{\[\[}}0], [1, 2], [3, 4], [5]]
// CHECK:       linalg.transpose ins(%[[ALL]] {{.*}} permutation = [0, 3, 1, 2]
#in = affine_map<(n, o, h, i, w, j, c, t, u) -> (n, c, h + t, w + u)>
#by = affine_map<(n, o, h, i, w, j, c, t, u) -> (c, o, t, i, u, j)>
#to = affine_map<(n, o, h, i, w, j, c, t, u) -> (n, o, h, i, w, j)>
func.func @phases(%x: tensor<1x16x8x8xf32>, %w: tensor<16x32x1x2x1x2xf32>) -> tensor<1x32x16x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x32x8x2x8x2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x32x8x2x8x2xf32>) -> tensor<1x32x8x2x8x2xf32>
  %0 = linalg.generic {indexing_maps = [#in, #by, #to],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel",
                        "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x16x8x8xf32>, tensor<16x32x1x2x1x2xf32>) outs(%f : tensor<1x32x8x2x8x2xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<1x32x8x2x8x2xf32>
  %1 = tensor.collapse_shape %0 [[0], [1], [2, 3], [4, 5]]
      : tensor<1x32x8x2x8x2xf32> into tensor<1x32x16x16xf32>
  return %1 : tensor<1x32x16x16xf32>
}

// -----

// Three channels of bytes are last too: products of neighbours are summed at
// once. Of floats they stay where they are.
// CHECK-LABEL: func @few_channels
// CHECK-SAME:    (%[[X:.*]]: tensor<1x3x8x8xi8>, %{{.*}}: tensor<1x3x8x8xf32>
// CHECK-NOT:   permutation = [0, 2, 3, 1]
// CHECK:       linalg.transpose ins(%[[X]] : {{.*}} permutation = [0, 2, 3, 1]
// CHECK-NOT:   permutation = [0, 2, 3, 1]
#image = affine_map<(n, f, h, w, c, y, x) -> (n, c, h + y, w + x)>
#weight = affine_map<(n, f, h, w, c, y, x) -> (f, c, y, x)>
#sum = affine_map<(n, f, h, w, c, y, x) -> (n, f, h, w)>
func.func @few_channels(%x: tensor<1x3x8x8xi8>, %y: tensor<1x3x8x8xf32>, %w: tensor<16x3x3x3xi8>, %v: tensor<16x3x3x3xf32>)
    -> (tensor<1x16x6x6xi32>, tensor<1x16x6x6xf32>) {
  %zero = arith.constant 0 : i32
  %zero_f = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x16x6x6xi32>
  %g = tensor.empty() : tensor<1x16x6x6xf32>
  %f = linalg.fill ins(%zero : i32) outs(%e : tensor<1x16x6x6xi32>) -> tensor<1x16x6x6xi32>
  %h = linalg.fill ins(%zero_f : f32) outs(%g : tensor<1x16x6x6xf32>) -> tensor<1x16x6x6xf32>
  %0 = linalg.generic {indexing_maps = [#image, #weight, #sum],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x3x8x8xi8>, tensor<16x3x3x3xi8>) outs(%f : tensor<1x16x6x6xi32>) {
  ^bb0(%a: i8, %b: i8, %out: i32):
    %1 = arith.extui %a : i8 to i32
    %2 = arith.extsi %b : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %out, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x16x6x6xi32>
  %5 = linalg.conv_2d_nchw_fchw ins(%y, %v : tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>)
      outs(%h : tensor<1x16x6x6xf32>) -> tensor<1x16x6x6xf32>
  return %0, %5 : tensor<1x16x6x6xi32>, tensor<1x16x6x6xf32>
}
