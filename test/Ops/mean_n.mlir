// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @mean_n
// IR: "ufront.mean_n"
// DECOMPOSE-LABEL: func @mean_n
// DECOMPOSE-SAME: (%[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<3xf32>
// DECOMPOSE-DAG: %[[N:.*]] = "ufront.constant"() {value = dense<3.000000e+00>
// DECOMPOSE-DAG: %[[AB:.*]] = "ufront.add"(%[[A]], %[[B]])
// DECOMPOSE-DAG: %[[SUM:.*]] = "ufront.add"(%[[AB]],
// DECOMPOSE: "ufront.divide"(%[[SUM]], %[[N]])
func.func @mean_n(%a: tensor<2x3xf32>, %b: tensor<3xf32>, %c: tensor<f32>) -> tensor<2x3xf32> {
  %0 = "ufront.mean_n"(%a, %b, %c)
      : (tensor<2x3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
