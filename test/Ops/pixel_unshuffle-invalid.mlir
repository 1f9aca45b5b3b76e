// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @pixel_unshuffle_c1(%x: tensor<4x4xf32>) {
  // expected-error @+1 {{'ufront.pixel_unshuffle' input has rank 2, but must have at least 3 and at most 14}}
  %0 = "ufront.pixel_unshuffle"(%x) {factor = 2 : i64} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @pixel_unshuffle_c2(%x: tensor<4x4x4xf32>) {
  // expected-error @+1 {{'ufront.pixel_unshuffle' factor is -1, but must be positive}}
  %0 = "ufront.pixel_unshuffle"(%x) {factor = -1 : i64} : (tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
  return
}

// -----

func.func @pixel_unshuffle_c3(%x: tensor<1x4x3xf32>) {
  // expected-error @+1 {{'ufront.pixel_unshuffle' dimension 2 has size 3, which is no multiple of 2}}
  %0 = "ufront.pixel_unshuffle"(%x) {factor = 2 : i64} : (tensor<1x4x3xf32>) -> tensor<4x2x1xf32>
  return
}
