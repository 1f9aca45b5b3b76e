//===-- Determinant.c - Determinants of square matrices -------------------===//

#include "Ops/Move.h"
#include "Ops/Nest.h"

//===----------------------------------------------------------------------===//
// det
//
//   The determinant of each matrix in the last two dimensions: the product of
//   the pivots of Gaussian elimination with partial pivoting, computed in f64;
//   1 for a matrix without elements.
//
// (C1) The rank is at least 2.
// (C2) The matrices are square.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferDet(MlirOperation op, UfShape *results) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  if (shape.rank < 2) // C1
    return ufOpError(op, "input has rank %d, but must have at least 2",
                     shape.rank);
  int64_t rows = shape.dims[shape.rank - 2], cols = shape.dims[shape.rank - 1];
  if (rows != UF_DYNAMIC && cols != UF_DYNAMIC && rows != cols) // C2
    return ufOpError(
        op, "takes square matrices, but they are %" PRId64 " x %" PRId64, rows,
        cols);
  shape.rank -= 2;
  results[0] = shape;
  return mlirLogicalResultSuccess();
}

/// Elimination in one column. What is carried is the matrices and the products
/// of their pivots so far.
enum { MATRICES, PRODUCTS };

typedef struct Column {
  int rank;
  UfSize size;
  const MlirValue *batch; ///< Which matrix.
  MlirValue column, pivotRow, factor, row;
} Column;

static void place(const Column *c, MlirValue row, MlirValue column,
                  MlirValue *at) {
  for (int d = 0; d < c->rank - 2; ++d)
    at[d] = c->batch[d];
  at[c->rank - 2] = row;
  at[c->rank - 1] = column;
}

static MlirValue element(UfBuilder *b, const Column *c, MlirValue matrices,
                         MlirValue row, MlirValue column) {
  MlirValue at[UF_MAX_RANK];
  place(c, row, column, at);
  return ufExtract(b, matrices, at);
}

/// Row or column `i` behind the current one.
static MlirValue behind(UfBuilder *b, const Column *c, MlirValue i) {
  return ufAdd(b, ufAdd(b, c->column, i), ufIndex(b, 1));
}

/// How many rows are behind the current one.
static UfSize numBehind(UfBuilder *b, const Column *c) {
  return ufSizeSub(b, c->size,
                   (UfSize){.dynamic = ufAdd(b, c->column, ufIndex(b, 1))});
}

/// Carries the largest absolute value so far, its row, and the matrices, which
/// stay as they are.
static void stepPivot(UfBuilder *b, const MlirValue *at,
                      const MlirValue *carried, MlirValue *next,
                      const void *data) {
  const Column *c = data;
  MlirValue row = behind(b, c, at[0]);
  MlirValue size =
      ufUnary(b, "math.absf", element(b, c, carried[2], row, c->column));
  MlirValue isLarger = ufCompare(b, UF_GT, size, carried[0], false);
  next[0] = ufSelect(b, isLarger, size, carried[0]);
  next[1] = ufSelect(b, isLarger, row, carried[1]);
  next[2] = carried[2];
}

static void stepSwap(UfBuilder *b, const MlirValue *at,
                     const MlirValue *carried, MlirValue *next,
                     const void *data) {
  const Column *c = data;
  MlirValue here[UF_MAX_RANK], there[UF_MAX_RANK];
  place(c, c->column, at[0], here);
  place(c, c->pivotRow, at[0], there);
  MlirValue x = ufExtract(b, carried[0], here);
  MlirValue y = ufExtract(b, carried[0], there);
  next[0] = ufInsertScalar(b, x, ufInsertScalar(b, y, carried[0], here), there);
}

static void stepSubtract(UfBuilder *b, const MlirValue *at,
                         const MlirValue *carried, MlirValue *next,
                         const void *data) {
  const Column *c = data;
  MlirValue column = behind(b, c, at[0]), to[UF_MAX_RANK];
  place(c, c->row, column, to);
  MlirValue above = element(b, c, carried[0], c->column, column);
  MlirValue left =
      ufSub(b, ufExtract(b, carried[0], to), ufMul(b, c->factor, above));
  next[0] = ufInsertScalar(b, left, carried[0], to);
}

/// Subtracts the pivot's row from one behind it. A pivot of 0 has only zeros
/// below.
static void stepRow(UfBuilder *b, const MlirValue *at, const MlirValue *carried,
                    MlirValue *next, const void *data) {
  Column c = *(const Column *)data;
  c.row = behind(b, &c, at[0]);
  MlirValue pivot = element(b, &c, carried[0], c.column, c.column);
  MlirValue zero = ufNumber(b, mlirValueGetType(pivot), 0);
  MlirValue ratio =
      ufDiv(b, element(b, &c, carried[0], c.row, c.column), pivot, false);
  c.factor = ufSelect(b, ufCompare(b, UF_EQ, pivot, zero, false), zero, ratio);
  UfSize count = numBehind(b, &c);
  ufLoopNest(b, 1, &count, 1, carried, next, stepSubtract, &c);
}

static void stepColumn(UfBuilder *b, const MlirValue *at,
                       const MlirValue *carried, MlirValue *next,
                       const void *data) {
  Column c = *(const Column *)data;
  MlirValue found[3], swapped;
  c.batch = at;
  c.column = at[c.rank - 2];
  UfSize count = numBehind(b, &c);
  MlirValue first = ufUnary(
      b, "math.absf", element(b, &c, carried[MATRICES], c.column, c.column));
  ufLoopNest(b, 1, &count, 3, (MlirValue[]){first, c.column, carried[MATRICES]},
             found, stepPivot, &c);
  c.pivotRow = found[1];
  ufLoopNest(b, 1, &c.size, 1, &found[2], &swapped, stepSwap, &c);
  MlirValue pivot = element(b, &c, swapped, c.column, c.column);
  MlirValue isInPlace = ufCompare(b, UF_EQ, c.pivotRow, c.column, false);
  pivot = ufSelect(b, isInPlace, pivot, ufNeg(b, pivot));
  MlirValue product = ufMul(b, ufExtract(b, carried[PRODUCTS], at), pivot);
  next[PRODUCTS] = ufInsertScalar(b, product, carried[PRODUCTS], at);
  ufLoopNest(b, 1, &count, 1, &swapped, &next[MATRICES], stepRow, &c);
}

static void convertBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const MlirType *to = data;
  results[0] = ufConvert(b, args[0], *to, false, false);
}

static MlirLogicalResult lowerDet(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), after[2];
  MlirType type = ufElementType(x), wide = mlirF64TypeGet(b->ctx);
  UfSize sizes[UF_MAX_RANK];
  int rank = ufRank(x);
  ufSizesOf(b, x, sizes);
  Column column = {.rank = rank, .size = sizes[rank - 1]};
  ufAssertSameSize(b, sizes[rank - 2], sizes[rank - 1],
                   "det: the matrices are not square");
  // A copy even of f64, which elimination changes.
  MlirValue matrices = ufElementwise(b, UF_VALUES(x), wide, convertBody, &wide);
  MlirValue carried[] = {matrices,
                         ufFilled(b, ufNumber(b, wide, 1), rank - 2, sizes)};
  // The loops are those over the batch, and over columns.
  ufLoopNest(b, rank - 1, sizes, 2, carried, after, stepColumn, &column);
  return ufReplace(b, ufElementwise(b, UF_VALUES(after[PRODUCTS]), type,
                                    convertBody, &type));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "det",
        .summary = "The determinants of matrices.",
        .operands = {{"input", "[..., n, n].", UF_FLOATS}},
        .infer = inferDet,
        .toLinalg = lowerDet,
        .imports = UF_IMPORTS({UF_ONNX, "Det", 11, NULL}),
    },
};
UF_FAMILY(ufDeterminantOps, "determinant", ops);
