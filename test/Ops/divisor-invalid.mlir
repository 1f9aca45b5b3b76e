// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @gcd(%a: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.gcd' operand 'lhs' must be an integer tensor, but is tensor<3xf32>}}
  %0 = "ufront.gcd"(%a, %a) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}
