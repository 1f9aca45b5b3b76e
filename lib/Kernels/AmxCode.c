//===-- AmxCode.c - Register tiles by AMX ---------------------------------===//

#include "Kernels/AmxCode.h"

#include "IR/MemRef.h"

enum {
  /// Fewer rows or groups leave most of a tile's multipliers without work.
  LEAST_ROWS = 7,
  LEAST_GROUPS = 8,
  /// Row and column blocks of a tile, and what they add up to.
  MAX_BLOCKS = 2,
  MAX_ROWS = MAX_BLOCKS * UF_AMX_ROWS,
  MAX_COLUMNS = MAX_BLOCKS * UF_AMX_COLUMNS,
  MAX_SUMS = MAX_BLOCKS * MAX_BLOCKS,
  /// Of a row of sums or columns, in bytes.
  WIDE = 4 * UF_AMX_COLUMNS
};

bool ufHasAmx(const UfTarget *target, UfDot dot) {
  return (dot.kind == UF_DOT_BF16 && target->amxBf16) ||
         (dot.kind == UF_DOT_INT8 && target->amxInt8);
}

/// How many groups a step takes: what divides all of them.
static int64_t groupsOfStep(const UfGroup *group) {
  int64_t extent = group->loops.extent[group->dotLoop].value;
  int64_t groups = UF_AMX_GROUPS;
  while (extent % groups)
    --groups;
  return groups;
}

bool ufSuitsAmx(const UfGroup *group, const UfTarget *target) {
  if (!ufHasAmx(target, group->dot) || group->rest ||
      groupsOfStep(group) < LEAST_GROUPS)
    return false;
  int64_t rows = 1;
  for (int l = 0; l < group->loops.count; ++l) {
    bool isRow = group->loops.parallel[l] &&
                 !ufIsSize(group->root.inputs[group->lhs].stride[l], 0);
    if (isRow && !ufIsStatic(group->loops.extent[l]))
      return false;
    rows *= isRow ? group->loops.extent[l].value : 1;
  }
  const UfAccess *rhs = &group->root.inputs[1 - group->lhs];
  return rows >= LEAST_ROWS && rhs->panel % UF_AMX_COLUMNS == 0 &&
         rhs->panel <= MAX_COLUMNS;
}

void ufChooseAmxRows(int64_t extent, int64_t *rows, int64_t *blockRows) {
  *rows = extent < MAX_ROWS ? extent : MAX_ROWS;
  *blockRows = *rows <= UF_AMX_ROWS ? *rows : (*rows + 1) / MAX_BLOCKS;
  // The last tile must not have fewer rows than a block.
  while (extent % *rows && extent % *rows < *blockRows) {
    --*rows;
    *blockRows = (*rows + 1) / MAX_BLOCKS;
  }
}

//===----------------------------------------------------------------------===//
// State
//===----------------------------------------------------------------------===//

/// The operands of the root that move: rows of groups and columns of groups.
typedef struct Place {
  UfSize rows[MAX_BLOCKS], columns;
} Place;

typedef struct Amx {
  const UfGroup *group;
  const UfBlocking *blocking;
  const UfOperand *lhs, *rhs;
  int rowBlocks, columnBlocks;
  int order[UF_MAX_LOOPS + 1]; ///< Reducing loops but dotLoop.
} Amx;

/// Moves both operands by `steps` of a reducing loop.
static Place advance(UfBuilder *b, const Amx *amx, const Place *at, int loop,
                     UfSize steps) {
  Place moved = *at;
  UfSize rows = ufSizeMul(b, steps, amx->lhs->access->stride[loop]);
  for (int i = 0; i < amx->rowBlocks; ++i)
    moved.rows[i] = ufSizeAdd(b, at->rows[i], rows);
  UfSize columns = ufSizeMul(b, steps, amx->rhs->access->stride[loop]);
  moved.columns = ufSizeAdd(b, at->columns, columns);
  return moved;
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

// Registers are named here. LLVM can also choose them and find their shapes, as
// the amx dialect has it, but then each shape needs its own registers.

/// The registers: sums first, then rows, then columns.
static int sumAt(const Amx *amx, int i, int j) {
  return i * amx->columnBlocks + j;
}
static int rowsAt(int i) { return MAX_SUMS + i; }
static int columnsAt(int j) { return rowsAt(MAX_BLOCKS) + j; }

static void emit(UfBuilder *b, const char *name, UfValues operands) {
  MlirAttribute segments =
      mlirDenseI32ArrayGet(b->ctx, 2, (int32_t[]){(int32_t)operands.size, 0});
  ufBuildOp(
      b, "llvm.call_intrinsic", (UfTypes){0}, operands,
      UF_ATTRS({"intrin", mlirStringAttrGet(b->ctx, ufStr(name))},
               {"operandSegmentSizes", segments},
               {"op_bundle_sizes", mlirDenseI32ArrayGet(b->ctx, 0, NULL)}),
      NULL, 0);
}

static MlirValue registerOf(UfBuilder *b, int number) {
  return ufInteger(b, ufIntType(b, 8), number);
}

/// The address of element `at` of a buffer.
static MlirValue pointerTo(UfBuilder *b, MlirValue buffer, UfSize at) {
  int64_t bytes = ufElementBytes(ufElementType(buffer));
  MlirValue base = ufBuild(b, "memref.extract_aligned_pointer_as_index",
                           ufIndexType(b), UF_VALUES(buffer), UF_NO_ATTRS);
  UfSize address =
      ufSizeAdd(b, ufSizeOfIndex(base), ufSizeMul(b, at, ufStatic(bytes)));
  MlirValue number = ufBuild(b, "arith.index_cast", ufI64(b),
                             UF_VALUES(ufSizeValue(b, address)), UF_NO_ATTRS);
  return ufBuild(b, "llvm.inttoptr", ufPointerType(b), UF_VALUES(number),
                 UF_NO_ATTRS);
}

/// Loads or stores a register; `stride` is in elements.
static void moveTile(UfBuilder *b, const char *name, int number,
                     MlirValue buffer, UfSize at, UfSize stride) {
  int64_t bytes = ufElementBytes(ufElementType(buffer));
  MlirValue pointer = pointerTo(b, buffer, at);
  UfSize step = ufSizeMul(b, stride, ufStatic(bytes));
  MlirValue wide = ufBuild(b, "arith.index_cast", ufI64(b),
                           UF_VALUES(ufSizeValue(b, step)), UF_NO_ATTRS);
  emit(b, name, UF_VALUES(registerOf(b, number), pointer, wide));
}

/// The instruction for a dot of what is in rows with what is in columns.
static const char *nameOfProduct(const UfGroup *group) {
  static const char *const ofBytes[2][2] = {
      {"llvm.x86.tdpbssd", "llvm.x86.tdpbsud"},
      {"llvm.x86.tdpbusd", "llvm.x86.tdpbuud"}};
  const UfDot *dot = &group->dot;
  if (dot->kind == UF_DOT_BF16)
    return "llvm.x86.tdpbf16ps";
  return ofBytes[dot->isUnsigned[group->lhs]][dot->isUnsigned[1 - group->lhs]];
}

/// The registers' shapes, as LDTILECFG reads them: byte 0 is the palette, bytes
/// from 16 on have the registers' bytes per row in 16 bits each, bytes from 48
/// on have their rows.
static void setShape(uint64_t *config, int number, int64_t rows,
                     int64_t rowBytes) {
  config[2 + number / 4] |= (uint64_t)rowBytes << (16 * (number % 4));
  config[6] |= (uint64_t)rows << (8 * number);
}

static MlirValue makeBuffer(UfBuilder *b, MlirType element, int64_t rows,
                            int64_t columns) {
  MlirType type = mlirMemRefTypeContiguousGet(
      element, 2, (int64_t[]){rows, columns}, mlirAttributeGetNull());
  MlirAttribute segments = mlirDenseI32ArrayGet(b->ctx, 2, (int32_t[]){0, 0});
  return ufBuild(b, "memref.alloc", type, UF_NO_VALUES,
                 UF_ATTRS({"operandSegmentSizes", segments},
                          {"alignment", mlirIntegerAttrGet(ufI64(b), 64)}));
}

void ufBeginAmx(UfBuilder *b, const UfGroup *group,
                const UfBlocking *blocking) {
  uint64_t config[8] = {1};
  int64_t groups = groupsOfStep(group);
  for (int i = 0; i < MAX_SUMS; ++i)
    setShape(config, i, blocking->amxRows, WIDE);
  for (int i = 0; i < MAX_BLOCKS; ++i) {
    setShape(config, rowsAt(i), blocking->amxRows, 4 * groups);
    setShape(config, columnsAt(i), groups, WIDE);
  }
  MlirValue buffer = makeBuffer(b, ufI64(b), 1, 8);
  for (int i = 0; i < 8; ++i)
    ufBuildOp(b, "memref.store", (UfTypes){0},
              UF_VALUES(ufInteger(b, ufI64(b), (int64_t)config[i]), buffer,
                        ufIndex(b, 0), ufIndex(b, i)),
              UF_NO_ATTRS, NULL, 0);
  emit(b, "llvm.x86.ldtilecfg", UF_VALUES(pointerTo(b, buffer, ufStatic(0))));
}

void ufEndAmx(UfBuilder *b) { emit(b, "llvm.x86.tilerelease", UF_NO_VALUES); }

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Adds the products of one step of groups.
static void emitStep(UfBuilder *b, const Amx *amx, const Place *at) {
  const UfAccess *lhs = amx->lhs->access, *rhs = amx->rhs->access;
  int64_t width = UF_AMX_COLUMNS * rhs->unit;
  int rowLoop = amx->blocking->rowLoop;
  for (int i = 0; i < amx->rowBlocks; ++i)
    moveTile(b, "llvm.x86.tileloadd64", rowsAt(i), amx->lhs->flat, at->rows[i],
             lhs->stride[rowLoop]);
  for (int j = 0; j < amx->columnBlocks; ++j)
    moveTile(b, "llvm.x86.tileloadd64", columnsAt(j), amx->rhs->flat,
             ufSizeAdd(b, at->columns, ufStatic(j * width)),
             rhs->stride[amx->group->dotLoop]);
  for (int i = 0; i < amx->rowBlocks; ++i)
    for (int j = 0; j < amx->columnBlocks; ++j)
      emit(b, nameOfProduct(amx->group),
           UF_VALUES(registerOf(b, sumAt(amx, i, j)), registerOf(b, rowsAt(i)),
                     registerOf(b, columnsAt(j))));
}

/// The body of a loop that is being written, and its index.
typedef struct Body {
  MlirRegion region;
  UfBuilder in;
  MlirValue iv;
} Body;

static Body beginLoop(const UfBuilder *b) {
  Body body = {.region = mlirRegionCreate()};
  MlirType index = ufIndexType(b);
  MlirBlock block = mlirBlockCreate(1, &index, &b->loc);
  mlirRegionAppendOwnedBlock(body.region, block);
  body.in = ufBuilderIn(b, block);
  body.iv = mlirBlockGetArgument(block, 0);
  return body;
}

static void endLoop(UfBuilder *b, Body *body, UfSize upper, int64_t step) {
  ufBuildOp(&body->in, "scf.yield", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS,
            NULL, 0);
  ufBuildOp(b, "scf.for", (UfTypes){0},
            UF_VALUES(ufIndex(b, 0), ufSizeValue(b, upper), ufIndex(b, step)),
            UF_NO_ATTRS, &body->region, 1);
}

/// The reducing loops from the `depth`-th on; the one over groups comes last.
static void emitLoops(UfBuilder *b, const Amx *amx, int depth,
                      const Place *at) {
  bool isLast = amx->order[depth] == UF_NO_LOOP;
  int loop = isLast ? amx->group->dotLoop : amx->order[depth];
  Body body = beginLoop(b);
  Place inner = advance(&body.in, amx, at, loop, ufSizeOfIndex(body.iv));
  if (isLast)
    emitStep(&body.in, amx, &inner);
  else
    emitLoops(&body.in, amx, depth + 1, &inner);
  endLoop(b, &body, amx->group->loops.extent[loop],
          isLast ? groupsOfStep(amx->group) : 1);
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// Where row block `i` begins among the tile's rows. Blocks overlap where rows
/// are not enough for both.
static int64_t blockStart(const Amx *amx, const UfTilePlace *place, int i) {
  int64_t rows = place->rows * place->outerRows;
  return i ? rows - amx->blocking->amxRows : 0;
}

static void storeSums(UfBuilder *b, const Amx *amx, const UfTilePlace *place,
                      MlirValue buffer) {
  int64_t width = (int64_t)amx->columnBlocks * UF_AMX_COLUMNS;
  for (int i = 0; i < amx->rowBlocks; ++i)
    for (int j = 0; j < amx->columnBlocks; ++j)
      moveTile(b, "llvm.x86.tilestored64", sumAt(amx, i, j), buffer,
               ufStatic(blockStart(amx, place, i) * width +
                        (int64_t)j * UF_AMX_COLUMNS),
               ufStatic(width));
}

/// What comes after the sums, row by row; `loop` is the one that they are
/// along.
static void emitRows(UfBuilder *b, const Amx *amx, const UfOperands *operands,
                     const UfTilePlace *place, MlirValue buffer, int loop,
                     int64_t first, int64_t count) {
  Body body = beginLoop(b);
  UfBuilder *in = &body.in;
  UfTilePlace row = *place;
  row.rows = row.outerRows = 1;
  row.sums = buffer;
  row.sumsRow = ufAdd(in, body.iv, ufIndex(in, first));
  row.at[loop] =
      place->at[loop].ptr ? ufAdd(in, place->at[loop], body.iv) : body.iv;
  ufEmitTile(in, amx->group, amx->blocking, operands, &row);
  endLoop(b, &body, ufStatic(count), 1);
}

static void emitAllRows(UfBuilder *b, const Amx *amx,
                        const UfOperands *operands, const UfTilePlace *place,
                        MlirValue buffer) {
  int outer = amx->blocking->outerRowLoop;
  for (int64_t i = 0; i < place->outerRows; ++i) {
    UfTilePlace line = *place;
    if (i)
      line.at[outer] = place->at[outer].ptr
                           ? ufAdd(b, place->at[outer], ufIndex(b, i))
                           : ufIndex(b, i);
    emitRows(b, amx, operands, &line, buffer, amx->blocking->rowLoop,
             i * place->rows, place->rows);
  }
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

static void orderLoops(Amx *amx) {
  const UfGroup *group = amx->group;
  int count = 0;
  for (int l = 0; l < group->loops.count; ++l)
    if (!group->loops.parallel[l] && l != group->dotLoop &&
        !ufIsSize(group->loops.extent[l], 1))
      amx->order[count++] = l;
  amx->order[count] = UF_NO_LOOP;
}

void ufEmitAmxTile(UfBuilder *b, const UfGroup *group,
                   const UfBlocking *blocking, const UfOperands *operands,
                   const UfTilePlace *place) {
  const UfOperand *inputs = &operands->list[operands->inputs];
  int64_t rows = place->rows * place->outerRows;
  Amx amx = {.group = group,
             .blocking = blocking,
             .lhs = &inputs[group->lhs],
             .rhs = &inputs[1 - group->lhs],
             .rowBlocks = rows > blocking->amxRows ? 2 : 1,
             .columnBlocks = (int)blocking->vectors};
  orderLoops(&amx);
  for (int i = 0; i < amx.rowBlocks; ++i)
    for (int j = 0; j < amx.columnBlocks; ++j)
      emit(b, "llvm.x86.tilezero", UF_VALUES(registerOf(b, sumAt(&amx, i, j))));
  Place at = {.columns = ufTileStart(b, group, amx.rhs->access, place)};
  UfSize start = ufTileStart(b, group, amx.lhs->access, place);
  for (int i = 0; i < amx.rowBlocks; ++i)
    at.rows[i] = ufSizeAdd(b, start,
                           ufTileRow(b, blocking, place, amx.lhs->access,
                                     blockStart(&amx, place, i)));
  emitLoops(b, &amx, 0, &at);
  MlirValue buffer =
      makeBuffer(b, ufElementType(group->output.memref), MAX_ROWS,
                 (int64_t)amx.columnBlocks * UF_AMX_COLUMNS);
  storeSums(b, &amx, place, buffer);
  emitAllRows(b, &amx, operands, place, buffer);
}
