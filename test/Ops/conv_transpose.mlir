// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --ufront-decompose | FileCheck %s --check-prefix=PARTS

// Zeros between the elements, then a convolution by the weight turned around.

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

// IR-LABEL: func @conv_transpose1d
// IR: "ufront.conv_transpose1d"
// PARTS-LABEL: func @conv_transpose1d
// PARTS: "ufront.conv1d"
func.func @conv_transpose1d(%a0: tensor<?x3x?xf32>, %a1: tensor<3x4x3xf32>) -> tensor<?x4x?xf32> {
  %0 = "ufront.conv_transpose1d"(%a0, %a1)
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
