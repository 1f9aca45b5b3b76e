// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=CLEAN

// What import rules leave behind is removed.
// IR-LABEL: func @sequence_unused
// IR: "ufront.sequence"(%{{.*}}, %{{.*}}) : (tensor<2xf32>, tensor<3xf32>) -> none
// CLEAN-LABEL: func @sequence_unused
// CLEAN-NEXT: return
func.func @sequence_unused(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  %0 = "ufront.sequence"(%x, %y) : (tensor<2xf32>, tensor<3xf32>) -> none
  return
}

// IR-LABEL: func @stacked_sequence_unused
// IR: "ufront.stacked_sequence"(%{{.*}}) : (tensor<?x3xf32>) -> none
// CLEAN-LABEL: func @stacked_sequence_unused
// CLEAN-NEXT: return
func.func @stacked_sequence_unused(%x: tensor<?x3xf32>) {
  %0 = "ufront.stacked_sequence"(%x) : (tensor<?x3xf32>) -> none
  return
}
