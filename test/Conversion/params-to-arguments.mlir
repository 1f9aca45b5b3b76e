// RUN: ufront-opt %s --split-input-file --verify-diagnostics --ufront-params-to-arguments | FileCheck %s

// One argument per weight, behind the inputs, in order of first use; a weight
// that is read twice is one argument. Names of inputs stay where they were.

// CHECK-LABEL: func @forward
// CHECK-SAME:    (%[[X:.*]]: tensor<2xf32> {ufront.name = "x"}, %[[W:.*]]: tensor<2xf32> {ufront.sym = "w"}, %[[V:.*]]: tensor<2xf32> {ufront.sym = "v"})
// CHECK-NOT:     "ufront.param"
// CHECK:         %[[A:.*]] = "ufront.add"(%[[X]], %[[W]])
// CHECK:         %[[B:.*]] = "ufront.add"(%[[A]], %[[V]])
// CHECK:         "ufront.add"(%[[B]], %[[W]])
func.func @forward(%x: tensor<2xf32> {ufront.name = "x"}) -> tensor<2xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<2xf32>
  %0 = "ufront.add"(%x, %w) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %v = "ufront.param"() {sym = "v"} : () -> tensor<2xf32>
  %1 = "ufront.add"(%0, %v) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %again = "ufront.param"() {sym = "w"} : () -> tensor<2xf32>
  %2 = "ufront.add"(%1, %again) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}

// CHECK-LABEL: func @init
// CHECK-SAME:    (%[[W:.*]]: tensor<2xf32> {ufront.sym = "w"}) -> tensor<2xf32>
// CHECK-NEXT:    "ufront.exp"(%[[W]])
func.func @init() -> tensor<2xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<2xf32>
  %0 = "ufront.exp"(%w) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @none
// CHECK-SAME:    (%{{.*}}: tensor<2xf32>) -> tensor<2xf32> {
func.func @none(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}

// CHECK-LABEL: func private @external
func.func private @external(tensor<2xf32>)

// -----

// What @init computes is an argument too, whatever the weights are called.
// CHECK-LABEL: func @derived
// CHECK-SAME:    %{{[^:]*}}: tensor<2xf32> {ufront.sym = "init.0"}, %{{[^:]*}}: tensor<2xf32> {ufront.init = 0 : i64})
func.func @derived() -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = "ufront.param"() {sym = "init.0"} : () -> tensor<2xf32>
  %1 = "ufront.param"() {init = 0 : i64, sym = "init.0"} : () -> tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// -----

func.func @two_types() -> (tensor<2xf32>, tensor<4xf32>) {
  %0 = "ufront.param"() {sym = "w"} : () -> tensor<2xf32>
  // expected-error @+1 {{'ufront.param' has another type than 'w' has elsewhere}}
  %1 = "ufront.param"() {sym = "w"} : () -> tensor<4xf32>
  return %0, %1 : tensor<2xf32>, tensor<4xf32>
}
