// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @deform_conv2d_c1(%a0: tensor<1x4x5x5xf32>, %a1: tensor<?x4x2x2xf32>, %a2: tensor<1x8x4x4xf32>) {
  // expected-error @+1 {{must have rank 4, and weight known sizes}}
  %0 = "ufront.deform_conv2d"(%a0, %a1, %a2)
      : (tensor<1x4x5x5xf32>, tensor<?x4x2x2xf32>, tensor<1x8x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @deform_conv2d_c2(%a0: tensor<1x4x1x5xf32>, %a1: tensor<6x4x2x2xf32>, %a2: tensor<1x8x4x4xf32>) {
  // expected-error @+1 {{the window spans 2 elements in spatial dimension 0, but the padded input has 1}}
  %0 = "ufront.deform_conv2d"(%a0, %a1, %a2)
      : (tensor<1x4x1x5xf32>, tensor<6x4x2x2xf32>, tensor<1x8x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @deform_sample_c1(%a0: tensor<1x4x5xf32>, %a1: tensor<1x8x4x4xf32>) {
  // expected-error @+1 {{operand 'input' must have rank 4 and attribute 'kernel_size' 2 elements, but have 3 and 2}}
  %0 = "ufront.deform_sample"(%a0, %a1) {kernel_size = array<i64: 2, 2>}
      : (tensor<1x4x5xf32>, tensor<1x8x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @deform_sample_c2(%a0: tensor<1x4x5x5xf32>, %a1: tensor<1x8x4x4xf32>) {
  // expected-error @+1 {{attribute 'padding' must have 4 elements, but has 1}}
  %0 = "ufront.deform_sample"(%a0, %a1) {kernel_size = array<i64: 2, 2>, padding = array<i64: 1>}
      : (tensor<1x4x5x5xf32>, tensor<1x8x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @deform_sample_c3(%a0: tensor<1x4x5x5xf32>, %a1: tensor<1x8x4x4xf32>) {
  // expected-error @+1 {{attribute 'offset_groups' must be positive and divide 4 channels, but is 3}}
  %0 = "ufront.deform_sample"(%a0, %a1) {kernel_size = array<i64: 2, 2>, offset_groups = 3 : i64}
      : (tensor<1x4x5x5xf32>, tensor<1x8x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @deform_sample_c4(%a0: tensor<1x4x5x5xf32>, %a1: tensor<1x7x4x4xf32>) {
  // expected-error @+1 {{operand 'offset' must be 1x8x4x4, but is 1x7x4x4}}
  %0 = "ufront.deform_sample"(%a0, %a1) {kernel_size = array<i64: 2, 2>}
      : (tensor<1x4x5x5xf32>, tensor<1x7x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @deform_sample_c5(%a0: tensor<1x4x1x5xf32>, %a1: tensor<1x8x4x4xf32>) {
  // expected-error @+1 {{the window spans 2 elements}}
  %0 = "ufront.deform_sample"(%a0, %a1) {kernel_size = array<i64: 2, 2>}
      : (tensor<1x4x1x5xf32>, tensor<1x8x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}
