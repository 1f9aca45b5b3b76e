// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @mean_variance_norm
// IR: "ufront.mean_variance_norm"(%{{.*}}) :
// DECOMPOSE-LABEL: func @mean_variance_norm
// DECOMPOSE-SAME: (%[[X:.*]]: tensor<2x3x4x5xf32>)
// DECOMPOSE: %[[M:.*]] = "ufront.reduce_mean"(%[[X]]) {axes = array<i64: 0, 2, 3>}
// DECOMPOSE: %[[D:.*]] = "ufront.subtract"(%[[X]], %[[M]])
// DECOMPOSE: %[[Q:.*]] = "ufront.multiply"(%[[D]], %[[D]])
// DECOMPOSE: "ufront.reduce_mean"(%[[Q]])
// DECOMPOSE: "ufront.sqrt"
// DECOMPOSE: "ufront.divide"(%[[D]],
func.func @mean_variance_norm(%x: tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32> {
  %0 = "ufront.mean_variance_norm"(%x) : (tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32>
  return %0 : tensor<2x3x4x5xf32>
}
