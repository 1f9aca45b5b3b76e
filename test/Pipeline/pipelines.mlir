// RUN: ufront-opt %s --ufront-simplify-pipeline | FileCheck %s --check-prefix=SIMPLIFY
// RUN: ufront-opt %s --ufront-prepare-pipeline | FileCheck %s --check-prefix=PREPARE
// RUN: ufront-opt %s --ufront-to-tosa-pipeline | FileCheck %s --check-prefix=TOSA
// RUN: ufront-opt %s --ufront-to-linalg-pipeline | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --ufront-to-linalg-via-tosa-pipeline | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --ufront-prepare-pipeline --ufront-to-linalg-pipeline --ufront-kernels-pipeline \
// RUN:   | FileCheck %s --check-prefix=KERNELS
// RUN: ufront-opt %s --ufront-cpu-pipeline | FileCheck %s --check-prefix=LLVM
// RUN: ufront-opt %s --ufront-prepare-pipeline --ufront-to-linalg-via-tosa-pipeline \
// RUN:   --ufront-kernels-pipeline --ufront-to-llvm-pipeline | FileCheck %s --check-prefix=LLVM

// The same function on every named pipeline.

// Sizes are known, constants folded, what is not needed is gone.
// SIMPLIFY-LABEL: func @forward(
// SIMPLIFY-SAME:    %[[X:.*]]: tensor<2x3xf32> {ufront.name = "x"}) -> tensor<2x4xf32>
// SIMPLIFY:         %[[W:.*]] = "ufront.param"() {sym = "w"}
// SIMPLIFY:         %[[V:.*]] = "ufront.exp"(%[[W]])
// SIMPLIFY:         %[[Y:.*]] = "ufront.linear"(%[[X]], %[[V]]) {{.*}} -> tensor<2x4xf32>
// SIMPLIFY-NEXT:    %[[Z:.*]] = "ufront.softmax"(%[[Y]])
// SIMPLIFY-NEXT:    return %[[Z]]

// PREPARE-LABEL: func @forward(
// PREPARE:         %[[V:.*]] = "ufront.param"() {init = 0 : i64, sym = "init.0"} : () -> tensor<3x4xf32>
// PREPARE:         "ufront.linear"(%{{.*}}, %[[V]])
// PREPARE-LABEL: func @init() -> tensor<3x4xf32>
// PREPARE:         "ufront.exp"
// PREPARE:         "ufront.transpose"

// TOSA-LABEL: func @forward(
// TOSA-SAME:    %{{[^:]*}}: tensor<2x3xf32> {ufront.name = "x"}, %[[W:[^:]*]]: tensor<4x3xf32> {ufront.sym = "w"})
// TOSA:         tosa.exp %[[W]]
// TOSA:         tosa.matmul
// TOSA:         tosa.reduce_max
// TOSA-NOT:     ufront.linear

// LINALG-LABEL: func @forward(
// LINALG-SAME:    %{{[^:]*}}: tensor<2x3xf32> {ufront.name = "x"}, %[[W:[^:]*]]: tensor<4x3xf32> {ufront.sym = "w"})
// LINALG:         linalg.generic
// LINALG-NOT:     ufront.linear
// LINALG-NOT:     tosa.
// LINALG-NOT:     unrealized_conversion_cast

// KERNELS-LABEL: func.func @forward(
// KERNELS-SAME:    tensor<2x3xf32>{{.*}}, %{{.*}}: tensor<3x4xf32> {{.*}}ufront.init = 0 : i64{{.*}}})
// KERNELS:         call @kernel_
// KERNELS-LABEL: func.func @init(
// KERNELS:         call @kernel_
// KERNELS:       func.func private @kernel_{{.*}} attributes {{{.*}}ufront.kernel}

// LLVM: module attributes {{.*}}ufront.arena = {{[0-9]+}} : i64, ufront.derived = 1 : i64, {{.*}}ufront.params = ["w"]
// LLVM-DAG: llvm.func @forward(%{{.*}}: !llvm.ptr) -> i32
// LLVM-DAG: llvm.func @init(%{{.*}}: !llvm.ptr) -> i32
// LLVM-DAG: llvm.func @ufrtCallGetOutput
// LLVM-NOT: memref
// LLVM-NOT: unrealized_conversion_cast
func.func @forward(%x: tensor<2x3xf32> {ufront.name = "x"}) -> tensor<?x?xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<4x3xf32>
  %v = "ufront.exp"(%w) : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %0 = "ufront.identity"(%x) : (tensor<2x3xf32>) -> tensor<?x3xf32>
  %1 = "ufront.linear"(%0, %v) : (tensor<?x3xf32>, tensor<4x3xf32>) -> tensor<?x?xf32>
  %2 = "ufront.softmax"(%1) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  return %2 : tensor<?x?xf32>
}
