// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @slice_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.slice' needs 'ends' either as an attribute or as an operand, but has neither}}
  %0 = "ufront.slice"(%x) {starts = array<i64: 1>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @slice_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.slice' has 1 starts, but 2 ends}}
  %0 = "ufront.slice"(%x) {ends = array<i64: 1, 2>, starts = array<i64: 0>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @slice_c3(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.slice' axis 0 is given twice}}
  %0 = "ufront.slice"(%x) {axes = array<i64: 0, 0>, ends = array<i64: 1, 1>, starts = array<i64: 0, 0>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @slice_c3_many(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.slice' slices 2 dimensions of rank 1}}
  %0 = "ufront.slice"(%x) {ends = array<i64: 1, 1>, starts = array<i64: 0, 0>} : (tensor<2xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @slice_c4(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.slice' step 0 is 0}}
  %0 = "ufront.slice"(%x) {ends = array<i64: 1>, starts = array<i64: 0>, steps = array<i64: 0>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}
