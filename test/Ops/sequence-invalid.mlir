// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @sequence_nested(%x: tensor<2xf32>) {
  %0 = "ufront.sequence"(%x) : (tensor<2xf32>) -> none
  // expected-error @+1 {{'ufront.sequence' operand 'tensors' must not be omitted}}
  %1 = "ufront.sequence"(%0) : (none) -> none
  return
}

// -----

func.func @stacked_sequence_nested(%x: tensor<2xf32>) {
  %0 = "ufront.stacked_sequence"(%x) : (tensor<2xf32>) -> none
  // expected-error @+1 {{'ufront.stacked_sequence' operand 'tensors' must not be omitted}}
  %1 = "ufront.stacked_sequence"(%0) : (none) -> none
  return
}
