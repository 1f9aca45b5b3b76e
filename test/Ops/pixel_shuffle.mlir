// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @pixel_shuffle_dcr
// IR: "ufront.pixel_shuffle"(%{{.*}}) {factor = 2 : i64, mode = "DCR"}
// LINALG-LABEL: func @pixel_shuffle_dcr
// LINALG: tensor.expand_shape
// LINALG: linalg.transpose {{.*}} permutation = [0, 3, 4, 1, 5, 2]
// LINALG: tensor.collapse_shape
func.func @pixel_shuffle_dcr(%x: tensor<1x12x?x5xf32>) -> tensor<1x3x?x10xf32> {
  %0 = "ufront.pixel_shuffle"(%x) {factor = 2 : i64, mode = "DCR"} : (tensor<1x12x?x5xf32>) -> tensor<1x3x?x10xf32>
  return %0 : tensor<1x3x?x10xf32>
}

// IR-LABEL: func @pixel_shuffle_crd
// IR: "ufront.pixel_shuffle"(%{{.*}}) {factor = 2 : i64}
// LINALG-LABEL: func @pixel_shuffle_crd
// LINALG: linalg.transpose {{.*}} permutation = [0, 1, 4, 2, 5, 3]
func.func @pixel_shuffle_crd(%x: tensor<1x12x3x5xf32>) -> tensor<1x3x6x10xf32> {
  %0 = "ufront.pixel_shuffle"(%x) {factor = 2 : i64} : (tensor<1x12x3x5xf32>) -> tensor<1x3x6x10xf32>
  return %0 : tensor<1x3x6x10xf32>
}
