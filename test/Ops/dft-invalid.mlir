// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @dft_c1(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{'ufront.dft' needs a last dimension of one or two elements}}
  %0 = "ufront.dft"(%x) : (tensor<4x3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @dft_c2(%x: tensor<4x2xf32>) {
  // expected-error @+1 {{'ufront.dft' axis 1 is the one of real and imaginary parts}}
  %0 = "ufront.dft"(%x) {axis = 1 : i64} : (tensor<4x2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @dft_c3(%x: tensor<4x2xf32>) {
  // expected-error @+1 {{'ufront.dft' has length 0, but must have at least 1}}
  %0 = "ufront.dft"(%x) {length = 0 : i64} : (tensor<4x2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @dft_c3_operand(%x: tensor<4x2xf32>, %n: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.dft' length must have one element}}
  %0 = "ufront.dft"(%x, %n) : (tensor<4x2xf32>, tensor<2xi64>) -> tensor<?x2xf32>
  return
}
