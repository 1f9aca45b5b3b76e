// RUN: ufront-opt %s --split-input-file --ufront-profile-kernels | FileCheck %s
// RUN: ufront-opt %s --split-input-file \
// RUN:   --pass-pipeline='builtin.module(ufront-profile-kernels,one-shot-bufferize{bufferize-function-boundaries=true function-boundary-type-conversion=identity-layout-map},ufront-forall-to-tasks,ufront-bind-runtime)' \
// RUN:   2>/dev/null | FileCheck %s --check-prefix=CALLS

// A product and what follows it: 2 * 4 * 8 * 16 operations and 4 * 8 more; each
// operand counts once, and so does the result. The fill counts nothing.

// CHECK: ["kernel_0_matmul", "matmul+elementwise", "4x8 * 16", "layer1, relu1"]
// CHECK-LABEL: func.func @forward
// CHECK-DAG: %[[SITE:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[FLOPS:.*]] = arith.constant 1056 : i64
// CHECK-DAG: %[[BYTES:.*]] = arith.constant 896 : i64
// CHECK: call @ufrtCallEnter(%[[SITE]], %[[FLOPS]], %[[BYTES]])
// CHECK-NEXT: call @kernel_0_matmul

// CALLS-LABEL: func.func @forward(%arg0: !llvm.ptr)
// CALLS: call @ufrtCallEnter(%arg0, %{{.*}}, %{{.*}}, %{{.*}}) : (!llvm.ptr, i64, i64, i64)
// CALLS-NEXT: call @kernel_0_matmul(%arg0,
// CALLS-NEXT: call @ufrtCallLeave(%arg0)
#id = affine_map<(d0, d1) -> (d0, d1)>
module attributes {ufront.profile} {
  func.func @forward(%x: tensor<4x16xf32>, %w: tensor<16x8xf32>) -> tensor<4x8xf32> {
    %0 = tensor.empty() : tensor<4x8xf32>
    %1 = call @kernel_0_matmul(%x, %w, %0)
        : (tensor<4x16xf32>, tensor<16x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
        loc(fused["layer1", "relu1", "layer1"])
    return %1 : tensor<4x8xf32>
  }
  func.func private @kernel_0_matmul(%x: tensor<4x16xf32>, %w: tensor<16x8xf32>,
                                     %y: tensor<4x8xf32>) -> tensor<4x8xf32>
      attributes {ufront.kernel} {
    %zero = arith.constant 0.0 : f32
    %0 = linalg.fill ins(%zero : f32) outs(%y : tensor<4x8xf32>) -> tensor<4x8xf32>
    %1 = linalg.matmul ins(%x, %w : tensor<4x16xf32>, tensor<16x8xf32>)
                       outs(%0 : tensor<4x8xf32>) -> tensor<4x8xf32>
    %2 = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]}
        outs(%1 : tensor<4x8xf32>) {
    ^bb0(%out: f32):
      %3 = arith.maximumf %out, %zero : f32
      linalg.yield %3 : f32
    } -> tensor<4x8xf32>
    return %2 : tensor<4x8xf32>
  }
}

// -----

// Sizes that come with the input are multiplied when it is there; a gather reads
// as many elements as it writes, not the whole table.

// CHECK: ["kernel_0_generic", "gather", "?x8", "profile.mlir:{{[0-9]+}}"]
// CHECK-LABEL: func.func @forward
// CHECK: %[[N:.*]] = tensor.dim %arg1
// CHECK: call @ufrtCallEnter
// CALLS-LABEL: func.func @forward(
#row = affine_map<(d0, d1) -> (d0)>
#all = affine_map<(d0, d1) -> (d0, d1)>
module attributes {ufront.profile} {
  func.func @forward(%table: tensor<5000x8xf32>, %ids: tensor<?xi64>, %y: tensor<?x8xf32>)
      -> tensor<?x8xf32> {
    %0 = call @kernel_0_generic(%table, %ids, %y)
        : (tensor<5000x8xf32>, tensor<?xi64>, tensor<?x8xf32>) -> tensor<?x8xf32>
    return %0 : tensor<?x8xf32>
  }
  func.func private @kernel_0_generic(%table: tensor<5000x8xf32>, %ids: tensor<?xi64>,
                                      %y: tensor<?x8xf32>) -> tensor<?x8xf32>
      attributes {ufront.kernel} {
    %0 = linalg.generic {indexing_maps = [#row, #all],
                         iterator_types = ["parallel", "parallel"]}
        ins(%ids : tensor<?xi64>) outs(%y : tensor<?x8xf32>) {
    ^bb0(%id: i64, %out: f32):
      %row = arith.index_cast %id : i64 to index
      %column = linalg.index 1 : index
      %1 = tensor.extract %table[%row, %column] : tensor<5000x8xf32>
      linalg.yield %1 : f32
    } -> tensor<?x8xf32>
    return %0 : tensor<?x8xf32>
  }
}

// -----

// A kernel with a loop of its own cannot be counted.

// CHECK: ["kernel_0_loop", "", "", "{{.*}}"]
// CHECK-LABEL: func.func @forward
// CHECK: %[[UNKNOWN:.*]] = arith.constant -1 : i64
// CHECK: call @ufrtCallEnter(%{{.*}}, %[[UNKNOWN]], %
module attributes {ufront.profile} {
  func.func @forward(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @kernel_0_loop(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @kernel_0_loop(%x: tensor<4xf32>) -> tensor<4xf32>
      attributes {ufront.kernel} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %one = arith.constant 1.0 : f32
    %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%y = %x) -> tensor<4xf32> {
      %1 = tensor.insert %one into %y[%i] : tensor<4xf32>
      scf.yield %1 : tensor<4xf32>
    }
    return %0 : tensor<4xf32>
  }
}

// -----

// Without the attribute nothing is added.

// CHECK-LABEL: module {
// CHECK-LABEL: func.func @forward
// CHECK-NOT: ufrtCallEnter
module {
  func.func @forward(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @kernel_0(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @kernel_0(%x: tensor<4xf32>) -> tensor<4xf32>
      attributes {ufront.kernel} {
    return %x : tensor<4xf32>
  }
}
