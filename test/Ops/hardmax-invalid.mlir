// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @hardmax_c1(%x: tensor<f32>) {
  // expected-error @+1 {{'ufront.hardmax' axis -1 is outside [-0, 0)}}
  %0 = "ufront.hardmax"(%x) : (tensor<f32>) -> tensor<f32>
  return
}
