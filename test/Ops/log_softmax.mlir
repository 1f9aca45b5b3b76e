// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @log_softmax_first_axis
// IR: "ufront.log_softmax"(%{{.*}}) {axis = 0 : i64}
// LINALG-LABEL: func @log_softmax_first_axis
// LINALG: linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]
// LINALG: arith.maximumf
// LINALG: math.exp
// LINALG: math.log
// TOSA-LABEL: func @log_softmax_first_axis
// TOSA: %[[LOW:.*]] = tosa.sub
// TOSA: %[[EXP:.*]] = tosa.exp %[[LOW]]
// TOSA: %[[SUM:.*]] = tosa.reduce_sum %[[EXP]] {axis = 0 : i32}
// TOSA: %[[LOG:.*]] = tosa.log %[[SUM]]
// TOSA: tosa.sub %[[LOW]], %[[LOG]]
func.func @log_softmax_first_axis(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.log_softmax"(%x) {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// LINALG-LABEL: func @log_softmax_half
// LINALG: arith.extf
// LINALG: arith.truncf
// TOSA-LABEL: func @log_softmax_half
// TOSA: "ufront.log_softmax"
func.func @log_softmax_half(%x: tensor<2x3xf16>) -> tensor<2x3xf16> {
  %0 = "ufront.log_softmax"(%x) : (tensor<2x3xf16>) -> tensor<2x3xf16>
  return %0 : tensor<2x3xf16>
}
