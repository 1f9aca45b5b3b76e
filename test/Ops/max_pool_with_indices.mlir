// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @max_pool_with_indices
// IR: "ufront.max_pool_with_indices"
// LINALG-LABEL: func @max_pool_with_indices
// LINALG: linalg.generic {{.*}}"reduction", "reduction"]
// LINALG: arith.cmpf ogt
// LINALG: arith.cmpf une
// LINALG: linalg.yield %{{.*}}, %{{.*}} : f32, i64
func.func @max_pool_with_indices(%a0: tensor<1x3x8x8xf32>) -> (tensor<1x3x4x4xf32>, tensor<1x3x4x4xi64>) {
  %0:2 = "ufront.max_pool_with_indices"(%a0) {kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>) -> (tensor<1x3x4x4xf32>, tensor<1x3x4x4xi64>)
  return %0#0, %0#1 : tensor<1x3x4x4xf32>, tensor<1x3x4x4xi64>
}
