// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @cumulative_c1(%x: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.cumulative' axis 1 is outside [-1, 1)}}
  %0 = "ufront.cumulative"(%x) {axis = 1 : i64} : (tensor<3xi64>) -> tensor<3xi64>
  return
}
