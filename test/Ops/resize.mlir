// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// One pass for each axis, with a table for each of the neighbours.

// IR-LABEL: func @resize_nearest
// IR: "ufront.resize"
// LINALG-LABEL: func @resize_nearest
// LINALG: math.ceil
// LINALG: math.ceil
// LINALG: tensor.extract %arg0
// LINALG: return
// TOSA-LABEL: func @resize_nearest
// TOSA: dense<[4, 2, 4, 2]>
// TOSA: dense<-2> : tensor<2xindex>
// TOSA: tosa.resize {{.*}}mode = NEAREST_NEIGHBOR
func.func @resize_nearest(%a0: tensor<1x3x4x4xf32>) -> tensor<1x3x8x8xf32> {
  %0 = "ufront.resize"(%a0) {axes = array<i64: 2, 3>, scales = dense<2.0> : tensor<2xf64>}
      : (tensor<1x3x4x4xf32>) -> tensor<1x3x8x8xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// IR-LABEL: func @resize_linear
// IR: "ufront.resize"
// LINALG-LABEL: func @resize_linear
// LINALG: outs({{.*}}tensor<6xi64>, tensor<6xi64>, tensor<6xf32>, tensor<6xf32>)
// LINALG: tensor.extract %arg0
// LINALG: tensor.extract %arg0
// TOSA-LABEL: func @resize_linear
// TOSA: dense<[6, 4, 2, 2]>
// TOSA: dense<[-1, 0]>
// TOSA: tosa.resize {{.*}}mode = BILINEAR
func.func @resize_linear(%a0: tensor<1x3x4x4xf32>) -> tensor<1x3x6x4xf32> {
  %0 = "ufront.resize"(%a0) {mode = "linear", axes = array<i64: 2, 3>, sizes = array<i64: 6, 4>}
      : (tensor<1x3x4x4xf32>) -> tensor<1x3x6x4xf32>
  return %0 : tensor<1x3x6x4xf32>
}

// IR-LABEL: func @resize_cubic_corners
// IR: "ufront.resize"
// LINALG-LABEL: func @resize_cubic_corners
// LINALG: linalg.generic
// TOSA-LABEL: func @resize_cubic_corners
// TOSA: "ufront.resize"
func.func @resize_cubic_corners(%a0: tensor<1x3x4x4xf32>) -> tensor<1x3x6x7xf32> {
  %0 = "ufront.resize"(%a0) {mode = "cubic", coordinates = "align_corners", axes = array<i64: 2, 3>, sizes = array<i64: 6, 7>}
      : (tensor<1x3x4x4xf32>) -> tensor<1x3x6x7xf32>
  return %0 : tensor<1x3x6x7xf32>
}

// IR-LABEL: func @resize_antialias
// IR: "ufront.resize"
// LINALG-LABEL: func @resize_antialias
// LINALG: tensor<3x6xf64>
// LINALG: reduction
// TOSA-LABEL: func @resize_antialias
// TOSA: "ufront.resize"
func.func @resize_antialias(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x3x8xf32> {
  %0 = "ufront.resize"(%a0) {mode = "linear", antialias = true, axes = array<i64: 2, 3>, sizes = array<i64: 3, 8>}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x3x8xf32>
  return %0 : tensor<1x3x3x8xf32>
}

// IR-LABEL: func @resize_same
// IR: "ufront.resize"
// LINALG-LABEL: func @resize_same
// LINALG: return %arg0
// TOSA-LABEL: func @resize_same
// TOSA: tosa.resize
func.func @resize_same(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x8x8xf32> {
  %0 = "ufront.resize"(%a0) {mode = "linear", axes = array<i64: 2, 3>, sizes = array<i64: 8, 8>}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x8x8xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// IR-LABEL: func @resize_policy
// IR: "ufront.resize"
// LINALG-LABEL: func @resize_policy
// LINALG: tensor<1x3x16x16xf32>
// TOSA-LABEL: func @resize_policy
// TOSA: tosa.resize
func.func @resize_policy(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x16x16xf32> {
  %0 = "ufront.resize"(%a0) {policy = "not_larger", axes = array<i64: 2, 3>, sizes = array<i64: 16, 20>}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x16x16xf32>
  return %0 : tensor<1x3x16x16xf32>
}

// IR-LABEL: func @resize_crop
// IR: "ufront.resize"
// LINALG-LABEL: func @resize_crop
// LINALG: arith.ori
// LINALG: arith.constant 7.0
// TOSA-LABEL: func @resize_crop
// TOSA: "ufront.resize"
func.func @resize_crop(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
  %0 = "ufront.resize"(%a0) {coordinates = "tf_crop_and_resize", roi = dense<[0.1, 0.2, 0.9, 1.2]> : tensor<4xf64>, extrapolation_value = 7.0 : f64, axes = array<i64: 2, 3>, sizes = array<i64: 4, 4>}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// IR-LABEL: func @resize_operand
// IR: "ufront.resize"
// LINALG-LABEL: func @resize_operand
// LINALG: tensor.extract %arg1
// TOSA-LABEL: func @resize_operand
// TOSA: "ufront.resize"
func.func @resize_operand(%a0: tensor<?x3x?x?xf32>, %a1: tensor<2xi64>) -> tensor<?x3x?x?xf32> {
  %0 = "ufront.resize"(%a0, %a1) {mode = "linear", axes = array<i64: 2, 3>}
      : (tensor<?x3x?x?xf32>, tensor<2xi64>) -> tensor<?x3x?x?xf32>
  return %0 : tensor<?x3x?x?xf32>
}
