// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @instance_norm_c1(%x: tensor<6xf32>) {
  // expected-error @+1 {{'ufront.instance_norm' takes an input of rank 2 to 16, but it has rank 1}}
  %0 = "ufront.instance_norm"(%x) : (tensor<6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @instance_norm_c3(%x: tensor<2x6x5xf32>, %s: tensor<6xf32>, %b: tensor<1x6xf32>) {
  // expected-error @+1 {{'ufront.instance_norm' has 6 channels, but operand 2 is 1x6}}
  %0 = "ufront.instance_norm"(%x, %s, %b) : (tensor<2x6x5xf32>, tensor<6xf32>, tensor<1x6xf32>) -> tensor<2x6x5xf32>
  return
}
