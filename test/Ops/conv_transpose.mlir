// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --ufront-decompose=tosa=true | FileCheck %s --check-prefix=PARTS
// RUN: ufront-opt %s --split-input-file --ufront-decompose --convert-ufront-to-linalg --canonicalize --cse \
// RUN:   | FileCheck %s --check-prefix=LINALG

// For TOSA: zeros between the elements, then a convolution by the weight turned
// around. Else the outputs of one stride side by side, from two taps of the
// weight each, which zeros fill up.

// LINALG-DAG: #[[IN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8) -> (d0, d6, d2 + d7, d4 + d8)>
// LINALG-DAG: #[[STEPS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d2 + d4 * 2)>
// LINALG-DAG: #[[BY:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8) -> (d6, d7, d8, d3, d5, d1)>
// LINALG-DAG: #[[TO:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8) -> (d0, d1, d2, d3, d4, d5)>
// LINALG-LABEL: func @conv_transpose2d
// LINALG-SAME: (%[[X:.*]]: tensor<1x3x5x5xf32>, %[[W:.*]]: tensor<3x4x3x3xf32>, %[[B:.*]]: tensor<4xf32>)
// LINALG: %[[P:.*]] = tensor.pad %[[X]] low[0, 0, 1, 1] high[0, 0, 1, 1]
// LINALG: %[[V:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<3x2x2x2x2x4xf32>)
// LINALG: %[[E:.*]] = tensor.extract %[[W]]
// LINALG: arith.select %{{.*}}, %[[E]]
// LINALG: %[[START:.*]] = linalg.generic {{.*}} ins(%[[B]] : tensor<4xf32>)
// LINALG: %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[IN]], #[[BY]], #[[TO]]]
// LINALG-SAME: ins(%[[P]], %[[V]] : {{.*}}) outs(%[[START]] : tensor<1x4x6x2x6x2xf32>)
// LINALG: arith.addf {{.*}} fastmath<reassoc,contract>
// LINALG: %[[ALL:.*]] = tensor.collapse_shape %[[SUM]] {{\[\[}}0], [1], [2, 3], [4, 5]]
// LINALG: tensor.extract_slice %[[ALL]][0, 0, 1, 1] [1, 4, 10, 10]

// IR-LABEL: func @conv_transpose2d
// IR: "ufront.conv_transpose2d"
// PARTS-LABEL: func @conv_transpose2d
// PARTS: "ufront.dilate"(%{{.*}}) {factors = array<i64: 2, 2>}
// PARTS: "ufront.transpose"
// PARTS: "ufront.reverse"
// PARTS: "ufront.conv2d"{{.*}}padding = array<i64: 1, 1, 2, 2>
func.func @conv_transpose2d(%a0: tensor<1x3x5x5xf32>, %a1: tensor<3x4x3x3xf32>, %a2: tensor<4xf32>) -> tensor<1x4x10x10xf32> {
  %0 = "ufront.conv_transpose2d"(%a0, %a1, %a2) {stride = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>, output_padding = array<i64: 1, 1>}
      : (tensor<1x3x5x5xf32>, tensor<3x4x3x3xf32>, tensor<4xf32>) -> tensor<1x4x10x10xf32>
  return %0 : tensor<1x4x10x10xf32>
}

// A kernel as large as its stride is a matrix product: no padding, and the
// weight is only seen in another shape, to be packed later. Sizes may be open.
// IR-LABEL: func @conv_transpose2d_view
// PARTS-LABEL: func @conv_transpose2d_view
// LINALG-LABEL: func @conv_transpose2d_view
// LINALG-SAME: (%[[X:.*]]: tensor<?x8x?x5xf32>, %[[W:.*]]: tensor<8x16x2x3xf32>)
// LINALG-NOT: tensor.pad
// LINALG: %[[V:.*]] = tensor.expand_shape %[[W]] {{.*}} tensor<8x16x2x3xf32> into tensor<8x16x1x2x1x3xf32>
// LINALG: %[[SUM:.*]] = linalg.generic
// LINALG-SAME: ins(%[[X]], %[[V]] :
// LINALG-SAME: outs({{.*}} : tensor<?x16x?x2x5x3xf32>)
// LINALG: %[[ALL:.*]] = tensor.collapse_shape %[[SUM]] {{\[\[}}0], [1], [2, 3], [4, 5]]
// LINALG: return %[[ALL]]
func.func @conv_transpose2d_view(%a0: tensor<?x8x?x5xf32>, %a1: tensor<8x16x2x3xf32>) -> tensor<?x16x?x15xf32> {
  %0 = "ufront.conv_transpose2d"(%a0, %a1) {stride = array<i64: 2, 3>}
      : (tensor<?x8x?x5xf32>, tensor<8x16x2x3xf32>) -> tensor<?x16x?x15xf32>
  return %0 : tensor<?x16x?x15xf32>
}

// One channel in each group: no loops over the channels of a group. Rows that
// are cut off whole are not computed.
// IR-LABEL: func @conv_transpose2d_depthwise
// PARTS-LABEL: func @conv_transpose2d_depthwise
// LINALG-LABEL: func @conv_transpose2d_depthwise
// LINALG: tensor.pad %{{.*}} low[0, 0, 0, 1] high[0, 0, 0, 1]
// LINALG: linalg.generic {{.*}} ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
// LINALG-SAME: tensor<2x2x2x2x16xf32>) outs({{.*}} : tensor<1x16x4x2x6x2xf32>)
// LINALG: tensor.extract_slice %{{.*}}[0, 0, 0, 1] [1, 16, 8, 10]
func.func @conv_transpose2d_depthwise(%a0: tensor<1x16x5x5xf32>, %a1: tensor<16x1x4x4xf32>) -> tensor<1x16x8x10xf32> {
  %0 = "ufront.conv_transpose2d"(%a0, %a1) {groups = 16 : i64, stride = array<i64: 2, 2>, padding = array<i64: 2, 1, 2, 1>}
      : (tensor<1x16x5x5xf32>, tensor<16x1x4x4xf32>) -> tensor<1x16x8x10xf32>
  return %0 : tensor<1x16x8x10xf32>
}

// IR-LABEL: func @conv_transpose2d_groups
// IR: "ufront.conv_transpose2d"
// PARTS-LABEL: func @conv_transpose2d_groups
// PARTS: "ufront.reshape"
// PARTS: "ufront.conv2d"{{.*}}groups = 2
func.func @conv_transpose2d_groups(%a0: tensor<1x4x5x5xf32>, %a1: tensor<4x3x2x2xf32>) -> tensor<1x6x6x6xf32> {
  %0 = "ufront.conv_transpose2d"(%a0, %a1) {groups = 2 : i64}
      : (tensor<1x4x5x5xf32>, tensor<4x3x2x2xf32>) -> tensor<1x6x6x6xf32>
  return %0 : tensor<1x6x6x6xf32>
}

// IR-LABEL: func @conv_transpose2d_crop
// IR: "ufront.conv_transpose2d"
// PARTS-LABEL: func @conv_transpose2d_crop
// PARTS: "ufront.conv2d"
// PARTS: "ufront.slice"{{.*}}starts = array<i64: 1, 0>
func.func @conv_transpose2d_crop(%a0: tensor<1x3x5x5xf32>, %a1: tensor<3x4x1x1xf32>) -> tensor<1x4x4x4xf32> {
  %0 = "ufront.conv_transpose2d"(%a0, %a1) {padding = array<i64: 1, 0, 0, 1>}
      : (tensor<1x3x5x5xf32>, tensor<3x4x1x1xf32>) -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// With stride one it is a convolution whose taps dilation moves apart.
// LINALG-LABEL: func @conv_transpose1d
// LINALG: tensor.pad %{{.*}} low[0, 0, 4] high[0, 0, 4]
// LINALG: linalg.generic {indexing_maps = [#[[STEPS]],
// IR-LABEL: func @conv_transpose1d
// IR: "ufront.conv_transpose1d"
// PARTS-LABEL: func @conv_transpose1d
// PARTS: "ufront.conv1d"
func.func @conv_transpose1d(%a0: tensor<?x3x?xf32>, %a1: tensor<3x4x3xf32>) -> tensor<?x4x?xf32> {
  %0 = "ufront.conv_transpose1d"(%a0, %a1) {dilation = array<i64: 2>}
      : (tensor<?x3x?xf32>, tensor<3x4x3xf32>) -> tensor<?x4x?xf32>
  return %0 : tensor<?x4x?xf32>
}

// IR-LABEL: func @conv_transpose3d
// IR: "ufront.conv_transpose3d"
// PARTS-LABEL: func @conv_transpose3d
// PARTS: "ufront.conv3d"
func.func @conv_transpose3d(%a0: tensor<1x3x4x4x4xf32>, %a1: tensor<3x4x2x2x2xf32>) -> tensor<1x4x5x5x5xf32> {
  %0 = "ufront.conv_transpose3d"(%a0, %a1)
      : (tensor<1x3x4x4x4xf32>, tensor<3x4x2x2x2xf32>) -> tensor<1x4x5x5x5xf32>
  return %0 : tensor<1x4x5x5x5xf32>
}
