// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @sequence_nested(%x: tensor<2xf32>) {
  %0 = "ufront.sequence"(%x) : (tensor<2xf32>) -> none
  // expected-error @+1 {{'ufront.sequence' operand 'tensors' must not be omitted}}
  %1 = "ufront.sequence"(%0) : (none) -> none
  return
}
