// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @expand_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.expand' needs 'shape' either as an attribute or as an operand, but has neither}}
  %0 = "ufront.expand"(%x) : (tensor<2x3x4xf32>) -> tensor<24xf32>
  return
}

// -----

func.func @expand_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.expand' has -1 in its shape where the input has no dimension}}
  %0 = "ufront.expand"(%x) {shape = array<i64: -1, 2, 3, 4>} : (tensor<2x3x4xf32>) -> tensor<1x2x3x4xf32>
  return
}

// -----

func.func @expand_c2_negative(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.expand' has size -3 in its shape, but sizes must be at least -1}}
  %0 = "ufront.expand"(%x) {shape = array<i64: -3>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @expand_c3(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.expand' cannot expand size 4 to 5}}
  %0 = "ufront.expand"(%x) {shape = array<i64: 5>} : (tensor<2x3x4xf32>) -> tensor<2x3x5xf32>
  return
}
