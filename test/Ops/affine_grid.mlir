// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @affine_grid
// IR: "ufront.affine_grid"
// LINALG-LABEL: func @affine_grid
// LINALG: linalg.generic
// LINALG: tensor.extract %arg0
func.func @affine_grid(%a0: tensor<2x2x3xf32>) -> tensor<2x4x5x2xf32> {
  %0 = "ufront.affine_grid"(%a0) {size = array<i64: 2, 1, 4, 5>}
      : (tensor<2x2x3xf32>) -> tensor<2x4x5x2xf32>
  return %0 : tensor<2x4x5x2xf32>
}

// IR-LABEL: func @affine_grid_operand
// IR: "ufront.affine_grid"
// LINALG-LABEL: func @affine_grid_operand
// LINALG: tensor.extract %arg1
func.func @affine_grid_operand(%a0: tensor<?x3x4xf32>, %a1: tensor<5xi64>) -> tensor<?x?x?x?x3xf32> {
  %0 = "ufront.affine_grid"(%a0, %a1) {align_corners = true}
      : (tensor<?x3x4xf32>, tensor<5xi64>) -> tensor<?x?x?x?x3xf32>
  return %0 : tensor<?x?x?x?x3xf32>
}
