// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @dropout_c1(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.dropout' rate 1 is outside [0, 1)}}
  %0:2 = "ufront.dropout"(%a) {rate = 1.0} : (tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xi1>)
  return
}

// -----

func.func @dropout_c2(%a: tensor<2x3xf32>, %r: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.dropout' operand 'rate_value' must have one element}}
  %0:2 = "ufront.dropout"(%a, %r) : (tensor<2x3xf32>, tensor<2xf32>) -> (tensor<2x3xf32>, tensor<2x3xi1>)
  return
}
