//===-- Normalize.c - Normalisation by the input's own statistics ---------===//
//
// Every op here is
//
//   output = (input - mean) / sqrt(variance + eps) * scale + bias
//
// with mean and variance over some axes of the input, and differs in which. The
// variance is the mean of squared deviations: a second pass over the input, but
// no cancellation.
//
//===----------------------------------------------------------------------===//

#include "IR/Tosa.h"
#include "Ops/Axes.h"
#include "Ops/TorchNormalize.h"

//===----------------------------------------------------------------------===//
// What they share
//===----------------------------------------------------------------------===//

typedef struct Norm {
  MlirValue x;
  unsigned axes;   ///< Statistics are over these dimensions.
  bool isCentered; ///< Whether the mean is subtracted.
  double eps;
  UfAlong scale, bias; ///< Their values may be null.
} Norm;

/// What bodies need beside their arguments.
typedef struct Context {
  const Norm *norm;
  MlirType type;
  UfSize count;
} Context;

static MlirValue widen(UfBuilder *b, MlirValue x, const Context *c) {
  return ufConvert(b, x, c->type, false, false);
}

/// The element without the mean, which is the next argument.
static MlirValue deviation(UfBuilder *b, const MlirValue *args,
                           const Context *c) {
  MlirValue x = widen(b, args[0], c);
  return c->norm->isCentered ? ufSub(b, x, args[1]) : x;
}

static void sumBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  results[0] = ufAddAnyOrder(b, widen(b, args[0], data), args[1]);
}

static MlirValue byCount(UfBuilder *b, MlirValue sum, const Context *c) {
  MlirValue count = ufIsStatic(c->count)
                        ? ufNumber(b, c->type, (double)c->count.value)
                        : ufConvert(b, c->count.dynamic, c->type, false, false);
  return ufDiv(b, sum, count, false);
}

static void meanBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  results[0] = byCount(b, args[0], data);
}

static void squareBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Context *c = data;
  MlirValue d = deviation(b, args, c);
  results[0] = ufMulAddAnyOrder(b, d, d, args[c->norm->isCentered ? 2 : 1]);
}

static void inverseBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const Context *c = data;
  MlirValue variance = byCount(b, args[0], c);
  MlirValue sum = ufAdd(b, variance, ufNumber(b, c->type, c->norm->eps));
  MlirValue root = ufUnary(b, "math.sqrt", sum);
  results[0] = ufDiv(b, ufInteger(b, c->type, 1), root, false);
}

static void applyBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  const Context *c = data;
  MlirValue y = deviation(b, args, c);
  args += c->norm->isCentered ? 2 : 1;
  y = ufMul(b, y, *args++);
  if (c->norm->scale.value.ptr)
    y = ufMul(b, y, widen(b, *args++, c));
  if (c->norm->bias.value.ptr)
    y = ufAdd(b, y, widen(b, *args, c));
  results[0] = ufConvert(b, y, ufElementType(c->norm->x), false, false);
}

static MlirValue lowerNorm(UfBuilder *b, const Norm *norm) {
  MlirType element = ufElementType(norm->x);
  Context c = {norm, ufWideFloat(b, element),
               ufCountAlong(b, norm->x, norm->axes)};
  MlirValue zero = ufInteger(b, c.type, 0);
  UfAlong operands[5] = {{norm->x}};
  int count = 1;
  if (norm->isCentered) {
    MlirValue sum = ufReduce(b, norm->x, norm->axes, zero, sumBody, &c);
    MlirValue mean = ufElementwise(b, UF_VALUES(sum), c.type, meanBody, &c);
    operands[count++] = (UfAlong){mean, norm->axes};
  }
  MlirValue squares =
      ufReduceAlong(b, count, operands, norm->axes, zero, squareBody, &c);
  MlirValue inverse =
      ufElementwise(b, UF_VALUES(squares), c.type, inverseBody, &c);
  operands[count++] = (UfAlong){inverse, norm->axes};
  if (norm->scale.value.ptr)
    operands[count++] = norm->scale;
  if (norm->bias.value.ptr)
    operands[count++] = norm->bias;
  return ufMapAlong(b, count, operands, element, applyBody, &c);
}

//===----------------------------------------------------------------------===//
// TOSA
//===----------------------------------------------------------------------===//

/// A number that goes with tensors of rank `like`.
static MlirValue tosaNumber(UfBuilder *b, MlirValue like, double value) {
  UfShape one = ufShape(like);
  for (int d = 0; d < one.rank; ++d)
    one.dims[d] = 1;
  return ufTosaSplat(b, ufTensorType(&one), value);
}

static MlirValue tosaMean(UfBuilder *b, MlirValue x, unsigned axes,
                          double count) {
  for (int d = 0; d < ufRank(x); ++d)
    if (axes >> d & 1)
      x = ufTosaReduce(b, "tosa.reduce_sum", x, d);
  return ufTosaBinary(b, "tosa.mul", mlirValueGetType(x), x,
                      tosaNumber(b, x, 1 / count));
}

/// Scale or bias with ones where it lacks a dimension; null when more than one
/// size is unknown.
static MlirValue tosaSpread(UfBuilder *b, const UfAlong *along, int rank) {
  if (!along->value.ptr)
    return along->value;
  UfShape from = ufShape(along->value), to = {.rank = rank};
  int at = 0, numDynamic = 0;
  for (int d = 0; d < to.rank; ++d) {
    to.dims[d] = along->lacks >> d & 1 ? 1 : from.dims[at++];
    numDynamic += to.dims[d] == UF_DYNAMIC;
  }
  return numDynamic > 1 ? (MlirValue){NULL}
                        : ufTosaReshape(b, along->value, to.rank, to.dims);
}

/// The same in TOSA; null where it cannot be said. f32 only: 16 bits would lose
/// too much in sums.
static MlirValue normInTosa(UfBuilder *b, const Norm *norm) {
  MlirValue x = norm->x, failed = {NULL};
  UfShape shape = ufShape(x), reduced = shape;
  for (int d = 0; d < shape.rank; ++d)
    if (!(norm->axes >> d & 1))
      reduced.dims[d] = 1;
  int64_t count = ufNumElements(&reduced);
  if (!mlirTypeIsAF32(shape.element) || count == UF_DYNAMIC ||
      ufNumElements(&shape) == 0)
    return failed;
  MlirValue scale = tosaSpread(b, &norm->scale, shape.rank);
  MlirValue bias = tosaSpread(b, &norm->bias, shape.rank);
  if ((norm->scale.value.ptr && !scale.ptr) ||
      (norm->bias.value.ptr && !bias.ptr))
    return failed;

  MlirType type = mlirValueGetType(x);
  if (norm->isCentered)
    x = ufTosaBinary(b, "tosa.sub", type, x,
                     tosaMean(b, x, norm->axes, (double)count));
  MlirValue squares = ufTosaBinary(b, "tosa.mul", type, x, x);
  MlirValue variance = tosaMean(b, squares, norm->axes, (double)count);
  MlirType kept = mlirValueGetType(variance);
  variance =
      ufTosaBinary(b, "tosa.add", kept, variance, tosaNumber(b, x, norm->eps));
  MlirValue inverse =
      ufBuild(b, "tosa.rsqrt", kept, UF_VALUES(variance), UF_NO_ATTRS);
  x = ufTosaBinary(b, "tosa.mul", type, x, inverse);
  if (scale.ptr)
    x = ufTosaBinary(b, "tosa.mul", type, x, scale);
  return bias.ptr ? ufTosaBinary(b, "tosa.add", type, x, bias) : x;
}

//===----------------------------------------------------------------------===//
// layer_norm, rms_norm
//
//   Statistics over the dimensions from `axis` on. scale and bias broadcast to
//   the input. rms_norm subtracts no mean and has no bias.
//
// (C1) -rank <= axis < rank.
// (C2) scale and bias broadcast to the input's shape.
//===----------------------------------------------------------------------===//

/// Whether a tensor of `shape` broadcasts to `to` without widening it.
static bool broadcastsTo(const UfShape *shape, const UfShape *to) {
  if (shape->rank > to->rank)
    return false;
  for (int i = 0; i < shape->rank; ++i) {
    int64_t size = shape->dims[i];
    int64_t whole = to->dims[to->rank - shape->rank + i];
    if (size != whole && size != 1 && size != UF_DYNAMIC && whole != UF_DYNAMIC)
      return false;
  }
  return true;
}

static MlirLogicalResult inferLayerNorm(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), x.rank)); // C1
  for (int i = 1; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = ufOperandOf(op, i);
    if (!operand.ptr)
      continue;
    UfShape shape = ufShape(operand);
    char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
    if (!broadcastsTo(&shape, &x)) // C2
      return ufOpError(op, "operand %d, which is %s, does not broadcast to %s",
                       i, ufShapeText(&shape, text, sizeof text),
                       ufShapeText(&x, other, sizeof other));
  }
  results[0] = x;
  return mlirLogicalResultSuccess();
}

/// For both lowerings, which take operands of different kinds.
static Norm layerNorm(UfBuilder *b, MlirValue x, MlirValue scale,
                      MlirValue bias) {
  int rank = ufRank(x);
  int axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  Norm norm = {.x = x,
               .axes = ufAxesBetween(axis, rank),
               .isCentered = ufOpIs(b->op, "ufront.layer_norm"),
               .eps = ufGetFloat(b->op, "eps"),
               .scale = {scale},
               .bias = {bias}};
  if (scale.ptr)
    norm.scale.lacks = ufAxesBetween(0, rank - ufRank(scale));
  if (bias.ptr)
    norm.bias.lacks = ufAxesBetween(0, rank - ufRank(bias));
  return norm;
}

static MlirLogicalResult lowerLayerNorm(UfBuilder *b) {
  Norm norm = layerNorm(b, ufInput(b, 0), ufInput(b, 1), ufInput(b, 2));
  return ufReplace(b, lowerNorm(b, &norm));
}

static MlirLogicalResult layerNormToTosa(UfBuilder *b) {
  Norm norm = layerNorm(b, ufOperandOf(b->op, 0), ufOperandOf(b->op, 1),
                        ufOperandOf(b->op, 2));
  return ufReplace(b, normInTosa(b, &norm));
}

/// A statistic in the type that `stash_type` says it is given in.
static MlirValue stash(UfBuilder *b, const UfNode *node, MlirValue x) {
  enum { ONNX_BF16 = 16 };
  MlirType type = ufNodeInt(node, "stash_type", 1) == ONNX_BF16
                      ? mlirBF16TypeGet(b->ctx)
                      : ufF32(b);
  if (!x.ptr || mlirTypeEqual(ufElementType(x), type))
    return x;
  return ufOp(b, "cast", UF_VALUES(x), UF_ATTRS({"to", mlirTypeAttrGet(type)}));
}

/// The mean and 1 / sqrt(variance + eps) that newer layers also give.
static MlirLogicalResult importStatistics(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x), count = 0;
  int64_t axis = ufNodeInt(node, "axis", -1), axes[UF_MAX_RANK];
  for (int64_t d = axis < 0 ? axis + rank : axis; d >= 0 && d < rank; ++d)
    axes[count++] = d;
  UfAttrs along = UF_ATTRS({"axes", ufIntsAttr(b, count, axes)});
  if (ufBitWidth(ufElementType(x)) < 32)
    x = ufOp(b, "cast", UF_VALUES(x),
             UF_ATTRS({"to", mlirTypeAttrGet(ufF32(b))}));
  MlirValue mean = ufOp(b, "reduce_mean", UF_VALUES(x), along);
  MlirValue low = ufOp(b, "subtract", UF_VALUES(x, mean), UF_NO_ATTRS);
  MlirValue squares = ufOp(b, "multiply", UF_VALUES(low, low), UF_NO_ATTRS);
  MlirValue variance = ufOp(b, "reduce_mean", UF_VALUES(squares), along);
  double eps = ufNodeFloat(node, "epsilon", 1e-5);
  MlirValue sum = ufOp(
      b, "add", UF_VALUES(variance, ufScalarConstant(b, ufElementType(x), eps)),
      UF_NO_ATTRS);
  results[1] = stash(b, node, mean);
  if (node->numOutputs > 2)
    results[2] = stash(b, node, ufOp(b, "rsqrt", UF_VALUES(sum), UF_NO_ATTRS));
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult importLayerNorm(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue y = ufOp(
      b, "layer_norm",
      UF_VALUES(ufNodeInput(node, 0), ufNodeInput(node, 1),
                ufNodeInput(node, 2)),
      UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "axis", -1))},
               {"eps", ufFloatAttr(b, ufNodeFloat(node, "epsilon", 1e-5))}));
  UF_TRY(ufNodeDefine(results, y));
  bool wantsMore = false;
  for (int i = 1; i < node->numOutputs; ++i)
    wantsMore |= node->used[i];
  return wantsMore ? importStatistics(b, node, results)
                   : mlirLogicalResultSuccess();
}

/// The output has the type of the scale. Where that is not the input's, both
/// become one that holds either first.
static MlirLogicalResult importRmsNorm(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), scale = ufNodeInput(node, 1);
  if (!x.ptr || !scale.ptr)
    return ufNodeError(node, "needs an input and a scale");
  MlirType type = ufElementType(scale);
  bool isMixed = !mlirTypeEqual(ufElementType(x), type);
  bool isWide = ufBitWidth(ufElementType(x)) > 32 || ufBitWidth(type) > 32;
  UfAttrs widened = UF_ATTRS(
      {"to", mlirTypeAttrGet(isWide ? mlirF64TypeGet(b->ctx) : ufF32(b))});
  if (isMixed) {
    x = ufOp(b, "cast", UF_VALUES(x), widened);
    scale = ufOp(b, "cast", UF_VALUES(scale), widened);
  }
  MlirValue y = ufOp(
      b, "rms_norm", UF_VALUES(x, scale),
      UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "axis", -1))},
               {"eps", ufFloatAttr(b, ufNodeFloat(node, "epsilon", 1e-5))}));
  if (isMixed && y.ptr)
    y = ufOp(b, "cast", UF_VALUES(y), UF_ATTRS({"to", mlirTypeAttrGet(type)}));
  return ufNodeDefine(results, y);
}

//===----------------------------------------------------------------------===//
// group_norm, instance_norm
//
//   The input is [batch, channels, ...]. Statistics are over the dimensions
//   after the channels, in group_norm also over groups of channels that follow
//   each other. scale and bias have one element for each channel.
//
// (C1) the input has rank 2 or more, and at most 15 for group_norm.
// (C2) num_groups is positive and divides the channels.
// (C3) scale and bias are [channels].
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferChannelNorm(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  bool isGrouped = ufOpIs(op, "ufront.group_norm");
  if (x.rank < 2 || (isGrouped && x.rank >= UF_MAX_RANK)) // C1
    return ufOpError(op, "takes an input of rank 2 to %d, but it has rank %d",
                     isGrouped ? UF_MAX_RANK - 1 : UF_MAX_RANK, x.rank);
  int64_t channels = x.dims[1];
  int64_t groups = isGrouped ? ufGetInt(op, "num_groups") : 1;
  if (groups < 1 || (channels != UF_DYNAMIC && channels % groups)) // C2
    return ufOpError(op,
                     "num_groups is %" PRId64 ", which does not divide "
                     "%" PRId64 " channels",
                     groups, channels);
  UF_TRY(ufCheckPerChannel(op, channels)); // C3
  results[0] = x;
  return mlirLogicalResultSuccess();
}

/// [channels] as [groups, channels / groups].
static MlirValue splitChannels(UfBuilder *b, MlirValue x, int64_t groups) {
  if (!x.ptr)
    return x;
  UfSize count = ufStatic(groups);
  return ufReshape(b, x, 2,
                   (UfSize[]){count, ufSizeDiv(b, ufSizeOf(b, x, 0), count)});
}

static MlirLogicalResult lowerGroupNorm(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  int64_t groups = ufGetInt(b->op, "num_groups");
  int rank = ufRank(x) + 1;
  unsigned others = ~ufAxesBetween(1, 3);
  UfSize sizes[UF_MAX_RANK], split[UF_MAX_RANK];
  ufSizesOf(b, x, sizes);
  split[0] = sizes[0];
  split[1] = ufStatic(groups);
  split[2] = ufSizeDiv(b, sizes[1], split[1]);
  ufAssertSameSize(b, sizes[1], ufSizeMul(b, split[1], split[2]),
                   "the groups do not divide the channels");
  for (int d = 3; d < rank; ++d)
    split[d] = sizes[d - 1];
  Norm norm = {.x = ufReshape(b, x, rank, split),
               .axes = ufAxesBetween(2, rank),
               .isCentered = true,
               .eps = ufGetFloat(b->op, "eps"),
               .scale = {splitChannels(b, ufInput(b, 1), groups), others},
               .bias = {splitChannels(b, ufInput(b, 2), groups), others}};
  return ufReplace(b, ufReshape(b, lowerNorm(b, &norm), rank - 1, sizes));
}

static MlirLogicalResult groupNormToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  UfShape shape = ufShape(x), split = shape;
  int64_t groups = ufGetInt(b->op, "num_groups");
  int numDynamic = 0;
  for (int d = 0; d < shape.rank; ++d)
    numDynamic += shape.dims[d] == UF_DYNAMIC;
  if (numDynamic > 1 || shape.dims[1] == UF_DYNAMIC ||
      ufNumElements(&shape) == 0)
    return mlirLogicalResultFailure();
  split.rank = shape.rank + 1;
  split.dims[1] = groups;
  split.dims[2] = shape.dims[1] / groups;
  for (int d = 3; d < split.rank; ++d)
    split.dims[d] = shape.dims[d - 1];
  MlirValue operands[2];
  for (int i = 0; i < 2; ++i) {
    operands[i] = ufOperandOf(b->op, i + 1);
    if (operands[i].ptr)
      operands[i] = ufTosaReshape(b, operands[i], 2, &split.dims[1]);
  }
  Norm norm = {.x = ufTosaReshape(b, x, split.rank, split.dims),
               .axes = ufAxesBetween(2, split.rank),
               .isCentered = true,
               .eps = ufGetFloat(b->op, "eps"),
               .scale = {operands[0], ~ufAxesBetween(1, 3)},
               .bias = {operands[1], ~ufAxesBetween(1, 3)}};
  MlirValue y = normInTosa(b, &norm);
  return y.ptr ? ufReplace(b, ufTosaReshape(b, y, shape.rank, shape.dims))
               : mlirLogicalResultFailure();
}

/// For both lowerings, which take operands of different kinds.
static Norm instanceNorm(UfBuilder *b, MlirValue x, MlirValue scale,
                         MlirValue bias) {
  return (Norm){.x = x,
                .axes = ufAxesBetween(2, ufRank(x)),
                .isCentered = true,
                .eps = ufGetFloat(b->op, "eps"),
                .scale = {scale, ~ufAxesBetween(1, 2)},
                .bias = {bias, ~ufAxesBetween(1, 2)}};
}

static MlirLogicalResult lowerInstanceNorm(UfBuilder *b) {
  Norm norm = instanceNorm(b, ufInput(b, 0), ufInput(b, 1), ufInput(b, 2));
  return ufReplace(b, lowerNorm(b, &norm));
}

static MlirLogicalResult instanceNormToTosa(UfBuilder *b) {
  Norm norm = instanceNorm(b, ufOperandOf(b->op, 0), ufOperandOf(b->op, 1),
                           ufOperandOf(b->op, 2));
  return ufReplace(b, normInTosa(b, &norm));
}

/// [groups] as [channels], each element repeated. For GroupNormalization 18.
static MlirValue repeatPerChannel(UfBuilder *b, MlirValue x, int64_t groups,
                                  int64_t channels) {
  int64_t columns[] = {groups, 1}, wide[] = {groups, channels / groups};
  x = ufOp(b, "reshape", UF_VALUES(x),
           UF_ATTRS({"shape", ufIntsAttr(b, 2, columns)}));
  if (x.ptr)
    x = ufOp(b, "expand", UF_VALUES(x),
             UF_ATTRS({"shape", ufIntsAttr(b, 2, wide)}));
  return x.ptr ? ufOp(b, "reshape", UF_VALUES(x),
                      UF_ATTRS({"shape", ufIntsAttr(b, 1, &channels)}))
               : x;
}

static MlirLogicalResult importGroupNorm(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), scale = ufNodeInput(node, 1);
  MlirValue bias = ufNodeInput(node, 2);
  int64_t groups = ufNodeInt(node, "num_groups", 0);
  if (!x.ptr || !scale.ptr || !bias.ptr || ufRank(x) < 2 || groups < 1)
    return ufNodeError(node,
                       "needs an input of rank 2 or more, scale, bias and "
                       "a positive num_groups");
  if (node->version < 21) {
    int64_t channels = ufDimSize(x, 1);
    if (channels == UF_DYNAMIC || channels % groups)
      return ufNodeError(node, "needs a known number of channels that "
                               "num_groups divides");
    scale = repeatPerChannel(b, scale, groups, channels);
    bias = repeatPerChannel(b, bias, groups, channels);
  }
  return ufNodeDefine(
      results, ufOp(b, "group_norm", UF_VALUES(x, scale, bias),
                    UF_ATTRS({"num_groups", ufIntAttr(b, groups)},
                             {"eps", ufFloatAttr(b, ufNodeFloat(node, "epsilon",
                                                                1e-5))})));
}

static MlirLogicalResult importInstanceNorm(UfBuilder *b, const UfNode *node,
                                            MlirValue *results) {
  return ufNodeDefine(
      results, ufOp(b, "instance_norm",
                    UF_VALUES(ufNodeInput(node, 0), ufNodeInput(node, 1),
                              ufNodeInput(node, 2)),
                    UF_ATTRS({"eps", ufFloatAttr(b, ufNodeFloat(node, "epsilon",
                                                                1e-5))})));
}

//===----------------------------------------------------------------------===//

#define INPUT {"input", "Any float tensor.", UF_FLOATS}
#define SCALE {"scale", "Multiplied with.", UF_FLOATS | UF_SAME, UF_OPTIONAL}
#define BIAS {"bias", "Added at last.", UF_FLOATS | UF_SAME, UF_OPTIONAL}
#define EPS {"eps", "Added to the variance.", UF_FLOAT, "1.0e-5"}
#define AXIS {"axis", "The first dimension of the statistics.", UF_INT, "-1"}

static const UfOp ops[] = {
    {
        .name = "layer_norm",
        .summary = "Normalises over the dimensions from `axis` on.",
        .operands = {INPUT, SCALE, BIAS},
        .attrs = {AXIS, EPS},
        .infer = inferLayerNorm,
        .toTosa = layerNormToTosa,
        .toLinalg = lowerLayerNorm,
        .imports = UF_IMPORTS(
            {UF_ONNX, "LayerNormalization", 1, importLayerNorm},
            {UF_TORCH, "aten.layer_norm.default", 0, ufTorchLayerNorm},
            {UF_TORCH, "aten.native_layer_norm.default", 0, ufTorchLayerNorm}),
    },
    {
        .name = "rms_norm",
        .summary = "Divides by the root of the mean square from `axis` on.",
        .operands = {INPUT, SCALE},
        .attrs = {AXIS, EPS},
        .infer = inferLayerNorm,
        .toTosa = layerNormToTosa,
        .toLinalg = lowerLayerNorm,
        .imports = UF_IMPORTS(
            {UF_ONNX, "RMSNormalization", 23, importRmsNorm},
            {UF_TORCH, "aten.rms_norm.default", 0, ufTorchRmsNorm},
            {UF_TORCH, "aten._fused_rms_norm.default", 0, ufTorchRmsNorm}),
    },
    {
        .name = "group_norm",
        .summary = "Normalises groups of channels of each sample.",
        .operands = {INPUT, SCALE, BIAS},
        .attrs = {{"num_groups", "How many groups.", UF_INT}, EPS},
        .infer = inferChannelNorm,
        .toTosa = groupNormToTosa,
        .toLinalg = lowerGroupNorm,
        .imports = UF_IMPORTS(
            {UF_ONNX, "GroupNormalization", 18, importGroupNorm},
            {UF_TORCH, "aten.group_norm.default", 0, ufTorchGroupNorm},
            {UF_TORCH, "aten.native_group_norm.default", 0, ufTorchGroupNorm}),
    },
    {
        .name = "instance_norm",
        .summary = "Normalises each channel of each sample.",
        .operands = {INPUT, SCALE, BIAS},
        .attrs = {EPS},
        .infer = inferChannelNorm,
        .toTosa = instanceNormToTosa,
        .toLinalg = lowerInstanceNorm,
        .imports = UF_IMPORTS(
            {UF_ONNX, "InstanceNormalization", 1, importInstanceNorm},
            {UF_TORCH, "aten.instance_norm.default", 0, ufTorchInstanceNorm}),
    },
};
UF_FAMILY(ufNormalizeOps, "normalize", ops);
