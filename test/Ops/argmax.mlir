// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @argmax_axis
// IR: "ufront.argmax"(%{{.*}}) {axis = -1 : i64, keepdims = false}
// LINALG-LABEL: func @argmax_axis
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// LINALG: arith.cmpf ogt
// LINALG: arith.cmpf une
// TOSA-LABEL: func @argmax_axis
// TOSA: tosa.argmax
func.func @argmax_axis(%x: tensor<?x4xf32>) -> tensor<?xi64> {
  %0 = "ufront.argmax"(%x) {axis = -1 : i64, keepdims = false} : (tensor<?x4xf32>) -> tensor<?xi64>
  return %0 : tensor<?xi64>
}

// IR-LABEL: func @argmax_keepdims
// IR: "ufront.argmax"(%{{.*}}) {axis = 0 : i64}
// LINALG-LABEL: func @argmax_keepdims
// LINALG: tensor.expand_shape
// TOSA-LABEL: func @argmax_keepdims
// TOSA: tosa.argmax
// TOSA: tosa.reshape
func.func @argmax_keepdims(%x: tensor<3x4xf32>) -> tensor<1x4xi64> {
  %0 = "ufront.argmax"(%x) {axis = 0 : i64} : (tensor<3x4xf32>) -> tensor<1x4xi64>
  return %0 : tensor<1x4xi64>
}
