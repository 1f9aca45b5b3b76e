// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @argmin_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.argmin' axis 3 is outside [-3, 3)}}
  %0 = "ufront.argmin"(%x) {axis = 3 : i64} : (tensor<2x3x4xf32>) -> tensor<1x3x4xi64>
  return
}

// -----

func.func @argmin_c2(%x: tensor<0x3xf32>) {
  // expected-error @+1 {{'ufront.argmin' dimension 0 is empty}}
  %0 = "ufront.argmin"(%x) : (tensor<0x3xf32>) -> tensor<1x3xi64>
  return
}
