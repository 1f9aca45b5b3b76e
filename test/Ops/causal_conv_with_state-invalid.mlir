// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @causal_conv_with_state_c1(%x: tensor<2x3x5xf32>, %w: tensor<4x1x2xf32>) {
  // expected-error @+1 {{'ufront.causal_conv_with_state' takes [batch, channels, length] and a weight of known shape [channels, 1, size], but they are 2x3x5 and 4x1x2}}
  %0:2 = "ufront.causal_conv_with_state"(%x, %w) : (tensor<2x3x5xf32>, tensor<4x1x2xf32>) -> (tensor<2x3x5xf32>, tensor<2x3x1xf32>)
  return
}

// -----

func.func @causal_conv_with_state_c1_unknown(%x: tensor<2x3x5xf32>, %w: tensor<3x1x?xf32>) {
  // expected-error @+1 {{'ufront.causal_conv_with_state' takes [batch, channels, length] and a weight of known shape [channels, 1, size], but they are 2x3x5 and 3x1x?}}
  %0:2 = "ufront.causal_conv_with_state"(%x, %w) : (tensor<2x3x5xf32>, tensor<3x1x?xf32>) -> (tensor<2x3x5xf32>, tensor<2x3x1xf32>)
  return
}

// -----

func.func @causal_conv_with_state_c2(%x: tensor<2x3x5xf32>, %w: tensor<3x1x2xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'ufront.causal_conv_with_state' bias must be [3], but is 4}}
  %0:2 = "ufront.causal_conv_with_state"(%x, %w, %b) : (tensor<2x3x5xf32>, tensor<3x1x2xf32>, tensor<4xf32>) -> (tensor<2x3x5xf32>, tensor<2x3x1xf32>)
  return
}

// -----

func.func @causal_conv_with_state_c3(%x: tensor<2x3x5xf32>, %w: tensor<3x1x2xf32>, %p: tensor<2x3x2xf32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.causal_conv_with_state' past_state must be [batch, 3, 1] with the input's batch, but is 2x3x2}}
  %0:2 = "ufront.causal_conv_with_state"(%x, %w, %none, %p) : (tensor<2x3x5xf32>, tensor<3x1x2xf32>, none, tensor<2x3x2xf32>) -> (tensor<2x3x5xf32>, tensor<2x3x1xf32>)
  return
}
