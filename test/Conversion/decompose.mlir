// RUN: ufront-opt %s --ufront-decompose | FileCheck %s
// RUN: ufront-opt %s --ufront-decompose=all=true | FileCheck %s

// Composite ops come apart, and what they are made of in turn.
// CHECK-LABEL: func @composite
// CHECK-SAME:    (%[[X:.*]]: tensor<2x3x4x4xf32>, %[[P:.*]]: tensor<3xf32>)
// CHECK-NOT:     "ufront.batch_norm"
// CHECK:         %[[ROOT:.*]] = "ufront.rsqrt"
// CHECK:         "ufront.multiply"(%[[P]], %[[ROOT]])
// CHECK:         %[[SCALED:.*]] = "ufront.multiply"(%[[X]], %{{.*}}) : (tensor<2x3x4x4xf32>, tensor<3x1x1xf32>)
// CHECK:         "ufront.add"(%[[SCALED]]
// CHECK-NOT:     "ufront.global_pool"
// CHECK:         "ufront.reduce_mean"(%{{.*}}) {axes = array<i64: 2, 3>, keepdims = true}
func.func @composite(%x: tensor<2x3x4x4xf32>, %p: tensor<3xf32>) -> tensor<2x3x1x1xf32> {
  %0 = "ufront.batch_norm"(%x, %p, %p, %p, %p)
      : (tensor<2x3x4x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
      -> tensor<2x3x4x4xf32>
  %1 = "ufront.global_pool"(%0) {pool_type = "avg"} : (tensor<2x3x4x4xf32>) -> tensor<2x3x1x1xf32>
  return %1 : tensor<2x3x1x1xf32>
}

// What has a lowering of its own and no better meaning stays whole.
// CHECK-LABEL: func @whole
// CHECK:         "ufront.softmax"
// CHECK:         "ufront.relu"
func.func @whole(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %0 = "ufront.softmax"(%x) {axis = -1 : i64} : (tensor<2x?xf32>) -> tensor<2x?xf32>
  %1 = "ufront.relu"(%0) : (tensor<2x?xf32>) -> tensor<2x?xf32>
  return %1 : tensor<2x?xf32>
}

// A decomposition may be no op at all.
// CHECK-LABEL: func @identity
// CHECK-SAME:    (%[[X:.*]]: tensor<2xf32>)
// CHECK-NEXT:    return %[[X]]
func.func @identity(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = "ufront.identity"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// The declared type stays, by a cast where the decomposition knows more or less.
// CHECK-LABEL: func @keeps_type
// CHECK:         %[[Y:.*]] = tensor.cast %{{.*}} : tensor<?xf32> to tensor<4xf32>
// CHECK:         return %[[Y]] : tensor<4xf32>
func.func @keeps_type(%x: tensor<?xf32>) -> tensor<4xf32> {
  %0 = "ufront.identity"(%x) : (tensor<?xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Ops in regions too.
// CHECK-LABEL: func @in_regions
// CHECK-SAME:    (%[[X:[^:]*]]: tensor<2xf32>,
// CHECK:         scf.if
// CHECK-NEXT:      %[[S:.*]] = "ufront.softmax"(%[[X]])
// CHECK-NEXT:      scf.yield %[[S]]
func.func @in_regions(%x: tensor<2xf32>, %y: tensor<2xf32>, %c: i1) -> tensor<2xf32> {
  %r = scf.if %c -> tensor<2xf32> {
    %0 = "ufront.identity"(%x) : (tensor<2xf32>) -> tensor<2xf32>
    %1 = "ufront.softmax"(%0) : (tensor<2xf32>) -> tensor<2xf32>
    scf.yield %1 : tensor<2xf32>
  } else {
    scf.yield %y : tensor<2xf32>
  }
  return %r : tensor<2xf32>
}
