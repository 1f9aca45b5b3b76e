// RUN: ufront-run %s -i %S/Inputs/bytes.npy | FileCheck %s

// Unsigned integers keep their meaning, truth values are true or false. a is
// 0 1 128 255, b is 1 3 3 2.

// CHECK:      quotient: ui8 4
// CHECK-NEXT:   values 0 0 42 127
// CHECK:      greater: i1 4
// CHECK-NEXT:   values false false true true
// CHECK:      float: f32 4
// CHECK-NEXT:   values 0 1 128 255
// CHECK:      large: ui64 2
// CHECK-NEXT:   values 1 18446744073709551615
// CHECK:      any: i1 scalar
// CHECK-NEXT:   values true
// CHECK:      not: i1 4
// CHECK-NEXT:   values true true false false
// CHECK:      larger: ui8 4
// CHECK-NEXT:   values 1 3 128 255
func.func @forward(%a: tensor<4xui8> {ufront.name = "a"})
    -> (tensor<4xui8> {ufront.name = "quotient"}, tensor<4xi1> {ufront.name = "greater"},
        tensor<4xf32> {ufront.name = "float"}, tensor<2xui64> {ufront.name = "large"},
        tensor<i1> {ufront.name = "any"}, tensor<4xi1> {ufront.name = "not"},
        tensor<4xui8> {ufront.name = "larger"}) {
  %b = "ufront.constant"() {value = dense<[1, 3, 3, 2]> : tensor<4xui8>} : () -> tensor<4xui8>
  %0 = "ufront.divide"(%a, %b) : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  %1 = "ufront.compare"(%a, %b) {pred = "gt"} : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xi1>
  %2 = "ufront.cast"(%a) {to = f32} : (tensor<4xui8>) -> tensor<4xf32>
  %3 = "ufront.constant"() {value = dense<[1, 18446744073709551615]> : tensor<2xui64>} : () -> tensor<2xui64>
  %4 = "ufront.reduce_any"(%1) {keepdims = false} : (tensor<4xi1>) -> tensor<i1>
  %5 = "ufront.logical_not"(%1) : (tensor<4xi1>) -> tensor<4xi1>
  %6 = "ufront.where"(%1, %a, %b) : (tensor<4xi1>, tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %0, %1, %2, %3, %4, %5, %6
      : tensor<4xui8>, tensor<4xi1>, tensor<4xf32>, tensor<2xui64>, tensor<i1>, tensor<4xi1>,
        tensor<4xui8>
}
