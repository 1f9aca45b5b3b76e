// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @topk_c1(%x: tensor<5xf32>) {
  // expected-error @+1 {{'ufront.topk' axis 1 is outside [-1, 1)}}
  %0:2 = "ufront.topk"(%x) {axis = 1 : i64, k = 2 : i64} : (tensor<5xf32>) -> (tensor<2xf32>, tensor<2xi64>)
  return
}

// -----

func.func @topk_c2(%x: tensor<5xf32>) {
  // expected-error @+1 {{'ufront.topk' needs 'k' either as an attribute or as an operand, but has neither}}
  %0:2 = "ufront.topk"(%x) : (tensor<5xf32>) -> (tensor<2xf32>, tensor<2xi64>)
  return
}

// -----

func.func @topk_c3(%x: tensor<5xf32>) {
  // expected-error @+1 {{'ufront.topk' k is 6 for 5 elements}}
  %0:2 = "ufront.topk"(%x) {k = 6 : i64} : (tensor<5xf32>) -> (tensor<6xf32>, tensor<6xi64>)
  return
}
