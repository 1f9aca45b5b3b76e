// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @lp_normalize_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.lp_normalize' axis 2 is outside [-2, 2)}}
  %0 = "ufront.lp_normalize"(%x) {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @lp_normalize_c2(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.lp_normalize' p is 3, but must be 1 or 2}}
  %0 = "ufront.lp_normalize"(%x) {p = 3 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
