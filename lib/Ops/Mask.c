//===-- Mask.c - What attention sees --------------------------------------===//

#include "Ops/Mask.h"

#include "IR/Linalg.h"

#include <math.h>

MlirLogicalResult ufVerifyPerBatch(MlirOperation op, int i, int64_t batch) {
  MlirValue operand = ufOperandOf(op, i);
  if (!operand.ptr)
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(operand);
  char text[UF_SHAPE_TEXT];
  int64_t size = shape.rank == 1 ? shape.dims[0] : -1;
  if (size == 1 || size == batch || size == UF_DYNAMIC ||
      (size >= 0 && batch == UF_DYNAMIC))
    return mlirLogicalResultSuccess();
  return ufOpError(op,
                   "operand %d must have one element, or one for each of "
                   "%" PRId64 " samples, but is %s",
                   i, batch, ufShapeText(&shape, text, sizeof text));
}

MlirLogicalResult ufVerifyBound(MlirOperation op, const char *name) {
  int64_t bound = ufGetInt(op, name);
  if (bound >= -1)
    return mlirLogicalResultSuccess();
  return ufOpError(op, "%s is %" PRId64 ", but must be -1 or more", name,
                   bound);
}

//===----------------------------------------------------------------------===//
// band_mask
//
//   output[b, ..., i, j] = input[b, ..., i, j] where
//     i + offset[b] - left <= j <= i + offset[b] + right and j < lengths[b],
//   and -inf elsewhere. A bound of -1 is none.
//
// (C1) the input has rank 2 or more.
// (C2) left and right are -1 or more.
// (C3) offset and lengths have one element, or one for each first dimension.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferBandMask(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  if (x.rank < 2) // C1
    return ufOpError(op, "takes an input of rank 2 or more, but it has rank %d",
                     x.rank);
  UF_TRY(ufVerifyBound(op, "left")); // C2
  UF_TRY(ufVerifyBound(op, "right"));
  UF_TRY(ufVerifyPerBatch(op, 1, x.dims[0])); // C3
  UF_TRY(ufVerifyPerBatch(op, 2, x.dims[0]));
  results[0] = x;
  return mlirLogicalResultSuccess();
}

/// Which arguments there are.
typedef struct Band {
  int rank;
  bool hasOffset, hasLengths;
} Band;

static MlirValue both(UfBuilder *b, MlirValue x, MlirValue y) {
  return x.ptr ? ufBinary(b, "arith.andi", x, y) : y;
}

static void bandBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  const Band *band = data;
  MlirType i64 = ufI64(b);
  MlirValue row = ufFromIndex(b, ufLoopIndex(b, band->rank - 2), i64);
  MlirValue column = ufFromIndex(b, ufLoopIndex(b, band->rank - 1), i64);
  MlirValue x = *args++, keep = {NULL};
  if (band->hasOffset)
    row = ufAdd(b, row, ufConvert(b, *args++, i64, false, false));
  int64_t left = ufGetInt(b->op, "left"), right = ufGetInt(b->op, "right");
  if (left >= 0)
    keep = ufCompare(b, UF_GE, column, ufSub(b, row, ufInteger(b, i64, left)),
                     false);
  if (right >= 0)
    keep = both(b, keep,
                ufCompare(b, UF_LE, column,
                          ufAdd(b, row, ufInteger(b, i64, right)), false));
  if (band->hasLengths)
    keep = both(b, keep,
                ufCompare(b, UF_LT, column,
                          ufConvert(b, *args, i64, false, false), false));
  MlirValue low = ufNumber(b, mlirValueGetType(x), -INFINITY);
  results[0] = keep.ptr ? ufSelect(b, keep, x, low) : x;
}

/// (d0, ..., dn-1) -> (d0), or (0) when all samples share one element.
static MlirAffineMap perBatchMap(UfBuilder *b, MlirValue operand, MlirValue x) {
  bool isShared = ufDimSize(operand, 0) == 1;
  if (!isShared)
    ufAssertSameSize(b, ufSizeOf(b, operand, 0), ufSizeOf(b, x, 0),
                     "there must be one offset or length for each sample");
  return ufMapOf(b, ufRank(x), 1, (int[]){isShared ? -1 : 0});
}

static MlirLogicalResult lowerBandMask(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), inputs[3] = {x};
  int rank = ufRank(x), count = 1;
  MlirAffineMap maps[4] = {ufMapIdentity(b, rank)};
  Band band = {.rank = rank};
  for (int i = 1; i < 3; ++i) {
    MlirValue operand = ufInput(b, i);
    if (!operand.ptr)
      continue;
    *(i == 1 ? &band.hasOffset : &band.hasLengths) = true;
    maps[count] = perBatchMap(b, operand, x);
    inputs[count++] = operand;
  }
  maps[count] = maps[0];
  UfSize sizes[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d)
    iterators[d] = 'p';
  ufSizesOf(b, x, sizes);
  return ufReplace(b, ufGeneric(b, &(UfGeneric){
                                       .inputs = {inputs, count},
                                       .inits = UF_VALUES(ufEmpty(
                                           b, ufElementType(x), rank, sizes)),
                                       .maps = maps,
                                       .iterators = iterators,
                                       .body = bandBody,
                                       .data = &band,
                                   }));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "band_mask",
        .summary = "Makes elements of matrices outside of a band -inf.",
        .operands = {{"input", "[batch, ..., rows, columns].", UF_FLOATS},
                     {"offset", "What rows are shifted by: [1] or [batch].",
                      UF_INTEGERS, UF_OPTIONAL},
                     {"lengths", "How many columns count: [1] or [batch].",
                      UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"left", "Columns before the diagonal; -1: all.", UF_INT,
                   "-1"},
                  {"right", "Columns behind the diagonal; -1: all.", UF_INT,
                   "-1"}},
        .infer = inferBandMask,
        .toLinalg = lowerBandMask,
    },
};
UF_FAMILY(ufMaskOps, "mask", ops);
