//===-- Attention.c - Scaled dot-product attention ------------------------===//

#include "Ops/Attention.h"
#include "Ops/Compose.h"
#include "Ops/Mask.h"
#include "Ops/TorchAttention.h"

#include <math.h>

//===----------------------------------------------------------------------===//
// attention
//
//   output = softmax(mask(scale * query * key^T)) * value for every head.
//
//   query, key and value are [batch, heads, length, size], or [batch, length,
//   heads * size] with the heads in attributes; the output is as the query is.
//   Several query heads may share one of key and value. Scores go through
//   softcap * tanh(scores / softcap) if that is positive; then those are -inf
//   that a boolean mask forbids, others have a float mask added; row i is at
//   position i + offset and sees columns up to there if is_causal, and those
//   within the windows and below lengths. A row that sees nothing gives 0.
//   Scores and weights are f32 where the query is narrower.
//
// (C1) query, key and value have rank 3, with heads that divide the last
//      dimension, or rank 4.
// (C2) batches, the lengths of key and value, and the sizes of query and key
//      agree.
// (C3) the heads of the query are a multiple of those of key and value.
// (C4) the mask has at most rank 4 and is boolean or like the query.
// (C5) offset and lengths have one element, or one for each sample.
// (C6) the windows are -1 or more.
//===----------------------------------------------------------------------===//

typedef struct Heads {
  int64_t batch, heads, length, size;
} Heads;

/// Reads operand `i`, of rank 3 or 4.
static MlirLogicalResult readHeads(MlirOperation op, int i, const char *name,
                                   Heads *out) {
  UfShape x = ufShape(mlirOperationGetOperand(op, i));
  char text[UF_SHAPE_TEXT];
  if (x.rank == 4) {
    *out = (Heads){x.dims[0], x.dims[1], x.dims[2], x.dims[3]};
    return mlirLogicalResultSuccess();
  }
  int64_t heads = ufGetInt(op, name);
  if (x.rank != 3 || heads < 1 ||
      (x.dims[2] != UF_DYNAMIC && x.dims[2] % heads)) // C1
    return ufOpError(op,
                     "operand %d must be [batch, heads, length, size], or "
                     "[batch, length, heads * size] with %s, which is %" PRId64
                     ", but is %s",
                     i, name, heads, ufShapeText(&x, text, sizeof text));
  int64_t size = x.dims[2] == UF_DYNAMIC ? UF_DYNAMIC : x.dims[2] / heads;
  *out = (Heads){x.dims[0], heads, x.dims[1], size};
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult checkMask(MlirOperation op) {
  MlirValue mask = ufOperandOf(op, 3);
  MlirType element = ufElementType(mlirOperationGetOperand(op, 0));
  if (!mask.ptr)
    return mlirLogicalResultSuccess();
  MlirType type = ufElementType(mask);
  if (ufRank(mask) <= 4 && (ufIsBool(type) || mlirTypeEqual(type, element)))
    return mlirLogicalResultSuccess();
  return ufOpError(op, "needs a mask of at most rank 4 that is i1 or has the "
                       "query's element type"); // C4
}

static MlirLogicalResult checkHeads(MlirOperation op, const Heads *q,
                                    const Heads *k, const Heads *v) {
  if (!ufSizesAgree(q->batch, k->batch) || !ufSizesAgree(q->batch, v->batch) ||
      !ufSizesAgree(k->length, v->length) ||
      !ufSizesAgree(q->size, k->size)) // C2
    return ufOpError(op, "has query, key and value that do not agree in batch, "
                         "length or size");
  bool isMultiple = k->heads == UF_DYNAMIC || q->heads == UF_DYNAMIC ||
                    (k->heads > 0 && q->heads % k->heads == 0);
  if (isMultiple && ufSizesAgree(k->heads, v->heads))
    return mlirLogicalResultSuccess();
  return ufOpError(op, // C3
                   "has %" PRId64 " query heads, which must be a multiple of "
                   "the %" PRId64 " key and %" PRId64 " value heads",
                   q->heads, k->heads, v->heads);
}

static MlirLogicalResult checkOptions(MlirOperation op, int64_t batch) {
  UF_TRY(checkMask(op));
  UF_TRY(ufVerifyPerBatch(op, 4, batch)); // C5
  UF_TRY(ufVerifyPerBatch(op, 5, batch));
  UF_TRY(ufVerifyBound(op, "left_window_size")); // C6
  return ufVerifyBound(op, "right_window_size");
}

static MlirLogicalResult inferAttention(MlirOperation op, UfShape *results) {
  Heads q = {0}, k = {0}, v = {0};
  UF_TRY(readHeads(op, 0, "q_num_heads", &q));
  UF_TRY(readHeads(op, 1, "kv_num_heads", &k));
  UF_TRY(readHeads(op, 2, "kv_num_heads", &v));
  UF_TRY(checkHeads(op, &q, &k, &v));
  UF_TRY(checkOptions(op, q.batch));
  UfShape *y = &results[0];
  *y = ufShape(mlirOperationGetOperand(op, 0));
  if (y->rank == 4)
    y->dims[3] = v.size;
  else if (v.size == UF_DYNAMIC ||
           __builtin_mul_overflow(v.size, q.heads, &y->dims[2]))
    y->dims[2] = UF_DYNAMIC;
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Taking attention apart
//===----------------------------------------------------------------------===//

/// What the op and the ONNX node say.
typedef struct Attention {
  MlirValue query, key, value; ///< Of rank 4.
  MlirValue mask, offset, lengths;
  MlirAttribute scale;
  double softcap;
  bool isCausal;
  int64_t left, right;
  MlirType softmaxType; ///< May be null.
} Attention;

/// [batch, length, heads * size] as [batch, heads, length, size].
static MlirValue splitHeads(UfBuilder *b, MlirValue x, int64_t heads) {
  if (!x.ptr || ufRank(x) == 4)
    return x;
  int64_t width = ufDimSize(x, 2);
  int64_t dims[] = {0, 0, heads, width == UF_DYNAMIC ? -1 : width / heads};
  return ufCallTranspose(b, ufCallReshape(b, x, 4, dims), 1, 2);
}

/// The other way round.
static MlirValue joinHeads(UfBuilder *b, MlirValue x) {
  x = ufCallTranspose(b, x, 1, 2);
  if (!x.ptr)
    return x;
  int64_t heads = ufDimSize(x, 2), size = ufDimSize(x, 3);
  bool isKnown = heads != UF_DYNAMIC && size != UF_DYNAMIC;
  int64_t dims[] = {0, 0, isKnown ? heads * size : -1};
  return ufCallReshape(b, x, 3, dims);
}

/// [batch, heads, length, any] with `heads` others, which takes as many rows to
/// or from the lengths: query heads that share a key are next to each other.
static MlirValue regroup(UfBuilder *b, MlirValue x, int64_t heads) {
  int64_t from = x.ptr ? ufDimSize(x, 1) : heads;
  if (from == heads || from == UF_DYNAMIC || heads == UF_DYNAMIC)
    return x;
  int64_t length = ufDimSize(x, 2), rows;
  bool isKnown =
      length != UF_DYNAMIC && !__builtin_mul_overflow(length, from, &rows);
  int64_t dims[] = {0, heads, isKnown ? rows / heads : -1, 0};
  return ufCallReshape(b, x, 4, dims);
}

/// A product of matrices summed in `sum`.
static MlirValue productIn(UfBuilder *b, MlirType sum, MlirValue x, MlirValue y,
                           bool transposeY) {
  if (!x.ptr || !y.ptr)
    return (MlirValue){NULL};
  bool isPlain = mlirTypeEqual(ufElementType(x), sum) &&
                 mlirTypeEqual(ufElementType(y), sum);
  MlirAttribute to = isPlain ? mlirAttributeGetNull() : mlirTypeAttrGet(sum);
  return ufOp(b, "batch_matmul", UF_VALUES(x, y),
              UF_ATTRS({"transpose_b", ufBoolAttr(b, transposeY)}, {"to", to}));
}

/// The wider of two floating types; f32 for two that are narrower.
static MlirType widest(const UfBuilder *b, MlirType x, MlirType y) {
  MlirType wider = ufBitWidth(x) > ufBitWidth(y) ? x : y;
  return ufBitWidth(wider) < 32 ? ufF32(b) : wider;
}

MlirValue ufAttentionScores(UfBuilder *b, MlirValue query, MlirValue key,
                            double scale) {
  if (!query.ptr || !key.ptr)
    return (MlirValue){NULL};
  int64_t heads = ufDimSize(query, 1), shared = ufDimSize(key, 1);
  bool isNarrow = ufBitWidth(ufElementType(query)) < 32;
  // Scaling the scores of narrow types keeps the factor's digits.
  if (!isNarrow)
    query = ufCallNumber(b, "multiply", query, scale);
  MlirType sum = isNarrow ? ufF32(b) : ufElementType(key);
  MlirValue scores = regroup(
      b, productIn(b, sum, regroup(b, query, shared), key, true), heads);
  return isNarrow ? ufCallNumber(b, "multiply", scores, scale) : scores;
}

MlirValue ufAttentionOutput(UfBuilder *b, MlirValue weights, MlirValue value) {
  if (!weights.ptr || !value.ptr)
    return (MlirValue){NULL};
  MlirType type = ufElementType(weights);
  if (!mlirTypeEqual(type, ufElementType(value)))
    type = widest(b, type, ufElementType(value));
  int64_t heads = ufDimSize(weights, 1);
  MlirValue rows = regroup(b, weights, ufDimSize(value, 1));
  return regroup(b, productIn(b, type, rows, value, false), heads);
}

static bool hasBand(const Attention *a) {
  return a->isCausal || a->left >= 0 || a->right >= 0;
}

/// The length of `x`, dimension `dim`, as tensor<1xi64>.
static MlirValue lengthOf(UfBuilder *b, MlirValue x, int dim) {
  int64_t size = ufDimSize(x, dim);
  if (size != UF_DYNAMIC)
    return ufIntsConstant(b, 1, &size);
  return ufOp(
      b, "shape_of", UF_VALUES(x),
      UF_ATTRS({"start", ufIntAttr(b, dim)}, {"end", ufIntAttr(b, dim + 1)}));
}

static MlirValue maskScores(UfBuilder *b, const Attention *a,
                            MlirValue scores) {
  if (a->mask.ptr && ufIsBool(ufElementType(a->mask))) {
    MlirValue low = ufScalarConstant(b, ufElementType(scores), -INFINITY);
    scores = ufCallWhere(b, a->mask, scores, low);
  } else if (a->mask.ptr && scores.ptr) {
    scores = ufCall2(b, "add", scores,
                     ufCallCast(b, a->mask, ufElementType(scores)));
  }
  if (!scores.ptr || (!hasBand(a) && !a->lengths.ptr))
    return scores;
  // The rows are the last positions of those that are valid.
  MlirValue offset = a->offset;
  if (!offset.ptr && a->lengths.ptr && hasBand(a))
    offset = ufCall2(b, "subtract", ufCallCast(b, a->lengths, ufI64(b)),
                     lengthOf(b, a->query, 2));
  int64_t right = a->isCausal ? 0 : a->right;
  return ufOp(b, "band_mask", UF_VALUES(scores, offset, a->lengths),
              UF_ATTRS({"left", ufIntAttr(b, a->left)},
                       {"right", ufIntAttr(b, right)}));
}

/// The factor of the scores; false when it depends on an unknown size.
static bool scaleOf(const Attention *a, double *scale) {
  int64_t size = ufDimSize(a->query, 3);
  if (!mlirAttributeIsNull(a->scale))
    *scale = mlirFloatAttrGetValueDouble(a->scale);
  else if (size != UF_DYNAMIC)
    *scale = size ? 1 / sqrt((double)size) : 1;
  else
    return false;
  return true;
}

/// The output of rank 4, and in `stages` the scores after scale, softcap, mask
/// and softmax, in what they are computed in; null after an error was reported.
static MlirValue buildAttention(UfBuilder *b, const Attention *a,
                                MlirValue *stages) {
  double scale;
  MlirType element = ufElementType(a->query);
  if (!scaleOf(a, &scale)) {
    ufError(b->loc, "'ufront.attention' needs a scale, since the size of a "
                    "head is not known");
    return (MlirValue){NULL};
  }
  stages[0] = ufAttentionScores(b, a->query, a->key, scale);
  stages[1] = stages[0];
  if (a->softcap > 0) {
    MlirValue low = ufCallNumber(b, "multiply", stages[0], 1 / a->softcap);
    stages[1] =
        ufCallNumber(b, "multiply", ufCall1(b, "tanh", low), a->softcap);
  }
  if (!stages[1].ptr)
    return stages[1];
  stages[2] = maskScores(b, a, stages[1]);
  if (!stages[2].ptr)
    return stages[2];
  bool isMasked = a->mask.ptr || hasBand(a) || a->lengths.ptr;
  MlirType type = widest(
      b, element, mlirTypeIsNull(a->softmaxType) ? element : a->softmaxType);
  stages[3] = ufOp(b, "softmax", UF_VALUES(ufCallCast(b, stages[2], type)),
                   UF_ATTRS({"axis", ufIntAttr(b, -1)},
                            {"masked_to_zero", ufBoolAttr(b, isMasked)}));
  // Pairs of bf16 are what processors multiply best.
  MlirValue weights = stages[3];
  if (mlirTypeIsABF16(element))
    weights = ufCallCast(b, weights, element);
  return ufCallCast(b, ufAttentionOutput(b, weights, a->value), element);
}

static MlirLogicalResult decomposeAttention(UfBuilder *b) {
  MlirOperation op = b->op;
  int64_t qHeads = ufGetInt(op, "q_num_heads");
  int64_t kvHeads = ufGetInt(op, "kv_num_heads");
  bool isFlat = ufRank(ufOperandOf(op, 0)) == 3;
  Attention a = {
      .query = splitHeads(b, ufOperandOf(op, 0), qHeads),
      .key = splitHeads(b, ufOperandOf(op, 1), kvHeads),
      .value = splitHeads(b, ufOperandOf(op, 2), kvHeads),
      .mask = ufOperandOf(op, 3),
      .offset = ufOperandOf(op, 4),
      .lengths = ufOperandOf(op, 5),
      .scale = ufGetAttr(op, "scale"),
      .softcap = ufGetFloat(op, "softcap"),
      .isCausal = ufGetBool(op, "is_causal"),
      .left = ufGetInt(op, "left_window_size"),
      .right = ufGetInt(op, "right_window_size"),
  };
  if (ufHasAttr(op, "softmax_type"))
    a.softmaxType = mlirTypeAttrGetValue(ufGetAttr(op, "softmax_type"));
  MlirValue stages[4];
  MlirValue y = buildAttention(b, &a, stages);
  return ufReplace(b, isFlat ? joinHeads(b, y) : y);
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// ONNX Attention's inputs and outputs.
enum { QUERY, KEY, VALUE, MASK, PAST_KEY, PAST_VALUE, LENGTHS };
enum { PRESENT_KEY = 1, PRESENT_VALUE = 2, SCORES = 3 };

static bool isUsed(const UfNode *node, int output) {
  return output < node->numOutputs && node->used[output];
}

/// Reports inputs that later steps cannot take.
static MlirLogicalResult checkInputs(const UfNode *node) {
  static const char *const heads[] = {"q_num_heads", "kv_num_heads",
                                      "kv_num_heads"};
  for (int i = QUERY; i <= VALUE; ++i) {
    MlirValue x = ufNodeInput(node, i);
    int rank = x.ptr ? ufRank(x) : 0;
    if (rank != 4 && (rank != 3 || ufNodeInt(node, heads[i], 0) < 1))
      return ufNodeError(node, "needs input %d of rank 4, or of rank 3 and %s",
                         i, heads[i]);
  }
  MlirValue pastKey = ufNodeInput(node, PAST_KEY);
  MlirValue pastValue = ufNodeInput(node, PAST_VALUE);
  if (!pastKey.ptr != !pastValue.ptr)
    return ufNodeError(node, "needs past_key and past_value together");
  if (pastKey.ptr && (ufRank(pastKey) != 4 || ufRank(pastValue) != 4))
    return ufNodeError(node, "needs past_key and past_value of rank 4");
  if (pastKey.ptr && ufNodeInput(node, LENGTHS).ptr)
    return ufNodeError(node, "cannot have both past_key and nonpad_kv_seqlen");
  return mlirLogicalResultSuccess();
}

/// Key or value behind what is past of it.
static MlirValue extendPast(UfBuilder *b, MlirValue past, MlirValue x) {
  return past.ptr ? ufCallConcat(b, UF_VALUES(past, x), 2) : x;
}

/// A mask may cover the first columns only; the others are then forbidden.
/// Since opset 24 that may show when the model runs.
static MlirValue padMask(UfBuilder *b, const UfNode *node, MlirValue mask,
                         MlirValue key) {
  int rank = mask.ptr ? ufRank(mask) : 0;
  if (rank == 0)
    return mask;
  // An integer can forbid nothing.
  if (!ufIsBool(ufElementType(mask)) && !ufIsFloat(ufElementType(mask)))
    mask = ufCallCast(b, mask, ufElementType(key));
  if (!mask.ptr)
    return mask;
  int64_t have = ufDimSize(mask, rank - 1), want = ufDimSize(key, 2);
  bool isKnown = have != UF_DYNAMIC && want != UF_DYNAMIC;
  int64_t pads[] = {0, isKnown ? want - have : 0}, axis = rank - 1;
  if (isKnown ? have >= want : node->version < 24)
    return mask;
  MlirType element = ufElementType(mask);
  MlirValue fill =
      ufScalarConstant(b, element, ufIsBool(element) ? 0 : -INFINITY);
  UfAttr axes = {"axes", ufIntsAttr(b, 1, &axis)};
  if (isKnown)
    return ufOp(b, "pad", UF_VALUES(mask, fill),
                UF_ATTRS({"pads", ufIntsAttr(b, 2, pads)}, axes));
  MlirValue zero = ufIntsConstant(b, 1, pads);
  MlirValue missing =
      ufCall2(b, "subtract", lengthOf(b, key, 2), lengthOf(b, mask, rank - 1));
  missing = ufCall2(b, "maximum", missing, zero); // more is an error
  MlirValue count = ufCallConcat(b, UF_VALUES(zero, missing), 0);
  return count.ptr
             ? ufOp(b, "pad", UF_VALUES(mask, fill, count), UF_ATTRS(axes))
             : count;
}

static MlirAttribute nodeFloat(UfBuilder *b, const UfNode *node,
                               const char *name) {
  return ufNodeHas(node, name) ? ufFloatAttr(b, ufNodeFloat(node, name, 0))
                               : mlirAttributeGetNull();
}

static MlirLogicalResult readNode(UfBuilder *b, const UfNode *node,
                                  Attention *a) {
  int64_t kvHeads = ufNodeInt(node, "kv_num_heads", 0);
  MlirValue past = ufNodeInput(node, PAST_KEY);
  MlirValue key = splitHeads(b, ufNodeInput(node, KEY), kvHeads);
  MlirValue value = splitHeads(b, ufNodeInput(node, VALUE), kvHeads);
  *a = (Attention){
      .query = splitHeads(b, ufNodeInput(node, QUERY),
                          ufNodeInt(node, "q_num_heads", 0)),
      .key = extendPast(b, past, key),
      .value = extendPast(b, ufNodeInput(node, PAST_VALUE), value),
      .lengths = ufNodeInput(node, LENGTHS),
      .scale = nodeFloat(b, node, "scale"),
      .softcap = ufNodeFloat(node, "softcap", 0),
      .isCausal = ufNodeInt(node, "is_causal", 0) != 0,
      .left = ufNodeInt(node, "left_window_size", -1),
      .right = ufNodeInt(node, "right_window_size", -1),
  };
  if (!a->query.ptr || !a->key.ptr || !a->value.ptr)
    return mlirLogicalResultFailure();
  a->mask = padMask(b, node, ufNodeInput(node, MASK), a->key);
  if (ufNodeInput(node, MASK).ptr && !a->mask.ptr)
    return mlirLogicalResultFailure();
  if (past.ptr && hasBand(a))
    a->offset = lengthOf(b, past, 2);
  if (ufNodeHas(node, "softmax_precision")) {
    a->softmaxType = ufNodeType(b, node, "softmax_precision");
    if (mlirTypeIsNull(a->softmaxType))
      return mlirLogicalResultFailure();
  }
  return mlirLogicalResultSuccess();
}

static MlirAttribute headsAttr(UfBuilder *b, const UfNode *node,
                               const char *name) {
  int64_t heads = ufNodeInt(node, name, 0);
  return heads ? ufIntAttr(b, heads) : mlirAttributeGetNull();
}

/// The op. It splits heads itself where nothing else needs them.
static MlirValue attentionOf(UfBuilder *b, const UfNode *node,
                             const Attention *a) {
  bool hasPast = ufNodeInput(node, PAST_KEY).ptr != NULL;
  MlirValue key = hasPast ? a->key : ufNodeInput(node, KEY);
  MlirValue value = hasPast ? a->value : ufNodeInput(node, VALUE);
  MlirAttribute type = mlirTypeIsNull(a->softmaxType)
                           ? mlirAttributeGetNull()
                           : mlirTypeAttrGet(a->softmaxType);
  return ufOp(b, "attention",
              UF_VALUES(ufNodeInput(node, QUERY), key, value, a->mask,
                        a->offset, a->lengths),
              UF_ATTRS({"q_num_heads", headsAttr(b, node, "q_num_heads")},
                       {"kv_num_heads", headsAttr(b, node, "kv_num_heads")},
                       {"scale", a->scale},
                       {"softcap", nodeFloat(b, node, "softcap")},
                       {"is_causal", ufBoolAttr(b, a->isCausal)},
                       {"left_window_size", ufIntAttr(b, a->left)},
                       {"right_window_size", ufIntAttr(b, a->right)},
                       {"softmax_type", type}));
}

/// The scores at the stage that the node asks for.
static MlirLogicalResult importScores(UfBuilder *b, const UfNode *node,
                                      const Attention *a, MlirValue *result) {
  MlirValue stages[4] = {{NULL}};
  int64_t mode = ufNodeInt(node, "qk_matmul_output_mode", 0);
  if (mode < 0 || mode > 3)
    return ufNodeError(node, "has qk_matmul_output_mode %" PRId64, mode);
  if (!buildAttention(b, a, stages).ptr)
    return mlirLogicalResultFailure();
  MlirType element = ufElementType(a->query);
  return ufNodeDefine(result, ufCallCast(b, stages[mode], element));
}

static MlirLogicalResult importAttention(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  Attention a;
  UF_TRY(checkInputs(node));
  UF_TRY(readNode(b, node, &a));
  UF_TRY(ufNodeDefine(results, attentionOf(b, node, &a)));
  if (isUsed(node, PRESENT_KEY))
    results[PRESENT_KEY] = a.key;
  if (isUsed(node, PRESENT_VALUE))
    results[PRESENT_VALUE] = a.value;
  return isUsed(node, SCORES) ? importScores(b, node, &a, results + SCORES)
                              : mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "attention",
        .summary = "Scaled dot-product attention over any number of heads.",
        .operands = {{"query", "[batch, heads, length, size].", UF_FLOATS},
                     {"key", "[batch, heads, length, size].",
                      UF_FLOATS | UF_SAME},
                     {"value", "[batch, heads, length, size].",
                      UF_FLOATS | UF_SAME},
                     {"mask",
                      "Broadcast to the scores: true where seen, or "
                      "numbers to add.",
                      UF_FLOATS | UF_BOOLS, UF_OPTIONAL},
                     {"offset", "Positions of the first rows: [1] or [batch].",
                      UF_INTEGERS, UF_OPTIONAL},
                     {"lengths", "How many keys count: [1] or [batch].",
                      UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"q_num_heads", "Of a query of rank 3.", UF_INT, "0"},
                  {"kv_num_heads", "Of a key or value of rank 3.", UF_INT, "0"},
                  {"scale", "Of the scores; 1 / sqrt(size) when absent.",
                   UF_FLOAT, .optional = true},
                  {"is_causal", "A row sees nothing behind its position.",
                   UF_BOOL, "false"},
                  {"softcap", "Scores stay below, if positive.", UF_FLOAT,
                   "0.0"},
                  {"left_window_size",
                   "Positions before it that a row sees; "
                   "-1: all.",
                   UF_INT, "-1"},
                  {"right_window_size", "Positions behind it; -1: all.", UF_INT,
                   "-1"},
                  {"softmax_type",
                   "What the softmax is computed in, f32 at least.", UF_TYPE,
                   .optional = true}},
        .infer = inferAttention,
        .decompose = decomposeAttention,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Attention", 23, importAttention},
            {UF_ONNX, "ai.onnx.preview.FlexAttention", 1,
             ufImportFlexAttention},
            {UF_TORCH, "aten.scaled_dot_product_attention.default", 0,
             ufTorchAttention},
            {UF_TORCH,
             "aten._scaled_dot_product_flash_attention_for_cpu.default", 0,
             ufTorchAttention},
            {UF_TORCH,
             "aten._scaled_dot_product_flash_attention_for_cpu_backward."
             "default",
             0, ufTorchAttentionBackward}),
    },
};
UF_FAMILY(ufAttentionOps, "attention", ops);
