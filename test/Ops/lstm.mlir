// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// One product for all steps, and a scan over time.
// IR-LABEL: func @lstm_forward
// IR: "ufront.lstm"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {hidden_size = 5 : i64}
// DECOMPOSE-LABEL: func @lstm_forward
// DECOMPOSE-DAG: %[[W:.*]] = "ufront.transpose"(%{{.*}}) {{.*}} -> tensor<3x20xf32>
// DECOMPOSE-DAG: %[[R:.*]] = "ufront.transpose"(%{{.*}}) {{.*}} -> tensor<5x20xf32>
// DECOMPOSE: %[[GATES:.*]] = "ufront.linear"(%{{.*}}, %[[W]], %{{.*}}) {{.*}} -> tensor<7x2x20xf32>
// DECOMPOSE: %[[SCAN:.*]]:3 = "ufront.scan"(%{{.*}}, %{{.*}}, %[[GATES]])
// DECOMPOSE: ^bb0(%[[H:.*]]: tensor<2x5xf32>, %[[C:.*]]: tensor<2x5xf32>, %[[G:.*]]: tensor<2x20xf32>):
// DECOMPOSE: %[[PART:.*]] = "ufront.linear"(%[[H]], %[[R]], %{{.*}})
// DECOMPOSE: %[[NEXT:.*]]:2 = "ufront.lstm_cell"(%[[G]], %[[PART]], %[[H]], %[[C]])
// DECOMPOSE: "ufront.yield"(%[[NEXT]]#0, %[[NEXT]]#1, %[[NEXT]]#0)
// DECOMPOSE: -> tensor<7x1x2x5xf32>
func.func @lstm_forward(%x: tensor<7x2x3xf32>, %w: tensor<1x20x3xf32>, %r: tensor<1x20x5xf32>, %b: tensor<1x40xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>, tensor<1x2x5xf32>) {
  %0:3 = "ufront.lstm"(%x, %w, %r, %b) {hidden_size = 5 : i64} : (tensor<7x2x3xf32>, tensor<1x20x3xf32>, tensor<1x20x5xf32>, tensor<1x40xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>, tensor<1x2x5xf32>)
  return %0#0, %0#1, %0#2 : tensor<7x1x2x5xf32>, tensor<1x2x5xf32>, tensor<1x2x5xf32>
}

// -----

// Of two directions, one goes back; nothing is collected that nobody reads.
// DECOMPOSE-LABEL: func @lstm_states
// DECOMPOSE: "ufront.scan"
// DECOMPOSE: "ufront.yield"(%{{[^,]*}}, %{{[^,]*}})
// DECOMPOSE: "ufront.scan"
// DECOMPOSE: "ufront.yield"(%{{[^,]*}}, %{{[^,]*}})
// DECOMPOSE: scan_input_directions = array<i64: 1>
// DECOMPOSE: "ufront.concat"(%{{.*}}) {axis = 0 : i64} : {{.*}} -> tensor<2x?x5xf32>
func.func @lstm_states(%x: tensor<?x?x3xf32>, %w: tensor<2x20x3xf32>, %r: tensor<2x20x5xf32>) -> tensor<2x?x5xf32> {
  %0:3 = "ufront.lstm"(%x, %w, %r) {direction = "bidirectional"} : (tensor<?x?x3xf32>, tensor<2x20x3xf32>, tensor<2x20x5xf32>) -> (tensor<?x2x?x5xf32>, tensor<2x?x5xf32>, tensor<2x?x5xf32>)
  return %0#1 : tensor<2x?x5xf32>
}

// -----

// Sequences of different lengths: time is carried along and compared.
// DECOMPOSE-LABEL: func @lstm_lengths
// DECOMPOSE: "ufront.scan"(%{{[^,]*}}, %{{[^,]*}}, %{{[^,]*}}, %{{[^,]*}})
// DECOMPOSE: %[[ACTIVE:.*]] = "ufront.compare"(%{{.*}}) {pred = "lt"}
// DECOMPOSE: "ufront.lstm_cell"(%{{.*}}, %[[ACTIVE]])
// DECOMPOSE: "ufront.where"
func.func @lstm_lengths(%x: tensor<2x7x3xf32>, %w: tensor<1x20x3xf32>, %r: tensor<1x20x5xf32>, %n: tensor<2xi32>) -> tensor<2x7x1x5xf32> {
  %none = "ufront.none"() : () -> none
  %0:3 = "ufront.lstm"(%x, %w, %r, %none, %n) {layout = 1 : i64} : (tensor<2x7x3xf32>, tensor<1x20x3xf32>, tensor<1x20x5xf32>, none, tensor<2xi32>) -> (tensor<2x7x1x5xf32>, tensor<2x1x5xf32>, tensor<2x1x5xf32>)
  return %0#0 : tensor<2x7x1x5xf32>
}
