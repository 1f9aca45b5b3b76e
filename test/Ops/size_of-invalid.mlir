// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @size_of_type(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.size_of' result 0 must be tensor<i64>, but is declared tensor<1xi64>}}
  %0 = "ufront.size_of"(%x) : (tensor<2x3xf32>) -> tensor<1xi64>
  return
}
