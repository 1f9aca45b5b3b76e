// RUN: ufront-opt %s --split-input-file --ufront-hoist-params | FileCheck %s

// What depends on weights alone moves to @init; the rest reads the results as
// derived weights. A weight that @forward needs itself is in both.

// CHECK-LABEL: func.func @forward
// CHECK-SAME:    (%[[X:.*]]: tensor<2x3xf32>)
// CHECK-DAG:     %[[SCALE:.*]] = "ufront.param"() {init = 0 : i64, sym = "init.0"} : () -> tensor<3xf32>
// CHECK-DAG:     %[[B:.*]] = "ufront.param"() {sym = "b"} : () -> tensor<3xf32>
// CHECK:         %[[Y:.*]] = "ufront.multiply"(%[[X]], %[[SCALE]])
// CHECK:         "ufront.add"(%[[Y]], %[[B]])
// CHECK:       func.func @init() -> tensor<3xf32>
// CHECK-DAG:     %[[VAR:.*]] = "ufront.param"() {sym = "var"}
// CHECK-DAG:     %[[EPS:.*]] = "ufront.constant"()
// CHECK:         %[[SUM:.*]] = "ufront.add"(%[[VAR]], %[[EPS]])
// CHECK:         %[[ROOT:.*]] = "ufront.sqrt"(%[[SUM]])
// CHECK:         return %[[ROOT]]
func.func @forward(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %var = "ufront.param"() {sym = "var"} : () -> tensor<3xf32>
  %b = "ufront.param"() {sym = "b"} : () -> tensor<3xf32>
  %eps = "ufront.constant"() {value = dense<1.0e-5> : tensor<f32>} : () -> tensor<f32>
  %0 = "ufront.add"(%var, %eps) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %1 = "ufront.sqrt"(%0) : (tensor<3xf32>) -> tensor<3xf32>
  %2 = "ufront.multiply"(%x, %1) : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %3 = "ufront.add"(%2, %b) : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %3 : tensor<2x3xf32>
}

// -----

// Work in the body of a loop is the same in every iteration.
// CHECK-LABEL: func.func @forward
// CHECK:         %[[T:.*]] = "ufront.param"() {init = 0 : i64, sym = "init.0"} : () -> tensor<3x3xf32>
// CHECK:         scf.for
// CHECK:           "ufront.linear"(%{{.*}}, %[[T]])
// CHECK:       func.func @init
// CHECK:         "ufront.transpose"
func.func @forward(%x: tensor<1x3xf32>, %n: index) -> tensor<1x3xf32> {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %r = scf.for %i = %0 to %n step %1 iter_args(%s = %x) -> tensor<1x3xf32> {
    %w = "ufront.param"() {sym = "w"} : () -> tensor<3x3xf32>
    %t = "ufront.transpose"(%w) {perm = array<i64: 1, 0>} : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %y = "ufront.linear"(%s, %t) : (tensor<1x3xf32>, tensor<3x3xf32>) -> tensor<1x3xf32>
    scf.yield %y : tensor<1x3xf32>
  }
  return %r : tensor<1x3xf32>
}

// -----

// Constants alone are not weights; they stay, and so does everything else.
// CHECK-LABEL: func.func @forward
// CHECK:         "ufront.exp"
// CHECK-NOT:   @init
func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = "ufront.constant"() {value = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = "ufront.exp"(%c) : (tensor<2xf32>) -> tensor<2xf32>
  %w = "ufront.param"() {sym = "w"} : () -> tensor<2xf32>
  %1 = "ufront.add"(%x, %w) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = "ufront.add"(%1, %0) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}

// -----

// A result of unknown size cannot be a weight.
// CHECK-LABEL: func.func @forward
// CHECK:         "ufront.exp"
// CHECK-NOT:   @init
func.func @forward(%x: tensor<2xf32>) -> tensor<?xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<?xf32>
  %0 = "ufront.exp"(%w) : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// Only @forward is an entry.
// CHECK-LABEL: func.func @other
// CHECK:         "ufront.exp"
// CHECK-NOT:   @init
func.func @other() -> tensor<2xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<2xf32>
  %0 = "ufront.exp"(%w) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// One number in very many places is written there when the model is loaded.
// CHECK-LABEL: func.func @forward
// CHECK:         %[[W:.*]] = "ufront.param"() {init = 0 : i64, sym = "init.0"} : () -> tensor<64x64xf32>
// CHECK:         "ufront.batch_matmul"(%{{.*}}, %[[W]])
// CHECK:       func.func @init
// CHECK:         "ufront.constant"() {value = dense<5.000000e-01> : tensor<64x64xf32>}
func.func @forward(%x: tensor<2x64xf32>) -> tensor<2x64xf32> {
  %w = "ufront.constant"() {value = dense<0.5> : tensor<64x64xf32>} : () -> tensor<64x64xf32>
  %0 = "ufront.batch_matmul"(%x, %w) : (tensor<2x64xf32>, tensor<64x64xf32>) -> tensor<2x64xf32>
  return %0 : tensor<2x64xf32>
}
