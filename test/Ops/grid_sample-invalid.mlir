// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @grid_sample_c1(%a0: tensor<1x3x4x4xf32>, %a1: tensor<1x4x2xf32>) {
  // expected-error @+1 {{operands 'input' and 'grid' must have the same rank from 3 to 5, but have 4 and 3}}
  %0 = "ufront.grid_sample"(%a0, %a1)
      : (tensor<1x3x4x4xf32>, tensor<1x4x2xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @grid_sample_c2(%a0: tensor<1x3x4x4xf32>, %a1: tensor<1x4x4x3xf32>) {
  // expected-error @+1 {{operand 'grid' must have 2 coordinates, but has 3}}
  %0 = "ufront.grid_sample"(%a0, %a1)
      : (tensor<1x3x4x4xf32>, tensor<1x4x4x3xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @grid_sample_c3(%a0: tensor<1x3x4x4xf32>, %a1: tensor<2x4x4x2xf32>) {
  // expected-error @+1 {{operand 'input' has a batch of 1, 'grid' one of 2}}
  %0 = "ufront.grid_sample"(%a0, %a1)
      : (tensor<1x3x4x4xf32>, tensor<2x4x4x2xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @grid_sample_c4(%a0: tensor<1x3x0x4xf32>, %a1: tensor<1x4x4x2xf32>) {
  // expected-error @+1 {{operand 'input' has no elements in dimension 2}}
  %0 = "ufront.grid_sample"(%a0, %a1)
      : (tensor<1x3x0x4xf32>, tensor<1x4x4x2xf32>) -> tensor<?x?x?x?xf32>
  return
}

// -----

func.func @grid_sample_c5(%a0: tensor<1x3x4x4xi32>, %a1: tensor<1x4x4x2xf32>) {
  // expected-error @+1 {{mode 'linear' interpolates floats only}}
  %0 = "ufront.grid_sample"(%a0, %a1)
      : (tensor<1x3x4x4xi32>, tensor<1x4x4x2xf32>) -> tensor<?x?x?x?xi32>
  return
}
