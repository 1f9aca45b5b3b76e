// RUN: %stock_mlir_opt %s --canonicalize --cse | FileCheck %s --check-prefix=IR
// RUN: %stock_mlir_opt %s --pass-pipeline='builtin.module(func.func(ufront-infer-shapes,convert-ufront-to-tosa{partial=true}))' \
// RUN:   | FileCheck %s --check-prefix=TOSA
// RUN: %stock_mlir_opt %s --pass-pipeline='builtin.module(ufront-to-linalg-pipeline)' \
// RUN:   | FileCheck %s --check-prefix=LINALG
// RUN: %stock_mlir_opt %s --pass-pipeline='builtin.module(ufront-to-linalg-via-tosa-pipeline,ufront-kernels-pipeline)' \
// RUN:   | FileCheck %s --check-prefix=KERNELS
// RUN: %stock_mlir_opt %s --pass-pipeline='builtin.module(ufront-cpu-pipeline)' \
// RUN:   | mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=LLVM
// RUN: %stock_mlir_opt %S/../Dialect/verify.mlir --split-input-file --verify-diagnostics > %t
// RUN: %stock_mlir_opt %s --emit-bytecode | %stock_mlir_opt --cse | FileCheck %s --check-prefix=IR
// RUN: %stock_mlir_opt --help | FileCheck %s --check-prefix=HELP

// The distribution's mlir-opt, with the library as a plugin: it parses, verifies
// and runs everything we have. (It knows passes of plugins in --pass-pipeline
// only, not as options of their own.)

// IR-LABEL: func @forward
// IR-COUNT-1: "ufront.exp"
// IR-NOT:   "ufront.exp"
// IR:       "ufront.add"
// TOSA-LABEL: func @forward
// TOSA:       tosa.exp
// TOSA:       tosa.add
// TOSA:       "ufront.atan2"
// LINALG-LABEL: func @forward
// LINALG-SAME:    %{{.*}}: tensor<4xf32> {ufront.sym = "w"}
// LINALG:       linalg.generic
// LINALG:         math.exp
// KERNELS-LABEL: func @forward
// KERNELS:       call @kernel_0
// LLVM: define i32 @forward(ptr %{{.*}})
// LLVM: call ptr @ufrtCallGetInput(
func.func @forward(%x: tensor<4xf32>) -> tensor<4xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<4xf32>
  %0 = "ufront.exp"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "ufront.exp"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "ufront.add"(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "ufront.atan2"(%2, %w) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// HELP: --convert-ufront-to-tosa
// HELP:   --partial
// HELP: --ufront-to-linalg-pipeline
