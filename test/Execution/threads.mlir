// RUN: ufront-run %s --random-inputs --output-dir %t.1 --threads=1 > %t.one
// RUN: ufront-run %s --random-inputs --output-dir %t.4 --threads=4 --benchmark=3 -q | FileCheck %s
// RUN: cmp %t.1/y.npy %t.4/y.npy
// RUN: cmp %t.1/z.npy %t.4/z.npy

// Kernels that are shared out give the same bits on any number of threads, also
// when they run again.
// CHECK: 3 runs:
func.func @forward(%x: tensor<65x97xf32> {ufront.name = "x"}, %w: tensor<83x97xf32> {ufront.name = "w"})
    -> (tensor<65x83xf32> {ufront.name = "y"}, tensor<65xf32> {ufront.name = "z"}) {
  %0 = "ufront.linear"(%x, %w) : (tensor<65x97xf32>, tensor<83x97xf32>) -> tensor<65x83xf32>
  %1 = "ufront.relu"(%0) : (tensor<65x83xf32>) -> tensor<65x83xf32>
  %2 = "ufront.reduce_sum"(%1) {axes = array<i64: 1>, keepdims = false} : (tensor<65x83xf32>) -> tensor<65xf32>
  return %1, %2 : tensor<65x83xf32>, tensor<65xf32>
}
