// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @pixel_unshuffle_dcr
// IR: "ufront.pixel_unshuffle"(%{{.*}}) {factor = 2 : i64, mode = "DCR"}
// LINALG-LABEL: func @pixel_unshuffle_dcr
// LINALG: linalg.transpose {{.*}} permutation = [0, 3, 5, 1, 2, 4]
// TOSA-LABEL: func @pixel_unshuffle_dcr
// TOSA: tosa.transpose
func.func @pixel_unshuffle_dcr(%x: tensor<1x3x4x6xf32>) -> tensor<1x12x2x3xf32> {
  %0 = "ufront.pixel_unshuffle"(%x) {factor = 2 : i64, mode = "DCR"} : (tensor<1x3x4x6xf32>) -> tensor<1x12x2x3xf32>
  return %0 : tensor<1x12x2x3xf32>
}

// IR-LABEL: func @pixel_unshuffle_crd
// IR: "ufront.pixel_unshuffle"(%{{.*}}) {factor = 2 : i64}
// LINALG-LABEL: func @pixel_unshuffle_crd
// LINALG: linalg.transpose {{.*}} permutation = [0, 1, 3, 5, 2, 4]
// TOSA-LABEL: func @pixel_unshuffle_crd
// TOSA: tosa.transpose
func.func @pixel_unshuffle_crd(%x: tensor<1x3x4x6xf32>) -> tensor<1x12x2x3xf32> {
  %0 = "ufront.pixel_unshuffle"(%x) {factor = 2 : i64} : (tensor<1x3x4x6xf32>) -> tensor<1x12x2x3xf32>
  return %0 : tensor<1x12x2x3xf32>
}
