// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @dilate
// IR: "ufront.dilate"
// LINALG-LABEL: func @dilate
// LINALG: linalg.fill
// LINALG: tensor.insert_slice %{{.*}}[0, 0, 0] [2, 3, 4] [1, 2, 3]
// TOSA-LABEL: func @dilate
// TOSA: tosa.pad
// TOSA: tosa.slice
// TOSA: tosa.pad
// TOSA: tosa.slice
func.func @dilate(%a0: tensor<2x3x4xf32>) -> tensor<2x5x10xf32> {
  %0 = "ufront.dilate"(%a0) {factors = array<i64: 2, 3>}
      : (tensor<2x3x4xf32>) -> tensor<2x5x10xf32>
  return %0 : tensor<2x5x10xf32>
}

// IR-LABEL: func @dilate_dynamic
// IR: "ufront.dilate"
// LINALG-LABEL: func @dilate_dynamic
// LINALG: tensor.insert_slice
// TOSA-LABEL: func @dilate_dynamic
// TOSA: "ufront.dilate"
func.func @dilate_dynamic(%a0: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = "ufront.dilate"(%a0) {factors = array<i64: 2>}
      : (tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
