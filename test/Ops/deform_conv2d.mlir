// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --ufront-decompose --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @deform_conv2d
// IR: "ufront.deform_conv2d"
// LINALG-LABEL: func @deform_conv2d
// LINALG: math.floor
// LINALG: tensor<1x16x4x4xf32>
// LINALG: linalg.conv_2d_ngchw_gfchw
func.func @deform_conv2d(%a0: tensor<1x4x5x5xf32>, %a1: tensor<6x2x2x2xf32>, %a2: tensor<1x16x4x4xf32>, %a3: tensor<6xf32>, %a4: tensor<1x8x4x4xf32>) -> tensor<1x6x4x4xf32> {
  %0 = "ufront.deform_conv2d"(%a0, %a1, %a2, %a3, %a4) {groups = 2 : i64, offset_groups = 2 : i64}
      : (tensor<1x4x5x5xf32>, tensor<6x2x2x2xf32>, tensor<1x16x4x4xf32>, tensor<6xf32>, tensor<1x8x4x4xf32>) -> tensor<1x6x4x4xf32>
  return %0 : tensor<1x6x4x4xf32>
}

// IR-LABEL: func @deform_sample
// IR: "ufront.deform_sample"
// LINALG-LABEL: func @deform_sample
// LINALG: math.floor
// LINALG: tensor.extract %arg0
func.func @deform_sample(%a0: tensor<1x4x5x5xf32>, %a1: tensor<1x8x4x4xf32>) -> tensor<1x16x4x4xf32> {
  %0 = "ufront.deform_sample"(%a0, %a1) {kernel_size = array<i64: 2, 2>}
      : (tensor<1x4x5x5xf32>, tensor<1x8x4x4xf32>) -> tensor<1x16x4x4xf32>
  return %0 : tensor<1x16x4x4xf32>
}
