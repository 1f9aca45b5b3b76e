// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @roi_align
// IR: "ufront.roi_align"
// LINALG-LABEL: func @roi_align
// LINALG: linalg.generic {{.*}}"reduction", "reduction"]
// LINALG: arith.divf
func.func @roi_align(%a0: tensor<2x3x8x8xf32>, %a1: tensor<5x4xf32>, %a2: tensor<5xi64>) -> tensor<5x3x2x3xf32> {
  %0 = "ufront.roi_align"(%a0, %a1, %a2) {output_size = array<i64: 2, 3>, sampling_ratio = 2 : i64}
      : (tensor<2x3x8x8xf32>, tensor<5x4xf32>, tensor<5xi64>) -> tensor<5x3x2x3xf32>
  return %0 : tensor<5x3x2x3xf32>
}

// IR-LABEL: func @roi_align_max
// IR: "ufront.roi_align"
// LINALG-LABEL: func @roi_align_max
// LINALG: math.ceil
// LINALG: arith.maximumf
func.func @roi_align_max(%a0: tensor<2x3x8x8xf32>, %a1: tensor<?x4xf32>, %a2: tensor<?xi64>) -> tensor<?x3x2x3xf32> {
  %0 = "ufront.roi_align"(%a0, %a1, %a2) {output_size = array<i64: 2, 3>, mode = "max", aligned = false}
      : (tensor<2x3x8x8xf32>, tensor<?x4xf32>, tensor<?xi64>) -> tensor<?x3x2x3xf32>
  return %0 : tensor<?x3x2x3xf32>
}
