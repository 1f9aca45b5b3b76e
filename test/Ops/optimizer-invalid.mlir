// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @momentum_update_c1(%x: tensor<3xf32>, %g: tensor<4xf32>, %r: tensor<f32>, %t: tensor<i64>) {
  // expected-error @+1 {{'ufront.momentum_update' takes tensors of one shape, but has 3 and 4}}
  %0:2 = "ufront.momentum_update"(%x, %g, %x, %r, %t) : (tensor<3xf32>, tensor<4xf32>, tensor<3xf32>, tensor<f32>, tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>)
  return
}

// -----

func.func @momentum_update_c2(%x: tensor<3xf32>, %r: tensor<2xf32>, %t: tensor<i64>) {
  // expected-error @+1 {{'ufront.momentum_update' takes a rate of one element}}
  %0:2 = "ufront.momentum_update"(%x, %x, %x, %r, %t) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2xf32>, tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>)
  return
}

// -----

func.func @adagrad_update_c1(%x: tensor<3xf32>, %g: tensor<3x1xf32>, %r: tensor<f32>, %t: tensor<i64>) {
  // expected-error @+1 {{'ufront.adagrad_update' takes tensors of one shape, but has 3 and 3x1}}
  %0:2 = "ufront.adagrad_update"(%x, %g, %x, %r, %t) : (tensor<3xf32>, tensor<3x1xf32>, tensor<3xf32>, tensor<f32>, tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>)
  return
}

// -----

func.func @adagrad_update_c2(%x: tensor<3xf32>, %r: tensor<f32>, %t: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.adagrad_update' takes a count of one element}}
  %0:2 = "ufront.adagrad_update"(%x, %x, %x, %r, %t) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<2xi64>) -> (tensor<3xf32>, tensor<3xf32>)
  return
}

// -----

func.func @adam_update_c1(%x: tensor<3xf32>, %h: tensor<2xf32>, %r: tensor<f32>, %t: tensor<i64>) {
  // expected-error @+1 {{'ufront.adam_update' takes tensors of one shape, but has 3 and 2}}
  %0:3 = "ufront.adam_update"(%x, %x, %x, %h, %r, %t) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2xf32>, tensor<f32>, tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  return
}

// -----

func.func @adam_update_c2(%x: tensor<3xf32>, %r: tensor<2xf32>, %t: tensor<i64>) {
  // expected-error @+1 {{'ufront.adam_update' takes a rate of one element}}
  %0:3 = "ufront.adam_update"(%x, %x, %x, %x, %r, %t) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2xf32>, tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  return
}
