// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @squeeze_all
// IR: "ufront.squeeze"(%{{.*}})
// LINALG-LABEL: func @squeeze_all
// LINALG: tensor.collapse_shape
// TOSA-LABEL: func @squeeze_all
// TOSA: tosa.reshape
func.func @squeeze_all(%x: tensor<1x3x1xf32>) -> tensor<3xf32> {
  %0 = "ufront.squeeze"(%x) : (tensor<1x3x1xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// IR-LABEL: func @squeeze_axes
// IR: "ufront.squeeze"(%{{.*}}) {axes = array<i64: -2>}
// LINALG-LABEL: func @squeeze_axes
// LINALG: tensor.collapse_shape
// TOSA-LABEL: func @squeeze_axes
// TOSA: tosa.reshape
func.func @squeeze_axes(%x: tensor<?x1x3xf32>) -> tensor<?x3xf32> {
  %0 = "ufront.squeeze"(%x) {axes = array<i64: -2>} : (tensor<?x1x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// IR-LABEL: func @squeeze_run_time
// IR: "ufront.squeeze"(%{{.*}}) {axes = array<i64: 0>}
// LINALG-LABEL: func @squeeze_run_time
// LINALG: cf.assert
// LINALG: tensor.collapse_shape
// TOSA-LABEL: func @squeeze_run_time
// TOSA: tosa.reshape
func.func @squeeze_run_time(%x: tensor<?x3xf32>) -> tensor<3xf32> {
  %0 = "ufront.squeeze"(%x) {axes = array<i64: 0>} : (tensor<?x3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
