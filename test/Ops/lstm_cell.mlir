// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// One loop, which overwrites the states.
// IR-LABEL: func @lstm_cell_plain
// IR: "ufront.lstm_cell"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) :
// LINALG-LABEL: func @lstm_cell_plain
// LINALG-SAME: %[[H:[a-z0-9]*]]: tensor<?x5xf32>, %[[C:[a-z0-9]*]]: tensor<?x5xf32>)
// LINALG: tensor.expand_shape %{{.*}} : tensor<?x20xf32> into tensor<?x4x5xf32>
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]{{.*}} outs(%[[H]], %[[C]] :
// LINALG-COUNT-2: math.tanh
// LINALG-NOT: linalg.generic
func.func @lstm_cell_plain(%x: tensor<?x20xf32>, %g: tensor<?x20xf32>, %h: tensor<?x5xf32>, %c: tensor<?x5xf32>) -> (tensor<?x5xf32>, tensor<?x5xf32>) {
  %0:2 = "ufront.lstm_cell"(%x, %g, %h, %c) : (tensor<?x20xf32>, tensor<?x20xf32>, tensor<?x5xf32>, tensor<?x5xf32>) -> (tensor<?x5xf32>, tensor<?x5xf32>)
  return %0#0, %0#1 : tensor<?x5xf32>, tensor<?x5xf32>
}

// The gates are computed in f32.
// LINALG-LABEL: func @lstm_cell_everything
// LINALG: arith.extf
// LINALG: arith.minimumf
// LINALG: arith.truncf
// LINALG: arith.select
func.func @lstm_cell_everything(%x: tensor<2x20xf16>, %g: tensor<2x20xf16>, %h: tensor<2x5xf16>, %c: tensor<2x5xf16>, %p: tensor<15xf16>, %a: tensor<2xi1>) -> tensor<2x5xf16> {
  %0:2 = "ufront.lstm_cell"(%x, %g, %h, %c, %p, %a) {activations = "HardSigmoid(0.3;0.5),Softsign,Affine(2;1)", clip = 3.0 : f64, input_forget = true} : (tensor<2x20xf16>, tensor<2x20xf16>, tensor<2x5xf16>, tensor<2x5xf16>, tensor<15xf16>, tensor<2xi1>) -> (tensor<2x5xf16>, tensor<2x5xf16>)
  return %0#0 : tensor<2x5xf16>
}
