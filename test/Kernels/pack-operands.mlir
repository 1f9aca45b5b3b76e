// RUN: ufront-opt %s --ufront-pack-operands --split-input-file | FileCheck %s

// A weight becomes panels of as many columns as a register tile has.
// CHECK: #[[WHOLE:.*]] = affine_map<(d0, d1, d2) -> (d1, d0 * [[NR:[0-9]+]] + d2)>
// CHECK: #[[PANELS:.*]] = affine_map<(d0, d1, d2) -> (d1 floordiv [[NR]], d2, d1 mod [[NR]])>
// CHECK-LABEL: func @weight
// CHECK-SAME: (%[[X:.*]]: tensor<20x100xf32>, %[[W:.*]]: tensor<100x64xf32>
// CHECK: %[[P:.*]] = linalg.generic {indexing_maps = [#[[WHOLE]]
// CHECK-SAME: ins(%[[W]] : tensor<100x64xf32>) outs({{.*}} : tensor<[[COUNT:[0-9]+]]x100x[[NR]]xf32>)
// CHECK: linalg.generic {{.*}}#[[PANELS]]
// CHECK-SAME: ins(%[[X]], %[[P]] : tensor<20x100xf32>, tensor<[[COUNT]]x100x[[NR]]xf32>)
func.func @weight(%x: tensor<20x100xf32>, %w: tensor<100x64xf32> {ufront.sym = "w"}, %init: tensor<20x64xf32>) -> tensor<20x64xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<20x100xf32>, tensor<100x64xf32>) outs(%init : tensor<20x64xf32>) -> tensor<20x64xf32>
  return %0 : tensor<20x64xf32>
}

// -----

// What the last panel has beyond the last column is zero.
// CHECK-LABEL: func @weight_with_end
// CHECK-SAME: (%{{.*}}: tensor<20x100xf32>, %[[W:.*]]: tensor<100x50xf32>
// CHECK-DAG: %[[LAST:.*]] = arith.subi %[[N:.*]], %{{.*}} : index
// CHECK-DAG: %[[N]] = arith.constant 50 : index
// CHECK: %[[IS:.*]] = arith.cmpi ult, %[[COLUMN:.*]], %[[N]]
// CHECK: %[[AT:.*]] = arith.minui %[[COLUMN]], %[[LAST]]
// CHECK: %[[V:.*]] = tensor.extract %[[W]][%{{.*}}, %[[AT]]]
// CHECK: arith.select %[[IS]], %[[V]], %{{.*}} : f32
// CHECK: -> tensor<{{[0-9]+}}x100x{{[0-9]+}}xf32>
func.func @weight_with_end(%x: tensor<20x100xf32>, %w: tensor<100x50xf32> {ufront.init = 3 : i64}, %init: tensor<20x50xf32>) -> tensor<20x50xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<20x100xf32>, tensor<100x50xf32>) outs(%init : tensor<20x50xf32>) -> tensor<20x50xf32>
  return %0 : tensor<20x50xf32>
}

// -----

// Fewer columns than a vector has stay as they are.
// CHECK-LABEL: func @narrow_weight
// CHECK-COUNT-1: linalg.generic
// CHECK-NOT: linalg.generic
func.func @narrow_weight(%x: tensor<20x100xf32>, %w: tensor<100x10xf32> {ufront.sym = "w"}, %init: tensor<20x10xf32>) -> tensor<20x10xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<20x100xf32>, tensor<100x10xf32>) outs(%init : tensor<20x10xf32>) -> tensor<20x10xf32>
  return %0 : tensor<20x10xf32>
}

// -----

// A convolution's filter: all of its reduction comes between panels and
// columns, in the order of the loops.
// CHECK: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0 * [[NR:[0-9]+]] + d4, d3, d1, d2)>
// CHECK: #[[PANELS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d2 floordiv [[NR]], d3, d4, d5, d2 mod [[NR]])>
// CHECK-LABEL: func @filter
// CHECK: linalg.generic {indexing_maps = [#[[FILTER]]
// CHECK: linalg.generic {{.*}}#[[PANELS]]
// CHECK-SAME: tensor<{{[0-9]+}}x3x3x24x[[NR]]xf32>
#window = affine_map<(y, x, o, i, j, c) -> (y * 2 + i, x + j, c)>
#filter = affine_map<(y, x, o, i, j, c) -> (o, c, i, j)>
#pixels = affine_map<(y, x, o, i, j, c) -> (y, x, o)>
func.func @filter(%x: tensor<21x12x24xf32>, %w: tensor<64x24x3x3xf32> {ufront.sym = "w"}, %init: tensor<10x10x64xf32>) -> tensor<10x10x64xf32> {
  %0 = linalg.generic {indexing_maps = [#window, #filter, #pixels],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<21x12x24xf32>, tensor<64x24x3x3xf32>) outs(%init : tensor<10x10x64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<10x10x64xf32>
  return %0 : tensor<10x10x64xf32>
}

// -----

// Each channel has a filter of its own: that is no product of matrices.
// CHECK-LABEL: func @depthwise
// CHECK-COUNT-1: linalg.generic
// CHECK-NOT: linalg.generic
#window = affine_map<(x, c, k) -> (x + k, c)>
#filter = affine_map<(x, c, k) -> (k, c)>
#pixels = affine_map<(x, c, k) -> (x, c)>
func.func @depthwise(%x: tensor<12x64xf32>, %w: tensor<3x64xf32> {ufront.sym = "w"}, %init: tensor<10x64xf32>) -> tensor<10x64xf32> {
  %0 = linalg.generic {indexing_maps = [#window, #filter, #pixels], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<12x64xf32>, tensor<3x64xf32>) outs(%init : tensor<10x64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<10x64xf32>
  return %0 : tensor<10x64xf32>
}

// -----

// What keys lack to whole panels is zero, so that packing reads them evenly.
// CHECK: #[[KEYS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 * [[NR:[0-9]+]] + d3, d2)>
// CHECK-LABEL: func @keys_with_end
// CHECK-SAME: (%{{.*}}: tensor<12x100x64xf32>, %[[K:.*]]: tensor<12x90x64xf32>
// CHECK: %[[PADDED:.*]] = tensor.pad %[[K]] low[0, 0, 0] high[0, 6, 0]
// CHECK: linalg.generic {indexing_maps = [#[[KEYS]]
// CHECK-SAME: ins(%[[PADDED]] : tensor<12x96x64xf32>)
#q = affine_map<(h, m, n, k) -> (h, m, k)>
#k = affine_map<(h, m, n, k) -> (h, n, k)>
#scores = affine_map<(h, m, n, k) -> (h, m, n)>
func.func @keys_with_end(%q: tensor<12x100x64xf32>, %k: tensor<12x90x64xf32>, %init: tensor<12x100x90xf32>) -> tensor<12x100x90xf32> {
  %0 = linalg.generic {indexing_maps = [#q, #k, #scores],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<12x100x64xf32>, tensor<12x90x64xf32>) outs(%init : tensor<12x100x90xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %1 = arith.mulf %a, %b : f32
    %2 = arith.addf %out, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<12x100x90xf32>
  return %0 : tensor<12x100x90xf32>
}

// -----

#bx = affine_map<(b, m, n, k) -> (b, m, k)>
#bnk = affine_map<(b, m, n, k) -> (b, n, k)>
#bkn = affine_map<(b, m, n, k) -> (b, k, n)>
#bmn = affine_map<(b, m, n, k) -> (b, m, n)>

// Keys lie across; how many there are need not be known.
// CHECK-LABEL: func @keys
// CHECK-SAME: (%[[Q:.*]]: tensor<12x?x64xf32>, %[[K:.*]]: tensor<12x?x64xf32>
// CHECK: %[[P:.*]] = linalg.generic {{.*}} outs({{.*}} : tensor<12x?x64x[[NR:[0-9]+]]xf32>)
// CHECK: tensor.extract %[[K]]
// CHECK: ins(%[[Q]], %[[P]] : tensor<12x?x64xf32>, tensor<12x?x64x[[NR]]xf32>)
func.func @keys(%q: tensor<12x?x64xf32>, %k: tensor<12x?x64xf32>, %init: tensor<12x?x?xf32>) -> tensor<12x?x?xf32> {
  %0 = linalg.generic {indexing_maps = [#bx, #bnk, #bmn], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<12x?x64xf32>, tensor<12x?x64xf32>) outs(%init : tensor<12x?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<12x?x?xf32>
  return %0 : tensor<12x?x?xf32>
}

// Values lie well, and keys that few queries meet are packed in no less time
// than it saves.
// CHECK-LABEL: func @values_and_few_queries
// CHECK-COUNT-2: linalg.generic
// CHECK-NOT: linalg.generic
func.func @values_and_few_queries(%q: tensor<12x128x128xf32>, %v: tensor<12x128x64xf32>, %few: tensor<12x2x64xf32>,
    %init: tensor<12x128x64xf32>, %scores: tensor<12x2x128xf32>) -> (tensor<12x128x64xf32>, tensor<12x2x128xf32>) {
  %0 = linalg.batch_matmul ins(%q, %v : tensor<12x128x128xf32>, tensor<12x128x64xf32>) outs(%init : tensor<12x128x64xf32>) -> tensor<12x128x64xf32>
  %1 = linalg.generic {indexing_maps = [#bx, #bnk, #bmn], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%few, %v : tensor<12x2x64xf32>, tensor<12x128x64xf32>) outs(%scores : tensor<12x2x128xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<12x2x128xf32>
  return %0, %1 : tensor<12x128x64xf32>, tensor<12x2x128xf32>
}

// -----

// Where the CPU sums four products of 8 bits at once, four neighbours of k lie
// side by side in a panel; k and n end with zeros.
// CHECK: #[[GROUPS:.*]] = affine_map<(d0, d1, d2) -> (d1 floordiv [[NR:[0-9]+]], d2 floordiv 4, d1 mod [[NR]], d2 mod 4)>
// CHECK-LABEL: func @bytes
// CHECK: arith.andi
// CHECK: -> tensor<{{[0-9]+}}x26x[[NR]]x4xi8>
// CHECK: linalg.generic {{.*}}#[[GROUPS]]
#rows = affine_map<(m, n, k) -> (m, k)>
#columns = affine_map<(m, n, k) -> (k, n)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {vnni = 1 : i64}} {
func.func @bytes(%x: tensor<20x103xi8>, %w: tensor<103x70xi8> {ufront.sym = "w"}, %init: tensor<20x70xi32>) -> tensor<20x70xi32> {
  %0 = linalg.generic {indexing_maps = [#rows, #columns, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<20x103xi8>, tensor<103x70xi8>) outs(%init : tensor<20x70xi32>) {
  ^bb0(%a: i8, %b: i8, %c: i32):
    %1 = arith.extui %a : i8 to i32
    %2 = arith.extsi %b : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %c, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<20x70xi32>
  return %0 : tensor<20x70xi32>
}
}

// -----

// Pairs of bf16 along the channels, which the image has last.
// CHECK: #[[PAIRS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d2 floordiv [[NR:[0-9]+]], d3, d4, d5 floordiv 2, d2 mod [[NR]], d5 mod 2)>
// CHECK-LABEL: func @channels
// CHECK-NOT: tensor.extract
// CHECK: -> tensor<{{[0-9]+}}x3x3x12x[[NR]]x2xbf16>
// CHECK: linalg.generic {{.*}}#[[PAIRS]]
#window = affine_map<(y, x, o, i, j, c) -> (y * 2 + i, x + j, c)>
#filter = affine_map<(y, x, o, i, j, c) -> (o, c, i, j)>
#pixels = affine_map<(y, x, o, i, j, c) -> (y, x, o)>
module attributes {ufront.target = {bf16_dot = 1 : i64}} {
func.func @channels(%x: tensor<21x12x24xbf16>, %w: tensor<64x24x3x3xbf16> {ufront.sym = "w"}, %init: tensor<10x10x64xf32>) -> tensor<10x10x64xf32> {
  %0 = linalg.generic {indexing_maps = [#window, #filter, #pixels],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<21x12x24xbf16>, tensor<64x24x3x3xbf16>) outs(%init : tensor<10x10x64xf32>) {
  ^bb0(%a: bf16, %b: bf16, %c: f32):
    %1 = arith.extf %a : bf16 to f32
    %2 = arith.extf %b : bf16 to f32
    %3 = arith.mulf %1, %2 : f32
    %4 = arith.addf %c, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<10x10x64xf32>
  return %0 : tensor<10x10x64xf32>
}
}

// -----

// Two unsigned factors have no instruction, and no target groups floats unless
// it says so.
// CHECK-LABEL: func @one_by_one
// CHECK-NOT: floordiv 4
#rows = affine_map<(m, n, k) -> (m, k)>
#columns = affine_map<(m, n, k) -> (k, n)>
#sums = affine_map<(m, n, k) -> (m, n)>
module attributes {ufront.target = {vnni = 1 : i64}} {
func.func @one_by_one(%x: tensor<20x104xi8>, %w: tensor<104x64xi8> {ufront.sym = "w"}, %init: tensor<20x64xi32>) -> tensor<20x64xi32> {
  %0 = linalg.generic {indexing_maps = [#rows, #columns, #sums], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<20x104xi8>, tensor<104x64xi8>) outs(%init : tensor<20x64xi32>) {
  ^bb0(%a: i8, %b: i8, %c: i32):
    %1 = arith.extui %a : i8 to i32
    %2 = arith.extui %b : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %c, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<20x64xi32>
  return %0 : tensor<20x64xi32>
}
}

// -----

// An image's three channels, which a window meets many times, become two pairs.
// CHECK-LABEL: func @image
// CHECK-SAME: (%[[X:.*]]: tensor<21x12x3xbf16>
// CHECK: %[[FILLED:.*]] = tensor.pad %[[X]] low[0, 0, 0] high[0, 0, 1]
// CHECK: linalg.generic {{.*}} ins(%[[FILLED]], %{{.*}} : tensor<21x12x4xbf16>, tensor<{{[0-9]+}}x3x3x2x{{[0-9]+}}x2xbf16>)
#window = affine_map<(y, x, o, i, j, c) -> (y * 2 + i, x + j, c)>
#filter = affine_map<(y, x, o, i, j, c) -> (o, c, i, j)>
#pixels = affine_map<(y, x, o, i, j, c) -> (y, x, o)>
module attributes {ufront.target = {bf16_dot = 1 : i64}} {
func.func @image(%x: tensor<21x12x3xbf16>, %w: tensor<64x3x3x3xbf16> {ufront.sym = "w"}, %init: tensor<10x10x64xf32>) -> tensor<10x10x64xf32> {
  %0 = linalg.generic {indexing_maps = [#window, #filter, #pixels],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<21x12x3xbf16>, tensor<64x3x3x3xbf16>) outs(%init : tensor<10x10x64xf32>) {
  ^bb0(%a: bf16, %b: bf16, %c: f32):
    %1 = arith.extf %a : bf16 to f32
    %2 = arith.extf %b : bf16 to f32
    %3 = arith.mulf %1, %2 : f32
    %4 = arith.addf %c, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<10x10x64xf32>
  return %0 : tensor<10x10x64xf32>
}
}

// -----

// Tiles of four and then three vectors: what the last panel lacks, no tile
// computes.
// CHECK-LABEL: func @last_panel_is_smaller
// CHECK: tensor<2x100x64xf32>
func.func @last_panel_is_smaller(%x: tensor<196x100xf32>, %w: tensor<100x112xf32> {ufront.sym = "w"}, %init: tensor<196x112xf32>) -> tensor<196x112xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<196x100xf32>, tensor<100x112xf32>) outs(%init : tensor<196x112xf32>) -> tensor<196x112xf32>
  return %0 : tensor<196x112xf32>
}
