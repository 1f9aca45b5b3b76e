//===-- Unique.c - What there is, each once -------------------------------===//

#include "Ops/Compose.h"
#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Ops/Rearrange.h"
#include "Ops/Sort.h"

//===----------------------------------------------------------------------===//
// unique_rows
//
//   The different rows of a matrix: where each is found first, which of them
//   each row is, and how often it is found. They are in lexicographic order,
//   or with `sorted` false in the order in which they are found. NaN equals NaN
//   and is larger than any number; how many there are is only known at run
//   time.
//
// (C1) The rank is 2.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferUniqueRows(MlirOperation op, UfShape *results) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  MlirType type = mlirIntegerTypeGet(mlirOperationGetContext(op), 64);
  if (shape.rank != 2) // C1
    return ufOpError(op, "input has rank %d, but must have 2", shape.rank);
  for (int i = 0; i < 3; ++i)
    results[i] = (UfShape){.rank = 1, .dims = {UF_DYNAMIC}, .element = type};
  results[1].dims[0] = shape.dims[0];
  return mlirLogicalResultSuccess();
}

typedef struct Rows {
  MlirValue x;
  UfSize count, columns;
} Rows;

//===----------------------------------------------------------------------===//
// Comparing rows
//===----------------------------------------------------------------------===//

/// Two rows, as indices.
typedef struct Pair {
  const Rows *rows;
  MlirValue left, right;
} Pair;

/// NaN is larger than any number.
static const UfSortOrder ascending = {.nanIsLast = true};

enum { IS_BEFORE, IS_BEHIND };

/// The first column in which the rows differ decides.
static void stepCompare(UfBuilder *b, const MlirValue *at,
                        const MlirValue *carried, MlirValue *next,
                        const void *data) {
  const Pair *pair = data;
  MlirValue x = ufExtract(b, pair->rows->x, (MlirValue[]){pair->left, at[0]});
  MlirValue y = ufExtract(b, pair->rows->x, (MlirValue[]){pair->right, at[0]});
  MlirValue one = ufInteger(b, ufI1(b), 1);
  MlirValue isEqual = ufBinary(
      b, "arith.xori",
      ufBinary(b, "arith.ori", carried[IS_BEFORE], carried[IS_BEHIND]), one);
  MlirValue before =
      ufBinary(b, "arith.andi", isEqual, ufComesBefore(b, x, y, ascending));
  MlirValue behind =
      ufBinary(b, "arith.andi", isEqual, ufComesBefore(b, y, x, ascending));
  next[IS_BEFORE] = ufBinary(b, "arith.ori", carried[IS_BEFORE], before);
  next[IS_BEHIND] = ufBinary(b, "arith.ori", carried[IS_BEHIND], behind);
}

/// Writes to `result` whether row `left` comes before row `right`, and whether
/// it comes behind.
static void compareRows(UfBuilder *b, const Rows *rows, MlirValue left,
                        MlirValue right, MlirValue *result) {
  Pair pair = {rows, left, right};
  MlirValue no = ufInteger(b, ufI1(b), 0);
  ufLoopNest(b, 1, &rows->columns, 2, (MlirValue[]){no, no}, result,
             stepCompare, &pair);
}

static MlirValue rowAt(UfBuilder *b, MlirValue order, MlirValue place) {
  return ufToIndex(b, ufExtract(b, order, &place));
}

static MlirValue isRowBefore(UfBuilder *b, const MlirValue *x,
                             const MlirValue *y, const void *data) {
  MlirValue is[2];
  compareRows(b, data, ufToIndex(b, *x), ufToIndex(b, *y), is);
  return is[IS_BEFORE];
}

/// The numbers of the rows in order; equal rows stay in theirs.
static MlirValue sortRows(UfBuilder *b, const Rows *rows) {
  MlirValue order = ufPlacesAlong(b, 0, 1, &rows->count);
  UfSort sort = {.count = 1, .isBefore = isRowBefore, .data = rows};
  ufMergeSort(b, &sort, &order, &order);
  return order;
}

//===----------------------------------------------------------------------===//
// Grouping
//===----------------------------------------------------------------------===//

enum { FIRST, WHICH, COUNTS, GROUPS, ORDER };

typedef struct Place {
  MlirValue row;
} Place;

/// A row that differs from the one before: another group.
static void startGroup(UfBuilder *b, const MlirValue *at,
                       const MlirValue *carried, MlirValue *next,
                       const void *data) {
  (void)at;
  const Place *place = data;
  MlirValue group = carried[2];
  next[0] = ufInsertScalar(b, ufFromIndex(b, place->row, ufI64(b)), carried[0],
                           &group);
  next[1] = ufInsertScalar(b, ufInteger(b, ufI64(b), 0), carried[1], &group);
  next[2] = ufAdd(b, group, ufIndex(b, 1));
}

/// The row at place at[0] of the order.
static void stepGroup(UfBuilder *b, const MlirValue *at,
                      const MlirValue *carried, MlirValue *next,
                      const void *data) {
  const Rows *rows = data;
  MlirValue zero = ufIndex(b, 0), one = ufIndex(b, 1), is[2], group[3];
  Place place = {rowAt(b, carried[ORDER], at[0])};
  MlirValue before = ufMax(b, ufSub(b, at[0], one), zero, false);
  compareRows(b, rows, rowAt(b, carried[ORDER], before), place.row, is);
  MlirValue isFirst = ufCompare(b, UF_EQ, at[0], zero, false);
  ufStepIf(b, ufBinary(b, "arith.ori", isFirst, is[IS_BEFORE]), 3,
           (MlirValue[]){carried[FIRST], carried[COUNTS], carried[GROUPS]},
           group, startGroup, &place);
  MlirValue current = ufSub(b, group[2], one);
  MlirValue number =
      ufAdd(b, ufExtract(b, group[1], &current), ufInteger(b, ufI64(b), 1));
  next[FIRST] = group[0];
  next[WHICH] = ufInsertScalar(b, ufFromIndex(b, current, ufI64(b)),
                               carried[WHICH], &place.row);
  next[COUNTS] = ufInsertScalar(b, number, group[1], &current);
  next[GROUPS] = group[2];
  next[ORDER] = carried[ORDER];
}

/// Groups in the order of their first rows: `from` has first rows, counts and
/// the groups of rows by sorted groups.
enum { NEW_FIRST, NEW_COUNTS, NEW_GROUPS, NUMBERS, OLD_COUNTS };

static void numberGroup(UfBuilder *b, const MlirValue *at,
                        const MlirValue *carried, MlirValue *next,
                        const void *data) {
  (void)at;
  const MlirValue *rowAndGroup = data;
  MlirValue row = rowAndGroup[0], group = rowAndGroup[1];
  MlirValue number = carried[NEW_GROUPS];
  next[NEW_FIRST] = ufInsertScalar(b, ufFromIndex(b, row, ufI64(b)),
                                   carried[NEW_FIRST], &number);
  next[NEW_COUNTS] =
      ufInsertScalar(b, ufExtract(b, carried[OLD_COUNTS], &group),
                     carried[NEW_COUNTS], &number);
  next[NEW_GROUPS] = ufAdd(b, number, ufIndex(b, 1));
  next[NUMBERS] = ufInsertScalar(b, ufFromIndex(b, number, ufI64(b)),
                                 carried[NUMBERS], &group);
  next[OLD_COUNTS] = carried[OLD_COUNTS];
}

typedef struct Groups {
  MlirValue first, which;
} Groups;

/// Row at[0] numbers its group when it is its first.
static void stepNumber(UfBuilder *b, const MlirValue *at,
                       const MlirValue *carried, MlirValue *next,
                       const void *data) {
  const Groups *groups = data;
  MlirValue rowAndGroup[] = {at[0], rowAt(b, groups->which, at[0])};
  MlirValue first = rowAt(b, groups->first, rowAndGroup[1]);
  ufStepIf(b, ufCompare(b, UF_EQ, first, at[0], false), 5, carried, next,
           numberGroup, rowAndGroup);
}

static void numberBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const MlirValue *numbers = data;
  MlirValue group = ufToIndex(b, args[0]);
  results[0] = ufExtract(b, *numbers, &group);
}

/// Numbers the groups by their first rows.
static void inOrderOfRows(UfBuilder *b, const Rows *rows, MlirValue *found) {
  Groups groups = {found[FIRST], found[WHICH]};
  MlirValue after[5],
      carried[] = {ufFilled(b, ufInteger(b, ufI64(b), -2), 1, &rows->count),
                   ufFilled(b, ufInteger(b, ufI64(b), -3), 1, &rows->count),
                   ufIndex(b, 0),
                   ufFilled(b, ufInteger(b, ufI64(b), -4), 1, &rows->count),
                   found[COUNTS]};
  ufLoopNest(b, 1, &rows->count, 5, carried, after, stepNumber, &groups);
  found[FIRST] = after[NEW_FIRST];
  found[COUNTS] = after[NEW_COUNTS];
  found[WHICH] = ufElementwise(b, UF_VALUES(found[WHICH]), ufI64(b), numberBody,
                               &after[NUMBERS]);
}

static MlirLogicalResult lowerUniqueRows(UfBuilder *b) {
  Rows rows = {.x = ufInput(b, 0)};
  rows.count = ufSizeOf(b, rows.x, 0);
  rows.columns = ufSizeOf(b, rows.x, 1);
  MlirValue found[5],
      carried[] = {ufFilled(b, ufInteger(b, ufI64(b), -5), 1, &rows.count),
                   ufFilled(b, ufInteger(b, ufI64(b), -6), 1, &rows.count),
                   ufFilled(b, ufInteger(b, ufI64(b), -7), 1, &rows.count),
                   ufIndex(b, 0), sortRows(b, &rows)};
  ufLoopNest(b, 1, &rows.count, 5, carried, found, stepGroup, &rows);
  if (!ufGetBool(b->op, "sorted"))
    inOrderOfRows(b, &rows, found);
  UfSize offset = ufStatic(0), number = {.dynamic = found[GROUPS]};
  MlirValue results[] = {ufSlice(b, found[FIRST], &offset, &number, NULL),
                         found[WHICH],
                         ufSlice(b, found[COUNTS], &offset, &number, NULL)};
  return ufReplaceAll(
      b, UF_LIST(UfValues, MlirValue, results[0], results[1], results[2]));
}

//===----------------------------------------------------------------------===//

/// Slices along `axis`, or all elements, as the rows of a matrix.
static MlirLogicalResult importUnique(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  if (!x.ptr)
    return ufNodeError(node, "needs an input");
  int axis = 0;
  if (!ufNodeHas(node, "axis")) {
    x = ufCallReshape(b, x, 1, (int64_t[]){-1});
  } else {
    int64_t given = ufNodeInt(node, "axis", 0);
    int rank = ufRank(x);
    if (given < -rank || given >= rank)
      return ufNodeError(node, "axis %" PRId64 " is outside [-%d, %d)", given,
                         rank, rank);
    axis = ufAxis(given, rank);
  }
  MlirValue matrix = ufMakeMoveAxis(b, x, axis, 0);
  if (!matrix.ptr)
    return mlirLogicalResultFailure();
  matrix = ufRank(x) == 1 ? ufCallUnsqueeze(b, matrix, 1)
                          : ufMakeFlatten(b, matrix, 1, ufRank(x) - 1);
  if (!matrix.ptr)
    return mlirLogicalResultFailure();
  bool isSorted = ufNodeInt(node, "sorted", 1) != 0;
  MlirOperation op = ufOpN(b, "unique_rows", UF_VALUES(matrix),
                           UF_ATTRS({"sorted", ufBoolAttr(b, isSorted)}), 3);
  if (!op.ptr)
    return mlirLogicalResultFailure();
  for (int i = 1; i < node->numOutputs && i < 4; ++i)
    results[i] = ufResultOf(op, i - 1);
  return ufNodeDefine(results, ufMakeGather(b, x, ufResultOf(op, 0), axis));
}

static const UfOp ops[] = {
    {
        .name = "unique_rows",
        .summary = "Where the different rows of a matrix are.",
        .operands = {{"input", "[rows, columns].", UF_NUMBERS | UF_BOOLS}},
        .results = {{"first", "The first of equal rows, as i64."},
                    {"which", "For each row, the place of its equal in first."},
                    {"counts", "How many rows are equal."}},
        .attrs = {{"sorted", "Or else in the order in which they are found.",
                   UF_BOOL, "true"}},
        .infer = inferUniqueRows,
        .toLinalg = lowerUniqueRows,
        .imports = UF_IMPORTS({UF_ONNX, "Unique", 11, importUnique}),
    },
};
UF_FAMILY(ufUniqueOps, "unique", ops);
