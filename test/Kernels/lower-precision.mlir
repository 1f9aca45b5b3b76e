// RUN: ufront-opt %s --ufront-lower-precision --split-input-file | FileCheck %s

// Factors are rounded where they are computed, once for all who read them; the
// skip reads what the product reads. Padding moves bf16, sums are f32.

// CHECK-LABEL: func @skip
// CHECK-SAME: (%[[X:.*]]: tensor<1x8x6x6xf32>, %[[W:.*]]: tensor<8x8x3x3xf32>
// CHECK: %[[WEIGHT:.*]] = linalg.generic {{.*}} ins(%[[W]] : {{.*}} outs(%{{.*}} : tensor<8x8x3x3xbf16>)
// CHECK: %[[E:.*]] = linalg.exp
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[E]]
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK: -> tensor<1x8x6x6xbf16>
// CHECK: %[[P:.*]] = tensor.pad %[[R]]
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : bf16
// CHECK: tensor.yield %[[ZERO]] : bf16
// CHECK: %[[C:.*]] = linalg.conv_2d_nchw_fchw ins(%[[P]], %[[WEIGHT]] : tensor<1x8x8x8xbf16>, tensor<8x8x3x3xbf16>) outs({{.*}} : tensor<1x8x6x6xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[R]], %[[C]] : tensor<1x8x6x6xbf16>, tensor<1x8x6x6xf32>)
// CHECK: arith.extf %{{.*}} : bf16 to f32
// CHECK: arith.addf
#id = affine_map<(n, c, y, x) -> (n, c, y, x)>
func.func @skip(%x: tensor<1x8x6x6xf32>, %w: tensor<8x8x3x3xf32> {ufront.sym = "w"}) -> tensor<1x8x6x6xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x8x6x6xf32>
  %0 = linalg.exp ins(%x : tensor<1x8x6x6xf32>) outs(%e : tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32>
  %1 = tensor.pad %0 low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    %pad = arith.constant 0.0 : f32
    tensor.yield %pad : f32
  } : tensor<1x8x6x6xf32> to tensor<1x8x8x8xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%e : tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32>
  %3 = linalg.conv_2d_nchw_fchw ins(%1, %w : tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) outs(%2 : tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32>
  %4 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0, %3 : tensor<1x8x6x6xf32>, tensor<1x8x6x6xf32>) outs(%e : tensor<1x8x6x6xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %5 = arith.addf %a, %b : f32
    linalg.yield %5 : f32
  } -> tensor<1x8x6x6xf32>
  return %4 : tensor<1x8x6x6xf32>
}

// -----

// What is returned stays f32, and so does whatever reads it.
// CHECK-LABEL: func @returned
// CHECK: %[[E:.*]] = linalg.exp
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[E]]
// CHECK: linalg.matmul ins(%[[R]], %{{.*}} : tensor<4x8xbf16>, tensor<8x16xbf16>)
// CHECK: %[[T:.*]] = linalg.tanh ins(%[[E]] : tensor<4x8xf32>)
// CHECK: return %[[E]], %{{.*}}, %[[T]]
func.func @returned(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>) -> (tensor<4x8xf32>, tensor<4x16xf32>, tensor<4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %f = tensor.empty() : tensor<4x16xf32>
  %0 = linalg.exp ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%f : tensor<4x16xf32>) -> tensor<4x16xf32>
  %2 = linalg.matmul ins(%0, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%1 : tensor<4x16xf32>) -> tensor<4x16xf32>
  %3 = linalg.tanh ins(%0 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0, %2, %3 : tensor<4x8xf32>, tensor<4x16xf32>, tensor<4x8xf32>
}

// -----

// Integers, doubles and sums that multiply nothing are left alone.
// CHECK-LABEL: func @others
// CHECK-NOT: bf16
func.func @others(%a: tensor<4x8xi32>, %b: tensor<8x16xi32>, %c: tensor<4x16xi32>, %d: tensor<4x8xf64>, %e: tensor<8x16xf64>, %f: tensor<4x16xf64>, %g: tensor<4x8xf32>, %h: tensor<4xf32>) -> (tensor<4x16xi32>, tensor<4x16xf64>, tensor<4xf32>) {
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xi32>, tensor<8x16xi32>) outs(%c : tensor<4x16xi32>) -> tensor<4x16xi32>
  %1 = linalg.matmul ins(%d, %e : tensor<4x8xf64>, tensor<8x16xf64>) outs(%f : tensor<4x16xf64>) -> tensor<4x16xf64>
  %2 = linalg.reduce {arith.addf} ins(%g : tensor<4x8xf32>) outs(%h : tensor<4xf32>) dimensions = [1]
  return %0, %1, %2 : tensor<4x16xi32>, tensor<4x16xf64>, tensor<4xf32>
}

// -----

// A border of ones is moved as f32 and rounded with the rest.
// CHECK-LABEL: func @ones
// CHECK: %[[P:.*]] = tensor.pad
// CHECK: linalg.generic {{.*}} ins(%[[P]] : tensor<5x8xf32>)
// CHECK: linalg.matmul ins(%{{.*}} : tensor<5x8xbf16>
func.func @ones(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>, %init: tensor<5x16xf32>) -> tensor<5x16xf32> {
  %0 = tensor.pad %x low[1, 0] high[0, 0] {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    tensor.yield %one : f32
  } : tensor<4x8xf32> to tensor<5x8xf32>
  %1 = linalg.matmul ins(%0, %w : tensor<5x8xf32>, tensor<8x16xf32>) outs(%init : tensor<5x16xf32>) -> tensor<5x16xf32>
  return %1 : tensor<5x16xf32>
}

// -----

// Of two products that are added, the first is rounded: the second adds it.
// CHECK-LABEL: func @sums
// CHECK: %[[A:.*]] = linalg.matmul
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[A]] : tensor<4x16xf32>) outs(%{{.*}} : tensor<4x16xbf16>)
// CHECK: %[[B:.*]] = linalg.matmul
// CHECK: linalg.generic {{.*}} ins(%[[R]], %[[B]] : tensor<4x16xbf16>, tensor<4x16xf32>)
#id = affine_map<(m, n) -> (m, n)>
func.func @sums(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %w: tensor<8x16xf32>, %init: tensor<4x16xf32>, %init2: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %e = tensor.empty() : tensor<4x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = linalg.matmul ins(%y, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%init2 : tensor<4x16xf32>) -> tensor<4x16xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %1 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%e : tensor<4x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %3 = arith.addf %a, %b : f32
    linalg.yield %3 : f32
  } -> tensor<4x16xf32>
  return %2 : tensor<4x16xf32>
}

// -----

// Parts are rounded before they are joined; what only moved them is gone.
// CHECK-LABEL: func @joined
// CHECK-SAME: (%[[X:.*]]: tensor<4x?xf32>, %[[Y:.*]]: tensor<4x8xf32>
// CHECK-DAG: %[[A:.*]] = linalg.generic {{.*}} ins(%[[X]]
// CHECK-DAG: %[[B:.*]] = linalg.generic {{.*}} ins(%[[Y]]
// CHECK: %[[E:.*]] = tensor.empty(%{{.*}}) : tensor<4x?xbf16>
// CHECK: %[[ONE:.*]] = tensor.insert_slice %[[B]] into %[[E]][0, 0] [4, 8] [1, 1] : tensor<4x8xbf16> into tensor<4x?xbf16>
// CHECK: %[[BOTH:.*]] = tensor.insert_slice %[[A]] into %[[ONE]][0, 8]
// CHECK-NOT: tensor.insert_slice
// CHECK: linalg.matmul ins(%[[BOTH]], %{{.*}} : tensor<4x?xbf16>, tensor<?x16xbf16>)
func.func @joined(%x: tensor<4x?xf32>, %y: tensor<4x8xf32>, %w: tensor<?x16xf32>, %init: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %n = tensor.dim %x, %c1 : tensor<4x?xf32>
  %all = arith.addi %n, %c8 : index
  %e = tensor.empty(%all) : tensor<4x?xf32>
  %0 = tensor.insert_slice %y into %e[0, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x?xf32>
  %1 = tensor.insert_slice %x into %0[0, 8] [4, %n] [1, 1] : tensor<4x?xf32> into tensor<4x?xf32>
  %2 = linalg.matmul ins(%1, %w : tensor<4x?xf32>, tensor<?x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %2 : tensor<4x16xf32>
}

// -----

// What someone else needs joined as f32 is rounded when it is.
// CHECK-LABEL: func @joined_for_two
// CHECK: %[[J:.*]] = tensor.insert_slice {{.*}} into tensor<4x16xf32>
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[J]]
// CHECK: linalg.matmul ins(%[[R]], %{{.*}} : tensor<4x16xbf16>
// CHECK: return %[[J]]
func.func @joined_for_two(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %w: tensor<16x16xf32>, %init: tensor<4x16xf32>) -> (tensor<4x16xf32>, tensor<4x16xf32>) {
  %e = tensor.empty() : tensor<4x16xf32>
  %0 = tensor.insert_slice %y into %e[0, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x16xf32>
  %1 = tensor.insert_slice %x into %0[0, 8] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x16xf32>
  %2 = linalg.matmul ins(%1, %w : tensor<4x16xf32>, tensor<16x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %1, %2 : tensor<4x16xf32>, tensor<4x16xf32>
}
