// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @roi_align_c1(%a0: tensor<2x3x8xf32>, %a1: tensor<5x4xf32>, %a2: tensor<5xi64>) {
  // expected-error @+1 {{operand 'input' must have rank 4, but has 3}}
  %0 = "ufront.roi_align"(%a0, %a1, %a2) {output_size = array<i64: 2, 3>}
      : (tensor<2x3x8xf32>, tensor<5x4xf32>, tensor<5xi64>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @roi_align_c2(%a0: tensor<2x3x8x8xf32>, %a1: tensor<5x5xf32>, %a2: tensor<5xi64>) {
  // expected-error @+1 {{must be (regions, 4) and (regions), but are 5x5 and 5}}
  %0 = "ufront.roi_align"(%a0, %a1, %a2) {output_size = array<i64: 2, 3>}
      : (tensor<2x3x8x8xf32>, tensor<5x5xf32>, tensor<5xi64>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @roi_align_c3(%a0: tensor<2x3x8x8xf32>, %a1: tensor<5x4xf32>, %a2: tensor<5xi64>) {
  // expected-error @+1 {{attribute 'output_size' must have two positive numbers}}
  %0 = "ufront.roi_align"(%a0, %a1, %a2) {output_size = array<i64: 2, 0>}
      : (tensor<2x3x8x8xf32>, tensor<5x4xf32>, tensor<5xi64>) -> tensor<?x?x?x?xf32>
  return
}
