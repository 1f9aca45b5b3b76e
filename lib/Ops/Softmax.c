//===-- Softmax.c - Scores as probabilities -------------------------------===//
//
// All three ops work along `axis`, or with `flatten` over all dimensions from
// there on taken as one, which is what ONNX meant before opset 13.
//
//===----------------------------------------------------------------------===//

#include "IR/Tosa.h"
#include "Ops/Axes.h"
#include "Ops/TorchNormalize.h"

#include <float.h>
#include <math.h>

static MlirLogicalResult verifySoftmaxAxis(MlirOperation op) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  return ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), x.rank); // C1
}

/// The dimensions normalised over.
static unsigned axesOf(MlirOperation op, int rank) {
  int axis = ufAxis(ufGetInt(op, "axis"), rank);
  return ufAxesBetween(axis, ufGetBool(op, "flatten") ? rank : axis + 1);
}

/// Before opset 13: the default axis is 1 and later dimensions join it.
static MlirLogicalResult importFlat(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  const UfOp *op = NULL;
  ufFindImport(UF_ONNX, node->op, node->version, &op);
  MlirValue x = ufNodeInput(node, 0);
  int64_t axis = ufNodeInt(node, "axis", 1);
  if (!x.ptr)
    return ufNodeError(node, "needs an input");
  // The last axis alone, or the axis after it, needs no flattening.
  bool isLast = axis == -1 || axis == ufRank(x) - 1;
  return ufNodeDefine(
      results, ufOp(b, op->name, UF_VALUES(x),
                    UF_ATTRS({"axis", ufIntAttr(b, axis)},
                             {"flatten", isLast ? mlirAttributeGetNull()
                                                : ufBoolAttr(b, true)})));
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

static void maxBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)data;
  MlirType type = mlirValueGetType(args[1]);
  MlirValue x = ufConvert(b, args[0], type, false, false);
  results[0] = ufMax(b, x, args[1], false);
}

/// Zero for -inf, so that -inf minus it is -inf.
static void finiteMaxBody(UfBuilder *b, const MlirValue *args,
                          MlirValue *results, const void *data) {
  (void)data;
  MlirType type = mlirValueGetType(args[0]);
  MlirValue low = ufNumber(b, type, -INFINITY);
  MlirValue isLow = ufCompare(b, UF_EQ, args[0], low, false);
  results[0] = ufSelect(b, isLow, ufInteger(b, type, 0), args[0]);
}

static MlirValue shifted(UfBuilder *b, const MlirValue *args) {
  MlirType type = mlirValueGetType(args[1]);
  return ufSub(b, ufConvert(b, args[0], type, false, false), args[1]);
}

static void expBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)data;
  results[0] = ufUnary(b, "math.exp", shifted(b, args));
}

static void sumBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)data;
  results[0] = ufAddAnyOrder(b, args[0], args[1]);
}

/// 1 / sum; where nothing was added up, 0 with `*data`.
static void inverseBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  MlirType type = mlirValueGetType(args[0]);
  MlirValue sum = args[0];
  MlirValue one = ufInteger(b, type, 1);
  if (*(const bool *)data)
    sum = ufSelect(b, ufCompare(b, UF_EQ, sum, ufInteger(b, type, 0), false),
                   one, sum);
  results[0] = ufDiv(b, one, sum, false);
}

static MlirValue narrow(UfBuilder *b, MlirValue x) {
  MlirType element = mlirShapedTypeGetElementType(ufResultType(b, 0));
  return ufConvert(b, x, element, false, false);
}

static void scaleBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  (void)data;
  results[0] = narrow(b, ufMul(b, args[0], args[1]));
}

static void sumExpBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  (void)data;
  MlirValue exp = ufUnary(b, "math.exp", shifted(b, args));
  results[0] = ufAddAnyOrder(b, exp, args[2]);
}

static void logBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)data;
  results[0] = ufUnary(b, "math.log", args[0]);
}

static void logSoftmaxBody(UfBuilder *b, const MlirValue *args,
                           MlirValue *results, const void *data) {
  (void)data;
  results[0] = narrow(b, ufSub(b, shifted(b, args), args[2]));
}

//===----------------------------------------------------------------------===//
// softmax
//
//   output[i] = exp(input[i] - m) / sum_j exp(input[j] - m), m = max_j
//   input[j]. A row of nothing but -inf gives NaN, or 0 with `masked_to_zero`.
//
// (C1) -rank <= axis < rank.
//===----------------------------------------------------------------------===//

static MlirLogicalResult lowerSoftmax(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  unsigned axes = axesOf(b->op, ufRank(x));
  MlirType element = ufElementType(x);
  MlirType type = ufWideFloat(b, element);
  bool masked = ufGetBool(b->op, "masked_to_zero");

  MlirValue low = ufNumber(b, type, -INFINITY);
  MlirValue max = ufReduce(b, x, axes, low, maxBody, NULL);
  if (masked)
    max = ufElementwise(b, UF_VALUES(max), type, finiteMaxBody, NULL);
  UfAlong shift[] = {{x}, {max, axes}};
  MlirValue exp = ufMapAlong(b, 2, shift, type, expBody, NULL);
  MlirValue zero = ufInteger(b, type, 0);
  MlirValue sum = ufReduce(b, exp, axes, zero, sumBody, NULL);
  MlirValue inverse =
      ufElementwise(b, UF_VALUES(sum), type, inverseBody, &masked);
  UfAlong scale[] = {{exp}, {inverse, axes}};
  return ufReplace(b, ufMapAlong(b, 2, scale, element, scaleBody, NULL));
}

/// Reduces every dimension of `axes` to 1.
static MlirValue tosaReduceAxes(UfBuilder *b, const char *name, MlirValue x,
                                unsigned axes) {
  for (int d = 0; d < ufRank(x); ++d)
    if (axes >> d & 1)
      x = ufTosaReduce(b, name, x, d);
  return x;
}

/// A number that goes with tensors of rank `like`.
static MlirValue tosaNumber(UfBuilder *b, MlirValue like, double value) {
  UfShape one = ufShape(like);
  for (int d = 0; d < one.rank; ++d)
    one.dims[d] = 1;
  return ufTosaSplat(b, ufTensorType(&one), value);
}

/// Whether TOSA can sum this: 16 bits would lose too much there.
static bool tosaCanSum(MlirValue x) {
  UfShape shape = ufShape(x);
  return ufTosaHasType(shape.element) && ufBitWidth(shape.element) == 32 &&
         ufNumElements(&shape) != 0;
}

/// x - max; the maximum is finite so that MLIR's own lowering of reduce_max and
/// the specification agree about rows of -inf.
static MlirValue tosaShifted(UfBuilder *b, MlirValue x, unsigned axes) {
  MlirValue max = tosaReduceAxes(b, "tosa.reduce_max", x, axes);
  max = ufTosaBinary(b, "tosa.maximum", mlirValueGetType(max), max,
                     tosaNumber(b, x, -FLT_MAX));
  return ufTosaBinary(b, "tosa.sub", mlirValueGetType(x), x, max);
}

static MlirLogicalResult softmaxToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  if (!tosaCanSum(x))
    return mlirLogicalResultFailure();
  unsigned axes = axesOf(b->op, ufRank(x));
  MlirType type = mlirValueGetType(x);
  MlirValue exp = ufBuild(b, "tosa.exp", type,
                          UF_VALUES(tosaShifted(b, x, axes)), UF_NO_ATTRS);
  MlirValue sum = tosaReduceAxes(b, "tosa.reduce_sum", exp, axes);
  MlirType kept = mlirValueGetType(sum);
  // A sum is 0 or at least 1.
  if (ufGetBool(b->op, "masked_to_zero"))
    sum = ufTosaBinary(b, "tosa.maximum", kept, sum, tosaNumber(b, x, 0.5));
  MlirValue inverse =
      ufBuild(b, "tosa.reciprocal", kept, UF_VALUES(sum), UF_NO_ATTRS);
  return ufReplace(b, ufTosaBinary(b, "tosa.mul", type, exp, inverse));
}

//===----------------------------------------------------------------------===//
// log_softmax
//
//   output[i] = input[i] - m - log(sum_j exp(input[j] - m)), m = max_j
//   input[j].
//
// (C1) -rank <= axis < rank.
//===----------------------------------------------------------------------===//

static MlirLogicalResult lowerLogSoftmax(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  unsigned axes = axesOf(b->op, ufRank(x));
  MlirType element = ufElementType(x);
  MlirType type = ufWideFloat(b, element);
  MlirValue low = ufNumber(b, type, -INFINITY);
  MlirValue max = ufReduce(b, x, axes, low, maxBody, NULL);
  UfAlong operands[] = {{x}, {max, axes}, {{NULL}, axes}};
  MlirValue zero = ufInteger(b, type, 0);
  MlirValue sum = ufReduceAlong(b, 2, operands, axes, zero, sumExpBody, NULL);
  operands[2].value = ufElementwise(b, UF_VALUES(sum), type, logBody, NULL);
  return ufReplace(b,
                   ufMapAlong(b, 3, operands, element, logSoftmaxBody, NULL));
}

static MlirLogicalResult logSoftmaxToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  if (!tosaCanSum(x))
    return mlirLogicalResultFailure();
  unsigned axes = axesOf(b->op, ufRank(x));
  MlirType type = mlirValueGetType(x);
  MlirValue low = tosaShifted(b, x, axes);
  MlirValue exp = ufBuild(b, "tosa.exp", type, UF_VALUES(low), UF_NO_ATTRS);
  MlirValue sum = tosaReduceAxes(b, "tosa.reduce_sum", exp, axes);
  MlirValue log = ufBuild(b, "tosa.log", mlirValueGetType(sum), UF_VALUES(sum),
                          UF_NO_ATTRS);
  return ufReplace(b, ufTosaBinary(b, "tosa.sub", type, low, log));
}

//===----------------------------------------------------------------------===//
// hardmax
//
//   output[i] = 1 for the first i with the largest input[i], else 0. A NaN is
//   larger than anything.
//
// (C1) -rank <= axis < rank.
//===----------------------------------------------------------------------===//

typedef struct Position {
  unsigned axes;
  const UfSize *sizes;
} Position;

/// The element's place among those along the axes.
static MlirValue positionOf(UfBuilder *b, const Position *p) {
  MlirValue position = {NULL};
  for (int d = 0; d < UF_MAX_RANK; ++d) {
    if (!(p->axes >> d & 1))
      continue;
    MlirValue index = ufLoopIndex(b, d);
    position =
        position.ptr
            ? ufAdd(b, ufMul(b, position, ufSizeValue(b, p->sizes[d])), index)
            : index;
  }
  return position;
}

static void firstBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  MlirValue isMax = ufCompare(b, UF_EQ, args[0], args[1], false);
  MlirValue isNaN = ufCompare(b, UF_NE, args[0], args[0], false);
  MlirValue matches = ufBinary(b, "arith.ori", isMax, isNaN);
  MlirValue position = ufSelect(b, matches, positionOf(b, data), args[2]);
  results[0] = ufMin(b, position, args[2], false);
}

static void oneBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  MlirType type = mlirValueGetType(args[0]);
  MlirValue isFirst = ufCompare(b, UF_EQ, positionOf(b, data), args[1], false);
  results[0] =
      ufSelect(b, isFirst, ufInteger(b, type, 1), ufInteger(b, type, 0));
}

static MlirLogicalResult lowerHardmax(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  UfSize sizes[UF_MAX_RANK];
  ufSizesOf(b, x, sizes);
  Position position = {axesOf(b->op, ufRank(x)), sizes};
  MlirType element = ufElementType(x);
  MlirValue low = ufNumber(b, element, -INFINITY);
  MlirValue max = ufReduce(b, x, position.axes, low, maxBody, NULL);
  UfAlong match[] = {{x}, {max, position.axes}};
  MlirValue none = ufIndex(b, INT64_MAX);
  MlirValue first =
      ufReduceAlong(b, 2, match, position.axes, none, firstBody, &position);
  UfAlong mark[] = {{x}, {first, position.axes}};
  return ufReplace(b, ufMapAlong(b, 2, mark, element, oneBody, &position));
}

//===----------------------------------------------------------------------===//

#define AXIS {"axis", "Counts from the end if negative.", UF_INT, "-1"}
#define FLATTEN                                                                \
  {"flatten", "Over all dimensions from `axis` on.", UF_BOOL, "false"}

static const UfOp ops[] = {
    {
        .name = "softmax",
        .summary = "Scales exp(input) along `axis` so that it sums to one.",
        .operands = {{"input", "Scores.", UF_FLOATS}},
        .attrs = {AXIS,
                  FLATTEN,
                  {"masked_to_zero", "Rows of nothing but -inf give 0.",
                   UF_BOOL, "false"}},
        .verify = verifySoftmaxAxis,
        .infer = ufInferSame,
        .toTosa = softmaxToTosa,
        .toLinalg = lowerSoftmax,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Softmax", 1, importFlat}, {UF_ONNX, "Softmax", 13, NULL},
            {UF_TORCH, "aten.softmax.int", 0, ufTorchSoftmax},
            {UF_TORCH, "aten._softmax.default", 0, ufTorchSoftmax},
            {UF_TORCH, "aten._safe_softmax.default", 0, ufTorchSoftmax}),
    },
    {
        .name = "log_softmax",
        .summary = "The logarithm of softmax.",
        .operands = {{"input", "Scores.", UF_FLOATS}},
        .attrs = {AXIS, FLATTEN},
        .verify = verifySoftmaxAxis,
        .infer = ufInferSame,
        .toTosa = logSoftmaxToTosa,
        .toLinalg = lowerLogSoftmax,
        .imports = UF_IMPORTS(
            {UF_ONNX, "LogSoftmax", 1, importFlat},
            {UF_ONNX, "LogSoftmax", 13, NULL},
            {UF_TORCH, "aten.log_softmax.int", 0, ufTorchSoftmax},
            {UF_TORCH, "aten._log_softmax.default", 0, ufTorchSoftmax}),
    },
    {
        .name = "hardmax",
        .summary = "One at the first largest element along `axis`, else zero.",
        .operands = {{"input", "Scores.", UF_FLOATS}},
        .attrs = {AXIS, FLATTEN},
        .verify = verifySoftmaxAxis,
        .infer = ufInferSame,
        .toLinalg = lowerHardmax,
        .imports = UF_IMPORTS({UF_ONNX, "Hardmax", 1, importFlat},
                              {UF_ONNX, "Hardmax", 13, NULL}),
    },
};
UF_FAMILY(ufSoftmaxOps, "softmax", ops);
