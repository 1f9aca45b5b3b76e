// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @reduce_sum_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.reduce_sum' axis 2 is outside [-2, 2)}}
  %0 = "ufront.reduce_sum"(%x) {axes = array<i64: 2>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @reduce_mean_c2(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.reduce_mean' names axis 1 twice}}
  %0 = "ufront.reduce_mean"(%x) {axes = array<i64: 1, -1>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @reduce_prod_c3(%x: tensor<2x3xf32>, %axes: tensor<1xi64>) {
  // expected-error @+1 {{'ufront.reduce_prod' takes axes from an attribute, or from an operand of rank 1}}
  %0 = "ufront.reduce_prod"(%x, %axes) {axes = array<i64: 1>} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  return
}

// -----

func.func @reduce_l2_c4(%x: tensor<2x3xf32>, %axes: tensor<?xi64>) {
  // expected-error @+1 {{'ufront.reduce_l2' reduces along computed axes: the rank, which is 2, must be at most 8, and without keepdims the number of axes known}}
  %0 = "ufront.reduce_l2"(%x, %axes) {keepdims = false} : (tensor<2x3xf32>, tensor<?xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @reduce_max(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.reduce_max' result 0 must be tensor<2x1xf32>, but is declared tensor<2x3xf32>}}
  %0 = "ufront.reduce_max"(%x) {axes = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @reduce_min(%x: tensor<f32>) {
  // expected-error @+1 {{'ufront.reduce_min' axis 0 is outside [-0, 0)}}
  %0 = "ufront.reduce_min"(%x) {axes = array<i64: 0>} : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @reduce_any(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.reduce_any' operand 'input' must be an i1 tensor, but is tensor<2xf32>}}
  %0 = "ufront.reduce_any"(%x) : (tensor<2xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @reduce_all(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.reduce_all' operand 'input' must be an i1 tensor, but is tensor<2xf32>}}
  %0 = "ufront.reduce_all"(%x) : (tensor<2xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @reduce_l1(%x: tensor<2xi1>) {
  // expected-error @+1 {{'ufront.reduce_l1' operand 'input' must be a float or integer tensor}}
  %0 = "ufront.reduce_l1"(%x) : (tensor<2xi1>) -> tensor<1xi1>
  return
}

// -----

func.func @reduce_sum_square(%x: tensor<2xi1>) {
  // expected-error @+1 {{'ufront.reduce_sum_square' operand 'input' must be a float or integer tensor}}
  %0 = "ufront.reduce_sum_square"(%x) : (tensor<2xi1>) -> tensor<1xi1>
  return
}

// -----

func.func @reduce_log_sum(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.reduce_log_sum' has no attribute 'axis'}}
  %0 = "ufront.reduce_log_sum"(%x) {axis = 0 : i64} : (tensor<2xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @reduce_log_sum_exp(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.reduce_log_sum_exp' attribute 'keepdims' must be true or false}}
  %0 = "ufront.reduce_log_sum_exp"(%x) {keepdims = 0 : i64} : (tensor<2xf32>) -> tensor<1xf32>
  return
}
