// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @slice_dynamic
// IR: "ufront.slice"(%{{.*}}) {axes = array<i64: 0, 1>, ends = array<i64: -1, 9223372036854775807>, starts = array<i64: 1, -3>}
// LINALG-LABEL: func @slice_dynamic
// LINALG: arith.addi %{{.*}}, %{{.*}} : index
// LINALG: arith.maxsi
// LINALG: tensor.extract_slice %{{.*}}[%{{.*}}, 5] [%{{.*}}, 3] [1, 1]
// FOLD-LABEL: func @slice_dynamic
// FOLD: "ufront.slice"
func.func @slice_dynamic(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
  %0 = "ufront.slice"(%x) {axes = array<i64: 0, 1>, ends = array<i64: -1, 9223372036854775807>, starts = array<i64: 1, -3>} : (tensor<?x8xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// IR-LABEL: func @slice_steps
// IR: "ufront.slice"(%{{.*}}) {ends = array<i64: 7>, starts = array<i64: 1>, steps = array<i64: 3>}
// LINALG-LABEL: func @slice_steps
// LINALG: tensor.extract_slice %{{.*}}[1] [2] [3]
// FOLD-LABEL: func @slice_steps
// FOLD: "ufront.slice"
func.func @slice_steps(%x: tensor<7xf32>) -> tensor<2xf32> {
  %0 = "ufront.slice"(%x) {ends = array<i64: 7>, starts = array<i64: 1>, steps = array<i64: 3>} : (tensor<7xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// IR-LABEL: func @slice_backwards
// IR: "ufront.slice"(%{{.*}}) {ends = array<i64: -9223372036854775808>, starts = array<i64: -1>, steps = array<i64: -2>}
// LINALG-LABEL: func @slice_backwards
// LINALG: linalg.generic
// LINALG: linalg.index
// LINALG: tensor.extract
// FOLD-LABEL: func @slice_backwards
// FOLD: "ufront.slice"
func.func @slice_backwards(%x: tensor<7xf32>) -> tensor<4xf32> {
  %0 = "ufront.slice"(%x) {ends = array<i64: -9223372036854775808>, starts = array<i64: -1>, steps = array<i64: -2>} : (tensor<7xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// IR-LABEL: func @slice_run_time
// IR: "ufront.slice"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
// LINALG-LABEL: func @slice_run_time
// LINALG: cf.assert %{{.*}}, "slice: a step is 0"
// LINALG: linalg.generic
// LINALG: tensor.extract
// FOLD-LABEL: func @slice_run_time
// FOLD: "ufront.slice"
func.func @slice_run_time(%x: tensor<7xf32>, %n: tensor<1xi64>) -> tensor<?xf32> {
  %0 = "ufront.slice"(%x, %n, %n, %n, %n) : (tensor<7xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// IR-LABEL: func @slice_operands_known
// IR: "ufront.slice"(%{{.*}}, %{{.*}}, %{{.*}})
// LINALG-LABEL: func @slice_operands_known
// LINALG: tensor.extract_slice %{{.*}}[1] [3] [1]
// FOLD-LABEL: func @slice_operands_known
// FOLD: "ufront.slice"(%{{.*}}) {ends = array<i64: 4>, starts = array<i64: 1>}
func.func @slice_operands_known(%x: tensor<7xf32>) -> tensor<3xf32> {
  %a = "ufront.constant"() {value = dense<1> : tensor<1xi64>} : () -> tensor<1xi64>
  %b = "ufront.constant"() {value = dense<4> : tensor<1xi64>} : () -> tensor<1xi64>
  %0 = "ufront.slice"(%x, %a, %b) : (tensor<7xf32>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// IR-LABEL: func @slice_constant
// IR: "ufront.slice"(%{{.*}}) {ends = array<i64: -4>, starts = array<i64: 2>, steps = array<i64: -1>}
// FOLD-LABEL: func @slice_constant
// FOLD: {{\[\[}}5, 6], [3, 4], [1, 2]]
func.func @slice_constant() -> tensor<3x2xi64> {
  %c = "ufront.constant"() {value = dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi64>} : () -> tensor<3x2xi64>
  %0 = "ufront.slice"(%c) {ends = array<i64: -4>, starts = array<i64: 2>, steps = array<i64: -1>} : (tensor<3x2xi64>) -> tensor<3x2xi64>
  return %0 : tensor<3x2xi64>
}

// IR-LABEL: func @slice_whole
// IR: "ufront.slice"(%{{.*}}) {ends = array<i64: 9>, starts = array<i64: -9>}
// FOLD-LABEL: func @slice_whole
// FOLD-SAME: (%[[X:.*]]: tensor
// FOLD-NEXT: return %[[X]]
func.func @slice_whole(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = "ufront.slice"(%x) {ends = array<i64: 9>, starts = array<i64: -9>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}
