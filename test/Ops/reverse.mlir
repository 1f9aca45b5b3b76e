// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @reverse_axes
// IR: "ufront.reverse"(%{{.*}}) {axes = array<i64: 0, -1>}
// LINALG-LABEL: func @reverse_axes
// LINALG: linalg.generic
// LINALG: linalg.index 0
// LINALG: linalg.index 1
// LINALG: tensor.extract
// TOSA-LABEL: func @reverse_axes
// TOSA: tosa.reverse %{{.*}} {axis = 0 : i32}
// TOSA: tosa.reverse %{{.*}} {axis = 1 : i32}
func.func @reverse_axes(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = "ufront.reverse"(%x) {axes = array<i64: 0, -1>} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}
