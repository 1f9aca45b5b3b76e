// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @global_pool_c1(%a0: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.global_pool' operand 'input' must have rank 2 or more, but has 1}}
  %0 = "ufront.global_pool"(%a0) {pool_type = "max"}
      : (tensor<3xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @global_pool_c2(%a0: tensor<1x3x8xi8>) {
  // expected-error @+1 {{pool_type 'avg' needs a float input}}
  %0 = "ufront.global_pool"(%a0) {pool_type = "avg"}
      : (tensor<1x3x8xi8>) -> tensor<1x3x1xi8>
  return
}

// -----

func.func @global_pool_c3(%a0: tensor<1x3x8xf32>) {
  // expected-error @+1 {{attribute 'p' must be positive and finite, but is -1}}
  %0 = "ufront.global_pool"(%a0) {pool_type = "lp", p = -1.0 : f64}
      : (tensor<1x3x8xf32>) -> tensor<?x?x?xf32>
  return
}
