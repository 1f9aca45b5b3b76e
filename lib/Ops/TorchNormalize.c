//===-- TorchNormalize.c - Import rules for normalisations ----------------===//

#include "Ops/TorchNormalize.h"

#include "Ops/Compose.h"

#include <float.h>
#include <string.h>

static bool isUsed(const UfNode *node, int i) {
  return i < node->numOutputs && node->used[i];
}

/// The type statistics of `element` are computed in.
static MlirType wideOf(const UfBuilder *b, MlirType element) {
  return ufBitWidth(element) < 32 ? ufF32(b) : element;
}

/// Mean and 1 / sqrt(variance + eps) of `x` over `axes`, and the variance.
typedef struct Statistics {
  MlirValue mean, variance, factor;
} Statistics;

static Statistics statisticsOf(UfBuilder *b, MlirValue x, const UfInts *axes,
                               double eps, bool keepdims) {
  Statistics s;
  x = ufCallCast(b, x, wideOf(b, ufElementType(x)));
  MlirValue low =
      ufCall2(b, "subtract", x, ufCallReduce(b, "reduce_mean", x, axes, true));
  s.mean = ufCallReduce(b, "reduce_mean", x, axes, keepdims);
  s.variance = ufCallReduce(b, "reduce_mean", ufCall2(b, "multiply", low, low),
                            axes, keepdims);
  s.factor = ufCall1(b, "rsqrt", ufCallNumber(b, "add", s.variance, eps));
  return s;
}

/// Defines result `i` as `value`, in the type it should have.
static MlirLogicalResult defineAs(UfBuilder *b, const UfNode *node, int i,
                                  MlirValue value, MlirValue *results) {
  if (!isUsed(node, i))
    return mlirLogicalResultSuccess();
  return ufNodeDefine(results + i,
                      ufCallCast(b, value, ufTorchResult(b, node, i)));
}

//===----------------------------------------------------------------------===//
// batch_norm
//===----------------------------------------------------------------------===//

typedef struct BatchNorm {
  MlirValue x, scale, bias, mean, variance;
  double eps, momentum;
  bool isTraining; ///< Normalises by the statistics of the batch.
} BatchNorm;

static MlirLogicalResult readBatchNorm(UfBuilder *b, const UfNode *node,
                                       BatchNorm *n) {
  *n = (BatchNorm){
      .x = ufTorchTensor(b, node, "input"),
      .scale = ufTorchTensor(b, node, "weight"),
      .bias = ufTorchTensor(b, node, "bias"),
      .mean = ufTorchTensor(b, node, "running_mean"),
      .variance = ufTorchTensor(b, node, "running_var"),
      .eps = ufNodeFloat(node, "eps", 1e-5),
      .momentum = ufNodeFloat(node, "momentum", 0.1),
  };
  if (strstr(node->op, "_with_update"))
    n->isTraining = true;
  else if (!strstr(node->op, "_no_training") && !strstr(node->op, "_no_update"))
    n->isTraining = ufNodeInt(node, "training", 0) != 0;
  if (!n->x.ptr || ufRank(n->x) < 2)
    return ufNodeError(node, "needs an input of rank 2 or more");
  if (!n->isTraining && (!n->mean.ptr || !n->variance.ptr))
    return ufNodeError(node, "needs 'running_mean' and 'running_var', or "
                             "'training'");
  return mlirLogicalResultSuccess();
}

static MlirValue normalize(UfBuilder *b, const BatchNorm *n, MlirValue mean,
                           MlirValue variance) {
  if (!mean.ptr || !variance.ptr)
    return mean;
  return ufOp(b, "batch_norm",
              UF_VALUES(n->x, n->scale, n->bias, mean, variance),
              UF_ATTRS({"eps", ufFloatAttr(b, n->eps)}));
}

/// old * (1 - momentum) + batch * momentum.
static MlirValue running(UfBuilder *b, const BatchNorm *n, MlirValue old,
                         MlirValue batch) {
  if (!old.ptr || !batch.ptr)
    return (MlirValue){NULL};
  batch = ufCallCast(b, batch, ufElementType(old));
  return ufCall2(b, "add", ufCallNumber(b, "multiply", old, 1 - n->momentum),
                 ufCallNumber(b, "multiply", batch, n->momentum));
}

/// The running variance takes the unbiased one, of count - 1 elements.
static MlirValue unbiased(UfBuilder *b, MlirValue x, MlirValue variance) {
  if (!variance.ptr)
    return variance;
  MlirType element = ufElementType(variance);
  MlirValue count = ufScalarConstant(b, element, 1);
  for (int d = 0; d < ufRank(x); ++d)
    if (d != 1)
      count = ufCall2(b, "multiply", count, ufCallSize(b, x, d, element));
  MlirValue ratio =
      ufCall2(b, "divide", count, ufCallNumber(b, "subtract", count, 1));
  return ufCall2(b, "multiply", variance, ratio);
}

/// A tensor that holds nothing, in the place of a statistic or of what other
/// devices reserve.
static MlirValue nothing(UfBuilder *b, const UfNode *node, int i) {
  int64_t none = 0;
  MlirType element = ufTorchResult(b, node, i);
  return ufConstant(
      b,
      ufSplatAttr(ufTensorOf(element.ptr ? element : ufF32(b), 1, &none), 0));
}

/// The place of the running statistics, which are the last two results of the
/// operators that update them; the number of results for others.
static int firstRunning(const UfNode *node) {
  bool updates = strstr(node->op, "_functional") != NULL;
  return updates ? node->numOutputs - 2 : node->numOutputs;
}

static Statistics batchStatistics(UfBuilder *b, const BatchNorm *n) {
  UfInts axes = {0};
  for (int d = 0; d < ufRank(n->x); ++d)
    if (d != 1)
      axes.data[axes.size++] = d;
  return statisticsOf(b, n->x, &axes, n->eps, /*keepdims=*/false);
}

static MlirLogicalResult defineRunning(UfBuilder *b, const UfNode *node,
                                       const BatchNorm *n, const Statistics *s,
                                       MlirValue *results) {
  int at = firstRunning(node);
  if (at == node->numOutputs)
    return mlirLogicalResultSuccess();
  MlirValue mean = n->mean, variance = n->variance;
  if (n->isTraining) {
    mean = running(b, n, mean, s->mean);
    variance = running(b, n, variance, unbiased(b, n->x, s->variance));
  }
  UF_TRY(defineAs(b, node, at, mean, results));
  return defineAs(b, node, at + 1, variance, results);
}

MlirLogicalResult ufTorchBatchNorm(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  BatchNorm n;
  UF_TRY(readBatchNorm(b, node, &n));
  Statistics s = {n.mean, n.variance, {NULL}};
  if (n.isTraining)
    s = batchStatistics(b, &n);
  UF_TRY(ufNodeDefine(results, normalize(b, &n, s.mean, s.variance)));
  for (int i = 1; i < firstRunning(node); ++i) {
    bool isGiven = n.isTraining && i < 3;
    MlirValue value = i == 1 ? s.mean : s.factor;
    UF_TRY(
        defineAs(b, node, i, isGiven ? value : nothing(b, node, i), results));
  }
  return defineRunning(b, node, &n, &s, results);
}

//===----------------------------------------------------------------------===//
// layer_norm, rms_norm
//===----------------------------------------------------------------------===//

/// What is normalised over the last dimensions.
typedef struct LastNorm {
  MlirValue x, scale, bias;
  int64_t axis;
} LastNorm;

/// Weights that are wider than the input are computed with as they are.
static MlirLogicalResult readLastNorm(UfBuilder *b, const UfNode *node,
                                      LastNorm *n) {
  UfTorchInts shape;
  *n = (LastNorm){.x = ufTorchTensor(b, node, "input"),
                  .scale = ufTorchTensor(b, node, "weight"),
                  .bias = ufTorchTensor(b, node, "bias")};
  if (!n->x.ptr || !ufTorchInts(b, node, "normalized_shape", &shape) ||
      shape.count < 1 || shape.count > ufRank(n->x))
    return ufNodeError(node, "needs 'input' and a 'normalized_shape' of its "
                             "last dimensions");
  n->axis = -shape.count;
  MlirType element = ufElementType(n->x);
  if (n->scale.ptr && ufBitWidth(ufElementType(n->scale)) > ufBitWidth(element))
    element = ufElementType(n->scale);
  n->x = ufCallCast(b, n->x, element);
  n->scale = ufCallCast(b, n->scale, element);
  n->bias = ufCallCast(b, n->bias, element);
  return mlirLogicalResultSuccess();
}

static UfInts lastAxes(const LastNorm *n) {
  UfInts axes = {0};
  for (int64_t d = n->axis; d < 0; ++d)
    axes.data[axes.size++] = d;
  return axes;
}

MlirLogicalResult ufTorchLayerNorm(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  LastNorm n;
  UF_TRY(readLastNorm(b, node, &n));
  double eps = ufNodeFloat(node, "eps", 1e-5);
  MlirValue y = ufOp(
      b, "layer_norm", UF_VALUES(n.x, n.scale, n.bias),
      UF_ATTRS({"axis", ufIntAttr(b, n.axis)}, {"eps", ufFloatAttr(b, eps)}));
  UF_TRY(defineAs(b, node, 0, y, results));
  if (!isUsed(node, 1) && !isUsed(node, 2))
    return mlirLogicalResultSuccess();
  UfInts axes = lastAxes(&n);
  Statistics s = statisticsOf(b, n.x, &axes, eps, /*keepdims=*/true);
  UF_TRY(defineAs(b, node, 1, s.mean, results));
  return defineAs(b, node, 2, s.factor, results);
}

static double epsilonOf(const UfBuilder *b, MlirType element) {
  return mlirTypeEqual(element, mlirF64TypeGet(b->ctx)) ? DBL_EPSILON
                                                        : FLT_EPSILON;
}

MlirLogicalResult ufTorchRmsNorm(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  LastNorm n;
  UF_TRY(readLastNorm(b, node, &n));
  double eps = ufNodeFloat(node, "eps", epsilonOf(b, ufElementType(n.x)));
  MlirValue y = ufOp(
      b, "rms_norm", UF_VALUES(n.x, n.scale),
      UF_ATTRS({"axis", ufIntAttr(b, n.axis)}, {"eps", ufFloatAttr(b, eps)}));
  UF_TRY(defineAs(b, node, 0, y, results));
  if (!isUsed(node, 1))
    return mlirLogicalResultSuccess();
  UfInts axes = lastAxes(&n);
  MlirValue x = ufCallCast(b, n.x, wideOf(b, ufElementType(n.x)));
  MlirValue square =
      ufCallReduce(b, "reduce_mean", ufCall2(b, "multiply", x, x), &axes, true);
  return defineAs(b, node, 1,
                  ufCall1(b, "rsqrt", ufCallNumber(b, "add", square, eps)),
                  results);
}

//===----------------------------------------------------------------------===//
// group_norm, instance_norm
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchGroupNorm(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  bool isNative = strstr(node->op, "native_") != NULL;
  MlirType element = ufTorchResult(b, node, 0);
  MlirValue x = ufTorchTensor(b, node, "input");
  MlirValue scale = ufTorchTensorAs(b, node, "weight", element);
  MlirValue bias = ufTorchTensorAs(b, node, "bias", element);
  int64_t groups = ufNodeInt(node, isNative ? "group" : "num_groups", 0);
  double eps = ufNodeFloat(node, "eps", 1e-5);
  if (!x.ptr || groups < 1)
    return ufNodeError(node, "needs 'input' and a positive number of groups");
  UF_TRY(
      ufNodeDefine(results, ufOp(b, "group_norm", UF_VALUES(x, scale, bias),
                                 UF_ATTRS({"num_groups", ufIntAttr(b, groups)},
                                          {"eps", ufFloatAttr(b, eps)}))));
  if (!isUsed(node, 1) && !isUsed(node, 2))
    return mlirLogicalResultSuccess();
  x = ufCallReshape(b, x, 3, (int64_t[]){0, groups, -1});
  if (!x.ptr)
    return mlirLogicalResultFailure();
  UfInts axes = {.size = 1, .data = {2}};
  Statistics s = statisticsOf(b, x, &axes, eps, /*keepdims=*/false);
  UF_TRY(defineAs(b, node, 1, s.mean, results));
  return defineAs(b, node, 2, s.factor, results);
}

MlirLogicalResult ufTorchInstanceNorm(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  BatchNorm n;
  MlirType element = ufTorchResult(b, node, 0);
  if (!ufNodeInt(node, "use_input_stats", 1)) {
    UF_TRY(readBatchNorm(b, node, &n));
    return ufNodeDefine(results, normalize(b, &n, n.mean, n.variance));
  }
  MlirValue x = ufTorchTensor(b, node, "input");
  MlirValue scale = ufTorchTensorAs(b, node, "weight", element);
  MlirValue bias = ufTorchTensorAs(b, node, "bias", element);
  double eps = ufNodeFloat(node, "eps", 1e-5);
  if (!x.ptr)
    return ufNodeError(node, "needs argument 'input'");
  return ufNodeDefine(results,
                      ufOp(b, "instance_norm", UF_VALUES(x, scale, bias),
                           UF_ATTRS({"eps", ufFloatAttr(b, eps)})));
}

//===----------------------------------------------------------------------===//
// softmax
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchSoftmax(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  const UfOp *op = NULL;
  MlirValue x = ufTorchTensorAs(b, node, "self", ufTorchResult(b, node, 0));
  if (!x.ptr || !ufFindImport(UF_TORCH, node->op, 0, &op))
    return ufNodeError(node, "needs argument 'self'");
  bool isNumber = ufRank(x) == 0;
  bool isSafe = strstr(node->op, "_safe_") != NULL;
  if (isNumber)
    x = ufCallReshape(b, x, 1, (int64_t[]){1});
  MlirValue y =
      ufOp(b, op->name, UF_VALUES(x),
           UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "dim", -1))},
                    {"masked_to_zero",
                     isSafe ? ufBoolAttr(b, true) : mlirAttributeGetNull()}));
  return ufNodeDefine(results, isNumber ? ufCallReshape(b, y, 0, NULL) : y);
}
