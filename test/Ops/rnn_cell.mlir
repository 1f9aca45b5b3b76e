// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @rnn_cell_active
// IR: "ufront.rnn_cell"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {activations = "Relu"}
// LINALG-LABEL: func @rnn_cell_active
// LINALG: linalg.generic
// LINALG: arith.maximumf
// LINALG: arith.select
func.func @rnn_cell_active(%x: tensor<2x5xf32>, %g: tensor<2x5xf32>, %h: tensor<2x5xf32>, %a: tensor<2xi1>) -> tensor<2x5xf32> {
  %0 = "ufront.rnn_cell"(%x, %g, %h, %a) {activations = "Relu"} : (tensor<2x5xf32>, tensor<2x5xf32>, tensor<2x5xf32>, tensor<2xi1>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
