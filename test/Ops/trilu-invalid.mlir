// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @trilu_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{'ufront.trilu' input has rank 1, but must have at least 2}}
  %0 = "ufront.trilu"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @trilu_c2(%x: tensor<2x3x4xf32>, %k: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.trilu' k must have one element}}
  %0 = "ufront.trilu"(%x, %k) : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x3x4xf32>
  return
}
