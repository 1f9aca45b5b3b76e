// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @pad_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.pad' needs 'pads' either as an attribute or as an operand, but has neither}}
  %0 = "ufront.pad"(%x) : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @pad_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.pad' has 2 pads for 3 axes of rank 3}}
  %0 = "ufront.pad"(%x) {pads = array<i64: 1, 1>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @pad_c3(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.pad' axis 3 is outside [-3, 3)}}
  %0 = "ufront.pad"(%x) {axes = array<i64: 3>, pads = array<i64: 1, 1>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @pad_c4(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.pad' cannot pad dimension 0 of size 2 by -3 and 4}}
  %0 = "ufront.pad"(%x) {pads = array<i64: -3, 4>} : (tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @pad_c5(%x: tensor<0xf32>) {
  // expected-error @+1 {{'ufront.pad' cannot pad dimension 0, which is empty, in mode 'edge'}}
  %0 = "ufront.pad"(%x) {mode = "edge", pads = array<i64: 1, 1>} : (tensor<0xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @pad_c6(%x: tensor<2xf32>, %v: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.pad' value has 2 elements, but must have 1}}
  %0 = "ufront.pad"(%x, %v) {pads = array<i64: 1, 1>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return
}
