// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @transpose_perm
// IR: "ufront.transpose"(%{{.*}}) {perm = array<i64: 2, 0, 1>}
// LINALG-LABEL: func @transpose_perm
// LINALG: linalg.transpose {{.*}} permutation = [2, 0, 1]
func.func @transpose_perm(%x: tensor<2x?x4xf32>) -> tensor<4x2x?xf32> {
  %0 = "ufront.transpose"(%x) {perm = array<i64: 2, 0, 1>} : (tensor<2x?x4xf32>) -> tensor<4x2x?xf32>
  return %0 : tensor<4x2x?xf32>
}

// Moving dimensions of size 1 moves no element.
// IR-LABEL: func @transpose_unit
// IR: "ufront.transpose"(%{{.*}}) {perm = array<i64: 1, 0, 2>}
// LINALG-LABEL: func @transpose_unit
// LINALG-NOT: linalg.transpose
// LINALG: tensor.expand_shape
func.func @transpose_unit(%x: tensor<2x1x3xf32>) -> tensor<1x2x3xf32> {
  %0 = "ufront.transpose"(%x) {perm = array<i64: 1, 0, 2>} : (tensor<2x1x3xf32>) -> tensor<1x2x3xf32>
  return %0 : tensor<1x2x3xf32>
}

// IR-LABEL: func @transpose_of_transpose
// IR: "ufront.transpose"(%{{.*}}) {perm = array<i64: 1, 0, 2>}
// FOLD-LABEL: func @transpose_of_transpose
// FOLD-SAME: (%[[X:.*]]: tensor
// FOLD: "ufront.transpose"(%[[X]]) {perm = array<i64: 0, 2, 1>}
// FOLD-NEXT: return
func.func @transpose_of_transpose(%x: tensor<2x3x4xf32>) -> tensor<2x4x3xf32> {
  %y = "ufront.transpose"(%x) {perm = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %0 = "ufront.transpose"(%y) {perm = array<i64: 1, 0, 2>} : (tensor<4x2x3xf32>) -> tensor<2x4x3xf32>
  return %0 : tensor<2x4x3xf32>
}

// IR-LABEL: func @transpose_twice
// IR: "ufront.transpose"(%{{.*}})
// FOLD-LABEL: func @transpose_twice
// FOLD-SAME: (%[[X:.*]]: tensor
// FOLD-NEXT: return %[[X]]
func.func @transpose_twice(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = "ufront.transpose"(%x) : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %0 = "ufront.transpose"(%y) : (tensor<3x2xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @transpose_constant
// IR: "ufront.transpose"(%{{.*}})
// FOLD-LABEL: func @transpose_constant
// FOLD: {{\[\[}}1, 3], [2, 4]]
func.func @transpose_constant() -> tensor<2x2xi64> {
  %c = "ufront.constant"() {value = dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>} : () -> tensor<2x2xi64>
  %0 = "ufront.transpose"(%c) : (tensor<2x2xi64>) -> tensor<2x2xi64>
  return %0 : tensor<2x2xi64>
}
