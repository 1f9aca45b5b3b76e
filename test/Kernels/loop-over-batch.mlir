// RUN: ufront-opt %s --ufront-loop-over-batch --canonicalize --cse --split-input-file | FileCheck %s

#image = affine_map<(n, h, w, c, k, l, d) -> (n, h + k, w + l, d)>
#window = affine_map<(n, h, w, c, k, l, d) -> (c, d, k, l)>
#result = affine_map<(n, h, w, c, k, l, d) -> (n, h, w, c)>
#channel = affine_map<(n, h, w, c) -> (c)>
#all = affine_map<(n, h, w, c) -> (n, h, w, c)>
#mean = affine_map<(n, c, h, w) -> (n, h, w, c)>
#means = affine_map<(n, c, h, w) -> (n, c)>
#row = affine_map<(m, n, k) -> (m, k)>
#column = affine_map<(m, n, k) -> (n, k)>
#product = affine_map<(m, n, k) -> (m, n)>

// A convolution and the mean of its pixels are computed two images at a time:
// four would need more than 8 times the L2 cache. The product has more weights
// than activations and stays with all of them.
// CHECK-LABEL: func @forward
// CHECK-SAME: (%[[X:[^:]*]]: tensor<4x6x6x3xf32>, %[[W:[^:]*]]: tensor<32x3x3x3xf32>
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<4x32xf32>
// CHECK: %[[MEANS:.*]] = scf.for %[[I:.*]] = %[[C0]] to %[[C4]] step %[[C2]] iter_args(%[[ALL:.*]] = %[[EMPTY]]) -> (tensor<4x32xf32>) {
// CHECK: %[[PART:.*]] = tensor.extract_slice %[[X]][%[[I]], 0, 0, 0] [2, 6, 6, 3] [1, 1, 1, 1]
// CHECK: %[[PADDED:.*]] = tensor.pad %[[PART]]
// CHECK: : tensor<2x6x6x3xf32> to tensor<2x8x8x3xf32>
// CHECK: %[[BIAS:.*]] = linalg.generic {{.*}} outs({{.*}} : tensor<2x6x6x32xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[PADDED]], %[[W]] : {{.*}} outs(%[[BIAS]] : tensor<2x6x6x32xf32>)
// CHECK: %[[FILL:.*]] = linalg.fill {{.*}} outs({{.*}} : tensor<2x32xf32>)
// CHECK: %[[MEAN:.*]] = linalg.generic {{.*}} outs(%[[FILL]] : tensor<2x32xf32>)
// CHECK: %[[NEXT:.*]] = tensor.insert_slice %[[MEAN]] into %[[ALL]][%[[I]], 0] [2, 32] [1, 1]
// CHECK: scf.yield %[[NEXT]]
// CHECK: linalg.generic {{.*}} ins(%[[MEANS]], {{.*}} : tensor<4x32xf32>, tensor<64x32xf32>) outs({{.*}} : tensor<4x64xf32>)
module attributes {ufront.target = {l2_bytes = 1500 : i64}} {
func.func @forward(%x: tensor<4x6x6x3xf32>, %w: tensor<32x3x3x3xf32> {ufront.sym = "w"}, %b: tensor<32xf32> {ufront.sym = "b"},
    %v: tensor<64x32xf32> {ufront.sym = "v"}) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<4x6x6x3xf32> to tensor<4x8x8x3xf32>
  %e = tensor.empty() : tensor<4x6x6x32xf32>
  %bias = linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%b : tensor<32xf32>) outs(%e : tensor<4x6x6x32xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<4x6x6x32xf32>
  %conv = linalg.generic {indexing_maps = [#image, #window, #result], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%p, %w : tensor<4x8x8x3xf32>, tensor<32x3x3x3xf32>) outs(%bias : tensor<4x6x6x32xf32>) {
  ^bb0(%in: f32, %weight: f32, %out: f32):
    %m = arith.mulf %in, %weight : f32
    %s = arith.addf %out, %m : f32
    linalg.yield %s : f32
  } -> tensor<4x6x6x32xf32>
  %e2 = tensor.empty() : tensor<4x32xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e2 : tensor<4x32xf32>) -> tensor<4x32xf32>
  %mean = linalg.generic {indexing_maps = [#mean, #means], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%conv : tensor<4x6x6x32xf32>) outs(%fill : tensor<4x32xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %out, %in : f32
    linalg.yield %s : f32
  } -> tensor<4x32xf32>
  %e3 = tensor.empty() : tensor<4x64xf32>
  %fill3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<4x64xf32>) -> tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [#row, #column, #product], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%mean, %v : tensor<4x32xf32>, tensor<64x32xf32>) outs(%fill3 : tensor<4x64xf32>) {
  ^bb0(%in: f32, %weight: f32, %out: f32):
    %m = arith.mulf %in, %weight : f32
    %s = arith.addf %out, %m : f32
    linalg.yield %s : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
}

// -----

#in = affine_map<(n, i, j, k) -> (n, i, k)>
#out = affine_map<(n, i, j, k) -> (n, i, j)>
#same = affine_map<(n, i, j) -> (n, i, j)>
#none = affine_map<(n, i, j) -> (i, j)>
#reversed = affine_map<(n, i, j) -> (1 - n, i, j)>

// A batch of any size, one sample at a time. What mixes samples ends the run,
// and the value behind it and that before it come out of the loop.
// CHECK-LABEL: func @open(
// CHECK-SAME: %[[X:.*]]: tensor<?x8x8xf32>
// CHECK: %[[N:.*]] = tensor.dim %[[X]]
// CHECK: %[[OUT:.*]] = tensor.empty(%[[N]]) : tensor<?x8x8xf32>
// CHECK: %[[SUMS:.*]] = scf.for %[[I:.*]] = %{{.*}} to %[[N]] step %{{.*}} iter_args({{.*}} = %[[OUT]])
// CHECK: tensor.extract_slice %[[X]][%[[I]], 0, 0] [1, 8, 8]
// CHECK: linalg.generic {{.*}} outs({{.*}} : tensor<1x8x8xf32>)
// CHECK: scf.yield
// CHECK: linalg.generic {{.*}} ins(%[[SUMS]] : tensor<?x8x8xf32>) outs({{.*}} : tensor<8x8xf32>)
// CHECK-NOT: scf.for
// CHECK: return
module attributes {ufront.target = {l2_bytes = 240 : i64}} {
func.func @open(%x: tensor<?x8x8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8x8xf32>
  %e = tensor.empty(%n) : tensor<?x8x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8x8xf32>) -> tensor<?x8x8xf32>
  %sums = linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x : tensor<?x8x8xf32>) outs(%f : tensor<?x8x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %out, %in : f32
    linalg.yield %s : f32
  } -> tensor<?x8x8xf32>
  %e2 = tensor.empty() : tensor<8x8xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<8x8xf32>) -> tensor<8x8xf32>
  %mixed = linalg.generic {indexing_maps = [#same, #none], iterator_types = ["reduction", "parallel", "parallel"]}
      ins(%sums : tensor<?x8x8xf32>) outs(%f2 : tensor<8x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %out, %in : f32
    linalg.yield %s : f32
  } -> tensor<8x8xf32>
  return %mixed : tensor<8x8xf32>
}

// Samples in another order, or told apart by their number, are no samples.
// CHECK-LABEL: func @mixed(
// CHECK-NOT: scf.for
// CHECK: return
func.func @mixed(%x: tensor<2x64x64xf32>) -> (tensor<2x64x64xf32>, tensor<2x64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x64x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x64x64xf32>) -> tensor<2x64x64xf32>
  %swapped = linalg.generic {indexing_maps = [#reversed, #same], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<2x64x64xf32>) outs(%e : tensor<2x64x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<2x64x64xf32>
  %sums = linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%swapped : tensor<2x64x64xf32>) outs(%f : tensor<2x64x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %out, %in : f32
    linalg.yield %s : f32
  } -> tensor<2x64x64xf32>
  %numbered = linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x : tensor<2x64x64xf32>) outs(%f : tensor<2x64x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %i = linalg.index 0 : index
    %k = arith.index_cast %i : index to i64
    %r = arith.sitofp %k : i64 to f32
    %t = arith.addf %out, %in : f32
    %s = arith.addf %t, %r : f32
    linalg.yield %s : f32
  } -> tensor<2x64x64xf32>
  return %sums, %numbered : tensor<2x64x64xf32>, tensor<2x64x64xf32>
}
}

// -----

#in = affine_map<(n, i, j, k) -> (n, i, k)>
#out = affine_map<(n, i, j, k) -> (n, i, j)>

// What fits into the cache is computed at once.
// CHECK-LABEL: func @small(
// CHECK-NOT: scf.for
// CHECK: return
func.func @small(%x: tensor<2x64x64xf32>) -> tensor<2x64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x64x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x64x64xf32>) -> tensor<2x64x64xf32>
  %sums = linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x : tensor<2x64x64xf32>) outs(%f : tensor<2x64x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %out, %in : f32
    linalg.yield %s : f32
  } -> tensor<2x64x64xf32>
  return %sums : tensor<2x64x64xf32>
}

// -----

// Numbers are neither a batch nor part of it, and no more is an input of as
// many rows with another size that is open.
// CHECK-LABEL: func @numbers
// CHECK: %[[EXP:.*]] = linalg.exp {{.*}} tensor<8x?xf32>
// CHECK: %[[SUMS:.*]]:2 = scf.for
// CHECK: linalg.reduce
// CHECK: linalg.reduce
// CHECK: %[[FIRST:.*]] = tensor.extract %
// CHECK: return %[[SUMS]]#0, %[[SUMS]]#1, %[[EXP]], %[[FIRST]]
module attributes {ufront.target = {l2_bytes = 64 : i64}} {
func.func @numbers(%s: f32, %x: tensor<8x64x64xf32>, %y: tensor<8x?xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x?xf32>, f32) {
  %c0 = arith.constant 0 : index
  %empty = tensor.empty() : tensor<8x64xf32>
  %fill = linalg.fill ins(%s : f32) outs(%empty : tensor<8x64xf32>) -> tensor<8x64xf32>
  %a = linalg.reduce { arith.addf } ins(%x : tensor<8x64x64xf32>) outs(%fill : tensor<8x64xf32>) dimensions = [2]
  %exp = linalg.exp ins(%y : tensor<8x?xf32>) outs(%y : tensor<8x?xf32>) -> tensor<8x?xf32>
  %b = linalg.reduce { arith.addf } ins(%x : tensor<8x64x64xf32>) outs(%fill : tensor<8x64xf32>) dimensions = [1]
  %first = tensor.extract %x[%c0, %c0, %c0] : tensor<8x64x64xf32>
  return %a, %b, %exp, %first : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8x?xf32>, f32
}
}
