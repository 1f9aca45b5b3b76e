// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @unique_rows
// IR: "ufront.unique_rows"(%{{.*}})
// LINALG-LABEL: func @unique_rows
// Merging runs of 1, 2 and 4 rows.
// LINALG: scf.for %{{.*}} = %{{.*}} to %{{.*}} step
// LINALG: arith.shli
// LINALG: scf.for
// LINALG: arith.cmpf olt
// Groups of equal rows.
// LINALG: scf.for
// LINALG: scf.if
// LINALG: tensor.insert
// LINALG-COUNT-2: tensor.extract_slice
// LINALG-NOT: linalg.generic
func.func @unique_rows(%x: tensor<5x2xf32>) -> (tensor<?xi64>, tensor<5xi64>, tensor<?xi64>) {
  %0:3 = "ufront.unique_rows"(%x) : (tensor<5x2xf32>) -> (tensor<?xi64>, tensor<5xi64>, tensor<?xi64>)
  return %0#0, %0#1, %0#2 : tensor<?xi64>, tensor<5xi64>, tensor<?xi64>
}

// IR-LABEL: func @unique_rows_found
// IR: sorted = false
// LINALG-LABEL: func @unique_rows_found
// LINALG: arith.cmpi ult
// LINALG: linalg.generic
// LINALG: tensor.extract
func.func @unique_rows_found(%x: tensor<?x1xui8>) -> (tensor<?xi64>, tensor<?xi64>, tensor<?xi64>) {
  %0:3 = "ufront.unique_rows"(%x) {sorted = false} : (tensor<?x1xui8>) -> (tensor<?xi64>, tensor<?xi64>, tensor<?xi64>)
  return %0#0, %0#1, %0#2 : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
}
