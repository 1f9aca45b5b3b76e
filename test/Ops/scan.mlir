// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg --canonicalize | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @scan_forward
// IR: "ufront.scan"(%{{.*}}, %{{.*}}) ({
// LINALG-LABEL: func @scan_forward
// LINALG-SAME: (%[[H:.*]]: tensor<3xf32>, %[[X:.*]]: tensor<5x3xf32>)
// LINALG: scf.for %[[I:.*]] = {{.*}} iter_args(%[[S:.*]] = %[[H]], %[[INTO:.*]] = %{{.*}})
// LINALG: tensor.extract_slice %[[X]][%[[I]], 0] [1, 3]
// LINALG: linalg.generic
// LINALG: tensor.insert_slice %{{.*}} into %[[INTO]][%[[I]], 0] [1, 3]
func.func @scan_forward(%h: tensor<3xf32>, %x: tensor<5x3xf32>) -> (tensor<3xf32>, tensor<5x3xf32>) {
  %0:2 = "ufront.scan"(%h, %x) ({
  ^bb0(%s: tensor<3xf32>, %row: tensor<3xf32>):
    %1 = "ufront.add"(%s, %row) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    "ufront.yield"(%1, %1) : (tensor<3xf32>, tensor<3xf32>) -> ()
  }) {num_scan_inputs = 1 : i64} : (tensor<3xf32>, tensor<5x3xf32>) -> (tensor<3xf32>, tensor<5x3xf32>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<5x3xf32>
}

// -----

// Other axes, from the end, of a length that is not known.
// LINALG-LABEL: func @scan_backward
// LINALG-SAME: (%[[X:.*]]: tensor<3x?xf32>)
// LINALG: %[[N:.*]] = tensor.dim %[[X]], %{{.*}} : tensor<3x?xf32>
// LINALG: scf.for %[[I:.*]] = %{{.*}} to %[[N]] {{.*}} iter_args(%[[INTO:.*]] = %{{.*}}) -> (tensor<3x?xf32>)
// LINALG: %[[FROM:.*]] = arith.subi %{{.*}}, %[[I]]
// LINALG: tensor.extract_slice %[[X]][0, %[[FROM]]] [3, 1]
// LINALG: tensor.insert_slice %{{.*}} into %[[INTO]][0, %{{.*}}] [3, 1]
func.func @scan_backward(%x: tensor<3x?xf32>) -> tensor<3x?xf32> {
  %0 = "ufront.scan"(%x) ({
  ^bb0(%row: tensor<3xf32>):
    %1 = "ufront.add"(%row, %row) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    "ufront.yield"(%1) : (tensor<3xf32>) -> ()
  }) {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: -1>, scan_input_directions = array<i64: 1>, scan_output_axes = array<i64: 1>, scan_output_directions = array<i64: 1>} : (tensor<3x?xf32>) -> tensor<3x?xf32>
  return %0 : tensor<3x?xf32>
}
