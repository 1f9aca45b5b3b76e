// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @layer_norm_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.layer_norm' axis 2 is outside [-2, 2)}}
  %0 = "ufront.layer_norm"(%x) {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @layer_norm_c2(%x: tensor<2x3xf32>, %s: tensor<4xf32>) {
  // expected-error @+1 {{'ufront.layer_norm' operand 1, which is 4, does not broadcast to 2x3}}
  %0 = "ufront.layer_norm"(%x, %s) : (tensor<2x3xf32>, tensor<4xf32>) -> tensor<2x3xf32>
  return
}
