// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @resize_c1(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{'ufront.resize' attribute 'axes' names dimension 2 twice}}
  %0 = "ufront.resize"(%a0) {axes = array<i64: 2, -2>, sizes = array<i64: 2, 2>}
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_c1_range(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{axis 4 is outside}}
  %0 = "ufront.resize"(%a0) {axes = array<i64: 4>, sizes = array<i64: 2>}
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_c2(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{needs one of attribute 'sizes', operand 'sizes' and 'scales'}}
  %0 = "ufront.resize"(%a0)
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_c2_count(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{attribute 'sizes' has 2 elements for 4 axes}}
  %0 = "ufront.resize"(%a0) {sizes = array<i64: 2, 2>}
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_c3(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{size -1 of dimension 2 is negative}}
  %0 = "ufront.resize"(%a0) {axes = array<i64: 2>, sizes = array<i64: -1>}
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_c3_scale(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{attribute 'scales' must be positive and finite, but element 0 is 0}}
  %0 = "ufront.resize"(%a0) {axes = array<i64: 2>, scales = dense<0.0> : tensor<1xf64>}
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_c4(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{antialias is for the modes linear and cubic}}
  %0 = "ufront.resize"(%a0) {antialias = true, axes = array<i64: 2>, sizes = array<i64: 2>}
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_c5(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{tf_crop_and_resize needs one attribute or operand 'roi'}}
  %0 = "ufront.resize"(%a0) {coordinates = "tf_crop_and_resize", axes = array<i64: 2>, sizes = array<i64: 2>}
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_c6(%a0: tensor<1x3x0x4xf32>) {
  // expected-error @+1 {{dimension 2 has no elements to make 2 of}}
  %0 = "ufront.resize"(%a0) {axes = array<i64: 2>, sizes = array<i64: 2>}
      : (tensor<1x3x0x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @resize_huge(%a0: tensor<1x3x4x4xf32>) {
  // expected-error @+1 {{dimension 2 of the result is too large}}
  %0 = "ufront.resize"(%a0) {axes = array<i64: 2>, scales = dense<1.0e30> : tensor<1xf64>}
      : (tensor<1x3x4x4xf32>) -> tensor<?x?x?x?xf32>
  return
}
