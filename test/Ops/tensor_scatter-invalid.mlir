// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @tensor_scatter_c1(%c: tensor<2x8xf32>, %u: tensor<2x8xf32>) {
  // expected-error @+1 {{'ufront.tensor_scatter' axis must not be that of the batch}}
  %0 = "ufront.tensor_scatter"(%c, %u) : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @tensor_scatter_c2(%c: tensor<2x8x4xf32>, %u: tensor<2x9x4xf32>) {
  // expected-error @+1 {{'ufront.tensor_scatter' an update of shape 2x9x4 does not fit a cache of shape 2x8x4 along axis 1}}
  %0 = "ufront.tensor_scatter"(%c, %u) : (tensor<2x8x4xf32>, tensor<2x9x4xf32>) -> tensor<2x8x4xf32>
  return
}

// -----

func.func @tensor_scatter_c3(%c: tensor<2x8x4xf32>, %i: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.tensor_scatter' write_indices have shape 3 for a cache of shape 2x8x4}}
  %0 = "ufront.tensor_scatter"(%c, %c, %i) : (tensor<2x8x4xf32>, tensor<2x8x4xf32>, tensor<3xi64>) -> tensor<2x8x4xf32>
  return
}
