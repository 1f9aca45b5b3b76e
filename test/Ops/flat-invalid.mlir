// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @flat_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.flat' start 3 is outside [-3, 3)}}
  %0 = "ufront.flat"(%x) {start = 3 : i64} : (tensor<2x3x4xf32>) -> tensor<24xf32>
  return
}

// -----

func.func @flat_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.flat' start 2 is behind end 0}}
  %0 = "ufront.flat"(%x) {end = 0 : i64, start = 2 : i64} : (tensor<2x3x4xf32>) -> tensor<24xf32>
  return
}
