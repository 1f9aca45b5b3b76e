// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @gather_nd_batches
// IR: "ufront.gather_nd"(%{{.*}}, %{{.*}}) {batch_dims = 1 : i64}
// LINALG-LABEL: func @gather_nd_batches
// LINALG: cf.assert
// LINALG: linalg.generic
// LINALG: tensor.extract %{{.*}} : tensor<?x3x1xi64>
// LINALG: tensor.extract %{{.*}} : tensor<?x4x5xf32>
func.func @gather_nd_batches(%x: tensor<?x4x5xf32>, %i: tensor<?x3x1xi64>) -> tensor<?x3x5xf32> {
  %0 = "ufront.gather_nd"(%x, %i) {batch_dims = 1 : i64} : (tensor<?x4x5xf32>, tensor<?x3x1xi64>) -> tensor<?x3x5xf32>
  return %0 : tensor<?x3x5xf32>
}
