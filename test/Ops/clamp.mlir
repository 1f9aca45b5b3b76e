// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Bounds are attributes, operands, or not there.

// IR-LABEL: func @clamp
// IR: "ufront.clamp"
// LINALG-LABEL: func @clamp
// LINALG: arith.maximumf
// LINALG: arith.minimumf
// TOSA-LABEL: func @clamp
// TOSA: tosa.clamp
func.func @clamp(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.clamp"(%a) {min = 0.0, max = 6.0}
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @clamp_operands
// IR: "ufront.clamp"
// LINALG-LABEL: func @clamp_operands
// LINALG: arith.maximumf
// LINALG: arith.minimumf
// TOSA-LABEL: func @clamp_operands
// TOSA: tosa.maximum
// TOSA: tosa.minimum
func.func @clamp_operands(%a: tensor<2x3xf32>, %b: tensor<f32>, %c: tensor<f32>) -> tensor<2x3xf32> {
  %0 = "ufront.clamp"(%a, %b, %c)
      : (tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @clamp_low
// IR: "ufront.clamp"
// LINALG-LABEL: func @clamp_low
// LINALG: arith.maximumf
// LINALG: arith.minimumf
// TOSA-LABEL: func @clamp_low
// TOSA: tosa.maximum
// TOSA: tosa.clamp
func.func @clamp_low(%a: tensor<2x3xf32>, %b: tensor<f32>) -> tensor<2x3xf32> {
  %0 = "ufront.clamp"(%a, %b) {max = 1.0}
      : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @clamp_unsigned
// IR: "ufront.clamp"
// LINALG-LABEL: func @clamp_unsigned
// LINALG: arith.constant 0 : i8
// LINALG: arith.constant -1 : i8
// LINALG: arith.maxui
// LINALG: arith.minui
func.func @clamp_unsigned(%a: tensor<4xui8>) -> tensor<4xui8> {
  %0 = "ufront.clamp"(%a) {min = -3.0, max = 300.0}
      : (tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// IR-LABEL: func @clamp_high
// IR: "ufront.clamp"
// LINALG-LABEL: func @clamp_high
// LINALG-NOT: arith.maximumf
// LINALG: arith.minimumf
// TOSA-LABEL: func @clamp_high
// TOSA: tosa.minimum
func.func @clamp_high(%a: tensor<?xf32>, %b: tensor<f32>) -> tensor<?xf32> {
  %none = "ufront.none"() : () -> none
  %0 = "ufront.clamp"(%a, %none, %b) : (tensor<?xf32>, none, tensor<f32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
