// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @gather_elements
// IR: "ufront.gather_elements"(%{{.*}}, %{{.*}}) {axis = 1 : i64}
// LINALG-LABEL: func @gather_elements
// LINALG: cf.assert
// LINALG: linalg.generic {{.*}} ins(%{{.*}} : tensor<4x2xi64>)
// LINALG: tensor.extract
func.func @gather_elements(%x: tensor<4x?xf32>, %i: tensor<4x2xi64>) -> tensor<4x2xf32> {
  %0 = "ufront.gather_elements"(%x, %i) {axis = 1 : i64} : (tensor<4x?xf32>, tensor<4x2xi64>) -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}
