// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @gather_elements_c1(%x: tensor<2x3x4xf32>, %i: tensor<2x3x4xi64>) {
  // expected-error @+1 {{'ufront.gather_elements' axis 3 is outside [-3, 3)}}
  %0 = "ufront.gather_elements"(%x, %i) {axis = 3 : i64} : (tensor<2x3x4xf32>, tensor<2x3x4xi64>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @gather_elements_c2(%x: tensor<2x3x4xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.gather_elements' has indices of rank 1 for an input of rank 3}}
  %0 = "ufront.gather_elements"(%x, %i) : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_elements_c3(%x: tensor<2x3x4xf32>, %i: tensor<9x4x4xi64>) {
  // expected-error @+1 {{'ufront.gather_elements' dimension 1 of the indices has size 4, more than the input's 3}}
  %0 = "ufront.gather_elements"(%x, %i) : (tensor<2x3x4xf32>, tensor<9x4x4xi64>) -> tensor<9x4x4xf32>
  return
}

// -----

func.func @gather_elements_c4(%x: tensor<0x3xf32>, %i: tensor<2x3xi64>) {
  // expected-error @+1 {{'ufront.gather_elements' has 6 indices into a dimension that is empty}}
  %0 = "ufront.gather_elements"(%x, %i) : (tensor<0x3xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
  return
}
