//===-- Concat.c - Putting tensors together and taking them apart ---------===//

#include "IR/Tosa.h"
#include "Ops/MlScore.h"
#include "Ops/Move.h"
#include "Ops/Opset6.h"
#include "Ops/TorchSlice.h"

//===----------------------------------------------------------------------===//
// concat
//
//   The operands one after the other along dimension `axis`.
//
// (C1) There is at least one operand, of rank 1 or more.
// (C2) -rank <= axis < rank.
// (C3) All have the same rank, and the same sizes but along `axis`.
//===----------------------------------------------------------------------===//

/// Adds operand `i` to the shape of those before it.
static MlirLogicalResult joinShape(MlirOperation op, intptr_t i, int axis,
                                   UfShape *into) {
  UfShape next = ufShape(mlirOperationGetOperand(op, i));
  char first[UF_SHAPE_TEXT], second[UF_SHAPE_TEXT];
  bool fits = next.rank == into->rank;
  for (int d = 0; fits && d < into->rank; ++d) {
    int64_t *size = &into->dims[d];
    if (d == axis) {
      if (*size == UF_DYNAMIC || next.dims[d] == UF_DYNAMIC)
        *size = UF_DYNAMIC;
      else if (__builtin_add_overflow(*size, next.dims[d], size))
        return ufOpError(op, "makes more elements than can be counted");
      continue;
    }
    fits = *size == next.dims[d] || *size == UF_DYNAMIC ||
           next.dims[d] == UF_DYNAMIC;
    *size = *size == UF_DYNAMIC ? next.dims[d] : *size;
  }
  if (fits)
    return mlirLogicalResultSuccess();
  UfShape before = ufShape(mlirOperationGetOperand(op, 0));
  return ufOpError(op,
                   "operand %" PRIdPTR " of shape %s does not fit to %s "
                   "along axis %d",
                   i, ufShapeText(&next, second, sizeof second),
                   ufShapeText(&before, first, sizeof first), axis); // C3
}

static MlirLogicalResult inferConcat(MlirOperation op, UfShape *results) {
  intptr_t count = mlirOperationGetNumOperands(op);
  if (count == 0) // C1
    return ufOpError(op, "needs at least one operand");
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  if (results[0].rank == 0) // C1
    return ufOpError(op, "cannot put scalars together");
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), results[0].rank)); // C2
  int axis = ufAxis(ufGetInt(op, "axis"), results[0].rank);
  for (intptr_t i = 1; i < count; ++i)
    UF_TRY(joinShape(op, i, axis, &results[0]));
  return mlirLogicalResultSuccess();
}

static int originConcat(MlirOperation op, const int64_t *at, int64_t *from) {
  int rank = ufRank(ufResultOf(op, 0));
  int axis = ufAxis(ufGetInt(op, "axis"), rank);
  for (int d = 0; d < rank; ++d)
    from[d] = at[d];
  for (int i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    int64_t size = ufDimSize(mlirOperationGetOperand(op, i), axis);
    if (size == UF_DYNAMIC)
      return -1;
    if (from[axis] < size)
      return i;
    from[axis] -= size;
  }
  return -1;
}

static MlirAttribute foldConcat(MlirOperation op, const MlirAttribute *operands,
                                MlirValue *value) {
  if (mlirOperationGetNumOperands(op) == 1) {
    *value = ufFoldToOperand(op, 0);
    return mlirAttributeGetNull();
  }
  MlirAttribute folded = ufFoldInts(op);
  return mlirAttributeIsNull(folded) ? ufFoldMove(op, operands, originConcat)
                                     : folded;
}

/// A list of integers, as shapes are computed, stays a list of scalars. Fails
/// when it is too long for that.
static bool concatScalars(UfBuilder *b, MlirValue *out) {
  MlirType type = ufSignless(ufResultType(b, 0));
  UfShape shape = ufShapeOfType(type);
  MlirValue scalars[UF_MAX_VALUES];
  int count = 0;
  if (shape.rank != 1 || !mlirTypeIsAInteger(shape.element) ||
      shape.dims[0] == UF_DYNAMIC || shape.dims[0] > UF_MAX_RANK)
    return false;
  intptr_t numOperands = mlirOperationGetNumOperands(b->op);
  for (intptr_t i = 0; i < numOperands; ++i) {
    MlirValue part = ufInput(b, (int)i);
    int64_t size = ufDimSize(part, 0);
    if (size == UF_DYNAMIC || count + size > shape.dims[0])
      return false;
    for (int64_t k = 0; k < size; ++k)
      scalars[count++] = ufElementScalar(b, part, (int)k);
  }
  *out = ufFromScalars(b, type, count, scalars);
  return true;
}

/// The most static size that an operand has in dimension `dim`; all must agree.
static UfSize commonSize(UfBuilder *b, int dim) {
  UfSize result = ufSizeOf(b, ufInput(b, 0), dim);
  intptr_t count = mlirOperationGetNumOperands(b->op);
  for (intptr_t i = 1; i < count; ++i) {
    UfSize size = ufSizeOf(b, ufInput(b, (int)i), dim);
    ufAssertSameSize(b, result, size,
                     "concat: the operands have different sizes");
    if (ufIsStatic(size))
      result = size;
  }
  return result;
}

static MlirLogicalResult lowerConcat(UfBuilder *b) {
  MlirValue first = ufInput(b, 0), result;
  intptr_t count = mlirOperationGetNumOperands(b->op);
  int rank = ufRank(first), axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  if (count == 1)
    return ufReplace(b, first);
  if (concatScalars(b, &result))
    return ufReplace(b, result);
  UfSize sizes[UF_MAX_RANK], part[UF_MAX_RANK], offsets[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d) {
    offsets[d] = ufStatic(0);
    part[d] = sizes[d] = d == axis ? ufStatic(0) : commonSize(b, d);
  }
  for (intptr_t i = 0; i < count; ++i)
    sizes[axis] =
        ufSizeAdd(b, sizes[axis], ufSizeOf(b, ufInput(b, (int)i), axis));
  result = ufEmpty(b, ufElementType(first), rank, sizes);
  for (intptr_t i = 0; i < count; ++i) {
    MlirValue operand = ufInput(b, (int)i);
    part[axis] = ufSizeOf(b, operand, axis);
    if (!ufIsStatic(part[axis]) || part[axis].value != 0)
      result = ufInsert(b, operand, result, offsets, part, NULL);
    offsets[axis] = ufSizeAdd(b, offsets[axis], part[axis]);
  }
  return ufReplace(b, result);
}

static MlirLogicalResult concatToTosa(UfBuilder *b) {
  MlirType type = ufResultType(b, 0);
  intptr_t count = mlirOperationGetNumOperands(b->op);
  MlirValue operands[UF_MAX_VALUES] = {{NULL}};
  if (!ufTosaHasType(mlirShapedTypeGetElementType(type)) ||
      count > UF_COUNT(operands))
    return mlirLogicalResultFailure();
  for (intptr_t i = 0; i < count; ++i) {
    operands[i] = ufOperandOf(b->op, (int)i);
    if (ufHasEmptyDim(mlirValueGetType(operands[i])))
      return mlirLogicalResultFailure();
  }
  int axis = ufAxis(ufGetInt(b->op, "axis"), (int)mlirShapedTypeGetRank(type));
  return ufReplace(
      b,
      ufBuild(b, "tosa.concat", type, (UfValues){operands, count},
              UF_ATTRS({"axis", mlirIntegerAttrGet(ufIntType(b, 32), axis)})));
}

//===----------------------------------------------------------------------===//
// stack
//
//   The operands one after the other along a new dimension `axis`.
//
// (C1) There is at least one operand, of rank 15 or less.
// (C2) -rank <= axis < rank, for the rank of the result.
// (C3) All have the same shape.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferStack(MlirOperation op, UfShape *results) {
  intptr_t count = mlirOperationGetNumOperands(op);
  if (count == 0) // C1
    return ufOpError(op, "needs at least one operand");
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  if (shape.rank == UF_MAX_RANK) // C1
    return ufOpError(op, "makes a result of rank %d, the most is %d",
                     shape.rank + 1, UF_MAX_RANK);
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), shape.rank + 1)); // C2
  int axis = ufAxis(ufGetInt(op, "axis"), shape.rank + 1);
  for (intptr_t i = 1; i < count; ++i)
    UF_TRY(joinShape(op, i, /*axis=*/-1, &shape)); // C3
  results[0] = (UfShape){.rank = shape.rank + 1, .element = shape.element};
  for (int d = 0; d <= shape.rank; ++d)
    results[0].dims[d] = d == axis ? count : shape.dims[d - (d > axis)];
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult decomposeStack(UfBuilder *b) {
  intptr_t count = mlirOperationGetNumOperands(b->op);
  MlirValue parts[UF_MAX_VALUES];
  if (count > UF_COUNT(parts))
    return ufOpError(b->op, "has %" PRIdPTR " operands, the most is %d", count,
                     UF_COUNT(parts));
  int64_t axis = ufGetInt(b->op, "axis");
  for (intptr_t i = 0; i < count; ++i) {
    parts[i] = ufOp(b, "unsqueeze", UF_VALUES(ufOperandOf(b->op, (int)i)),
                    UF_ATTRS({"axes", ufIntsAttr(b, 1, &axis)}));
    if (!parts[i].ptr)
      return mlirLogicalResultFailure();
  }
  return ufReplace(b, ufOp(b, "concat", (UfValues){parts, count},
                           UF_ATTRS({"axis", ufIntAttr(b, axis)})));
}

//===----------------------------------------------------------------------===//
// split
//
//   Result i has sizes[i] elements of the input along `axis`, those behind
//   result i - 1. Without sizes all results have the same, rounded up, but the
//   last ones get what is left.
//
// (C1) -rank <= axis < rank.
// (C2) There is one size for each result, from the attribute or the operand or
//      from neither.
// (C3) Sizes are at least 0 and make up the input's size.
//===----------------------------------------------------------------------===//

/// The size of each of `count` equal parts.
static int64_t equalPart(int64_t size, int64_t count, int64_t i) {
  int64_t part = size / count + (size % count != 0), begin = part * i;
  int64_t left = size > begin ? size - begin : 0;
  return left < part ? left : part;
}

/// The sizes of the results, as far as they are known.
static MlirLogicalResult splitSizes(MlirOperation op, int64_t whole,
                                    UfInts *sizes) {
  int count = (int)mlirOperationGetNumResults(op);
  UF_TRY(ufVerifyGivenOnce(op, "sizes", 1)); // C2
  UF_TRY(ufGivenInts(op, "sizes", 1, sizes));
  if (!ufIsGiven(op, "sizes", 1))
    for (sizes->size = 0; sizes->size < count; ++sizes->size)
      sizes->data[sizes->size] = whole == UF_DYNAMIC
                                     ? UF_DYNAMIC
                                     : equalPart(whole, count, sizes->size);
  if (sizes->size != count) // C2
    return ufOpError(op, "has %d sizes for %d results", sizes->size, count);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferSplit(MlirOperation op, UfShape *results) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), shape.rank)); // C1
  int axis = ufAxis(ufGetInt(op, "axis"), shape.rank);
  UfInts sizes;
  UF_TRY(splitSizes(op, shape.dims[axis], &sizes));
  int64_t total = 0;
  for (int i = 0; i < sizes.size; ++i) {
    int64_t size = sizes.data[i];
    if (size < 0 && size != UF_DYNAMIC) // C3
      return ufOpError(op, "size %d is %" PRId64 ", but must not be negative",
                       i, size);
    if (size == UF_DYNAMIC || total == UF_DYNAMIC ||
        __builtin_add_overflow(total, size, &total))
      total = UF_DYNAMIC;
    results[i] = shape;
    results[i].dims[axis] = size;
  }
  if (total != UF_DYNAMIC && shape.dims[axis] != UF_DYNAMIC &&
      total != shape.dims[axis]) // C3
    return ufOpError(op,
                     "has sizes that make up %" PRId64
                     ", but dimension %d has size %" PRId64,
                     total, axis, shape.dims[axis]);
  return mlirLogicalResultSuccess();
}

/// Size of result `i`, of the input's `size` of which `left` are left.
static UfSize partSize(UfBuilder *b, int i, int count, UfSize size,
                       UfSize left) {
  if (ufIsGiven(b->op, "sizes", 1))
    return ufGivenSize(b, "sizes", 1, i);
  UfSize rounded = ufSizeAdd(b, size, ufStatic(count - 1));
  UfSize part = ufSizeDiv(b, rounded, ufStatic(count));
  return ufSizeMin(b, part, left);
}

static MlirLogicalResult lowerSplit(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), parts[UF_MAX_VALUES];
  int rank = ufRank(x), count = (int)mlirOperationGetNumResults(b->op);
  int axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d) {
    offsets[d] = ufStatic(0);
    sizes[d] = ufSizeOf(b, x, d);
  }
  UfSize size = sizes[axis], left = size;
  for (int i = 0; i < count; ++i) {
    sizes[axis] = ufResultSize(b, i, axis, partSize(b, i, count, size, left));
    if (!ufIsSize(sizes[axis]))
      ufAssert(b, ufCompareSize(b, UF_GE, sizes[axis], 0),
               "split: a size is negative");
    MlirValue end = ufSizeValue(b, ufSizeAdd(b, offsets[axis], sizes[axis]));
    if (!ufIsStatic(size) || !ufIsStatic(sizes[axis]))
      ufAssert(b, ufCompare(b, UF_LE, end, ufSizeValue(b, size), false),
               "split: the sizes are more than there is");
    parts[i] = ufSlice(b, x, offsets, sizes, NULL);
    offsets[axis] = ufSizeAdd(b, offsets[axis], sizes[axis]);
    left = ufSizeSub(b, left, sizes[axis]);
  }
  return ufReplaceAll(b, (UfValues){parts, count});
}

static MlirLogicalResult splitToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0), parts[UF_MAX_VALUES];
  int rank = ufRank(x), count = (int)mlirOperationGetNumResults(b->op);
  int axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  bool canSlice =
      ufTosaHasType(ufElementType(x)) && ufNumDynamic(mlirValueGetType(x)) == 0;
  for (int i = 0; i < count; ++i)
    canSlice &= ufNumDynamic(ufResultType(b, i)) == 0 &&
                !ufHasEmptyDim(ufResultType(b, i));
  if (!canSlice)
    return mlirLogicalResultFailure();
  int64_t starts[UF_MAX_RANK] = {0};
  for (int i = 0; i < count; ++i) {
    UfShape part = ufShapeOfType(ufResultType(b, i));
    parts[i] = ufTosaSlice(b, x, starts, part.dims);
    starts[axis] += part.dims[axis];
  }
  return ufReplaceAll(b, (UfValues){parts, count});
}

/// Sizes are an attribute before opset 13, an input since.
static MlirLogicalResult importSplit(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirAttribute sizes;
  MlirValue operand;
  ufImportInts(b, node, "split", 1, &sizes, &operand);
  int64_t count = ufNodeInt(node, "num_outputs", node->numOutputs);
  if (count != node->numOutputs || count > UF_MAX_VALUES)
    return ufNodeError(
        node, "has %d outputs, but num_outputs is %" PRId64 " (at most %d)",
        node->numOutputs, count, UF_MAX_VALUES);
  MlirOperation op =
      ufOpN(b, "split", UF_VALUES(ufNodeInput(node, 0), operand),
            UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "axis", 0))},
                     {"sizes", sizes}),
            node->numOutputs);
  for (int i = 0; op.ptr && i < node->numOutputs; ++i)
    results[i] = ufResultOf(op, i);
  return op.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "concat",
        .summary = "The operands one after the other along `axis`.",
        .operands = {{"inputs", "Any tensors of one element type.", UF_SAME,
                      UF_VARIADIC}},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT}},
        .infer = inferConcat,
        .fold = foldConcat,
        .toTosa = concatToTosa,
        .toLinalg = lowerConcat,
        .imports = UF_IMPORTS({UF_ONNX, "Concat", 1, ufOpset6Concat},
                              {UF_ONNX, "Concat", 4, NULL}, UF_ML_CONCATS,
                              UF_TORCH_CONCATS),
    },
    {
        .name = "stack",
        .summary = "The operands one after the other along a new `axis`.",
        .operands = {{"inputs", "Any tensors of one type.", UF_SAME,
                      UF_VARIADIC}},
        .attrs = {{"axis", "Of the result.", UF_INT, "0"}},
        .infer = inferStack,
        .decompose = decomposeStack,
        .imports = UF_IMPORTS(UF_TORCH_STACKS),
    },
    {
        .name = "split",
        .summary = "Cuts the input along `axis`.",
        .operands = {{"input", "Any tensor."},
                     {"sizes", "Of the parts, when computed.", UF_INTEGERS,
                      UF_OPTIONAL}},
        .results = {{"outputs", "The parts.", 0, UF_VARIADIC}},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT, "0"},
                  {"sizes", "Of the parts; equal ones when absent.",
                   UF_INT_LIST, .optional = true}},
        .infer = inferSplit,
        .toTosa = splitToTosa,
        .toLinalg = lowerSplit,
        .imports =
            UF_IMPORTS({UF_ONNX, "Split", 1, importSplit}, UF_TORCH_SPLITS),
    },
};
UF_FAMILY(ufConcatOps, "concat", ops);
