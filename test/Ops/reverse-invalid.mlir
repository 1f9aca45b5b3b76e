// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @reverse_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.reverse' axis 3 is outside [-3, 3)}}
  %0 = "ufront.reverse"(%x) {axes = array<i64: 0, 3>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}
