// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @gather_c1(%x: tensor<2x3x4xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.gather' axis 3 is outside [-3, 3)}}
  %0 = "ufront.gather"(%x, %i) {axis = 3 : i64} : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x3x2xf32>
  return
}

// -----

func.func @gather_c2(%x: tensor<2x3x4xf32>, %i: tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xi64>) {
  // expected-error @+1 {{'ufront.gather' makes a result of rank 18, the most is 16}}
  %0 = "ufront.gather"(%x, %i) : (tensor<2x3x4xf32>, tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xi64>) -> tensor<1xf32>
  return
}

// -----

func.func @gather_c3(%x: tensor<0x3xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.gather' has 2 indices into a dimension that is empty}}
  %0 = "ufront.gather"(%x, %i) : (tensor<0x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  return
}
