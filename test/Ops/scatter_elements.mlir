// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @scatter_elements_add
// IR: "ufront.scatter_elements"(%{{.*}}, %{{.*}}, %{{.*}}) {axis = 1 : i64, reduction = "add"}
// LINALG-LABEL: func @scatter_elements_add
// LINALG: scf.for
// LINALG: scf.for
// LINALG: arith.addf
// LINALG: arith.select
// LINALG: tensor.insert
func.func @scatter_elements_add(%x: tensor<4x5xf32>, %i: tensor<4x?xi64>, %u: tensor<4x?xf32>) -> tensor<4x5xf32> {
  %0 = "ufront.scatter_elements"(%x, %i, %u) {axis = 1 : i64, reduction = "add"} : (tensor<4x5xf32>, tensor<4x?xi64>, tensor<4x?xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}
