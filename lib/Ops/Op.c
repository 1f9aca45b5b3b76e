//===-- Op.c - Finding rows, shared shape rules ---------------------------===//

#include "Ops/Op.h"

#include "Dialect/Shim.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const UfOp *ufFindOp(const char *name) {
  UF_FOR_EACH_OP (op)
    if (strcmp(op->name, name) == 0)
      return op;
  return NULL;
}

const UfOp *ufOpOf(MlirOperation op) { return ufrontOperationGetRow(op); }

const UfAttrSpec *ufFindAttrSpec(const UfOp *op, const char *name) {
  for (const UfAttrSpec *spec = op->attrs; spec->name; ++spec)
    if (strcmp(spec->name, name) == 0)
      return spec;
  return NULL;
}

MlirLogicalResult ufOpError(MlirOperation op, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  MlirStringRef name = ufOpName(op);
  return ufError(mlirOperationGetLocation(op), "'%.*s' %s", (int)name.length,
                 name.data, text);
}

const char *ufShapeText(const UfShape *shape, char *text, size_t size) {
  size_t used = 0;
  text[0] = 0;
  for (int i = 0; i < shape->rank && used < size; ++i)
    used +=
        (size_t)(shape->dims[i] == UF_DYNAMIC
                     ? snprintf(text + used, size - used, "%s?", i ? "x" : "")
                     : snprintf(text + used, size - used, "%s%" PRId64,
                                i ? "x" : "", shape->dims[i]));
  if (shape->rank == 0)
    snprintf(text, size, "a scalar");
  return text;
}

MlirLogicalResult ufVerifyAxis(MlirOperation op, const char *what, int64_t axis,
                               int rank) {
  if (axis >= -rank && axis < rank)
    return mlirLogicalResultSuccess();
  return ufOpError(op, "%s %" PRId64 " is outside [-%d, %d)", what, axis, rank,
                   rank);
}

MlirLogicalResult ufBroadcastShape(MlirOperation op, UfShape *into,
                                   const UfShape *other) {
  UfShape result = into->rank >= other->rank ? *into : *other;
  result.element = into->element;
  for (int i = 0; i < result.rank; ++i) {
    int mine = i - (result.rank - into->rank);
    int theirs = i - (result.rank - other->rank);
    int64_t x = mine < 0 ? 1 : into->dims[mine];
    int64_t y = theirs < 0 ? 1 : other->dims[theirs];
    char a[UF_SHAPE_TEXT], b[UF_SHAPE_TEXT];
    if (x != y && x != 1 && y != 1 && x != UF_DYNAMIC && y != UF_DYNAMIC)
      return ufOpError(op,
                       "cannot broadcast %s with %s: dimension %d is %" PRId64
                       " and %" PRId64,
                       ufShapeText(into, a, sizeof a),
                       ufShapeText(other, b, sizeof b), i, x, y);
    // A known size other than one decides; the other is checked at run time.
    bool takeX = x != 1 && (y == 1 || y == UF_DYNAMIC);
    result.dims[i] = takeX ? x : y;
  }
  *into = result;
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufInferSame(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufInferBroadcast(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  for (intptr_t i = 1; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = ufOperandOf(op, (int)i);
    if (mlirValueIsNull(operand))
      continue;
    UfShape other = ufShape(operand);
    UF_TRY(ufBroadcastShape(op, &results[0], &other));
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufInferCompare(MlirOperation op, UfShape *results) {
  UF_TRY(ufInferBroadcast(op, results));
  results[0].element = mlirIntegerTypeGet(mlirOperationGetContext(op), 1);
  return mlirLogicalResultSuccess();
}
