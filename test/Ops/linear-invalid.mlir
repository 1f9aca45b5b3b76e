// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @linear_c1(%x: tensor<2x3xf32>, %w: tensor<1x4x3xf32>) {
  // expected-error @+1 {{'ufront.linear' takes an input of rank 1 or more and a weight of rank 2, but they have rank 2 and 3}}
  %0 = "ufront.linear"(%x, %w) : (tensor<2x3xf32>, tensor<1x4x3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @linear_c2(%x: tensor<2x5xf32>, %w: tensor<4x3xf32>) {
  // expected-error @+1 {{'ufront.linear' takes 3 input features (weight 4x3), but the input is 2x5}}
  %0 = "ufront.linear"(%x, %w) : (tensor<2x5xf32>, tensor<4x3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @linear_c3(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.linear' has 4 output features, but the bias is 3}}
  %0 = "ufront.linear"(%x, %w, %b) : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @linear_c4(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>) {
  // expected-error @+1 {{'ufront.linear' has 4 output features, but out_features is 5}}
  %0 = "ufront.linear"(%x, %w) {out_features = 5 : i64} : (tensor<2x3xf32>, tensor<4x3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @linear_c5(%x: tensor<2x3xui8>, %w: tensor<4x3xi8>) {
  // expected-error @+1 {{'ufront.linear' operand 'weight' must have the element type of operand 0}}
  %0 = "ufront.linear"(%x, %w) : (tensor<2x3xui8>, tensor<4x3xi8>) -> tensor<2x4xui8>
  return
}

// -----

func.func @bias_of_another_type(%x: tensor<2x3xui8>, %w: tensor<4x3xi8>, %b: tensor<4xi64>) {
  // expected-error @+1 {{'ufront.linear' operand 'bias' must have the element type of 'to'}}
  %0 = "ufront.linear"(%x, %w, %b) {to = i32} : (tensor<2x3xui8>, tensor<4x3xi8>, tensor<4xi64>) -> tensor<2x4xi32>
  return
}
