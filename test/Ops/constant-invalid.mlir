// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @constant_c1() -> tensor<3xf32> {
  // expected-error @+1 {{'ufront.constant' result 0 must be tensor<2xf32>, but is declared tensor<3xf32>}}
  %0 = "ufront.constant"() {value = dense<1.0> : tensor<2xf32>} : () -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
