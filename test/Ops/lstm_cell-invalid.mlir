// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @lstm_cell_c1(%x: tensor<2x20xf32>, %h: tensor<2x20xf32>, %s: tensor<2x?xf32>, %c: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.lstm_cell' operand 'hidden' must be of rank 2 and a known last dimension}}
  %0:2 = "ufront.lstm_cell"(%x, %h, %s, %c) : (tensor<2x20xf32>, tensor<2x20xf32>, tensor<2x?xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @lstm_cell_c2(%x: tensor<2x7xf32>, %h: tensor<2x20xf32>, %s: tensor<2x5xf32>, %c: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.lstm_cell' operand 'x_gates' must be 2x20, but is 2x7}}
  %0:2 = "ufront.lstm_cell"(%x, %h, %s, %c) : (tensor<2x7xf32>, tensor<2x20xf32>, tensor<2x5xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @lstm_cell_c2_h(%x: tensor<2x20xf32>, %h: tensor<3x20xf32>, %s: tensor<2x5xf32>, %c: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.lstm_cell' operand 'h_gates' must be 2x20, but is 3x20}}
  %0:2 = "ufront.lstm_cell"(%x, %h, %s, %c) : (tensor<2x20xf32>, tensor<3x20xf32>, tensor<2x5xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @lstm_cell_c2_cell(%x: tensor<2x20xf32>, %h: tensor<2x20xf32>, %s: tensor<2x5xf32>, %c: tensor<2x4xf32>) {
  // expected-error @+1 {{'ufront.lstm_cell' operand 'cell' must be 2x5, but is 2x4}}
  %0:2 = "ufront.lstm_cell"(%x, %h, %s, %c) : (tensor<2x20xf32>, tensor<2x20xf32>, tensor<2x5xf32>, tensor<2x4xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @lstm_cell_c2_peephole(%x: tensor<2x20xf32>, %h: tensor<2x20xf32>, %s: tensor<2x5xf32>, %c: tensor<2x5xf32>, %p: tensor<20xf32>) {
  // expected-error @+1 {{'ufront.lstm_cell' operand 'peephole' must be 15, but is 20}}
  %0:2 = "ufront.lstm_cell"(%x, %h, %s, %c, %p) : (tensor<2x20xf32>, tensor<2x20xf32>, tensor<2x5xf32>, tensor<2x5xf32>, tensor<20xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @lstm_cell_c2_active(%x: tensor<2x20xf32>, %h: tensor<2x20xf32>, %s: tensor<2x5xf32>, %c: tensor<2x5xf32>, %p: tensor<15xf32>, %a: tensor<3xi1>) {
  // expected-error @+1 {{'ufront.lstm_cell' operand 'active' must be 2, but is 3}}
  %0:2 = "ufront.lstm_cell"(%x, %h, %s, %c, %p, %a) : (tensor<2x20xf32>, tensor<2x20xf32>, tensor<2x5xf32>, tensor<2x5xf32>, tensor<15xf32>, tensor<3xi1>) -> (tensor<2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @lstm_cell_c3(%x: tensor<2x20xf32>, %h: tensor<2x20xf32>, %s: tensor<2x5xf32>, %c: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.lstm_cell' needs 3 activations, but has 'Tanh(1'}}
  %0:2 = "ufront.lstm_cell"(%x, %h, %s, %c) {activations = "Tanh(1"} : (tensor<2x20xf32>, tensor<2x20xf32>, tensor<2x5xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>)
  return
}

// -----

func.func @lstm_cell_c4(%x: tensor<2x20xf32>, %h: tensor<2x20xf32>, %s: tensor<2x5xf32>, %c: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.lstm_cell' clips at -1, which is not positive}}
  %0:2 = "ufront.lstm_cell"(%x, %h, %s, %c) {clip = -1.0 : f64} : (tensor<2x20xf32>, tensor<2x20xf32>, tensor<2x5xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>)
  return
}
