// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @dilate_c1(%a0: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.dilate' attribute 'factors' has 2 elements, but operand 'input' has rank 1}}
  %0 = "ufront.dilate"(%a0) {factors = array<i64: 2, 3>}
      : (tensor<2xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @dilate_c2(%a0: tensor<2xf32>) {
  // expected-error @+1 {{attribute 'factors' must be between 1 and 2147483647, but element 0 is 0}}
  %0 = "ufront.dilate"(%a0) {factors = array<i64: 0>}
      : (tensor<2xf32>) -> tensor<?xf32>
  return
}
