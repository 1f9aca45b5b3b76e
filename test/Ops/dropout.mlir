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

// Rate and mode as they come; the seed makes the same mask each time.
// IR-LABEL: func @dropout_training
// IR: "ufront.dropout"(%{{.*}}, %{{.*}}, %{{.*}}) {seed = 7 : i64}
// DECOMPOSE-LABEL: func @dropout_training
// DECOMPOSE-DAG: %[[SEED:.*]] = "ufront.constant"() {value = dense<7> : tensor<i64>}
// DECOMPOSE: "ufront.random"(%[[SEED]], %{{.*}}) {kind = "uniform"} : (tensor<i64>, tensor<2xi64>) -> tensor<?x3xf64>
// DECOMPOSE: "ufront.compare"(%{{.*}}, %{{.*}}) {pred = "ge"}
// DECOMPOSE: "ufront.logical_not"
// DECOMPOSE: "ufront.where"
func.func @dropout_training(%x: tensor<?x3xf32>, %r: tensor<f32>, %t: tensor<1xi1>) -> (tensor<?x3xf32>, tensor<?x3xi1>) {
  %0:2 = "ufront.dropout"(%x, %r, %t) {seed = 7 : i64}
      : (tensor<?x3xf32>, tensor<f32>, tensor<1xi1>) -> (tensor<?x3xf32>, tensor<?x3xi1>)
  return %0#0, %0#1 : tensor<?x3xf32>, tensor<?x3xi1>
}

// Without a seed, two are two masks.
// IR-LABEL: func @dropout_twice
// IR-COUNT-2: "ufront.dropout"
// DECOMPOSE-LABEL: func @dropout_twice
// DECOMPOSE-COUNT-2: "ufront.random_seed"
func.func @dropout_twice(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0:2 = "ufront.dropout"(%x) {training = true} : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xi1>)
  %1:2 = "ufront.dropout"(%x) {training = true} : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xi1>)
  return %0#0, %1#0 : tensor<3xf32>, tensor<3xf32>
}
