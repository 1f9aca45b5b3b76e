// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @reverse_sequence_c1(%x: tensor<2x3x4xf32>, %n: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.reverse_sequence' axis 0 is given twice}}
  %0 = "ufront.reverse_sequence"(%x, %n) {batch_axis = 0 : i64} : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @reverse_sequence_c2(%x: tensor<2x3x4xf32>, %n: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.reverse_sequence' lens has shape 2, but must have one element for each index of the batch axis}}
  %0 = "ufront.reverse_sequence"(%x, %n) : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x3x4xf32>
  return
}
