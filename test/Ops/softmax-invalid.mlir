// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @softmax_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.softmax' axis 2 is outside [-2, 2)}}
  %0 = "ufront.softmax"(%x) {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
