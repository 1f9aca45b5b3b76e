// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @shape_of_dynamic
// IR: "ufront.shape_of"(%{{.*}})
// LINALG-LABEL: func @shape_of_dynamic
// LINALG: tensor.dim
// LINALG: tensor.from_elements
func.func @shape_of_dynamic(%x: tensor<?x3xf32>) -> tensor<2xi64> {
  %0 = "ufront.shape_of"(%x) : (tensor<?x3xf32>) -> tensor<2xi64>
  return %0 : tensor<2xi64>
}

// IR-LABEL: func @shape_of_static
// IR: "ufront.shape_of"(%{{.*}}) {end = -1 : i64, start = -2 : i64}
// FOLD-LABEL: func @shape_of_static
// FOLD: dense<3> : tensor<1xi64>
func.func @shape_of_static(%x: tensor<2x3x4xf32>) -> tensor<1xi64> {
  %0 = "ufront.shape_of"(%x) {end = -1 : i64, start = -2 : i64} : (tensor<2x3x4xf32>) -> tensor<1xi64>
  return %0 : tensor<1xi64>
}

// IR-LABEL: func @shape_of_known_part
// IR: "ufront.gather"(%{{.*}}, %{{.*}}) {axis = 0 : i64}
// FOLD-LABEL: func @shape_of_known_part
// FOLD: dense<3> : tensor<i64>
func.func @shape_of_known_part(%x: tensor<?x3xf32>) -> tensor<i64> {
  %shape = "ufront.shape_of"(%x) : (tensor<?x3xf32>) -> tensor<2xi64>
  %i = "ufront.constant"() {value = dense<-1> : tensor<i64>} : () -> tensor<i64>
  %0 = "ufront.gather"(%shape, %i) {axis = 0 : i64} : (tensor<2xi64>, tensor<i64>) -> tensor<i64>
  return %0 : tensor<i64>
}
