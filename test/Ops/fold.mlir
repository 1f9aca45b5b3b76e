// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @fold
// IR: "ufront.fold"
// LINALG-LABEL: func @fold
// LINALG: tensor.expand_shape
// LINALG: linalg.generic {{.*}}"reduction", "reduction"]
func.func @fold(%a0: tensor<1x12x9xf32>) -> tensor<1x3x4x4xf32> {
  %0 = "ufront.fold"(%a0) {output_size = array<i64: 4, 4>, kernel_size = array<i64: 2, 2>}
      : (tensor<1x12x9xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// IR-LABEL: func @fold_operand
// IR: "ufront.fold"
// LINALG-LABEL: func @fold_operand
// LINALG: tensor.extract %arg1
func.func @fold_operand(%a0: tensor<1x12x9xf32>, %a1: tensor<2xi64>, %a2: tensor<2xi64>) -> tensor<1x?x?x?xf32> {
  %0 = "ufront.fold"(%a0, %a1, %a2) {stride = array<i64: 2, 1>}
      : (tensor<1x12x9xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<1x?x?x?xf32>
  return %0 : tensor<1x?x?x?xf32>
}
