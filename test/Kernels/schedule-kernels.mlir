// RUN: ufront-opt %s --ufront-schedule-kernels --canonicalize | FileCheck %s

// Outer parallel loops become tiles for threads, with the fill fused into them;
// the reduction goes outside of the loop that has stride 1.
// CHECK-LABEL: func private @matmul
// CHECK:         scf.forall (%[[I:.*]]) in (64)
// CHECK:           linalg.fill {{.*}} -> tensor<1x64xf32>
// CHECK:           linalg.generic {{.*}}iterator_types = ["parallel", "reduction", "parallel"]{{.*}} outs(%{{.*}} : tensor<1x64xf32>)
// CHECK:           tensor.parallel_insert_slice %{{.*}} into %{{.*}}[%[[I]], 0] [1, 64] [1, 1]
func.func private @matmul(%x: tensor<64x64xf32>, %w: tensor<64x64xf32>,
                          %e: tensor<64x64xf32>)
    -> tensor<64x64xf32> attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %0 = linalg.matmul {ufront.root} ins(%x, %w : tensor<64x64xf32>, tensor<64x64xf32>) outs(%f : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

// The epilogue is the root: the contraction follows into its tiles.
// CHECK-LABEL: func private @epilogue
// CHECK:         scf.forall
// CHECK:           linalg.fill
// CHECK:           linalg.generic {{.*}}"reduction"
// CHECK:           linalg.exp {ufront.root}
// CHECK:         }
func.func private @epilogue(%x: tensor<64x64xf32>, %w: tensor<64x64xf32>,
                            %e: tensor<64x64xf32>)
    -> tensor<64x64xf32> attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<64x64xf32>, tensor<64x64xf32>) outs(%f : tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = linalg.exp {ufront.root} ins(%0 : tensor<64x64xf32>) outs(%0 : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %1 : tensor<64x64xf32>
}

// Too little work to share out.
// CHECK-LABEL: func private @small
// CHECK-NOT:     scf.forall
func.func private @small(%x: tensor<64xf32>, %e: tensor<64xf32>) -> tensor<64xf32> attributes {ufront.kernel} {
  %0 = linalg.exp {ufront.root} ins(%x : tensor<64xf32>) outs(%e : tensor<64xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

// Nobody knows how much work it is.
// CHECK-LABEL: func private @dynamic
// CHECK:         %[[N:.*]] = tensor.dim
// CHECK:         scf.forall (%{{.*}}) in (%[[N]])
func.func private @dynamic(%x: tensor<?x100xf32>, %e: tensor<?x100xf32>) -> tensor<?x100xf32> attributes {ufront.kernel} {
  %0 = linalg.exp {ufront.root} ins(%x : tensor<?x100xf32>) outs(%e : tensor<?x100xf32>) -> tensor<?x100xf32>
  return %0 : tensor<?x100xf32>
}

// CHECK-LABEL: func @not_a_kernel
// CHECK-NOT:     scf.forall
func.func @not_a_kernel(%x: tensor<?x100xf32>, %e: tensor<?x100xf32>) -> tensor<?x100xf32>  {
  %0 = linalg.exp {ufront.root} ins(%x : tensor<?x100xf32>) outs(%e : tensor<?x100xf32>) -> tensor<?x100xf32>
  return %0 : tensor<?x100xf32>
}
