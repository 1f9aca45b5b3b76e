// RUN: ufront-opt %s --ufront-infer-shapes | FileCheck %s
// RUN: not ufront-opt %S/Inputs/contradiction.mlir --ufront-infer-shapes 2>&1 | FileCheck %s --check-prefix=ERROR

// Types become as static as the arguments allow, and so does the signature.
// CHECK-LABEL: func @refines
// CHECK-SAME:    (%{{.*}}: tensor<?x3x8x8xf32>, %{{.*}}: tensor<4x3x3x3xf32>) -> tensor<?x4x6x6xf32>
// CHECK:         "ufront.conv2d"{{.*}} -> tensor<?x4x6x6xf32>
// CHECK:         "ufront.relu"{{.*}} -> tensor<?x4x6x6xf32>
// CHECK:         return %{{.*}} : tensor<?x4x6x6xf32>
func.func @refines(%x: tensor<?x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32> {
  %0 = "ufront.conv2d"(%x, %w) : (tensor<?x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x?x?x?xf32>
  %1 = "ufront.relu"(%0) : (tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %1 : tensor<?x?x?x?xf32>
}

// What is declared more static than the rule knows stays.
// CHECK-LABEL: func @keeps
// CHECK:         "ufront.relu"(%{{.*}}) : (tensor<?x3xf32>) -> tensor<7x3xf32>
// CHECK:         "ufront.exp"(%{{.*}}) : (tensor<7x3xf32>) -> tensor<7x3xf32>
func.func @keeps(%x: tensor<?x3xf32>) -> tensor<?x?xf32> {
  %0 = "ufront.relu"(%x) : (tensor<?x3xf32>) -> tensor<7x3xf32>
  %1 = "ufront.exp"(%0) : (tensor<7x3xf32>) -> tensor<?x?xf32>
  return %1 : tensor<?x?xf32>
}

// Shapes computed by the model: what is known of them is known here.
// CHECK-LABEL: func @shape_arithmetic
// CHECK-SAME:    -> tensor<?x12xf32>
// CHECK:         "ufront.reshape"{{.*}} -> tensor<?x12xf32>
func.func @shape_arithmetic(%x: tensor<?x3x4xf32>) -> tensor<?x?xf32> {
  %0 = "ufront.shape_of"(%x) {start = 0 : i64, end = 1 : i64} : (tensor<?x3x4xf32>) -> tensor<1xi64>
  %1 = "ufront.constant"() {value = dense<12> : tensor<1xi64>} : () -> tensor<1xi64>
  %2 = "ufront.concat"(%0, %1) {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %3 = "ufront.reshape"(%x, %2) : (tensor<?x3x4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %3 : tensor<?x?xf32>
}

// A function without a body has nothing to infer.
// CHECK-LABEL: func private @external
// CHECK-SAME:    (tensor<?xf32>) -> tensor<?xf32>
func.func private @external(tensor<?xf32>) -> tensor<?xf32>

// ERROR: contradiction.mlir:4:8: error: 'ufront.add' cannot broadcast 2 with 3: dimension 0 is 2 and 3
