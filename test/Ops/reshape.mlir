// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @reshape_copies_and_infers
// IR: "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 2, -1>}
// LINALG-LABEL: func @reshape_copies_and_infers
// LINALG: tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2]]
// LINALG: tensor.expand_shape %{{.*}} {{\[\[}}0], [1, 2]] output_shape [2, 2, 6]
// TOSA-LABEL: func @reshape_copies_and_infers
// TOSA: tosa.reshape
// FOLD-LABEL: func @reshape_copies_and_infers
// FOLD: "ufront.reshape"
func.func @reshape_copies_and_infers(%x: tensor<2x3x4xf32>) -> tensor<2x2x6xf32> {
  %0 = "ufront.reshape"(%x) {shape = array<i64: 0, 2, -1>} : (tensor<2x3x4xf32>) -> tensor<2x2x6xf32>
  return %0 : tensor<2x2x6xf32>
}

// The one size that is not known follows from the others: no code for it.
// IR-LABEL: func @reshape_split_head
// IR: "ufront.reshape"(%{{.*}}, %{{.*}})
// LINALG-LABEL: func @reshape_split_head
// LINALG: tensor.expand_shape %{{.*}} {{\[\[}}0], [1], [2, 3]]
// TOSA-LABEL: func @reshape_split_head
// TOSA: tosa.reshape {{.*}} -> tensor<?x128x12x64xf32>
// FOLD-LABEL: func @reshape_split_head
// FOLD: "ufront.reshape"(%{{.*}}) {shape = array<i64: -1, 128, 12, 64>}
func.func @reshape_split_head(%x: tensor<?x128x768xf32>, %batch: tensor<1xi64>) -> tensor<?x128x12x64xf32> {
  %rest = "ufront.constant"() {value = dense<[128, 12, 64]> : tensor<3xi64>} : () -> tensor<3xi64>
  %shape = "ufront.concat"(%batch, %rest) {axis = 0 : i64} : (tensor<1xi64>, tensor<3xi64>) -> tensor<4xi64>
  %0 = "ufront.reshape"(%x, %shape) : (tensor<?x128x768xf32>, tensor<4xi64>) -> tensor<?x128x12x64xf32>
  return %0 : tensor<?x128x12x64xf32>
}

// IR-LABEL: func @reshape_of_reshape
// IR: "ufront.reshape"(%{{.*}}) {shape = array<i64: 3, 8>}
// FOLD-LABEL: func @reshape_of_reshape
// FOLD-SAME: (%[[X:.*]]: tensor
// FOLD: "ufront.reshape"(%[[X]]) {shape = array<i64: 3, 8>}
// FOLD-NOT: ufront.reshape
// FOLD: return
func.func @reshape_of_reshape(%x: tensor<2x3x4xf32>) -> tensor<3x8xf32> {
  %y = "ufront.reshape"(%x) {shape = array<i64: 24>} : (tensor<2x3x4xf32>) -> tensor<24xf32>
  %0 = "ufront.reshape"(%y) {shape = array<i64: 3, 8>} : (tensor<24xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// IR-LABEL: func @reshape_there_and_back
// IR: "ufront.reshape"(%{{.*}}) {shape = array<i64: -1, 3>}
// FOLD-LABEL: func @reshape_there_and_back
// FOLD-SAME: (%[[X:.*]]: tensor
// FOLD-NOT: ufront
// FOLD: return %[[X]]
func.func @reshape_there_and_back(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = "ufront.flat"(%x) {start = 0 : i64} : (tensor<?x3xf32>) -> tensor<?xf32>
  %0 = "ufront.reshape"(%y) {shape = array<i64: -1, 3>} : (tensor<?xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// IR-LABEL: func @reshape_empty
// IR: "ufront.reshape"(%{{.*}}) {allow_zero = true, shape = array<i64: 3, 0>}
// LINALG-LABEL: func @reshape_empty
// LINALG: tensor.empty() : tensor<3x0xf32>
func.func @reshape_empty(%x: tensor<0x3xf32>) -> tensor<3x0xf32> {
  %0 = "ufront.reshape"(%x) {allow_zero = true, shape = array<i64: 3, 0>} : (tensor<0x3xf32>) -> tensor<3x0xf32>
  return %0 : tensor<3x0xf32>
}

// Each element may be 0 or -1; the number of elements is checked.
// IR-LABEL: func @reshape_run_time
// IR: "ufront.reshape"(%{{.*}}, %{{.*}})
// LINALG-LABEL: func @reshape_run_time
// LINALG: tensor.extract %{{.*}} : tensor<2xi64>
// LINALG: arith.floordivsi
// LINALG: cf.assert
// LINALG: tensor.reshape
func.func @reshape_run_time(%x: tensor<?x?xf32>, %shape: tensor<2xi64>) -> tensor<?x?xf32> {
  %0 = "ufront.reshape"(%x, %shape) : (tensor<?x?xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
