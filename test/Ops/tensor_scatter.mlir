// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @tensor_scatter_circular
// IR: "ufront.tensor_scatter"(%{{.*}}, %{{.*}}, %{{.*}}) {mode = "circular"}
// LINALG-LABEL: func @tensor_scatter_circular
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]
// LINALG: arith.remsi
// LINALG: tensor.extract
// LINALG: arith.select
func.func @tensor_scatter_circular(%c: tensor<2x8x4xf32>, %u: tensor<2x3x4xf32>, %i: tensor<2xi64>) -> tensor<2x8x4xf32> {
  %0 = "ufront.tensor_scatter"(%c, %u, %i) {mode = "circular"} : (tensor<2x8x4xf32>, tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x8x4xf32>
  return %0 : tensor<2x8x4xf32>
}
