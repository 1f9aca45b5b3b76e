//===-- LinearAttention.c - Attention with a recurrent state --------------===//

#include "Ops/Compose.h"
#include "Ops/Control.h"
#include "Ops/Rearrange.h"

#include "Ops/Axes.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// linear_attention
//
//   For each step t, and a state S of [key size, value size] for every head of
//   key and value:
//     S = exp(decay[t]) * S                      if the rule has `gated`
//     v = beta[t] * (value[t] - key[t]^T S)      if the rule has `delta`, else
//     v = value[t]
//     S = S + key[t] v^T
//     output[t] = scale * query[t]^T S
//   query, key and value are [batch, length, heads * size]; several query heads
//   may share a state. S starts with past_state or zeros, and is computed in
//   f32.
//
// (C1) query, key and value have rank 3 and heads that divide their last
//      dimension, which is known and not 0.
// (C2) the heads of the query are a multiple of those of key and value.
// (C3) batches, lengths and the sizes of the heads of query and key agree.
// (C4) past_state is [batch, heads, key size, value size].
// (C5) there is a decay if the rule is gated, and only then; it is [batch,
//      length, heads] or [batch, length, heads * key size].
// (C6) there is a beta if the rule has delta, and only then; it is [batch,
//      length, heads] or [batch, length, 1].
// (C7) the output's last dimension can be counted.
//===----------------------------------------------------------------------===//

enum { QUERY, KEY, VALUE, PAST, DECAY, BETA, NUM_INPUTS };

/// The batch and the length are UF_DYNAMIC where they are not known.
typedef struct Sizes {
  int64_t batch, length;
  int64_t queryHeads, heads;
  int64_t keySize, valueSize;
} Sizes;

static bool isGated(MlirOperation op) {
  return strstr(ufGetStr(op, "update_rule"), "gated") != NULL;
}

static bool hasDelta(MlirOperation op) {
  return strstr(ufGetStr(op, "update_rule"), "delta") != NULL;
}

/// Reads operand `i`; `*size` becomes that of a head.
static MlirLogicalResult readHeads(MlirOperation op, int i, int64_t heads,
                                   int64_t *size) {
  UfShape x = ufShape(mlirOperationGetOperand(op, i));
  char text[UF_SHAPE_TEXT];
  int64_t width = x.rank == 3 ? x.dims[2] : 0;
  if (heads < 1 || width < 1 || width % heads) // C1
    return ufOpError(op,
                     "operand %d must be [batch, length, heads * size] of "
                     "%" PRId64 " heads, but is %s",
                     i, heads, ufShapeText(&x, text, sizeof text));
  *size = width / heads;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readSizes(MlirOperation op, Sizes *out) {
  out->queryHeads = ufGetInt(op, "q_num_heads");
  out->heads = ufGetInt(op, "kv_num_heads");
  int64_t querySize = 0;
  UF_TRY(readHeads(op, QUERY, out->queryHeads, &querySize));
  UF_TRY(readHeads(op, KEY, out->heads, &out->keySize));
  UF_TRY(readHeads(op, VALUE, out->heads, &out->valueSize));
  if (out->queryHeads % out->heads) // C2
    return ufOpError(op,
                     "has %" PRId64 " query heads, which must be a multiple of "
                     "the %" PRId64 " heads of key and value",
                     out->queryHeads, out->heads);
  if (querySize != out->keySize) // C3
    return ufOpError(op,
                     "has heads of size %" PRId64 " in the query and of "
                     "%" PRId64 " in the key",
                     querySize, out->keySize);
  out->batch = out->length = UF_DYNAMIC;
  for (int i = QUERY; i <= VALUE; ++i) {
    UfShape x = ufShape(mlirOperationGetOperand(op, i));
    if (!ufSizesAgree(out->batch, x.dims[0]) ||
        !ufSizesAgree(out->length, x.dims[1])) // C3
      return ufOpError(op, "has query, key and value that do not agree in "
                           "batch or length");
    out->batch = x.dims[0] == UF_DYNAMIC ? out->batch : x.dims[0];
    out->length = x.dims[1] == UF_DYNAMIC ? out->length : x.dims[1];
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult checkPast(MlirOperation op, const Sizes *sizes) {
  MlirValue past = ufOperandOf(op, PAST);
  if (!past.ptr)
    return mlirLogicalResultSuccess();
  UfShape x = ufShape(past);
  char text[UF_SHAPE_TEXT];
  if (x.rank == 4 && ufSizesAgree(x.dims[0], sizes->batch) &&
      ufSizesAgree(x.dims[1], sizes->heads) &&
      ufSizesAgree(x.dims[2], sizes->keySize) &&
      ufSizesAgree(x.dims[3], sizes->valueSize)) // C4
    return mlirLogicalResultSuccess();
  return ufOpError(op,
                   "past_state must be [batch, %" PRId64 ", %" PRId64
                   ", %" PRId64 "] with the query's batch, but is %s",
                   sizes->heads, sizes->keySize, sizes->valueSize,
                   ufShapeText(&x, text, sizeof text));
}

/// C5 and C6: operand `i`, whose last dimension is `heads` or `other`.
static MlirLogicalResult checkPerStep(MlirOperation op, int i, const char *name,
                                      bool isNeeded, const Sizes *sizes,
                                      int64_t other) {
  MlirValue value = ufOperandOf(op, i);
  if (isNeeded != (value.ptr != NULL))
    return ufOpError(op, "with update_rule '%s' %s %s",
                     ufGetStr(op, "update_rule"),
                     isNeeded ? "needs" : "takes no", name);
  if (!value.ptr)
    return mlirLogicalResultSuccess();
  UfShape x = ufShape(value);
  char text[UF_SHAPE_TEXT];
  int64_t last = x.rank == 3 ? x.dims[2] : -1;
  if ((last == sizes->heads || last == other) &&
      ufSizesAgree(x.dims[0], sizes->batch) &&
      ufSizesAgree(x.dims[1], sizes->length))
    return mlirLogicalResultSuccess();
  return ufOpError(op,
                   "%s must be [batch, length, %" PRId64 "] or [batch, length, "
                   "%" PRId64 "], but is %s",
                   name, sizes->heads, other,
                   ufShapeText(&x, text, sizeof text));
}

/// Whether all operands say what the batch is; only then the state does.
static bool knowsBatch(MlirOperation op) {
  for (int i = 0; i < NUM_INPUTS; ++i) {
    MlirValue x = ufOperandOf(op, i);
    if (x.ptr && ufDimSize(x, 0) == UF_DYNAMIC)
      return false;
  }
  return true;
}

static MlirLogicalResult inferLinearAttention(MlirOperation op,
                                              UfShape *results) {
  Sizes sizes = {0};
  UF_TRY(readSizes(op, &sizes));
  UF_TRY(checkPast(op, &sizes));
  UF_TRY(checkPerStep(op, DECAY, "decay", isGated(op), &sizes,
                      sizes.heads * sizes.keySize));
  UF_TRY(checkPerStep(op, BETA, "beta", hasDelta(op), &sizes, 1));
  MlirValue past = ufOperandOf(op, PAST);
  UfShape query = ufShape(mlirOperationGetOperand(op, QUERY));
  results[0] = query;
  if (__builtin_mul_overflow(sizes.queryHeads, sizes.valueSize,
                             &results[0].dims[2])) // C7
    return ufOpError(op, "has more elements in its output than can be counted");
  results[1] =
      (UfShape){.rank = 4,
                .dims = {knowsBatch(op) ? sizes.batch : UF_DYNAMIC, sizes.heads,
                         sizes.keySize, sizes.valueSize},
                .element = past.ptr ? ufElementType(past) : query.element};
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// As a scan over the steps
//===----------------------------------------------------------------------===//

/// [batch, length, heads * size] as [batch, length, heads, rows, columns].
static MlirValue split(UfBuilder *b, int operand, MlirType element,
                       int64_t heads, int64_t rows, int64_t columns) {
  MlirValue x = ufCallCast(b, ufOperandOf(b->op, operand), element);
  return ufCallReshape(b, x, 5, (int64_t[]){0, 0, heads, rows, columns});
}

/// The state before the first step.
static MlirValue firstState(UfBuilder *b, const Sizes *sizes,
                            MlirType element) {
  MlirValue past = ufOperandOf(b->op, PAST);
  int64_t dims[] = {0, sizes->heads, sizes->keySize, sizes->valueSize};
  if (past.ptr)
    return ufCallReshape(b, ufCallCast(b, past, element), 4, dims);
  MlirValue query = ufOperandOf(b->op, QUERY);
  int64_t batch = ufDimSize(query, 0);
  MlirValue shape =
      ufCallConcat(b,
                   UF_VALUES(batch == UF_DYNAMIC ? ufMakeSizesOf(b, query, 0, 1)
                                                 : ufIntsConstant(b, 1, &batch),
                             ufIntsConstant(b, 3, dims + 1)),
                   0);
  return ufCall2(b, "expand", ufScalarConstant(b, element, 0), shape);
}

/// One step in the body of the scan, whose arguments are the state, query, key
/// and value, then decay and beta if there are any.
static void yieldStep(UfBuilder *b, MlirOperation op, const Sizes *sizes) {
  int next = 4;
  MlirValue state = mlirBlockGetArgument(b->block, 0);
  MlirValue query = mlirBlockGetArgument(b->block, 1);
  MlirValue key = mlirBlockGetArgument(b->block, 2);
  MlirValue value = mlirBlockGetArgument(b->block, 3);
  if (isGated(op))
    state =
        ufCall2(b, "multiply", state, mlirBlockGetArgument(b->block, next++));
  if (hasDelta(op)) {
    MlirValue held = ufCallMatmul(b, key, state, false, false);
    value = ufCall2(b, "multiply", mlirBlockGetArgument(b->block, next),
                    ufCall2(b, "subtract", value, held));
  }
  MlirValue column =
      ufCallReshape(b, key, 4, (int64_t[]){0, 0, sizes->keySize, 1});
  state = ufCall2(b, "add", state, ufCall2(b, "multiply", column, value));
  MlirValue output = ufCallMatmul(b, query, state, false, false);
  if (output.ptr)
    ufBuildOp(b, "ufront.yield", (UfTypes){0}, UF_VALUES(state, output),
              UF_NO_ATTRS, NULL, 0);
}

/// The type of the body's argument for scanned input `x`: it has no length.
static MlirType stepType(MlirValue x) {
  UfShape shape = ufShape(x);
  memmove(shape.dims + 1, shape.dims + 2, 3 * sizeof *shape.dims);
  shape.rank = 4;
  return ufTensorType(&shape);
}

/// The scan over `count` inputs, the first of which is the state; a null op
/// after an error was reported.
static MlirOperation scanSteps(UfBuilder *b, const Sizes *sizes, int count,
                               const MlirValue *inputs) {
  MlirType types[NUM_INPUTS];
  MlirLocation locs[NUM_INPUTS];
  static const int64_t axes[NUM_INPUTS] = {1, 1, 1, 1, 1, 1};
  UfShape state = ufShape(inputs[0]);
  if (!knowsBatch(b->op))
    state.dims[0] = UF_DYNAMIC;
  for (int i = 0; i < count; ++i) {
    types[i] = i == 0 ? ufTensorType(&state) : stepType(inputs[i]);
    locs[i] = b->loc;
  }
  MlirBlock block = mlirBlockCreate(count, types, locs);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder in = ufBuilderIn(b, block);
  yieldStep(&in, b->op, sizes);
  if (!mlirBlockGetTerminator(block).ptr) {
    mlirRegionDestroy(region);
    return (MlirOperation){NULL};
  }
  return ufOpWithRegions(
      b, "scan", (UfValues){inputs, count},
      UF_ATTRS({"num_scan_inputs", ufIntAttr(b, count - 1)},
               {"scan_input_axes", ufIntsAttr(b, count - 1, axes)},
               {"scan_output_axes", ufIntsAttr(b, 1, axes)}),
      2, &region);
}

static MlirLogicalResult decomposeLinearAttention(UfBuilder *b) {
  MlirOperation op = b->op;
  Sizes s = {0};
  UF_TRY(readSizes(op, &s));
  MlirType element = ufElementType(ufOperandOf(op, QUERY));
  MlirType wide = ufWideFloat(b, element);
  int count = 0;
  MlirValue inputs[NUM_INPUTS];
  inputs[count++] = firstState(b, &s, wide);
  inputs[count++] =
      split(b, QUERY, wide, s.heads, s.queryHeads / s.heads, s.keySize);
  inputs[count++] = split(b, KEY, wide, s.heads, 1, s.keySize);
  inputs[count++] = split(b, VALUE, wide, s.heads, 1, s.valueSize);
  if (isGated(op)) {
    int64_t rows = ufDimSize(ufOperandOf(op, DECAY), 2) / s.heads;
    inputs[count++] =
        ufCall1(b, "exp", split(b, DECAY, wide, s.heads, rows, 1));
  }
  if (hasDelta(op))
    inputs[count++] =
        split(b, BETA, wide, ufDimSize(ufOperandOf(op, BETA), 2), 1, 1);
  for (int i = 0; i < count; ++i)
    if (!inputs[i].ptr)
      return mlirLogicalResultFailure();
  MlirOperation scan = scanSteps(b, &s, count, inputs);
  if (!scan.ptr)
    return mlirLogicalResultFailure();

  double scale = ufGetFloat(op, "scale");
  MlirValue output =
      ufCallNumber(b, "multiply", ufResultOf(scan, 1),
                   scale == 0 ? 1 / sqrt((double)s.keySize) : scale);
  UfShape shape = ufShapeOfType(ufResultType(b, 0));
  for (int d = 0; d < 2; ++d)
    if (shape.dims[d] == UF_DYNAMIC)
      shape.dims[d] = 0; // as it is
  output = ufCallReshape(b, output, 3, shape.dims);
  MlirType stateType = ufElementType(ufResultOf(op, 1));
  MlirValue results[] = {ufCallCast(b, output, element),
                         ufCallCast(b, ufResultOf(scan, 0), stateType)};
  return ufReplaceAll(b, (UfValues){results, 2});
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "linear_attention",
        .summary = "Attention without softmax, as a recurrence over a state.",
        .operands = {{"query", "[batch, length, q_num_heads * key size].",
                      UF_FLOATS},
                     {"key", "[batch, length, kv_num_heads * key size].",
                      UF_FLOATS | UF_SAME},
                     {"value", "[batch, length, kv_num_heads * value size].",
                      UF_FLOATS | UF_SAME},
                     {"past_state",
                      "[batch, kv_num_heads, key size, value size]; zeros when "
                      "omitted.",
                      UF_FLOATS, UF_OPTIONAL},
                     {"decay",
                      "Logarithms of what is kept of the state, for each head "
                      "or each element of its keys.",
                      UF_FLOATS | UF_SAME, UF_OPTIONAL},
                     {"beta", "Rates of change, for each head or for all.",
                      UF_FLOATS | UF_SAME, UF_OPTIONAL}},
        .results = {{"output", "[batch, length, q_num_heads * value size]."},
                    {"present_state", "The state after the last step."}},
        .attrs = {{"q_num_heads", "Heads of the query.", UF_INT},
                  {"kv_num_heads", "Heads of key and value.", UF_INT},
                  {"scale", "Of the output; 0 is 1 / sqrt(key size).", UF_FLOAT,
                   "0.0"},
                  {"update_rule", "How a step changes the state.", UF_STRING,
                   "\"gated_delta\"",
                   .oneOf = "linear|gated|delta|gated_delta"}},
        .infer = inferLinearAttention,
        .decompose = decomposeLinearAttention,
        .imports = UF_IMPORTS({UF_ONNX, "LinearAttention", 27, NULL}),
    },
};
UF_FAMILY(ufLinearAttentionOps, "linear attention", ops);
