// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg --canonicalize | FileCheck %s --check-prefix=LINALG

// A known number of iterations: the values are collected in place.
// IR-LABEL: func @loop_counted
// IR: "ufront.loop"(%{{.*}}, %{{.*}}, %{{.*}}) ({
// IR-NEXT: ^bb0(%{{.*}}: tensor<i64>, %{{.*}}: tensor<i1>, %{{.*}}: tensor<2x3xf32>):
// LINALG-LABEL: func @loop_counted
// LINALG-SAME: (%[[H:.*]]: tensor<2x3xf32>)
// LINALG-DAG: %[[C5:.*]] = arith.constant 5 : index
// LINALG-DAG: %[[ALL:.*]] = tensor.empty() : tensor<5x2x3xf32>
// LINALG: scf.for %[[I:.*]] = %{{.*}} to %[[C5]] step %{{.*}} iter_args(%[[S:.*]] = %[[H]], %[[INTO:.*]] = %[[ALL]])
// LINALG: %[[NEXT:.*]] = linalg.generic {{.*}} ins(%[[S]], %[[S]] :
// LINALG: %[[ROW:.*]] = tensor.expand_shape %[[NEXT]]
// LINALG: %[[ADDED:.*]] = tensor.insert_slice %[[ROW]] into %[[INTO]][%[[I]], 0, 0] [1, 2, 3]
// LINALG: scf.yield %[[NEXT]], %[[ADDED]]
func.func @loop_counted(%h: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<5x2x3xf32>) {
  %n = "ufront.constant"() {value = dense<5> : tensor<i64>} : () -> tensor<i64>
  %c = "ufront.constant"() {value = dense<true> : tensor<i1>} : () -> tensor<i1>
  %0:2 = "ufront.loop"(%n, %c, %h) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %s: tensor<2x3xf32>):
    %1 = "ufront.add"(%s, %s) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    "ufront.yield"(%k, %1, %1) : (tensor<i1>, tensor<2x3xf32>, tensor<2x3xf32>) -> ()
  }) : (tensor<i64>, tensor<i1>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<5x2x3xf32>)
  return %0#0, %0#1 : tensor<2x3xf32>, tensor<5x2x3xf32>
}

// -----

// Unknown sizes that no iteration changes are those before the loop.
// LINALG-LABEL: func @loop_dynamic
// LINALG-SAME: (%[[N:.*]]: tensor<i64>, %[[H:.*]]: tensor<?xf32>, %[[C:.*]]: tensor<i1>)
// LINALG: %[[TRIP:.*]] = arith.select
// LINALG: %[[SIZE:.*]] = tensor.dim %[[H]]
// LINALG: %[[ALL:.*]] = tensor.empty(%[[TRIP]], %[[SIZE]]) : tensor<?x?xf32>
// LINALG: scf.for %{{.*}} to %[[TRIP]] {{.*}}iter_args(%{{.*}} = %[[H]], %{{.*}} = %[[ALL]])
func.func @loop_dynamic(%n: tensor<i64>, %h: tensor<?xf32>, %c: tensor<i1>) -> (tensor<?xf32>, tensor<?x?xf32>) {
  %0:2 = "ufront.loop"(%n, %c, %h) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %s: tensor<?xf32>):
    %1 = "ufront.add"(%s, %s) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    "ufront.yield"(%k, %1, %1) : (tensor<i1>, tensor<?xf32>, tensor<?xf32>) -> ()
  }) : (tensor<i64>, tensor<i1>, tensor<?xf32>) -> (tensor<?xf32>, tensor<?x?xf32>)
  return %0#0, %0#1 : tensor<?xf32>, tensor<?x?xf32>
}

// -----

// The condition changes, and the number of values is known at the end only.
// LINALG-LABEL: func @loop_while
// LINALG: scf.while (%[[I:.*]] = %{{.*}}, %[[GO:.*]] = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) : (index, i1, tensor<i8>, tensor<?xi8>)
// LINALG: scf.condition
// LINALG: ^bb0
// LINALG: tensor.empty(%{{.*}}) : tensor<?xi8>
// LINALG: tensor.insert_slice
// LINALG: tensor.insert_slice
// LINALG: scf.yield
func.func @loop_while(%h: tensor<si8>, %limit: tensor<si8>) -> tensor<?xsi8> {
  %none = "ufront.none"() : () -> none
  %0:2 = "ufront.loop"(%none, %none, %h) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %s: tensor<si8>):
    %1 = "ufront.add"(%s, %s) : (tensor<si8>, tensor<si8>) -> tensor<si8>
    %2 = "ufront.compare"(%1, %limit) {pred = "lt"} : (tensor<si8>, tensor<si8>) -> tensor<i1>
    "ufront.yield"(%2, %1, %1) : (tensor<i1>, tensor<si8>, tensor<si8>) -> ()
  }) : (none, none, tensor<si8>) -> (tensor<si8>, tensor<?xsi8>)
  return %0#1 : tensor<?xsi8>
}

// -----

// What is carried grows.
// LINALG-LABEL: func @loop_growing
// LINALG-SAME: (%[[N:.*]]: tensor<i64>, %[[X:.*]]: tensor<2xf32>)
// LINALG: %[[CAST:.*]] = tensor.cast %[[X]] : tensor<2xf32> to tensor<?xf32>
// LINALG: scf.while {{.*}} = %[[CAST]]) : (index, tensor<?xf32>)
func.func @loop_growing(%n: tensor<i64>, %x: tensor<2xf32>) -> tensor<?xf32> {
  %none = "ufront.none"() : () -> none
  %0 = "ufront.loop"(%n, %none, %x) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %s: tensor<?xf32>):
    %1 = "ufront.concat"(%s, %x) {axis = 0 : i64} : (tensor<?xf32>, tensor<2xf32>) -> tensor<?xf32>
    "ufront.yield"(%k, %1) : (tensor<i1>, tensor<?xf32>) -> ()
  }) : (tensor<i64>, none, tensor<2xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
