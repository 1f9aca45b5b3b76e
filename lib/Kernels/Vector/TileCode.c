//===-- TileCode.c - Code for one register tile ---------------------------===//

#include "Kernels/Vector/TileState.h"

#include "Kernels/Dot.h"
#include "Kernels/Vector/VectorBody.h"

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

UfSize ufTileStart(UfBuilder *b, const UfGroup *group, const UfAccess *access,
                   const UfTilePlace *place) {
  UfSize at = access->offset;
  for (int l = 0; l < group->loops.count; ++l) {
    MlirValue position = place->at[l];
    if (!position.ptr)
      continue;
    UfSize index = ufSizeOfIndex(position);
    if (access->packedLoop == l) {
      MlirValue panel = ufIndex(b, access->panel);
      UfSize which = ufSizeOfIndex(ufBinary(b, "arith.divui", position, panel));
      at = ufSizeAdd(b, at, ufSizeMul(b, which, access->panelStride));
      index = ufSizeOfIndex(ufBinary(b, "arith.remui", position, panel));
    }
    at = ufSizeAdd(b, at, ufSizeMul(b, index, access->stride[l]));
  }
  return at;
}

bool ufMovesAlong(const UfAccess *access, int loop) {
  return loop != UF_NO_LOOP && !ufIsSize(access->stride[loop], 0);
}

static bool movesWithRows(const UfTileState *tile, const UfAccess *access) {
  return ufMovesAlong(access, tile->blocking->rowLoop) ||
         ufMovesAlong(access, tile->blocking->outerRowLoop);
}

UfSize ufTileRow(UfBuilder *b, const UfBlocking *blocking,
                 const UfTilePlace *place, const UfAccess *access,
                 int64_t row) {
  UfSize offset = ufStatic(0);
  if (blocking->rowLoop != UF_NO_LOOP)
    offset = ufSizeMul(b, access->stride[blocking->rowLoop],
                       ufStatic(row % place->rows));
  if (blocking->outerRowLoop != UF_NO_LOOP)
    offset = ufSizeAdd(b, offset,
                       ufSizeMul(b, access->stride[blocking->outerRowLoop],
                                 ufStatic(row / place->rows)));
  return offset;
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

int64_t ufTileLanes(const UfTileState *tile, int v) {
  bool isLast = v + 1 == tile->blocking->vectors;
  return isLast && tile->place->lastLanes ? tile->place->lastLanes
                                          : tile->blocking->lanes;
}

/// The first lanes of `x`, as many as vector `v` has.
static MlirValue narrowed(UfBuilder *b, const UfTileState *tile, MlirValue x,
                          int v) {
  MlirType element = mlirShapedTypeGetElementType(mlirValueGetType(x));
  int64_t lanes = ufTileLanes(tile, v);
  if (lanes == tile->blocking->lanes)
    return x;
  MlirType i64 = mlirIntegerTypeGet(b->ctx, 64);
  MlirAttribute none = mlirIntegerAttrGet(i64, 0);
  MlirAttribute size = mlirIntegerAttrGet(i64, lanes);
  MlirAttribute one = mlirIntegerAttrGet(i64, 1);
  return ufBuild(b, "vector.extract_strided_slice", ufVectorOf(lanes, element),
                 UF_VALUES(x),
                 UF_ATTRS({"offsets", mlirArrayAttrGet(b->ctx, 1, &none)},
                          {"sizes", mlirArrayAttrGet(b->ctx, 1, &size)},
                          {"strides", mlirArrayAttrGet(b->ctx, 1, &one)}));
}

/// Vector `v` of row `row` of an operand at `at`; one element in all lanes when
/// it does not move along the vector loop. The last panel of packed operands is
/// whole, so they need no mask.
static MlirValue loadVector(UfBuilder *b, const UfTileState *tile,
                            const UfOperand *operand, UfSize at, int row,
                            int v) {
  const UfAccess *access = operand->access;
  int64_t lanes = ufTileLanes(tile, v);
  at = ufSizeAdd(b, at, ufTileRow(b, tile->blocking, tile->place, access, row));
  if (!ufMovesAlong(access, tile->blocking->vectorLoop)) {
    if (access->unit > 1)
      return ufLoadGroup(b, operand->flat, ufSizeValue(b, at),
                         ufElementType(access->memref), access->unit,
                         tile->part, lanes);
    MlirValue scalar =
        ufBuild(b, "memref.load", ufElementType(access->memref),
                UF_VALUES(operand->flat, ufSizeValue(b, at)), UF_NO_ATTRS);
    return ufSplat(b, scalar, lanes);
  }
  MlirType type =
      ufVectorOf(lanes * access->unit, ufElementType(access->memref));
  at = ufSizeAdd(b, at, ufStatic(v * tile->blocking->lanes * access->unit));
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

static void storeVector(UfBuilder *b, const UfTileState *tile, MlirValue value,
                        int row, int v) {
  const UfOperand *output = &tile->operands->list[0];
  UfSize at =
      ufSizeAdd(b, tile->start[0],
                ufTileRow(b, tile->blocking, tile->place, output->access, row));
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

MlirValue ufLoadInput(UfBuilder *b, const UfTileState *tile, UfLoaded *loaded,
                      int i, int row, int v) {
  const UfOperand *operand = &tile->operands->list[loaded->first + i];
  const UfAccess *access = operand->access;
  if (!ufBodyUses(loaded->statement->op, i))
    return (MlirValue){NULL};
  bool byRow = movesWithRows(tile, access);
  bool byColumn = ufMovesAlong(access, tile->blocking->vectorLoop);
  MlirValue *slot =
      byRow ? &loaded->row[i] : &loaded->column[i][byColumn ? v : 0];
  if (!slot->ptr || (byRow && (byColumn || v == 0)))
    *slot = loadVector(b, tile, operand, loaded->at[i], row, v);
  return byColumn ? *slot : narrowed(b, tile, *slot, v);
}

MlirValue ufApplyBody(UfBuilder *b, const UfTileState *tile, UfLoaded *loaded,
                      MlirValue acc, int row, int v) {
  MlirValue args[UF_MAX_INPUTS + 1];
  const UfStatement *statement = loaded->statement;
  for (int i = 0; i < statement->numInputs; ++i)
    args[i] = ufLoadInput(b, tile, loaded, i, row, v);
  args[statement->numInputs] = acc;
  const UfGroup *group = tile->group;
  if (group->dot.kind != UF_NO_DOT && statement == &group->root)
    return ufEmitDot(b, group->dot, group->lhs, args, acc,
                     tile->blocking->lanes);
  return ufVectorizeBody(b, statement->op, ufTileLanes(tile, v), args);
}

//===----------------------------------------------------------------------===//
// Before the reducing loops
//===----------------------------------------------------------------------===//

static void startValues(UfBuilder *b, const UfTileState *tile, MlirValue *acc) {
  const UfStatement *init = &tile->group->init;
  int vectors = (int)tile->blocking->vectors;
  const UfOperands *operands = tile->operands;
  int first = operands->inputs + tile->group->root.numInputs;
  UfLoaded loaded = {init, first, tile->start + first, {{NULL}}, {{{NULL}}}};
  MlirValue fill = {NULL};
  if (init->op.ptr && ufOpIs(init->op, "linalg.fill"))
    fill =
        ufSplat(b, mlirOperationGetOperand(init->op, 0), tile->blocking->lanes);
  for (int row = 0; row < tile->rows; ++row)
    for (int v = 0; v < vectors; ++v)
      acc[row * vectors + v] =
          fill.ptr ? narrowed(b, tile, fill, v)
          : init->op.ptr
              ? ufApplyBody(b, tile, &loaded, (MlirValue){NULL}, row, v)
              : loadVector(b, tile, &operands->list[operands->output],
                           tile->start[operands->output], row, v);
}

//===----------------------------------------------------------------------===//
// After them
//===----------------------------------------------------------------------===//

/// Computes what is stored from the sums.
static void emitSink(UfBuilder *b, const UfTileState *tile, int first,
                     MlirValue *acc) {
  const UfStatement *sink = &tile->group->sink;
  int vectors = (int)tile->blocking->vectors;
  int output = 0;
  while (!ufIsOutput(tile->group, &sink->inputs[output]))
    ++output;
  UfLoaded loaded = {sink, first, tile->start + first, {{NULL}}, {{{NULL}}}};
  for (int i = 0; i < tile->rows * vectors; ++i) {
    MlirValue args[UF_MAX_INPUTS + 1] = {{NULL}};
    for (int k = 0; k < sink->numInputs; ++k)
      args[k] = k == output ? acc[i]
                            : ufLoadInput(b, tile, &loaded, k, i / vectors,
                                          i % vectors);
    acc[i] = ufVectorizeBody(b, sink->op, ufTileLanes(tile, i % vectors), args);
  }
}

static void emitEpilogues(UfBuilder *b, const UfTileState *tile,
                          MlirValue *acc) {
  int vectors = (int)tile->blocking->vectors;
  int first = tile->operands->inputs + tile->group->root.numInputs +
              tile->group->init.numInputs;
  for (int e = 0; e < tile->group->numEpilogues; ++e) {
    const UfStatement *epilogue = &tile->group->epilogues[e];
    UfLoaded loaded = {
        epilogue, first, tile->start + first, {{NULL}}, {{{NULL}}}};
    for (int row = 0; row < tile->rows; ++row)
      for (int v = 0; v < vectors; ++v)
        acc[row * vectors + v] =
            ufApplyBody(b, tile, &loaded, acc[row * vectors + v], row, v);
    first += epilogue->numInputs;
  }
  if (tile->group->sink.op.ptr)
    emitSink(b, tile, first, acc);
}

/// Masks for the vectors of the last columns.
static void makeMasks(UfBuilder *b, UfTileState *tile) {
  for (int v = 0; v < tile->blocking->vectors && tile->place->left.ptr; ++v) {
    MlirValue rest = tile->place->left;
    if (v)
      rest = ufBinary(b, "arith.subi", rest,
                      ufIndex(b, v * tile->blocking->lanes));
    tile->masks[v] = ufBuild(b, "vector.create_mask",
                             ufVectorOf(ufTileLanes(tile, v), ufI1(b)),
                             UF_VALUES(rest), UF_NO_ATTRS);
  }
}

/// Adds sums that have been computed before to the tile's only row.
static void addSums(UfBuilder *b, const UfTileState *tile, MlirValue *acc) {
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
  UfTileState tile = {.group = group,
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
    ufComputeSums(b, &tile, acc);
  emitEpilogues(b, &tile, acc);
  for (int row = 0; row < tile.rows; ++row)
    for (int v = 0; v < blocking->vectors; ++v)
      storeVector(b, &tile, acc[row * blocking->vectors + v], row, v);
}
