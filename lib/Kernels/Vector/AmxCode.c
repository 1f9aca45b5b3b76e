//===-- AmxCode.c - Register tiles by AMX ---------------------------------===//

#include "Kernels/Vector/AmxCode.h"

#include "Kernels/Vector/AmxRegisters.h"
#include "Kernels/Vector/AmxSplit.h"

enum {
  /// Fewer rows or groups leave most of a tile's multipliers without work.
  LEAST_ROWS = 7,
  LEAST_GROUPS = 8,
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

int64_t ufAmxRows(const UfGroup *group, int lhs) {
  int64_t rows = 1;
  for (int l = 0; l < group->loops.count; ++l) {
    bool isRow = group->loops.parallel[l] &&
                 !ufIsSize(group->root.inputs[lhs].stride[l], 0);
    if (isRow && !ufIsStatic(group->loops.extent[l]))
      return 0;
    rows *= isRow ? group->loops.extent[l].value : 1;
  }
  return rows;
}

bool ufSuitsAmx(const UfGroup *group, const UfTarget *target) {
  if (!ufHasAmx(target, group->dot) || group->rest ||
      groupsOfStep(group) < LEAST_GROUPS)
    return false;
  const UfAccess *rhs = &group->root.inputs[1 - group->lhs];
  return ufAmxRows(group, group->lhs) >= LEAST_ROWS && ufIsAmxPanel(rhs->panel);
}

void ufChooseAmxRows(int64_t extent, int64_t *rows, int64_t *blockRows) {
  *rows = extent < UF_AMX_MAX_ROWS ? extent : UF_AMX_MAX_ROWS;
  *blockRows = *rows <= UF_AMX_ROWS ? *rows : (*rows + 1) / UF_AMX_BLOCKS;
  // The last tile must not have fewer rows than a block.
  while (extent % *rows && extent % *rows < *blockRows) {
    --*rows;
    *blockRows = (*rows + 1) / UF_AMX_BLOCKS;
  }
}

//===----------------------------------------------------------------------===//
// State
//===----------------------------------------------------------------------===//

/// The operands of the root that move: rows of groups and columns of groups.
typedef struct Place {
  UfSize rows[UF_AMX_BLOCKS], columns;
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
// Products
//===----------------------------------------------------------------------===//

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

/// Adds the products of one step of groups.
static void emitStep(UfBuilder *b, const Amx *amx, const Place *at) {
  const UfAccess *lhs = amx->lhs->access, *rhs = amx->rhs->access;
  int64_t width = UF_AMX_COLUMNS * rhs->unit;
  int rowLoop = amx->blocking->rowLoop;
  for (int i = 0; i < amx->rowBlocks; ++i)
    ufAmxLoad(b, ufAmxRow(i), amx->lhs->flat, at->rows[i],
              lhs->stride[rowLoop]);
  for (int j = 0; j < amx->columnBlocks; ++j)
    ufAmxLoad(b, ufAmxColumn(j), amx->rhs->flat,
              ufSizeAdd(b, at->columns, ufStatic(j * width)),
              rhs->stride[amx->group->dotLoop]);
  ufAmxMultiply(b, nameOfProduct(amx->group), amx->rowBlocks,
                amx->columnBlocks);
}

/// The reducing loops from the `depth`-th on; the one over groups comes last.
static void emitLoops(UfBuilder *b, const Amx *amx, int depth,
                      const Place *at) {
  bool isLast = amx->order[depth] == UF_NO_LOOP;
  int loop = isLast ? amx->group->dotLoop : amx->order[depth];
  UfLoopBody body = ufBeginLoop(b);
  Place inner = advance(&body.in, amx, at, loop, ufSizeOfIndex(body.iv));
  if (isLast)
    emitStep(&body.in, amx, &inner);
  else
    emitLoops(&body.in, amx, depth + 1, &inner);
  ufEndLoop(b, &body, ufStatic(0), amx->group->loops.extent[loop],
            isLast ? groupsOfStep(amx->group) : 1);
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// Where row block `i` begins among the tile's rows. Blocks overlap where rows
/// are not enough for both.
static int64_t blockStart(const UfBlocking *blocking, const UfTilePlace *place,
                          int i) {
  int64_t rows = place->rows * place->outerRows;
  return i ? rows - blocking->amxRows : 0;
}

void ufAmxRowStarts(UfBuilder *b, const UfGroup *group,
                    const UfBlocking *blocking, const UfAccess *access,
                    const UfTilePlace *place, UfSize *starts) {
  UfSize start = ufTileStart(b, group, access, place);
  for (int i = 0; i < ufAmxRowBlocks(blocking, place); ++i)
    starts[i] = ufSizeAdd(
        b, start,
        ufTileRow(b, blocking, place, access, blockStart(blocking, place, i)));
}

void ufAmxStoreSums(UfBuilder *b, const UfBlocking *blocking,
                    const UfTilePlace *place, MlirValue buffer) {
  int64_t width = blocking->vectors * UF_AMX_COLUMNS;
  for (int i = 0; i < ufAmxRowBlocks(blocking, place); ++i)
    for (int j = 0; j < blocking->vectors; ++j)
      ufAmxStore(b, ufAmxSum(i, j), buffer,
                 ufStatic(blockStart(blocking, place, i) * width +
                          (int64_t)j * UF_AMX_COLUMNS),
                 ufStatic(width));
}

/// What comes after the sums, row by row; `loop` is the one that they are
/// along.
static void emitRows(UfBuilder *b, const UfGroup *group,
                     const UfBlocking *blocking, const UfOperands *operands,
                     const UfTilePlace *place, int64_t first) {
  int loop = blocking->rowLoop;
  UfLoopBody body = ufBeginLoop(b);
  UfBuilder *in = &body.in;
  UfTilePlace row = *place;
  row.rows = row.outerRows = 1;
  if (place->sums.ptr)
    row.sumsRow = ufAdd(in, body.iv, ufIndex(in, first));
  row.at[loop] =
      place->at[loop].ptr ? ufAdd(in, place->at[loop], body.iv) : body.iv;
  ufEmitTile(in, group, blocking, operands, &row);
  ufEndLoop(b, &body, ufStatic(0), ufStatic(place->rows), 1);
}

void ufEmitAmxRows(UfBuilder *b, const UfGroup *group,
                   const UfBlocking *blocking, const UfOperands *operands,
                   const UfTilePlace *place) {
  int outer = blocking->outerRowLoop;
  for (int64_t i = 0; i < place->outerRows; ++i) {
    UfTilePlace line = *place;
    if (i)
      line.at[outer] = place->at[outer].ptr
                           ? ufAdd(b, place->at[outer], ufIndex(b, i))
                           : ufIndex(b, i);
    emitRows(b, group, blocking, operands, &line, i * place->rows);
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

static void emitDots(UfBuilder *b, const UfGroup *group,
                     const UfBlocking *blocking, const UfOperands *operands,
                     const UfTilePlace *place) {
  const UfOperand *inputs = &operands->list[operands->inputs];
  Amx amx = {.group = group,
             .blocking = blocking,
             .lhs = &inputs[group->lhs],
             .rhs = &inputs[1 - group->lhs],
             .rowBlocks = ufAmxRowBlocks(blocking, place),
             .columnBlocks = (int)blocking->vectors};
  orderLoops(&amx);
  ufAmxClear(b, amx.rowBlocks, amx.columnBlocks);
  Place at = {.columns = ufTileStart(b, group, amx.rhs->access, place)};
  ufAmxRowStarts(b, group, blocking, amx.lhs->access, place, at.rows);
  emitLoops(b, &amx, 0, &at);
  UfTilePlace summed = *place;
  summed.sums =
      ufAmxBuffer(b, ufElementType(group->output.memref), UF_AMX_MAX_ROWS,
                  blocking->vectors * UF_AMX_COLUMNS);
  ufAmxStoreSums(b, blocking, place, summed.sums);
  ufEmitAmxRows(b, group, blocking, operands, &summed);
}

void ufEmitAmxTile(UfBuilder *b, const UfGroup *group,
                   const UfBlocking *blocking, const UfOperands *operands,
                   const UfTilePlace *place) {
  if (blocking->terms)
    ufEmitSplitTile(b, group, blocking, operands, place);
  else
    emitDots(b, group, blocking, operands, place);
}

void ufBeginAmx(UfBuilder *b, const UfGroup *group,
                const UfBlocking *blocking) {
  ufAmxSetShapes(b, blocking->amxRows,
                 blocking->terms ? ufSplitGroups(group) : groupsOfStep(group));
}
