// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @nonzero
// IR: "ufront.nonzero"(%{{.*}})
// LINALG-LABEL: func @nonzero
// LINALG: linalg.generic {{.*}} iterator_types = ["reduction", "reduction"]
// LINALG: arith.cmpf une
// LINALG: scf.for
// LINALG: scf.for
// LINALG: scf.if
// LINALG: tensor.insert
func.func @nonzero(%x: tensor<?x4xf32>) -> tensor<2x?xi64> {
  %0 = "ufront.nonzero"(%x) : (tensor<?x4xf32>) -> tensor<2x?xi64>
  return %0 : tensor<2x?xi64>
}
