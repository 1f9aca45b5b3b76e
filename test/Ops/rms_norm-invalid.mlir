// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @rms_norm_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.rms_norm' axis -3 is outside [-2, 2)}}
  %0 = "ufront.rms_norm"(%x) {axis = -3 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @rms_norm_c2(%x: tensor<2x3xf32>, %s: tensor<1x2x3xf32>) {
  // expected-error @+1 {{'ufront.rms_norm' operand 1, which is 1x2x3, does not broadcast to 2x3}}
  %0 = "ufront.rms_norm"(%x, %s) : (tensor<2x3xf32>, tensor<1x2x3xf32>) -> tensor<2x3xf32>
  return
}
