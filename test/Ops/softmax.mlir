// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa | FileCheck %s --check-prefix=TOSA

// The exponentials are computed once.
// IR-LABEL: func @softmax_last_axis
// IR: "ufront.softmax"(%{{.*}}) :
// LINALG-LABEL: func @softmax_last_axis
// LINALG: arith.maximumf
// LINALG: math.exp
// LINALG-NOT: math.exp
// LINALG: arith.addf
// LINALG: arith.divf
// LINALG: arith.mulf
// TOSA-LABEL: func @softmax_last_axis
// TOSA-SAME: (%[[X:.*]]: tensor<2x?xf32>)
// TOSA: %[[MAX:.*]] = tosa.reduce_max %[[X]] {axis = 1 : i32}
// TOSA: tosa.maximum %[[MAX]]
// TOSA: %[[EXP:.*]] = tosa.exp
// TOSA: %[[SUM:.*]] = tosa.reduce_sum %[[EXP]] {axis = 1 : i32}
// TOSA: %[[INV:.*]] = tosa.reciprocal %[[SUM]]
// TOSA: tosa.mul %[[EXP]], %[[INV]]
func.func @softmax_last_axis(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %0 = "ufront.softmax"(%x) : (tensor<2x?xf32>) -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// Over several dimensions taken as one.
// LINALG-LABEL: func @softmax_flatten
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "reduction"]
// TOSA-LABEL: func @softmax_flatten
// TOSA: tosa.reduce_max {{.*}} {axis = 1 : i32}
// TOSA: tosa.reduce_max {{.*}} {axis = 2 : i32}
func.func @softmax_flatten(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = "ufront.softmax"(%x) {axis = 1 : i64, flatten = true} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// LINALG-LABEL: func @softmax_masked
// LINALG: arith.cmpf oeq
// LINALG: arith.select
// TOSA-LABEL: func @softmax_masked
// TOSA: %[[HALF:.*]] = "tosa.const"() <{values = dense<5.000000e-01>
// TOSA: tosa.maximum %{{.*}}, %[[HALF]]
func.func @softmax_masked(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.softmax"(%x) {masked_to_zero = true} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
