// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @reduce_sum
// IR: "ufront.reduce_sum"(%{{.*}}) {axes = array<i64: -1>, keepdims = false}
// LINALG-LABEL: func @reduce_sum
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]{{.*}} outs({{.*}} : tensor<2xf32>)
// LINALG: arith.addf {{.*}} fastmath<reassoc,contract>
// TOSA-LABEL: func @reduce_sum
// TOSA: tosa.reduce_sum {{.*}} {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
// TOSA: tosa.reshape {{.*}} -> tensor<2xf32>
func.func @reduce_sum(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %0 = "ufront.reduce_sum"(%x) {axes = array<i64: -1>, keepdims = false} : (tensor<2x3xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// LINALG-LABEL: func @reduce_mean
// LINALG: arith.addf
// LINALG: arith.divf
// TOSA-LABEL: func @reduce_mean
// TOSA: tosa.mul
func.func @reduce_mean(%x: tensor<2x3xf32>) -> tensor<1x1xf32> {
  %0 = "ufront.reduce_mean"(%x) : (tensor<2x3xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// Integers are added up in 64 bits for a mean.
// LINALG-LABEL: func @reduce_mean_integer
// LINALG: arith.extui {{.*}} : i8 to i64
// LINALG: arith.divui
func.func @reduce_mean_integer(%x: tensor<?x3xui8>) -> tensor<1x3xui8> {
  %0 = "ufront.reduce_mean"(%x) {axes = array<i64: 0>} : (tensor<?x3xui8>) -> tensor<1x3xui8>
  return %0 : tensor<1x3xui8>
}

// LINALG-LABEL: func @reduce_prod
// LINALG: arith.muli
// TOSA-LABEL: func @reduce_prod
// TOSA: tosa.reduce_product
func.func @reduce_prod(%x: tensor<3xi32>) -> tensor<i32> {
  %0 = "ufront.reduce_prod"(%x) {keepdims = false} : (tensor<3xi32>) -> tensor<i32>
  return %0 : tensor<i32>
}

// LINALG-LABEL: func @reduce_max
// LINALG: arith.constant 0xFF800000 : f32
// LINALG: arith.maximumf
// TOSA-LABEL: func @reduce_max
// TOSA: tosa.reduce_max
// TOSA: tosa.select
func.func @reduce_max(%x: tensor<0x3xf32>, %y: tensor<2x3xf32>) -> (tensor<1x3xf32>, tensor<1x3xf32>) {
  %0 = "ufront.reduce_max"(%x) {axes = array<i64: 0>} : (tensor<0x3xf32>) -> tensor<1x3xf32>
  %1 = "ufront.reduce_max"(%y) {axes = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<1x3xf32>
  return %0, %1 : tensor<1x3xf32>, tensor<1x3xf32>
}

// LINALG-LABEL: func @reduce_min
// LINALG: arith.minsi
func.func @reduce_min(%x: tensor<2x3xi64>) -> tensor<1x1xi64> {
  %0 = "ufront.reduce_min"(%x) : (tensor<2x3xi64>) -> tensor<1x1xi64>
  return %0 : tensor<1x1xi64>
}

// LINALG-LABEL: func @reduce_any_all
// LINALG: arith.ori
// LINALG: arith.andi
// TOSA-LABEL: func @reduce_any_all
// TOSA: tosa.reduce_any
// TOSA: tosa.reduce_all
func.func @reduce_any_all(%x: tensor<2x3xi1>) -> (tensor<2x1xi1>, tensor<2x1xi1>) {
  %0 = "ufront.reduce_any"(%x) {axes = array<i64: 1>} : (tensor<2x3xi1>) -> tensor<2x1xi1>
  %1 = "ufront.reduce_all"(%x) {axes = array<i64: 1>} : (tensor<2x3xi1>) -> tensor<2x1xi1>
  return %0, %1 : tensor<2x1xi1>, tensor<2x1xi1>
}

// LINALG-LABEL: func @reduce_norms
// LINALG: math.absf
// LINALG: math.sqrt
// LINALG: arith.mulf
// LINALG: math.log
func.func @reduce_norms(%x: tensor<2x3xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>) {
  %0 = "ufront.reduce_l1"(%x) : (tensor<2x3xf32>) -> tensor<1x1xf32>
  %1 = "ufront.reduce_l2"(%x) : (tensor<2x3xf32>) -> tensor<1x1xf32>
  %2 = "ufront.reduce_sum_square"(%x) : (tensor<2x3xf32>) -> tensor<1x1xf32>
  %3 = "ufront.reduce_log_sum"(%x) : (tensor<2x3xf32>) -> tensor<1x1xf32>
  return %0, %1, %2, %3 : tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>
}

// LINALG-LABEL: func @reduce_log_sum_exp
// LINALG: arith.maximumf
// LINALG: math.exp
// LINALG: math.log
func.func @reduce_log_sum_exp(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {
  %0 = "ufront.reduce_log_sum_exp"(%x) {axes = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// With axes only known at run time, every dimension becomes one that is kept
// and one that is reduced.
// LINALG-LABEL: func @reduce_computed_axes
// LINALG: tensor.reshape {{.*}} -> tensor<?x?x?x?xf32>
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "parallel", "reduction"]
func.func @reduce_computed_axes(%x: tensor<2x3xf32>, %axes: tensor<1xi64>) -> tensor<?xf32> {
  %0 = "ufront.reduce_sum"(%x, %axes) {keepdims = false} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
