// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @scatter_elements_c1(%x: tensor<2x3x4xf32>, %i: tensor<1x1x1xi64>, %u: tensor<1x1x1xf32>) {
  // expected-error @+1 {{'ufront.scatter_elements' axis -4 is outside [-3, 3)}}
  %0 = "ufront.scatter_elements"(%x, %i, %u) {axis = -4 : i64} : (tensor<2x3x4xf32>, tensor<1x1x1xi64>, tensor<1x1x1xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @scatter_elements_c2(%x: tensor<2x3x4xf32>, %i: tensor<1x1x1xi64>, %u: tensor<1x1x2xf32>) {
  // expected-error @+1 {{'ufront.scatter_elements' has indices of shape 1x1x1 and updates of shape 1x1x2 for an input of rank 3}}
  %0 = "ufront.scatter_elements"(%x, %i, %u) : (tensor<2x3x4xf32>, tensor<1x1x1xi64>, tensor<1x1x2xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @scatter_elements_c3(%x: tensor<2x3x4xf32>, %i: tensor<1x4x1xi64>, %u: tensor<1x4x1xf32>) {
  // expected-error @+1 {{'ufront.scatter_elements' dimension 1 of the indices has size 4, more than the input's 3}}
  %0 = "ufront.scatter_elements"(%x, %i, %u) : (tensor<2x3x4xf32>, tensor<1x4x1xi64>, tensor<1x4x1xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @scatter_elements_c4(%x: tensor<0xf32>, %i: tensor<1xi64>, %u: tensor<1xf32>) {
  // expected-error @+1 {{'ufront.scatter_elements' has 1 indices into a dimension that is empty}}
  %0 = "ufront.scatter_elements"(%x, %i, %u) : (tensor<0xf32>, tensor<1xi64>, tensor<1xf32>) -> tensor<0xf32>
  return
}

// -----

func.func @scatter_elements_c5(%x: tensor<3xf8E5M2>, %i: tensor<1xi64>, %u: tensor<1xf8E5M2>) {
  // expected-error @+1 {{'ufront.scatter_elements' reduction 'add' cannot compute with the elements}}
  %0 = "ufront.scatter_elements"(%x, %i, %u) {reduction = "add"} : (tensor<3xf8E5M2>, tensor<1xi64>, tensor<1xf8E5M2>) -> tensor<3xf8E5M2>
  return
}
