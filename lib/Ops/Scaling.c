//===-- Scaling.c - Normalisation by factors ------------------------------===//
//
// Normalisations that come apart into simpler ops. What batch_norm computes
// from weights alone is done once, when the model is loaded, so that the
// activations see one multiplication and one addition.
//
//===----------------------------------------------------------------------===//

#include "Ops/Axes.h"
#include "Ops/MlScore.h"
#include "Ops/Rearrange.h"
#include "Ops/TorchNormalize.h"

static MlirValue binary(UfBuilder *b, const char *name, MlirValue x,
                        MlirValue y) {
  return x.ptr && y.ptr ? ufOp(b, name, UF_VALUES(x, y), UF_NO_ATTRS)
                        : (MlirValue){NULL};
}

static MlirValue unary(UfBuilder *b, const char *name, MlirValue x) {
  return x.ptr ? ufOp(b, name, UF_VALUES(x), UF_NO_ATTRS) : x;
}

static MlirValue plus(UfBuilder *b, MlirValue x, double number) {
  return x.ptr ? binary(b, "add", x,
                        ufScalarConstant(b, ufElementType(x), number))
               : x;
}

static MlirValue castTo(UfBuilder *b, MlirValue x, MlirType element) {
  if (!x.ptr || mlirTypeEqual(ufElementType(x), element))
    return x;
  return ufOp(b, "cast", UF_VALUES(x),
              UF_ATTRS({"to", mlirTypeAttrGet(element)}));
}

//===----------------------------------------------------------------------===//
// batch_norm
//
//   output = input * s + (bias - mean * s), s = scale / sqrt(variance + eps),
//   each [channels], which are dimension `axis` of the input.
//
// (C1) -rank <= axis < rank.
// (C2) scale, bias, mean and variance are [channels].
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferBatchNorm(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), x.rank)); // C1
  int64_t channels = x.dims[ufAxis(ufGetInt(op, "axis"), x.rank)];
  UF_TRY(ufCheckPerChannel(op, channels)); // C2
  results[0] = x;
  return mlirLogicalResultSuccess();
}

/// [channels] with ones for the dimensions behind them.
static MlirValue spread(UfBuilder *b, MlirValue x, int behind) {
  int64_t axes[UF_MAX_RANK];
  for (int i = 0; i < behind; ++i)
    axes[i] = i + 1;
  if (!x.ptr || behind == 0)
    return x;
  return ufOp(b, "unsqueeze", UF_VALUES(x),
              UF_ATTRS({"axes", ufIntsAttr(b, behind, axes)}));
}

static MlirLogicalResult decomposeBatchNorm(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  MlirValue operands[4];
  // Statistics may be wider than the input; the result is as the input is.
  MlirType wide = ufWideFloat(b, ufElementType(ufOperandOf(b->op, 4)));
  for (int i = 0; i < 4; ++i)
    operands[i] = castTo(b, ufOperandOf(b->op, i + 1), wide);
  MlirValue scale = operands[0], bias = operands[1], mean = operands[2];
  int rank = ufRank(x), axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  MlirType element = ufElementType(x);

  MlirValue factor =
      unary(b, "rsqrt", plus(b, operands[3], ufGetFloat(b->op, "eps")));
  if (scale.ptr)
    factor = binary(b, "multiply", scale, factor);
  MlirValue offset = binary(b, "multiply", mean, factor);
  offset =
      bias.ptr ? binary(b, "subtract", bias, offset) : unary(b, "neg", offset);
  factor = spread(b, factor, rank - 1 - axis);
  offset = spread(b, offset, rank - 1 - axis);
  MlirValue y = binary(b, "multiply", castTo(b, x, wide), factor);
  return ufReplace(b, castTo(b, binary(b, "add", y, offset), element));
}

/// The mean of `x` over all dimensions but the channels.
static MlirValue channelMean(UfBuilder *b, MlirValue x, bool keepdims) {
  int64_t axes[UF_MAX_RANK];
  int count = 0;
  for (int d = 0; x.ptr && d < ufRank(x); ++d)
    if (d != 1)
      axes[count++] = d;
  return x.ptr ? ufOp(b, "reduce_mean", UF_VALUES(x),
                      UF_ATTRS({"axes", ufIntsAttr(b, count, axes)},
                               {"keepdims", ufBoolAttr(b, keepdims)}))
               : x;
}

/// running * momentum + batch * (1 - momentum).
static MlirValue running(UfBuilder *b, MlirValue old, MlirValue batch,
                         double momentum) {
  MlirType element = ufElementType(old);
  batch = castTo(b, batch, element);
  return binary(
      b, "add",
      binary(b, "multiply", old, ufScalarConstant(b, element, momentum)),
      binary(b, "multiply", batch, ufScalarConstant(b, element, 1 - momentum)));
}

/// Whether statistics are those of the batch. Before opset 14 those who ask for
/// running ones are training; before opset 7 an attribute says so.
static bool isTraining(const UfNode *node) {
  bool wantsMore = false;
  for (int i = 1; i < node->numOutputs; ++i)
    wantsMore |= node->used[i];
  return node->version >= 14  ? ufNodeInt(node, "training_mode", 0) != 0
         : node->version >= 7 ? wantsMore
                              : ufNodeInt(node, "is_test", 0) == 0;
}

/// The node's inputs; with statistics for each place instead of each channel
/// (`spatial`, before opset 9) all places as channels.
static MlirLogicalResult readBatchNorm(UfBuilder *b, const UfNode *node,
                                       MlirValue *in) {
  bool isFlat = node->version < 9 && ufNodeInt(node, "spatial", 1) == 0;
  for (int i = 0; i < 5; ++i) {
    in[i] = ufNodeInput(node, i);
    if (!in[i].ptr)
      return ufNodeError(node, "needs input %d", i);
    if (!isFlat)
      continue;
    if (ufRank(in[i]) < 2 - (i > 0))
      return ufNodeError(node, "has an input %d of rank %d", i, ufRank(in[i]));
    in[i] = i == 0 ? ufCallReshape(b, in[0], 2, (int64_t[]){0, -1})
                   : ufCallReshape(b, in[i], 1, (int64_t[]){-1});
  }
  return mlirLogicalResultSuccess();
}

/// The mean and the variance of the batch.
static MlirLogicalResult batchStatistics(UfBuilder *b, const UfNode *node,
                                         const MlirValue *in, MlirValue *mean,
                                         MlirValue *variance) {
  if (!in[0].ptr || !in[3].ptr || !in[4].ptr)
    return mlirLogicalResultFailure();
  MlirValue x = castTo(b, in[0], ufWideFloat(b, ufElementType(in[0])));
  if (ufRank(x) < 2)
    return ufNodeError(node, "needs an input of rank 2 or more");
  MlirValue low = binary(b, "subtract", x, channelMean(b, x, true));
  MlirValue squares = binary(b, "multiply", low, low);
  *mean = castTo(b, channelMean(b, x, false), ufElementType(in[3]));
  *variance = castTo(b, channelMean(b, squares, false), ufElementType(in[4]));
  return mlirLogicalResultSuccess();
}

/// Writes the output, which is `y`, the running statistics and before opset 14
/// those of the batch.
static void defineBatchNorm(UfBuilder *b, const UfNode *node, MlirValue y,
                            MlirValue mean, MlirValue variance,
                            const MlirValue *in, MlirValue *results) {
  double momentum = ufNodeFloat(node, "momentum", 0.9);
  MlirValue outputs[] = {y, mean, variance, mean, variance};
  bool isFlat = y.ptr && ufRank(y) != ufRank(ufNodeInput(node, 0));
  for (int i = 0; i < node->numOutputs && i < UF_COUNT(outputs); ++i) {
    int like = i == 0 ? 0 : i % 2 ? 3 : 4;
    if (i == 1 || i == 2)
      outputs[i] = running(b, in[like], outputs[i], momentum);
    results[i] = isFlat
                     ? ufMakeReshapeLike(b, outputs[i], ufNodeInput(node, like))
                     : outputs[i];
  }
}

static MlirLogicalResult importBatchNorm(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue in[5] = {{NULL}};
  bool trains = isTraining(node);
  UF_TRY(readBatchNorm(b, node, in));
  for (int i = 1; i < node->numOutputs && !trains; ++i)
    if (node->used[i])
      return ufNodeError(node, "gives statistics only while training");
  MlirValue mean = in[3], variance = in[4];
  if (trains)
    UF_TRY(batchStatistics(b, node, in, &mean, &variance));
  MlirValue y = ufMake(
      b, "batch_norm", UF_VALUES(in[0], in[1], in[2], mean, variance),
      UF_ATTRS({"eps", ufFloatAttr(b, ufNodeFloat(node, "epsilon", 1e-5))}));
  defineBatchNorm(b, node, y, mean, variance, in, results);
  return ufNodeDefine(results, results[0]);
}

//===----------------------------------------------------------------------===//
// mean_variance_norm
//
//   output = (input - mean) / (sqrt(mean((input - mean)^2)) + 1e-9), the means
//   over `axes`.
//
// (C1) every axis is in [-rank, rank).
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferMeanVarianceNorm(MlirOperation op,
                                               UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  UfInts axes = ufGetInts(op, "axes");
  for (int i = 0; i < axes.size; ++i)
    UF_TRY(ufVerifyAxis(op, "axis", axes.data[i], x.rank)); // C1
  results[0] = x;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult decomposeMeanVarianceNorm(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  UfInts axes = ufGetInts(b->op, "axes");
  UfAttrs along = UF_ATTRS({"axes", ufIntsAttr(b, axes.size, axes.data)});
  MlirValue mean = ufOp(b, "reduce_mean", UF_VALUES(x), along);
  MlirValue low = binary(b, "subtract", x, mean);
  MlirValue squares = binary(b, "multiply", low, low);
  if (!squares.ptr)
    return mlirLogicalResultFailure();
  MlirValue variance = ufOp(b, "reduce_mean", UF_VALUES(squares), along);
  MlirValue deviation = plus(b, unary(b, "sqrt", variance), 1e-9);
  return ufReplace(b, binary(b, "divide", low, deviation));
}

//===----------------------------------------------------------------------===//
// lp_normalize
//
//   output = input / norm, norm = (sum |input|^p)^(1/p) along `axis`; 0 where
//   the norm is 0.
//
// (C1) -rank <= axis < rank.
// (C2) p is 1 or 2.
//===----------------------------------------------------------------------===//

static MlirLogicalResult verifyLpNormalize(MlirOperation op) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), x.rank)); // C1
  int64_t p = ufGetInt(op, "p");
  if (p != 1 && p != 2) // C2
    return ufOpError(op, "p is %" PRId64 ", but must be 1 or 2", p);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult decomposeLpNormalize(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  int64_t axis = ufGetInt(b->op, "axis");
  MlirValue norm =
      ufOp(b, ufGetInt(b->op, "p") == 1 ? "reduce_l1" : "reduce_l2",
           UF_VALUES(x), UF_ATTRS({"axes", ufIntsAttr(b, 1, &axis)}));
  if (!norm.ptr)
    return mlirLogicalResultFailure();
  MlirValue zero = ufScalarConstant(b, ufElementType(x), 0);
  MlirValue isZero = ufOp(b, "compare", UF_VALUES(norm, zero),
                          UF_ATTRS({"pred", ufStrAttr(b, "eq")}));
  MlirValue y = binary(b, "divide", x, norm);
  if (!isZero.ptr || !y.ptr)
    return mlirLogicalResultFailure();
  return ufReplace(b,
                   ufOp(b, "where", UF_VALUES(isZero, zero, y), UF_NO_ATTRS));
}

//===----------------------------------------------------------------------===//
// lrn
//
//   output[n, c, ...] = input[n, c, ...] / (k + alpha / size * s)^beta,
//   s = the sum of input[n, c', ...]^2 for c' within `size` channels around c.
//
// (C1) the input has rank 2 or more.
// (C2) size is in [1, 65536].
//===----------------------------------------------------------------------===//

static MlirLogicalResult verifyLrn(MlirOperation op) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  if (x.rank < 2) // C1
    return ufOpError(op, "takes an input of rank 2 or more, but it has rank %d",
                     x.rank);
  int64_t size = ufGetInt(op, "size");
  if (size < 1 || size > 65536) // C2
    return ufOpError(op, "size is %" PRId64 ", but must be in [1, 65536]",
                     size);
  return mlirLogicalResultSuccess();
}

static void squaresBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  (void)data;
  MlirType type = mlirValueGetType(args[2]);
  MlirValue x = ufConvert(b, args[0], type, false, false);
  results[0] = ufMulAddAnyOrder(b, x, x, args[2]);
}

static void lrnBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)data;
  MlirType type = mlirValueGetType(args[1]);
  double factor = ufGetFloat(b->op, "alpha") / (double)ufGetInt(b->op, "size");
  MlirValue sum = ufMul(b, args[1], ufNumber(b, type, factor));
  sum = ufAdd(b, sum, ufNumber(b, type, ufGetFloat(b->op, "k")));
  MlirValue beta = ufNumber(b, type, -ufGetFloat(b->op, "beta"));
  MlirValue power = ufBinary(b, "math.powf", sum, beta);
  MlirValue x = ufConvert(b, args[0], type, false, false);
  results[0] =
      ufConvert(b, ufMul(b, x, power), mlirValueGetType(args[0]), false, false);
}

/// Sums squares over the window, which slides over padded channels. The loop
/// over the window is outside of the ones over the image.
static MlirValue windowSums(UfBuilder *b, MlirValue x, MlirType type) {
  int rank = ufRank(x);
  int64_t size = ufGetInt(b->op, "size");
  UfSize sizes[UF_MAX_RANK], low[UF_MAX_RANK], high[UF_MAX_RANK];
  ufSizesOf(b, x, sizes);
  for (int d = 0; d < rank; ++d)
    low[d] = high[d] = ufStatic(0);
  low[1] = ufStatic((size - 1) / 2);
  high[1] = ufStatic(size / 2);
  MlirValue zero = ufInteger(b, ufElementType(x), 0);
  MlirValue padded = ufPad(b, x, low, high, zero);

  // Loops are n, c, window, then the image.
  MlirAffineExpr exprs[UF_MAX_RANK];
  int dims[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 2] = "ppr";
  for (int d = 0; d < rank; ++d) {
    dims[d] = d < 2 ? d : d + 1;
    exprs[d] = ufExprDim(b, dims[d]);
    iterators[dims[d]] = 'p';
  }
  exprs[1] = ufExprWindow(b, 1, 1, 2, 1);
  MlirAffineMap maps[] = {ufMapExprs(b, rank + 1, rank, exprs),
                          ufMapOf(b, rank + 1, 1, (int[]){2}),
                          ufMapOf(b, rank + 1, rank, dims)};
  UfSize window = ufStatic(size);
  MlirValue start = ufFilled(b, ufInteger(b, type, 0), rank, sizes);
  return ufGeneric(
      b, &(UfGeneric){
             .inputs = UF_VALUES(padded, ufEmpty(b, type, 1, &window)),
             .inits = UF_VALUES(start),
             .maps = maps,
             .iterators = iterators,
             .body = squaresBody,
         });
}

static MlirLogicalResult lowerLrn(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  MlirType element = ufElementType(x);
  MlirValue sums = windowSums(b, x, ufWideFloat(b, element));
  UfAlong operands[] = {{x}, {sums}};
  return ufReplace(b, ufMapAlong(b, 2, operands, element, lrnBody, NULL));
}

static MlirLogicalResult importLrn(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return ufNodeDefine(
      results,
      ufOp(b, "lrn", UF_VALUES(ufNodeInput(node, 0)),
           UF_ATTRS({"size", ufIntAttr(b, ufNodeInt(node, "size", 0))},
                    {"alpha", ufFloatAttr(b, ufNodeFloat(node, "alpha", 1e-4))},
                    {"beta", ufFloatAttr(b, ufNodeFloat(node, "beta", 0.75))},
                    {"k", ufFloatAttr(b, ufNodeFloat(node, "bias", 1))})));
}

//===----------------------------------------------------------------------===//

#define INPUT {"input", "Any float tensor.", UF_FLOATS}

static const UfOp ops[] = {
    {
        .name = "batch_norm",
        .summary = "Normalises each channel by given statistics.",
        .operands = {INPUT,
                     {"scale", "[channels].", UF_FLOATS, UF_OPTIONAL},
                     {"bias", "[channels].", UF_FLOATS, UF_OPTIONAL},
                     {"mean", "[channels].", UF_FLOATS},
                     {"variance", "[channels].", UF_FLOATS}},
        .attrs = {{"axis", "The channels.", UF_INT, "1"},
                  {"eps", "Added to the variance.", UF_FLOAT, "1.0e-5"}},
        .infer = inferBatchNorm,
        .decompose = decomposeBatchNorm,
        .imports = UF_IMPORTS(
            {UF_ONNX, "BatchNormalization", 1, importBatchNorm},
            {UF_TORCH, "aten.batch_norm.default", 0, ufTorchBatchNorm},
            {UF_TORCH, "aten.native_batch_norm.default", 0, ufTorchBatchNorm},
            {UF_TORCH, "aten._native_batch_norm_legit.default", 0,
             ufTorchBatchNorm},
            {UF_TORCH, "aten._native_batch_norm_legit.no_stats", 0,
             ufTorchBatchNorm},
            {UF_TORCH, "aten._native_batch_norm_legit_functional.default", 0,
             ufTorchBatchNorm},
            {UF_TORCH, "aten._native_batch_norm_legit_no_training.default", 0,
             ufTorchBatchNorm},
            {UF_TORCH, "aten._batch_norm_with_update_functional.default", 0,
             ufTorchBatchNorm},
            {UF_TORCH, "aten._batch_norm_no_update.default", 0,
             ufTorchBatchNorm}),
    },
    {
        .name = "mean_variance_norm",
        .summary = "Makes mean and variance over `axes` 0 and 1.",
        .operands = {INPUT},
        .attrs = {{"axes", "What the statistics are over.", UF_INT_LIST,
                   "array<i64: 0, 2, 3>"}},
        .infer = inferMeanVarianceNorm,
        .decompose = decomposeMeanVarianceNorm,
        .imports = UF_IMPORTS({UF_ONNX, "MeanVarianceNormalization", 9, NULL}),
    },
    {
        .name = "lp_normalize",
        .summary = "Divides by the norm along `axis`.",
        .operands = {INPUT},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT, "-1"},
                  {"p", "Which norm: 1 or 2.", UF_INT, "2"}},
        .verify = verifyLpNormalize,
        .infer = ufInferSame,
        .decompose = decomposeLpNormalize,
        .imports = UF_IMPORTS({UF_ONNX, "LpNormalization", 1, NULL},
                              UF_ML_NORMALIZERS),
    },
    {
        .name = "lrn",
        .summary = "Divides by a power of the squares of nearby channels.",
        .operands = {INPUT},
        .attrs = {{"size", "How many channels.", UF_INT},
                  {"alpha", "Factor of the squares' mean.", UF_FLOAT, "1.0e-4"},
                  {"beta", "The power.", UF_FLOAT, "0.75"},
                  {"k", "Added to the squares.", UF_FLOAT, "1.0"}},
        .verify = verifyLrn,
        .infer = ufInferSame,
        .toLinalg = lowerLrn,
        .imports = UF_IMPORTS({UF_ONNX, "LRN", 1, importLrn}),
    },
};
UF_FAMILY(ufScalingOps, "scaling", ops);
