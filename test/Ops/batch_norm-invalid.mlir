// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @batch_norm_c1(%x: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.batch_norm' axis 1 is outside [-1, 1)}}
  %0 = "ufront.batch_norm"(%x, %x, %x, %x, %x) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @batch_norm_c2(%x: tensor<2x3xf32>, %s: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.batch_norm' has 3 channels, but operand 1 is 2}}
  %0 = "ufront.batch_norm"(%x, %s, %s, %s, %s) : (tensor<2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}
