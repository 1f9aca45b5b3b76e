// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @conv2d_c1(%a0: tensor<1x3x8xf32>, %a1: tensor<4x3x3xf32>) {
  // expected-error @+1 {{'ufront.conv2d' operands 'input' and 'weight' must have rank 4, but have 3 and 3}}
  %0 = "ufront.conv2d"(%a0, %a1)
      : (tensor<1x3x8xf32>, tensor<4x3x3xf32>) -> tensor<?x?x?xf32>
  return
}

// -----

func.func @conv1d_c1(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3xf32>) {
  // expected-error @+1 {{'ufront.conv1d' operands 'input' and 'weight' must have rank 3, but have 4 and 3}}
  %0 = "ufront.conv1d"(%a0, %a1)
      : (tensor<1x3x8x8xf32>, tensor<4x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv3d_c1(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{'ufront.conv3d' operands 'input' and 'weight' must have rank 5, but have 4 and 4}}
  %0 = "ufront.conv3d"(%a0, %a1)
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_c2(%a0: tensor<1x4x8x8xf32>, %a1: tensor<3x2x3x3xf32>) {
  // expected-error @+1 {{attribute 'groups' must be positive and divide the 3 outputs of weight, but is 2}}
  %0 = "ufront.conv2d"(%a0, %a1) {groups = 2 : i64}
      : (tensor<1x4x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_c3(%a0: tensor<1x5x8x8xf32>, %a1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{operand 'input' has 5 channels, but weight takes 3 in each of 1 groups}}
  %0 = "ufront.conv2d"(%a0, %a1)
      : (tensor<1x5x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_c4(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>, %a2: tensor<3xf32>) {
  // expected-error @+1 {{operand 'bias' must have one dimension of 4, but is 3}}
  %0 = "ufront.conv2d"(%a0, %a1, %a2)
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_c5(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{attribute 'stride' must have 2 elements, but has 1}}
  %0 = "ufront.conv2d"(%a0, %a1) {stride = array<i64: 1>}
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_c5_zero(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{attribute 'dilation' must be between 1 and 2147483647, but element 1 is 0}}
  %0 = "ufront.conv2d"(%a0, %a1) {dilation = array<i64: 1, 0>}
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_c6(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{pad_mode 'valid' decides the padding, but element 1 of attribute 'padding' is 1}}
  %0 = "ufront.conv2d"(%a0, %a1) {pad_mode = "valid", padding = array<i64: 0, 1, 0, 0>}
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_c7(%a0: tensor<1x3x8x2xf32>, %a1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{the window spans 3 elements in spatial dimension 1, but the padded input has 2}}
  %0 = "ufront.conv2d"(%a0, %a1)
      : (tensor<1x3x8x2xf32>, tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_huge(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{attribute 'stride' must be between 1 and 2147483647}}
  %0 = "ufront.conv2d"(%a0, %a1) {stride = array<i64: 9223372036854775807, 1>}
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @conv2d_result(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>) {
  // expected-error @+1 {{result 0 must be tensor<1x4x6x6xf32>, but is declared tensor<1x4x8x8xf32>}}
  %0 = "ufront.conv2d"(%a0, %a1)
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @conv2d_c8(%x: tensor<1x3x8x8xui8>, %w: tensor<4x3x3x3xi8>, %b: tensor<4xi32>, %p: tensor<1xui8>) {
  // expected-error @+1 {{'ufront.conv2d' operand 'padding_value' must have rank 0, but has 1}}
  %0 = "ufront.conv2d"(%x, %w, %b, %p) {to = i32}
      : (tensor<1x3x8x8xui8>, tensor<4x3x3x3xi8>, tensor<4xi32>, tensor<1xui8>) -> tensor<?x?x?x?xi32>
  return
}

// -----

func.func @conv2d_c9(%x: tensor<1x3x8x8xui8>, %w: tensor<4x3x3x3xi8>) {
  // expected-error @+1 {{'ufront.conv2d' operand 'weight' must have the element type of operand 0}}
  %0 = "ufront.conv2d"(%x, %w) : (tensor<1x3x8x8xui8>, tensor<4x3x3x3xi8>) -> tensor<?x?x?x?xui8>
  return
}

// -----

func.func @conv1d_c9(%x: tensor<1x3x8xui8>, %w: tensor<4x3x3xf32>) {
  // expected-error @+1 {{'ufront.conv1d' 'to' must be an integer type of at most 64 bits, and operand 'weight' of integers no wider than it}}
  %0 = "ufront.conv1d"(%x, %w) {to = i32} : (tensor<1x3x8xui8>, tensor<4x3x3xf32>) -> tensor<?x?x?xi32>
  return
}
