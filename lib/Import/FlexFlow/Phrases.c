//===-- Phrases.c - Our ops in FlexFlow's words ---------------------------===//

#include "Import/FlexFlow/Write.h"

#include <stdlib.h>
#include <string.h>

bool ufFfIsStored(MlirValue value) {
  MlirOperation op = ufDefiningOp(value);
  return op.ptr &&
         (ufOpIs(op, "ufront.param") || ufOpIs(op, "ufront.constant"));
}

static void addInt(UfFfSaid *said, int64_t value) {
  ufMessageAppend(&said->params, "; %" PRId64, value);
}

static void addInts(UfFfSaid *said, int count, const int64_t *values) {
  for (int i = 0; i < count; ++i)
    addInt(said, values[i]);
}

/// In as few digits as give the number back.
static void addNumber(UfFfSaid *said, double number) {
  char text[40];
  bool isSingle = number == (double)(float)number;
  for (int digits = 1; digits <= 17; ++digits) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    double read = strtod(text, NULL);
    if (read == number || (isSingle && (float)read == (float)number))
      break;
  }
  ufMessageAppend(&said->params, "; %s", text);
}

/// The number that a constant of one element holds.
static bool scalarOf(MlirValue value, double *number) {
  MlirAttribute elements = value.ptr ? ufConstantOf(value) : (MlirAttribute){0};
  if (mlirAttributeIsNull(elements) ||
      mlirElementsAttrGetNumElements(elements) != 1)
    return false;
  *number = ufElementAsDouble(elements, 0);
  return true;
}

/// Whether operands from `first` on are stored, or left out.
static bool areStored(MlirOperation op, int first) {
  for (int i = first; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue value = ufOperandOf(op, i);
    if (value.ptr && !ufFfIsStored(value))
      return false;
  }
  return true;
}

static const char computedWeight[] = "has a weight that is computed";

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static bool allAre(const UfInts *ints, int64_t value) {
  for (int i = 0; i < ints->size; ++i)
    if (ints->data[i] != value)
      return false;
  return true;
}

/// What windows must be like to be written.
static const char *refuseWindow(MlirOperation op, UfInts *padding) {
  UfInts dilation = ufGetInts(op, "dilation");
  *padding = ufGetInts(op, "padding");
  if (!allAre(&dilation, 1))
    return "has dilation";
  if (strcmp(ufGetStr(op, "pad_mode"), "explicit") != 0 ||
      padding->data[0] != padding->data[2] ||
      padding->data[1] != padding->data[3])
    return "has padding that differs from side to side";
  return strcmp(ufGetStr(op, "layout"), "NCHW") != 0 ? "has its channels last"
                                                     : NULL;
}

static const char *sayConvolution(MlirOperation op, UfFfSaid *said) {
  MlirValue weight = ufOperandOf(op, 1);
  UfInts padding, stride = ufGetInts(op, "stride");
  const char *refused = refuseWindow(op, &padding);
  if (refused || !areStored(op, 1))
    return refused ? refused : computedWeight;
  UfShape shape = ufShape(weight);
  addInt(said, shape.dims[0]);
  addInts(said, 2, &shape.dims[2]);
  addInts(said, 2, stride.data);
  addInts(said, 2, padding.data);
  addInt(said, UF_FF_NONE);
  addInt(said, ufGetInt(op, "groups"));
  addInt(said, ufOperandOf(op, 2).ptr != NULL);
  return NULL;
}

static const char *sayLinear(MlirOperation op, UfFfSaid *said) {
  if (!areStored(op, 1))
    return computedWeight;
  UfShape shape = ufShape(ufOperandOf(op, 1));
  bool isOutFirst = strcmp(ufGetStr(op, "weight_layout"), "oi") == 0;
  addInt(said, shape.dims[isOutFirst ? 0 : 1]);
  addInt(said, UF_FF_NONE);
  addInt(said, ufOperandOf(op, 2).ptr != NULL);
  return NULL;
}

static const char *sayPool(MlirOperation op, UfFfSaid *said) {
  UfInts padding, kernel = ufGetInts(op, "kernel_size");
  UfInts stride = ufGetInts(op, "stride");
  const char *type = ufGetStr(op, "pool_type");
  const char *refused = refuseWindow(op, &padding);
  bool isMax = strcmp(type, "max") == 0;
  if (refused)
    return refused;
  if (!isMax && strcmp(type, "avg") != 0)
    return "is neither a maximum nor an average";
  if (ufGetBool(op, "ceil_mode"))
    return "has windows that hang over the end";
  if (!isMax && ufGetBool(op, "count_include_pad") && !allAre(&padding, 0))
    return "counts padding in its averages";
  if (!allAre(&kernel, kernel.data[0]) || !allAre(&stride, stride.data[0]) ||
      !allAre(&padding, padding.data[0]))
    return "has windows that are not square";
  addInt(said, kernel.data[0]);
  addInt(said, stride.data[0]);
  addInt(said, padding.data[0]);
  addInt(said, isMax ? UF_FF_POOL_MAX : UF_FF_POOL_AVG);
  addInt(said, UF_FF_NONE);
  return NULL;
}

/// Rows of a table that is stored.
static const char *sayGather(MlirOperation op, UfFfSaid *said) {
  MlirValue table = ufOperandOf(op, 0);
  if (!ufFfIsStored(table) || ufRank(table) != 2 || ufGetInt(op, "axis") != 0)
    return "does not look up rows of a weight";
  UfShape shape = ufShape(table);
  addInts(said, 2, shape.dims);
  said->inputs[0] = 1;
  return NULL;
}

static const char *sayDropout(MlirOperation op, UfFfSaid *said) {
  addNumber(said, ufGetFloat(op, "rate"));
  return mlirOperationGetNumResults(op) > 1 &&
                 !mlirOpOperandIsNull(
                     mlirValueGetFirstUse(mlirOperationGetResult(op, 1)))
             ? "has a mask that is read"
             : NULL;
}

static const char *sayNorm(MlirOperation op, UfFfSaid *said) {
  int last =
      ufOpIs(op, "ufront.batch_norm") ? 1 : ufRank(ufOperandOf(op, 0)) - 1;
  (void)said;
  if (!areStored(op, 1))
    return computedWeight;
  if (ufAxis(ufGetInt(op, "axis"), ufRank(ufOperandOf(op, 0))) != last)
    return "is over other dimensions than FlexFlow's";
  double eps = ufGetFloat(op, "eps");
  return eps < 0.99e-5 || eps > 1.01e-5 ? "has an eps other than 1e-5" : NULL;
}

static const char *saySoftmax(MlirOperation op, UfFfSaid *said) {
  int rank = ufRank(ufOperandOf(op, 0));
  (void)said;
  return ufAxis(ufGetInt(op, "axis"), rank) != rank - 1
             ? "is not along the last dimension"
             : NULL;
}

static const char *sayElu(MlirOperation op, UfFfSaid *said) {
  (void)said;
  return ufGetFloat(op, "alpha") != 1 ? "has an alpha other than 1" : NULL;
}

static const char *sayGelu(MlirOperation op, UfFfSaid *said) {
  (void)said;
  return strcmp(ufGetStr(op, "approximate"), "none") != 0 ? "is approximated"
                                                          : NULL;
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Two tensors, or a tensor and a number, on either side if that is the same.
static const char *sayBinary(MlirOperation op, UfFfSaid *said,
                             const char *scalar, bool isEither) {
  double number;
  if (scalarOf(ufOperandOf(op, 1), &number) ||
      (isEither && scalarOf(ufOperandOf(op, 0), &number))) {
    said->inputs[0] = scalarOf(ufOperandOf(op, 1), &number) ? 0 : 1;
    said->numInputs = 1;
    said->op = scalar;
    addNumber(said, number);
  }
  return NULL;
}

static const char *sayAdd(MlirOperation op, UfFfSaid *said) {
  return sayBinary(op, said, "SCALAR_ADD", true);
}
static const char *saySubtract(MlirOperation op, UfFfSaid *said) {
  return sayBinary(op, said, "SCALAR_SUB", false);
}
static const char *sayMultiply(MlirOperation op, UfFfSaid *said) {
  return sayBinary(op, said, "SCALAR_MULTIPLY", true);
}
static const char *sayDivide(MlirOperation op, UfFfSaid *said) {
  const char *rounding = ufGetStr(op, "rounding");
  bool isFloor = strcmp(rounding, "floor") == 0;
  (void)sayBinary(op, said, isFloor ? "SCALAR_FLOORDIV" : "SCALAR_TRUEDIV",
                  false);
  if (strcmp(rounding, "trunc") == 0 || (isFloor && said->numInputs == 2))
    return "rounds in a way FlexFlow does not";
  return NULL;
}

static const char *sayPow(MlirOperation op, UfFfSaid *said) {
  double number;
  if (!scalarOf(ufOperandOf(op, 1), &number))
    return "has an exponent that is no number";
  addNumber(said, number);
  return NULL;
}

static const char *sayMatmul(MlirOperation op, UfFfSaid *said) {
  (void)said;
  return ufGetBool(op, "transpose_a") || ufGetBool(op, "transpose_b")
             ? "has a transposed operand"
             : NULL;
}

static const char *sayMean(MlirOperation op, UfFfSaid *said) {
  if (mlirOperationGetNumOperands(op) > 1)
    return "has dimensions that are computed";
  int rank = ufRank(ufOperandOf(op, 0));
  if (ufHasAttr(op, "axes")) {
    UfInts axes = ufGetInts(op, "axes");
    addInts(said, axes.size, axes.data);
  } else {
    for (int i = 0; i < rank; ++i)
      addInt(said, i);
  }
  ufMessageAppend(&said->params, "; %s",
                  ufGetBool(op, "keepdims") ? "True" : "False");
  return NULL;
}

static const char *sayCast(MlirOperation op, UfFfSaid *said) {
  MlirType element = ufElementType(ufResultOf(op, 0));
  MlirContext ctx = mlirOperationGetContext(op);
  for (int i = 0; ufFfTypes[i].name; ++i)
    if (mlirTypeEqual(element, ufElementTypeOf(ctx, ufFfTypes[i].type))) {
      ufMessageAppend(&said->params, "; %s", ufFfTypes[i].name);
      return NULL;
    }
  return "converts to a type that FlexFlow lacks";
}

//===----------------------------------------------------------------------===//
// Moving elements
//===----------------------------------------------------------------------===//

static const char *sayConcat(MlirOperation op, UfFfSaid *said) {
  int count = (int)mlirOperationGetNumOperands(op);
  if (count > UF_MAX_VALUES)
    return "has too many parts";
  said->numInputs = count;
  for (int i = 0; i < count; ++i)
    said->inputs[i] = i;
  addInt(said, ufAxis(ufGetInt(op, "axis"), ufRank(ufOperandOf(op, 0))));
  return NULL;
}

/// The sizes behind the axis are ours; FlexFlow reads past them.
static const char *saySplit(MlirOperation op, UfFfSaid *said) {
  int axis = ufAxis(ufGetInt(op, "axis"), ufRank(ufOperandOf(op, 0)));
  addInt(said, axis);
  for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i) {
    int64_t size = ufShape(ufResultOf(op, (int)i)).dims[axis];
    if (size == UF_DYNAMIC)
      return "has parts whose sizes are computed";
    addInt(said, size);
  }
  return NULL;
}

/// Whatever gives its elements in another shape, at most one size of which is
/// only known when the model runs.
static const char *sayReshape(MlirOperation op, UfFfSaid *said) {
  UfShape shape = ufShape(ufResultOf(op, 0));
  int unknown = 0;
  for (int i = 0; i < shape.rank; ++i) {
    unknown += shape.dims[i] == UF_DYNAMIC;
    addInt(said, shape.dims[i] == UF_DYNAMIC ? -1 : shape.dims[i]);
  }
  if (shape.rank == 0)
    return "gives a number instead of a tensor";
  return unknown > 1 ? "has a shape that is computed" : NULL;
}

static const char *sayFlat(MlirOperation op, UfFfSaid *said) {
  int rank = ufRank(ufOperandOf(op, 0));
  if (ufGetInt(op, "start") == 1 &&
      ufAxis(ufGetInt(op, "end"), rank) == rank - 1)
    return NULL;
  said->op = "RESHAPE";
  return sayReshape(op, said);
}

static const char *sayExpand(MlirOperation op, UfFfSaid *said) {
  UfShape shape = ufShape(ufResultOf(op, 0));
  for (int i = 0; i < shape.rank; ++i)
    if (shape.dims[i] == UF_DYNAMIC)
      return "has a shape that is computed";
  addInts(said, shape.rank, shape.dims);
  return NULL;
}

static const char *sayTranspose(MlirOperation op, UfFfSaid *said) {
  int rank = ufRank(ufOperandOf(op, 0));
  UfInts perm = {0};
  if (ufHasAttr(op, "perm"))
    perm = ufGetInts(op, "perm");
  for (int i = 0; i < rank; ++i)
    addInt(said, perm.size ? perm.data[i] : rank - 1 - i);
  return NULL;
}

static const char *sayUnsqueeze(MlirOperation op, UfFfSaid *said) {
  UfInts axes = ufGetInts(op, "axes");
  if (axes.size == 1) {
    addInt(said, axes.data[0]);
    return NULL;
  }
  said->op = "RESHAPE";
  return sayReshape(op, said);
}

static void addBound(UfFfSaid *said, const char *before, int64_t value,
                     int64_t implied) {
  if (value == implied)
    ufMessageAppend(&said->params, "%sNone", before);
  else
    ufMessageAppend(&said->params, "%s%" PRId64, before, value);
}

static const char *saySlice(MlirOperation op, UfFfSaid *said) {
  int rank = ufRank(ufOperandOf(op, 0));
  int64_t parts[UF_MAX_RANK][3];
  if (mlirOperationGetNumOperands(op) > 1 || !ufHasAttr(op, "starts"))
    return "has bounds that are computed";
  UfInts starts = ufGetInts(op, "starts"), ends = ufGetInts(op, "ends");
  UfInts axes = {0}, steps = {0};
  if (ufHasAttr(op, "axes"))
    axes = ufGetInts(op, "axes");
  if (ufHasAttr(op, "steps"))
    steps = ufGetInts(op, "steps");
  for (int i = 0; i < rank; ++i)
    memcpy(parts[i], (int64_t[]){0, INT64_MAX, 1}, sizeof parts[i]);
  for (int i = 0; i < starts.size; ++i) {
    int64_t *part = parts[axes.size ? ufAxis(axes.data[i], rank) : i];
    part[0] = starts.data[i];
    part[1] = ends.data[i];
    part[2] = steps.size ? steps.data[i] : 1;
    if (part[2] < 1)
      return "runs backwards";
  }
  for (int i = 0; i < rank; ++i) {
    addBound(said, "; slice(", parts[i][0], 0);
    addBound(said, ", ", parts[i][1], INT64_MAX);
    addBound(said, ", ", parts[i][2], 1);
    ufMessageAppend(&said->params, ")");
  }
  return NULL;
}

// clang-format off
const UfFfPhrase ufFfPhrases[] = {
    {"ufront.conv2d", "CONV2D", sayConvolution, 1},
    {"ufront.linear", "LINEAR", sayLinear, 1},
    {"ufront.pool2d", "POOL2D", sayPool, 1},
    {"ufront.gather", "EMBEDDING", sayGather, 1},
    {"ufront.dropout", "DROPOUT", sayDropout, 1},
    {"ufront.batch_norm", "BATCH_NORM", sayNorm, 1},
    {"ufront.layer_norm", "LAYER_NORM", sayNorm, 1},
    {"ufront.softmax", "SOFTMAX", saySoftmax, 1},
    {"ufront.elu", "ELU", sayElu, 1},
    {"ufront.gelu", "GELU", sayGelu, 1},
    {"ufront.relu", "RELU", NULL, 1},
    {"ufront.sigmoid", "SIGMOID", NULL, 1},
    {"ufront.tanh", "TANH", NULL, 1},
    {"ufront.exp", "EXP", NULL, 1},
    {"ufront.sin", "SIN", NULL, 1},
    {"ufront.cos", "COS", NULL, 1},
    {"ufront.rsqrt", "RSQRT", NULL, 1},
    {"ufront.identity", "IDENTITY", NULL, 1},
    {"ufront.add", "ADD", sayAdd, 2},
    {"ufront.subtract", "SUBTRACT", saySubtract, 2},
    {"ufront.multiply", "MULTIPLY", sayMultiply, 2},
    {"ufront.divide", "DIVIDE", sayDivide, 2},
    {"ufront.pow", "POW", sayPow, 1},
    {"ufront.batch_matmul", "BATCH_MATMUL", sayMatmul, 2},
    {"ufront.reduce_mean", "MEAN", sayMean, 1},
    {"ufront.cast", "TO", sayCast, 1},
    {"ufront.concat", "CONCAT", sayConcat, 1},
    {"ufront.split", "SPLIT", saySplit, 1},
    {"ufront.flat", "FLAT", sayFlat, 1},
    {"ufront.reshape", "RESHAPE", sayReshape, 1},
    {"ufront.squeeze", "RESHAPE", sayReshape, 1},
    {"ufront.unsqueeze", "UNSQUEEZE", sayUnsqueeze, 1},
    {"ufront.expand", "EXPAND", sayExpand, 1},
    {"ufront.transpose", "PERMUTE", sayTranspose, 1},
    {"ufront.slice", "GETITEM", saySlice, 1},
    {0},
};
// clang-format on
