//===-- TorchCreate.c - ATen's ways to make tensors -----------------------===//

#include "Ops/TorchCreate.h"

#include "Ops/Compose.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// One number in all places
//===----------------------------------------------------------------------===//

/// What the operator fills with: one, an argument, or zero, which memory that
/// is not initialised is taken for.
static MlirValue fillValue(UfBuilder *b, const UfNode *node, MlirType element) {
  static const char *const names[] = {"fill_value", "value"};
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (ufTorchHas(node, names[i]))
      return ufTorchTensorAs(b, node, names[i], element);
  return ufScalarConstant(b, element, strstr(node->op, "ones") != NULL);
}

/// A number, or a tensor of one, in all places of a tensor of `sizes`.
static MlirValue fillShape(UfBuilder *b, MlirValue number,
                           const UfTorchInts *sizes) {
  UfInts dims;
  MlirAttribute constant = ufConstantOf(number);
  if (sizes->value.ptr)
    return ufOp(b, "expand", UF_VALUES(number, sizes->value), UF_NO_ATTRS);
  dims.size = sizes->count;
  for (int i = 0; i < dims.size; ++i)
    dims.data[i] = mlirDenseI64ArrayGetElement(sizes->attr, i);
  if (mlirAttributeIsNull(constant) || ufRank(number) != 0)
    return ufOp(b, "expand", UF_VALUES(number),
                UF_ATTRS({"shape", sizes->attr}));
  MlirType type = ufTensorOf(ufElementType(number), dims.size, dims.data);
  return ufConstant(b, mlirDenseElementsAttrReshapeGet(constant, type));
}

MlirLogicalResult ufTorchFill(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirType element = ufTorchResult(b, node, 0);
  UfTorchInts sizes;
  if (!element.ptr)
    return ufNodeError(node, "does not say what type it makes");
  MlirValue number = fillValue(b, node, element);
  if (!number.ptr)
    return mlirLogicalResultFailure();
  if (ufTorchHas(node, "size"))
    return ufTorchInts(b, node, "size", &sizes)
               ? ufNodeDefine(results, fillShape(b, number, &sizes))
               : mlirLogicalResultFailure();
  MlirValue like = ufTorchTensor(b, node, "self");
  if (!like.ptr)
    return ufNodeError(node, "needs argument 'size'");
  UfShape shape = ufShape(like);
  sizes = (UfTorchInts){.count = shape.rank};
  if (ufNumElements(&shape) == UF_DYNAMIC)
    sizes.value = ufOp(b, "shape_of", UF_VALUES(like), UF_NO_ATTRS);
  else
    sizes.attr = ufIntsAttr(b, shape.rank, shape.dims);
  return ufNodeDefine(results, fillShape(b, number, &sizes));
}

//===----------------------------------------------------------------------===//
// Several numbers
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchArange(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  static const char *const bounds[] = {"start", "end", "step"};
  MlirType element = ufTorchResult(b, node, 0);
  bool isFloat = element.ptr && ufIsFloat(element);
  for (int i = 0; i < UF_COUNT(bounds) && !isFloat; ++i) {
    const UfrontArg *arg = ufTorchArg(node, bounds[i]);
    if (arg && arg->kind == UFRONT_ARG_FLOAT)
      return ufNodeError(
          node, "argument '%s' must be an integer, as the result", bounds[i]);
  }
  return ufNodeDefine(
      results,
      ufFormulaValue(b, node, "start = 0; step = 1; range(start, end, step)",
                     isFloat ? UF_IN_F64 : UF_AS_IS));
}

MlirLogicalResult ufTorchEye(UfBuilder *b, const UfNode *node,
                             MlirValue *results) {
  MlirType element = ufTorchResult(b, node, 0);
  int64_t rows = ufNodeInt(node, "n", -1), cols = ufNodeInt(node, "m", rows);
  UfAttrs attrs =
      UF_ATTRS({"rows", ufIntAttr(b, rows)}, {"cols", ufIntAttr(b, cols)},
               {"dtype", element.ptr ? mlirTypeAttrGet(element)
                                     : mlirAttributeGetNull()});
  return ufNodeDefine(results, ufOp(b, "eye", UF_NO_VALUES, attrs));
}

/// Where row `i` of a triangle begins and ends in a matrix of `cols` columns.
typedef struct Row {
  int64_t begin, end;
} Row;

static Row rowOf(int64_t i, int64_t cols, int64_t offset, bool isUpper) {
  int64_t at = isUpper ? i + offset : i + offset + 1;
  at = at < 0 ? 0 : at > cols ? cols : at;
  return isUpper ? (Row){at, cols} : (Row){0, at};
}

/// The places (i, j) of a matrix of `rows` and `cols` with j - i <= offset, or
/// >= for the upper triangle; as rows of a [2, count] constant.
MlirLogicalResult ufTorchIndices(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  enum { MOST = 4096 };
  int64_t rows = ufNodeInt(node, "row", 0), cols = ufNodeInt(node, "col", 0);
  int64_t offset = ufNodeInt(node, "offset", 0), count = 0;
  bool isUpper = strstr(node->op, "triu") != NULL;
  int64_t places[2][MOST], flat[2 * MOST];
  if (rows < 0 || cols < 0 || rows > INT32_MAX || cols > INT32_MAX)
    return ufNodeError(node, "has %" PRId64 " rows and %" PRId64 " columns",
                       rows, cols);
  // An offset beyond these makes no difference.
  offset = offset < -rows ? -rows : offset > cols ? cols : offset;
  // Rows without a place are first in the lower triangle, last in the upper.
  int64_t first = !isUpper && offset < 0 ? -offset : 0;
  for (int64_t i = first; i < rows; ++i) {
    Row row = rowOf(i, cols, offset, isUpper);
    if (row.begin == row.end)
      break;
    for (int64_t j = row.begin; j < row.end; ++j) {
      if (count == MOST)
        return ufNodeError(node,
                           "makes more than %d indices, which is not "
                           "supported",
                           MOST);
      places[0][count] = i;
      places[1][count++] = j;
    }
  }
  memcpy(flat, places[0], (size_t)count * sizeof *flat);
  memcpy(flat + count, places[1], (size_t)count * sizeof *flat);
  MlirType type = ufTensorOf(ufI64(b), 2, (int64_t[]){2, count});
  MlirAttribute elements = mlirDenseElementsAttrInt64Get(type, 2 * count, flat);
  return ufNodeDefine(results, ufTorchCast(b, ufConstant(b, elements),
                                           ufTorchResult(b, node, 0)));
}

//===----------------------------------------------------------------------===//
// Copies, sizes, checks
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchCopy(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue self = ufTorchTensor(b, node, "self");
  if (!self.ptr)
    return ufNodeError(node, "needs argument 'self'");
  MlirValue from = ufTorchTensorAs(b, node, "src", ufElementType(self));
  if (from.ptr &&
      !mlirTypeEqual(mlirValueGetType(from), mlirValueGetType(self)))
    from = ufCallExpandLike(b, from, self);
  return ufNodeDefine(results, from);
}

MlirLogicalResult ufTorchSize(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue self = ufTorchTensor(b, node, "self");
  if (!self.ptr)
    return ufNodeError(node, "needs argument 'self'");
  int64_t rank = ufRank(self), dim = ufNodeInt(node, "dim", 0);
  if (dim < -rank || dim >= rank)
    return ufNodeError(node, "argument 'dim' is %" PRId64 ", but the rank %d",
                       dim, (int)rank);
  return ufNodeDefine(results,
                      ufCallSize(b, self, ufAxis(dim, (int)rank), ufI64(b)));
}

MlirLogicalResult ufTorchNothing(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  return node->numOutputs
             ? ufNodeDefine(results, ufScalarConstant(b, ufI1(b), 1))
             : mlirLogicalResultSuccess();
}
