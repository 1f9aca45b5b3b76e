// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @gather_nd_c1(%x: tensor<2x3x4xf32>, %i: tensor<2x1xi64>) {
  // expected-error @+1 {{'ufront.gather_nd' batch_dims is 2 for an input of rank 3 and indices of rank 2}}
  %0 = "ufront.gather_nd"(%x, %i) {batch_dims = 2 : i64} : (tensor<2x3x4xf32>, tensor<2x1xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_nd_c2(%x: tensor<2x3x4xf32>, %i: tensor<2x4xi64>) {
  // expected-error @+1 {{'ufront.gather_nd' indices must have a last dimension of at most 3 that is known}}
  %0 = "ufront.gather_nd"(%x, %i) : (tensor<2x3x4xf32>, tensor<2x4xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_nd_c3(%x: tensor<2x3x4xf32>, %i: tensor<3x1xi64>) {
  // expected-error @+1 {{'ufront.gather_nd' batch dimension 0 has size 2 in the input and 3 in the indices}}
  %0 = "ufront.gather_nd"(%x, %i) {batch_dims = 1 : i64} : (tensor<2x3x4xf32>, tensor<3x1xi64>) -> tensor<2x4xf32>
  return
}

// -----

func.func @gather_nd_c4(%x: tensor<1x1x1x1x1x1x1x1x1xf32>, %i: tensor<1x1x1x1x1x1x1x1x1x1xi64>) {
  // expected-error @+1 {{'ufront.gather_nd' makes a result of rank 17, the most is 16}}
  %0 = "ufront.gather_nd"(%x, %i) : (tensor<1x1x1x1x1x1x1x1x1xf32>, tensor<1x1x1x1x1x1x1x1x1x1xi64>) -> tensor<1xf32>
  return
}

// -----

func.func @gather_nd_c5(%x: tensor<0x3xf32>, %i: tensor<2x1xi64>) {
  // expected-error @+1 {{'ufront.gather_nd' has 2 indices into a dimension that is empty}}
  %0 = "ufront.gather_nd"(%x, %i) : (tensor<0x3xf32>, tensor<2x1xi64>) -> tensor<2x3xf32>
  return
}
