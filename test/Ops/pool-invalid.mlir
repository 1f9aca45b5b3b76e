// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @pool2d_c1(%a0: tensor<1x3x8xf32>) {
  // expected-error @+1 {{'ufront.pool2d' operand 'input' must have rank 4, but has 3}}
  %0 = "ufront.pool2d"(%a0) {pool_type = "max", kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x8xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @pool1d_c1(%a0: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{'ufront.pool1d' operand 'input' must have rank 3, but has 4}}
  %0 = "ufront.pool1d"(%a0) {pool_type = "max", kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x8x8xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @pool3d_c1(%a0: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{'ufront.pool3d' operand 'input' must have rank 5, but has 4}}
  %0 = "ufront.pool3d"(%a0) {pool_type = "max", kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x8x8xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @pool2d_c2(%a0: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{attribute 'kernel_size' must have 2 elements, but has 1}}
  %0 = "ufront.pool2d"(%a0) {pool_type = "max", kernel_size = array<i64: 3>}
      : (tensor<1x3x8x8xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @pool2d_c3(%a0: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{pad_mode 'same_lower' decides the padding}}
  %0 = "ufront.pool2d"(%a0) {pool_type = "max", pad_mode = "same_lower", padding = array<i64: 1, 0, 0, 0>, kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x8x8xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @pool2d_c4(%a0: tensor<1x3x2x8xf32>) {
  // expected-error @+1 {{the window spans 3 elements in spatial dimension 0, but the padded input has 2}}
  %0 = "ufront.pool2d"(%a0) {pool_type = "max", kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x2x8xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @pool2d_c5(%a0: tensor<1x3x8x8xi32>) {
  // expected-error @+1 {{pool_type 'avg' needs a float input}}
  %0 = "ufront.pool2d"(%a0) {pool_type = "avg", kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x8x8xi32>) -> tensor<1x3x6x6xi32>
  return
}

// -----

func.func @pool2d_c6(%a0: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{attribute 'p' must be positive and finite, but is 0}}
  %0 = "ufront.pool2d"(%a0) {pool_type = "lp", p = 0.0 : f64, kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x8x8xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @pool2d_type(%a0: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{attribute 'pool_type' must be one of max|avg|lp, but is 'median'}}
  %0 = "ufront.pool2d"(%a0) {pool_type = "median", kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x8x8xf32>) -> tensor<?x?x?x?xf32>
  return
}
