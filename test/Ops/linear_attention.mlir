// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// Two query heads share a state; decay and rate are known before the loop.
// IR-LABEL: func @linear_attention_gated_delta
// IR: "ufront.linear_attention"(%{{.*}}) {kv_num_heads = 2 : i64, q_num_heads = 4 : i64}
// DECOMPOSE-LABEL: func @linear_attention_gated_delta
// DECOMPOSE-DAG: %[[Q:.*]] = "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 0, 2, 2, 3>}
// DECOMPOSE-DAG: %[[K:.*]] = "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 0, 2, 1, 3>}
// DECOMPOSE-DAG: %[[V:.*]] = "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 0, 2, 1, 5>}
// DECOMPOSE-DAG: %[[D:.*]] = "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 0, 2, 3, 1>}
// DECOMPOSE-DAG: %[[G:.*]] = "ufront.exp"(%[[D]])
// DECOMPOSE-DAG: %[[R:.*]] = "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 0, 1, 1, 1>}
// DECOMPOSE: %[[LOOP:.*]]:2 = "ufront.scan"(%{{.*}}, %[[Q]], %[[K]], %[[V]], %[[G]], %[[R]]) ({
// DECOMPOSE-NEXT: ^bb0(%[[S:.*]]: tensor<?x2x3x5xf32>, %[[QT:.*]]: tensor<?x2x2x3xf32>, %[[KT:.*]]: tensor<?x2x1x3xf32>, %[[VT:.*]]: tensor<?x2x1x5xf32>, %[[GT:.*]]: tensor<?x2x3x1xf32>, %[[RT:.*]]: tensor<?x1x1x1xf32>):
// DECOMPOSE: %[[KEPT:.*]] = "ufront.multiply"(%[[S]], %[[GT]])
// DECOMPOSE: %[[HELD:.*]] = "ufront.batch_matmul"(%[[KT]], %[[KEPT]])
// DECOMPOSE: %[[LACK:.*]] = "ufront.subtract"(%[[VT]], %[[HELD]])
// DECOMPOSE: %[[NEW:.*]] = "ufront.multiply"(%[[RT]], %[[LACK]])
// DECOMPOSE: %[[COLUMN:.*]] = "ufront.reshape"(%[[KT]]) {shape = array<i64: 0, 0, 3, 1>}
// DECOMPOSE: %[[OUTER:.*]] = "ufront.multiply"(%[[COLUMN]], %[[NEW]])
// DECOMPOSE: %[[NEXT:.*]] = "ufront.add"(%[[KEPT]], %[[OUTER]])
// DECOMPOSE: %[[O:.*]] = "ufront.batch_matmul"(%[[QT]], %[[NEXT]])
// DECOMPOSE: "ufront.yield"(%[[NEXT]], %[[O]])
// DECOMPOSE: num_scan_inputs = 5 : i64, scan_input_axes = array<i64: 1, 1, 1, 1, 1>, scan_output_axes = array<i64: 1>
// DECOMPOSE: "ufront.multiply"(%[[LOOP]]#1, %{{.*}})
// DECOMPOSE: "ufront.reshape"{{.*}} -> tensor<?x?x20xf32>
func.func @linear_attention_gated_delta(%q: tensor<?x?x12xf32>, %k: tensor<?x?x6xf32>, %v: tensor<?x?x10xf32>, %past: tensor<?x2x3x5xf32>, %decay: tensor<?x?x6xf32>, %beta: tensor<?x?x1xf32>) -> (tensor<?x?x20xf32>, tensor<?x2x3x5xf32>) {
  %0:2 = "ufront.linear_attention"(%q, %k, %v, %past, %decay, %beta) {q_num_heads = 4 : i64, kv_num_heads = 2 : i64}
      : (tensor<?x?x12xf32>, tensor<?x?x6xf32>, tensor<?x?x10xf32>, tensor<?x2x3x5xf32>, tensor<?x?x6xf32>, tensor<?x?x1xf32>) -> (tensor<?x?x20xf32>, tensor<?x2x3x5xf32>)
  return %0#0, %0#1 : tensor<?x?x20xf32>, tensor<?x2x3x5xf32>
}

// The state is f32 inside and starts with zeros.
// DECOMPOSE-LABEL: func @linear_attention_half
// DECOMPOSE-DAG: "ufront.cast"(%{{.*}}) {to = f32} : (tensor<2x4x3xf16>)
// DECOMPOSE-DAG: %[[ZERO:.*]] = "ufront.constant"() {value = dense<0.000000e+00> : tensor<2x1x3x5xf32>}
// DECOMPOSE: "ufront.scan"(%[[ZERO]], 
// DECOMPOSE-NOT: ufront.exp
// DECOMPOSE: "ufront.cast"(%{{.*}}) {to = f16}{{.*}} -> tensor<2x4x5xf16>
// DECOMPOSE: "ufront.cast"(%{{.*}}) {to = f16}{{.*}} -> tensor<2x1x3x5xf16>
func.func @linear_attention_half(%q: tensor<2x4x3xf16>, %v: tensor<2x4x5xf16>) -> (tensor<2x4x5xf16>, tensor<2x1x3x5xf16>) {
  %0:2 = "ufront.linear_attention"(%q, %q, %v) {q_num_heads = 1 : i64, kv_num_heads = 1 : i64, update_rule = "linear", scale = 0.5}
      : (tensor<2x4x3xf16>, tensor<2x4x3xf16>, tensor<2x4x5xf16>) -> (tensor<2x4x5xf16>, tensor<2x1x3x5xf16>)
  return %0#0, %0#1 : tensor<2x4x5xf16>, tensor<2x1x3x5xf16>
}
