// RUN: ufront-opt %s > %t.text
// RUN: ufront-opt %s -emit-bytecode | ufront-opt > %t.bytes
// RUN: diff %t.text %t.bytes
// RUN: ufront-opt %t.text | diff %t.text -
// RUN: FileCheck %s < %t.text

// Text and bytecode, there and back: every kind of attribute, dynamic and
// zero-sized dimensions, unsigned and i1 elements, an omitted operand, several
// results.

// CHECK-LABEL: func @kinds
// CHECK: "ufront.constant"() {value = dense<[true, false]> : tensor<2xi1>}
// CHECK: "ufront.param"() {sym = "conv1.weight"}
// CHECK: "ufront.conv2d"(%{{.*}}) {groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>}
// CHECK: "ufront.elu"(%{{.*}}) {alpha = 5.000000e-01 : f64}
// CHECK: "ufront.reduce_sum"(%{{.*}}) {axes = array<i64: 1, 2, 3>, keepdims = false}
// CHECK: "ufront.cast"(%{{.*}}) {to = ui8}
// CHECK: "ufront.split"(%{{.*}}) {axis = 0 : i64} : (tensor<?xui8>) -> (tensor<?xui8>, tensor<?xui8>)
func.func @kinds(%x: tensor<?x3x8x8xf32>, %empty: tensor<0x2xf64>)
    -> (tensor<2xi1>, tensor<?xui8>, tensor<?xui8>, tensor<0x2xf64>) {
  %c = "ufront.constant"() {value = dense<[true, false]> : tensor<2xi1>} : () -> tensor<2xi1>
  %w = "ufront.param"() {sym = "conv1.weight"} : () -> tensor<4x3x3x3xf32>
  %0 = "ufront.conv2d"(%x, %w) {groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>}
      : (tensor<?x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x4x8x8xf32>
  %1 = "ufront.elu"(%0) {alpha = 0.5 : f64} : (tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %2 = "ufront.reduce_sum"(%1) {axes = array<i64: 1, 2, 3>, keepdims = false}
      : (tensor<?x4x8x8xf32>) -> tensor<?xf32>
  %3 = "ufront.cast"(%2) {to = ui8} : (tensor<?xf32>) -> tensor<?xui8>
  %4:2 = "ufront.split"(%3) {axis = 0 : i64} : (tensor<?xui8>) -> (tensor<?xui8>, tensor<?xui8>)
  %5 = "ufront.exp"(%empty) : (tensor<0x2xf64>) -> tensor<0x2xf64>
  return %c, %4#0, %4#1, %5 : tensor<2xi1>, tensor<?xui8>, tensor<?xui8>, tensor<0x2xf64>
}

// CHECK-LABEL: func @omitted
// CHECK: %[[NONE:.*]] = "ufront.none"() : () -> none
// CHECK: "ufront.clamp"(%{{.*}}, %[[NONE]], %{{.*}}) : (tensor<4xf32>, none, tensor<f32>)
func.func @omitted(%x: tensor<4xf32>, %most: tensor<f32>) -> tensor<4xf32> {
  %none = "ufront.none"() : () -> none
  %0 = "ufront.clamp"(%x, %none, %most) : (tensor<4xf32>, none, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
