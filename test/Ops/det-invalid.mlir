// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @det_c1(%x: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.det' input has rank 1, but must have at least 2}}
  %0 = "ufront.det"(%x) : (tensor<3xf32>) -> tensor<f32>
  return
}

// -----

func.func @det_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.det' takes square matrices, but they are 3 x 4}}
  %0 = "ufront.det"(%x) : (tensor<2x3x4xf32>) -> tensor<2xf32>
  return
}
