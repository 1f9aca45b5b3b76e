//===-- Layers.c - FlexFlow's layers and arithmetic -----------------------===//

#include "Import/FlexFlow/FlexFlow.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// What layers share
//===----------------------------------------------------------------------===//

static void wrongParams(UfFfImport *import, const UfFfLine *line) {
  ufFfFail(import, line, "has a parameter that is not valid");
}

/// Parameters from `first` on, which are `count` non-negative integers; zeros
/// after one that is not was reported.
static void readSizes(UfFfImport *import, const UfFfLine *line, int32_t count,
                      int64_t *out) {
  for (int32_t i = 0; i < count; ++i)
    if (!ufFfInt(line, i, &out[i]) || out[i] < 0 || out[i] > INT32_MAX) {
      wrongParams(import, line);
      memset(out, 0, (size_t)count * sizeof *out);
      return;
    }
}

/// What a layer's activation `mode` makes of `value`.
static int32_t activate(UfFfImport *import, const UfFfLine *line, int64_t mode,
                        int32_t value) {
  if (mode == UF_FF_NONE)
    return value;
  for (int i = 0; ufFfActivations[i].row; ++i) {
    if (ufFfActivations[i].mode != mode)
      continue;
    UfFfNode node = ufFfBegin(import, line, ufFfActivations[i].row, 0, 1);
    ufFfValueArg(&node, value);
    return ufFfEnd(import, line, &node, 1);
  }
  ufFfFail(import, line, "has the unknown activation %" PRId64, mode);
  return value;
}

/// The size of a tensor's dimension that weights depend on; 0 when the tensor
/// could not be built, and then neither can what reads it.
static int64_t features(UfFfImport *import, const UfFfLine *line, int32_t value,
                        int axis) {
  UfShape shape;
  if (!ufFfShape(import, value, &shape))
    return 0;
  axis = ufAxis(axis, shape.rank);
  if (axis >= 0 && axis < shape.rank && shape.dims[axis] > 0)
    return shape.dims[axis];
  ufFfFail(import, line, "has an input without a known number of features");
  return 0;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// Rows that take the inputs as they are.
static void addPlain(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  const UfFfOperator *known = ufFfFindOperator(line->op);
  UfFfNode node = ufFfBegin(import, line, known->row, known->numInputs, 0);
  out->first = ufFfEnd(import, line, &node, 1);
}

/// Operators that do nothing for us.
static void addNothing(UfFfImport *import, const UfFfLine *line,
                       UfFfValue *out) {
  out->first = ufFfInput(import, line, 0);
}

/// CONV2D; channels; kernel h, w; stride h, w; padding h, w; activation;
/// groups; bias.
static void addConvolution(UfFfImport *import, const UfFfLine *line,
                           UfFfValue *out) {
  int64_t p[10];
  readSizes(import, line, 10, p);
  int64_t channels = features(import, line, ufFfInput(import, line, 0), 1);
  if (p[8] == 0 || channels % p[8]) {
    ufFfFail(import, line, "has %" PRId64 " channels in %" PRId64 " groups",
             channels, p[8]);
    return;
  }
  UfFfNode node = ufFfBegin(import, line, "conv2d", 1, 5);
  const int64_t sizes[] = {p[0], channels / p[8], p[1], p[2]};
  if (channels)
    ufFfWeight(import, line, &node, "weight", 4, sizes, NULL);
  if (channels && p[9])
    ufFfWeight(import, line, &node, "bias", 1, sizes, NULL);
  const int64_t padding[] = {p[5], p[6], p[5], p[6]};
  ufFfIntsArg(import, &node, "stride", 2, &p[3]);
  ufFfIntsArg(import, &node, "padding", 4, padding);
  ufFfIntArg(&node, "groups", p[8]);
  out->first = activate(import, line, p[7], ufFfEnd(import, line, &node, 1));
}

/// LINEAR; features; activation; bias.
static void addLinear(UfFfImport *import, const UfFfLine *line,
                      UfFfValue *out) {
  int64_t p[3];
  readSizes(import, line, 3, p);
  int64_t known = features(import, line, ufFfInput(import, line, 0), -1);
  UfFfNode node = ufFfBegin(import, line, "linear", 1, 2);
  const int64_t sizes[] = {p[0], known};
  if (known)
    ufFfWeight(import, line, &node, "weight", 2, sizes, NULL);
  if (known && p[2])
    ufFfWeight(import, line, &node, "bias", 1, sizes, NULL);
  out->first = activate(import, line, p[1], ufFfEnd(import, line, &node, 1));
}

/// POOL2D; kernel; stride; padding; type; activation.
static void addPool(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  int64_t p[5];
  readSizes(import, line, 5, p);
  if (p[3] != UF_FF_POOL_MAX && p[3] != UF_FF_POOL_AVG)
    wrongParams(import, line);
  const int64_t kernel[] = {p[0], p[0]}, stride[] = {p[1], p[1]};
  const int64_t padding[] = {p[2], p[2], p[2], p[2]};
  UfFfNode node = ufFfBegin(import, line, "pool2d", 1, 4);
  ufFfStringArg(&node, "pool_type", p[3] == UF_FF_POOL_MAX ? "max" : "avg");
  ufFfIntsArg(import, &node, "kernel_size", 2, kernel);
  ufFfIntsArg(import, &node, "stride", 2, stride);
  ufFfIntsArg(import, &node, "padding", 4, padding);
  out->first = activate(import, line, p[4], ufFfEnd(import, line, &node, 1));
}

/// EMBEDDING; entries; size of one.
static void addEmbedding(UfFfImport *import, const UfFfLine *line,
                         UfFfValue *out) {
  int64_t p[2];
  readSizes(import, line, 2, p);
  UfFfNode node = ufFfBegin(import, line, "gather", 0, 2);
  ufFfWeight(import, line, &node, "weight", 2, p, NULL);
  ufFfValueArg(&node, ufFfInput(import, line, 0));
  out->first = ufFfEnd(import, line, &node, 1);
}

/// DROPOUT; rate.
static void addDropout(UfFfImport *import, const UfFfLine *line,
                       UfFfValue *out) {
  double rate = 0;
  if (!ufFfFloat(line, 0, &rate))
    wrongParams(import, line);
  UfFfNode node = ufFfBegin(import, line, "dropout", 1, 1);
  ufFfArg(&node, "rate", UFRONT_ARG_FLOAT)->number = rate;
  out->first = ufFfEnd(import, line, &node, 1);
}

/// Batch norm over channels, layer norm over the last dimension, as new layers.
static void addNorm(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  static const struct {
    const char *name;
    double fill;
  } weights[] = {
      {"weight", 1}, {"bias", 0}, {"running_mean", 0}, {"running_var", 1}};
  const char *row = ufFfFindOperator(line->op)->row;
  bool isBatch = strcmp(line->op, "BATCH_NORM") == 0;
  int64_t size =
      features(import, line, ufFfInput(import, line, 0), isBatch ? 1 : -1);
  UfFfNode node = ufFfBegin(import, line, row, 1, 4);
  for (int i = 0; size && i < (isBatch ? 4 : 2); ++i)
    ufFfWeight(import, line, &node, weights[i].name, 1, &size,
               &weights[i].fill);
  out->first = ufFfEnd(import, line, &node, 1);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// A row of the input and a number.
static void addScalar(UfFfImport *import, const UfFfLine *line,
                      UfFfValue *out) {
  double number = 0;
  if (!ufFfFloat(line, 0, &number))
    wrongParams(import, line);
  UfFfNode node =
      ufFfBegin(import, line, ufFfFindOperator(line->op)->row, 1, 2);
  ufFfValueArg(&node,
               ufFfNumber(import, line, number, ufFfInput(import, line, 0)));
  if (strcmp(line->op, "SCALAR_FLOORDIV") == 0)
    ufFfStringArg(&node, "rounding", "floor");
  out->first = ufFfEnd(import, line, &node, 1);
}

/// MEAN; dimension...; keepdim.
static void addMean(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  int64_t axes[UF_MAX_RANK];
  int32_t count = 0;
  while (count < UF_MAX_RANK && ufFfInt(line, count, &axes[count]))
    ++count;
  const char *keeps = count < line->numParams ? line->params[count] : "False";
  if (line->numParams > count + 1 ||
      (strcmp(keeps, "True") != 0 && strcmp(keeps, "False") != 0))
    wrongParams(import, line);
  UfFfNode node = ufFfBegin(import, line, "reduce_mean", 1, 2);
  if (count)
    ufFfIntsArg(import, &node, "axes", count, axes);
  ufFfArg(&node, "keepdims", UFRONT_ARG_BOOL)->integer = keeps[0] == 'T';
  out->first = ufFfEnd(import, line, &node, 1);
}

static void addCast(UfFfImport *import, const UfFfLine *line, UfrontType type,
                    UfFfValue *out) {
  UfFfNode node = ufFfBegin(import, line, "cast", 1, 1);
  ufFfArg(&node, "to", UFRONT_ARG_TYPE)->integer = type;
  out->first = ufFfEnd(import, line, &node, 1);
}

static void addFloat(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  addCast(import, line, UFRONT_F32, out);
}

/// TO; type.
static void addTo(UfFfImport *import, const UfFfLine *line, UfFfValue *out) {
  for (int i = 0; ufFfTypes[i].name; ++i)
    if (strcmp(ufFfTypes[i].name, line->params[0]) == 0) {
      addCast(import, line, ufFfTypes[i].type, out);
      return;
    }
  ufFfFail(import, line, "converts to '%s', which is no type", line->params[0]);
}

static void addTypeAs(UfFfImport *import, const UfFfLine *line,
                      UfFfValue *out) {
  UfShape shape;
  UfrontType type = UFRONT_F32;
  if (ufFfShape(import, ufFfInput(import, line, 1), &shape))
    for (int i = 0; ufFfTypes[i].name; ++i)
      if (mlirTypeEqual(shape.element,
                        ufElementTypeOf(import->module.ctx, ufFfTypes[i].type)))
        type = ufFfTypes[i].type;
  addCast(import, line, type, out);
}

const UfFfActivation ufFfActivations[] = {{UF_FF_RELU, "relu"},
                                          {UF_FF_SIGMOID, "sigmoid"},
                                          {UF_FF_TANH, "tanh"},
                                          {UF_FF_GELU, "gelu"},
                                          {0}};

const UfFfTypeName ufFfTypes[] = {
    {"torch.float32", UFRONT_F32}, {"torch.float64", UFRONT_F64},
    {"torch.float16", UFRONT_F16}, {"torch.bfloat16", UFRONT_BF16},
    {"torch.int32", UFRONT_I32},   {"torch.int64", UFRONT_I64},
    {"torch.bool", UFRONT_BOOL},   {0},
};

// clang-format off
const UfFfOperator ufFfLayers[] = {
    {"CONV2D", addConvolution, 1, 10, NULL},
    {"LINEAR", addLinear, 1, 3, NULL},
    {"POOL2D", addPool, 1, 5, NULL},
    {"EMBEDDING", addEmbedding, 1, 2, NULL},
    {"DROPOUT", addDropout, 1, 1, NULL},
    {"BATCH_NORM", addNorm, 1, 0, "batch_norm"},
    {"LAYER_NORM", addNorm, 1, 0, "layer_norm"},
    {"FLAT", addPlain, 1, 0, "flat"},
    {"SOFTMAX", addPlain, 1, 0, "softmax"},
    {"RELU", addPlain, 1, 0, "relu"},
    {"SIGMOID", addPlain, 1, 0, "sigmoid"},
    {"TANH", addPlain, 1, 0, "tanh"},
    {"ELU", addPlain, 1, 0, "elu"},
    {"GELU", addPlain, 1, 0, "gelu"},
    {"EXP", addPlain, 1, 0, "exp"},
    {"SIN", addPlain, 1, 0, "sin"},
    {"COS", addPlain, 1, 0, "cos"},
    {"RSQRT", addPlain, 1, 0, "rsqrt"},
    {"BATCH_MATMUL", addPlain, 2, 0, "batch_matmul"},
    {"ADD", addPlain, 2, 0, "add"},
    {"SUBTRACT", addPlain, 2, 0, "subtract"},
    {"MULTIPLY", addPlain, 2, 0, "multiply"},
    {"DIVIDE", addPlain, 2, 0, "divide"},
    {"IDENTITY", addNothing, 1, 0, NULL},
    {"CONTIGUOUS", addNothing, 1, 0, NULL},
    {"SCALAR_ADD", addScalar, 1, 1, "add"},
    {"SCALAR_SUB", addScalar, 1, 1, "subtract"},
    {"SCALAR_MULTIPLY", addScalar, 1, 1, "multiply"},
    {"SCALAR_TRUEDIV", addScalar, 1, 1, "divide"},
    {"SCALAR_FLOORDIV", addScalar, 1, 1, "divide"},
    {"POW", addScalar, 1, 1, "pow"},
    {"MEAN", addMean, 1, 0, NULL},
    {"FLOAT", addFloat, 1, 0, NULL},
    {"TO", addTo, 1, 1, NULL},
    {"TYPE_AS", addTypeAs, 2, 0, NULL},
    {0},
};
// clang-format on
