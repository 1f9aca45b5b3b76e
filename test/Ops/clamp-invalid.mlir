// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @clamp_c1(%a: tensor<2x3xf32>, %b: tensor<f32>) {
  // expected-error @+1 {{'ufront.clamp' has both an operand 'lo' and an attribute 'min'}}
  %0 = "ufront.clamp"(%a, %b) {min = 0.0} : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
