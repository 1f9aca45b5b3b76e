// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @attention_causal
// IR: "ufront.attention"(%{{.*}}, %{{.*}}, %{{.*}}) {is_causal = true}
// DECOMPOSE-LABEL: func @attention_causal
// DECOMPOSE-SAME: (%[[Q:.*]]: tensor<?x2x?x4xf32>, %[[K:.*]]: tensor<?x2x?x4xf32>, %[[V:.*]]: tensor<?x2x?x5xf32>)
// DECOMPOSE: %[[HALF:.*]] = "ufront.constant"() {value = dense<5.000000e-01>
// DECOMPOSE: %[[QS:.*]] = "ufront.multiply"(%[[Q]], %[[HALF]])
// DECOMPOSE: %[[S:.*]] = "ufront.batch_matmul"(%[[QS]], %[[K]]) {transpose_b = true}
// DECOMPOSE: %[[M:.*]] = "ufront.band_mask"(%[[S]]) {left = -1 : i64, right = 0 : i64}
// DECOMPOSE: %[[P:.*]] = "ufront.softmax"(%[[M]]) {axis = -1 : i64, masked_to_zero = true}
// DECOMPOSE: "ufront.batch_matmul"(%[[P]], %[[V]])
func.func @attention_causal(%q: tensor<?x2x?x4xf32>, %k: tensor<?x2x?x4xf32>, %v: tensor<?x2x?x5xf32>) -> tensor<?x2x?x5xf32> {
  %0 = "ufront.attention"(%q, %k, %v) {is_causal = true}
      : (tensor<?x2x?x4xf32>, tensor<?x2x?x4xf32>, tensor<?x2x?x5xf32>) -> tensor<?x2x?x5xf32>
  return %0 : tensor<?x2x?x5xf32>
}

// Query heads that share a key are rows of one product.
// DECOMPOSE-LABEL: func @attention_grouped
// DECOMPOSE: "ufront.transpose"(%{{.*}}) {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x3x4x5xf32>)
// DECOMPOSE: "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 2, 6, 0>}
// DECOMPOSE: %[[S:.*]] = "ufront.batch_matmul"({{.*}} -> tensor<2x2x6x7xf32>
// DECOMPOSE: %[[R:.*]] = "ufront.reshape"(%[[S]]) {shape = array<i64: 0, 4, 3, 0>}
// DECOMPOSE: "ufront.tanh"
// DECOMPOSE: "ufront.where"
// DECOMPOSE: "ufront.softmax"
// DECOMPOSE: "ufront.transpose"
// DECOMPOSE: "ufront.reshape"{{.*}} -> tensor<2x3x20xf32>
func.func @attention_grouped(%q: tensor<2x3x20xf32>, %k: tensor<2x7x10xf32>, %v: tensor<2x7x10xf32>, %mask: tensor<3x7xi1>) -> tensor<2x3x20xf32> {
  %0 = "ufront.attention"(%q, %k, %v, %mask) {q_num_heads = 4 : i64, kv_num_heads = 2 : i64, scale = 2.0, softcap = 3.0}
      : (tensor<2x3x20xf32>, tensor<2x7x10xf32>, tensor<2x7x10xf32>, tensor<3x7xi1>) -> tensor<2x3x20xf32>
  return %0 : tensor<2x3x20xf32>
}

// With lengths the rows are the last positions that count.
// DECOMPOSE-LABEL: func @attention_lengths
// DECOMPOSE-SAME: %[[L:[a-z0-9]+]]: tensor<2xi64>
// DECOMPOSE: %[[N:.*]] = "ufront.constant"() {value = dense<3> : tensor<1xi64>}
// DECOMPOSE: %[[O:.*]] = "ufront.subtract"(%[[L]], %[[N]])
// DECOMPOSE: "ufront.band_mask"(%{{.*}}, %[[O]], %[[L]]) {left = 2 : i64, right = -1 : i64}
// DECOMPOSE: "ufront.cast"(%{{.*}}) {to = f64}
func.func @attention_lengths(%q: tensor<2x1x3x4xf32>, %k: tensor<2x1x7x4xf32>, %l: tensor<2xi64>) -> tensor<2x1x3x4xf32> {
  %none = "ufront.none"() : () -> none
  %0 = "ufront.attention"(%q, %k, %k, %none, %none, %l) {left_window_size = 2 : i64, softmax_type = f64}
      : (tensor<2x1x3x4xf32>, tensor<2x1x7x4xf32>, tensor<2x1x7x4xf32>, none, none, tensor<2xi64>) -> tensor<2x1x3x4xf32>
  return %0 : tensor<2x1x3x4xf32>
}

// Halves are multiplied as they are, but scores and weights are f32.
// DECOMPOSE-LABEL: func @attention_half
// DECOMPOSE-SAME: (%[[Q:.*]]: tensor<1x2x3x4xf16>, %[[V:.*]]: tensor<1x2x3x5xf16>, %[[MASK:.*]]: tensor<3x3xf16>)
// DECOMPOSE: %[[S:.*]] = "ufront.batch_matmul"(%[[Q]], %[[Q]]) {to = f32, transpose_b = true}
// DECOMPOSE: %[[SCALED:.*]] = "ufront.multiply"(%[[S]], %{{.*}})
// DECOMPOSE: %[[M:.*]] = "ufront.cast"(%[[MASK]]) {to = f32}
// DECOMPOSE: %[[ADDED:.*]] = "ufront.add"(%[[SCALED]], %[[M]])
// DECOMPOSE: %[[P:.*]] = "ufront.softmax"(%[[ADDED]])
// DECOMPOSE: %[[Y:.*]] = "ufront.batch_matmul"(%[[P]], %[[V]]) {to = f32, transpose_b = false}
// DECOMPOSE: "ufront.cast"(%[[Y]]) {to = f16}
func.func @attention_half(%q: tensor<1x2x3x4xf16>, %v: tensor<1x2x3x5xf16>, %mask: tensor<3x3xf16>) -> tensor<1x2x3x5xf16> {
  %0 = "ufront.attention"(%q, %q, %v, %mask)
      : (tensor<1x2x3x4xf16>, tensor<1x2x3x4xf16>, tensor<1x2x3x5xf16>, tensor<3x3xf16>) -> tensor<1x2x3x5xf16>
  return %0 : tensor<1x2x3x5xf16>
}

// Weights of bf16 make pairs with values.
// DECOMPOSE-LABEL: func @attention_bfloat
// DECOMPOSE: %[[P:.*]] = "ufront.softmax"{{.*}} -> tensor<1x2x3x3xf32>
// DECOMPOSE: %[[W:.*]] = "ufront.cast"(%[[P]]) {to = bf16}
// DECOMPOSE: "ufront.batch_matmul"(%[[W]], %{{.*}}) {transpose_b = false}
func.func @attention_bfloat(%q: tensor<1x2x3x4xbf16>) -> tensor<1x2x3x4xbf16> {
  %0 = "ufront.attention"(%q, %q, %q)
      : (tensor<1x2x3x4xbf16>, tensor<1x2x3x4xbf16>, tensor<1x2x3x4xbf16>) -> tensor<1x2x3x4xbf16>
  return %0 : tensor<1x2x3x4xbf16>
}
