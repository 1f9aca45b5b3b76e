//===-- TileRows.c - The loop over the rows of a group --------------------===//
//
//   %y = scf.forall (%i) = (0) to (n) step (t) shared_outs(%o = %dest) {
//     <the group's ops on slices [%i, %i + t) of what comes from outside>
//     in_parallel { parallel_insert_slice %tile into %o }
//   }
//
// Every op of the group says which of its loops go over the rows, so a tile of
// it needs the same tile of every operand that the group computes.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Schedule/TileRows.h"

#include "IR/Linalg.h"
#include "Kernels/Clusters/RowGroup.h"
#include "Kernels/Domain.h"
#include "Kernels/Target.h"

enum {
  MAX_OPS = 64,
  /// Rows of attention that are computed together, at most.
  MAX_QUERIES = 64,
  /// Tiles that keep all threads at work until the end.
  WANTED_TILES = 16,
  /// Scalar steps of all ops below which one thread does it.
  MIN_PARALLEL_WORK = 1 << 16,
};

typedef struct Tiling {
  UfBuilder *b;  ///< Before the loop.
  UfBuilder *in; ///< In it.
  int numRows;
  UfSize count[UF_MAX_RANK]; ///< Rows, in each dimension.
  int64_t tile[UF_MAX_RANK]; ///< Rows of a tile; at the end there may be fewer.
  UfSize offset[UF_MAX_RANK], size[UF_MAX_RANK]; ///< In the loop.
  MlirValue destination, shared;                 ///< Outside and in the loop.
  MlirOperation ops[MAX_OPS];
  MlirValue tiles[MAX_OPS]; ///< Results of the copies of `ops`.
  int numOps;
} Tiling;

/// The rows' loops of an op of the group; false for another op.
static bool rowLoops(MlirOperation op, int *loops) {
  MlirAttribute list =
      mlirOperationGetDiscardableAttributeByName(op, ufStr(UF_ROWS_ATTR));
  if (mlirAttributeIsNull(list))
    return false;
  for (intptr_t i = 0; i < mlirDenseArrayGetNumElements(list); ++i)
    loops[i] = (int)mlirDenseI64ArrayGetElement(list, i);
  return true;
}

static MlirAffineMap outputMap(MlirOperation op) {
  return ufOperandMap(op, mlirOperationGetNumOperands(op) - 1);
}

/// The row dimension that dimension `dim` of an operand with `map` walks, or
/// -1.
static int rowAt(const Tiling *tiling, MlirAffineMap map, int dim,
                 const int *loops) {
  int loop = ufMapLoop(map, dim);
  for (int row = 0; row < tiling->numRows; ++row)
    if (loop >= 0 && loops[row] == loop)
      return row;
  return -1;
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

/// Bytes that one row of everything the group computes takes; 0 when a size is
/// not known.
static int64_t rowBytes(const Tiling *tiling) {
  int64_t all = 0;
  for (int i = 0; i < tiling->numOps; ++i) {
    int loops[UF_MAX_RANK] = {0};
    MlirOperation op = tiling->ops[i];
    rowLoops(op, loops);
    MlirAffineMap map = outputMap(op);
    UfShape shape = ufShape(ufResultOf(op, 0));
    int64_t bytes = (ufBitWidth(shape.element) + 7) / 8;
    for (int d = 0; d < shape.rank; ++d) {
      if (rowAt(tiling, map, d, loops) >= 0)
        continue;
      if (shape.dims[d] == UF_DYNAMIC)
        return 0;
      bytes *= shape.dims[d];
    }
    all += bytes;
  }
  return all;
}

/// Rows of attention to compute together: many, so that keys and values are
/// read seldom, in tiles that stay in the cache and are all of one size.
static int64_t chooseQueries(const Tiling *tiling) {
  UfTarget target = ufTargetOf(tiling->ops[0]);
  int64_t bytes = rowBytes(tiling), others = 1;
  int64_t most = bytes ? target.l2Bytes / 2 / bytes : MAX_QUERIES / 2;
  UfSize count = tiling->count[tiling->numRows - 1];
  for (int row = 0; row + 1 < tiling->numRows; ++row)
    others *= ufIsStatic(tiling->count[row]) ? tiling->count[row].value : 1;
  if (!ufIsStatic(count))
    return most < MAX_QUERIES / 2 ? most : MAX_QUERIES / 2;
  if (count.value <= most && others >= WANTED_TILES / 2 &&
      count.value <= (int64_t)4 * MAX_QUERIES)
    return count.value <= MAX_QUERIES || count.value % 2 ? count.value
                                                         : count.value / 2;
  if (most > MAX_QUERIES)
    most = MAX_QUERIES;
  for (int64_t rows = most; rows > most / 4; --rows)
    if (count.value % rows == 0 &&
        others * (count.value / rows) >= WANTED_TILES)
      return rows;
  return most < 16 ? most : 16;
}

static void chooseTile(Tiling *tiling) {
  int products = 0;
  for (int i = 0; i < tiling->numOps; ++i)
    products += ufIsContraction(tiling->ops[i]);
  for (int row = 0; row < tiling->numRows; ++row)
    tiling->tile[row] = 1;
  if (products && tiling->numRows)
    tiling->tile[tiling->numRows - 1] = chooseQueries(tiling);
}

/// Whether threads would cost more than they bring.
static bool isSmall(const Tiling *tiling) {
  int64_t all = 0;
  for (int i = 0; i < tiling->numOps; ++i) {
    UfDomain domain;
    if (!ufReadDomain(tiling->ops[i], &domain))
      return false;
    int64_t work = ufDomainWork(&domain);
    if (work >= MIN_PARALLEL_WORK)
      return false;
    all += work;
  }
  return all < MIN_PARALLEL_WORK;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The tile's part of `value`, which comes from outside.
static MlirValue sliceOf(const Tiling *tiling, MlirValue value,
                         MlirAffineMap map, const int *loops) {
  if (!ufIsRankedTensor(mlirValueGetType(value)))
    return value;
  UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
  bool isWhole = true;
  int rank = ufRank(value);
  for (int d = 0; d < rank; ++d) {
    int row = rowAt(tiling, map, d, loops);
    isWhole &= row < 0;
    offsets[d] = row < 0 ? ufStatic(0) : tiling->offset[row];
    sizes[d] = row < 0 ? ufSizeOf(tiling->b, value, d) : tiling->size[row];
  }
  return isWhole ? value : ufSlice(tiling->in, value, offsets, sizes, NULL);
}

/// The length of a line of scratch, of which `size` elements are used: whole
/// vectors, since what is loaded next to a store with a mask waits for it.
static UfSize lineLength(const Tiling *tiling, MlirType element, UfSize size) {
  UfTarget target = ufTargetOf(tiling->ops[0]);
  int64_t lanes = target.vectorBits / ufBitWidth(element);
  if (!ufIsStatic(size) || lanes < 1 || size.value <= lanes)
    return size;
  return ufStatic((size.value + lanes - 1) / lanes * lanes);
}

/// A tensor to write the tile of `op` to; `empty` is what the whole goes to.
static MlirValue scratchFor(const Tiling *tiling, MlirOperation op,
                            MlirValue empty, const int *loops) {
  UfSize sizes[UF_MAX_RANK], padded[UF_MAX_RANK], offsets[UF_MAX_RANK] = {0};
  MlirAffineMap map = outputMap(op);
  MlirType element = ufElementType(empty);
  int rank = ufRank(empty), row = -1;
  for (int d = 0; d < rank; ++d) {
    row = rowAt(tiling, map, d, loops);
    sizes[d] = row < 0 ? ufSizeOf(tiling->b, empty, d) : tiling->size[row];
    padded[d] = sizes[d];
  }
  if (rank && row < 0)
    padded[rank - 1] = lineLength(tiling, element, sizes[rank - 1]);
  MlirValue whole = ufEmpty(tiling->in, element, rank, padded);
  return ufSlice(tiling->in, whole, offsets, sizes, NULL);
}

static MlirValue operandTile(const Tiling *tiling, MlirOperation op, intptr_t i,
                             const int *loops) {
  MlirValue value = mlirOperationGetOperand(op, i);
  MlirOperation from = ufDefiningOp(value);
  for (int k = 0; k < tiling->numOps && from.ptr; ++k)
    if (mlirOperationEqual(tiling->ops[k], from))
      return tiling->tiles[k];
  MlirAffineMap map = ufOperandMap(op, i);
  if (mlirValueEqual(value, tiling->destination))
    return sliceOf(tiling, tiling->shared, map, loops);
  bool isOutput = i == mlirOperationGetNumOperands(op) - 1;
  if (isOutput && from.ptr && ufOpIs(from, "tensor.empty"))
    return scratchFor(tiling, op, value, loops);
  return sliceOf(tiling, value, map, loops);
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

typedef struct Indices {
  const Tiling *tiling;
  const int *loops;
} Indices;

/// Makes positions in the tile positions in the whole.
static MlirWalkResult shiftIndex(MlirOperation op, void *userData) {
  const Indices *indices = userData;
  const Tiling *tiling = indices->tiling;
  if (!ufOpIs(op, "linalg.index"))
    return MlirWalkResultAdvance;
  int64_t loop = mlirIntegerAttrGetValueInt(
      mlirOperationGetInherentAttributeByName(op, ufStr("dim")));
  for (int row = 0; row < tiling->numRows; ++row) {
    if (indices->loops[row] != loop)
      continue;
    UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(tiling->b->ctx);
    mlirRewriterBaseSetInsertionPointAfter(rewriter, op);
    UfBuilder b = {.ctx = tiling->b->ctx,
                   .loc = mlirOperationGetLocation(op),
                   .rewriter = rewriter};
    MlirValue index = ufResultOf(op, 0);
    MlirValue offset = ufSizeValue(&b, tiling->offset[row]);
    MlirValue sum = ufBinary(&b, "arith.addi", index, offset);
    mlirValueReplaceAllUsesExcept(index, sum, 1,
                                  (MlirOperation[]){ufDefiningOp(sum)});
  }
  return MlirWalkResultAdvance;
}

/// Copies `op` into the loop, for one tile.
static MlirValue tileOp(Tiling *tiling, MlirOperation op) {
  int loops[UF_MAX_RANK] = {0};
  rowLoops(op, loops);
  MlirOperation copy = mlirOperationClone(op);
  mlirOperationRemoveDiscardableAttributeByName(copy, ufStr(UF_ROWS_ATTR));
  intptr_t count = mlirOperationGetNumOperands(op);
  for (intptr_t i = 0; i < count; ++i)
    mlirOperationSetOperand(copy, i, operandTile(tiling, op, i, loops));
  mlirBlockAppendOwnedOperation(tiling->in->block, copy);
  MlirValue result = ufResultOf(copy, 0);
  mlirValueSetType(result,
                   mlirValueGetType(mlirOperationGetOperand(copy, count - 1)));
  Indices indices = {tiling, loops};
  mlirOperationWalk(copy, shiftIndex, &indices, MlirWalkPreOrder);
  return result;
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

/// Sets how many rows the tile has.
static void openTile(Tiling *tiling) {
  UfBuilder *in = tiling->in;
  for (int row = 0; row < tiling->numRows; ++row) {
    UfSize count = tiling->count[row], tile = ufStatic(tiling->tile[row]);
    bool isEven =
        tile.value == 1 || (ufIsStatic(count) && count.value % tile.value == 0);
    tiling->size[row] =
        isEven ? tile
               : ufSizeMin(in, tile, ufSizeSub(in, count, tiling->offset[row]));
  }
}

/// Where the tile goes in the result.
static void resultPlace(const Tiling *tiling, MlirOperation root,
                        UfSize *offsets, UfSize *sizes) {
  int loops[UF_MAX_RANK] = {0};
  rowLoops(root, loops);
  MlirAffineMap map = outputMap(root);
  int rank = ufRank(tiling->shared);
  for (int d = 0; d < rank; ++d) {
    int row = rowAt(tiling, map, d, loops);
    offsets[d] = row < 0 ? ufStatic(0) : tiling->offset[row];
    sizes[d] = row < 0 ? ufSizeOf(tiling->b, tiling->destination, d)
                       : tiling->size[row];
  }
}

/// Ends the body of an scf.forall.
static void insertTile(const Tiling *tiling, MlirOperation root) {
  UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
  resultPlace(tiling, root, offsets, sizes);
  MlirContext ctx = tiling->b->ctx;
  MlirValue operands[2 + 2 * UF_MAX_RANK];
  int64_t at[UF_MAX_RANK], size[UF_MAX_RANK], step[UF_MAX_RANK];
  int rank = ufRank(tiling->shared), count = 2;
  int32_t segments[] = {1, 1, 0, 0, 0};
  operands[0] = tiling->tiles[tiling->numOps - 1];
  operands[1] = tiling->shared;
  for (int d = 0; d < rank; ++d) {
    at[d] = ufSizeDim(offsets[d]);
    step[d] = 1;
    if (!ufIsStatic(offsets[d])) {
      operands[count++] = offsets[d].dynamic;
      ++segments[2];
    }
  }
  for (int d = 0; d < rank; ++d) {
    size[d] = ufSizeDim(sizes[d]);
    if (!ufIsStatic(sizes[d])) {
      operands[count++] = sizes[d].dynamic;
      ++segments[3];
    }
  }
  MlirRegion region = mlirRegionCreate();
  MlirBlock block = mlirBlockCreate(0, NULL, NULL);
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder end = ufBuilderIn(tiling->in, block);
  ufBuildOp(
      &end, "tensor.parallel_insert_slice", (UfTypes){0},
      (UfValues){operands, count},
      UF_ATTRS({"static_offsets", mlirDenseI64ArrayGet(ctx, rank, at)},
               {"static_sizes", mlirDenseI64ArrayGet(ctx, rank, size)},
               {"static_strides", mlirDenseI64ArrayGet(ctx, rank, step)},
               {"operandSegmentSizes", mlirDenseI32ArrayGet(ctx, 5, segments)}),
      NULL, 0);
  ufBuildOp(tiling->in, "scf.forall.in_parallel", (UfTypes){0}, UF_NO_VALUES,
            UF_NO_ATTRS, &region, 1);
}

/// Reads the group and where its result goes. False when there is nothing to
/// cut.
static bool readGroup(Tiling *tiling, MlirOperation root) {
  int loops[UF_MAX_RANK] = {0};
  UfShape shape = ufShape(ufResultOf(root, 0));
  if (!rowLoops(root, loops) || ufNumElements(&shape) == 0)
    return false;
  MlirBlock block = mlirOperationGetBlock(root);
  for (MlirOperation op = mlirBlockGetFirstOperation(block); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    int unused[UF_MAX_RANK];
    if (!rowLoops(op, unused))
      continue;
    if (tiling->numOps == MAX_OPS)
      return false;
    tiling->ops[tiling->numOps++] = op;
  }
  tiling->numRows = (int)mlirDenseArrayGetNumElements(
      mlirOperationGetDiscardableAttributeByName(root, ufStr(UF_ROWS_ATTR)));
  tiling->destination = ufResultOf(root, 0);
  for (MlirOperation op = root; op.ptr && rowLoops(op, (int[UF_MAX_RANK]){0});
       op = ufDefiningOp(tiling->destination))
    tiling->destination =
        mlirOperationGetOperand(op, mlirOperationGetNumOperands(op) - 1);
  MlirAffineMap map = outputMap(root);
  for (int d = 0; d < shape.rank; ++d) {
    int row = rowAt(tiling, map, d, loops);
    if (row >= 0)
      tiling->count[row] = ufSizeOf(tiling->b, tiling->destination, d);
  }
  return tiling->numRows > 0;
}

static void forgetRows(MlirBlock block) {
  for (MlirOperation op = mlirBlockGetFirstOperation(block); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    mlirOperationRemoveDiscardableAttributeByName(op, ufStr(UF_ROWS_ATTR));
}

/// Computes one tile at the end of `body`, whose arguments are where the tile
/// begins and the result so far, which is `shared`.
static MlirValue computeTile(Tiling *tiling, UfBuilder *in) {
  tiling->in = in;
  openTile(tiling);
  for (int i = 0; i < tiling->numOps; ++i)
    tiling->tiles[i] = tileOp(tiling, tiling->ops[i]);
  return tiling->tiles[tiling->numOps - 1];
}

/// scf.forall over the tiles, for all threads.
static MlirValue buildForall(Tiling *tiling, MlirOperation root) {
  UfBuilder *b = tiling->b;
  intptr_t rank = tiling->numRows;
  MlirType types[UF_MAX_RANK + 1];
  MlirLocation locs[UF_MAX_RANK + 1];
  for (int i = 0; i <= rank; ++i) {
    types[i] =
        i < rank ? ufIndexType(b) : mlirValueGetType(tiling->destination);
    locs[i] = b->loc;
  }
  MlirBlock body = mlirBlockCreate(rank + 1, types, locs);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, body);
  UfBuilder in = ufBuilderIn(b, body);
  for (int i = 0; i < rank; ++i)
    tiling->offset[i] = (UfSize){.dynamic = mlirBlockGetArgument(body, i)};
  tiling->shared = mlirBlockGetArgument(body, rank);
  computeTile(tiling, &in);
  insertTile(tiling, root);

  MlirValue operands[UF_MAX_RANK + 1];
  int64_t lower[UF_MAX_RANK], upper[UF_MAX_RANK];
  int32_t numOpen = 0;
  for (int row = 0; row < rank; ++row) {
    lower[row] = 0;
    upper[row] = ufSizeDim(tiling->count[row]);
    if (upper[row] == UF_DYNAMIC)
      operands[numOpen++] = tiling->count[row].dynamic;
  }
  operands[numOpen] = tiling->destination;
  MlirAttribute segments =
      mlirDenseI32ArrayGet(b->ctx, 4, (int32_t[]){0, numOpen, 0, 1});
  MlirOperation loop = ufBuildOp(
      b, "scf.forall", UF_TYPES(types[rank]), (UfValues){operands, numOpen + 1},
      UF_ATTRS({"staticLowerBound", mlirDenseI64ArrayGet(b->ctx, rank, lower)},
               {"staticUpperBound", mlirDenseI64ArrayGet(b->ctx, rank, upper)},
               {"staticStep", mlirDenseI64ArrayGet(b->ctx, rank, tiling->tile)},
               {"operandSegmentSizes", segments}),
      &region, 1);
  return ufResultOf(loop, 0);
}

/// scf.for over the tiles of row dimension `row` and those within, at `b`;
/// `result` is what is there so far.
static MlirValue buildLoops(Tiling *tiling, MlirOperation root, UfBuilder *b,
                            int row, MlirValue result) {
  if (row == tiling->numRows) {
    UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
    tiling->shared = result;
    MlirValue tile = computeTile(tiling, b);
    resultPlace(tiling, root, offsets, sizes);
    return ufInsert(b, tile, result, offsets, sizes, NULL);
  }
  UfBuilder *top = tiling->b;
  MlirType types[] = {ufIndexType(b), mlirValueGetType(result)};
  MlirLocation locs[] = {b->loc, b->loc};
  MlirBlock body = mlirBlockCreate(2, types, locs);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, body);
  UfBuilder in = ufBuilderIn(b, body);
  tiling->offset[row] = (UfSize){.dynamic = mlirBlockGetArgument(body, 0)};
  MlirValue next =
      buildLoops(tiling, root, &in, row + 1, mlirBlockGetArgument(body, 1));
  tiling->in = NULL;
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, UF_VALUES(next), UF_NO_ATTRS, NULL,
            0);
  MlirOperation loop =
      ufBuildOp(b, "scf.for", UF_TYPES(types[1]),
                UF_VALUES(ufIndex(top, 0), ufSizeValue(top, tiling->count[row]),
                          ufIndex(top, tiling->tile[row]), result),
                UF_NO_ATTRS, &region, 1);
  return ufResultOf(loop, 0);
}

void ufTileRows(MlirOperation root) {
  MlirContext ctx = mlirOperationGetContext(root);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  mlirRewriterBaseSetInsertionPointAfter(rewriter, root);
  UfBuilder b = {
      .ctx = ctx, .loc = mlirOperationGetLocation(root), .rewriter = rewriter};
  Tiling tiling = {.b = &b};
  if (!readGroup(&tiling, root)) {
    forgetRows(mlirOperationGetBlock(root));
    return;
  }
  chooseTile(&tiling);
  MlirValue result = isSmall(&tiling)
                         ? buildLoops(&tiling, root, &b, 0, tiling.destination)
                         : buildForall(&tiling, root);
  mlirValueReplaceAllUsesOfWith(ufResultOf(root, 0), result);
  for (int i = tiling.numOps - 1; i >= 0; --i)
    mlirOperationDestroy(tiling.ops[i]);
}
