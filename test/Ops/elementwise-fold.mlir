// RUN: ufront-opt %s --canonicalize | FileCheck %s

// Small constants are evaluated, and what changes nothing is left out, unless
// that changes the type.

// CHECK-LABEL: func @integers
// CHECK-DAG: dense<[4, 6]> : tensor<2xi64>
// CHECK-DAG: dense<-2> : tensor<2xi64>
// CHECK-DAG: dense<[-2, 0]> : tensor<2xi64>
// CHECK-DAG: dense<[1, 0]> : tensor<2xi64>
// CHECK-NOT: ufront.{{add|subtract|divide|mod}}
func.func @integers() -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) {
  %a = "ufront.constant"() {value = dense<[1, 2]> : tensor<2xi64>} : () -> tensor<2xi64>
  %b = "ufront.constant"() {value = dense<[3, 4]> : tensor<2xi64>} : () -> tensor<2xi64>
  %c = "ufront.constant"() {value = dense<[-5, 2]> : tensor<2xi64>} : () -> tensor<2xi64>
  %d = "ufront.constant"() {value = dense<[2, -4]> : tensor<2xi64>} : () -> tensor<2xi64>
  %add = "ufront.add"(%a, %b) : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  %sub = "ufront.subtract"(%a, %b) : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  %div = "ufront.divide"(%c, %d) : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  %two = "ufront.constant"() {value = dense<2> : tensor<i64>} : () -> tensor<i64>
  %mod = "ufront.mod"(%c, %two) : (tensor<2xi64>, tensor<i64>) -> tensor<2xi64>
  return %add, %sub, %div, %mod : tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>
}

// Shape arithmetic in floats, as Resize is exported.
// CHECK-LABEL: func @through_floats
// CHECK: %[[C:.*]] = "ufront.constant"() {value = dense<[5, 3]> : tensor<2xi32>}
// CHECK: return %[[C]]
func.func @through_floats() -> tensor<2xi32> {
  %a = "ufront.constant"() {value = dense<[11, 7]> : tensor<2xi64>} : () -> tensor<2xi64>
  %h = "ufront.constant"() {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %0 = "ufront.cast"(%a) {to = f32} : (tensor<2xi64>) -> tensor<2xf32>
  %1 = "ufront.multiply"(%0, %h) : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %2 = "ufront.floor"(%1) : (tensor<2xf32>) -> tensor<2xf32>
  %3 = "ufront.cast"(%2) {to = i32} : (tensor<2xf32>) -> tensor<2xi32>
  return %3 : tensor<2xi32>
}

// CHECK-LABEL: func @chosen
// CHECK: dense<[7, 2]> : tensor<2xi64>
func.func @chosen() -> tensor<2xi64> {
  %a = "ufront.constant"() {value = dense<[-1, 2]> : tensor<2xi64>} : () -> tensor<2xi64>
  %b = "ufront.constant"() {value = dense<7> : tensor<i64>} : () -> tensor<i64>
  %z = "ufront.constant"() {value = dense<0> : tensor<i64>} : () -> tensor<i64>
  %c = "ufront.compare"(%a, %z) {pred = "lt"} : (tensor<2xi64>, tensor<i64>) -> tensor<2xi1>
  %0 = "ufront.where"(%c, %b, %a) : (tensor<2xi1>, tensor<i64>, tensor<2xi64>) -> tensor<2xi64>
  return %0 : tensor<2xi64>
}

// CHECK-LABEL: func @identities
// CHECK-SAME: (%[[X:.*]]: tensor<?x3xf32>, %[[I:.*]]: tensor<?xi32>)
// CHECK-NEXT: return %[[X]], %[[I]]
func.func @identities(%x: tensor<?x3xf32>, %i: tensor<?xi32>) -> (tensor<?x3xf32>, tensor<?xi32>) {
  %one = "ufront.constant"() {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %zero = "ufront.constant"() {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>
  %none = "ufront.constant"() {value = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = "ufront.multiply"(%one, %x) : (tensor<f32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = "ufront.divide"(%0, %one) : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x3xf32>
  %2 = "ufront.subtract"(%1, %zero) : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x3xf32>
  %3 = "ufront.pow"(%2, %one) : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x3xf32>
  %4 = "ufront.cast"(%3) {to = f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %5 = "ufront.add"(%i, %none) : (tensor<?xi32>, tensor<1xi32>) -> tensor<?xi32>
  return %4, %5 : tensor<?x3xf32>, tensor<?xi32>
}

// -0 + 0 is 0, and a larger constant stretches the input.
// CHECK-LABEL: func @no_identities
// CHECK: "ufront.add"
// CHECK: "ufront.multiply"
func.func @no_identities(%x: tensor<1xf32>) -> (tensor<1xf32>, tensor<4xf32>) {
  %zero = "ufront.constant"() {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>
  %ones = "ufront.constant"() {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %0 = "ufront.add"(%x, %zero) : (tensor<1xf32>, tensor<f32>) -> tensor<1xf32>
  %1 = "ufront.multiply"(%x, %ones) : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<1xf32>, tensor<4xf32>
}
