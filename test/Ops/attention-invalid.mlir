// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @attention_c1(%q: tensor<2x3x20xf32>) {
  // expected-error @+1 {{'ufront.attention' operand 0 must be [batch, heads, length, size], or [batch, length, heads * size] with q_num_heads, which is 3, but is 2x3x20}}
  %0 = "ufront.attention"(%q, %q, %q) {q_num_heads = 3 : i64} : (tensor<2x3x20xf32>, tensor<2x3x20xf32>, tensor<2x3x20xf32>) -> tensor<2x3x20xf32>
  return
}

// -----

func.func @attention_c2(%q: tensor<2x1x3x4xf32>, %k: tensor<2x1x3x5xf32>) {
  // expected-error @+1 {{'ufront.attention' has query, key and value that do not agree in batch, length or size}}
  %0 = "ufront.attention"(%q, %k, %k) : (tensor<2x1x3x4xf32>, tensor<2x1x3x5xf32>, tensor<2x1x3x5xf32>) -> tensor<2x1x3x5xf32>
  return
}

// -----

func.func @attention_c3(%q: tensor<2x3x3x4xf32>, %k: tensor<2x2x3x4xf32>) {
  // expected-error @+1 {{'ufront.attention' has 3 query heads, which must be a multiple of the 2 key and 2 value heads}}
  %0 = "ufront.attention"(%q, %k, %k) : (tensor<2x3x3x4xf32>, tensor<2x2x3x4xf32>, tensor<2x2x3x4xf32>) -> tensor<2x3x3x4xf32>
  return
}

// -----

func.func @attention_c4(%q: tensor<2x1x3x4xf32>, %m: tensor<3x3xf16>) {
  // expected-error @+1 {{'ufront.attention' needs a mask of at most rank 4 that is i1 or has the query's element type}}
  %0 = "ufront.attention"(%q, %q, %q, %m) : (tensor<2x1x3x4xf32>, tensor<2x1x3x4xf32>, tensor<2x1x3x4xf32>, tensor<3x3xf16>) -> tensor<2x1x3x4xf32>
  return
}

// -----

func.func @attention_c5(%q: tensor<2x1x3x4xf32>, %o: tensor<i64>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.attention' operand 4 must have one element, or one for each of 2 samples, but is a scalar}}
  %0 = "ufront.attention"(%q, %q, %q, %none, %o) : (tensor<2x1x3x4xf32>, tensor<2x1x3x4xf32>, tensor<2x1x3x4xf32>, none, tensor<i64>) -> tensor<2x1x3x4xf32>
  return
}

// -----

func.func @attention_c6(%q: tensor<2x1x3x4xf32>) {
  // expected-error @+1 {{'ufront.attention' right_window_size is -2, but must be -1 or more}}
  %0 = "ufront.attention"(%q, %q, %q) {right_window_size = -2 : i64} : (tensor<2x1x3x4xf32>, tensor<2x1x3x4xf32>, tensor<2x1x3x4xf32>) -> tensor<2x1x3x4xf32>
  return
}
