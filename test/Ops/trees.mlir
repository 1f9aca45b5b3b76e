// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @tree_leaves
// IR: "ufront.tree_leaves"(%{{.*}}) {children = dense<{{.*}}> : tensor<2x2xi32>
// LINALG-LABEL: func @tree_leaves
// LINALG: cf.assert
// LINALG-DAG: %[[ROOTS:.*]] = arith.constant dense<[0, -3]> : tensor<2xi32>
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
// LINALG: %[[ROOT:.*]] = tensor.extract %[[ROOTS]]
// LINALG: scf.while (%{{.*}} = %[[ROOT]]) : (i32) -> i32
// LINALG: arith.cmpi sge
// LINALG: scf.condition
// LINALG: arith.cmpf ole
// LINALG: arith.cmpf ogt
// LINALG: scf.yield
func.func @tree_leaves(%x: tensor<?x?xf32>) -> tensor<?x2xi64> {
  %0 = "ufront.tree_leaves"(%x) {
    features = dense<[3, 0]> : tensor<2xi32>,
    thresholds = dense<[0.5, 1.5]> : tensor<2xf32>,
    modes = dense<[8, 3]> : tensor<2xi32>,
    children = dense<[[1, -1], [-2, -3]]> : tensor<2x2xi32>,
    roots = dense<[0, -3]> : tensor<2xi32>
  } : (tensor<?x?xf32>) -> tensor<?x2xi64>
  return %0 : tensor<?x2xi64>
}
