//===-- BatchPlace.c - Which dimension of what is the batch ---------------===//

#include "Kernels/BatchPlace.h"

#include "Kernels/Domain.h"
#include "Kernels/Layout.h"

#include <string.h>

/// As ufFindBatchPlace(), for one kind of op; every operand has -1 already.
typedef bool (*Find)(MlirOperation op, int dim, UfBatchPlace *place);

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

static bool findInLinalg(MlirOperation op, int dim, UfBatchPlace *place) {
  UfDomain domain;
  if (!ufReadDomain(op, &domain))
    return false;
  intptr_t count = mlirOperationGetNumOperands(op);
  int loop = ufMapLoop(ufOperandMap(op, count - 1), dim);
  if (loop < 0)
    return false;
  for (intptr_t i = 0; i < count; ++i)
    if (!placeOfLoop(ufOperandMap(op, i), loop, &place->operand[i]))
      return false;
  int read = loop;
  mlirOperationWalk(op, findIndex, &read, MlirWalkPreOrder);
  return read == loop;
}

//===----------------------------------------------------------------------===//
// tensor
//===----------------------------------------------------------------------===//

static bool findInEmpty(MlirOperation op, int dim, UfBatchPlace *place) {
  (void)op, (void)dim, (void)place;
  return true;
}

/// The dimension of a reshape's operand that is dimension `dim` of its result;
/// -1 when it is made of several, or part of one.
static int acrossReshape(MlirOperation op, int dim) {
  UfSplit split = ufSplitOf(op);
  bool expands = ufOpIs(op, "tensor.expand_shape");
  int narrow = expands ? 0 : dim, wide = -1;
  while (expands && split.begins[narrow + 1] <= dim)
    ++narrow;
  int64_t size = split.narrow.dims[narrow];
  for (int d = split.begins[narrow]; d < split.begins[narrow + 1]; ++d) {
    if (split.wide.dims[d] == 1)
      continue;
    if (wide >= 0 || split.wide.dims[d] != size)
      return -1;
    wide = d;
  }
  if (!expands)
    return wide;
  return wide == dim ? narrow : -1;
}

static bool findInReshape(MlirOperation op, int dim, UfBatchPlace *place) {
  place->operand[0] = acrossReshape(op, dim);
  return place->operand[0] >= 0;
}

static int64_t listed(MlirOperation op, const char *name, int dim) {
  return mlirDenseI64ArrayGetElement(
      mlirOperationGetInherentAttributeByName(op, ufStr(name)), dim);
}

static bool findInPad(MlirOperation op, int dim, UfBatchPlace *place) {
  place->operand[0] = dim;
  return listed(op, "static_low", dim) == 0 &&
         listed(op, "static_high", dim) == 0;
}

/// Whether a slice is sure to take all of dimension `dim` of a tensor of its
/// rank.
static bool takesAll(MlirOperation op, MlirValue whole, MlirValue part,
                     int dim) {
  return ufRank(whole) == ufRank(part) &&
         listed(op, "static_offsets", dim) == 0 &&
         listed(op, "static_strides", dim) == 1 &&
         listed(op, "static_sizes", dim) != UF_DYNAMIC &&
         listed(op, "static_sizes", dim) == ufDimSize(whole, dim);
}

static bool findInExtract(MlirOperation op, int dim, UfBatchPlace *place) {
  place->operand[0] = dim;
  return takesAll(op, mlirOperationGetOperand(op, 0), ufResultOf(op, 0), dim);
}

static bool findInInsert(MlirOperation op, int dim, UfBatchPlace *place) {
  place->operand[0] = place->operand[1] = dim;
  return takesAll(op, ufResultOf(op, 0), mlirOperationGetOperand(op, 0), dim);
}

static bool findInConcat(MlirOperation op, int dim, UfBatchPlace *place) {
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
    place->operand[i] = dim;
  return mlirIntegerAttrGetValueInt(
             mlirOperationGetInherentAttributeByName(op, ufStr("dim"))) != dim;
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

typedef struct Kind {
  const char *op;
  Find find;
  const char *sizes; ///< The attribute that repeats the result's, or null.
  bool takesSizes;   ///< Its last operands are sizes that the type leaves open.
} Kind;

static const Kind kinds[] = {
    {"tensor.empty", findInEmpty, NULL, true},
    {"tensor.expand_shape", findInReshape, "static_output_shape", true},
    {"tensor.collapse_shape", findInReshape, NULL, false},
    {"tensor.pad", findInPad, NULL, false},
    {"tensor.extract_slice", findInExtract, "static_sizes", false},
    {"tensor.insert_slice", findInInsert, "static_sizes", false},
    {"tensor.concat", findInConcat, NULL, false},
};

static const Kind *kindOf(MlirOperation op) {
  static const Kind linalg = {"linalg", findInLinalg, NULL, false};
  if (ufIsLinalg(op))
    return &linalg;
  for (int i = 0; i < UF_COUNT(kinds); ++i)
    if (ufOpIs(op, kinds[i].op))
      return &kinds[i];
  return NULL;
}

bool ufFindBatchPlace(MlirOperation op, int dim, UfBatchPlace *place) {
  const Kind *kind = kindOf(op);
  if (!kind || mlirOperationGetNumResults(op) != 1 ||
      mlirOperationGetNumOperands(op) > UF_MAX_VALUES ||
      dim >= ufRank(ufResultOf(op, 0)))
    return false;
  for (int i = 0; i < UF_MAX_VALUES; ++i)
    place->operand[i] = -1;
  return kind->find(op, dim, place);
}

void ufSetBatchSize(MlirOperation op, int dim, int64_t samples) {
  const Kind *kind = kindOf(op);
  MlirValue result = ufResultOf(op, 0), operands[UF_MAX_VALUES];
  intptr_t last = mlirOperationGetNumOperands(op) - 1;
  UfShape shape = ufShape(result);
  if (kind->takesSizes && shape.dims[dim] == UF_DYNAMIC) {
    for (intptr_t i = 0; i < last; ++i)
      operands[i] = mlirOperationGetOperand(op, i);
    mlirOperationSetOperands(op, last, operands);
  }
  shape.dims[dim] = samples;
  mlirValueSetType(result, ufTensorType(&shape));
  if (!kind->sizes)
    return;
  int64_t list[UF_MAX_RANK];
  for (int d = 0; d < shape.rank; ++d)
    list[d] = d == dim ? samples : listed(op, kind->sizes, d);
  mlirOperationSetInherentAttributeByName(
      op, ufStr(kind->sizes),
      mlirDenseI64ArrayGet(mlirOperationGetContext(op), shape.rank, list));
}
