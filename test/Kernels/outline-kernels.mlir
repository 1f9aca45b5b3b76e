// RUN: ufront-opt %s --split-input-file --ufront-outline-kernels --canonicalize | FileCheck %s

// A contraction, the fill of its destination and the elementwise op on its
// result are one kernel, in which the elementwise op works in place. Two equal
// ones are one function. Every call has a destination of its own, and nothing may
// write to the caller's arguments.

// CHECK-LABEL: func.func @forward(
// CHECK-SAME:    %[[X:.*]]: tensor<4x8xf32> {bufferization.writable = false}, %[[W:.*]]: tensor<8x8xf32> {{.*}}, %[[B:.*]]: tensor<8xf32>
// CHECK:         %[[E0:.*]] = tensor.empty()
// CHECK-NEXT:    %[[Y:.*]] = call @kernel_0_matmul(%[[E0]], %[[X]], %[[W]], %[[B]])
// CHECK:         %[[E1:.*]] = tensor.empty()
// CHECK-NEXT:    %[[Z:.*]] = call @kernel_0_matmul(%[[E1]], %[[Y]], %[[W]], %[[B]])
// CHECK:         return %[[Z]]
// CHECK:       func.func private @kernel_0_matmul(%[[E:.*]]: tensor<4x8xf32>, %{{.*}}: tensor<4x8xf32>, %{{.*}}: tensor<8x8xf32>, %[[B:.*]]: tensor<8xf32>)
// CHECK-SAME:      attributes {passthrough = ["noinline"], ufront.kernel}
// CHECK:         %[[F:.*]] = linalg.fill {{.*}} outs(%[[E]]
// CHECK:         %[[M:.*]] = linalg.matmul {{.*}} outs(%[[F]]
// CHECK:         linalg.generic {{.*}} ins(%[[B]] : tensor<8xf32>) outs(%[[M]] : tensor<4x8xf32>) attrs = {ufront.root}
// CHECK:         ^bb0(%[[BIAS:.*]]: f32, %[[OUT:.*]]: f32):
// CHECK:           arith.addf %[[OUT]], %[[BIAS]]
// CHECK-NOT:   @kernel_1
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
func.func @forward(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x8xf32>) outs(%f : tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %b : tensor<4x8xf32>, tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %bias: f32, %out: f32):
    %s = arith.addf %in, %bias : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  %2 = linalg.matmul ins(%1, %w : tensor<4x8xf32>, tensor<8x8xf32>) outs(%f : tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%2, %b : tensor<4x8xf32>, tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %bias: f32, %out: f32):
    %s = arith.addf %in, %bias : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  return %3 : tensor<4x8xf32>
}

// -----

// What the body reads from outside is an argument; constants come along. A fill
// that nobody takes is a kernel too.
// CHECK-LABEL: func.func @captures
// CHECK-SAME:    (%[[X:.*]]: tensor<4x4xf32> {{.*}}, %[[SCALE:.*]]: f32, %[[N:.*]]: index)
// CHECK:         call @kernel_0_generic(%[[X]], %{{.*}}, %[[SCALE]])
// CHECK:         %[[E:.*]] = tensor.empty(%[[N]])
// CHECK-NEXT:    call @kernel_1_fill(%[[SCALE]], %[[E]])
// CHECK:       func.func private @kernel_0_generic(%{{.*}}, %{{.*}}, %[[S:.*]]: f32)
// CHECK:         %[[TWO:.*]] = arith.constant 2.0
// CHECK:         arith.mulf %{{.*}}, %[[S]]
// CHECK:         arith.divf %{{.*}}, %[[TWO]]
// CHECK:       func.func private @kernel_1_fill
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @captures(%x: tensor<4x4xf32>, %scale: f32, %n: index) -> (tensor<4x4xf32>, tensor<?x4xf32>) {
  %c = arith.constant 2.0 : f32
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.mulf %in, %scale : f32
    %d = arith.divf %s, %c : f32
    linalg.yield %d : f32
  } -> tensor<4x4xf32>
  %d = tensor.empty(%n) : tensor<?x4xf32>
  %f = linalg.fill ins(%scale : f32) outs(%d : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0, %f : tensor<4x4xf32>, tensor<?x4xf32>
}

// -----

// No epilogue: the transposed reading, then the result that has two users.
// CHECK-LABEL: func.func @not_in_place
// CHECK:         %[[A:.*]] = call @kernel_0_exp
// CHECK:         %[[B:.*]] = call @kernel_1_generic(%[[A]], %{{.*}})
// CHECK:         %[[C:.*]] = call @kernel_2_log(%[[B]], %{{.*}})
// CHECK:         return %[[B]], %[[C]]
#id = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
func.func @not_in_place(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.exp ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = linalg.generic {indexing_maps = [#t, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.negf %in : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  %2 = linalg.log ins(%1 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1, %2, %2 : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// Control flow stays where it is.
// CHECK-LABEL: func.func @regions
// CHECK:         scf.for {{.*}} iter_args(%[[S:.*]] = %{{.*}})
// CHECK:           %[[T:.*]] = func.call @kernel_0_exp(%[[S]], %{{.*}})
// CHECK:           scf.yield %[[T]]
func.func @regions(%x: tensor<4x4xf32>, %n: index) -> tensor<4x4xf32> {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %r = scf.for %i = %0 to %n step %1 iter_args(%s = %x) -> tensor<4x4xf32> {
    %e = tensor.empty() : tensor<4x4xf32>
    %t = linalg.exp ins(%s : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
    scf.yield %t : tensor<4x4xf32>
  }
  return %r : tensor<4x4xf32>
}

// -----

// A copy takes the slices it reads and writes, so that threads can share it.
// CHECK-LABEL: func.func @slices
// CHECK:         call @kernel_0_copy
// CHECK:       func.func private @kernel_0_copy
// CHECK:         tensor.extract_slice
// CHECK:         tensor.extract_slice
// CHECK:         linalg.copy {{.*}}ufront.root
// CHECK:         tensor.insert_slice
func.func @slices(%x: tensor<4x4xf32>, %into: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %0 = tensor.extract_slice %x[0, 2] [4, 2] [1, 1] : tensor<4x4xf32> to tensor<4x2xf32>
  %1 = tensor.extract_slice %into[4, 1] [4, 2] [1, 1] : tensor<8x4xf32> to tensor<4x2xf32>
  %2 = linalg.copy ins(%0 : tensor<4x2xf32>) outs(%1 : tensor<4x2xf32>) -> tensor<4x2xf32>
  %3 = tensor.insert_slice %2 into %into[4, 1] [4, 2] [1, 1] : tensor<4x2xf32> into tensor<8x4xf32>
  return %3 : tensor<8x4xf32>
}

// -----

// A contraction takes along a bias that initialises its destination, and writes
// right to where its result is inserted.
// CHECK-LABEL: func.func @bias_and_insertion
// CHECK-SAME:    %[[INTO:[a-z0-9]*]]: tensor<6x8xf32>
// CHECK-NEXT:    %[[R:.*]] = call @kernel_0_
// CHECK-NEXT:    return %[[R]]
// CHECK:       func.func private @kernel_0_
// CHECK:         %[[HOLE:.*]] = tensor.extract_slice %{{.*}}[1, 0] [4, 8] [1, 1]
// CHECK:         %[[INIT:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<8xf32>) outs(%[[HOLE]] : tensor<4x8xf32>)
// CHECK:         %[[M:.*]] = linalg.matmul {ufront.root} {{.*}} outs(%[[INIT]]
// CHECK:         tensor.insert_slice %[[M]] into %{{.*}}[1, 0] [4, 8] [1, 1]
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
func.func @bias_and_insertion(%into: tensor<6x8xf32>, %x: tensor<4x8xf32>, %w: tensor<8x8xf32>, %b: tensor<8xf32>) -> tensor<6x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %f = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%b : tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%bias: f32, %out: f32):
    linalg.yield %bias : f32
  } -> tensor<4x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x8xf32>) outs(%f : tensor<4x8xf32>) -> tensor<4x8xf32>
  %hole = tensor.extract_slice %into[1, 0] [4, 8] [1, 1] : tensor<6x8xf32> to tensor<4x8xf32>
  %copy = linalg.copy ins(%0 : tensor<4x8xf32>) outs(%hole : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = tensor.insert_slice %copy into %into[1, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<6x8xf32>
  return %r : tensor<6x8xf32>
}

// -----

// A slice that stays where it is becomes a part of the kernel that reads it.
// CHECK-LABEL: func.func @view
// CHECK-SAME:    %[[X:[a-z0-9]*]]: tensor<4x8xf32> {{.*}}, %[[I:.*]]: index)
// CHECK:         call @kernel_0_exp(%[[X]], %[[I]], %{{.*}})
// CHECK:       func.func private @kernel_0_exp(%[[X:.*]]: tensor<4x8xf32>, %[[I:.*]]: index
// CHECK:         tensor.extract_slice %[[X]][%[[I]], 0] [2, 8] [1, 1]
// CHECK:         tensor.expand_shape
// CHECK:         linalg.exp
func.func @view(%x: tensor<4x8xf32>, %i: index) -> tensor<2x2x4xf32> {
  %0 = tensor.extract_slice %x[%i, 0] [2, 8] [1, 1] : tensor<4x8xf32> to tensor<2x8xf32>
  %1 = tensor.expand_shape %0 [[0], [1, 2]] output_shape [2, 2, 4] : tensor<2x8xf32> into tensor<2x2x4xf32>
  %e = tensor.empty() : tensor<2x2x4xf32>
  %2 = linalg.exp ins(%1 : tensor<2x2x4xf32>) outs(%e : tensor<2x2x4xf32>) -> tensor<2x2x4xf32>
  return %2 : tensor<2x2x4xf32>
}

// -----

// The fills around something are one kernel.
// CHECK-LABEL: func.func @border
// CHECK:         %[[B:.*]] = call @kernel_0_fill
// CHECK-NEXT:    return %[[B]]
func.func @border() -> tensor<4x8xf32> {
  %c = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %0 = tensor.extract_slice %e[0, 0] [1, 8] [1, 1] : tensor<4x8xf32> to tensor<1x8xf32>
  %1 = linalg.fill ins(%c : f32) outs(%0 : tensor<1x8xf32>) -> tensor<1x8xf32>
  %2 = tensor.insert_slice %1 into %e[0, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<4x8xf32>
  %3 = tensor.extract_slice %2[3, 0] [1, 8] [1, 1] : tensor<4x8xf32> to tensor<1x8xf32>
  %4 = linalg.fill ins(%c : f32) outs(%3 : tensor<1x8xf32>) -> tensor<1x8xf32>
  %5 = tensor.insert_slice %4 into %2[3, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<4x8xf32>
  return %5 : tensor<4x8xf32>
}

// -----

// What makes other numbers of a sum is in its kernel: the sums are its own, and
// only the other numbers go out.
// CHECK-LABEL: func.func @conversion
// CHECK:         %[[R:.*]] = call @kernel_0_matmul
// CHECK-NEXT:    return %[[R]]
// CHECK:       func.func private @kernel_0_matmul
// CHECK-SAME:      %[[OUT:[a-z0-9]*]]: tensor<4x16xbf16>)
// CHECK:         %[[SCRATCH:.*]] = tensor.empty() : tensor<4x16xf32>
// CHECK:         linalg.fill {{.*}} outs(%[[SCRATCH]]
// CHECK:         %[[M:.*]] = linalg.matmul
// CHECK:         linalg.generic {{.*}} ins(%[[M]] : tensor<4x16xf32>) outs(%[[OUT]] : tensor<4x16xbf16>)
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @conversion(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>) -> tensor<4x16xbf16> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x16xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%f : tensor<4x16xf32>) -> tensor<4x16xf32>
  %o = tensor.empty() : tensor<4x16xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x16xf32>) outs(%o : tensor<4x16xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %2 = arith.truncf %a : f32 to bf16
    linalg.yield %2 : bf16
  } -> tensor<4x16xbf16>
  return %1 : tensor<4x16xbf16>
}
