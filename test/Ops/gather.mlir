// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// Indices from the end, and outside, lead to no other memory.
// IR-LABEL: func @gather_rows
// IR: "ufront.gather"(%{{.*}}, %{{.*}})
// LINALG-LABEL: func @gather_rows
// LINALG: linalg.generic {{.*}} ins(%{{.*}} : tensor<?x4xi64>)
// LINALG: arith.select
// LINALG: arith.minsi
// LINALG: arith.maxsi
// LINALG: tensor.extract
// FOLD-LABEL: func @gather_rows
// FOLD: "ufront.gather"
func.func @gather_rows(%w: tensor<100x?xf32>, %i: tensor<?x4xi64>) -> tensor<?x4x?xf32> {
  %0 = "ufront.gather"(%w, %i) : (tensor<100x?xf32>, tensor<?x4xi64>) -> tensor<?x4x?xf32>
  return %0 : tensor<?x4x?xf32>
}

// A single index is a slice.
// IR-LABEL: func @gather_one
// IR: "ufront.gather"(%{{.*}}, %{{.*}}) {axis = -1 : i64}
// LINALG-LABEL: func @gather_one
// LINALG: tensor.extract_slice %{{.*}}[0, 0, %{{.*}}] [2, %{{.*}}, 1]
// LINALG: tensor.collapse_shape
// FOLD-LABEL: func @gather_one
// FOLD: "ufront.gather"
func.func @gather_one(%x: tensor<2x?x4xf32>, %i: tensor<i64>) -> tensor<2x?xf32> {
  %0 = "ufront.gather"(%x, %i) {axis = -1 : i64} : (tensor<2x?x4xf32>, tensor<i64>) -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// IR-LABEL: func @gather_constant
// IR: "ufront.gather"(%{{.*}}, %{{.*}}) {axis = 1 : i64}
// FOLD-LABEL: func @gather_constant
// FOLD: {{\[\[}}3, 1], [6, 4]]
func.func @gather_constant() -> tensor<2x2xi64> {
  %c = "ufront.constant"() {value = dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>} : () -> tensor<2x3xi64>
  %i = "ufront.constant"() {value = dense<[2, -3]> : tensor<2xi64>} : () -> tensor<2xi64>
  %0 = "ufront.gather"(%c, %i) {axis = 1 : i64} : (tensor<2x3xi64>, tensor<2xi64>) -> tensor<2x2xi64>
  return %0 : tensor<2x2xi64>
}
