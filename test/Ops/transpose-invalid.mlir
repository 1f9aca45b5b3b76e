// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @transpose_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.transpose' perm is not a permutation of 3 dimensions}}
  %0 = "ufront.transpose"(%x) {perm = array<i64: 0, 1, 1>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}
