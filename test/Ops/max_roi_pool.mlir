// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @max_roi_pool
// IR: "ufront.max_roi_pool"
// LINALG-LABEL: func @max_roi_pool
// LINALG: math.ceil
// LINALG: linalg.generic {{.*}}"reduction", "reduction"]
// LINALG: math.floor
// LINALG: arith.maximumf
func.func @max_roi_pool(%a0: tensor<2x3x8x8xf32>, %a1: tensor<5x5xf32>) -> tensor<5x3x2x3xf32> {
  %0 = "ufront.max_roi_pool"(%a0, %a1) {output_size = array<i64: 2, 3>}
      : (tensor<2x3x8x8xf32>, tensor<5x5xf32>) -> tensor<5x3x2x3xf32>
  return %0 : tensor<5x3x2x3xf32>
}

// IR-LABEL: func @max_roi_pool_dynamic
// IR: "ufront.max_roi_pool"
// LINALG-LABEL: func @max_roi_pool_dynamic
// LINALG: cf.assert {{.*}}a region must have five numbers
func.func @max_roi_pool_dynamic(%a0: tensor<?x?x?x?xf16>, %a1: tensor<?x?xf16>) -> tensor<?x?x2x3xf16> {
  %0 = "ufront.max_roi_pool"(%a0, %a1) {output_size = array<i64: 2, 3>, spatial_scale = 0.5 : f64}
      : (tensor<?x?x?x?xf16>, tensor<?x?xf16>) -> tensor<?x?x2x3xf16>
  return %0 : tensor<?x?x2x3xf16>
}
