// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @fold_c1(%a0: tensor<1x11x9xf32>) {
  // expected-error @+1 {{operand 'input' must have rank 3 and a multiple of 4 channels, but has rank 3 and 11}}
  %0 = "ufront.fold"(%a0) {output_size = array<i64: 4, 4>, kernel_size = array<i64: 2, 2>}
      : (tensor<1x11x9xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @fold_c2(%a0: tensor<1x12x9xf32>) {
  // expected-error @+1 {{needs one attribute or operand 'kernel_size' of 1 to 6 positive numbers}}
  %0 = "ufront.fold"(%a0) {output_size = array<i64: 4, 4>, kernel_size = array<i64: 2, 0>}
      : (tensor<1x12x9xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @fold_c2_stride(%a0: tensor<1x12x9xf32>) {
  // expected-error @+1 {{attribute 'stride' must have 2 numbers between 1 and 2147483647}}
  %0 = "ufront.fold"(%a0) {output_size = array<i64: 4, 4>, kernel_size = array<i64: 2, 2>, stride = array<i64: 0, 1>}
      : (tensor<1x12x9xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @fold_c3(%a0: tensor<1x12x8xf32>) {
  // expected-error @+1 {{operand 'input' must have 9 windows, but has 8}}
  %0 = "ufront.fold"(%a0) {output_size = array<i64: 4, 4>, kernel_size = array<i64: 2, 2>}
      : (tensor<1x12x8xf32>) -> tensor<?x?x?x?xf32>
  return
}
