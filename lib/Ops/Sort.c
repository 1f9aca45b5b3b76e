//===-- Sort.c - Sorting by merging runs of 1, 2, 4, ... elements ---------===//

#include "Ops/Sort.h"

#include "Ops/Move.h"
#include "Ops/Nest.h"

#include <assert.h>

MlirValue ufComesBefore(UfBuilder *b, MlirValue x, MlirValue y,
                        UfSortOrder order) {
  bool isUnsigned = ufIsUnsigned(ufElementType(ufOperandOf(b->op, 0)));
  MlirValue before =
      ufCompare(b, order.largest ? UF_GT : UF_LT, x, y, isUnsigned);
  if (!ufIsFloat(mlirValueGetType(x)))
    return before;
  MlirValue nan = order.nanIsLast ? y : x, number = order.nanIsLast ? x : y;
  MlirValue isNan = ufCompare(b, UF_NE, nan, nan, false);
  MlirValue isNumber = ufCompare(b, UF_EQ, number, number, false);
  return ufBinary(b, "arith.ori", before,
                  ufBinary(b, "arith.andi", isNan, isNumber));
}

/// What is carried from pass to pass: the tensors, then one row of each, which
/// runs are merged into.
enum { MAX_CARRIED = 2 * UF_MAX_SORTED };

/// Merging neighbouring runs of one row.
typedef struct Merge {
  const UfSort *sort;
  int rank;
  UfSize size;          ///< Of the row.
  const MlirValue *row; ///< The loops over the other dimensions.
  MlirValue width;      ///< Of a run.
  const MlirValue *from;
} Merge;

/// Indices into a whole tensor.
static void place(const Merge *merge, MlirValue index, MlirValue *at) {
  int axis = merge->sort->axis;
  for (int d = 0; d < merge->rank; ++d)
    at[d] = d == axis ? index : merge->row[d - (d > axis)];
}

/// An element of each of the tensors.
static void extractAll(UfBuilder *b, const Merge *merge, MlirValue index,
                       MlirValue *record) {
  MlirValue at[UF_MAX_RANK];
  place(merge, index, at);
  for (int i = 0; i < merge->sort->count; ++i)
    record[i] = ufExtract(b, merge->from[i], at);
}

/// Writes element at[0] of the merged runs. Behind those are carried where the
/// two runs are read.
static void stepMerge(UfBuilder *b, const MlirValue *at,
                      const MlirValue *carried, MlirValue *next,
                      const void *data) {
  const Merge *merge = data;
  const UfSort *sort = merge->sort;
  int leftAt = sort->count, rightAt = leftAt + 1;
  MlirValue n = ufSizeValue(b, merge->size), one = ufIndex(b, 1);
  MlirValue last = ufSub(b, n, one),
            both = ufAdd(b, merge->width, merge->width);
  MlirValue offset = ufBinary(b, "arith.andi", at[0], ufSub(b, both, one));
  MlirValue start = ufSub(b, at[0], offset);
  MlirValue middle = ufMin(b, ufAdd(b, start, merge->width), n, false);
  MlirValue end = ufMin(b, ufAdd(b, start, both), n, false);
  MlirValue isStart = ufCompare(b, UF_EQ, offset, ufIndex(b, 0), false);
  MlirValue left = ufSelect(b, isStart, start, carried[leftAt]);
  MlirValue right = ufSelect(b, isStart, middle, carried[rightAt]);
  MlirValue x[UF_MAX_SORTED], y[UF_MAX_SORTED];
  extractAll(b, merge, ufMin(b, left, last, false), x);
  extractAll(b, merge, ufMin(b, right, last, false), y);
  MlirValue leftIsDone = ufCompare(b, UF_GE, left, middle, false);
  MlirValue takesRight =
      ufBinary(b, "arith.ori", leftIsDone, sort->isBefore(b, y, x, sort->data));
  takesRight = ufBinary(b, "arith.andi", takesRight,
                        ufCompare(b, UF_LT, right, end, false));
  for (int i = 0; i < sort->count; ++i)
    next[i] =
        ufInsertScalar(b, ufSelect(b, takesRight, y[i], x[i]), carried[i], at);
  next[leftAt] = ufSelect(b, takesRight, left, ufAdd(b, left, one));
  next[rightAt] = ufSelect(b, takesRight, ufAdd(b, right, one), right);
}

static void stepCopyBack(UfBuilder *b, const MlirValue *at,
                         const MlirValue *carried, MlirValue *next,
                         const void *data) {
  const Merge *merge = data;
  MlirValue to[UF_MAX_RANK];
  place(merge, at[0], to);
  for (int i = 0; i < merge->sort->count; ++i)
    next[i] =
        ufInsertScalar(b, ufExtract(b, merge->from[i], at), carried[i], to);
}

/// One pass over a row: runs of 2^at[0] elements become twice as long.
static void stepPass(UfBuilder *b, const MlirValue *at,
                     const MlirValue *carried, MlirValue *next,
                     const void *data) {
  Merge merge = *(const Merge *)data;
  int count = merge.sort->count;
  MlirValue zero = ufIndex(b, 0), merged[MAX_CARRIED], start[MAX_CARRIED];
  merge.width = ufBinary(b, "arith.shli", ufIndex(b, 1), at[0]);
  MlirValue n = ufSizeValue(b, merge.size);
  MlirValue isSorted = ufCompare(b, UF_GE, merge.width, n, false);
  UfSize steps = {.dynamic = ufSelect(b, isSorted, zero, n)};
  for (int i = 0; i < count; ++i)
    start[i] = carried[count + i];
  start[count] = start[count + 1] = zero;
  merge.from = carried;
  ufLoopNest(b, 1, &steps, count + 2, start, merged, stepMerge, &merge);
  merge.from = merged;
  ufLoopNest(b, 1, &steps, count, carried, next, stepCopyBack, &merge);
  for (int i = 0; i < count; ++i)
    next[count + i] = merged[i];
}

static void stepRow(UfBuilder *b, const MlirValue *at, const MlirValue *carried,
                    MlirValue *next, const void *data) {
  Merge merge = *(const Merge *)data;
  merge.row = at;
  int passes = 0, most = ufIsStatic(merge.size) ? 62 : 40;
  while (passes < most &&
         (!ufIsStatic(merge.size) || (int64_t)1 << passes < merge.size.value))
    ++passes;
  UfSize count = ufStatic(passes);
  ufLoopNest(b, 1, &count, 2 * merge.sort->count, carried, next, stepPass,
             &merge);
}

void ufMergeSort(UfBuilder *b, const UfSort *sort, const MlirValue *from,
                 MlirValue *results) {
  int rank = ufRank(from[0]), count = sort->count;
  UfSize others[UF_MAX_RANK];
  Merge merge = {sort, rank, .size = ufSizeOf(b, from[0], sort->axis)};
  assert(count > 0 && count <= UF_MAX_SORTED);
  for (int d = 0; d < rank; ++d)
    if (d != sort->axis)
      others[d - (d > sort->axis)] = ufSizeOf(b, from[0], d);
  MlirValue carried[MAX_CARRIED], after[MAX_CARRIED];
  for (int i = 0; i < count; ++i) {
    // Two tensors of one type without contents would become one, and share a
    // buffer (LLVM 22): these have different contents.
    MlirValue filler = ufInteger(b, ufElementType(from[i]), -i);
    carried[i] = from[i];
    carried[count + i] = ufFilled(b, filler, 1, &merge.size);
  }
  ufLoopNest(b, rank - 1, others, 2 * count, carried, after, stepRow, &merge);
  for (int i = 0; i < count; ++i)
    results[i] = after[i];
}

static void placeBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  (void)args;
  results[0] = ufFromIndex(b, ufLoopIndex(b, *(const int *)data), ufI64(b));
}

MlirValue ufPlacesAlong(UfBuilder *b, int axis, int rank, const UfSize *sizes) {
  return ufGenerate(b, ufI64(b), rank, sizes, placeBody, &axis);
}
