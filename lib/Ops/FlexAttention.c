//===-- FlexAttention.c - Attention with graphs in it ---------------------===//
//
// ai.onnx.preview.FlexAttention: a graph may change the scores before the
// softmax, another one the weights after it. Both become part of the module, so
// that they are compiled with what is around them.
//
//===----------------------------------------------------------------------===//

#include "Ops/Attention.h"
#include "Ops/Compose.h"

#include <math.h>

enum { QUERY, KEY, VALUE, NUM_INPUTS };

static MlirLogicalResult checkInputs(const UfNode *node) {
  UfShape x[NUM_INPUTS];
  for (int i = 0; i < NUM_INPUTS; ++i) {
    MlirValue input = ufNodeInput(node, i);
    if (!input.ptr || ufRank(input) != 4)
      return ufNodeError(node, "needs input %d of rank 4", i);
    x[i] = ufShape(input);
    if (!ufIsFloat(x[i].element) ||
        !mlirTypeEqual(x[i].element, x[QUERY].element))
      return ufNodeError(node, "needs inputs of one floating-point type");
    if (!ufSizesAgree(x[i].dims[0], x[QUERY].dims[0]))
      return ufNodeError(node, "has inputs of different batch sizes");
  }
  int64_t heads = x[QUERY].dims[1], shared = x[KEY].dims[1];
  if (heads == UF_DYNAMIC || shared < 1 || x[VALUE].dims[1] != shared ||
      heads % shared)
    return ufNodeError(node, "needs known numbers of heads, those of the query "
                             "a multiple of those of both key and value");
  if (!ufSizesAgree(x[QUERY].dims[3], x[KEY].dims[3]) ||
      !ufSizesAgree(x[KEY].dims[2], x[VALUE].dims[2]))
    return ufNodeError(node, "has query, key and value that do not agree in "
                             "size or length");
  return mlirLogicalResultSuccess();
}

/// The type of scores and weights; null after an error was reported.
static MlirType softmaxType(UfBuilder *b, const UfNode *node,
                            MlirType element) {
  if (!ufNodeHas(node, "softmax_precision"))
    return ufBitWidth(element) > 32 ? element : ufF32(b);
  MlirType type = ufNodeType(b, node, "softmax_precision");
  if (mlirTypeIsNull(type) || (ufIsFloat(type) && ufBitWidth(type) >= 16))
    return type;
  ufNodeError(node, "has a softmax_precision that is no floating-point type");
  return (MlirType){NULL};
}

/// `x` after the graph in attribute `name`, if there is one; null after an
/// error was reported.
static MlirValue modify(UfBuilder *b, const UfNode *node, const char *name,
                        MlirValue x) {
  MlirValue y = {NULL};
  if (!x.ptr || !ufNodeHas(node, name))
    return x;
  if (mlirLogicalResultIsFailure(
          node->reader->importGraph(node, name, b, UF_VALUES(x), 1, &y)) ||
      !y.ptr)
    return (MlirValue){NULL};
  char text[UF_SHAPE_TEXT] = "a sequence", wanted[UF_SHAPE_TEXT];
  UfShape from = ufShape(x);
  bool fits = ufIsRankedTensor(mlirValueGetType(y));
  if (fits) {
    UfShape to = ufShape(y);
    ufShapeText(&to, text, sizeof text);
    fits = to.rank == from.rank && mlirTypeEqual(to.element, from.element);
    for (int d = 0; fits && d < from.rank; ++d)
      fits = ufSizesAgree(to.dims[d], from.dims[d]);
  }
  if (fits)
    return y;
  ufNodeError(node, "has a graph '%s' that makes %s of %s, but must keep it",
              name, text, ufShapeText(&from, wanted, sizeof wanted));
  return (MlirValue){NULL};
}

MlirLogicalResult ufImportFlexAttention(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  UF_TRY(checkInputs(node));
  MlirValue query = ufNodeInput(node, QUERY);
  MlirType element = ufElementType(query);
  MlirType type = softmaxType(b, node, element);
  int64_t size = ufDimSize(query, 3);
  if (mlirTypeIsNull(type))
    return mlirLogicalResultFailure();
  if (size == UF_DYNAMIC && !ufNodeHas(node, "scale"))
    return ufNodeError(node, "needs a scale, since the size of a head is not "
                             "known");
  double scale =
      ufNodeFloat(node, "scale", size > 0 ? 1 / sqrt((double)size) : 1);
  MlirValue scores = ufAttentionScores(b, query, ufNodeInput(node, KEY), scale);
  scores = modify(b, node, "score_mod", ufCallCast(b, scores, type));
  if (!scores.ptr)
    return mlirLogicalResultFailure();
  MlirValue weights = ufOp(b, "softmax", UF_VALUES(scores),
                           UF_ATTRS({"axis", ufIntAttr(b, -1)}));
  weights = modify(b, node, "prob_mod", weights);
  MlirValue y = ufAttentionOutput(b, weights, ufNodeInput(node, VALUE));
  return ufNodeDefine(results, ufCallCast(b, y, element));
}
