// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @gru_reset_plain
// IR: "ufront.gru_reset"(%{{.*}}, %{{.*}}, %{{.*}}) :
// LINALG-LABEL: func @gru_reset_plain
// LINALG-SAME: %[[H:[a-z0-9]*]]: tensor<2x5xf32>)
// LINALG: linalg.generic {{.*}} outs(%[[H]] :
// LINALG: arith.mulf
func.func @gru_reset_plain(%x: tensor<2x15xf32>, %g: tensor<2x10xf32>, %h: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = "ufront.gru_reset"(%x, %g, %h) : (tensor<2x15xf32>, tensor<2x10xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
