// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @window_hann
// IR: "ufront.window"() {kind = "hann", periodic = false, size = 5 : i64}
// LINALG-LABEL: func @window_hann
// LINALG: arith.constant dense<[0.000000e+00, 5.000000e-01, 1.000000e+00, 5.000000e-01, 0.000000e+00]>
func.func @window_hann() -> tensor<5xf32> {
  %0 = "ufront.window"() {kind = "hann", periodic = false, size = 5 : i64} : () -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// IR-LABEL: func @window_f16
// IR: "ufront.window"() {dtype = f16, kind = "hamming", size = 4 : i64}
// LINALG-LABEL: func @window_f16
// LINALG: arith.truncf
func.func @window_f16() -> tensor<4xf16> {
  %0 = "ufront.window"() {dtype = f16, kind = "hamming", size = 4 : i64} : () -> tensor<4xf16>
  return %0 : tensor<4xf16>
}
