// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @gru_reset_c1(%x: tensor<2x15xf32>, %h: tensor<2x10xf32>, %s: tensor<2x?xf32>) {
  // expected-error @+1 {{'ufront.gru_reset' operand 'hidden' must be of rank 2 and a known last dimension}}
  %0 = "ufront.gru_reset"(%x, %h, %s) : (tensor<2x15xf32>, tensor<2x10xf32>, tensor<2x?xf32>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @gru_reset_c2(%x: tensor<2x7xf32>, %h: tensor<2x10xf32>, %s: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.gru_reset' operand 'x_gates' must be 2x15, but is 2x7}}
  %0 = "ufront.gru_reset"(%x, %h, %s) : (tensor<2x7xf32>, tensor<2x10xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @gru_reset_c2_h(%x: tensor<2x15xf32>, %h: tensor<3x10xf32>, %s: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.gru_reset' operand 'h_gates' must be 2x10, but is 3x10}}
  %0 = "ufront.gru_reset"(%x, %h, %s) : (tensor<2x15xf32>, tensor<3x10xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @gru_reset_c3(%x: tensor<2x15xf32>, %h: tensor<2x10xf32>, %s: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.gru_reset' needs 1 activations, but has 'Tanh(1'}}
  %0 = "ufront.gru_reset"(%x, %h, %s) {activations = "Tanh(1"} : (tensor<2x15xf32>, tensor<2x10xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>)
  return
}

// -----

func.func @gru_reset_c4(%x: tensor<2x15xf32>, %h: tensor<2x10xf32>, %s: tensor<2x5xf32>) {
  // expected-error @+1 {{'ufront.gru_reset' clips at -1, which is not positive}}
  %0 = "ufront.gru_reset"(%x, %h, %s) {clip = -1.0 : f64} : (tensor<2x15xf32>, tensor<2x10xf32>, tensor<2x5xf32>) -> (tensor<2x5xf32>)
  return
}
