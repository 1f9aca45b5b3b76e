//===-- Tosa.c - Writing TOSA in few words --------------------------------===//

#include "IR/Tosa.h"

#include <string.h>

bool ufTosaHasType(MlirType element) {
  if (ufIsFloat(element))
    return ufBitWidth(element) <= 32;
  return mlirTypeIsAInteger(element) && mlirIntegerTypeIsSignless(element);
}

MlirValue ufTosaSplat(UfBuilder *b, MlirType tensor, double value) {
  return ufBuild(b, "tosa.const", tensor, UF_NO_VALUES,
                 UF_ATTRS({"values", ufSplatAttr(tensor, value)}));
}

MlirValue ufTosaZero(UfBuilder *b, MlirType element) {
  return ufTosaSplat(b, ufTensorOf(element, 1, (int64_t[]){1}), 0);
}

MlirValue ufTosaShape(UfBuilder *b, int rank, const int64_t *dims) {
  char text[32];
  int64_t values[UF_MAX_RANK];
  snprintf(text, sizeof text, "!tosa.shape<%d>", rank);
  for (int i = 0; i < rank; ++i)
    values[i] = dims[i] == UF_DYNAMIC ? -1 : dims[i];
  MlirType vector = ufTensorOf(ufIndexType(b), 1, (int64_t[]){rank});
  return ufBuild(b, "tosa.const_shape", mlirTypeParseGet(b->ctx, ufStr(text)),
                 UF_NO_VALUES,
                 UF_ATTRS({"values", mlirDenseElementsAttrInt64Get(vector, rank,
                                                                   values)}));
}

MlirValue ufTosaReshape(UfBuilder *b, MlirValue x, int rank,
                        const int64_t *dims) {
  MlirType type = ufTensorOf(ufElementType(x), rank, dims);
  if (mlirTypeEqual(type, mlirValueGetType(x)))
    return x;
  return ufBuild(b, "tosa.reshape", type,
                 UF_VALUES(x, ufTosaShape(b, rank, dims)), UF_NO_ATTRS);
}

MlirValue ufTosaRank(UfBuilder *b, MlirValue x, int rank) {
  UfShape shape = ufShape(x);
  int64_t dims[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i) {
    int from = i - (rank - shape.rank);
    dims[i] = from < 0 ? 1 : shape.dims[from];
  }
  return ufTosaReshape(b, x, rank, dims);
}

MlirValue ufTosaTranspose(UfBuilder *b, MlirValue x, const int64_t *perm) {
  UfShape shape = ufShape(x), result = shape;
  int32_t narrow[UF_MAX_RANK];
  for (int i = 0; i < shape.rank; ++i) {
    result.dims[i] = shape.dims[perm[i]];
    narrow[i] = (int32_t)perm[i];
  }
  return ufBuild(
      b, "tosa.transpose", ufTensorType(&result), UF_VALUES(x),
      UF_ATTRS({"perms", mlirDenseI32ArrayGet(b->ctx, shape.rank, narrow)}));
}

MlirValue ufTosaBinary(UfBuilder *b, const char *name, MlirType type,
                       MlirValue x, MlirValue y) {
  int rank = (int)mlirShapedTypeGetRank(type);
  x = ufTosaRank(b, x, rank);
  y = ufTosaRank(b, y, rank);
  if (strcmp(name, "tosa.mul") != 0)
    return ufBuild(b, name, type, UF_VALUES(x, y), UF_NO_ATTRS);
  MlirValue shift = ufTosaZero(b, ufIntType(b, 8));
  return ufBuild(b, name, type, UF_VALUES(x, y, shift), UF_NO_ATTRS);
}

MlirValue ufTosaReduce(UfBuilder *b, const char *name, MlirValue x, int axis) {
  UfShape shape = ufShape(x);
  shape.dims[axis] = 1;
  return ufBuild(
      b, name, ufTensorType(&shape), UF_VALUES(x),
      UF_ATTRS({"axis", mlirIntegerAttrGet(ufIntType(b, 32), axis)}));
}

MlirLogicalResult ufTosaByName(UfBuilder *b, const char *name) {
  MlirType type = ufResultType(b, 0);
  intptr_t count = mlirOperationGetNumOperands(b->op);
  MlirValue operands[UF_MAX_VALUES];
  if (count > UF_MAX_VALUES)
    return mlirLogicalResultFailure();
  for (intptr_t i = 0; i < count; ++i) {
    operands[i] = mlirOperationGetOperand(b->op, i);
    if (!ufIsRankedTensor(mlirValueGetType(operands[i])) ||
        !ufTosaHasType(ufElementType(operands[i])))
      return mlirLogicalResultFailure();
  }
  if (count == 2)
    return ufReplace(b, ufTosaBinary(b, name, type, operands[0], operands[1]));
  for (intptr_t i = 0; i < count; ++i)
    operands[i] = ufTosaRank(b, operands[i], (int)mlirShapedTypeGetRank(type));
  return ufReplace(
      b, ufBuild(b, name, type, (UfValues){operands, count}, UF_NO_ATTRS));
}
