// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --ufront-decompose | FileCheck %s --check-prefix=PARTS

// IR-LABEL: func @global_pool_avg
// IR: "ufront.global_pool"
// PARTS-LABEL: func @global_pool_avg
// PARTS: "ufront.reduce_mean"(%{{.*}}) {axes = array<i64: 2, 3>, keepdims = true}
func.func @global_pool_avg(%a0: tensor<?x3x8x8xf32>) -> tensor<?x3x1x1xf32> {
  %0 = "ufront.global_pool"(%a0) {pool_type = "avg"}
      : (tensor<?x3x8x8xf32>) -> tensor<?x3x1x1xf32>
  return %0 : tensor<?x3x1x1xf32>
}

// IR-LABEL: func @global_pool_max
// IR: "ufront.global_pool"
// PARTS-LABEL: func @global_pool_max
// PARTS: "ufront.reduce_max"
func.func @global_pool_max(%a0: tensor<2x3x8xi8>) -> tensor<2x3x1xi8> {
  %0 = "ufront.global_pool"(%a0) {pool_type = "max"}
      : (tensor<2x3x8xi8>) -> tensor<2x3x1xi8>
  return %0 : tensor<2x3x1xi8>
}

// IR-LABEL: func @global_pool_lp
// IR: "ufront.global_pool"
// PARTS-LABEL: func @global_pool_lp
// PARTS: "ufront.abs"
// PARTS: "ufront.pow"
// PARTS: "ufront.reduce_sum"
// PARTS: "ufront.pow"
func.func @global_pool_lp(%a0: tensor<2x3x8x8xf32>) -> tensor<2x3x1x1xf32> {
  %0 = "ufront.global_pool"(%a0) {pool_type = "lp", p = 3.0 : f64}
      : (tensor<2x3x8x8xf32>) -> tensor<2x3x1x1xf32>
  return %0 : tensor<2x3x1x1xf32>
}
