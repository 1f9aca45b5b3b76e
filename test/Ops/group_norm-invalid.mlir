// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @group_norm_c1(%x: tensor<6xf32>) {
  // expected-error @+1 {{'ufront.group_norm' takes an input of rank 2 to 15, but it has rank 1}}
  %0 = "ufront.group_norm"(%x) {num_groups = 2 : i64} : (tensor<6xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @group_norm_c2(%x: tensor<2x6x5xf32>) {
  // expected-error @+1 {{'ufront.group_norm' num_groups is 4, which does not divide 6 channels}}
  %0 = "ufront.group_norm"(%x) {num_groups = 4 : i64} : (tensor<2x6x5xf32>) -> tensor<2x6x5xf32>
  return
}

// -----

func.func @group_norm_c3(%x: tensor<2x6x5xf32>, %s: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.group_norm' has 6 channels, but operand 1 is 2}}
  %0 = "ufront.group_norm"(%x, %s) {num_groups = 2 : i64} : (tensor<2x6x5xf32>, tensor<2xf32>) -> tensor<2x6x5xf32>
  return
}
