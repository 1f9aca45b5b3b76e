// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @band_mask_c1(%x: tensor<6xf32>) {
  // expected-error @+1 {{'ufront.band_mask' takes an input of rank 2 or more, but it has rank 1}}
  %0 = "ufront.band_mask"(%x) : (tensor<6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @band_mask_c2(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{'ufront.band_mask' left is -2, but must be -1 or more}}
  %0 = "ufront.band_mask"(%x) {left = -2 : i64} : (tensor<2x6xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @band_mask_c3(%x: tensor<2x6xf32>, %o: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.band_mask' operand 1 must have one element, or one for each of 2 samples, but is 3}}
  %0 = "ufront.band_mask"(%x, %o) : (tensor<2x6xf32>, tensor<3xi64>) -> tensor<2x6xf32>
  return
}
