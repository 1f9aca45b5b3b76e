//===-- MlScore.c - What rules for ai.onnx.ml share -----------------------===//

#include "Ops/MlScore.h"

#include "Ops/Strings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

UfFloats ufNodeFloats(const UfNode *node, const char *name) {
  char tensor[96];
  snprintf(tensor, sizeof tensor, "%s_as_tensor", name);
  MlirAttribute attr = ufNodeAttr(node, name);
  if (!mlirAttributeIsNull(attr) && mlirAttributeIsADenseF64Array(attr))
    return (UfFloats){attr, mlirDenseArrayGetNumElements(attr)};
  if (mlirAttributeIsNull(attr))
    attr = ufNodeAttr(node, tensor);
  if (!mlirAttributeIsNull(attr) && mlirAttributeIsADenseElements(attr) &&
      ufIsFloat(mlirShapedTypeGetElementType(mlirAttributeGetType(attr))))
    return (UfFloats){attr, mlirElementsAttrGetNumElements(attr)};
  return (UfFloats){0};
}

double ufFloatOf(const UfFloats *floats, intptr_t i) {
  return mlirAttributeIsADenseF64Array(floats->attr)
             ? mlirDenseF64ArrayGetElement(floats->attr, i)
             : ufElementAsDouble(floats->attr, i);
}

UfLongInts ufNodeLongInts(const UfNode *node, const char *name) {
  MlirAttribute attr = ufNodeAttr(node, name);
  if (mlirAttributeIsNull(attr) || !mlirAttributeIsADenseI64Array(attr))
    return (UfLongInts){0};
  return (UfLongInts){attr, mlirDenseArrayGetNumElements(attr)};
}

MlirValue ufFloatsConstant(UfBuilder *b, MlirType element, int rank,
                           const int64_t *dims, const double *values) {
  MlirType type = ufTensorOf(element, rank, dims);
  intptr_t count = 1;
  for (int i = 0; i < rank; ++i)
    count *= dims[i];
  if (mlirTypeIsAF64(element))
    return ufConstant(b, mlirDenseElementsAttrDoubleGet(type, count, values));
  float *narrow = malloc(sizeof(float) * (size_t)(count ? count : 1));
  if (!narrow) {
    ufError(b->loc, "out of memory for a table of %" PRIdPTR " numbers", count);
    return (MlirValue){NULL};
  }
  for (intptr_t i = 0; i < count; ++i)
    narrow[i] = (float)values[i];
  MlirValue value =
      ufConstant(b, mlirDenseElementsAttrFloatGet(type, count, narrow));
  free(narrow);
  return value;
}

MlirValue ufFloatsValue(UfBuilder *b, MlirType element, int rank,
                        const int64_t *dims, const UfFloats *floats,
                        intptr_t first) {
  intptr_t count = 1;
  for (int i = 0; i < rank; ++i)
    count *= dims[i];
  double *values = malloc(sizeof(double) * (size_t)(count ? count : 1));
  if (!values) {
    ufError(b->loc, "out of memory for a table of %" PRIdPTR " numbers", count);
    return (MlirValue){NULL};
  }
  for (intptr_t i = 0; i < count; ++i)
    values[i] = ufFloatOf(floats, first + i);
  MlirValue value = ufFloatsConstant(b, element, rank, dims, values);
  free(values);
  return value;
}

MlirValue ufLongIntsValue(UfBuilder *b, const UfLongInts *ints) {
  int64_t count = ints->size;
  int64_t *values = malloc(sizeof(int64_t) * (size_t)(count ? count : 1));
  if (!values) {
    ufError(b->loc, "out of memory for a table of %" PRId64 " numbers", count);
    return (MlirValue){NULL};
  }
  for (intptr_t i = 0; i < count; ++i)
    values[i] = ufLongIntOf(ints, i);
  MlirValue value =
      ufConstant(b, mlirDenseElementsAttrInt64Get(
                        ufTensorOf(ufI64(b), 1, &count), count, values));
  free(values);
  return value;
}

MlirValue ufMlRows(UfBuilder *b, const UfNode *node, MlirValue x) {
  MlirType element = ufElementType(x);
  if (!ufIsFloat(element) && !ufIsInt(element)) {
    ufNodeError(node, "needs numbers");
    return (MlirValue){NULL};
  }
  if (ufRank(x) != 1 && ufRank(x) != 2) {
    ufNodeError(node, "needs an input of rank 1 or 2, but has rank %d",
                ufRank(x));
    return (MlirValue){NULL};
  }
  bool isWide =
      mlirTypeIsAF64(element) || (ufIsInt(element) && ufBitWidth(element) > 24);
  x = ufCallCast(b, x, isWide ? mlirF64TypeGet(b->ctx) : ufF32(b));
  return x.ptr && ufRank(x) == 1 ? ufCallUnsqueeze(b, x, 0) : x;
}

//===----------------------------------------------------------------------===//
// Transforms
//===----------------------------------------------------------------------===//

static const char *const transforms[] = {"NONE", "SOFTMAX", "LOGISTIC",
                                         "SOFTMAX_ZERO", "PROBIT"};

const char *ufMlTransformOf(const UfNode *node, bool numbered) {
  if (numbered) {
    int64_t number = ufNodeInt(node, "post_transform", 0);
    if (number >= 0 && number < UF_COUNT(transforms))
      return transforms[number];
    ufNodeError(node, "post_transform is %" PRId64 ", but must be 0 to 4",
                number);
    return NULL;
  }
  const char *name = ufNodeStr(node, "post_transform", "NONE");
  for (int i = 0; i < UF_COUNT(transforms); ++i)
    if (strcmp(name, transforms[i]) == 0)
      return transforms[i];
  ufNodeError(node,
              "post_transform is '%s', but must be NONE, SOFTMAX, LOGISTIC, "
              "SOFTMAX_ZERO or PROBIT",
              name);
  return NULL;
}

static const UfInts classes = {1, {1}};

/// Zeros stay zero, the others are exp(x - m), m the maximum; then both are
/// divided by their sum, and a sum of 0 gives 0.5 everywhere. "Zero" is what
/// the reference takes for it: within 1e-7.
static MlirValue softmaxZero(UfBuilder *b, MlirValue x) {
  MlirValue most = ufCallReduce(b, "reduce_max", x, &classes, true);
  MlirValue exp = ufCall1(b, "exp", ufCall2(b, "subtract", x, most));
  MlirValue scale = ufCall1(b, "exp", ufCall1(b, "neg", most));
  MlirValue limit = x.ptr ? ufScalarConstant(b, ufElementType(x), 1e-7) : x;
  MlirValue isAway = ufCallCompare(b, "gt", ufCall1(b, "abs", x), limit);
  MlirValue each =
      ufCallWhere(b, isAway, exp, ufCall2(b, "multiply", x, scale));
  MlirValue sum = ufCallReduce(b, "reduce_sum", each, &classes, true);
  MlirValue zero = x.ptr ? ufScalarConstant(b, ufElementType(x), 0) : x;
  MlirValue half = x.ptr ? ufScalarConstant(b, ufElementType(x), 0.5) : x;
  return ufCallWhere(b, ufCallCompare(b, "eq", sum, zero), half,
                     ufCall2(b, "divide", each, sum));
}

/// sqrt(2) erfinv(2 p - 1), by the closed approximation that the operator is
/// defined with: erfinv(y) = +-sqrt(sqrt(v^2 - l / 0.147) - v) where
/// l = ln(1 - y^2), v = 2 / (0.147 pi) + l / 2; 0 where 1 - y^2 is.
static MlirValue probit(UfBuilder *b, MlirValue p) {
  MlirValue y =
      ufCallNumber(b, "subtract", ufCallNumber(b, "multiply", p, 2), 1);
  MlirValue one = p.ptr ? ufScalarConstant(b, ufElementType(p), 1) : p;
  MlirValue zero = p.ptr ? ufScalarConstant(b, ufElementType(p), 0) : p;
  MlirValue rest = ufCall2(b, "multiply", ufCall2(b, "subtract", one, y),
                           ufCall2(b, "add", one, y));
  MlirValue l = ufCall1(b, "log", rest);
  MlirValue v = ufCallNumber(b, "add", ufCallNumber(b, "multiply", l, 0.5),
                             2 / (3.14159265358979323846 * 0.147));
  MlirValue root = ufCall1(b, "sqrt",
                           ufCall2(b, "subtract", ufCall2(b, "multiply", v, v),
                                   ufCallNumber(b, "multiply", l, 1 / 0.147)));
  MlirValue size = ufCallNumber(
      b, "multiply", ufCall1(b, "sqrt", ufCall2(b, "subtract", root, v)),
      1.41421356);
  MlirValue isLow = ufCallCompare(b, "lt", y, zero);
  MlirValue result = ufCallWhere(b, isLow, ufCall1(b, "neg", size), size);
  return ufCallWhere(b, ufCallCompare(b, "eq", rest, zero), zero, result);
}

MlirValue ufMlTransform(UfBuilder *b, MlirValue scores, const char *transform) {
  if (strcmp(transform, "SOFTMAX") == 0)
    return scores.ptr ? ufOp(b, "softmax", UF_VALUES(scores),
                             UF_ATTRS({"axis", ufIntAttr(b, 1)}))
                      : scores;
  if (strcmp(transform, "LOGISTIC") == 0)
    return ufCall1(b, "sigmoid", scores);
  if (strcmp(transform, "SOFTMAX_ZERO") == 0)
    return softmaxZero(b, scores);
  return strcmp(transform, "PROBIT") == 0 ? probit(b, scores) : scores;
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

int64_t ufMlNumClasses(const UfNode *node, const char *ints,
                       const char *strings) {
  UfLongInts numbers = ufNodeLongInts(node, ints);
  MlirAttribute names = ufNodeAttr(node, strings);
  bool hasNames = !mlirAttributeIsNull(names) && mlirAttributeIsAArray(names);
  intptr_t numNames = hasNames ? mlirArrayAttrGetNumElements(names) : 0;
  if ((numbers.size > 0) == (numNames > 0)) {
    ufNodeError(node, "needs one of the attributes '%s' and '%s'", ints,
                strings);
    return -1;
  }
  return numbers.size + numNames;
}

MlirValue ufMlLabels(UfBuilder *b, const UfNode *node, const char *ints,
                     const char *strings, MlirValue index) {
  UfLongInts numbers = ufNodeLongInts(node, ints);
  MlirValue labels = numbers.size
                         ? ufLongIntsValue(b, &numbers)
                         : ufStringsValue(b, ufNodeAttr(node, strings));
  if (!labels.ptr || !index.ptr)
    return (MlirValue){NULL};
  return ufOp(b, "gather", UF_VALUES(labels, index),
              UF_ATTRS({"axis", ufIntAttr(b, 0)}));
}

MlirValue ufMlBest(UfBuilder *b, MlirValue scores) {
  return scores.ptr ? ufOp(b, "argmax", UF_VALUES(scores),
                           UF_ATTRS({"axis", ufIntAttr(b, 1)},
                                    {"keepdims", ufBoolAttr(b, false)}))
                    : scores;
}
