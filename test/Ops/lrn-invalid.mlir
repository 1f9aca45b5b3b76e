// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @lrn_c1(%x: tensor<6xf32>) {
  // expected-error @+1 {{'ufront.lrn' takes an input of rank 2 or more, but it has rank 1}}
  %0 = "ufront.lrn"(%x) {size = 4 : i64} : (tensor<6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @lrn_c2(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{'ufront.lrn' size is 0, but must be in [1, 65536]}}
  %0 = "ufront.lrn"(%x) {size = 0 : i64} : (tensor<2x6xf32>) -> tensor<2x6xf32>
  return
}
