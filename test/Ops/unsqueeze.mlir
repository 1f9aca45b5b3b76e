// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @unsqueeze_both_ends
// IR: "ufront.unsqueeze"(%{{.*}}) {axes = array<i64: 0, -1>}
// LINALG-LABEL: func @unsqueeze_both_ends
// LINALG: tensor.expand_shape
func.func @unsqueeze_both_ends(%x: tensor<?x?xf32>) -> tensor<1x?x?x1xf32> {
  %0 = "ufront.unsqueeze"(%x) {axes = array<i64: 0, -1>} : (tensor<?x?xf32>) -> tensor<1x?x?x1xf32>
  return %0 : tensor<1x?x?x1xf32>
}
