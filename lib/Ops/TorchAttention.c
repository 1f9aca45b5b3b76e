//===-- TorchAttention.c - Import rules for ATen's attention --------------===//

#include "Ops/TorchAttention.h"

#include "Ops/Compose.h"

#include <math.h>

/// What the operators say, with tensors of rank 4: [batch, heads, length,
/// size].
typedef struct Attention {
  MlirValue query, key, value, mask;
  int rank; ///< That the tensors had.
  double scale;
  bool hasScale, isCausal;
} Attention;

/// `x` as a tensor of rank 4: heads of one are added, batches joined.
static MlirValue withHeads(UfBuilder *b, MlirValue x, int rank) {
  if (x.ptr && rank > 4)
    return ufOp(
        b, "flat", UF_VALUES(x),
        UF_ATTRS({"start", ufIntAttr(b, 0)}, {"end", ufIntAttr(b, rank - 4)}));
  for (; x.ptr && rank < 4; ++rank)
    x = ufCallUnsqueeze(b, x, rank == 3 ? 1 : 0);
  return x;
}

static MlirLogicalResult readMask(UfBuilder *b, const UfNode *node,
                                  Attention *a) {
  a->mask = ufTorchTensor(b, node, "attn_mask");
  if (!a->mask.ptr)
    return mlirLogicalResultSuccess();
  int rank = ufRank(a->mask);
  if (rank > 4)
    return ufNodeError(node, "argument 'attn_mask' has rank %d, the most is 4",
                       rank);
  if (!ufIsBool(ufElementType(a->mask)))
    a->mask = ufCallCast(b, a->mask, ufElementType(a->query));
  if (a->rank == 3 && rank == 3)
    a->mask = ufCallUnsqueeze(b, a->mask, 1);
  return a->mask.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

static MlirLogicalResult readAttention(UfBuilder *b, const UfNode *node,
                                       Attention *a) {
  UF_TRY(ufTorchOnly(node, "dropout_p", 0));
  *a = (Attention){.query = ufTorchTensor(b, node, "query"),
                   .key = ufTorchTensor(b, node, "key"),
                   .value = ufTorchTensor(b, node, "value"),
                   .isCausal = ufNodeInt(node, "is_causal", 0) != 0,
                   .hasScale = ufTorchHas(node, "scale")};
  if (!a->query.ptr || !a->key.ptr || !a->value.ptr)
    return ufNodeError(node, "needs 'query', 'key' and 'value'");
  a->rank = ufRank(a->query);
  if (a->rank < 2 || ufRank(a->key) < 2 || ufRank(a->value) < 2)
    return ufNodeError(node, "needs 'query', 'key' and 'value' of rank 2 or "
                             "more");
  UF_TRY(readMask(b, node, a));
  int64_t size = ufDimSize(a->query, a->rank - 1);
  a->query = withHeads(b, a->query, a->rank);
  a->key = withHeads(b, a->key, ufRank(a->key));
  a->value = withHeads(b, a->value, ufRank(a->value));
  if (!a->query.ptr || !a->key.ptr || !a->value.ptr)
    return mlirLogicalResultFailure();
  a->scale = size > 0 ? 1 / sqrt((double)size) : 1;
  a->scale = ufNodeFloat(node, "scale", a->scale);
  return mlirLogicalResultSuccess();
}

/// The scores before the softmax.
static MlirValue scoresOf(UfBuilder *b, const Attention *a) {
  MlirValue x = ufCallNumber(b, "multiply", a->query, a->scale);
  x = ufCallMatmul(b, x, a->key, false, true);
  if (x.ptr && a->mask.ptr && ufIsBool(ufElementType(a->mask)))
    x = ufCallWhere(b, a->mask, x,
                    ufScalarConstant(b, ufElementType(x), -INFINITY));
  else if (a->mask.ptr)
    x = ufCall2(b, "add", x, a->mask);
  return x.ptr && a->isCausal ? ufOp(b, "band_mask", UF_VALUES(x),
                                     UF_ATTRS({"right", ufIntAttr(b, 0)}))
                              : x;
}

/// A result in the shape that the tensors had; `lacks` dimensions at its end.
static MlirValue restore(UfBuilder *b, const Attention *a, MlirValue y,
                         MlirValue like, int lacks) {
  if (!y.ptr || a->rank == 4)
    return y;
  if (a->rank == 3)
    return ufCallSqueeze(b, y, 1);
  if (a->rank == 2)
    return ufCallSqueeze(b, ufCallSqueeze(b, y, 0), 0);
  UfShape from = ufShape(like), to = ufShape(y);
  int64_t dims[UF_MAX_RANK];
  int count = 0, numDynamic = 0;
  for (int d = 0; d < a->rank - 3; ++d)
    dims[count++] = from.dims[d];
  for (int d = 1; d < 4 - lacks; ++d)
    dims[count++] = to.dims[d];
  for (int d = 0; d < count; ++d)
    if (dims[d] == UF_DYNAMIC) {
      dims[d] = -1;
      ++numDynamic;
    }
  return numDynamic > 1 ? (MlirValue){NULL} : ufCallReshape(b, y, count, dims);
}

/// Whether the leading dimensions have to be broadcast, which the row does not.
static bool isBroadcast(const UfNode *node) {
  MlirValue q = ufNodeInput(node, 0);
  for (int i = 1; i < 3; ++i) {
    MlirValue x = ufNodeInput(node, i);
    if (ufRank(x) != ufRank(q))
      return true;
    // The last of them are the heads, which may be shared.
    for (int d = 0; d < ufRank(q) - 3; ++d)
      if (ufDimSize(x, d) != ufDimSize(q, d) &&
          (ufDimSize(x, d) == 1 || ufDimSize(q, d) == 1))
        return true;
  }
  return false;
}

static MlirLogicalResult attendBroadcast(UfBuilder *b, const UfNode *node,
                                         Attention *a, MlirValue *results) {
  if (ufNodeInt(node, "enable_gqa", 0))
    return ufNodeError(node, "argument 'enable_gqa' is not supported where "
                             "tensors are broadcast");
  a->query = ufTorchTensor(b, node, "query");
  a->key = ufTorchTensor(b, node, "key");
  a->value = ufTorchTensor(b, node, "value");
  a->mask =
      ufTorchTensorAs(b, node, "attn_mask",
                      a->mask.ptr ? ufElementType(a->mask) : (MlirType){NULL});
  MlirValue scores = scoresOf(b, a);
  if (!scores.ptr)
    return mlirLogicalResultFailure();
  MlirValue weights = ufOp(
      b, "softmax", UF_VALUES(scores),
      UF_ATTRS({"masked_to_zero", ufBoolAttr(b, a->mask.ptr || a->isCausal)}));
  return ufNodeDefine(results,
                      ufCallMatmul(b, weights, a->value, false, false));
}

MlirLogicalResult ufTorchAttention(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  Attention a;
  UF_TRY(readAttention(b, node, &a));
  MlirValue like = ufTorchTensor(b, node, "query");
  if (isBroadcast(node) && node->numOutputs == 1)
    return attendBroadcast(b, node, &a, results);
  if (!a.hasScale && ufDimSize(like, a.rank - 1) == UF_DYNAMIC)
    return ufNodeError(node, "needs argument 'scale', since the size of a head "
                             "is not known");
  MlirValue y = ufOp(b, "attention", UF_VALUES(a.query, a.key, a.value, a.mask),
                     UF_ATTRS({"scale", ufFloatAttr(b, a.scale)},
                              {"is_causal", ufBoolAttr(b, a.isCausal)}));
  y = restore(b, &a, y, like, 0);
  if (!y.ptr && a.rank > 4)
    return ufNodeError(node, "has more than one unknown size");
  UF_TRY(ufNodeDefine(results, y));
  if (node->numOutputs < 2 || !node->used[1])
    return mlirLogicalResultSuccess();
  UfInts last = {.size = 1, .data = {3}};
  MlirValue sums = ufCallReduce(
      b, "reduce_log_sum_exp",
      ufCallCast(b, scoresOf(b, &a), ufTorchResult(b, node, 1)), &last, false);
  return ufNodeDefine(results + 1, restore(b, &a, sums, like, 1));
}

/// With P the softmax of the scores S = scale * query key^T, and dO the
/// gradient of the output O:
///   dV = P^T dO,  dS = P (dO V^T - sum(dO O)),
///   dQ = scale * dS key,  dK = scale * dS^T query.
MlirLogicalResult ufTorchAttentionBackward(UfBuilder *b, const UfNode *node,
                                           MlirValue *results) {
  Attention a;
  UF_TRY(readAttention(b, node, &a));
  MlirType element = ufElementType(a.query);
  MlirType wide = ufBitWidth(element) < 32 ? ufF32(b) : element;
  MlirValue grad = ufTorchTensorAs(b, node, "grad_out", wide);
  MlirValue out = ufTorchTensorAs(b, node, "out", wide);
  MlirValue sums = ufTorchTensorAs(b, node, "logsumexp", wide);
  if (a.rank != 4 || !grad.ptr || !out.ptr || !sums.ptr)
    return ufNodeError(node, "needs tensors of rank 4, 'grad_out', 'out' and "
                             "'logsumexp'");
  a.query = ufCallCast(b, a.query, wide);
  a.key = ufCallCast(b, a.key, wide);
  a.value = ufCallCast(b, a.value, wide);
  if (a.mask.ptr && !ufIsBool(ufElementType(a.mask)))
    a.mask = ufCallCast(b, a.mask, wide);

  UfInts last = {.size = 1, .data = {3}};
  MlirValue p = ufCall1(
      b, "exp",
      ufCall2(b, "subtract", scoresOf(b, &a), ufCallUnsqueeze(b, sums, 3)));
  MlirValue rows = ufCallReduce(b, "reduce_sum",
                                ufCall2(b, "multiply", grad, out), &last, true);
  MlirValue scores =
      ufCall2(b, "multiply", p,
              ufCall2(b, "subtract",
                      ufCallMatmul(b, grad, a.value, false, true), rows));
  scores = ufCallNumber(b, "multiply", scores, a.scale);
  MlirValue gradients[] = {ufCallMatmul(b, scores, a.key, false, false),
                           ufCallMatmul(b, scores, a.query, true, false),
                           ufCallMatmul(b, p, grad, true, false)};
  for (int i = 0; i < 3 && i < node->numOutputs; ++i)
    UF_TRY(ufNodeDefine(results + i, ufCallCast(b, gradients[i], element)));
  return mlirLogicalResultSuccess();
}
