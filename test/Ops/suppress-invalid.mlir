// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @suppress_c1(%boxes: tensor<2x9x4xf32>, %scores: tensor<2x3x8xf32>, %order: tensor<2x3x8xi64>) {
  // expected-error @+1 {{'ufront.suppress' boxes must be [batch, boxes, 4] and scores [batch, class, boxes], but they are 2x9x4 and 2x3x8}}
  %0 = "ufront.suppress"(%boxes, %scores, %order) : (tensor<2x9x4xf32>, tensor<2x3x8xf32>, tensor<2x3x8xi64>) -> tensor<?x3xi64>
  return
}

// -----

func.func @suppress_c2(%boxes: tensor<2x9x4xf32>, %scores: tensor<2x3x9xf32>, %order: tensor<2x9xi64>) {
  // expected-error @+1 {{'ufront.suppress' order must have the shape of scores, 2x3x9, but has 2x9}}
  %0 = "ufront.suppress"(%boxes, %scores, %order) : (tensor<2x9x4xf32>, tensor<2x3x9xf32>, tensor<2x9xi64>) -> tensor<?x3xi64>
  return
}

// -----

func.func @suppress_c3(%boxes: tensor<2x9x4xf32>, %scores: tensor<2x3x9xf32>, %order: tensor<2x3x9xi64>, %most: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.suppress' operand 3 must have one element}}
  %0 = "ufront.suppress"(%boxes, %scores, %order, %most) : (tensor<2x9x4xf32>, tensor<2x3x9xf32>, tensor<2x3x9xi64>, tensor<2xi64>) -> tensor<?x3xi64>
  return
}
