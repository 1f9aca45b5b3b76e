// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @expand_stretches
// IR: "ufront.expand"(%{{.*}}) {shape = array<i64: 2, -1, 4>}
// LINALG-LABEL: func @expand_stretches
// LINALG: linalg.generic {{.*}} ins(%{{.*}} : tensor<3x1xf32>) outs(%{{.*}} : tensor<2x3x4xf32>)
// FOLD-LABEL: func @expand_stretches
// FOLD: "ufront.expand"
func.func @expand_stretches(%x: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %0 = "ufront.expand"(%x) {shape = array<i64: 2, -1, 4>} : (tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// IR-LABEL: func @expand_adds_ones
// IR: "ufront.expand"(%{{.*}}) {shape = array<i64: 1, 1, 1>}
// LINALG-LABEL: func @expand_adds_ones
// LINALG-NOT: linalg.generic
// LINALG: tensor.expand_shape
// FOLD-LABEL: func @expand_adds_ones
// FOLD: "ufront.expand"
func.func @expand_adds_ones(%x: tensor<3x4xf32>) -> tensor<1x3x4xf32> {
  %0 = "ufront.expand"(%x) {shape = array<i64: 1, 1, 1>} : (tensor<3x4xf32>) -> tensor<1x3x4xf32>
  return %0 : tensor<1x3x4xf32>
}

// Whether the size is 1 is only known at run time.
// IR-LABEL: func @expand_perhaps_one
// IR: "ufront.expand"(%{{.*}}, %{{.*}})
// LINALG-LABEL: func @expand_perhaps_one
// LINALG: cf.assert
// LINALG: linalg.generic
// LINALG: linalg.index
// LINALG: tensor.extract
func.func @expand_perhaps_one(%x: tensor<?xf32>, %shape: tensor<1xi64>) -> tensor<?xf32> {
  %0 = "ufront.expand"(%x, %shape) : (tensor<?xf32>, tensor<1xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// IR-LABEL: func @expand_constant
// IR: "ufront.expand"(%{{.*}}, %{{.*}})
// FOLD-LABEL: func @expand_constant
// FOLD: "ufront.constant"() {value = dense<1.000000e+00> : tensor<100x100xf32>}
func.func @expand_constant() -> tensor<100x100xf32> {
  %c = "ufront.constant"() {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %shape = "ufront.constant"() {value = dense<100> : tensor<2xi64>} : () -> tensor<2xi64>
  %0 = "ufront.expand"(%c, %shape) : (tensor<f32>, tensor<2xi64>) -> tensor<100x100xf32>
  return %0 : tensor<100x100xf32>
}
