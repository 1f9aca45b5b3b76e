// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @max_pool_with_indices_c1(%a0: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{operand 'input' must have two dimensions more than the 1 to 3 of 'kernel_size', but has rank 4 with 1}}
  %0:2 = "ufront.max_pool_with_indices"(%a0) {kernel_size = array<i64: 3>}
      : (tensor<1x3x8x8xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xi64>)
  return
}

// -----

func.func @max_pool_with_indices_c2(%a0: tensor<1x3x8x8xf32>) {
  // expected-error @+1 {{attribute 'stride' must be between 1 and 2147483647, but element 0 is 0}}
  %0:2 = "ufront.max_pool_with_indices"(%a0) {kernel_size = array<i64: 3, 3>, stride = array<i64: 0, 1>}
      : (tensor<1x3x8x8xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xi64>)
  return
}

// -----

func.func @max_pool_with_indices_c3(%a0: tensor<1x3x8x2xf32>) {
  // expected-error @+1 {{the window spans 3 elements in spatial dimension 1, but the padded input has 2}}
  %0:2 = "ufront.max_pool_with_indices"(%a0) {kernel_size = array<i64: 3, 3>}
      : (tensor<1x3x8x2xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xi64>)
  return
}
