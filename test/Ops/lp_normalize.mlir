// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @lp_normalize
// IR: "ufront.lp_normalize"(%{{.*}}) {axis = 0 : i64, p = 1 : i64}
// DECOMPOSE-LABEL: func @lp_normalize
// DECOMPOSE-SAME: (%[[X:.*]]: tensor<2x3xf32>)
// DECOMPOSE: %[[N:.*]] = "ufront.reduce_l1"(%[[X]]) {axes = array<i64: 0>}
// DECOMPOSE: %[[Z:.*]] = "ufront.compare"(%[[N]], %{{.*}}) {pred = "eq"}
// DECOMPOSE: %[[Y:.*]] = "ufront.divide"(%[[X]], %[[N]])
// DECOMPOSE: "ufront.where"(%[[Z]], %{{.*}}, %[[Y]])
func.func @lp_normalize(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.lp_normalize"(%x) {axis = 0 : i64, p = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// DECOMPOSE-LABEL: func @lp_normalize_default
// DECOMPOSE: "ufront.reduce_l2"(%{{.*}}) {axes = array<i64: -1>}
func.func @lp_normalize_default(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %0 = "ufront.lp_normalize"(%x) : (tensor<2x?xf32>) -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}
