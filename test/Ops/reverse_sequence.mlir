// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @reverse_sequence
// IR: "ufront.reverse_sequence"(%{{.*}}, %{{.*}})
// LINALG-LABEL: func @reverse_sequence
// LINALG: cf.assert
// LINALG: linalg.generic
// LINALG: tensor.extract %{{.*}} : tensor<?xi64>
// LINALG: arith.minsi
// LINALG: tensor.extract
func.func @reverse_sequence(%x: tensor<5x?xf32>, %n: tensor<?xi64>) -> tensor<5x?xf32> {
  %0 = "ufront.reverse_sequence"(%x, %n) : (tensor<5x?xf32>, tensor<?xi64>) -> tensor<5x?xf32>
  return %0 : tensor<5x?xf32>
}
