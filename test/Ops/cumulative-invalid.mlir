// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @cumulative_c1(%x: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.cumulative' axis 1 is outside [-1, 1)}}
  %0 = "ufront.cumulative"(%x) {axis = 1 : i64} : (tensor<3xi64>) -> tensor<3xi64>
  return
}

// -----

func.func @cumulative_c2(%x: tensor<3xi64>) {
  // expected-error @+1 {{'ufront.cumulative' of kind 'log_sum_exp' takes floats}}
  %0 = "ufront.cumulative"(%x) {axis = 0 : i64, kind = "log_sum_exp"} : (tensor<3xi64>) -> tensor<3xi64>
  return
}
