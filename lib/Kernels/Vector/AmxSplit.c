//===-- AmxSplit.c - f32 by AMX, as sums of bf16 --------------------------===//

#include "Kernels/Vector/AmxSplit.h"

#include "Kernels/Dot.h"
#include "Kernels/Vector/AmxCode.h"
#include "Kernels/Vector/VectorBody.h"

enum {
  /// Fewer rows are not worth splitting columns for.
  LEAST_ROWS = 16,
  MAX_TERMS = 3,
  MAX_PRODUCTS = 6,
  /// Of a register in a buffer: rows, of 32 bits each.
  PLANE = 16,
};

/// Terms of rows and columns that are multiplied, small products first, such
/// that either stays the same from one product to the next.
typedef struct Product {
  int row, column;
} Product;

static const Product ofTwo[] = {{0, 1}, {1, 0}, {0, 0}};
static const Product ofThree[MAX_PRODUCTS] = {{0, 2}, {0, 1}, {1, 1},
                                              {1, 0}, {2, 0}, {0, 0}};

/// A tile, or the columns of a task.
typedef struct Split {
  const UfGroup *group;
  const UfBlocking *blocking;
  const UfOperand *lhs, *rhs;
  int terms, rowBlocks, columnBlocks;
  int loop;              ///< Reducing, along the rows' memory.
  int64_t groups, steps; ///< Of a step, and steps of a sum.
  UfSize rowStart[UF_AMX_BLOCKS], columnStart;
  MlirValue rows;    ///< Terms of the rows of two steps.
  MlirValue columns; ///< Terms of the columns of all steps.
} Split;

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

/// The input of the root that is in panels; -1 without one.
static int panelsOf(const UfGroup *group) {
  for (int i = 0; i < group->root.numInputs; ++i)
    if (group->root.inputs[i].packedLoop >= 0)
      return i;
  return -1;
}

/// The reducing loop that the rows' neighbours are along, or UF_NO_LOOP.
static int splitLoop(const UfGroup *group) {
  int rhs = panelsOf(group);
  for (int l = 0; l < group->loops.count; ++l)
    if (!group->loops.parallel[l] && !ufIsSize(group->loops.extent[l], 1) &&
        ufIsSize(group->root.inputs[1 - rhs].stride[l], 1))
      return l;
  return UF_NO_LOOP;
}

int64_t ufSplitGroups(const UfGroup *group) {
  int64_t extent = group->loops.extent[splitLoop(group)].value;
  bool isWhole = extent / 2 % UF_AMX_GROUPS == 0;
  return isWhole ? UF_AMX_GROUPS : UF_AMX_GROUPS / 2;
}

bool ufMaySplit(MlirOperation op, int64_t rows, const UfTarget *target) {
  return target->f32Terms && target->amxBf16 && rows >= LEAST_ROWS &&
         ufMultipliesF32(op);
}

bool ufSuitsSplit(const UfGroup *group, const UfTarget *target) {
  int rhs = panelsOf(group);
  if (rhs < 0 || group->dot.kind != UF_NO_DOT || group->root.numInputs != 2 ||
      group->root.inputs[1 - rhs].packedLoop >= 0 ||
      !ufIsAmxPanel(group->root.inputs[rhs].panel) ||
      !ufMaySplit(group->root.op, ufAmxRows(group, 1 - rhs), target))
    return false;
  for (int l = 0; l < group->loops.count; ++l)
    if (!group->loops.parallel[l] && !ufIsStatic(group->loops.extent[l]))
      return false;
  int loop = splitLoop(group);
  return loop != UF_NO_LOOP &&
         group->loops.extent[loop].value % UF_AMX_GROUPS == 0;
}

static Split makeSplit(const UfGroup *group, const UfBlocking *blocking,
                       const UfOperands *operands, const UfTilePlace *place) {
  const UfOperand *inputs = &operands->list[operands->inputs];
  int rhs = panelsOf(group);
  Split split = {.group = group,
                 .blocking = blocking,
                 .lhs = &inputs[1 - rhs],
                 .rhs = &inputs[rhs],
                 .terms = (int)blocking->terms,
                 .rowBlocks = ufAmxRowBlocks(blocking, place),
                 .columnBlocks = (int)blocking->vectors,
                 .loop = splitLoop(group),
                 .groups = ufSplitGroups(group),
                 .steps = 1,
                 .columns = place->panel};
  for (int l = 0; l < group->loops.count; ++l)
    if (!group->loops.parallel[l])
      split.steps *= group->loops.extent[l].value;
  split.steps /= 2 * split.groups;
  return split;
}

/// Elements from the first step to step `step` in an operand.
static UfSize stepOffset(UfBuilder *b, const Split *split,
                         const UfAccess *access, UfSize step) {
  const UfLoops *loops = &split->group->loops;
  UfSize offset = ufStatic(0), left = step;
  // The steps of split->loop come one after another.
  for (int i = -1; i < loops->count; ++i) {
    int l = i < 0 ? split->loop : i;
    if (loops->parallel[l] || ufIsSize(loops->extent[l], 1) || i == split->loop)
      continue;
    int64_t width = i < 0 ? 2 * split->groups : 1;
    UfSize count = ufStatic(loops->extent[l].value / width);
    UfSize next = ufSizeDiv(b, left, count);
    UfSize index = ufSizeSub(b, left, ufSizeMul(b, next, count));
    UfSize stride = ufSizeMul(b, access->stride[l], ufStatic(width));
    offset = ufSizeAdd(b, offset, ufSizeMul(b, index, stride));
    left = next;
  }
  return offset;
}

//===----------------------------------------------------------------------===//
// Terms
//===----------------------------------------------------------------------===//

static MlirValue asBits(UfBuilder *b, MlirValue x, int64_t lanes) {
  return ufBuild(b, "vector.bitcast", ufVectorOf(lanes, ufIntType(b, 32)),
                 UF_VALUES(x), UF_NO_ATTRS);
}

static MlirValue allLanes(UfBuilder *b, int64_t bits, int64_t lanes) {
  return ufSplat(b, ufInteger(b, ufIntType(b, 32), bits), lanes);
}

/// The bf16 in the upper half of each lane's bits.
static MlirValue upperHalf(UfBuilder *b, MlirValue bits, int64_t lanes) {
  return ufBinary(b, "arith.andi", bits, allLanes(b, -0x10000, lanes));
}

/// The nearest bf16. Ties go away from zero. Of some NaN it is a number.
static MlirValue nearest(UfBuilder *b, MlirValue x, int64_t lanes) {
  MlirValue raised = ufBinary(b, "arith.addi", asBits(b, x, lanes),
                              allLanes(b, 0x8000, lanes));
  return upperHalf(b, raised, lanes);
}

/// The same where NaN has to stay: x * 65537 rounds in the place where bf16
/// ends (Dekker's splitting, Numerische Mathematik 18, 1971).
static MlirValue nearestOrNan(UfBuilder *b, MlirValue x, int64_t lanes) {
  MlirValue factor = ufSplat(b, ufNumber(b, ufF32(b), 65537), lanes);
  MlirValue large = ufBinary(b, "arith.mulf", x, factor);
  MlirValue rest = ufBinary(b, "arith.subf", large, x);
  MlirValue rounded = ufBinary(b, "arith.subf", large, rest);
  return upperHalf(b, asBits(b, rounded, lanes), lanes);
}

/// Takes term `t` from `*x`, which becomes what is left.
static MlirValue takeTerm(UfBuilder *b, const Split *split, int t, MlirValue *x,
                          int64_t lanes) {
  if (t == split->terms - 1) // keeps NaN; three terms have all 24 bits
    return split->terms == MAX_TERMS ? upperHalf(b, asBits(b, *x, lanes), lanes)
                                     : nearestOrNan(b, *x, lanes);
  MlirValue bits = nearest(b, *x, lanes);
  MlirValue term = ufBuild(b, "vector.bitcast", ufVectorOf(lanes, ufF32(b)),
                           UF_VALUES(bits), UF_NO_ATTRS);
  *x = ufBinary(b, "arith.subf", *x, term);
  return bits;
}

/// Stores the terms of two vectors, as pairs of bf16: those of a term in row
/// `row` of a plane, planes one after another.
static void storeTerms(UfBuilder *b, const Split *split, MlirValue pair[2],
                       int64_t lanes, MlirValue buffer, UfSize row) {
  for (int t = 0; t < split->terms; ++t) {
    MlirValue first = takeTerm(b, split, t, &pair[0], lanes);
    MlirValue second = takeTerm(b, split, t, &pair[1], lanes);
    MlirValue low = ufBinary(b, "arith.shrui", first, allLanes(b, 16, lanes));
    UfSize at = ufSizeAdd(b, row, ufStatic((int64_t)t * PLANE));
    ufBuildOp(b, "vector.store", (UfTypes){0},
              UF_VALUES(ufBinary(b, "arith.ori", low, second), buffer,
                        ufSizeValue(b, at), ufIndex(b, 0)),
              UF_NO_ATTRS, NULL, 0);
  }
}

static MlirValue loadFloats(UfBuilder *b, MlirValue flat, UfSize at,
                            int64_t lanes) {
  return ufBuild(b, "vector.load", ufVectorOf(lanes, ufF32(b)),
                 UF_VALUES(flat, ufSizeValue(b, at)), UF_NO_ATTRS);
}

/// Where the planes of block `block` of `step` begin, in rows of a buffer in
/// which each step has `blocks`.
static UfSize planesAt(UfBuilder *b, const Split *split, UfSize step,
                       int blocks, int block) {
  UfSize at =
      ufSizeAdd(b, ufSizeMul(b, step, ufStatic(blocks)), ufStatic(block));
  return ufSizeMul(b, at, ufStatic((int64_t)split->terms * PLANE));
}

//===----------------------------------------------------------------------===//
// Columns
//===----------------------------------------------------------------------===//

MlirValue ufSplitPanel(UfBuilder *b, const UfGroup *group,
                       const UfBlocking *blocking, const UfOperands *operands,
                       const UfTilePlace *place) {
  Split split = makeSplit(group, blocking, operands, place);
  const UfAccess *rhs = split.rhs->access;
  int blocks = split.columnBlocks;
  MlirValue buffer = ufAmxBuffer(
      b, ufIntType(b, 32), split.steps * blocks * split.terms * PLANE, PLANE);
  UfSize start = ufTileStart(b, group, rhs, place);
  UfLoopBody outer = ufBeginLoop(b);
  UfSize step = ufSizeOfIndex(outer.iv);
  UfSize at =
      ufSizeAdd(&outer.in, start, stepOffset(&outer.in, &split, rhs, step));
  UfLoopBody inner = ufBeginLoop(&outer.in);
  UfBuilder *in = &inner.in;
  UfSize stride = rhs->stride[split.loop], group0 = ufSizeOfIndex(inner.iv);
  UfSize first = ufSizeAdd(in, at, ufSizeMul(in, group0, stride));
  UfSize second =
      ufSizeAdd(in, first, ufSizeMul(in, stride, ufStatic(split.groups)));
  for (int j = 0; j < blocks; ++j) {
    UfSize column = ufStatic((int64_t)j * UF_AMX_COLUMNS);
    MlirValue pair[] = {
        loadFloats(in, split.rhs->flat, ufSizeAdd(in, first, column), PLANE),
        loadFloats(in, split.rhs->flat, ufSizeAdd(in, second, column), PLANE)};
    UfSize row = ufSizeAdd(in, planesAt(in, &split, step, blocks, j), group0);
    storeTerms(in, &split, pair, PLANE, buffer, row);
  }
  ufEndLoop(&outer.in, &inner, ufStatic(0), ufStatic(split.groups), 1);
  ufEndLoop(b, &outer, ufStatic(0), ufStatic(split.steps), 1);
  return buffer;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// Which of two buffers has the rows of a step.
static UfSize parityOf(UfBuilder *b, UfSize step) {
  UfSize half = ufSizeDiv(b, step, ufStatic(2));
  return ufSizeSub(b, step, ufSizeMul(b, half, ufStatic(2)));
}

/// Splits rows [from, to) of a tile's blocks at `step` into buffer `parity`.
static void splitRows(UfBuilder *b, const Split *split, UfSize step,
                      UfSize parity, int64_t from, int64_t to) {
  const UfAccess *lhs = split->lhs->access;
  int64_t height = split->blocking->amxRows;
  UfSize stride = lhs->stride[split->blocking->rowLoop];
  UfSize offset = stepOffset(b, split, lhs, step);
  for (int i = 0; i < split->rowBlocks; ++i) {
    int64_t lower = i * height < from ? from : i * height;
    int64_t upper = (i + 1) * height > to ? to : (i + 1) * height;
    if (lower >= upper)
      continue;
    UfSize start = ufSizeAdd(b, split->rowStart[i], offset);
    UfSize plane = planesAt(b, split, parity, UF_AMX_BLOCKS, i);
    UfLoopBody body = ufBeginLoop(b);
    UfBuilder *in = &body.in;
    UfSize row = ufSizeOfIndex(body.iv);
    UfSize at = ufSizeAdd(in, start, ufSizeMul(in, row, stride));
    MlirValue pair[] = {loadFloats(in, split->lhs->flat, at, split->groups),
                        loadFloats(in, split->lhs->flat,
                                   ufSizeAdd(in, at, ufStatic(split->groups)),
                                   split->groups)};
    storeTerms(in, split, pair, split->groups, split->rows,
               ufSizeAdd(in, plane, row));
    ufEndLoop(b, &body, ufStatic(lower - i * height),
              ufStatic(upper - i * height), 1);
  }
}

/// Loads a term of the rows or columns of a step.
static void loadTerm(UfBuilder *b, const Split *split, UfSize step, int blocks,
                     int present, int term, bool isRow) {
  for (int i = 0; i < present; ++i) {
    UfSize plane = planesAt(b, split, step, blocks, i);
    plane = ufSizeAdd(b, plane, ufStatic((int64_t)term * PLANE));
    ufAmxLoad(b, isRow ? ufAmxRow(i) : ufAmxColumn(i),
              isRow ? split->rows : split->columns,
              ufSizeMul(b, plane, ufStatic(PLANE)), ufStatic(PLANE));
  }
}

/// Multiplies one step and splits the rows of the next meanwhile.
static void emitStep(UfBuilder *b, const Split *split, UfSize step) {
  bool isThree = split->terms == MAX_TERMS;
  const Product *products = isThree ? ofThree : ofTwo;
  int count = isThree ? UF_COUNT(ofThree) : UF_COUNT(ofTwo);
  int64_t rows = split->rowBlocks * split->blocking->amxRows;
  UfSize after = ufSizeAdd(b, step, ufStatic(1));
  UfSize parity = parityOf(b, step), other = parityOf(b, after);
  // The last step splits its own rows again, beside those it multiplies.
  UfSize next = ufSizeMin(b, after, ufStatic(split->steps - 1));
  for (int i = 0; i < count; ++i) {
    if (i == 0 || products[i].row != products[i - 1].row)
      loadTerm(b, split, parity, UF_AMX_BLOCKS, split->rowBlocks,
               products[i].row, true);
    if (i == 0 || products[i].column != products[i - 1].column)
      loadTerm(b, split, step, split->columnBlocks, split->columnBlocks,
               products[i].column, false);
    ufAmxMultiply(b, "llvm.x86.tdpbf16ps", split->rowBlocks,
                  split->columnBlocks);
    if (split->steps > 1)
      splitRows(b, split, next, other, rows * i / count,
                rows * (i + 1) / count);
  }
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

static void emitSteps(UfBuilder *b, const Split *split, UfSize lower,
                      UfSize upper) {
  ufAmxClear(b, split->rowBlocks, split->columnBlocks);
  UfLoopBody body = ufBeginLoop(b);
  emitStep(&body.in, split, ufSizeOfIndex(body.iv));
  ufEndLoop(b, &body, lower, upper, 1);
}

static MlirValue loadSums(UfBuilder *b, MlirValue buffer, MlirValue row,
                          int column) {
  return ufBuild(
      b, "vector.load", ufVectorOf(UF_AMX_COLUMNS, ufF32(b)),
      UF_VALUES(buffer, row, ufIndex(b, (int64_t)column * UF_AMX_COLUMNS)),
      UF_NO_ATTRS);
}

static void storeSums(UfBuilder *b, MlirValue value, MlirValue buffer,
                      MlirValue row, int column) {
  ufBuildOp(b, "vector.store", (UfTypes){0},
            UF_VALUES(value, buffer, row,
                      ufIndex(b, (int64_t)column * UF_AMX_COLUMNS)),
            UF_NO_ATTRS, NULL, 0);
}

/// Adds `partial` to `sums`, or sets `sums` to zero when `partial` is null.
static void addSums(UfBuilder *b, const Split *split, int64_t rows,
                    MlirValue partial, MlirValue sums) {
  UfLoopBody body = ufBeginLoop(b);
  UfBuilder *in = &body.in;
  for (int j = 0; j < split->columnBlocks; ++j) {
    MlirValue value = ufSplat(in, ufNumber(in, ufF32(in), 0), UF_AMX_COLUMNS);
    if (partial.ptr)
      value = ufBinary(in, "arith.addf", loadSums(in, sums, body.iv, j),
                       loadSums(in, partial, body.iv, j));
    storeSums(in, value, sums, body.iv, j);
  }
  ufEndLoop(b, &body, ufStatic(0), ufStatic(rows), 1);
}

/// All products of the tile, into `sums`.
static void computeSums(UfBuilder *b, const Split *split,
                        const UfTilePlace *place, MlirValue sums) {
  int64_t rows = place->rows * place->outerRows;
  int64_t chain = UF_CHAIN / (2 * split->groups);
  if (split->steps <= UF_LONG_CHAIN / (2 * split->groups)) {
    emitSteps(b, split, ufStatic(0), ufStatic(split->steps));
    ufAmxStoreSums(b, split->blocking, place, sums);
    return;
  }
  MlirValue partial =
      ufAmxBuffer(b, ufF32(b), UF_AMX_MAX_ROWS,
                  (int64_t)split->columnBlocks * UF_AMX_COLUMNS);
  addSums(b, split, rows, (MlirValue){NULL}, sums);
  UfLoopBody body = ufBeginLoop(b);
  UfBuilder *in = &body.in;
  UfSize lower = ufSizeOfIndex(body.iv);
  UfSize upper = ufSizeMin(in, ufSizeAdd(in, lower, ufStatic(chain)),
                           ufStatic(split->steps));
  emitSteps(in, split, lower, upper);
  ufAmxStoreSums(in, split->blocking, place, partial);
  addSums(in, split, rows, partial, sums);
  ufEndLoop(b, &body, ufStatic(0), ufStatic(split->steps), chain);
}

/// Whether all sums are finite: times 0 they then add up to 0.
static MlirValue areFinite(UfBuilder *b, const Split *split, int64_t rows,
                           MlirValue sums) {
  MlirValue zero = ufSplat(b, ufNumber(b, ufF32(b), 0), UF_AMX_COLUMNS);
  MlirValue found[UF_AMX_BLOCKS] = {zero, zero};
  for (int64_t row = 0; row < rows; ++row)
    for (int j = 0; j < split->columnBlocks; ++j) {
      MlirValue value = loadSums(b, sums, ufIndex(b, row), j);
      found[j] = ufBuild(b, "vector.fma", mlirValueGetType(value),
                         UF_VALUES(value, zero, found[j]), UF_NO_ATTRS);
    }
  MlirValue all = ufBinary(b, "arith.addf", found[0], found[1]);
  MlirValue total = ufBuild(
      b, "vector.reduction", ufF32(b), UF_VALUES(all),
      UF_ATTRS(
          {"kind", mlirAttributeParseGet(b->ctx, ufStr("#vector.kind<add>"))}));
  return ufCompare(b, UF_EQ, total, ufNumber(b, ufF32(b), 0), false);
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

static MlirRegion rowsRegion(UfBuilder *b, const Split *split,
                             const UfOperands *operands,
                             const UfTilePlace *place) {
  MlirRegion region = mlirRegionCreate();
  MlirBlock block = mlirBlockCreate(0, NULL, NULL);
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder in = ufBuilderIn(b, block);
  ufEmitAmxRows(&in, split->group, split->blocking, operands, place);
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS, NULL, 0);
  return region;
}

void ufEmitSplitTile(UfBuilder *b, const UfGroup *group,
                     const UfBlocking *blocking, const UfOperands *operands,
                     const UfTilePlace *place) {
  Split split = makeSplit(group, blocking, operands, place);
  int64_t rows = place->rows * place->outerRows;
  ufAmxRowStarts(b, group, blocking, split.lhs->access, place, split.rowStart);
  split.rows =
      ufAmxBuffer(b, ufIntType(b, 32),
                  (int64_t)2 * UF_AMX_BLOCKS * split.terms * PLANE, PLANE);
  splitRows(b, &split, ufStatic(0), ufStatic(0), 0,
            split.rowBlocks * blocking->amxRows);
  UfTilePlace summed = *place, again = *place;
  summed.sums = ufAmxBuffer(b, ufF32(b), UF_AMX_MAX_ROWS,
                            (int64_t)split.columnBlocks * UF_AMX_COLUMNS);
  computeSums(b, &split, place, summed.sums);
  MlirValue isFinite = areFinite(b, &split, rows, summed.sums);
  MlirRegion regions[] = {rowsRegion(b, &split, operands, &summed),
                          rowsRegion(b, &split, operands, &again)};
  ufBuildOp(b, "scf.if", (UfTypes){0}, UF_VALUES(isFinite), UF_NO_ATTRS,
            regions, 2);
}
