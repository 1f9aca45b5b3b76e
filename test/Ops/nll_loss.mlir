// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @nll_loss
// IR: "ufront.nll_loss"(%{{.*}}) {ignore_index = -1 : i64}
// DECOMPOSE-LABEL: func @nll_loss
// DECOMPOSE-SAME: (%[[X:.*]]: tensor<2x3x4xf32>, %[[T:.*]]: tensor<2x4xi64>, %[[W:.*]]: tensor<3xf32>)
// DECOMPOSE: %[[KEEP:.*]] = "ufront.compare"(%[[T]], %{{.*}}) {pred = "ne"}
// DECOMPOSE: %[[SAFE:.*]] = "ufront.where"(%[[KEEP]], %[[T]],
// DECOMPOSE: "ufront.gather"(%[[W]], %[[SAFE]])
// DECOMPOSE: "ufront.gather_elements"(%[[X]],
// DECOMPOSE-COUNT-2: "ufront.reduce_sum"
// DECOMPOSE: "ufront.divide"
func.func @nll_loss(%x: tensor<2x3x4xf32>, %t: tensor<2x4xi64>, %w: tensor<3xf32>) -> tensor<f32> {
  %0 = "ufront.nll_loss"(%x, %t, %w) {ignore_index = -1 : i64} : (tensor<2x3x4xf32>, tensor<2x4xi64>, tensor<3xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// DECOMPOSE-LABEL: func @nll_loss_none
// DECOMPOSE-NOT: "ufront.reduce
func.func @nll_loss_none(%x: tensor<?x3xf32>, %t: tensor<?xi32>) -> tensor<?xf32> {
  %0 = "ufront.nll_loss"(%x, %t) {reduction = "none"} : (tensor<?x3xf32>, tensor<?xi32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// DECOMPOSE-LABEL: func @cross_entropy
// DECOMPOSE: "ufront.log_softmax"(%{{.*}}) {axis = 1 : i64}
// DECOMPOSE: "ufront.reduce_mean"
func.func @cross_entropy(%x: tensor<2x3xf32>, %t: tensor<2xi64>) -> tensor<f32> {
  %0 = "ufront.cross_entropy"(%x, %t) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<f32>
  return %0 : tensor<f32>
}
