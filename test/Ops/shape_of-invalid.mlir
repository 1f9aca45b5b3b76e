// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @shape_of_type(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.shape_of' result 0 must be tensor<1xi64>, but is declared tensor<2xi64>}}
  %0 = "ufront.shape_of"(%x) {start = 1 : i64} : (tensor<2x3xf32>) -> tensor<2xi64>
  return
}
