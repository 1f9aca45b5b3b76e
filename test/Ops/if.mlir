// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --ufront-decompose --convert-ufront-to-linalg --canonicalize | FileCheck %s --check-prefix=LINALG

// The result has what the branches have in common.
// IR-LABEL: func @if_outer
// IR: "ufront.if"(%{{.*}}) ({
// IR: "ufront.yield"(%{{.*}}) : (tensor<2x3xf32>) -> ()
// LINALG-LABEL: func @if_outer
// LINALG-SAME: (%[[C:.*]]: tensor<i1>, %[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<4x3xf32>)
// LINALG: %[[COND:.*]] = tensor.extract %[[C]][]
// LINALG: scf.if %[[COND]] -> (tensor<?x3xf32>)
// LINALG: linalg.generic
// LINALG: scf.yield
// LINALG: else
// LINALG: %[[CAST:.*]] = tensor.cast %[[Y]] : tensor<4x3xf32> to tensor<?x3xf32>
// LINALG: scf.yield %[[CAST]]
func.func @if_outer(%c: tensor<i1>, %x: tensor<2x3xf32>, %y: tensor<4x3xf32>) -> tensor<?x3xf32> {
  %0 = "ufront.if"(%c) ({
    %1 = "ufront.add"(%x, %x) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    "ufront.yield"(%1) : (tensor<2x3xf32>) -> ()
  }, {
    "ufront.yield"(%y) : (tensor<4x3xf32>) -> ()
  }) : (tensor<i1>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// LINALG-LABEL: func @if_unsigned
// LINALG: arith.select %{{.*}} : tensor<2xi8>
func.func @if_unsigned(%c: tensor<1xi1>, %x: tensor<2xui8>, %y: tensor<2xui8>) -> tensor<2xui8> {
  %0 = "ufront.if"(%c) ({
    "ufront.yield"(%x) : (tensor<2xui8>) -> ()
  }, {
    "ufront.yield"(%y) : (tensor<2xui8>) -> ()
  }) : (tensor<1xi1>) -> tensor<2xui8>
  return %0 : tensor<2xui8>
}

// -----

// Shapes decide: only the branch that is taken is left.
// LINALG-LABEL: func @if_known
// LINALG-SAME: (%[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<2x3xf32>)
// LINALG-NOT: scf.if
// LINALG: return %[[Y]]
func.func @if_known(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %n = "ufront.shape_of"(%x) {start = 0 : i64, end = 1 : i64} : (tensor<2x3xf32>) -> tensor<1xi64>
  %one = "ufront.constant"() {value = dense<1> : tensor<1xi64>} : () -> tensor<1xi64>
  %c = "ufront.compare"(%n, %one) {pred = "eq"} : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi1>
  %0 = "ufront.if"(%c) ({
    "ufront.yield"(%x) : (tensor<2x3xf32>) -> ()
  }, {
    "ufront.yield"(%y) : (tensor<2x3xf32>) -> ()
  }) : (tensor<1xi1>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
