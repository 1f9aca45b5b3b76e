// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @gru_c1(%x: tensor<7x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' takes an input of rank 3, but it has rank 2}}
  %0:2 = "ufront.gru"(%x, %w, %r) : (tensor<7x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c2(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' operand 'r' must be of rank 3 and a known last dimension}}
  %0:2 = "ufront.gru"(%x, %w, %r) : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c2_w(%x: tensor<7x2x3xf32>, %w: tensor<1x15x4xf32>, %r: tensor<1x15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' operand 'w' must be 1x15x3, but is 1x15x4}}
  %0:2 = "ufront.gru"(%x, %w, %r) : (tensor<7x2x3xf32>, tensor<1x15x4xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c3(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>, %b: tensor<1x15xf32>) {
  // expected-error @+1 {{'ufront.gru' operand 'bias' must be 1x30, but is 1x15}}
  %0:2 = "ufront.gru"(%x, %w, %r, %b) : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>, tensor<1x15xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c3_lens(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>, %n: tensor<3xi32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.gru' operand 'sequence_lens' must be 2, but is 3}}
  %0:2 = "ufront.gru"(%x, %w, %r, %none, %n) : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>, none, tensor<3xi32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c3_h(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>, %h: tensor<2x1x5xf32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.gru' operand 'initial_h' must be 1x2x5, but is 2x1x5}}
  %0:2 = "ufront.gru"(%x, %w, %r, %none, %none, %h) : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>, none, none, tensor<2x1x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c4(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' operand 'w' must be 2x15x3, but is 1x15x3}}
  %0:2 = "ufront.gru"(%x, %w, %r) {direction = "bidirectional"} : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c4_size(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' has hidden_size 4, but weights for 5}}
  %0:2 = "ufront.gru"(%x, %w, %r) {hidden_size = 4 : i64} : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c5(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' has layout 2, which is not 0 or 1}}
  %0:2 = "ufront.gru"(%x, %w, %r) {layout = 2 : i64} : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c6(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' needs 2 activations for each of 1 directions, but has 'Tanh,Tanh,Tanh,Tanh'}}
  %0:2 = "ufront.gru"(%x, %w, %r) {activations = "Tanh,Tanh,Tanh,Tanh"} : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c6_name(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' needs 2 activations for each of 1 directions, but has 'Sine'}}
  %0:2 = "ufront.gru"(%x, %w, %r) {activations = "Sine"} : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}

// -----

func.func @gru_c7(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) {
  // expected-error @+1 {{'ufront.gru' clips at 0, which is not positive}}
  %0:2 = "ufront.gru"(%x, %w, %r) {clip = 0.0 : f64} : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return
}
