// RUN: ufront-opt %s --pass-pipeline='builtin.module(func.func(ufront-own-borders),canonicalize)' | FileCheck %s

// Two padded tensors shared a border; each now has its own.
// CHECK-LABEL: func @twins
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32>, %[[Y:.*]]: tensor<4xf32>)
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant 0.0
// CHECK-DAG:   %[[EMPTY:.*]] = tensor.empty() : tensor<5xf32>
// CHECK:       %[[END:.*]] = tensor.extract_slice %[[EMPTY]][0] [1] [1]
// CHECK:       %[[FILL:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%[[END]]
// CHECK:       %[[BORDER:.*]] = tensor.insert_slice %[[FILL]] into %[[EMPTY]][0] [1] [1]
// CHECK:       %[[HOLE:.*]] = tensor.extract_slice %[[BORDER]][1] [4] [1]
// CHECK:       %[[A:.*]] = linalg.copy ins(%[[X]] : tensor<4xf32>) outs(%[[HOLE]]
// CHECK:       tensor.insert_slice %[[A]] into %[[BORDER]][1] [4] [1]
// CHECK:       %[[END2:.*]] = tensor.extract_slice %{{.*}}[0] [1] [1]
// CHECK:       %[[FILL2:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%[[END2]]
// CHECK:       %[[BORDER2:.*]] = tensor.insert_slice %[[FILL2]] into
// CHECK:       %[[HOLE2:.*]] = tensor.extract_slice %[[BORDER2]][1] [4] [1]
// CHECK:       %[[B:.*]] = linalg.copy ins(%[[Y]] : tensor<4xf32>) outs(%[[HOLE2]]
// CHECK:       tensor.insert_slice %[[B]] into %[[BORDER2]][1] [4] [1]
func.func @twins(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<5xf32>, tensor<5xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5xf32>
  %end = tensor.extract_slice %e[0] [1] [1] : tensor<5xf32> to tensor<1xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%end : tensor<1xf32>) -> tensor<1xf32>
  %border = tensor.insert_slice %fill into %e[0] [1] [1] : tensor<1xf32> into tensor<5xf32>
  %hole = tensor.extract_slice %border[1] [4] [1] : tensor<5xf32> to tensor<4xf32>
  %a = linalg.copy ins(%x : tensor<4xf32>) outs(%hole : tensor<4xf32>) -> tensor<4xf32>
  %0 = tensor.insert_slice %a into %border[1] [4] [1] : tensor<4xf32> into tensor<5xf32>
  %b = linalg.copy ins(%y : tensor<4xf32>) outs(%hole : tensor<4xf32>) -> tensor<4xf32>
  %1 = tensor.insert_slice %b into %border[1] [4] [1] : tensor<4xf32> into tensor<5xf32>
  return %0, %1 : tensor<5xf32>, tensor<5xf32>
}

// A fill of the whole is a border too.
// CHECK-LABEL: func @whole
// CHECK-COUNT-2: linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<5xf32>)
// CHECK-NOT:   linalg.fill
func.func @whole(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<5xf32>, tensor<5xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %hole = tensor.extract_slice %fill[1] [4] [1] : tensor<5xf32> to tensor<4xf32>
  %a = linalg.copy ins(%x : tensor<4xf32>) outs(%hole : tensor<4xf32>) -> tensor<4xf32>
  %0 = tensor.insert_slice %a into %fill[1] [4] [1] : tensor<4xf32> into tensor<5xf32>
  %b = linalg.copy ins(%y : tensor<4xf32>) outs(%hole : tensor<4xf32>) -> tensor<4xf32>
  %1 = tensor.insert_slice %b into %fill[1] [4] [1] : tensor<4xf32> into tensor<5xf32>
  return %0, %1 : tensor<5xf32>, tensor<5xf32>
}
