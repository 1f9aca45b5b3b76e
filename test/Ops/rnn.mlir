// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @rnn_reverse
// IR: "ufront.rnn"(%{{.*}}) {activations = "Elu(0.5)", direction = "reverse"}
// DECOMPOSE-LABEL: func @rnn_reverse
// DECOMPOSE: "ufront.scan"
// DECOMPOSE: "ufront.rnn_cell"(%{{.*}}) {activations = "elu(0.5;0)"}
// DECOMPOSE: scan_input_directions = array<i64: 1>, scan_output_directions = array<i64: 1>
func.func @rnn_reverse(%x: tensor<7x2x3xf32>, %w: tensor<1x5x3xf32>, %r: tensor<1x5x5xf32>) -> tensor<7x1x2x5xf32> {
  %0:2 = "ufront.rnn"(%x, %w, %r) {activations = "Elu(0.5)", direction = "reverse"} : (tensor<7x2x3xf32>, tensor<1x5x3xf32>, tensor<1x5x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return %0#0 : tensor<7x1x2x5xf32>
}
