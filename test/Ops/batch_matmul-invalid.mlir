// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @batch_matmul_c1(%a: tensor<4xf32>, %b: tensor<4x5xf32>) {
  // expected-error @+1 {{'ufront.batch_matmul' takes operands of rank 1 or more, and 2 or more when transposed, but they have rank 1 and 2}}
  %0 = "ufront.batch_matmul"(%a, %b) {transpose_a = true} : (tensor<4xf32>, tensor<4x5xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @batch_matmul_c2(%a: tensor<2x3xf32>, %b: tensor<4x5xf32>) {
  // expected-error @+1 {{'ufront.batch_matmul' cannot multiply 2x3 by 4x5: the contracted dimensions are 3 and 4}}
  %0 = "ufront.batch_matmul"(%a, %b) : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @batch_matmul_c3(%a: tensor<2x3x4xf32>, %b: tensor<3x4x5xf32>) {
  // expected-error @+1 {{'ufront.batch_matmul' cannot broadcast 2 with 3}}
  %0 = "ufront.batch_matmul"(%a, %b) : (tensor<2x3x4xf32>, tensor<3x4x5xf32>) -> tensor<3x3x5xf32>
  return
}

// -----

func.func @batch_matmul_c4(%x: tensor<2x3xi64>, %y: tensor<3x4xi8>) {
  // expected-error @+1 {{'ufront.batch_matmul' 'to' must be an integer type of at most 64 bits, or f32 or f64, and operand 'lhs' of the same kind and no wider than it}}
  %0 = "ufront.batch_matmul"(%x, %y) {to = i32} : (tensor<2x3xi64>, tensor<3x4xi8>) -> tensor<2x4xi32>
  return
}

// -----

func.func @sums_in_floats(%x: tensor<2x3xi8>, %y: tensor<3x4xi8>) {
  // expected-error @+1 {{'ufront.batch_matmul' 'to' must be an integer type}}
  %0 = "ufront.batch_matmul"(%x, %y) {to = f32} : (tensor<2x3xi8>, tensor<3x4xi8>) -> tensor<2x4xf32>
  return
}

// -----

func.func @sums_narrower_floats(%x: tensor<2x3xf16>, %y: tensor<3x4xf64>) {
  // expected-error @+1 {{'ufront.batch_matmul' 'to' must be an integer type of at most 64 bits, or f32 or f64, and operand 'rhs' of the same kind}}
  %0 = "ufront.batch_matmul"(%x, %y) {to = f32} : (tensor<2x3xf16>, tensor<3x4xf64>) -> tensor<2x4xf32>
  return
}

// -----

func.func @sums_in_halves(%x: tensor<2x3xf16>, %y: tensor<3x4xbf16>) {
  // expected-error @+1 {{'ufront.batch_matmul' 'to' must be an integer type of at most 64 bits, or f32 or f64, and operand 'lhs' of the same kind}}
  %0 = "ufront.batch_matmul"(%x, %y) {to = f16} : (tensor<2x3xf16>, tensor<3x4xbf16>) -> tensor<2x4xf16>
  return
}
