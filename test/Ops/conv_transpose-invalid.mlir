// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @conv_transpose2d_c1(%a0: tensor<1x3x8xf32>, %a1: tensor<3x4x3xf32>) {
  // expected-error @+1 {{must have rank 4, but have 3 and 3}}
  %0 = "ufront.conv_transpose2d"(%a0, %a1)
      : (tensor<1x3x8xf32>, tensor<3x4x3xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @conv_transpose1d_c1(%a0: tensor<1x3x8x8xf32>, %a1: tensor<3x4x3xf32>) {
  // expected-error @+1 {{must have rank 3, but have 4 and 3}}
  %0 = "ufront.conv_transpose1d"(%a0, %a1)
      : (tensor<1x3x8x8xf32>, tensor<3x4x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv_transpose3d_c1(%a0: tensor<1x3x8xf32>, %a1: tensor<3x4x3xf32>) {
  // expected-error @+1 {{must have rank 5, but have 3 and 3}}
  %0 = "ufront.conv_transpose3d"(%a0, %a1)
      : (tensor<1x3x8xf32>, tensor<3x4x3xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @conv_transpose2d_c2(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x4x3x3xf32>) {
  // expected-error @+1 {{operand 'input' has 3 channels, weight takes 4 in 1 groups}}
  %0 = "ufront.conv_transpose2d"(%a0, %a1)
      : (tensor<1x3x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv_transpose2d_c3(%a0: tensor<1x3x8x8xf32>, %a1: tensor<3x4x3x3xf32>, %a2: tensor<3xf32>) {
  // expected-error @+1 {{operand 'bias' must have one dimension of 4, but is 3}}
  %0 = "ufront.conv_transpose2d"(%a0, %a1, %a2)
      : (tensor<1x3x8x8xf32>, tensor<3x4x3x3xf32>, tensor<3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv_transpose2d_c4(%a0: tensor<1x3x8x8xf32>, %a1: tensor<3x4x3x3xf32>) {
  // expected-error @+1 {{attribute 'padding' must have 4 elements, but has 1}}
  %0 = "ufront.conv_transpose2d"(%a0, %a1) {padding = array<i64: 1>}
      : (tensor<1x3x8x8xf32>, tensor<3x4x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv_transpose2d_c5(%a0: tensor<1x3x8x8xf32>, %a1: tensor<3x4x3x3xf32>) {
  // expected-error @+1 {{attribute 'output_padding' must have 2 numbers from 0 to 2147483647}}
  %0 = "ufront.conv_transpose2d"(%a0, %a1) {output_padding = array<i64: -1, 0>}
      : (tensor<1x3x8x8xf32>, tensor<3x4x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv_transpose2d_c6(%a0: tensor<1x3x2x2xf32>, %a1: tensor<3x4x1x1xf32>) {
  // expected-error @+1 {{spatial dimension 0 of the result would have 0 elements}}
  %0 = "ufront.conv_transpose2d"(%a0, %a1) {padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x2x2xf32>, tensor<3x4x1x1xf32>) -> tensor<?x?x?x?xf32>
  return
}
