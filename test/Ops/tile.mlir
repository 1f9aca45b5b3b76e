// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @tile_twice
// IR: "ufront.tile"(%{{.*}}) {multiples = array<i64: 1, 2>}
// LINALG-LABEL: func @tile_twice
// LINALG: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x2x?xf32>)
// LINALG: tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2]]
// FOLD-LABEL: func @tile_twice
// FOLD: "ufront.tile"
func.func @tile_twice(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %0 = "ufront.tile"(%x) {multiples = array<i64: 1, 2>} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// IR-LABEL: func @tile_once
// IR: "ufront.tile"(%{{.*}}, %{{.*}})
// LINALG-LABEL: func @tile_once
// LINALG: tensor.extract
// FOLD-LABEL: func @tile_once
// FOLD: "ufront.tile"
func.func @tile_once(%x: tensor<2x3xf32>, %m: tensor<2xi64>) -> tensor<?x?xf32> {
  %0 = "ufront.tile"(%x, %m) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// IR-LABEL: func @tile_constant
// IR: "ufront.tile"(%{{.*}}) {multiples = array<i64: 2>}
// FOLD-LABEL: func @tile_constant
// FOLD: dense<[1, 2, 1, 2]>
func.func @tile_constant() -> tensor<4xi64> {
  %c = "ufront.constant"() {value = dense<[1, 2]> : tensor<2xi64>} : () -> tensor<2xi64>
  %0 = "ufront.tile"(%c) {multiples = array<i64: 2>} : (tensor<2xi64>) -> tensor<4xi64>
  return %0 : tensor<4xi64>
}
