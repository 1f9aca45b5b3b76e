// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @nll_loss_c1(%x: tensor<2xf32>, %t: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.nll_loss' takes an input of rank 2 or more, but it has rank 1}}
  %0 = "ufront.nll_loss"(%x, %t) : (tensor<2xf32>, tensor<2xi64>) -> tensor<f32>
  return
}

// -----

func.func @cross_entropy_c2(%x: tensor<2x3x4xf32>, %t: tensor<2x3xi64>) {
  // expected-error @+1 {{'ufront.cross_entropy' needs a target of the input's shape without dimension 1, but the input is 2x3x4 and the target 2x3}}
  %0 = "ufront.cross_entropy"(%x, %t) : (tensor<2x3x4xf32>, tensor<2x3xi64>) -> tensor<f32>
  return
}

// -----

func.func @nll_loss_c3(%x: tensor<2x3xf32>, %t: tensor<2xi64>, %w: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.nll_loss' needs one weight for each of 3 classes}}
  %0 = "ufront.nll_loss"(%x, %t, %w) : (tensor<2x3xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<f32>
  return
}
