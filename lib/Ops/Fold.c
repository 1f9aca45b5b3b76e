//===-- Fold.c - Evaluating small constants -------------------------------===//

#include "Ops/Fold.h"

#include <math.h>

/// Elements of a constant whose shape and values can be read here.
static bool isReadable(MlirAttribute constant, UfShape *shape) {
  if (mlirAttributeIsNull(constant) || !mlirAttributeIsADenseElements(constant))
    return false;
  MlirType type = mlirAttributeGetType(constant);
  if (!ufIsRankedTensor(type) || mlirShapedTypeGetRank(type) > UF_MAX_RANK)
    return false;
  *shape = ufShapeOfType(type);
  return ufIsFloat(shape->element) || (mlirTypeIsAInteger(shape->element) &&
                                       ufBitWidth(shape->element) <= 64);
}

static UfNumeral read(MlirAttribute constant, MlirType element, int64_t at) {
  if (ufIsFloat(element))
    return (UfNumeral){.real = ufElementAsDouble(constant, at)};
  return (UfNumeral){.integer = ufElementAsInt(constant, at)};
}

/// Which element of an operand goes with element `at` of the result.
static int64_t broadcastIndex(const UfShape *operand, const UfShape *result,
                              int64_t at) {
  int64_t index = 0, stride = 1;
  for (int i = result->rank - 1; i >= 0; --i) {
    int64_t position = at % result->dims[i];
    at /= result->dims[i];
    int d = i - (result->rank - operand->rank);
    if (d < 0)
      continue;
    index += operand->dims[d] == 1 ? 0 : position * stride;
    stride *= operand->dims[d];
  }
  return index;
}

/// Whether `operand` broadcasts to `result`; folding must survive ops that do
/// not verify.
static bool broadcasts(const UfShape *operand, const UfShape *result) {
  int skip = result->rank - operand->rank;
  for (int d = 0; skip >= 0 && d < operand->rank; ++d)
    if (operand->dims[d] != 1 && operand->dims[d] != result->dims[d + skip])
      return false;
  return skip >= 0;
}

MlirAttribute ufFoldElementwise(MlirOperation op, const MlirAttribute *operands,
                                UfEvaluate evaluate) {
  enum { MAX_OPERANDS = 8 };
  UfShape shapes[MAX_OPERANDS];
  intptr_t numOperands = mlirOperationGetNumOperands(op);
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  if (numOperands > MAX_OPERANDS || !ufIsRankedTensor(type) ||
      mlirShapedTypeGetRank(type) > UF_MAX_RANK)
    return mlirAttributeGetNull();
  UfShape result = ufShapeOfType(type);
  int64_t count = ufNumElements(&result);
  if (count < 0 || count > UF_MAX_VALUES)
    return mlirAttributeGetNull();
  for (intptr_t i = 0; i < numOperands; ++i)
    if (!isReadable(operands[i], &shapes[i]) ||
        !broadcasts(&shapes[i], &result))
      return mlirAttributeGetNull();

  MlirAttribute elements[UF_MAX_VALUES];
  for (int64_t at = 0; at < count; ++at) {
    UfNumeral args[MAX_OPERANDS], value = {0};
    for (intptr_t i = 0; i < numOperands; ++i)
      args[i] = read(operands[i], shapes[i].element,
                     broadcastIndex(&shapes[i], &result, at));
    if (!evaluate(op, args, &value))
      return mlirAttributeGetNull();
    elements[at] = ufIsFloat(result.element)
                       ? mlirFloatAttrDoubleGet(mlirOperationGetContext(op),
                                                result.element, value.real)
                       : mlirIntegerAttrGet(result.element, value.integer);
  }
  return mlirDenseElementsAttrGet(type, count, elements);
}

bool ufSplatNumber(MlirAttribute constant, double *value) {
  UfShape shape;
  if (!isReadable(constant, &shape))
    return false;
  int64_t count = ufNumElements(&shape);
  if (mlirDenseElementsAttrIsSplat(constant))
    count = count > 0;
  if (count <= 0 || count > UF_MAX_VALUES)
    return false;
  *value = ufElementAsDouble(constant, 0);
  for (int64_t i = 1; i < count; ++i) {
    double element = ufElementAsDouble(constant, i);
    if (element != *value || signbit(element) != signbit(*value))
      return false;
  }
  return true;
}

bool ufIsSplatOf(MlirAttribute constant, double value) {
  double number;
  return ufSplatNumber(constant, &number) && number == value &&
         signbit(number) == signbit(value);
}

int64_t ufSaturate(double x, int width, bool isUnsigned) {
  int bits = isUnsigned ? width : width - 1;
  if (isnan(x))
    return 0;
  if (isUnsigned && x <= 0)
    return 0;
  if (!isUnsigned && x <= -ldexp(1, bits))
    return INT64_MIN >> (63 - bits);
  if (x >= ldexp(1, bits))
    return (int64_t)(UINT64_MAX >> (64 - bits));
  return x < 0 ? (int64_t)x : (int64_t)(uint64_t)x;
}

MlirValue ufFoldToOperand(MlirOperation op, int i) {
  MlirValue operand = mlirOperationGetOperand(op, i);
  return mlirTypeEqual(mlirValueGetType(operand),
                       mlirValueGetType(ufResultOf(op, 0)))
             ? operand
             : (MlirValue){NULL};
}
