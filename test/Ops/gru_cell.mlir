// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @gru_cell_plain
// IR: "ufront.gru_cell"(%{{.*}}, %{{.*}}, %{{.*}}) :
// LINALG-LABEL: func @gru_cell_plain
// LINALG-SAME: %[[H:[a-z0-9]*]]: tensor<2x5xf32>)
// LINALG: linalg.generic {{.*}} outs(%[[H]] :
// LINALG: math.tanh
func.func @gru_cell_plain(%x: tensor<2x15xf32>, %g: tensor<2x15xf32>, %h: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = "ufront.gru_cell"(%x, %g, %h) : (tensor<2x15xf32>, tensor<2x15xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
