// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @affine_grid_c1(%a0: tensor<2x2x3xf32>) {
  // expected-error @+1 {{needs one attribute or operand 'size' of four or five numbers that are not negative}}
  %0 = "ufront.affine_grid"(%a0) {size = array<i64: 2, 1, 4>}
      : (tensor<2x2x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @affine_grid_c2(%a0: tensor<2x3x3xf32>) {
  // expected-error @+1 {{operand 'theta' must be (batch, 2, 3), but is 2x3x3}}
  %0 = "ufront.affine_grid"(%a0) {size = array<i64: 2, 1, 4, 4>}
      : (tensor<2x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}
