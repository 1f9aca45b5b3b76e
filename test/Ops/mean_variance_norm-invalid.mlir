// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @mean_variance_norm_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.mean_variance_norm' axis 2 is outside [-2, 2)}}
  %0 = "ufront.mean_variance_norm"(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
