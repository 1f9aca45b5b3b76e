// RUN: ufront-run %s -i x=%S/Inputs/none.npy --random-inputs | FileCheck %s
// RUN: ufront-run %s --shape x=0x3 --random-inputs | FileCheck %s
// RUN: ufront-run %s --shape x=0x3 --random-inputs --via=tosa --threads=2 | FileCheck %s

// Tensors without elements, of a static size and of one known when it runs.

// CHECK:      exp: f32 0x3
// CHECK-NEXT: sum: f32 3
// CHECK-NEXT:   values 0 0 0
// CHECK:      both: f32 0x3
// CHECK-NEXT: rows: f32 0x3
// CHECK-NEXT: softmax: f32 0x3
// CHECK-NEXT: linear: f32 0x4
// CHECK-NEXT: nothing: f32 2x4
// CHECK-NEXT:   values 0 0 0 0 0 0 0 0
func.func @forward(%x: tensor<?x3xf32> {ufront.name = "x"}, %i: tensor<0xi64> {ufront.name = "i"})
    -> (tensor<?x3xf32> {ufront.name = "exp"}, tensor<3xf32> {ufront.name = "sum"},
        tensor<?x3xf32> {ufront.name = "both"}, tensor<0x3xf32> {ufront.name = "rows"},
        tensor<?x3xf32> {ufront.name = "softmax"}, tensor<?x4xf32> {ufront.name = "linear"},
        tensor<2x4xf32> {ufront.name = "nothing"}) {
  %0 = "ufront.exp"(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = "ufront.reduce_sum"(%x) {axes = array<i64: 0>, keepdims = false} : (tensor<?x3xf32>) -> tensor<3xf32>
  %2 = "ufront.concat"(%x, %0) {axis = 0 : i64} : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %w = "ufront.constant"() {value = dense<1.0> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %3 = "ufront.gather"(%w, %i) {axis = 0 : i64} : (tensor<2x3xf32>, tensor<0xi64>) -> tensor<0x3xf32>
  %4 = "ufront.softmax"(%x) {axis = -1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %m = "ufront.constant"() {value = dense<1.0> : tensor<4x3xf32>} : () -> tensor<4x3xf32>
  %5 = "ufront.linear"(%x, %m) : (tensor<?x3xf32>, tensor<4x3xf32>) -> tensor<?x4xf32>
  %a = "ufront.constant"() {value = dense<1.0> : tensor<2x0xf32>} : () -> tensor<2x0xf32>
  %b = "ufront.constant"() {value = dense<1.0> : tensor<4x0xf32>} : () -> tensor<4x0xf32>
  %6 = "ufront.linear"(%a, %b) : (tensor<2x0xf32>, tensor<4x0xf32>) -> tensor<2x4xf32>
  return %0, %1, %2, %3, %4, %5, %6
      : tensor<?x3xf32>, tensor<3xf32>, tensor<?x3xf32>, tensor<0x3xf32>, tensor<?x3xf32>,
        tensor<?x4xf32>, tensor<2x4xf32>
}
