//===-- ReduceImport.c - How other frameworks reduce --------------------===//

#include "Ops/ReduceImport.h"

#include "Ops/Compose.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// ONNX
//===----------------------------------------------------------------------===//

/// "ReduceLogSum" as "reduce_log_sum".
static void rowName(const char *foreign, char *name, size_t size) {
  size_t used = 0;
  for (; *foreign && used + 2 < size; ++foreign) {
    if (isupper((unsigned char)*foreign) && used > 0)
      name[used++] = '_';
    name[used++] = (char)tolower((unsigned char)*foreign);
  }
  name[used] = 0;
}

MlirLogicalResult ufOnnxReduce(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  UfInts axes = {0};
  bool isComputed = ufNodeIntsOrInput(node, "axes", 1, &axes) < 0;
  // No axes mean all of them, or none where the node says so.
  bool isNone = ufNodeInt(node, "noop_with_empty_axes", 0) != 0;
  MlirValue computed = {NULL};
  MlirAttribute list = mlirAttributeGetNull();
  if (isComputed)
    computed = ufNodeInput(node, 1);
  else if (axes.size || isNone)
    list = ufIntsAttr(b, axes.size, axes.data);
  if (isComputed && isNone && ufRank(computed) == 1 &&
      ufDimSize(computed, 0) == UF_DYNAMIC)
    return ufNodeError(node, "with noop_with_empty_axes has a number of axes "
                             "that is only known at run time");
  char name[64];
  rowName(node->op, name, sizeof name);
  return ufNodeDefine(
      results,
      ufOp(b, name, UF_VALUES(ufNodeInput(node, 0), computed),
           UF_ATTRS({"axes", list},
                    {"keepdims",
                     ufBoolAttr(b, ufNodeInt(node, "keepdims", 1) != 0)})));
}

//===----------------------------------------------------------------------===//
// ATen
//===----------------------------------------------------------------------===//

/// What most reductions say.
typedef struct Reduction {
  MlirValue x;
  MlirType element; ///< Of the result.
  UfInts axes;
  bool keepdims;
} Reduction;

/// Reads `self`, `dim` and `keepdim`. A number has no axes: dimensions 0 and -1
/// stand for it as it is.
static MlirLogicalResult readReduction(UfBuilder *b, const UfNode *node,
                                       Reduction *r) {
  *r = (Reduction){.x = ufTorchTensor(b, node, "self"),
                   .element = ufTorchResult(b, node, 0),
                   .keepdims = ufNodeInt(node, "keepdim", 0) != 0};
  if (!r->x.ptr)
    return ufNodeError(node, "needs argument 'self'");
  if (!ufTorchDims(node, "dim", ufRank(r->x), &r->axes))
    return mlirLogicalResultFailure();
  if (ufRank(r->x) == 0)
    r->axes.size = 0;
  return mlirLogicalResultSuccess();
}

/// What floats are summed in: the type of the result, at least f32.
static MlirType wideType(const UfBuilder *b, const Reduction *r) {
  MlirType element = r->element.ptr ? r->element : ufElementType(r->x);
  return ufBitWidth(element) < 32 ? ufF32(b) : element;
}

static const char *rowOf(const UfNode *node) {
  const UfOp *op = NULL;
  return ufFindImport(UF_TORCH, node->op, 0, &op) ? op->name : "";
}

static bool opStartsWith(const UfNode *node, const char *prefix) {
  return strncmp(node->op, prefix, strlen(prefix)) == 0;
}

MlirLogicalResult ufTorchReduce(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  Reduction r;
  UF_TRY(readReduction(b, node, &r));
  MlirValue x = ufTorchCast(b, r.x, r.element);
  return ufNodeDefine(results,
                      ufCallReduce(b, rowOf(node), x, &r.axes, r.keepdims));
}

MlirLogicalResult ufTorchReduceBool(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  Reduction r;
  UF_TRY(readReduction(b, node, &r));
  const UfrontArg *dim = ufTorchArg(node, "dim");
  if (dim && dim->kind == UFRONT_ARG_LIST && dim->numItems == 0)
    r.axes.size = 0;
  MlirValue x = ufTorchCast(b, r.x, ufI1(b));
  x = ufCallReduce(b, rowOf(node), x, &r.axes, r.keepdims);
  // Of bytes it is a byte.
  return ufNodeDefine(results, ufCallCast(b, x, r.element));
}

/// Something argmax takes: truth values as numbers, a number as a list.
static MlirValue comparable(UfBuilder *b, MlirValue x) {
  if (ufIsBool(ufElementType(x)))
    x = ufTorchCast(b, x, ufIntType(b, 8));
  return ufRank(x) == 0 ? ufCallReshape(b, x, 1, (int64_t[]){1}) : x;
}

static MlirValue argOf(UfBuilder *b, bool isMax, MlirValue x, int64_t axis,
                       bool keepdims) {
  if (!x.ptr)
    return x;
  return ufOp(b, isMax ? "argmax" : "argmin", UF_VALUES(x),
              UF_ATTRS({"axis", ufIntAttr(b, axis)},
                       {"keepdims", ufBoolAttr(b, keepdims)}));
}

MlirLogicalResult ufTorchExtreme(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  Reduction r;
  UF_TRY(readReduction(b, node, &r));
  int64_t axis = r.axes.size ? r.axes.data[0] : 0;
  UF_TRY(ufNodeDefine(results,
                      ufCallReduce(b, rowOf(node), r.x, &r.axes, r.keepdims)));
  if (node->numOutputs < 2 || !node->used[1])
    return mlirLogicalResultSuccess();
  bool keepdims = r.keepdims && ufRank(r.x) > 0;
  return ufNodeDefine(results + 1,
                      argOf(b, strcmp(rowOf(node), "reduce_max") == 0,
                            comparable(b, r.x), axis, keepdims));
}

MlirLogicalResult ufTorchArgExtreme(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  Reduction r;
  UF_TRY(readReduction(b, node, &r));
  int rank = ufRank(r.x);
  bool isMax = strcmp(rowOf(node), "argmax") == 0;
  MlirValue x = comparable(b, r.x);
  if (ufTorchHas(node, "dim"))
    return ufNodeDefine(results,
                        argOf(b, isMax, x, r.axes.size ? r.axes.data[0] : 0,
                              r.keepdims && rank > 0));
  x = argOf(b, isMax, ufCallReshape(b, x, 1, (int64_t[]){-1}), 0, false);
  int64_t ones[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d)
    ones[d] = 1;
  return ufNodeDefine(results,
                      r.keepdims ? ufCallReshape(b, x, rank, ones) : x);
}

MlirLogicalResult ufTorchMinMax(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  Reduction r;
  UF_TRY(readReduction(b, node, &r));
  results[1] = ufCallReduce(b, "reduce_max", r.x, &r.axes, r.keepdims);
  return ufNodeDefine(results,
                      ufCallReduce(b, "reduce_min", r.x, &r.axes, r.keepdims));
}

//===----------------------------------------------------------------------===//
// Variance
//===----------------------------------------------------------------------===//

/// How many elements there are along `axes`, as a number of type `element`.
static MlirValue countAlong(UfBuilder *b, MlirValue x, const UfInts *axes,
                            MlirType element) {
  MlirValue count = ufScalarConstant(b, element, 1);
  for (int i = 0; i < axes->size; ++i)
    count =
        ufCall2(b, "multiply", count,
                ufCallSize(b, x, ufAxis(axes->data[i], ufRank(x)), element));
  return count;
}

/// What is taken off the count: `correction`, or `unbiased` in old overloads.
static double correctionOf(const UfNode *node) {
  if (strstr(node->op, ".correction"))
    return ufNodeFloat(node, "correction", 1);
  return ufNodeInt(node, "unbiased", 1) != 0;
}

MlirLogicalResult ufTorchVariance(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  Reduction r;
  UF_TRY(readReduction(b, node, &r));
  MlirType wide = wideType(b, &r);
  MlirValue x = ufTorchCast(b, r.x, wide);
  MlirValue mean = ufCallReduce(b, "reduce_mean", x, &r.axes, true);
  MlirValue low = ufCall2(b, "subtract", x, mean);
  MlirValue sum =
      ufCallReduce(b, "reduce_sum_square", low, &r.axes, r.keepdims);
  if (!sum.ptr)
    return mlirLogicalResultFailure(); // not all axes are some of x
  MlirValue count = countAlong(b, x, &r.axes, wide);
  count = ufCallNumber(b, "subtract", count, correctionOf(node));
  count = ufCallNumber(b, "maximum", count, 0);
  MlirValue y = ufCall2(b, "divide", sum, count);
  if (opStartsWith(node, "aten.std"))
    y = ufCall1(b, "sqrt", y);
  if (strstr(node->op, "_mean.")) {
    mean = ufCallReduce(b, "reduce_mean", x, &r.axes, r.keepdims);
    results[1] = ufCallCast(b, mean, r.element);
  }
  return ufNodeDefine(results, ufCallCast(b, y, r.element));
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

static MlirValue countNonzero(UfBuilder *b, MlirValue x, MlirType element,
                              const Reduction *r) {
  x = ufCallCast(b, ufCallCast(b, x, ufI1(b)), element);
  return ufCallReduce(b, "reduce_sum", x, &r->axes, r->keepdims);
}

static MlirValue normOf(UfBuilder *b, MlirValue x, double p,
                        const Reduction *r) {
  if (p == 2)
    return ufCallReduce(b, "reduce_l2", x, &r->axes, r->keepdims);
  if (p == 1)
    return ufCallReduce(b, "reduce_l1", x, &r->axes, r->keepdims);
  if (p == 0)
    return countNonzero(b, x, ufElementType(x), r);
  x = ufCall1(b, "abs", x);
  if (isinf(p))
    return ufCallReduce(b, p > 0 ? "reduce_max" : "reduce_min", x, &r->axes,
                        r->keepdims);
  x = ufCallReduce(b, "reduce_sum", ufCallNumber(b, "pow", x, p), &r->axes,
                   r->keepdims);
  return ufCallNumber(b, "pow", x, 1 / p);
}

MlirLogicalResult ufTorchNorm(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  Reduction r;
  UF_TRY(readReduction(b, node, &r));
  double p = ufNodeFloat(node, opStartsWith(node, "aten.linalg") ? "ord" : "p",
                         /*fallback=*/2);
  MlirType wide = wideType(b, &r);
  MlirValue y = normOf(b, ufTorchCast(b, r.x, wide), p, &r);
  return ufNodeDefine(results, ufCallCast(b, y, r.element));
}

static MlirValue distances(UfBuilder *b, const UfNode *node, MlirValue x,
                           MlirValue y) {
  Reduction r = {.axes = {.size = 1, .data = {-1}}};
  MlirValue low = ufCall2(b, "subtract", ufCallUnsqueeze(b, x, -2),
                          ufCallUnsqueeze(b, y, -3));
  return low.ptr ? normOf(b, low, ufNodeFloat(node, "p", 2), &r) : low;
}

MlirLogicalResult ufTorchDistances(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  MlirType element = ufTorchResult(b, node, 0);
  MlirValue x = ufTorchTensorAs(b, node, "x1", element);
  MlirValue y = ufTorchTensorAs(b, node, "x2", element);
  if (!x.ptr || !y.ptr)
    return ufNodeError(node, "needs 'x1' and 'x2'");
  return ufNodeDefine(results, distances(b, node, x, y));
}

MlirLogicalResult ufTorchDistancesBehind(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue x = ufTorchTensor(b, node, "self"), rows[UF_MAX_VALUES];
  int64_t count = x.ptr && ufRank(x) == 2 ? ufDimSize(x, 0) : 0;
  if (count < 2 || count > UF_MAX_VALUES)
    return ufNodeError(node, "needs a matrix of 2 to %d rows", UF_MAX_VALUES);
  MlirValue all = distances(b, node, x, x);
  for (int64_t i = 0; i + 1 < count; ++i)
    rows[i] = ufCallSqueeze(
        b, ufCallSlice(b, ufCallSlice(b, all, 0, i, i + 1), 1, i + 1, count),
        0);
  return ufNodeDefine(
      results, ufCallConcat(b, (UfValues){rows, (intptr_t)count - 1}, 0));
}

/// `x` with zeros in the place of NaN; `*isNan` says where, null for integers.
static MlirValue withoutNan(UfBuilder *b, MlirValue x, MlirValue *isNan) {
  *isNan = (MlirValue){NULL};
  if (!ufIsFloat(ufElementType(x)))
    return x;
  *isNan = ufCall1(b, "is_nan", x);
  return ufCallWhere(b, *isNan, ufScalarConstant(b, ufElementType(x), 0), x);
}

MlirLogicalResult ufTorchNanSum(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  Reduction r;
  MlirValue isNan;
  UF_TRY(readReduction(b, node, &r));
  MlirValue x = ufCallCast(b, withoutNan(b, r.x, &isNan), r.element);
  return ufNodeDefine(results,
                      ufCallReduce(b, "reduce_sum", x, &r.axes, r.keepdims));
}

MlirLogicalResult ufTorchNanMean(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  Reduction r;
  MlirValue isNan;
  UF_TRY(readReduction(b, node, &r));
  MlirType wide = wideType(b, &r);
  MlirValue x = ufCallCast(b, withoutNan(b, r.x, &isNan), wide);
  MlirValue counts = ufCallCast(b, ufCall1(b, "logical_not", isNan), wide);
  if (!counts.ptr)
    return ufNodeError(node, "needs floats");
  MlirValue sum = ufCallReduce(b, "reduce_sum", x, &r.axes, r.keepdims);
  MlirValue count = ufCallReduce(b, "reduce_sum", counts, &r.axes, r.keepdims);
  return ufNodeDefine(
      results, ufCallCast(b, ufCall2(b, "divide", sum, count), r.element));
}

MlirLogicalResult ufTorchCountNonzero(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  Reduction r;
  UF_TRY(readReduction(b, node, &r));
  return ufNodeDefine(results, countNonzero(b, r.x, ufI64(b), &r));
}
