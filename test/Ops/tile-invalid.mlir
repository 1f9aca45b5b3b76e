// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @tile_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.tile' has 1 multiples for rank 3}}
  %0 = "ufront.tile"(%x) {multiples = array<i64: 2>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @tile_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.tile' multiple 2 is -1, but must not be negative}}
  %0 = "ufront.tile"(%x) {multiples = array<i64: 2, 1, -1>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @tile_c3(%x: tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>) {
  // expected-error @+1 {{'ufront.tile' repeats 1 dimensions of rank 16, the most is 0}}
  %0 = "ufront.tile"(%x) {multiples = array<i64: 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>} : (tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>) -> tensor<1xf32>
  return
}
