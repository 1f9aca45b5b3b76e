// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @gru_after
// IR: "ufront.gru"(%{{.*}}) {linear_before_reset = true}
// DECOMPOSE-LABEL: func @gru_after
// DECOMPOSE: "ufront.scan"
// DECOMPOSE: %[[PART:.*]] = "ufront.linear"{{.*}} -> tensor<2x15xf32>
// DECOMPOSE-NEXT: "ufront.gru_cell"(%{{.*}}, %[[PART]], %{{.*}}) {{.*}}reset_after = true
func.func @gru_after(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) -> tensor<7x1x2x5xf32> {
  %0:2 = "ufront.gru"(%x, %w, %r) {linear_before_reset = true} : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return %0#0 : tensor<7x1x2x5xf32>
}

// -----

// DECOMPOSE-LABEL: func @gru_before
// DECOMPOSE: "ufront.scan"
// DECOMPOSE: %[[FIRST:.*]] = "ufront.linear"{{.*}} -> tensor<2x10xf32>
// DECOMPOSE: %[[KEPT:.*]] = "ufront.gru_reset"(%{{.*}}, %[[FIRST]], %{{.*}})
// DECOMPOSE: "ufront.linear"(%[[KEPT]], {{.*}} -> tensor<2x5xf32>
// DECOMPOSE: "ufront.gru_cell"(%{{.*}}) {{.*}}reset_after = false
func.func @gru_before(%x: tensor<7x2x3xf32>, %w: tensor<1x15x3xf32>, %r: tensor<1x15x5xf32>) -> tensor<7x1x2x5xf32> {
  %0:2 = "ufront.gru"(%x, %w, %r) : (tensor<7x2x3xf32>, tensor<1x15x3xf32>, tensor<1x15x5xf32>) -> (tensor<7x1x2x5xf32>, tensor<1x2x5xf32>)
  return %0#0 : tensor<7x1x2x5xf32>
}
