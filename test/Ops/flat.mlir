// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @flat_images
// IR: "ufront.flat"(%{{.*}})
// LINALG-LABEL: func @flat_images
// LINALG: tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2, 3]]
// TOSA-LABEL: func @flat_images
// TOSA: tosa.reshape
func.func @flat_images(%x: tensor<?x3x4x4xf32>) -> tensor<?x48xf32> {
  %0 = "ufront.flat"(%x) : (tensor<?x3x4x4xf32>) -> tensor<?x48xf32>
  return %0 : tensor<?x48xf32>
}

// IR-LABEL: func @flat_middle
// IR: "ufront.flat"(%{{.*}}) {end = 1 : i64, start = 0 : i64}
// LINALG-LABEL: func @flat_middle
// LINALG: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]]
// TOSA-LABEL: func @flat_middle
// TOSA: tosa.reshape
func.func @flat_middle(%x: tensor<2x3x4xf32>) -> tensor<6x4xf32> {
  %0 = "ufront.flat"(%x) {end = 1 : i64, start = 0 : i64} : (tensor<2x3x4xf32>) -> tensor<6x4xf32>
  return %0 : tensor<6x4xf32>
}
