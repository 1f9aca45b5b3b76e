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
