// RUN: rm -rf %t && mkdir %t && cp %s %t/m.mlir
// RUN: cp %S/../Tools/Inputs/shift.safetensors %t/m.safetensors
// RUN: ufront-run %t/m.mlir -i %S/../Tools/Inputs/x.npy | FileCheck %s

// What may be an output: an input, the same value twice, a view of another
// output, a shape, a constant, a weight, and what @init computes of it. All
// sizes of the first dimension are only known when it runs. x is 0 1 2; 3 4 5,
// w is 1 -2 0.5.

// CHECK:      input: f32 2x3
// CHECK-NEXT:   values 0 1 2 3 4 5
// CHECK:      once: f32 2x3
// CHECK-NEXT:   values -0 -1 -2 -3 -4 -5
// CHECK:      twice: f32 2x3
// CHECK-NEXT:   values -0 -1 -2 -3 -4 -5
// CHECK:      view: f32 6
// CHECK-NEXT:   values -0 -1 -2 -3 -4 -5
// CHECK:      shape: i64 2
// CHECK-NEXT:   values 2 3
// CHECK:      constant: f32 3
// CHECK-NEXT:   values 7 8 9
// CHECK:      weight: f32 3
// CHECK-NEXT:   values 1 -2 0.5
// CHECK:      derived: f32 3
// CHECK-NEXT:   values 1 4 0.25
// CHECK:      used: f32 2x3
// CHECK-NEXT:   values -0 -4 -0.5 -3 -16 -1.25
func.func @forward(%x: tensor<?x3xf32> {ufront.name = "x"})
    -> (tensor<?x3xf32> {ufront.name = "input"}, tensor<?x3xf32> {ufront.name = "once"},
        tensor<?x3xf32> {ufront.name = "twice"}, tensor<?xf32> {ufront.name = "view"},
        tensor<2xi64> {ufront.name = "shape"}, tensor<3xf32> {ufront.name = "constant"},
        tensor<3xf32> {ufront.name = "weight"}, tensor<3xf32> {ufront.name = "derived"},
        tensor<?x3xf32> {ufront.name = "used"}) {
  %0 = "ufront.neg"(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = "ufront.flat"(%0) {start = 0 : i64} : (tensor<?x3xf32>) -> tensor<?xf32>
  %2 = "ufront.shape_of"(%x) : (tensor<?x3xf32>) -> tensor<2xi64>
  %c = "ufront.constant"() {value = dense<[7.0, 8.0, 9.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %w = "ufront.param"() {sym = "w"} : () -> tensor<3xf32>
  %3 = "ufront.multiply"(%w, %w) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %4 = "ufront.multiply"(%0, %3) : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %x, %0, %0, %1, %2, %c, %w, %3, %4
      : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?xf32>, tensor<2xi64>,
        tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<?x3xf32>
}
