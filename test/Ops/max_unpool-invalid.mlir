// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @max_unpool_c1(%a0: tensor<1x1x2x2xf32>, %a1: tensor<1x1x2x3xi64>) {
  // expected-error @+1 {{operand 'indices' must have the shape of input, 1x1x2x2, but has 1x1x2x3}}
  %0 = "ufront.max_unpool"(%a0, %a1) {output_size = array<i64: 1, 1, 4, 4>}
      : (tensor<1x1x2x2xf32>, tensor<1x1x2x3xi64>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @max_unpool_c2(%a0: tensor<1x1x2x2xf32>, %a1: tensor<1x1x2x2xi64>) {
  // expected-error @+1 {{attribute 'output_size' must have 4 sizes}}
  %0 = "ufront.max_unpool"(%a0, %a1) {output_size = array<i64: 1, 1, 4>}
      : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xi64>) -> tensor<?x?x?x?xf32>
  return
}
