// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @one_hot_c1(%i: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.one_hot' depth is -2, but must not be negative}}
  %0 = "ufront.one_hot"(%i) {depth = -2 : i64} : (tensor<3xi64>) -> tensor<3x4xi64>
  return
}

// -----

func.func @one_hot_c1_none(%i: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.one_hot' needs 'depth' either as an attribute or as an operand, but has neither}}
  %0 = "ufront.one_hot"(%i) : (tensor<3xi64>) -> tensor<3x4xi64>
  return
}

// -----

func.func @one_hot_c2(%i: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.one_hot' axis 2 is outside [-2, 2)}}
  %0 = "ufront.one_hot"(%i) {axis = 2 : i64, depth = 4 : i64} : (tensor<3xi64>) -> tensor<3x4xi64>
  return
}

// -----

func.func @one_hot_c3(%i: tensor<3xi64>, %v: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.one_hot' values must have two elements}}
  %0 = "ufront.one_hot"(%i, %v) {depth = 4 : i64} : (tensor<3xi64>, tensor<3xf32>) -> tensor<3x4xf32>
  return
}
