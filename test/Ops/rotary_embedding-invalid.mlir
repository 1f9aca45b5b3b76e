// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @rotary_embedding_c1(%x: tensor<2x5x12xf32>, %c: tensor<2x5x2xf32>) {
  // expected-error @+1 {{'ufront.rotary_embedding' takes an input of rank 4, or of rank 3 whose last dimension num_heads divides, which is 5, but it is 2x5x12}}
  %0 = "ufront.rotary_embedding"(%x, %c, %c) {num_heads = 5 : i64} : (tensor<2x5x12xf32>, tensor<2x5x2xf32>, tensor<2x5x2xf32>) -> tensor<2x5x12xf32>
  return
}

// -----

func.func @rotary_embedding_c2(%x: tensor<2x3x5x4xf32>, %c: tensor<2x5x2xf32>) {
  // expected-error @+1 {{'ufront.rotary_embedding' rotary_dim is 6, but must be even and at most the known size of a head, 4}}
  %0 = "ufront.rotary_embedding"(%x, %c, %c) {rotary_dim = 6 : i64} : (tensor<2x3x5x4xf32>, tensor<2x5x2xf32>, tensor<2x5x2xf32>) -> tensor<2x3x5x4xf32>
  return
}

// -----

func.func @rotary_embedding_c3(%x: tensor<2x3x5x4xf32>, %c: tensor<5x2xf32>) {
  // expected-error @+1 {{'ufront.rotary_embedding' needs cos and sin of rank 2 with position_ids of rank 2, or of rank 3 without, but operand 1 is 5x2}}
  %0 = "ufront.rotary_embedding"(%x, %c, %c) : (tensor<2x3x5x4xf32>, tensor<5x2xf32>, tensor<5x2xf32>) -> tensor<2x3x5x4xf32>
  return
}

// -----

func.func @rotary_embedding_c4(%x: tensor<2x3x5x4xf32>, %c: tensor<2x5x4xf32>) {
  // expected-error @+1 {{'ufront.rotary_embedding' rotates 4 elements, so the last dimension of cos and sin must be 2, but operand 1 is 2x5x4}}
  %0 = "ufront.rotary_embedding"(%x, %c, %c) : (tensor<2x3x5x4xf32>, tensor<2x5x4xf32>, tensor<2x5x4xf32>) -> tensor<2x3x5x4xf32>
  return
}

// -----

func.func @rotary_embedding_c5(%x: tensor<2x3x5x4xf32>, %c: tensor<9x2xf32>, %i: tensor<2x7xi64>) {
  // expected-error @+1 {{'ufront.rotary_embedding' needs the batch and length of the input, 2x3x5x4, in operand 3, which is 2x7}}
  %0 = "ufront.rotary_embedding"(%x, %c, %c, %i) : (tensor<2x3x5x4xf32>, tensor<9x2xf32>, tensor<9x2xf32>, tensor<2x7xi64>) -> tensor<2x3x5x4xf32>
  return
}

// -----

func.func @rotary_embedding_c5_angles(%x: tensor<2x5x12xf32>, %c: tensor<3x5x2xf32>) {
  // expected-error @+1 {{'ufront.rotary_embedding' needs the batch and length of the input, 2x5x12, in operand 1, which is 3x5x2}}
  %0 = "ufront.rotary_embedding"(%x, %c, %c) {num_heads = 3 : i64} : (tensor<2x5x12xf32>, tensor<3x5x2xf32>, tensor<3x5x2xf32>) -> tensor<2x5x12xf32>
  return
}
