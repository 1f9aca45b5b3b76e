// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @nonzero_c1(%x: tensor<f32>) {
  // expected-error @+1 {{'ufront.nonzero' cannot give indices of a scalar}}
  %0 = "ufront.nonzero"(%x) : (tensor<f32>) -> tensor<0x?xi64>
  return
}
