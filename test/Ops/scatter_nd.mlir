// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @scatter_nd_rows
// IR: "ufront.scatter_nd"(%{{.*}}, %{{.*}}, %{{.*}}) {reduction = "max"}
// LINALG-LABEL: func @scatter_nd_rows
// LINALG: scf.for
// LINALG: tensor.extract %{{.*}} : tensor<3x1xi64>
// LINALG: scf.for
// LINALG: arith.maximumf
// LINALG: tensor.insert
func.func @scatter_nd_rows(%x: tensor<?x5xf32>, %i: tensor<3x1xi64>, %u: tensor<3x5xf32>) -> tensor<?x5xf32> {
  %0 = "ufront.scatter_nd"(%x, %i, %u) {reduction = "max"} : (tensor<?x5xf32>, tensor<3x1xi64>, tensor<3x5xf32>) -> tensor<?x5xf32>
  return %0 : tensor<?x5xf32>
}
