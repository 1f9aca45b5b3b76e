// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @max_roi_pool_c1(%a0: tensor<2x3x8xf32>, %a1: tensor<5x5xf32>) {
  // expected-error @+1 {{operand 'input' must have rank 4, but has 3}}
  %0 = "ufront.max_roi_pool"(%a0, %a1) {output_size = array<i64: 2, 3>}
      : (tensor<2x3x8xf32>, tensor<5x5xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @max_roi_pool_c2(%a0: tensor<2x3x8x8xf32>, %a1: tensor<5x4xf32>) {
  // expected-error @+1 {{operand 'rois' must be (regions, 5), but is 5x4}}
  %0 = "ufront.max_roi_pool"(%a0, %a1) {output_size = array<i64: 2, 3>}
      : (tensor<2x3x8x8xf32>, tensor<5x4xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @max_roi_pool_c3(%a0: tensor<2x3x8x8xf32>, %a1: tensor<5x5xf32>) {
  // expected-error @+1 {{attribute 'output_size' must have two positive numbers}}
  %0 = "ufront.max_roi_pool"(%a0, %a1) {output_size = array<i64: 2, 3, 1>}
      : (tensor<2x3x8x8xf32>, tensor<5x5xf32>) -> tensor<?x?x?x?xf32>
  return
}
