// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @rnn_cell_c1(%x: tensor<2x5xf32>, %h: tensor<2x5xf32>, %s: tensor<2x?xf32>) {
  // expected-error @+1 {{'ufront.rnn_cell' operand 'hidden' must be of rank 2 and a known last dimension}}
  %0 = "ufront.rnn_cell"(%x, %h, %s) : (tensor<2x5xf32>, tensor<2x5xf32>, tensor<2x?xf32>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @rnn_cell_c2(%x: tensor<2x7xf32>, %h: tensor<2x5xf32>, %s: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.rnn_cell' operand 'x_gates' must be 2x5, but is 2x7}}
  %0 = "ufront.rnn_cell"(%x, %h, %s) : (tensor<2x7xf32>, tensor<2x5xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @rnn_cell_c2_h(%x: tensor<2x5xf32>, %h: tensor<3x5xf32>, %s: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.rnn_cell' operand 'h_gates' must be 2x5, but is 3x5}}
  %0 = "ufront.rnn_cell"(%x, %h, %s) : (tensor<2x5xf32>, tensor<3x5xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @rnn_cell_c2_active(%x: tensor<2x5xf32>, %h: tensor<2x5xf32>, %s: tensor<2x5xf32>, %a: tensor<3xi1>) {
  // expected-error @+1 {{'ufront.rnn_cell' operand 'active' must be 2, but is 3}}
  %0 = "ufront.rnn_cell"(%x, %h, %s, %a) : (tensor<2x5xf32>, tensor<2x5xf32>, tensor<2x5xf32>, tensor<3xi1>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @rnn_cell_c3(%x: tensor<2x5xf32>, %h: tensor<2x5xf32>, %s: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.rnn_cell' needs 1 activations, but has 'Tanh(1'}}
  %0 = "ufront.rnn_cell"(%x, %h, %s) {activations = "Tanh(1"} : (tensor<2x5xf32>, tensor<2x5xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @rnn_cell_c4(%x: tensor<2x5xf32>, %h: tensor<2x5xf32>, %s: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.rnn_cell' clips at -1, which is not positive}}
  %0 = "ufront.rnn_cell"(%x, %h, %s) {clip = -1.0 : f64} : (tensor<2x5xf32>, tensor<2x5xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>)
  return
}
