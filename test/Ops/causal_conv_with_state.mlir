// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @causal_conv_past
// IR: "ufront.causal_conv_with_state"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {activation = "silu"}
// DECOMPOSE-LABEL: func @causal_conv_past
// DECOMPOSE-SAME: (%[[X:.*]]: tensor<?x3x?xf32>, %[[W:.*]]: tensor<3x1x4xf32>, %[[B:.*]]: tensor<3xf32>, %[[P:.*]]: tensor<?x3x?xf32>)
// DECOMPOSE: %[[PAST:.*]] = "ufront.reshape"(%[[P]]) {shape = array<i64: 0, 3, 3>}
// DECOMPOSE: %[[ALL:.*]] = "ufront.concat"(%[[PAST]], %[[X]]) {axis = 2 : i64}
// DECOMPOSE: %[[Y:.*]] = "ufront.conv1d"(%[[ALL]], %[[W]], %[[B]]) {groups = 3 : i64, padding = array<i64: 0, 0>}
// DECOMPOSE: "ufront.silu"(%[[Y]])
// DECOMPOSE: "ufront.slice"(%[[ALL]]) {axes = array<i64: 2>, ends = array<i64: 9223372036854775807>, starts = array<i64: -3>}
func.func @causal_conv_past(%x: tensor<?x3x?xf32>, %w: tensor<3x1x4xf32>, %b: tensor<3xf32>, %p: tensor<?x3x?xf32>) -> (tensor<?x3x?xf32>, tensor<?x3x3xf32>) {
  %0:2 = "ufront.causal_conv_with_state"(%x, %w, %b, %p) {activation = "silu"}
      : (tensor<?x3x?xf32>, tensor<3x1x4xf32>, tensor<3xf32>, tensor<?x3x?xf32>) -> (tensor<?x3x?xf32>, tensor<?x3x3xf32>)
  return %0#0, %0#1 : tensor<?x3x?xf32>, tensor<?x3x3xf32>
}

// Without a past the convolution pads.
// DECOMPOSE-LABEL: func @causal_conv_no_past
// DECOMPOSE-SAME: (%[[X:.*]]: tensor<2x3x5xf32>, %[[W:.*]]: tensor<3x1x4xf32>)
// DECOMPOSE: %[[ALL:.*]] = "ufront.pad"(%[[X]]) {axes = array<i64: 2>, pads = array<i64: 3, 0>}
// DECOMPOSE: "ufront.conv1d"(%[[X]], %[[W]]) {groups = 3 : i64, padding = array<i64: 3, 0>}
// DECOMPOSE: "ufront.slice"(%[[ALL]]){{.*}} -> tensor<2x3x3xf32>
func.func @causal_conv_no_past(%x: tensor<2x3x5xf32>, %w: tensor<3x1x4xf32>) -> (tensor<2x3x5xf32>, tensor<2x3x3xf32>) {
  %0:2 = "ufront.causal_conv_with_state"(%x, %w) : (tensor<2x3x5xf32>, tensor<3x1x4xf32>) -> (tensor<2x3x5xf32>, tensor<2x3x3xf32>)
  return %0#0, %0#1 : tensor<2x3x5xf32>, tensor<2x3x3xf32>
}
