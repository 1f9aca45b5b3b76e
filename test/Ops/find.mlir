// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-to-linalg-pipeline | FileCheck %s --check-prefix=LINALG

// Keys are sorted; of equal ones the last counts.
// IR-LABEL: func @find
// IR: "ufront.find"(%{{.*}}) {keys = dense<[7, 3, 7]> : tensor<3xi32>}
// LINALG-LABEL: func.func @find
// LINALG-DAG: arith.constant dense<[3, 7]> : tensor<2xi64>
// LINALG-DAG: arith.constant dense<[1, 2]> : tensor<2xi64>
// LINALG: linalg.generic
// LINALG: scf.while
func.func @find(%x: tensor<?xi32>) -> tensor<?xi64> {
  %0 = "ufront.find"(%x) {keys = dense<[7, 3, 7]> : tensor<3xi32>} : (tensor<?xi32>) -> tensor<?xi64>
  return %0 : tensor<?xi64>
}

// LINALG-LABEL: func.func @find_strings
// LINALG-DAG: arith.constant dense<[1, 2]> : tensor<2xi64>
func.func @find_strings(%x: tensor<2x!ufront.string>) -> tensor<2xi64> {
  %0 = "ufront.find"(%x) {keys = dense<["b", "a"]> : tensor<2x!ufront.string>} : (tensor<2x!ufront.string>) -> tensor<2xi64>
  return %0 : tensor<2xi64>
}

// IR-LABEL: func @ngram_counts
// IR: "ufront.ngram_counts"
// LINALG-LABEL: func.func @ngram_counts
// LINALG-DAG: arith.constant dense<[0, 5, 6, 0]> : tensor<4xi64>
// LINALG-DAG: arith.constant dense<[-1, 1, 0, 0]> : tensor<4xi64>
// LINALG: scf.for
// LINALG: scf.while
func.func @ngram_counts(%x: tensor<?x?xi64>) -> tensor<?x2xf32> {
  %0 = "ufront.ngram_counts"(%x) {pool = dense<[5, 5, 6]> : tensor<3xi64>, columns = dense<[1, 0]> : tensor<2xi64>, starts = array<i64: 0, 1>, size = 2 : i64, max_length = 2 : i64} : (tensor<?x?xi64>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
