//===-- TorchConvolution.c - Import rules for ATen's convolutions ---------===//

#include "Ops/Compose.h"
#include "Ops/TorchWindow.h"

#include <ctype.h>
#include <string.h>

MlirLogicalResult ufTorchSpatial(const UfNode *node, const char *name,
                                 int count, int64_t fallback, int64_t *out) {
  const UfrontArg *arg = ufTorchArg(node, name);
  UfInts given = {.size = 1, .data = {fallback}};
  bool isEmpty = arg && arg->kind == UFRONT_ARG_LIST && arg->numItems == 0;
  if (arg && arg->kind == UFRONT_ARG_INT)
    given.data[0] = arg->integer;
  else if (arg && !isEmpty && !ufNodeInts(node, name, &given))
    return mlirLogicalResultFailure();
  else if ((!arg || isEmpty) && fallback < 0)
    return ufNodeError(node, "needs argument '%s'", name);
  if (given.size != 1 && given.size != count)
    return ufNodeError(node, "argument '%s' has %d numbers for %d dimensions",
                       name, given.size, count);
  for (int i = 0; i < count; ++i)
    out[i] = given.data[given.size == 1 ? 0 : i];
  return mlirLogicalResultSuccess();
}

int ufTorchSpatialRank(const UfNode *node) {
  for (const char *at = node->op; at[0] && at[1]; ++at)
    if (isdigit((unsigned char)at[0]) && at[1] == 'd')
      return at[0] - '0';
  return 0;
}

MlirAttribute ufTorchPadding(const UfBuilder *b, int rank,
                             const int64_t *padding) {
  int64_t both[2 * UF_MAX_SPATIAL];
  for (int i = 0; i < rank; ++i)
    both[i] = both[rank + i] = padding[i];
  return ufIntsAttr(b, 2 * rank, both);
}

/// What the overloads of convolutions say.
typedef struct Convolution {
  int rank; ///< Of the spatial dimensions.
  MlirValue x, weight, bias;
  int64_t stride[UF_MAX_SPATIAL], dilation[UF_MAX_SPATIAL];
  int64_t padding[UF_MAX_SPATIAL], outputPadding[UF_MAX_SPATIAL];
  int64_t groups;
  const char *padMode;
  bool isTransposed;
} Convolution;

static MlirLogicalResult readOperands(UfBuilder *b, const UfNode *node,
                                      Convolution *c) {
  c->x = ufTorchTensor(b, node, "input");
  c->weight = ufTorchTensor(b, node, "weight");
  c->bias = ufTorchTensor(b, node, "bias");
  if (!c->x.ptr || !c->weight.ptr)
    return ufNodeError(node, "needs arguments 'input' and 'weight'");
  c->rank = ufRank(c->weight) - 2;
  int given = ufRank(c->x);
  if (c->rank < 1 || c->rank > UF_MAX_SPATIAL ||
      (given != c->rank + 2 && given != c->rank + 1))
    return ufNodeError(node,
                       "has an input of rank %d and a weight of rank %d; a "
                       "convolution has 1 to %d spatial dimensions",
                       given, c->rank + 2, UF_MAX_SPATIAL);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readConvolution(UfBuilder *b, const UfNode *node,
                                         Convolution *c) {
  *c = (Convolution){.isTransposed = ufNodeInt(node, "transposed", 0) != 0};
  UF_TRY(readOperands(b, node, c));
  UF_TRY(ufTorchSpatial(node, "stride", c->rank, 1, c->stride));
  UF_TRY(ufTorchSpatial(node, "dilation", c->rank, 1, c->dilation));
  UF_TRY(ufTorchSpatial(node, "output_padding", c->rank, 0, c->outputPadding));
  c->groups = ufNodeInt(node, "groups", 1);
  const UfrontArg *padding = ufTorchArg(node, "padding");
  if (!padding || padding->kind != UFRONT_ARG_STRING)
    return ufTorchSpatial(node, "padding", c->rank, 0, c->padding);
  // With "same", strides are one, so that there is one way to be so.
  c->padMode = strcmp(padding->text, "same") == 0 ? "same_upper" : "valid";
  return mlirLogicalResultSuccess();
}

static MlirValue buildConvolution(UfBuilder *b, const Convolution *c) {
  char name[32];
  int rank = c->rank;
  bool isBatch = ufRank(c->x) == rank + 2;
  MlirValue x = isBatch ? c->x : ufCallUnsqueeze(b, c->x, 0);
  if (!x.ptr)
    return x;
  ufSpatialName(name, sizeof name, c->isTransposed ? "conv_transpose" : "conv",
                rank);
  MlirAttribute last = c->isTransposed ? ufIntsAttr(b, rank, c->outputPadding)
                       : c->padMode    ? ufStrAttr(b, c->padMode)
                                       : mlirAttributeGetNull();
  MlirValue y = ufOp(
      b, name, UF_VALUES(x, c->weight, c->bias),
      UF_ATTRS({"stride", ufIntsAttr(b, rank, c->stride)},
               {"padding", c->padMode ? mlirAttributeGetNull()
                                      : ufTorchPadding(b, rank, c->padding)},
               {"dilation", ufIntsAttr(b, rank, c->dilation)},
               {"groups", ufIntAttr(b, c->groups)},
               {c->isTransposed ? "output_padding" : "pad_mode", last}));
  return isBatch ? y : ufCallSqueeze(b, y, 0);
}

MlirLogicalResult ufTorchConvolution(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  Convolution c;
  UF_TRY(readConvolution(b, node, &c));
  return ufNodeDefine(results, buildConvolution(b, &c));
}

MlirLogicalResult ufTorchConvTranspose(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  Convolution c;
  UF_TRY(readConvolution(b, node, &c));
  c.isTransposed = true;
  return ufNodeDefine(results, buildConvolution(b, &c));
}
