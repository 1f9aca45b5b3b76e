// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @log_softmax_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.log_softmax' axis -3 is outside [-2, 2)}}
  %0 = "ufront.log_softmax"(%x) {axis = -3 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
