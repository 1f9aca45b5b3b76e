// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// The mean, the mean of squared deviations, and one pass that applies them.
// IR-LABEL: func @layer_norm
// IR: "ufront.layer_norm"(%{{.*}}, %{{.*}}, %{{.*}}) {axis = 1 : i64, eps = 1.000000e-03 : f64}
// LINALG-LABEL: func @layer_norm
// LINALG-SAME: (%[[X:.*]]: tensor<?x3x4xf32>, %[[S:.*]]: tensor<3x4xf32>, %[[B:.*]]: tensor<4xf32>)
// LINALG: %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "reduction"]{{.*}} ins(%[[X]] :
// LINALG: %[[MEAN:.*]] = linalg.generic {{.*}} ins(%[[SUM]]
// LINALG: arith.constant 1.200000e+01
// LINALG: %[[VAR:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[MEAN]]
// LINALG: arith.subf
// LINALG: arith.mulf
// LINALG: %[[INV:.*]] = linalg.generic {{.*}} ins(%[[VAR]]
// LINALG: math.sqrt
// LINALG: linalg.generic {{.*}} ins(%[[X]], %[[MEAN]], %[[INV]], %[[S]], %[[B]]
// TOSA-LABEL: func @layer_norm
// TOSA-COUNT-2: tosa.reduce_sum
// TOSA: tosa.sub
// TOSA-COUNT-2: tosa.reduce_sum
// TOSA: tosa.rsqrt
func.func @layer_norm(%x: tensor<?x3x4xf32>, %s: tensor<3x4xf32>, %b: tensor<4xf32>) -> tensor<?x3x4xf32> {
  %0 = "ufront.layer_norm"(%x, %s, %b) {axis = 1 : i64, eps = 1.0e-3}
      : (tensor<?x3x4xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<?x3x4xf32>
  return %0 : tensor<?x3x4xf32>
}

// LINALG-LABEL: func @layer_norm_half
// LINALG: arith.extf
// LINALG: arith.truncf
// TOSA-LABEL: func @layer_norm_half
// TOSA: "ufront.layer_norm"
func.func @layer_norm_half(%x: tensor<2x4xf16>) -> tensor<2x4xf16> {
  %0 = "ufront.layer_norm"(%x) : (tensor<2x4xf16>) -> tensor<2x4xf16>
  return %0 : tensor<2x4xf16>
}
