// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @pad_constant
// IR: "ufront.pad"(%{{.*}}, %{{.*}}) {pads = array<i64: 1, 0, 2, 1>}
// LINALG-LABEL: func @pad_constant
// LINALG: tensor.extract %{{.*}} : tensor<f32>
// LINALG: tensor.pad %{{.*}} low[1, 0] high[2, 1]
// TOSA-LABEL: func @pad_constant
// TOSA: tosa.pad
func.func @pad_constant(%x: tensor<?x3xf32>, %v: tensor<f32>) -> tensor<?x4xf32> {
  %0 = "ufront.pad"(%x, %v) {pads = array<i64: 1, 0, 2, 1>} : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// IR-LABEL: func @pad_takes_away
// IR: "ufront.pad"(%{{.*}}) {pads = array<i64: -1, 2>}
// LINALG-LABEL: func @pad_takes_away
// LINALG: tensor.extract_slice %{{.*}}[1] [4] [1]
// LINALG: tensor.pad %{{.*}} low[0] high[2]
func.func @pad_takes_away(%x: tensor<5xf32>) -> tensor<6xf32> {
  %0 = "ufront.pad"(%x) {pads = array<i64: -1, 2>} : (tensor<5xf32>) -> tensor<6xf32>
  return %0 : tensor<6xf32>
}

// IR-LABEL: func @pad_reflect
// IR: "ufront.pad"(%{{.*}}) {axes = array<i64: -1>, mode = "reflect", pads = array<i64: 1, 2>}
// LINALG-LABEL: func @pad_reflect
// LINALG: cf.assert
// LINALG: linalg.generic
// LINALG: arith.remsi
// LINALG: tensor.extract
func.func @pad_reflect(%x: tensor<5x?xf32>) -> tensor<5x?xf32> {
  %0 = "ufront.pad"(%x) {axes = array<i64: -1>, mode = "reflect", pads = array<i64: 1, 2>} : (tensor<5x?xf32>) -> tensor<5x?xf32>
  return %0 : tensor<5x?xf32>
}

// IR-LABEL: func @pad_edge
// IR: "ufront.pad"(%{{.*}}) {mode = "edge", pads = array<i64: 1, 2>}
// LINALG-LABEL: func @pad_edge
// LINALG: linalg.generic
// LINALG: arith.minsi
// LINALG: arith.maxsi
// LINALG: tensor.extract
func.func @pad_edge(%x: tensor<5xf32>) -> tensor<8xf32> {
  %0 = "ufront.pad"(%x) {mode = "edge", pads = array<i64: 1, 2>} : (tensor<5xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// IR-LABEL: func @pad_run_time
// IR: "ufront.pad"(%{{.*}}, %{{.*}}, %{{.*}}) {mode = "wrap"}
// LINALG-LABEL: func @pad_run_time
// LINALG: tensor.extract %{{.*}} : tensor<2xi64>
// LINALG: linalg.generic
// LINALG: arith.remsi
func.func @pad_run_time(%x: tensor<5xf32>, %none: none, %pads: tensor<2xi64>) -> tensor<?xf32> {
  %0 = "ufront.pad"(%x, %none, %pads) {mode = "wrap"} : (tensor<5xf32>, none, tensor<2xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
