// RUN: ufront-opt %s --ufront-destination-style --cse | FileCheck %s

// Copies that tensor ops stand for become linalg ops with a destination.

// CHECK-LABEL: func @pad
// CHECK-SAME:    (%[[X:.*]]: tensor<2x3xf32>)
// CHECK:         %[[E:.*]] = tensor.empty() : tensor<4x3xf32>
// CHECK:         %[[ABOVE:.*]] = tensor.extract_slice %[[E]][0, 0] [1, 3] [1, 1]
// CHECK:         linalg.fill {{.*}} outs(%[[ABOVE]] : tensor<1x3xf32>)
// CHECK:         %[[HALF:.*]] = tensor.insert_slice %{{.*}} into %[[E]][0, 0] [1, 3] [1, 1]
// CHECK:         %[[BELOW:.*]] = tensor.extract_slice %[[HALF]][3, 0] [1, 3] [1, 1]
// CHECK:         linalg.fill {{.*}} outs(%[[BELOW]] : tensor<1x3xf32>)
// CHECK:         %[[FULL:.*]] = tensor.insert_slice %{{.*}} into %[[HALF]][3, 0] [1, 3] [1, 1]
// CHECK:         %[[HOLE:.*]] = tensor.extract_slice %[[FULL]][1, 0] [2, 3] [1, 1]
// CHECK:         %[[COPY:.*]] = linalg.copy {{.*}}ins(%[[X]] : tensor<2x3xf32>) outs(%[[HOLE]] : tensor<2x3xf32>)
// CHECK:         tensor.insert_slice %[[COPY]] into %[[FULL]][1, 0] [2, 3] [1, 1]
// CHECK-NOT:     tensor.pad
func.func @pad(%x: tensor<2x3xf32>) -> tensor<4x3xf32> {
  %c = arith.constant 1.0 : f32
  %0 = tensor.pad %x low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %c : f32
  } : tensor<2x3xf32> to tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// How much is around is not known.
// CHECK-LABEL: func @pad_open
// CHECK:         linalg.fill {{.*}} -> tensor<?xf32>
func.func @pad_open(%x: tensor<2xf32>, %n: index) -> tensor<?xf32> {
  %c = arith.constant 1.0 : f32
  %0 = tensor.pad %x low[%n] high[1] {
  ^bb0(%i: index):
    tensor.yield %c : f32
  } : tensor<2xf32> to tensor<?xf32>
  return %0 : tensor<?xf32>
}

// A value that depends on the position is no fill.
// CHECK-LABEL: func @pad_by_position
// CHECK:         tensor.pad
func.func @pad_by_position(%x: tensor<2xindex>) -> tensor<4xindex> {
  %0 = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %i : index
  } : tensor<2xindex> to tensor<4xindex>
  return %0 : tensor<4xindex>
}

// Each operand goes straight into its part of the result.
// CHECK-LABEL: func @concat
// CHECK-SAME:    (%[[X:.*]]: tensor<2x?xf32>, %[[Y:.*]]: tensor<2x3xf32>)
// CHECK:         %[[DIM:.*]] = tensor.dim %[[X]]
// CHECK:         %[[A:.*]] = linalg.copy {{.*}}ins(%[[X]] : tensor<2x?xf32>)
// CHECK:         %[[HALF:.*]] = tensor.insert_slice %[[A]] into %{{.*}}[0, 0] [2, %[[DIM]]] [1, 1]
// CHECK:         %[[HOLE:.*]] = tensor.extract_slice %[[HALF]][0, %[[DIM]]] [2, 3] [1, 1]
// CHECK:         %[[B:.*]] = linalg.copy {{.*}}ins(%[[Y]] : tensor<2x3xf32>) outs(%[[HOLE]] : tensor<2x3xf32>)
// CHECK:         tensor.insert_slice %[[B]] into %[[HALF]]
// CHECK-NOT:     tensor.concat
func.func @concat(%x: tensor<2x?xf32>, %y: tensor<2x3xf32>) -> tensor<2x?xf32> {
  %0 = tensor.concat dim(1) %x, %y : (tensor<2x?xf32>, tensor<2x3xf32>) -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// CHECK-LABEL: func @splat
// CHECK-SAME:    (%[[V:.*]]: f32, %[[N:.*]]: index)
// CHECK:         %[[E:.*]] = tensor.empty(%[[N]]) : tensor<2x?xf32>
// CHECK:         linalg.fill ins(%[[V]] : f32) outs(%[[E]] : tensor<2x?xf32>)
func.func @splat(%v: f32, %n: index) -> tensor<2x?xf32> {
  %0 = tensor.splat %v[%n] : tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// CHECK-LABEL: func @extract
// CHECK:         %[[S:.*]] = tensor.extract_slice
// CHECK:         %[[E:.*]] = tensor.empty() : tensor<2x2xf32>
// CHECK:         %[[C:.*]] = linalg.copy ins(%[[S]] : tensor<2x2xf32>) outs(%[[E]] : tensor<2x2xf32>)
// CHECK:         return %[[C]]
func.func @extract(%x: tensor<4x4xf32>, %i: index) -> tensor<2x2xf32> {
  %0 = tensor.extract_slice %x[%i, 0] [2, 2] [1, 1] : tensor<4x4xf32> to tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// What linalg ops alone read stays where it is.
// CHECK-LABEL: func @view
// CHECK-NOT:     linalg.copy
// CHECK:         return
func.func @view(%x: tensor<4x4xf32>, %i: index) -> tensor<2x2xf32> {
  %0 = tensor.extract_slice %x[%i, 0] [2, 2] [1, 1] : tensor<4x4xf32> to tensor<2x2xf32>
  %1 = tensor.expand_shape %0 [[0], [1, 2]] output_shape [2, 2, 1] : tensor<2x2xf32> into tensor<2x2x1xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %f = tensor.empty() : tensor<2x2x1xf32>
  %2 = linalg.exp ins(%0 : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %3 = linalg.exp ins(%1 : tensor<2x2x1xf32>) outs(%f : tensor<2x2x1xf32>) -> tensor<2x2x1xf32>
  return %2 : tensor<2x2xf32>
}

// CHECK-LABEL: func @insert
// CHECK-SAME:    (%[[X:.*]]: tensor<2x2xf32>, %[[INTO:.*]]: tensor<4x4xf32>)
// CHECK:         %[[HOLE:.*]] = tensor.extract_slice %[[INTO]][1, 1] [2, 2] [1, 1]
// CHECK:         %[[C:.*]] = linalg.copy {{.*}}ins(%[[X]] : tensor<2x2xf32>) outs(%[[HOLE]] : tensor<2x2xf32>)
// CHECK:         tensor.insert_slice %[[C]] into %[[INTO]]
func.func @insert(%x: tensor<2x2xf32>, %into: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = tensor.insert_slice %x into %into[1, 1] [2, 2] [1, 1] : tensor<2x2xf32> into tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
