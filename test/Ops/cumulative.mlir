// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @cumulative_sum
// IR: "ufront.cumulative"(%{{.*}}) {axis = 0 : i64}
// LINALG-LABEL: func @cumulative_sum
// LINALG: linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]
// LINALG: arith.extf
// LINALG: arith.addf
// LINALG: arith.truncf
func.func @cumulative_sum(%x: tensor<?x4xf16>) -> tensor<?x4xf16> {
  %0 = "ufront.cumulative"(%x) {axis = 0 : i64} : (tensor<?x4xf16>) -> tensor<?x4xf16>
  return %0 : tensor<?x4xf16>
}

// IR-LABEL: func @cumulative_prod
// IR: "ufront.cumulative"(%{{.*}}) {axis = 0 : i64, exclusive = true, kind = "prod", reverse = true}
// LINALG-LABEL: func @cumulative_prod
// LINALG: linalg.generic
// LINALG: tensor.extract
// LINALG: linalg.generic
// LINALG: arith.muli
// LINALG: linalg.generic
// LINALG: tensor.extract
func.func @cumulative_prod(%x: tensor<3xi64>) -> tensor<3xi64> {
  %0 = "ufront.cumulative"(%x) {axis = 0 : i64, exclusive = true, kind = "prod", reverse = true} : (tensor<3xi64>) -> tensor<3xi64>
  return %0 : tensor<3xi64>
}

// IR-LABEL: func @cumulative_max
// IR: "ufront.cumulative"(%{{.*}}) {axis = 1 : i64, kind = "max"}
// LINALG-LABEL: func @cumulative_max
// LINALG: linalg.fill ins(%{{.*}} : f32)
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// LINALG: arith.maximumf
func.func @cumulative_max(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %0 = "ufront.cumulative"(%x) {axis = 1 : i64, kind = "max"} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// LINALG-LABEL: func @cumulative_min_unsigned
// LINALG: arith.minui
func.func @cumulative_min_unsigned(%x: tensor<4xui8>) -> tensor<4xui8> {
  %0 = "ufront.cumulative"(%x) {axis = 0 : i64, kind = "min"} : (tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// LINALG-LABEL: func @cumulative_log_sum_exp
// LINALG: math.exp
// LINALG: math.log1p
func.func @cumulative_log_sum_exp(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "ufront.cumulative"(%x) {axis = 0 : i64, kind = "log_sum_exp"} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
