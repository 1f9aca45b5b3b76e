//===-- TileSums.c - The reducing loops of a register tile ----------------===//

#include "Kernels/Dot.h"
#include "Kernels/Vector/TileState.h"
#include "Kernels/Vector/VectorBody.h"

enum {
  /// Steps of a reducing loop, times vectors of a tile, written one by one.
  MAX_UNROLLED = 96,
};

/// Sums that the reducing loops carry: the tile's, and those of columns.
static int countSums(const UfTileState *tile) {
  int rows = tile->rows + ufDotNeedsColumnSums(tile->group->dot);
  return rows * (int)tile->blocking->vectors;
}

static void emitStep(UfBuilder *b, const UfTileState *tile, const UfSize *at,
                     MlirValue *acc) {
  int vectors = (int)tile->blocking->vectors;
  int first = tile->operands->inputs;
  UfLoaded loaded = {
      &tile->group->root, first, at + first, {{NULL}}, {{{NULL}}}};
  for (int row = 0; row < tile->rows; ++row)
    for (int v = 0; v < vectors; ++v)
      acc[row * vectors + v] =
          ufApplyBody(b, tile, &loaded, acc[row * vectors + v], row, v);
  MlirValue *columns = acc + (ptrdiff_t)tile->rows * vectors;
  for (int v = 0; v < vectors && ufDotNeedsColumnSums(tile->group->dot); ++v)
    columns[v] = ufEmitColumnSums(
        b, ufLoadInput(b, tile, &loaded, 1 - tile->group->lhs, 0, v),
        columns[v], tile->blocking->lanes);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// The reducing loops of a tile.
typedef struct Sums {
  const UfTileState *tile;
  int order[UF_MAX_LOOPS + 1]; ///< Outermost first, ended by UF_NO_LOOP.
  int chain;                   ///< Depth of the loop that is cut; -1: none.
  int64_t chainStep;           ///< Steps of it that have sums of their own.
} Sums;

/// A reducing loop that is being written.
typedef struct Loop {
  const Sums *sums;
  int depth;
  const UfSize *at; ///< Where the operands are when it begins.
  MlirValue lower, upper;
  int64_t step;
} Loop;

/// Writes what one step does to the values carried.
typedef void (*EmitBody)(UfBuilder *b, const Loop *loop, MlirValue iv,
                         MlirValue *acc);

/// Where the inputs of the root are at step `step` of `loop`.
static void advance(UfBuilder *b, const UfTileState *tile, int loop,
                    UfSize step, const UfSize *at, UfSize *out) {
  int first = tile->operands->inputs;
  for (int i = first; i < first + tile->group->root.numInputs; ++i)
    out[i] = ufSizeAdd(
        b, at[i],
        ufSizeMul(b, step, tile->operands->list[i].access->stride[loop]));
}

/// Steps of the `depth`-th loop and of those in it; MAX_UNROLLED + 1 stands for
/// more, or when they are not known.
static int64_t stepsFrom(const Sums *sums, int depth) {
  int64_t steps = 1;
  for (; sums->order[depth] != UF_NO_LOOP; ++depth) {
    UfSize extent = sums->tile->group->loops.extent[sums->order[depth]];
    if (!ufIsStatic(extent) || extent.value > MAX_UNROLLED / steps)
      return MAX_UNROLLED + 1;
    steps *= extent.value;
  }
  return steps;
}

/// Whether to write the steps of the `depth`-th loop one after another: those
/// of a small window over channels that stay apart, whose few weights then stay
/// in registers as well.
static bool isUnrolled(const Sums *sums, int depth) {
  const UfTileState *tile = sums->tile;
  const UfStatement *root = &tile->group->root;
  for (int i = 0; i < root->numInputs; ++i)
    if (!ufMovesAlong(&root->inputs[i], tile->blocking->vectorLoop))
      return false;
  return tile->group->dot.kind == UF_NO_DOT &&
         stepsFrom(sums, depth) * tile->rows * tile->blocking->vectors <=
             MAX_UNROLLED;
}

static void emitFor(UfBuilder *b, const Loop *loop, EmitBody emit,
                    MlirValue *acc) {
  int count = countSums(loop->sums->tile);
  MlirType types[UF_MAX_TILE + 1];
  MlirLocation locs[UF_MAX_TILE + 1];
  MlirValue operands[UF_MAX_TILE + 3] = {loop->lower, loop->upper,
                                         ufIndex(b, loop->step)};
  types[0] = ufIndexType(b);
  for (int i = 0; i < count; ++i) {
    types[i + 1] = mlirValueGetType(acc[i]);
    operands[i + 3] = acc[i];
  }
  for (int i = 0; i <= count; ++i)
    locs[i] = b->loc;
  MlirRegion region = mlirRegionCreate();
  MlirBlock body = mlirBlockCreate(count + 1, types, locs);
  mlirRegionAppendOwnedBlock(region, body);
  UfBuilder in = ufBuilderIn(b, body);
  MlirValue carried[UF_MAX_TILE] = {{NULL}};
  for (int i = 0; i < count; ++i)
    carried[i] = mlirBlockGetArgument(body, i + 1);
  emit(&in, loop, mlirBlockGetArgument(body, 0), carried);
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, (UfValues){carried, count},
            UF_NO_ATTRS, NULL, 0);
  MlirOperation made =
      ufBuildOp(b, "scf.for", (UfTypes){types + 1, count},
                (UfValues){operands, count + 3}, UF_NO_ATTRS, &region, 1);
  for (int i = 0; i < count; ++i)
    acc[i] = ufResultOf(made, i);
}

static void emitLoops(UfBuilder *b, const Sums *sums, int depth,
                      const UfSize *at, MlirValue *acc);

static void emitInner(UfBuilder *b, const Loop *loop, MlirValue iv,
                      MlirValue *acc) {
  const Sums *sums = loop->sums;
  UfSize at[UF_MAX_OPERANDS];
  advance(b, sums->tile, sums->order[loop->depth], ufSizeOfIndex(iv), loop->at,
          at);
  emitLoops(b, sums, loop->depth + 1, at, acc);
}

static void setZero(UfBuilder *b, const UfTileState *tile, int first,
                    MlirValue *acc) {
  MlirType element = ufElementType(tile->group->output.memref);
  int vectors = (int)tile->blocking->vectors;
  MlirValue zero = ufNumber(b, element, 0), zeros[UF_MAX_TILE];
  for (int v = 0; v < vectors; ++v)
    zeros[v] = ufSplat(b, zero, ufTileLanes(tile, v));
  for (int i = first; i < countSums(tile); ++i)
    acc[i] = zeros[i % vectors];
}

/// A few steps of a long loop, with sums of their own.
static void emitCut(UfBuilder *b, const Loop *loop, MlirValue iv,
                    MlirValue *acc) {
  const UfTileState *tile = loop->sums->tile;
  UfSize extent = tile->group->loops.extent[loop->sums->order[loop->depth]];
  MlirValue partial[UF_MAX_TILE];
  setZero(b, tile, 0, partial);
  if (loop->step == 1) {
    emitInner(b, loop, iv, partial);
  } else {
    UfSize upper = ufSizeAdd(b, ufSizeOfIndex(iv), ufStatic(loop->step));
    if (!ufIsStatic(extent) || extent.value % loop->step)
      upper = ufSizeMin(b, upper, extent);
    Loop part = *loop;
    part.lower = iv;
    part.upper = ufSizeValue(b, upper);
    part.step = 1;
    emitFor(b, &part, emitInner, partial);
  }
  for (int i = 0; i < countSums(tile); ++i)
    acc[i] = ufBinary(b, "arith.addf", acc[i], partial[i]);
}

/// The last group of a dot's loop, which lacks elements.
static void emitRest(UfBuilder *b, const Sums *sums, int depth,
                     const UfSize *at, MlirValue *acc) {
  int loop = sums->order[depth];
  UfSize inner[UF_MAX_OPERANDS];
  Sums rest = *sums;
  UfTileState part = *sums->tile;
  part.part = part.group->rest;
  rest.tile = &part;
  advance(b, &part, loop, part.group->loops.extent[loop], at, inner);
  emitLoops(b, &rest, depth + 1, inner, acc);
}

/// The reducing loops from the `depth`-th on, outermost first.
static void emitLoops(UfBuilder *b, const Sums *sums, int depth,
                      const UfSize *at, MlirValue *acc) {
  const UfTileState *tile = sums->tile;
  int which = sums->order[depth];
  UfSize inner[UF_MAX_OPERANDS];
  if (which == UF_NO_LOOP) {
    emitStep(b, tile, at, acc);
    return;
  }
  if (isUnrolled(sums, depth)) {
    int64_t steps = tile->group->loops.extent[which].value;
    for (int64_t step = 0; step < steps; ++step) {
      advance(b, tile, which, ufStatic(step), at, inner);
      emitLoops(b, sums, depth + 1, inner, acc);
    }
    return;
  }
  bool isCut = depth == sums->chain;
  Loop loop = {.sums = sums,
               .depth = depth,
               .at = at,
               .lower = ufIndex(b, 0),
               .upper = ufSizeValue(b, tile->group->loops.extent[which]),
               .step = isCut ? sums->chainStep : 1};
  emitFor(b, &loop, isCut ? emitCut : emitInner, acc);
  if (tile->group->rest && which == tile->group->dotLoop)
    emitRest(b, sums, depth, at, acc);
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

/// Lists the reducing loops that run more than once.
static void orderLoops(Sums *sums) {
  const UfGroup *group = sums->tile->group;
  int count = 0;
  for (int l = 0; l < group->loops.count; ++l)
    if (!group->loops.parallel[l] && (!ufIsSize(group->loops.extent[l], 1) ||
                                      (group->rest && l == group->dotLoop)))
      sums->order[count++] = l;
  sums->order[count] = UF_NO_LOOP;
}

/// Whether the root adds rounded numbers up.
static bool isRoundedSum(const UfGroup *group) {
  MlirBlock body =
      mlirRegionGetFirstBlock(mlirOperationGetRegion(group->root.op, 0));
  MlirOperation add =
      ufDefiningOp(mlirOperationGetOperand(mlirBlockGetTerminator(body), 0));
  MlirValue acc =
      mlirBlockGetArgument(body, mlirBlockGetNumArguments(body) - 1);
  return add.ptr && ufOpIs(add, "arith.addf") &&
         (mlirValueEqual(mlirOperationGetOperand(add, 0), acc) ||
          mlirValueEqual(mlirOperationGetOperand(add, 1), acc));
}

/// Where a chain of additions is cut: at the innermost loop that makes it long.
static void chooseChain(Sums *sums) {
  const UfGroup *group = sums->tile->group;
  int64_t terms = 1;
  int depth = 0;
  sums->chain = -1;
  if (!isRoundedSum(group))
    return;
  while (sums->order[depth] != UF_NO_LOOP)
    ++depth;
  while (--depth >= 0) {
    UfSize extent = group->loops.extent[sums->order[depth]];
    if (!ufIsStatic(extent) || extent.value > UF_LONG_CHAIN / terms)
      break;
    terms *= extent.value > 0 ? extent.value : 1;
  }
  sums->chain = depth;
  sums->chainStep = terms < UF_CHAIN ? UF_CHAIN / terms : 1;
}

/// Takes from the tile's sums what raising its rows by 128 added to them.
static void dropColumnSums(UfBuilder *b, const UfTileState *tile,
                           MlirValue *acc) {
  int vectors = (int)tile->blocking->vectors;
  const MlirValue *columns = acc + (ptrdiff_t)tile->rows * vectors;
  for (int i = 0; i < tile->rows * vectors; ++i)
    acc[i] = ufBinary(b, "arith.subi", acc[i], columns[i % vectors]);
}

void ufComputeSums(UfBuilder *b, const UfTileState *tile, MlirValue *acc) {
  Sums sums = {.tile = tile};
  orderLoops(&sums);
  chooseChain(&sums);
  setZero(b, tile, tile->rows * (int)tile->blocking->vectors, acc);
  emitLoops(b, &sums, 0, tile->start, acc);
  if (ufDotNeedsColumnSums(tile->group->dot))
    dropColumnSums(b, tile, acc);
}
