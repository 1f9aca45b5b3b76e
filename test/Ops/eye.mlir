// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @eye_like
// IR: "ufront.eye"(%{{.*}}) {dtype = i64, k = 1 : i64}
// LINALG-LABEL: func @eye_like
// LINALG: linalg.generic
// LINALG: arith.cmpi eq
// LINALG: arith.extui
func.func @eye_like(%x: tensor<?x3xf32>) -> tensor<?x3xi64> {
  %0 = "ufront.eye"(%x) {dtype = i64, k = 1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xi64>
  return %0 : tensor<?x3xi64>
}

// IR-LABEL: func @eye_sizes
// IR: "ufront.eye"() {cols = 3 : i64, rows = 2 : i64}
// LINALG-LABEL: func @eye_sizes
// LINALG: linalg.generic
// LINALG: arith.uitofp
func.func @eye_sizes() -> tensor<2x3xf32> {
  %0 = "ufront.eye"() {cols = 3 : i64, rows = 2 : i64} : () -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
