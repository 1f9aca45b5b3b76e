// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose --canonicalize | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @dropout
// IR: "ufront.dropout"
// DECOMPOSE-LABEL: func @dropout
// DECOMPOSE-SAME: (%[[X:.*]]: tensor<2x3xf32>)
// DECOMPOSE: %[[MASK:.*]] = "ufront.constant"() {value = dense<true> : tensor<2x3xi1>}
// DECOMPOSE: return %[[X]], %[[MASK]]
func.func @dropout(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xi1>) {
  %0:2 = "ufront.dropout"(%x) {rate = 0.25}
      : (tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xi1>)
  return %0#0, %0#1 : tensor<2x3xf32>, tensor<2x3xi1>
}

// DECOMPOSE-LABEL: func @dropout_dynamic
// DECOMPOSE: "ufront.logical"(%{{.*}}) {kind = "or"} : (tensor<?xi1>, tensor<?xi1>)
func.func @dropout_dynamic(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xi1>) {
  %0:2 = "ufront.dropout"(%x) : (tensor<?xf32>) -> (tensor<?xf32>, tensor<?xi1>)
  return %0#0, %0#1 : tensor<?xf32>, tensor<?xi1>
}
