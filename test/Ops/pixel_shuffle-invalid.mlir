// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @pixel_shuffle_c1(%x: tensor<4x4xf32>) {
  // expected-error @+1 {{'ufront.pixel_shuffle' input has rank 2, but must have at least 3 and at most 14}}
  %0 = "ufront.pixel_shuffle"(%x) {factor = 2 : i64} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @pixel_shuffle_c2(%x: tensor<4x4x4xf32>) {
  // expected-error @+1 {{'ufront.pixel_shuffle' factor is 0, but must be positive}}
  %0 = "ufront.pixel_shuffle"(%x) {factor = 0 : i64} : (tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
  return
}

// -----

func.func @pixel_shuffle_c3(%x: tensor<6x4x4xf32>) {
  // expected-error @+1 {{'ufront.pixel_shuffle' dimension 0 has size 6, which is no multiple of 4}}
  %0 = "ufront.pixel_shuffle"(%x) {factor = 2 : i64} : (tensor<6x4x4xf32>) -> tensor<1x8x8xf32>
  return
}
