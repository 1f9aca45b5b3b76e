// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @grid_sample
// IR: "ufront.grid_sample"
// LINALG-LABEL: func @grid_sample
// LINALG: tensor.extract %arg1
// LINALG: arith.select
func.func @grid_sample(%a0: tensor<2x3x4x5xf32>, %a1: tensor<2x6x7x2xf32>) -> tensor<2x3x6x7xf32> {
  %0 = "ufront.grid_sample"(%a0, %a1)
      : (tensor<2x3x4x5xf32>, tensor<2x6x7x2xf32>) -> tensor<2x3x6x7xf32>
  return %0 : tensor<2x3x6x7xf32>
}

// IR-LABEL: func @grid_sample_reflection
// IR: "ufront.grid_sample"
// LINALG-LABEL: func @grid_sample_reflection
// LINALG: tensor.extract %arg1
func.func @grid_sample_reflection(%a0: tensor<2x3x4x5xf32>, %a1: tensor<2x6x7x2xf32>) -> tensor<2x3x6x7xf32> {
  %0 = "ufront.grid_sample"(%a0, %a1) {mode = "cubic", padding_mode = "reflection", align_corners = true}
      : (tensor<2x3x4x5xf32>, tensor<2x6x7x2xf32>) -> tensor<2x3x6x7xf32>
  return %0 : tensor<2x3x6x7xf32>
}

// A coordinate outside of the image stays there; its neighbours are clamped.
// IR-LABEL: func @grid_sample_moves_elements
// IR: moves_elements = true
// LINALG-LABEL: func @grid_sample_moves_elements
// LINALG: %[[X:.*]] = math.floor
// LINALG-NOT: arith.minimumf
// LINALG: arith.minsi
// LINALG: return
func.func @grid_sample_moves_elements(%a0: tensor<2x3x4x5xf32>, %a1: tensor<2x6x7x2xf32>) -> tensor<2x3x6x7xf32> {
  %0 = "ufront.grid_sample"(%a0, %a1) {mode = "cubic", padding_mode = "border", moves_elements = true}
      : (tensor<2x3x4x5xf32>, tensor<2x6x7x2xf32>) -> tensor<2x3x6x7xf32>
  return %0 : tensor<2x3x6x7xf32>
}

// IR-LABEL: func @grid_sample_volume
// IR: "ufront.grid_sample"
// LINALG-LABEL: func @grid_sample_volume
// LINALG: math.roundeven
func.func @grid_sample_volume(%a0: tensor<2x3x4x5x6xf32>, %a1: tensor<2x6x?x8x3xf32>) -> tensor<2x3x6x?x8xf32> {
  %0 = "ufront.grid_sample"(%a0, %a1) {mode = "nearest", padding_mode = "border"}
      : (tensor<2x3x4x5x6xf32>, tensor<2x6x?x8x3xf32>) -> tensor<2x3x6x?x8xf32>
  return %0 : tensor<2x3x6x?x8xf32>
}
