// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// Three terms in f64, whatever the tensor holds.

// IR-LABEL: func @orthogonal_polynomial
// IR: "ufront.orthogonal_polynomial"(%{{.*}}, %{{.*}}) {kind = "legendre_p"} : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
// LINALG-LABEL: func @orthogonal_polynomial
// LINALG: linalg.generic
// LINALG: arith.extf
// LINALG: scf.for {{.*}} -> (f64, f64)
// LINALG: arith.divf
// LINALG: arith.truncf
func.func @orthogonal_polynomial(%x: tensor<?x3xf32>, %n: tensor<3xf32>) -> tensor<?x3xf32> {
  %0 = "ufront.orthogonal_polynomial"(%x, %n) {kind = "legendre_p"}
      : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}
