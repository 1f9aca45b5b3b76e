// RUN: ufront-opt %s --ufront-schedule-kernels --canonicalize | FileCheck %s

// Vectors along the columns: ufront-vectorize-kernels tiles it, epilogue and all.
// CHECK-LABEL: func private @matmul
// CHECK-NOT:     scf.forall
// CHECK:         linalg.matmul
func.func private @matmul(%x: tensor<64x64xf32>, %w: tensor<64x64xf32>,
                          %e: tensor<64x64xf32>)
    -> tensor<64x64xf32> attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<64x64xf32>, tensor<64x64xf32>) outs(%f : tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = linalg.exp {ufront.root} ins(%0 : tensor<64x64xf32>) outs(%0 : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %1 : tensor<64x64xf32>
}

// Columns of the second factor are far apart. Outer parallel loops become tiles
// for threads; the contraction and its fill follow the root into them.
// CHECK-LABEL: func private @transposed
// CHECK:         scf.forall (%[[I:.*]]) in (64)
// CHECK:           linalg.fill {{.*}} -> tensor<1x64xf32>
// CHECK:           linalg.generic {{.*}}"reduction"{{.*}} outs(%{{.*}} : tensor<1x64xf32>)
// CHECK:           linalg.exp {ufront.root}
// CHECK:           tensor.parallel_insert_slice %{{.*}} into %{{.*}}[%[[I]], 0] [1, 64] [1, 1]
func.func private @transposed(%x: tensor<64x64xf32>, %w: tensor<64x64xf32>,
                              %e: tensor<64x64xf32>)
    -> tensor<64x64xf32> attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %0 = linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                     affine_map<(m, n, k) -> (n, k)>,
                     affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%x, %w : tensor<64x64xf32>, tensor<64x64xf32>)
    outs(%f : tensor<64x64xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %product = arith.mulf %a, %b : f32
    %next = arith.addf %sum, %product : f32
    linalg.yield %next : f32
  } -> tensor<64x64xf32>
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

// An empty loop leaves nothing to share out, however long the others are.
// CHECK-LABEL: func private @empty
// CHECK-NOT:     scf.forall
// CHECK:         linalg.exp
func.func private @empty(%x: tensor<?x0xf32>, %e: tensor<?x0xf32>) -> tensor<?x0xf32> attributes {ufront.kernel} {
  %0 = linalg.exp {ufront.root} ins(%x : tensor<?x0xf32>) outs(%e : tensor<?x0xf32>) -> tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func @not_a_kernel
// CHECK-NOT:     scf.forall
func.func @not_a_kernel(%x: tensor<?x100xf32>, %e: tensor<?x100xf32>) -> tensor<?x100xf32>  {
  %0 = linalg.exp {ufront.root} ins(%x : tensor<?x100xf32>) outs(%e : tensor<?x100xf32>) -> tensor<?x100xf32>
  return %0 : tensor<?x100xf32>
}
