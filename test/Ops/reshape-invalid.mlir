// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @reshape_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.reshape' needs 'shape' either as an attribute or as an operand, but has neither}}
  %0 = "ufront.reshape"(%x) : (tensor<2x3x4xf32>) -> tensor<24xf32>
  return
}

// -----

func.func @reshape_c1_rank(%x: tensor<1xf32>) {
  // expected-error @+1 {{'ufront.reshape' asks for rank 17, the most is 16}}
  %0 = "ufront.reshape"(%x) {shape = array<i64: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>} : (tensor<1xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @reshape_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.reshape' has more than one -1 in its shape}}
  %0 = "ufront.reshape"(%x) {shape = array<i64: -1, -1>} : (tensor<2x3x4xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @reshape_c2_negative(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.reshape' shape 0 is -2, but must be at least -1}}
  %0 = "ufront.reshape"(%x) {shape = array<i64: -2, 6>} : (tensor<2x3x4xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @reshape_c3(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.reshape' shape 3 is 0, which stands for the input's size, but the input has rank 3}}
  %0 = "ufront.reshape"(%x) {shape = array<i64: 2, 3, 4, 0>} : (tensor<2x3x4xf32>) -> tensor<2x3x4x1xf32>
  return
}

// -----

func.func @reshape_c4(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.reshape' has both a 0 and a -1 in its shape, with allow_zero}}
  %0 = "ufront.reshape"(%x) {allow_zero = true, shape = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<0x4xf32>
  return
}

// -----

func.func @reshape_c5(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.reshape' cannot reshape 2x3x4 to 5x5: the numbers of elements differ}}
  %0 = "ufront.reshape"(%x) {shape = array<i64: 5, 5>} : (tensor<2x3x4xf32>) -> tensor<5x5xf32>
  return
}
