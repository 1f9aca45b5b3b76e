//===-- Constant.c - Values that are known while compiling ----------------===//
//
// Frameworks compute shapes in the graph (Shape -> Gather -> Concat ->
// Reshape). ufKnownInts evaluates such integers element by element, as far as
// they are known, so that result types are as static as the model allows.
//
//===----------------------------------------------------------------------===//

#include "IR/Build.h"

#include "Ops/Op.h"

#include <string.h>

MlirValue ufConstant(UfBuilder *b, MlirAttribute elements) {
  return ufBuild(b, "ufront.constant", mlirAttributeGetType(elements),
                 UF_NO_VALUES, UF_ATTRS({"value", elements}));
}

MlirValue ufScalarConstant(UfBuilder *b, MlirType element, double value) {
  if (!element.ptr ||
      (!mlirTypeIsAFloat(element) && !mlirTypeIsAInteger(element))) {
    ufError(b->loc, "needs a number as an element of a tensor without numbers");
    return (MlirValue){NULL};
  }
  return ufConstant(b, ufSplatAttr(ufTensorOf(element, 0, NULL), value));
}

MlirValue ufIntsConstant(UfBuilder *b, int count, const int64_t *values) {
  MlirType type = ufTensorOf(ufI64(b), 1, (int64_t[]){count});
  return ufConstant(b, mlirDenseElementsAttrInt64Get(type, count, values));
}

MlirAttribute ufConstantOf(MlirValue value) {
  MlirOperation op = value.ptr ? ufDefiningOp(value) : (MlirOperation){NULL};
  return op.ptr && ufOpIs(op, "ufront.constant") ? ufGetAttr(op, "value")
                                                 : mlirAttributeGetNull();
}

bool ufIsLargeFill(MlirOperation op) {
  const intptr_t large = 4096;
  const UfOp *row = op.ptr ? ufOpOf(op) : NULL;
  if (!row || strcmp(row->name, "constant") != 0)
    return false;
  MlirAttribute value = ufGetAttr(op, "value");
  return mlirAttributeIsADenseElements(value) &&
         mlirDenseElementsAttrIsSplat(value) &&
         mlirElementsAttrGetNumElements(value) >= large;
}

double ufElementAsDouble(MlirAttribute elements, intptr_t i) {
  MlirType type = mlirShapedTypeGetElementType(mlirAttributeGetType(elements));
  if (!mlirTypeIsAFloat(type))
    return (double)ufElementAsInt(elements, i);
  uint64_t at[UF_MAX_RANK];
  MlirType shaped = mlirAttributeGetType(elements);
  int64_t rank = mlirShapedTypeGetRank(shaped);
  for (int64_t d = rank - 1, rest = i; d >= 0; --d) {
    int64_t size = mlirShapedTypeGetDimSize(shaped, d);
    at[d] = (uint64_t)(rest % size);
    rest /= size;
  }
  return mlirFloatAttrGetValueDouble(
      mlirElementsAttrGetValue(elements, rank, at));
}

int64_t ufElementAsInt(MlirAttribute elements, intptr_t i) {
  MlirType shaped = mlirAttributeGetType(elements);
  MlirType type = mlirShapedTypeGetElementType(shaped);
  if (mlirTypeIsAFloat(type))
    return ufTruncate(ufElementAsDouble(elements, i));
  uint64_t at[UF_MAX_RANK];
  int64_t rank = mlirShapedTypeGetRank(shaped);
  for (int64_t d = rank - 1, rest = i; d >= 0; --d) {
    int64_t size = mlirShapedTypeGetDimSize(shaped, d);
    at[d] = (uint64_t)(rest % size);
    rest /= size;
  }
  MlirAttribute element = mlirElementsAttrGetValue(elements, rank, at);
  return mlirIntegerTypeIsUnsigned(type)
             ? (int64_t)mlirIntegerAttrGetValueUInt(element)
         : mlirIntegerTypeGetWidth(type) == 1
             ? mlirBoolAttrGetValue(element)
             : (mlirIntegerTypeIsSigned(type)
                    ? mlirIntegerAttrGetValueSInt(element)
                    : mlirIntegerAttrGetValueInt(element));
}

//===----------------------------------------------------------------------===//
// Integer shape arithmetic
//===----------------------------------------------------------------------===//

static bool knownInts(MlirValue value, UfInts *out, int depth);

static bool isOneOf(const char *name, const char *const *names, int count) {
  for (int i = 0; i < count; ++i)
    if (strcmp(name, names[i]) == 0)
      return true;
  return false;
}

static bool knownConstant(MlirOperation op, UfInts *out) {
  MlirAttribute elements = ufGetAttr(op, "value");
  intptr_t count = mlirElementsAttrGetNumElements(elements);
  if (count > UF_MAX_VALUES)
    return false;
  out->size = (int)count;
  for (intptr_t i = 0; i < count; ++i) {
    int64_t element = ufElementAsInt(elements, i);
    // UF_DYNAMIC is the smallest number, which a slice may well start from.
    out->data[i] = element == UF_DYNAMIC ? element + 1 : element;
  }
  return true;
}

static bool knownShape(MlirOperation op, UfInts *out) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  int64_t rank = shape.rank;
  int64_t from = ufGetInt(op, "start");
  int64_t to = ufHasAttr(op, "end") ? ufGetInt(op, "end") : rank;
  from = from < 0 ? from + rank : from;
  to = to < 0 ? to + rank : to;
  from = from < 0 ? 0 : from;
  to = to > rank ? rank : to;
  out->size = 0;
  for (int64_t i = from; i < to; ++i)
    out->data[out->size++] = shape.dims[i];
  return true;
}

static bool knownGather(MlirOperation op, UfInts *out, int depth) {
  UfInts from, index;
  if (!knownInts(mlirOperationGetOperand(op, 0), &from, depth) ||
      !knownInts(mlirOperationGetOperand(op, 1), &index, depth))
    return false;
  out->size = index.size;
  for (int i = 0; i < index.size; ++i) {
    int64_t at = index.data[i];
    at += at < 0 && at != UF_DYNAMIC ? from.size : 0;
    out->data[i] = at >= 0 && at < from.size ? from.data[at] : UF_DYNAMIC;
  }
  return true;
}

static bool knownConcat(MlirOperation op, UfInts *out, int depth) {
  out->size = 0;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    UfInts part;
    if (!knownInts(mlirOperationGetOperand(op, i), &part, depth) ||
        out->size + part.size > UF_MAX_VALUES)
      return false;
    memcpy(out->data + out->size, part.data,
           (size_t)part.size * sizeof *part.data);
    out->size += part.size;
  }
  return true;
}

/// `value` as a part of a vector that `op` splits.
static bool knownSplit(MlirOperation op, MlirValue value, UfInts *out,
                       int depth) {
  UfInts from;
  if (!knownInts(mlirOperationGetOperand(op, 0), &from, depth))
    return false;
  int64_t start = 0, count = 0;
  for (int i = 0; i <= mlirOpResultGetResultNumber(value); ++i) {
    MlirType part = mlirValueGetType(ufResultOf(op, i));
    start += count;
    if (!ufIsRankedTensor(part) || mlirShapedTypeGetRank(part) != 1)
      return false;
    count = mlirShapedTypeGetDimSize(part, 0);
    if (count < 0 || count > from.size - start)
      return false;
  }
  out->size = (int)count;
  memcpy(out->data, from.data + start, (size_t)count * sizeof *out->data);
  return true;
}

static bool knownSlice(MlirOperation op, UfInts *out, int depth) {
  UfInts from;
  if (mlirOperationGetNumOperands(op) != 1 ||
      !knownInts(mlirOperationGetOperand(op, 0), &from, depth))
    return false;
  UfInts starts = ufGetInts(op, "starts"), ends = ufGetInts(op, "ends");
  UfInts steps = ufGetInts(op, "steps");
  if (starts.size != 1 || ends.size != 1)
    return false;
  int64_t step = steps.size ? steps.data[0] : 1;
  int64_t start = starts.data[0], end = ends.data[0];
  start += start < 0 ? from.size : 0;
  end += end < 0 ? from.size : 0;
  if (step <= 0)
    return false;
  step = step > UF_MAX_VALUES ? UF_MAX_VALUES : step; // still past the end
  start = start < 0 ? 0 : start;
  end = end > from.size ? from.size : end;
  out->size = 0;
  for (int64_t i = start; i < end; i += step)
    out->data[out->size++] = from.data[i];
  return true;
}

/// One element of integer arithmetic; false when the op is not known here.
static bool combine(const char *op, int64_t x, int64_t y, int64_t *out) {
  if (strcmp(op, "add") == 0)
    return !__builtin_add_overflow(x, y, out);
  if (strcmp(op, "subtract") == 0)
    return !__builtin_sub_overflow(x, y, out);
  if (strcmp(op, "multiply") == 0)
    return !__builtin_mul_overflow(x, y, out);
  if (strcmp(op, "maximum") == 0)
    return *out = x > y ? x : y, true;
  if (strcmp(op, "minimum") == 0)
    return *out = x < y ? x : y, true;
  if (strcmp(op, "divide") == 0 && y > 0 && x >= 0)
    return *out = x / y, true;
  return false;
}

static bool knownBinary(MlirOperation op, const char *name, UfInts *out,
                        int depth) {
  UfInts x, y;
  if (mlirOperationGetNumOperands(op) != 2 ||
      !knownInts(mlirOperationGetOperand(op, 0), &x, depth) ||
      !knownInts(mlirOperationGetOperand(op, 1), &y, depth) ||
      (x.size != y.size && x.size != 1 && y.size != 1))
    return false;
  out->size = x.size == 1 ? y.size : x.size;
  for (int i = 0; i < out->size; ++i) {
    int64_t a = x.data[x.size == 1 ? 0 : i], b = y.data[y.size == 1 ? 0 : i];
    if (a == UF_DYNAMIC || b == UF_DYNAMIC ||
        !combine(name, a, b, &out->data[i]))
      out->data[i] = UF_DYNAMIC;
  }
  return true;
}

static bool knownNeg(MlirOperation op, UfInts *out, int depth) {
  if (!knownInts(mlirOperationGetOperand(op, 0), out, depth))
    return false;
  for (int i = 0; i < out->size; ++i)
    if (out->data[i] != UF_DYNAMIC)
      out->data[i] = -out->data[i];
  return true;
}

/// One number repeated a known number of times.
static bool knownExpand(MlirOperation op, UfInts *out, int depth) {
  UfShape shape = ufShape(ufResultOf(op, 0));
  int64_t count = ufNumElements(&shape);
  if (count == UF_DYNAMIC || count > UF_MAX_VALUES ||
      !knownInts(mlirOperationGetOperand(op, 0), out, depth) || out->size != 1)
    return false;
  out->size = (int)count;
  for (int i = 1; i < out->size; ++i)
    out->data[i] = out->data[0];
  return true;
}

/// Whether `combine` may know the op.
static bool isArithmetic(const char *name) {
  static const char *const names[] = {"add",     "subtract", "multiply",
                                      "maximum", "minimum",  "divide"};
  return isOneOf(name, names, UF_COUNT(names));
}

/// Whether the op passes its first operand's elements on unchanged.
static bool isIntegerMove(const char *name) {
  static const char *const moves[] = {"squeeze", "unsqueeze", "reshape",
                                      "flat",    "cast",      "identity"};
  return isOneOf(name, moves, UF_COUNT(moves));
}

static bool knownOp(MlirOperation op, const char *name, UfInts *out,
                    int depth) {
  if (strcmp(name, "constant") == 0)
    return knownConstant(op, out);
  if (strcmp(name, "shape_of") == 0)
    return knownShape(op, out);
  if (strcmp(name, "size_of") == 0) {
    UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
    *out = (UfInts){1, {ufNumElements(&shape)}};
    return true;
  }
  if (strcmp(name, "gather") == 0)
    return knownGather(op, out, depth);
  if (strcmp(name, "concat") == 0)
    return knownConcat(op, out, depth);
  if (strcmp(name, "slice") == 0)
    return knownSlice(op, out, depth);
  if (strcmp(name, "neg") == 0)
    return knownNeg(op, out, depth);
  if (isIntegerMove(name))
    return ufIsInt(ufElementType(mlirOperationGetOperand(op, 0))) &&
           knownInts(mlirOperationGetOperand(op, 0), out, depth);
  if (strcmp(name, "expand") == 0)
    return knownExpand(op, out, depth);
  return isArithmetic(name) && knownBinary(op, name, out, depth);
}

static bool knownInts(MlirValue value, UfInts *out, int depth) {
  MlirType type = mlirValueGetType(value);
  if (!ufIsRankedTensor(type) || mlirShapedTypeGetRank(type) > 1)
    return false;
  MlirType element = mlirShapedTypeGetElementType(type);
  if (!ufIsInt(element) && !ufIsBool(element))
    return false;
  MlirOperation op = ufDefiningOp(value);
  const UfOp *row = op.ptr ? ufOpOf(op) : NULL;
  // A graph of n shape ops costs n steps; the depth only guards the stack.
  bool isSplit = row && strcmp(row->name, "split") == 0;
  if (row && depth < 64 &&
      (isSplit ? knownSplit(op, value, out, depth + 1)
               : knownOp(op, row->name, out, depth + 1)))
    return true;
  // At least the count may be known.
  UfShape shape = ufShape(value);
  int64_t count = ufNumElements(&shape);
  if (count == UF_DYNAMIC || count > UF_MAX_VALUES)
    return false;
  out->size = (int)count;
  for (int i = 0; i < out->size; ++i)
    out->data[i] = UF_DYNAMIC;
  return true;
}

bool ufKnownInts(MlirValue value, UfInts *out) {
  return value.ptr && knownInts(value, out, 0);
}

bool ufConstantInts(MlirValue value, UfInts *out) {
  if (!ufKnownInts(value, out))
    return false;
  for (int i = 0; i < out->size; ++i)
    if (out->data[i] == UF_DYNAMIC)
      return false;
  return true;
}
