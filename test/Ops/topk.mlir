// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @topk_few
// IR: "ufront.topk"(%{{.*}}) {k = 3 : i64}
// LINALG-LABEL: func @topk_few
// LINALG: scf.for
// LINALG: scf.for
// LINALG: scf.if
// LINALG: scf.for
// LINALG: tensor.insert
func.func @topk_few(%x: tensor<?x100xf32>) -> (tensor<?x3xf32>, tensor<?x3xi64>) {
  %0:2 = "ufront.topk"(%x) {k = 3 : i64} : (tensor<?x100xf32>) -> (tensor<?x3xf32>, tensor<?x3xi64>)
  return %0#0, %0#1 : tensor<?x3xf32>, tensor<?x3xi64>
}

// Many are sorted by merging.
// IR-LABEL: func @topk_many
// IR: "ufront.topk"(%{{.*}}) {k = 100 : i64, largest = false}
// LINALG-LABEL: func @topk_many
// LINALG: scf.for
// LINALG: arith.shli
// LINALG: scf.for
// LINALG: scf.for
// LINALG: tensor.extract_slice
func.func @topk_many(%x: tensor<200xf32>) -> (tensor<100xf32>, tensor<100xi64>) {
  %0:2 = "ufront.topk"(%x) {k = 100 : i64, largest = false} : (tensor<200xf32>) -> (tensor<100xf32>, tensor<100xi64>)
  return %0#0, %0#1 : tensor<100xf32>, tensor<100xi64>
}

// IR-LABEL: func @topk_run_time
// IR: "ufront.topk"(%{{.*}}, %{{.*}})
// LINALG-LABEL: func @topk_run_time
// LINALG: cf.assert %{{.*}}, "topk: k is negative"
// LINALG: cf.assert %{{.*}}, "topk: k is more than there is"
func.func @topk_run_time(%x: tensor<5xf32>, %k: tensor<1xi64>) -> (tensor<?xf32>, tensor<?xi64>) {
  %0:2 = "ufront.topk"(%x, %k) : (tensor<5xf32>, tensor<1xi64>) -> (tensor<?xf32>, tensor<?xi64>)
  return %0#0, %0#1 : tensor<?xf32>, tensor<?xi64>
}

// IR-LABEL: func @topk_nan_is_largest
// IR: "ufront.topk"(%{{.*}}) {k = 2 : i64, largest = false, nan_is_largest = true}
// LINALG-LABEL: func @topk_nan_is_largest
// LINALG-DAG: arith.cmpf oeq, %[[X:.*]], %[[X]] : f32
// LINALG-DAG: arith.cmpf une, %[[Y:.*]], %[[Y]] : f32
func.func @topk_nan_is_largest(%x: tensor<9xf32>) -> (tensor<2xf32>, tensor<2xi64>) {
  %0:2 = "ufront.topk"(%x) {k = 2 : i64, largest = false, nan_is_largest = true} : (tensor<9xf32>) -> (tensor<2xf32>, tensor<2xi64>)
  return %0#0, %0#1 : tensor<2xf32>, tensor<2xi64>
}
