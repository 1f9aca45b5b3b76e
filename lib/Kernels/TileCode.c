//===-- TileCode.c - Code for one register tile ---------------------------===//

#include "Kernels/TileCode.h"

#include "Kernels/Dot.h"
#include "Kernels/VectorBody.h"

/// Steps of a reducing loop, times vectors of a tile, written one by one.
enum { MAX_UNROLLED = 96 };

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

static void addOperand(const UfAccess *access, UfOperands *operands) {
  if (operands->count < UF_MAX_OPERANDS)
    operands->list[operands->count].access = access;
  ++operands->count;
}

static void addStatement(const UfStatement *statement, UfOperands *operands) {
  for (int i = 0; i < statement->numInputs; ++i)
    addOperand(&statement->inputs[i], operands);
}

static void collectOperands(const UfGroup *group, UfOperands *operands) {
  *operands = (UfOperands){.count = 0};
  addOperand(ufStored(group), operands);
  if (group->sink.op.ptr) {
    operands->output = operands->count;
    addOperand(&group->output, operands);
  }
  operands->inputs = operands->count;
  addStatement(&group->root, operands);
  addStatement(&group->init, operands);
  for (int i = 0; i < group->numEpilogues; ++i)
    addStatement(&group->epilogues[i], operands);
  addStatement(&group->sink, operands);
}

/// Whether tiles neither load from nor store to the operand: the output that
/// only the sink reads.
static bool staysInRegisters(const UfGroup *group, const UfAccess *access) {
  return group->sink.op.ptr && group->init.op.ptr && ufIsOutput(group, access);
}

bool ufCanEmitTile(const UfGroup *group) {
  UfOperands operands;
  collectOperands(group, &operands);
  if (operands.count > UF_MAX_OPERANDS || !ufCanVectorizeBody(group->root.op))
    return false;
  if (group->init.op.ptr && !ufOpIs(group->init.op, "linalg.fill") &&
      !ufCanVectorizeBody(group->init.op))
    return false;
  for (int i = 0; i < group->numEpilogues; ++i)
    if (!ufCanVectorizeBody(group->epilogues[i].op))
      return false;
  return !group->sink.op.ptr || ufCanVectorizeBody(group->sink.op);
}

/// The elements of a memref one after another, from its first one on. Strides
/// are applied by whoever computes a position.
static MlirValue flatten(UfBuilder *b, MlirValue memref) {
  MlirType element = ufElementType(memref), type = mlirValueGetType(memref);
  MlirType index = ufIndexType(b), types[2 + 2 * UF_MAX_RANK];
  intptr_t rank = mlirShapedTypeGetRank(type);
  MlirAttribute space = mlirMemRefTypeGetMemorySpace(type);
  types[0] = mlirMemRefTypeContiguousGet(element, 0, NULL, space);
  for (intptr_t i = 0; i < 1 + 2 * rank; ++i)
    types[i + 1] = index;
  MlirOperation metadata = ufBuildOp(b, "memref.extract_strided_metadata",
                                     (UfTypes){types, 2 + 2 * rank},
                                     UF_VALUES(memref), UF_NO_ATTRS, NULL, 0);
  int64_t open = mlirShapedTypeGetDynamicSize();
  int64_t one = 1, many = INT64_MAX / 16;
  MlirAttribute layout = mlirStridedLayoutAttrGet(
      b->ctx, mlirShapedTypeGetDynamicStrideOrOffset(), 1, &one);
  MlirType flat = mlirMemRefTypeGet(element, 1, &many, layout, space);
  return ufBuild(
      b, "memref.reinterpret_cast", flat,
      UF_VALUES(ufResultOf(metadata, 0), ufResultOf(metadata, 1)),
      UF_ATTRS({"static_offsets", mlirDenseI64ArrayGet(b->ctx, 1, &open)},
               {"static_sizes", mlirDenseI64ArrayGet(b->ctx, 1, &many)},
               {"static_strides", mlirDenseI64ArrayGet(b->ctx, 1, &one)},
               {"operandSegmentSizes",
                mlirDenseI32ArrayGet(b->ctx, 4, (int32_t[]){1, 1, 0, 0})}));
}

void ufFlattenOperands(UfBuilder *b, const UfGroup *group,
                       UfOperands *operands) {
  collectOperands(group, operands);
  for (int i = 0; i < operands->count; ++i)
    if (!staysInRegisters(group, operands->list[i].access))
      operands->list[i].flat = flatten(b, operands->list[i].access->memref);
}

//===----------------------------------------------------------------------===//
// State
//===----------------------------------------------------------------------===//

typedef struct Tile {
  const UfGroup *group;
  const UfBlocking *blocking;
  const UfOperands *operands;
  const UfTilePlace *place;
  int rows; ///< All of them: place->rows * place->outerRows.
  UfSize start[UF_MAX_OPERANDS]; ///< Of the tile, in elements.
  MlirValue masks[UF_MAX_TILE];  ///< Per vector of a row; null: every lane.
  int64_t part; ///< Elements of each group that a dot has, as ufLoadGroup().
} Tile;

static UfSize fromIndex(MlirValue value) { return (UfSize){.dynamic = value}; }

UfSize ufTileStart(UfBuilder *b, const UfGroup *group, const UfAccess *access,
                   const UfTilePlace *place) {
  UfSize at = access->offset;
  for (int l = 0; l < group->loops.count; ++l) {
    MlirValue position = place->at[l];
    if (!position.ptr)
      continue;
    UfSize index = fromIndex(position);
    if (access->packedLoop == l) {
      MlirValue panel = ufIndex(b, access->panel);
      UfSize which = fromIndex(ufBinary(b, "arith.divui", position, panel));
      at = ufSizeAdd(b, at, ufSizeMul(b, which, access->panelStride));
      index = fromIndex(ufBinary(b, "arith.remui", position, panel));
    }
    at = ufSizeAdd(b, at, ufSizeMul(b, index, access->stride[l]));
  }
  return at;
}

static bool movesAlong(const UfAccess *access, int loop) {
  return loop != UF_NO_LOOP && !ufIsSize(access->stride[loop], 0);
}

static bool movesWithRows(const Tile *tile, const UfAccess *access) {
  return movesAlong(access, tile->blocking->rowLoop) ||
         movesAlong(access, tile->blocking->outerRowLoop);
}

/// Elements from the tile's start to row `row` of an operand.
static UfSize rowOffset(UfBuilder *b, const Tile *tile, const UfAccess *access,
                        int row) {
  const UfBlocking *blocking = tile->blocking;
  UfSize offset = ufStatic(0);
  if (blocking->rowLoop != UF_NO_LOOP)
    offset = ufSizeMul(b, access->stride[blocking->rowLoop],
                       ufStatic(row % tile->place->rows));
  if (blocking->outerRowLoop != UF_NO_LOOP)
    offset = ufSizeAdd(b, offset,
                       ufSizeMul(b, access->stride[blocking->outerRowLoop],
                                 ufStatic(row / tile->place->rows)));
  return offset;
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

static MlirType vectorTypeOf(const Tile *tile, const UfOperand *operand) {
  return ufVectorOf(tile->blocking->lanes * operand->access->unit,
                    ufElementType(operand->access->memref));
}

/// Vector `v` of row `row` of an operand at `at`; one element in all lanes when
/// it does not move along the vector loop. The last panel of packed operands is
/// whole, so they need no mask.
static MlirValue loadVector(UfBuilder *b, const Tile *tile,
                            const UfOperand *operand, UfSize at, int row,
                            int v) {
  const UfAccess *access = operand->access;
  int64_t lanes = tile->blocking->lanes;
  at = ufSizeAdd(b, at, rowOffset(b, tile, access, row));
  if (!movesAlong(access, tile->blocking->vectorLoop)) {
    if (access->unit > 1)
      return ufLoadGroup(b, operand->flat, ufSizeValue(b, at),
                         ufElementType(access->memref), access->unit,
                         tile->part, lanes);
    MlirValue scalar =
        ufBuild(b, "memref.load", ufElementType(access->memref),
                UF_VALUES(operand->flat, ufSizeValue(b, at)), UF_NO_ATTRS);
    return ufSplat(b, scalar, lanes);
  }
  MlirType type = vectorTypeOf(tile, operand);
  at = ufSizeAdd(b, at, ufStatic(v * lanes * access->unit));
  if (!tile->masks[v].ptr || access->packedLoop >= 0)
    return ufBuild(b, "vector.load", type,
                   UF_VALUES(operand->flat, ufSizeValue(b, at)), UF_NO_ATTRS);
  MlirValue zero =
      ufSplat(b, ufNumber(b, ufElementType(access->memref), 0), lanes);
  return ufBuild(
      b, "vector.maskedload", type,
      UF_VALUES(operand->flat, ufSizeValue(b, at), tile->masks[v], zero),
      UF_NO_ATTRS);
}

static void storeVector(UfBuilder *b, const Tile *tile, MlirValue value,
                        int row, int v) {
  const UfOperand *output = &tile->operands->list[0];
  UfSize at =
      ufSizeAdd(b, tile->start[0], rowOffset(b, tile, output->access, row));
  at = ufSizeAdd(b, at, ufStatic(v * tile->blocking->lanes));
  MlirValue index = ufSizeValue(b, at);
  if (tile->masks[v].ptr)
    ufBuildOp(b, "vector.maskedstore", (UfTypes){0},
              UF_VALUES(output->flat, index, tile->masks[v], value),
              UF_NO_ATTRS, NULL, 0);
  else
    ufBuildOp(b, "vector.store", (UfTypes){0},
              UF_VALUES(value, output->flat, index), UF_NO_ATTRS, NULL, 0);
}

/// Vectors of the inputs of a statement for a row and a vector, each loaded
/// once for all rows or vectors that share it.
typedef struct Loaded {
  const UfStatement *statement;
  int first; ///< Of the statement's inputs among the operands.
  const UfSize *at;
  MlirValue row[UF_MAX_INPUTS];                 ///< Of the current row.
  MlirValue column[UF_MAX_INPUTS][UF_MAX_TILE]; ///< Of each vector.
} Loaded;

static MlirValue loadInput(UfBuilder *b, const Tile *tile, Loaded *loaded,
                           int i, int row, int v) {
  const UfOperand *operand = &tile->operands->list[loaded->first + i];
  const UfAccess *access = operand->access;
  if (!ufBodyUses(loaded->statement->op, i))
    return (MlirValue){NULL};
  bool byRow = movesWithRows(tile, access);
  bool byColumn = movesAlong(access, tile->blocking->vectorLoop);
  MlirValue *slot =
      byRow ? &loaded->row[i] : &loaded->column[i][byColumn ? v : 0];
  if (!slot->ptr || (byRow && (byColumn || v == 0)))
    *slot = loadVector(b, tile, operand, loaded->at[i], row, v);
  return *slot;
}

/// The statement's body for one vector. `acc` is the output's value.
static MlirValue applyBody(UfBuilder *b, const Tile *tile, Loaded *loaded,
                           MlirValue acc, int row, int v) {
  MlirValue args[UF_MAX_INPUTS + 1];
  const UfStatement *statement = loaded->statement;
  for (int i = 0; i < statement->numInputs; ++i)
    args[i] = loadInput(b, tile, loaded, i, row, v);
  args[statement->numInputs] = acc;
  const UfGroup *group = tile->group;
  if (group->dot.kind != UF_NO_DOT && statement == &group->root)
    return ufEmitDot(b, group->dot, group->lhs, args, acc,
                     tile->blocking->lanes);
  return ufVectorizeBody(b, statement->op, tile->blocking->lanes, args);
}

//===----------------------------------------------------------------------===//
// Before the reducing loops
//===----------------------------------------------------------------------===//

static void startValues(UfBuilder *b, const Tile *tile, MlirValue *acc) {
  const UfStatement *init = &tile->group->init;
  int vectors = (int)tile->blocking->vectors;
  const UfOperands *operands = tile->operands;
  int first = operands->inputs + tile->group->root.numInputs;
  Loaded loaded = {init, first, tile->start + first, {{NULL}}, {{{NULL}}}};
  MlirValue fill = {NULL};
  if (init->op.ptr && ufOpIs(init->op, "linalg.fill"))
    fill =
        ufSplat(b, mlirOperationGetOperand(init->op, 0), tile->blocking->lanes);
  for (int row = 0; row < tile->rows; ++row)
    for (int v = 0; v < vectors; ++v)
      acc[row * vectors + v] =
          fill.ptr ? fill
          : init->op.ptr
              ? applyBody(b, tile, &loaded, (MlirValue){NULL}, row, v)
              : loadVector(b, tile, &operands->list[operands->output],
                           tile->start[operands->output], row, v);
}

//===----------------------------------------------------------------------===//
// The reducing loops
//===----------------------------------------------------------------------===//

/// Sums that the reducing loops carry: the tile's, and those of columns.
static int countSums(const Tile *tile) {
  int rows = tile->rows + ufDotNeedsColumnSums(tile->group->dot);
  return rows * (int)tile->blocking->vectors;
}

static void emitStep(UfBuilder *b, const Tile *tile, const UfSize *at,
                     MlirValue *acc) {
  int vectors = (int)tile->blocking->vectors;
  int first = tile->operands->inputs;
  Loaded loaded = {&tile->group->root, first, at + first, {{NULL}}, {{{NULL}}}};
  for (int row = 0; row < tile->rows; ++row)
    for (int v = 0; v < vectors; ++v)
      acc[row * vectors + v] =
          applyBody(b, tile, &loaded, acc[row * vectors + v], row, v);
  MlirValue *columns = acc + tile->rows * vectors;
  for (int v = 0; v < vectors && ufDotNeedsColumnSums(tile->group->dot); ++v)
    columns[v] = ufEmitColumnSums(
        b, loadInput(b, tile, &loaded, 1 - tile->group->lhs, 0, v), columns[v],
        tile->blocking->lanes);
}

/// Where the inputs of the root are at step `step` of `loop`.
static void advance(UfBuilder *b, const Tile *tile, int loop, UfSize step,
                    const UfSize *at, UfSize *out) {
  int first = tile->operands->inputs;
  for (int i = first; i < first + tile->group->root.numInputs; ++i)
    out[i] = ufSizeAdd(
        b, at[i],
        ufSizeMul(b, step, tile->operands->list[i].access->stride[loop]));
}

/// Whether to write the steps of `loop` one after another: those of a small
/// window over channels that stay apart, whose few weights then stay in
/// registers as well.
static bool isUnrolled(const Tile *tile, int loop, int64_t *steps) {
  const UfStatement *root = &tile->group->root;
  UfSize extent = tile->group->loops.extent[loop];
  for (int i = 0; i < root->numInputs; ++i)
    if (!movesAlong(&root->inputs[i], tile->blocking->vectorLoop))
      return false;
  *steps = extent.value;
  return tile->group->dot.kind == UF_NO_DOT && ufIsStatic(extent) &&
         extent.value * tile->rows * tile->blocking->vectors <= MAX_UNROLLED;
}

static void emitLoops(UfBuilder *b, const Tile *tile, const int *order,
                      int depth, const UfSize *at, MlirValue *acc);

/// A loop over the steps of the `depth`-th reducing loop.
static void emitFor(UfBuilder *b, const Tile *tile, const int *order, int depth,
                    const UfSize *at, MlirValue *acc) {
  int loop = order[depth];
  UfSize inner[UF_MAX_OPERANDS];
  int count = countSums(tile);
  MlirType types[UF_MAX_TILE + 1];
  MlirLocation locs[UF_MAX_TILE + 1];
  MlirValue operands[UF_MAX_TILE + 3];
  types[0] = ufIndexType(b);
  operands[0] = ufIndex(b, 0);
  operands[1] = ufSizeValue(b, tile->group->loops.extent[loop]);
  operands[2] = ufIndex(b, 1);
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
  advance(&in, tile, loop, fromIndex(mlirBlockGetArgument(body, 0)), at, inner);
  MlirValue sums[UF_MAX_TILE] = {{NULL}};
  for (int i = 0; i < count; ++i)
    sums[i] = mlirBlockGetArgument(body, i + 1);
  emitLoops(&in, tile, order, depth + 1, inner, sums);
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, (UfValues){sums, count},
            UF_NO_ATTRS, NULL, 0);
  MlirOperation made =
      ufBuildOp(b, "scf.for", (UfTypes){types + 1, count},
                (UfValues){operands, count + 3}, UF_NO_ATTRS, &region, 1);
  for (int i = 0; i < count; ++i)
    acc[i] = ufResultOf(made, i);
}

/// The last group of a dot's loop, which lacks elements.
static void emitRest(UfBuilder *b, const Tile *tile, const int *order,
                     int depth, const UfSize *at, MlirValue *acc) {
  int loop = order[depth];
  UfSize inner[UF_MAX_OPERANDS];
  Tile part = *tile;
  part.part = tile->group->rest;
  advance(b, tile, loop, tile->group->loops.extent[loop], at, inner);
  emitLoops(b, &part, order, depth + 1, inner, acc);
}

/// The reducing loops from the `depth`-th on, outermost first.
static void emitLoops(UfBuilder *b, const Tile *tile, const int *order,
                      int depth, const UfSize *at, MlirValue *acc) {
  int loop = order[depth];
  UfSize inner[UF_MAX_OPERANDS];
  int64_t steps;
  if (loop == UF_NO_LOOP) {
    emitStep(b, tile, at, acc);
    return;
  }
  if (isUnrolled(tile, loop, &steps)) {
    for (int64_t step = 0; step < steps; ++step) {
      advance(b, tile, loop, ufStatic(step), at, inner);
      emitLoops(b, tile, order, depth + 1, inner, acc);
    }
    return;
  }
  emitFor(b, tile, order, depth, at, acc);
  if (tile->group->rest && loop == tile->group->dotLoop)
    emitRest(b, tile, order, depth, at, acc);
}

/// The reducing loops that run more than once, ended by UF_NO_LOOP.
static void orderLoops(const UfGroup *group, int *order) {
  int count = 0;
  for (int l = 0; l < group->loops.count; ++l)
    if (!group->loops.parallel[l] && (!ufIsSize(group->loops.extent[l], 1) ||
                                      (group->rest && l == group->dotLoop)))
      order[count++] = l;
  order[count] = UF_NO_LOOP;
}

//===----------------------------------------------------------------------===//
// After them
//===----------------------------------------------------------------------===//

/// Takes from the tile's sums what raising its rows by 128 added to them.
static void dropColumnSums(UfBuilder *b, const Tile *tile, MlirValue *acc) {
  int vectors = (int)tile->blocking->vectors;
  const MlirValue *columns = acc + tile->rows * vectors;
  for (int i = 0; i < tile->rows * vectors; ++i)
    acc[i] = ufBinary(b, "arith.subi", acc[i], columns[i % vectors]);
}

/// Computes what is stored from the sums.
static void emitSink(UfBuilder *b, const Tile *tile, int first,
                     MlirValue *acc) {
  const UfStatement *sink = &tile->group->sink;
  int vectors = (int)tile->blocking->vectors;
  int output = 0;
  while (!ufIsOutput(tile->group, &sink->inputs[output]))
    ++output;
  Loaded loaded = {sink, first, tile->start + first, {{NULL}}, {{{NULL}}}};
  for (int i = 0; i < tile->rows * vectors; ++i) {
    MlirValue args[UF_MAX_INPUTS + 1] = {{NULL}};
    for (int k = 0; k < sink->numInputs; ++k)
      args[k] = k == output
                    ? acc[i]
                    : loadInput(b, tile, &loaded, k, i / vectors, i % vectors);
    acc[i] = ufVectorizeBody(b, sink->op, tile->blocking->lanes, args);
  }
}

static void emitEpilogues(UfBuilder *b, const Tile *tile, MlirValue *acc) {
  int vectors = (int)tile->blocking->vectors;
  int first = tile->operands->inputs + tile->group->root.numInputs +
              tile->group->init.numInputs;
  for (int e = 0; e < tile->group->numEpilogues; ++e) {
    const UfStatement *epilogue = &tile->group->epilogues[e];
    Loaded loaded = {
        epilogue, first, tile->start + first, {{NULL}}, {{{NULL}}}};
    for (int row = 0; row < tile->rows; ++row)
      for (int v = 0; v < vectors; ++v)
        acc[row * vectors + v] =
            applyBody(b, tile, &loaded, acc[row * vectors + v], row, v);
    first += epilogue->numInputs;
  }
  if (tile->group->sink.op.ptr)
    emitSink(b, tile, first, acc);
}

/// Masks for the vectors of the last columns.
static void makeMasks(UfBuilder *b, Tile *tile) {
  for (int v = 0; v < tile->blocking->vectors && tile->place->left.ptr; ++v) {
    MlirValue rest = tile->place->left;
    if (v)
      rest = ufBinary(b, "arith.subi", rest,
                      ufIndex(b, v * tile->blocking->lanes));
    tile->masks[v] = ufBuild(b, "vector.create_mask",
                             ufVectorOf(tile->blocking->lanes, ufI1(b)),
                             UF_VALUES(rest), UF_NO_ATTRS);
  }
}

static void computeSums(UfBuilder *b, const Tile *tile, MlirValue *acc) {
  int order[UF_MAX_LOOPS + 1];
  int sums = tile->rows * (int)tile->blocking->vectors;
  orderLoops(tile->group, order);
  for (int i = sums; i < countSums(tile); ++i)
    acc[i] =
        ufSplat(b, ufNumber(b, ufElementType(tile->group->output.memref), 0),
                tile->blocking->lanes);
  emitLoops(b, tile, order, 0, tile->start, acc);
  if (ufDotNeedsColumnSums(tile->group->dot))
    dropColumnSums(b, tile, acc);
}

/// Adds sums that have been computed before to the tile's only row.
static void addSums(UfBuilder *b, const Tile *tile, MlirValue *acc) {
  const UfTilePlace *place = tile->place;
  MlirType element = ufElementType(place->sums);
  int64_t lanes = tile->blocking->lanes;
  const char *add = ufIsFloat(element) ? "arith.addf" : "arith.addi";
  for (int v = 0; v < tile->blocking->vectors; ++v) {
    MlirValue column = ufIndex(b, v * lanes);
    MlirValue sums =
        ufBuild(b, "vector.load", ufVectorOf(lanes, element),
                UF_VALUES(place->sums, place->sumsRow, column), UF_NO_ATTRS);
    acc[v] = ufBinary(b, add, acc[v], sums);
  }
}

void ufEmitTile(UfBuilder *b, const UfGroup *group, const UfBlocking *blocking,
                const UfOperands *operands, const UfTilePlace *place) {
  Tile tile = {.group = group,
               .blocking = blocking,
               .operands = operands,
               .place = place,
               .rows = (int)(place->rows * place->outerRows),
               .part = group->root.inputs[0].unit};
  MlirValue acc[UF_MAX_TILE] = {{NULL}};
  makeMasks(b, &tile);
  for (int i = 0; i < operands->count; ++i)
    tile.start[i] = ufTileStart(b, group, operands->list[i].access, place);
  startValues(b, &tile, acc);
  if (place->sums.ptr)
    addSums(b, &tile, acc);
  else
    computeSums(b, &tile, acc);
  emitEpilogues(b, &tile, acc);
  for (int row = 0; row < tile.rows; ++row)
    for (int v = 0; v < blocking->vectors; ++v)
      storeVector(b, &tile, acc[row * blocking->vectors + v], row, v);
}
