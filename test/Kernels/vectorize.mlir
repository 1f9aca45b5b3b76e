// RUN: ufront-opt %s --ufront-vectorize-kernels --canonicalize --cse \
// RUN:   | FileCheck %s

// Sums of two vectors in a row of a tile, 28 rows in tiles of 14; what the
// panels are padded with is never stored.

// CHECK-LABEL: func private @packed
// CHECK: scf.forall (%{{.*}}, %[[N:.*]]) = (0, 0) to (28, 44) step
// CHECK: scf.if
// CHECK: scf.for %{{.*}} = %c0 to %c512 {{.*}} iter_args
// CHECK: vector.load %{{.*}} : {{.*}}, vector<16xf32>
// CHECK: arith.maximumf %{{.*}} : vector<16xf32>
// CHECK: } else {
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
// CHECK-NOT: linalg
// CHECK: return
func.func private @packed(%a: memref<28x512xf32>, %b: memref<2x512x32xf32>,
                          %bias: memref<44xf32>, %out: memref<28x44xf32>)
    attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<28x44xf32>)
  linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                     affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>,
                     affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<28x512xf32>, memref<2x512x32xf32>)
    outs(%out : memref<28x44xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %product = arith.mulf %x, %y fastmath<contract> : f32
    %next = arith.addf %sum, %product fastmath<contract> : f32
    linalg.yield %next : f32
  }
  linalg.generic {
    indexing_maps = [affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%bias : memref<44xf32>) outs(%out : memref<28x44xf32>) {
  ^bb0(%x: f32, %sum: f32):
    %biased = arith.addf %sum, %x : f32
    %positive = arith.maximumf %biased, %zero : f32
    linalg.yield %positive : f32
  }
  return
}

// Where half a vector is enough for the last columns, it has no more lanes; 40
// columns then need no masks.

// CHECK-LABEL: func private @half_vector
// CHECK: scf.if
// CHECK: } else {
// CHECK-NOT: vector.masked
// CHECK: scf.for {{.*}} iter_args
// CHECK: vector.load %{{.*}} : {{.*}}, vector<8xf32>
// CHECK-COUNT-14: vector.store %{{.*}} : {{.*}}, vector<8xf32>
// CHECK: return
func.func private @half_vector(%a: memref<28x512xf32>,
                               %b: memref<2x512x32xf32>,
                               %out: memref<28x40xf32>)
    attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<28x40xf32>)
  linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                     affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>,
                     affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<28x512xf32>, memref<2x512x32xf32>)
    outs(%out : memref<28x40xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %product = arith.mulf %x, %y fastmath<contract> : f32
    %next = arith.addf %sum, %product fastmath<contract> : f32
    linalg.yield %next : f32
  }
  return
}

// One element of the input for all lanes is read by memref.load.

// CHECK-LABEL: func private @depthwise
// CHECK: scf.forall
// CHECK-NOT: memref.load
// CHECK: vector.load
// CHECK: arith.mulf %{{.*}} : vector<16xf32>
// CHECK-NOT: linalg
// CHECK: return
func.func private @depthwise(%x: memref<1x58x58x32xf32>,
                             %w: memref<3x3x32xf32>,
                             %out: memref<1x56x56x32xf32>)
    attributes {ufront.kernel} {
  linalg.generic {
    indexing_maps = [
      affine_map<(n, h, w, c, i, j) -> (n, h + i, w + j, c)>,
      affine_map<(n, h, w, c, i, j) -> (i, j, c)>,
      affine_map<(n, h, w, c, i, j) -> (n, h, w, c)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel",
                      "reduction", "reduction"]}
    ins(%x, %w : memref<1x58x58x32xf32>, memref<3x3x32xf32>)
    outs(%out : memref<1x56x56x32xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %product = arith.mulf %a, %b : f32
    %next = arith.addf %sum, %product : f32
    linalg.yield %next : f32
  }
  return
}

// Neighbours in the output are not neighbours in an input: left alone.

// CHECK-LABEL: func private @strided
// CHECK: linalg.generic
// CHECK-NOT: vector.load
// CHECK: return
func.func private @strided(%a: memref<64x64xf32>, %b: memref<64x64xf32>,
                           %out: memref<64x64xf32>)
    attributes {ufront.kernel} {
  linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                     affine_map<(m, n, k) -> (n, k)>,
                     affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>)
    outs(%out : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %product = arith.mulf %x, %y : f32
    %next = arith.addf %sum, %product : f32
    linalg.yield %next : f32
  }
  return
}


// Squares of 16 vectors trade places in four steps; what is left over at the
// edges has masks, and rows that are not there have the address of the last one.

// CHECK-LABEL: func private @transposed
// CHECK: scf.forall
// CHECK: scf.if
// CHECK-COUNT-16: vector.load
// CHECK-COUNT-64: vector.shuffle
// CHECK-COUNT-16: vector.store
// CHECK: } else {
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
// CHECK: %[[ROW:.*]] = arith.minsi %{{.*}}, %c15
// CHECK: %[[LINE:.*]] = arith.muli %[[ROW]], %c300
// CHECK: %[[AT:.*]] = arith.addi %{{.*}}, %[[LINE]]
// CHECK: vector.maskedstore %{{.*}}[%[[AT]]]
// CHECK-NOT: linalg
// CHECK: return
func.func private @transposed(%x: memref<300x200xf32>,
                              %out: memref<200x300xf32>)
    attributes {ufront.kernel} {
  linalg.transpose ins(%x : memref<300x200xf32>)
                   outs(%out : memref<200x300xf32>) permutation = [1, 0]
  return
}

// A dimension that two loops walk in parts is one to read from, as the keys of
// attention are while they are packed.

// CHECK-LABEL: func private @panels
// CHECK: scf.forall
// CHECK-NOT: memref.load
// CHECK: vector.load
// CHECK: vector.shuffle
// CHECK: vector.store
// CHECK-NOT: linalg
// CHECK: return
func.func private @panels(%x: memref<12x96x64xf32>,
                          %out: memref<12x3x64x32xf32>)
    attributes {ufront.kernel} {
  linalg.generic {
    indexing_maps = [affine_map<(h, p, k, n) -> (h, p * 32 + n, k)>,
                     affine_map<(h, p, k, n) -> (h, p, k, n)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%x : memref<12x96x64xf32>) outs(%out : memref<12x3x64x32xf32>) {
  ^bb0(%in: f32, %old: f32):
    linalg.yield %in : f32
  }
  return
}

// Rows of a tile lie along what shares the panels, not along the phases, which
// are closer in the output but have a panel each.

// CHECK-LABEL: func private @phases
// CHECK: scf.forall
// CHECK: scf.for %{{.*}} = %c0 to %c64 {{.*}} iter_args
// CHECK-COUNT-2: vector.load
// CHECK-NOT: vector.load
// CHECK: scf.yield
// CHECK-NOT: linalg
// CHECK: return
func.func private @phases(%x: memref<8x12x64xf32>,
                          %w: memref<2x2x1x64x32xf32>,
                          %out: memref<8x2x12x2x32xf32>)
    attributes {ufront.kernel} {
  linalg.generic {
    indexing_maps = [
      affine_map<(h, i, w, j, o, c) -> (h, w, c)>,
      affine_map<(h, i, w, j, o, c) -> (i, j, o floordiv 32, c, o mod 32)>,
      affine_map<(h, i, w, j, o, c) -> (h, i, w, j, o)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel",
                      "parallel", "reduction"]}
    ins(%x, %w : memref<8x12x64xf32>, memref<2x2x1x64x32xf32>)
    outs(%out : memref<8x2x12x2x32xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %product = arith.mulf %a, %b fastmath<contract> : f32
    %next = arith.addf %sum, %product fastmath<contract> : f32
    linalg.yield %next : f32
  }
  return
}

// A mask that asks where it is has no form as vectors; the product before it
// has one nevertheless.

// CHECK-LABEL: func private @masked_product
// CHECK: arith.addf %{{.*}} : vector<16xf32>
// CHECK: vector.store
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: linalg.index 0
// CHECK: return
#masked_a = affine_map<(m, n, k) -> (m, k)>
#masked_b = affine_map<(m, n, k) -> (k, n)>
#masked_c = affine_map<(m, n, k) -> (m, n)>
#masked_id = affine_map<(m, n) -> (m, n)>
func.func private @masked_product(%a: memref<32x16xf32>, %b: memref<16x32xf32>, %c: memref<32x32xf32>) attributes {ufront.kernel} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<32x32xf32>)
  linalg.generic {indexing_maps = [#masked_a, #masked_b, #masked_c], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<32x16xf32>, memref<16x32xf32>) outs(%c : memref<32x32xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %1 = arith.mulf %x, %y fastmath<contract> : f32
    %2 = arith.addf %sum, %1 fastmath<contract> : f32
    linalg.yield %2 : f32
  }
  linalg.generic {indexing_maps = [#masked_id], iterator_types = ["parallel", "parallel"]} outs(%c : memref<32x32xf32>) {
  ^bb0(%x: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %1 = arith.cmpi sle, %j, %i : index
    %2 = arith.select %1, %x, %zero : f32
    linalg.yield %2 : f32
  }
  return
}

// A bias is where sums begin, and only what is rounded of them reaches memory.

// CHECK-LABEL: func private @biased
// CHECK-NOT: memref.alloc
// CHECK: scf.forall
// CHECK: vector.load %{{.*}} : memref<{{.*}}xf32{{.*}}>, vector<16xf32>
// CHECK: scf.for {{.*}} iter_args
// CHECK: arith.truncf
// CHECK-NOT: scf.forall
// CHECK-NOT: linalg
// CHECK: return
func.func private @biased(%a: memref<64x24xf32>, %b: memref<2x24x32xf32>,
                          %bias: memref<64xf32>, %out: memref<64x64xbf16>)
    attributes {ufront.kernel} {
  %sums = memref.alloc() : memref<64x64xf32>
  linalg.generic {
    indexing_maps = [affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%bias : memref<64xf32>) outs(%sums : memref<64x64xf32>) {
  ^bb0(%x: f32, %old: f32):
    linalg.yield %x : f32
  }
  linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                     affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>,
                     affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<64x24xf32>, memref<2x24x32xf32>)
    outs(%sums : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %product = arith.mulf %x, %y fastmath<contract> : f32
    %next = arith.addf %sum, %product fastmath<contract> : f32
    linalg.yield %next : f32
  }
  linalg.generic {
    indexing_maps = [affine_map<(m, n) -> (m, n)>,
                     affine_map<(m, n) -> (m, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%sums : memref<64x64xf32>) outs(%out : memref<64x64xbf16>) {
  ^bb0(%sum: f32, %old: bf16):
    %rounded = arith.truncf %sum : f32 to bf16
    linalg.yield %rounded : bf16
  }
  return
}

// What waits for sums that have no form as vectors has one of its own.

// CHECK-LABEL: func private @in_vain
// CHECK: scf.for
// CHECK: vector.store
// CHECK: linalg.generic
// CHECK: return
func.func private @in_vain(%a: memref<64x64xf32>, %b: memref<64x64xf32>,
                           %bias: memref<64xf32>, %out: memref<64x64xf32>)
    attributes {ufront.kernel} {
  linalg.generic {
    indexing_maps = [affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
    iterator_types = ["parallel", "parallel"]}
    ins(%bias : memref<64xf32>) outs(%out : memref<64x64xf32>) {
  ^bb0(%x: f32, %old: f32):
    linalg.yield %x : f32
  }
  linalg.generic {
    indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                     affine_map<(m, n, k) -> (n, k)>,
                     affine_map<(m, n, k) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>)
    outs(%out : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %product = arith.mulf %x, %y : f32
    %next = arith.addf %sum, %product : f32
    linalg.yield %next : f32
  }
  return
}
