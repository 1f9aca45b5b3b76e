// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --ufront-decompose | FileCheck %s --check-prefix=PARTS

// IR-LABEL: func @max_unpool
// IR: "ufront.max_unpool"
// PARTS-LABEL: func @max_unpool
// PARTS: "ufront.scatter_elements"
// PARTS: "ufront.reshape"
func.func @max_unpool(%a0: tensor<1x1x2x2xf32>, %a1: tensor<1x1x2x2xi64>) -> tensor<1x1x4x4xf32> {
  %0 = "ufront.max_unpool"(%a0, %a1) {output_size = array<i64: -1, -1, 4, 4>}
      : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xi64>) -> tensor<1x1x4x4xf32>
  return %0 : tensor<1x1x4x4xf32>
}
