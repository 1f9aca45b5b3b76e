//===-- BatchPlace.c - Which dimension of what is the batch ---------------===//

#include "Kernels/Layout/BatchPlace.h"

#include "Kernels/Domain.h"
#include "Kernels/Layout/Layout.h"

#include <string.h>

/// Of a slice: the tensors, offsets, sizes and strides.
enum { MAX_SEGMENTS = 5 };

static const UfSamples none = {.dim = -1};

/// As ufFindBatchPlace(), for one kind of op; no operand has samples yet.
typedef bool (*Find)(MlirOperation op, UfSamples result, MlirValue input,
                     UfBatchPlace *place);

//===----------------------------------------------------------------------===//
// linalg
//===----------------------------------------------------------------------===//

static MlirWalkResult findIndex(MlirOperation op, void *userData) {
  int *loop = userData;
  if (!ufOpIs(op, "linalg.index") ||
      mlirIntegerAttrGetValueInt(
          mlirOperationGetInherentAttributeByName(op, ufStr("dim"))) != *loop)
    return MlirWalkResultAdvance;
  *loop = -1;
  return MlirWalkResultInterrupt;
}

/// The place of `loop` in `map`; -1 when it has none. False when it is part of
/// an expression, or there twice.
static bool placeOfLoop(MlirAffineMap map, int loop, int *place) {
  *place = -1;
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i) {
    if (!mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), loop))
      continue;
    if (*place >= 0 || ufMapLoop(map, i) != loop)
      return false;
    *place = (int)i;
  }
  return true;
}

static bool findInLinalg(MlirOperation op, UfSamples result, MlirValue input,
                         UfBatchPlace *place) {
  (void)input;
  UfDomain domain;
  if (!ufReadDomain(op, &domain))
    return false;
  intptr_t count = mlirOperationGetNumOperands(op);
  int loop = ufMapLoop(ufOperandMap(op, count - 1), result.dim);
  if (loop < 0)
    return false;
  for (intptr_t i = 0; i < count; ++i) {
    place->operand[i] = result;
    if (!placeOfLoop(ufOperandMap(op, i), loop, &place->operand[i].dim))
      return false;
  }
  int read = loop;
  mlirOperationWalk(op, findIndex, &read, MlirWalkPreOrder);
  return read == loop;
}

//===----------------------------------------------------------------------===//
// tensor
//===----------------------------------------------------------------------===//

static bool findInEmpty(MlirOperation op, UfSamples result, MlirValue input,
                        UfBatchPlace *place) {
  (void)op, (void)result, (void)input, (void)place;
  return true;
}

/// Places that the dimensions have which a reshape makes one with dimension
/// `wide`: those before and those after it. False when one of them is open.
static bool measureGroup(const UfSplit *split, int wide, int64_t *before,
                         int64_t *after) {
  int narrow = ufSplitNarrowDim(split, wide);
  *before = *after = 1;
  for (int d = split->begins[narrow]; d < split->begins[narrow + 1]; ++d) {
    int64_t *places = d < wide ? before : after, size = split->wide.dims[d];
    if (d == wide)
      continue;
    if (size < 1 || *places > INT32_MAX / size)
      return false;
    *places *= size;
  }
  return true;
}

/// Where the dimension that `wide` becomes part of has samples, and back.
static UfSamples merge(int narrow, UfSamples wide, int64_t before,
                       int64_t after) {
  bool fits =
      wide.each <= INT32_MAX / after && wide.times <= INT32_MAX / before;
  return fits ? (UfSamples){narrow, wide.each * after, wide.times * before}
              : none;
}
static UfSamples separate(int wide, UfSamples narrow, int64_t before,
                          int64_t after) {
  bool isWhole = narrow.times % before == 0 && narrow.each % after == 0;
  return isWhole ? (UfSamples){wide, narrow.each / after, narrow.times / before}
                 : none;
}

static bool findInReshape(MlirOperation op, UfSamples result, MlirValue input,
                          UfBatchPlace *place) {
  UfSplit split = ufSplitOf(op);
  int64_t before, after;
  if (split.narrow.rank == 0)
    return false;
  if (ufOpIs(op, "tensor.expand_shape")) {
    int narrow = ufSplitNarrowDim(&split, result.dim);
    if (!measureGroup(&split, result.dim, &before, &after))
      return false;
    place->operand[0] = merge(narrow, result, before, after);
    return true;
  }
  for (int d = split.begins[result.dim]; d < split.begins[result.dim + 1];
       ++d) {
    if (!measureGroup(&split, d, &before, &after))
      continue;
    place->operand[0] = separate(d, result, before, after);
    if (place->operand[0].dim >= 0 &&
        ufFitsSamples(split.wide.dims[d], place->operand[0], input))
      return true;
  }
  return false;
}

static int64_t listed(MlirOperation op, const char *name, int dim) {
  return mlirDenseI64ArrayGetElement(
      mlirOperationGetInherentAttributeByName(op, ufStr(name)), dim);
}

static bool findInPad(MlirOperation op, UfSamples result, MlirValue input,
                      UfBatchPlace *place) {
  (void)input;
  place->operand[0] = result;
  return listed(op, "static_low", result.dim) == 0 &&
         listed(op, "static_high", result.dim) == 0;
}

/// Whether operand `at` of a slice, and those after it, are sizes of which that
/// of dimension `dim` is the first of `input`.
static bool isInputSize(MlirOperation op, intptr_t at, int dim,
                        MlirValue input) {
  for (int d = 0; d < dim; ++d)
    at += listed(op, "static_sizes", d) == UF_DYNAMIC;
  MlirOperation from = ufDefiningOp(mlirOperationGetOperand(op, at));
  int64_t first;
  return from.ptr && ufOpIs(from, "tensor.dim") &&
         mlirValueEqual(mlirOperationGetOperand(from, 0), input) &&
         ufReadNumber(mlirOperationGetOperand(from, 1), &first) && first == 0;
}

/// Whether a slice, whose offsets begin with operand `offsets`, is sure to take
/// all samples of a tensor of its rank.
static bool takesAll(MlirOperation op, MlirValue whole, MlirValue part,
                     UfSamples samples, MlirValue input, intptr_t offsets) {
  int dim = samples.dim;
  if (ufRank(whole) != ufRank(part) || listed(op, "static_offsets", dim) != 0 ||
      listed(op, "static_strides", dim) != 1)
    return false;
  int64_t size = listed(op, "static_sizes", dim);
  if (size != UF_DYNAMIC)
    return size == ufDimSize(whole, dim);
  for (int d = 0; d < ufRank(whole); ++d)
    offsets += listed(op, "static_offsets", d) == UF_DYNAMIC;
  return samples.each == 1 && samples.times == 1 &&
         isInputSize(op, offsets, dim, input);
}

static bool findInExtract(MlirOperation op, UfSamples result, MlirValue input,
                          UfBatchPlace *place) {
  place->operand[0] = result;
  return takesAll(op, mlirOperationGetOperand(op, 0), ufResultOf(op, 0), result,
                  input, 1);
}

static bool findInInsert(MlirOperation op, UfSamples result, MlirValue input,
                         UfBatchPlace *place) {
  place->operand[0] = place->operand[1] = result;
  return takesAll(op, ufResultOf(op, 0), mlirOperationGetOperand(op, 0), result,
                  input, 2);
}

static bool findInConcat(MlirOperation op, UfSamples result, MlirValue input,
                         UfBatchPlace *place) {
  (void)input;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
    place->operand[i] = result;
  return mlirIntegerAttrGetValueInt(mlirOperationGetInherentAttributeByName(
             op, ufStr("dim"))) != result.dim;
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

typedef struct Kind {
  const char *op;
  Find find;
  const char *sizes; ///< The attribute that has the result's sizes, or null.
  int firstSize;     ///< The operand that is the first open one, -1 for none;
  bool hasOffsets;   ///< those of offsets come before.
} Kind;

static const Kind kinds[] = {
    {"tensor.empty", findInEmpty, NULL, 0, false},
    {"tensor.expand_shape", findInReshape, "static_output_shape", 1, false},
    {"tensor.collapse_shape", findInReshape, NULL, -1, false},
    {"tensor.pad", findInPad, NULL, -1, false},
    {"tensor.extract_slice", findInExtract, "static_sizes", 1, true},
    {"tensor.insert_slice", findInInsert, "static_sizes", 2, true},
    {"tensor.concat", findInConcat, NULL, -1, false},
};

static const Kind *kindOf(MlirOperation op) {
  static const Kind linalg = {"linalg", findInLinalg, NULL, -1, false};
  if (ufIsLinalg(op))
    return &linalg;
  for (int i = 0; i < UF_COUNT(kinds); ++i)
    if (ufOpIs(op, kinds[i].op))
      return &kinds[i];
  return NULL;
}

bool ufFindBatchPlace(MlirOperation op, UfSamples result, MlirValue input,
                      UfBatchPlace *place) {
  const Kind *kind = kindOf(op);
  if (!kind || mlirOperationGetNumResults(op) != 1 ||
      mlirOperationGetNumOperands(op) > UF_MAX_VALUES ||
      result.dim >= ufRank(ufResultOf(op, 0)))
    return false;
  for (int i = 0; i < UF_MAX_VALUES; ++i)
    place->operand[i] = none;
  return kind->find(op, result, input, place);
}

UfSamples ufSamplesAlong(MlirOperation op, int dim, UfSamples operand) {
  bool expands = ufOpIs(op, "tensor.expand_shape");
  if (!expands && !ufOpIs(op, "tensor.collapse_shape"))
    return (UfSamples){dim, operand.each, operand.times};
  UfSplit split = ufSplitOf(op);
  int wide = expands ? dim : operand.dim, narrow = expands ? operand.dim : dim;
  int64_t before, after;
  if (split.narrow.rank == 0 || ufSplitNarrowDim(&split, wide) != narrow ||
      !measureGroup(&split, wide, &before, &after))
    return none;
  return expands ? separate(wide, operand, before, after)
                 : merge(narrow, operand, before, after);
}

bool ufFitsSamples(int64_t size, UfSamples samples, MlirValue input) {
  int64_t count = ufDimSize(input, 0);
  if (count == UF_DYNAMIC || size == UF_DYNAMIC)
    return count == size;
  return count > 0 && size % count == 0 &&
         size / count == samples.times * samples.each;
}

/// The size of dimension `d` as the op has it.
static int64_t sizeIn(MlirOperation op, const Kind *kind, int d) {
  return kind->sizes ? listed(op, kind->sizes, d)
                     : ufDimSize(ufResultOf(op, 0), d);
}

/// Drops the operand that is the size of dimension `dim`.
static void dropSize(MlirOperation op, const Kind *kind, int dim) {
  MlirValue operands[UF_MAX_VALUES];
  intptr_t count = mlirOperationGetNumOperands(op), kept = 0;
  intptr_t at = kind->firstSize;
  for (int d = 0; kind->hasOffsets && d < ufRank(ufResultOf(op, 0)); ++d)
    at += listed(op, "static_offsets", d) == UF_DYNAMIC;
  for (int d = 0; d < dim; ++d)
    at += sizeIn(op, kind, d) == UF_DYNAMIC;
  for (intptr_t i = 0; i < count; ++i)
    if (i != at)
      operands[kept++] = mlirOperationGetOperand(op, i);
  mlirOperationSetOperands(op, kept, operands);
  if (!kind->hasOffsets)
    return;
  MlirStringRef name = ufStr("operandSegmentSizes");
  MlirAttribute old = mlirOperationGetInherentAttributeByName(op, name);
  int32_t segments[MAX_SEGMENTS] = {0};
  intptr_t numSegments = mlirDenseArrayGetNumElements(old);
  for (intptr_t i = 0; i < numSegments; ++i)
    segments[i] = mlirDenseI32ArrayGetElement(old, i) -
                  (i == kind->firstSize + 1); // offsets are between
  mlirOperationSetInherentAttributeByName(
      op, name,
      mlirDenseI32ArrayGet(mlirOperationGetContext(op), numSegments, segments));
}

void ufSetBatchSize(MlirOperation op, UfSamples result, int64_t count) {
  const Kind *kind = kindOf(op);
  MlirValue value = ufResultOf(op, 0);
  UfShape shape = ufShape(value);
  if (kind->firstSize >= 0 && sizeIn(op, kind, result.dim) == UF_DYNAMIC)
    dropSize(op, kind, result.dim);
  shape.dims[result.dim] = result.times * count * result.each;
  if (kind->sizes) {
    int64_t list[UF_MAX_RANK];
    for (int d = 0; d < shape.rank; ++d)
      list[d] = d == result.dim ? shape.dims[d] : listed(op, kind->sizes, d);
    mlirOperationSetInherentAttributeByName(
        op, ufStr(kind->sizes),
        mlirDenseI64ArrayGet(mlirOperationGetContext(op), shape.rank, list));
  }
  mlirValueSetType(value, ufTensorType(&shape));
}
