// RUN: ufront-opt %s --split-input-file --ufront-infer-shapes | FileCheck %s --check-prefix=INFER
// RUN: ufront-opt %s --split-input-file --ufront-hoist-params | FileCheck %s --check-prefix=HOIST
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg --ufront-outline-kernels | FileCheck %s --check-prefix=OUTLINE

// What a region yields is inferred before what the op results in.
// INFER-LABEL: func @forward
// INFER-SAME: -> tensor<2x3xf32>
// INFER: "ufront.yield"(%{{.*}}) : (tensor<2x3xf32>) -> ()
// INFER: (tensor<i1>) -> tensor<2x3xf32>

// Work on weights alone is done once, not in each iteration; a weight belongs
// to others, so a loop that begins with it must not write to it.
// HOIST-LABEL: func.func @forward
// HOIST: %[[DERIVED:.*]] = "ufront.param"() {{.*}}sym = "init.0"
// HOIST: "ufront.if"
// HOIST-NEXT: "ufront.add"(%{{.*}}, %[[DERIVED]])
// HOIST-LABEL: func.func @init
// HOIST: "ufront.transpose"
// OUTLINE: func.func @forward({{.*}} {bufferization.writable = false}
// OUTLINE: func.func private @kernel_0
// OUTLINE-NOT: bufferization.writable
func.func @forward(%c: tensor<i1>, %x: tensor<2x3xf32>) -> tensor<?x?xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<3x2xf32>
  %0 = "ufront.if"(%c) ({
    %1 = "ufront.transpose"(%w) {perm = array<i64: 1, 0>} : (tensor<3x2xf32>) -> tensor<2x3xf32>
    %2 = "ufront.add"(%x, %1) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<?x?xf32>
    "ufront.yield"(%2) : (tensor<?x?xf32>) -> ()
  }, {
    "ufront.yield"(%x) : (tensor<2x3xf32>) -> ()
  }) : (tensor<i1>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
