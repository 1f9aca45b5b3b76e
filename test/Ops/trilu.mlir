// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @trilu_upper
// IR: "ufront.trilu"(%{{.*}}) {k = -1 : i64}
// LINALG-LABEL: func @trilu_upper
// LINALG: linalg.generic
// LINALG: linalg.index 2
// LINALG: linalg.index 1
// LINALG: arith.cmpi sge
// LINALG: arith.select
func.func @trilu_upper(%x: tensor<?x4x5xf32>) -> tensor<?x4x5xf32> {
  %0 = "ufront.trilu"(%x) {k = -1 : i64} : (tensor<?x4x5xf32>) -> tensor<?x4x5xf32>
  return %0 : tensor<?x4x5xf32>
}

// IR-LABEL: func @trilu_run_time
// IR: "ufront.trilu"(%{{.*}}, %{{.*}}) {upper = false}
// LINALG-LABEL: func @trilu_run_time
// LINALG: tensor.extract %{{.*}}[] : tensor<i64>
// LINALG: arith.cmpi sle
func.func @trilu_run_time(%x: tensor<4x5xf32>, %k: tensor<i64>) -> tensor<4x5xf32> {
  %0 = "ufront.trilu"(%x, %k) {upper = false} : (tensor<4x5xf32>, tensor<i64>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}
