// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @orthogonal_polynomial(%x: tensor<3xf32>, %n: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.orthogonal_polynomial' operand 'n' must be a float tensor, but is tensor<3xi64>}}
  %0 = "ufront.orthogonal_polynomial"(%x, %n) {kind = "legendre_p"}
      : (tensor<3xf32>, tensor<3xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @orthogonal_polynomial_kind(%x: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.orthogonal_polynomial' attribute 'kind'}}
  %0 = "ufront.orthogonal_polynomial"(%x, %x) {kind = "jacobi"}
      : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}
