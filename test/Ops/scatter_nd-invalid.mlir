// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @scatter_nd_c1(%x: tensor<2x3x4xf32>, %i: tensor<2x4xi64>, %u: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.scatter_nd' indices must have a last dimension of at most 3 that is known}}
  %0 = "ufront.scatter_nd"(%x, %i, %u) : (tensor<2x3x4xf32>, tensor<2x4xi64>, tensor<2xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @scatter_nd_c2(%x: tensor<2x3x4xf32>, %i: tensor<5x1xi64>, %u: tensor<5x3xf32>) {
  // expected-error @+1 {{'ufront.scatter_nd' updates of shape 5x3 do not fit indices of shape 5x1 into an input of shape 2x3x4}}
  %0 = "ufront.scatter_nd"(%x, %i, %u) : (tensor<2x3x4xf32>, tensor<5x1xi64>, tensor<5x3xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @scatter_nd_c3(%x: tensor<0xf32>, %i: tensor<1x1xi64>, %u: tensor<1xf32>) {
  // expected-error @+1 {{'ufront.scatter_nd' has 1 indices into a dimension that is empty}}
  %0 = "ufront.scatter_nd"(%x, %i, %u) : (tensor<0xf32>, tensor<1x1xi64>, tensor<1xf32>) -> tensor<0xf32>
  return
}

// -----

func.func @scatter_nd_c4(%x: tensor<3xi4>, %i: tensor<1x1xi64>, %u: tensor<1xi4>) {
  // expected-error @+1 {{'ufront.scatter_nd' reduction 'max' cannot compute with the elements}}
  %0 = "ufront.scatter_nd"(%x, %i, %u) {reduction = "max"} : (tensor<3xi4>, tensor<1x1xi64>, tensor<1xi4>) -> tensor<3xi4>
  return
}
