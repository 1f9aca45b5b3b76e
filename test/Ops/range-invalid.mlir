// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @range_c1(%a: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.range' operand 0 must have one element}}
  %0 = "ufront.range"(%a, %a, %a) : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<?xi64>
  return
}

// -----

func.func @range_c2(%a: tensor<i64>) {
  %c = "ufront.constant"() {value = dense<0> : tensor<i64>} : () -> tensor<i64>
  // expected-error @+1 {{'ufront.range' delta is 0}}
  %0 = "ufront.range"(%c, %c, %c) : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  return
}
