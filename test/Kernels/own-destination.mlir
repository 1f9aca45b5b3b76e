// RUN: ufront-opt %s --ufront-outline-kernels | FileCheck %s

// One filled tensor that two padded ones begin as is filled once for each, so
// that nothing has to be copied but what goes into the middle.

// CHECK-LABEL: func @forward
// CHECK-DAG:     %[[ONE:.*]] = call @kernel_0_fill(
// CHECK-DAG:     %[[OTHER:.*]] = call @kernel_0_fill(
// CHECK-DAG:     call @kernel_2_copy(%[[ONE]], %{{.*}})
// CHECK-DAG:     call @kernel_2_copy(%[[OTHER]], %{{.*}})
func.func @forward(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>)
    -> (tensor<10x64xf32>, tensor<10x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<10x64xf32>
  %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<10x64xf32>) -> tensor<10x64xf32>
  %middle = tensor.extract_slice %filled[1, 0] [8, 64] [1, 1] : tensor<10x64xf32> to tensor<8x64xf32>
  %0 = linalg.copy ins(%x : tensor<8x64xf32>) outs(%middle : tensor<8x64xf32>) -> tensor<8x64xf32>
  %1 = tensor.insert_slice %0 into %filled[1, 0] [8, 64] [1, 1] : tensor<8x64xf32> into tensor<10x64xf32>
  %2 = linalg.copy ins(%y : tensor<8x64xf32>) outs(%middle : tensor<8x64xf32>) -> tensor<8x64xf32>
  %3 = tensor.insert_slice %2 into %filled[1, 0] [8, 64] [1, 1] : tensor<8x64xf32> into tensor<10x64xf32>
  return %1, %3 : tensor<10x64xf32>, tensor<10x64xf32>
}
