// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @linear_attention_c1(%x: tensor<2x4x6xf32>, %r: tensor<2x4x1xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' operand 0 must be [batch, length, heads * size] of 4 heads, but is 2x4x6}}
  %0:2 = "ufront.linear_attention"(%x, %x, %x) {q_num_heads = 4 : i64, kv_num_heads = 2 : i64, update_rule = "linear"} : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x2x3x3xf32>)
  return
}

// -----

func.func @linear_attention_c1_unknown(%x: tensor<2x4x?xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' operand 0 must be [batch, length, heads * size] of 1 heads, but is 2x4x?}}
  %0:2 = "ufront.linear_attention"(%x, %x, %x) {q_num_heads = 1 : i64, kv_num_heads = 1 : i64, update_rule = "linear"} : (tensor<2x4x?xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>) -> (tensor<2x4x?xf32>, tensor<2x1x?x?xf32>)
  return
}

// -----

func.func @linear_attention_c2(%x: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' has 3 query heads, which must be a multiple of the 2 heads of key and value}}
  %0:2 = "ufront.linear_attention"(%x, %x, %x) {q_num_heads = 3 : i64, kv_num_heads = 2 : i64, update_rule = "linear"} : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x4x6xf32>) -> (tensor<2x4x9xf32>, tensor<2x2x3x3xf32>)
  return
}

// -----

func.func @linear_attention_c3_size(%x: tensor<2x4x6xf32>, %k: tensor<2x4x4xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' has heads of size 3 in the query and of 2 in the key}}
  %0:2 = "ufront.linear_attention"(%x, %k, %x) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, update_rule = "linear"} : (tensor<2x4x6xf32>, tensor<2x4x4xf32>, tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x2x2x3xf32>)
  return
}

// -----

func.func @linear_attention_c3_length(%x: tensor<2x4x6xf32>, %v: tensor<2x5x6xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' has query, key and value that do not agree in batch or length}}
  %0:2 = "ufront.linear_attention"(%x, %x, %v) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, update_rule = "linear"} : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x5x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x2x3x3xf32>)
  return
}

// -----

func.func @linear_attention_c4(%x: tensor<2x4x6xf32>, %s: tensor<2x2x3x4xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' past_state must be [batch, 2, 3, 3] with the query's batch, but is 2x2x3x4}}
  %0:2 = "ufront.linear_attention"(%x, %x, %x, %s) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, update_rule = "linear"} : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x2x3x4xf32>) -> (tensor<2x4x6xf32>, tensor<2x2x3x3xf32>)
  return
}

// -----

func.func @linear_attention_c5_missing(%x: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' with update_rule 'gated' needs decay}}
  %0:2 = "ufront.linear_attention"(%x, %x, %x) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, update_rule = "gated"} : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x2x3x3xf32>)
  return
}

// -----

func.func @linear_attention_c5(%x: tensor<2x4x6xf32>, %d: tensor<2x4x3xf32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.linear_attention' decay must be [batch, length, 2] or [batch, length, 6], but is 2x4x3}}
  %0:2 = "ufront.linear_attention"(%x, %x, %x, %none, %d) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, update_rule = "gated"} : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x4x6xf32>, none, tensor<2x4x3xf32>) -> (tensor<2x4x6xf32>, tensor<2x2x3x3xf32>)
  return
}

// -----

func.func @linear_attention_c6(%x: tensor<2x4x6xf32>, %b: tensor<2x4x2xf32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.linear_attention' with update_rule 'linear' takes no beta}}
  %0:2 = "ufront.linear_attention"(%x, %x, %x, %none, %none, %b) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, update_rule = "linear"} : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x4x6xf32>, none, none, tensor<2x4x2xf32>) -> (tensor<2x4x6xf32>, tensor<2x2x3x3xf32>)
  return
}

// -----

func.func @linear_attention_c7(%q: tensor<0x0x4294967296xf32>, %k: tensor<0x0x1xf32>, %v: tensor<0x0x4294967296xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' has more elements in its output than can be counted}}
  %0:2 = "ufront.linear_attention"(%q, %k, %v) {q_num_heads = 4294967296 : i64, kv_num_heads = 1 : i64, update_rule = "linear"} : (tensor<0x0x4294967296xf32>, tensor<0x0x1xf32>, tensor<0x0x4294967296xf32>) -> (tensor<0x0x1xf32>, tensor<0x1x1x4294967296xf32>)
  return
}

// -----

func.func @linear_attention_rule(%x: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'ufront.linear_attention' attribute 'update_rule' must be one of linear|gated|delta|gated_delta}}
  %0:2 = "ufront.linear_attention"(%x, %x, %x) {q_num_heads = 2 : i64, kv_num_heads = 2 : i64, update_rule = "other"} : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<2x4x6xf32>) -> (tensor<2x4x6xf32>, tensor<2x2x3x3xf32>)
  return
}
