// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @det
// IR: "ufront.det"(%{{.*}})
// LINALG-LABEL: func @det
// LINALG: arith.extf %{{.*}} : f32 to f64
// The batch, then the columns.
// LINALG: scf.for
// LINALG: scf.for
// The pivot, the swap, and the rows behind.
// LINALG: math.absf
// LINALG: scf.for
// LINALG: scf.for
// LINALG: arith.negf
// LINALG: arith.mulf
// LINALG: scf.for
// LINALG: arith.divf
// LINALG: scf.for
// LINALG: arith.truncf %{{.*}} : f64 to f32
func.func @det(%x: tensor<?x3x3xf32>) -> tensor<?xf32> {
  %0 = "ufront.det"(%x) : (tensor<?x3x3xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// IR-LABEL: func @det_run_time
// LINALG-LABEL: func @det_run_time
// LINALG: cf.assert %{{.*}}, "det: the matrices are not square"
func.func @det_run_time(%x: tensor<?x?xf64>) -> tensor<f64> {
  %0 = "ufront.det"(%x) : (tensor<?x?xf64>) -> tensor<f64>
  return %0 : tensor<f64>
}
