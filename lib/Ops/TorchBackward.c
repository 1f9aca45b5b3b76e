//===-- TorchBackward.c - Import rules for gradients ----------------------===//

#include "Ops/TorchBackward.h"

#include "Ops/Compose.h"
#include "Ops/TorchWindow.h"

#include <string.h>

/// The geometry of a window that slides over an input.
typedef struct Geometry {
  int rank;
  int64_t kernel[UF_MAX_SPATIAL], stride[UF_MAX_SPATIAL];
  int64_t padding[UF_MAX_SPATIAL], dilation[UF_MAX_SPATIAL];
} Geometry;

/// Row conv or conv_transpose; `rest` are the elements behind what windows of
/// a transposed one reach.
static MlirValue convolve(UfBuilder *b, const Geometry *g, const char *prefix,
                          MlirValue x, MlirValue weight, int64_t groups,
                          const int64_t *rest) {
  char name[32];
  if (!x.ptr || !weight.ptr)
    return (MlirValue){NULL};
  return ufOp(
      b, ufSpatialName(name, sizeof name, prefix, g->rank),
      UF_VALUES(x, weight),
      UF_ATTRS({"stride", ufIntsAttr(b, g->rank, g->stride)},
               {"padding", ufTorchPadding(b, g->rank, g->padding)},
               {"dilation", ufIntsAttr(b, g->rank, g->dilation)},
               {"groups", ufIntAttr(b, groups)},
               {rest ? "output_padding" : "groups",
                rest ? ufIntsAttr(b, g->rank, rest) : ufIntAttr(b, groups)}));
}

/// How many elements of `input` lie behind the windows at the positions of
/// `output`. With a step of one there are none.
static MlirLogicalResult restOf(const UfNode *node, const Geometry *g,
                                MlirValue input, MlirValue output,
                                int64_t *rest) {
  if (ufRank(input) != g->rank + 2 || ufRank(output) != g->rank + 2)
    return ufNodeError(node, "needs tensors of rank %d", g->rank + 2);
  for (int i = 0; i < g->rank; ++i) {
    int64_t from = ufDimSize(input, i + 2), to = ufDimSize(output, i + 2);
    rest[i] = 0;
    if (from == UF_DYNAMIC || to == UF_DYNAMIC) {
      if (g->stride[i] == 1)
        continue;
      return ufNodeError(node, "needs to know the size of dimension %d", i + 2);
    }
    // What a file says may be large; the products of two such numbers fit.
    __int128 extent = ((__int128)g->kernel[i] - 1) * g->dilation[i] + 1;
    __int128 behind = from + (__int128)2 * g->padding[i] -
                      (__int128)(to - 1) * g->stride[i] - extent;
    rest[i] = (int64_t)behind;
    if (behind < 0 || rest[i] != behind)
      return ufNodeError(node,
                         "has windows that hang over the end of "
                         "dimension %d, which is not supported",
                         i + 2);
  }
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// convolution_backward
//===----------------------------------------------------------------------===//

/// [N, g * C, ...] as [C, g * N, ...]: the channels of a group as a batch.
static MlirValue groupsBehind(UfBuilder *b, MlirValue x, int64_t groups) {
  x = ufCallTranspose(b, x, 0, 1);
  if (groups == 1 || !x.ptr)
    return x;
  // [g * C, N, ...] as [g, C, N, ...] as [C, g, N, ...].
  int rank = ufRank(x);
  int64_t channels = ufDimSize(x, 0), batch = ufDimSize(x, 1);
  int64_t split[UF_MAX_RANK] = {groups, channels / groups, batch};
  int64_t join[UF_MAX_RANK] = {channels / groups};
  for (int i = 2; i < rank; ++i)
    split[i + 1] = join[i] = ufDimSize(x, i);
  for (int i = 0; i <= rank; ++i)
    if (split[i] == UF_DYNAMIC || channels == UF_DYNAMIC)
      return (MlirValue){NULL};
  if (rank == UF_MAX_RANK || __builtin_mul_overflow(batch, groups, &join[1]))
    return (MlirValue){NULL};
  x = ufCallTranspose(b, ufCallReshape(b, x, rank + 1, split), 0, 1);
  return ufCallReshape(b, x, rank, join);
}

/// The gradient of the weight: a convolution of the input by the gradient of
/// the output, with the batch as channels, and steps and distances exchanged.
static MlirValue weightGradient(UfBuilder *b, const Geometry *g, MlirValue x,
                                MlirValue grad, int64_t groups) {
  Geometry turned = *g;
  memcpy(turned.stride, g->dilation, sizeof turned.stride);
  memcpy(turned.dilation, g->stride, sizeof turned.dilation);
  MlirValue y = convolve(b, &turned, "conv", groupsBehind(b, x, groups),
                         ufCallTranspose(b, grad, 0, 1), groups, /*rest=*/NULL);
  for (int i = 0; i < g->rank && y.ptr; ++i)
    if (ufDimSize(y, i + 2) != g->kernel[i])
      y = ufCallSlice(b, y, i + 2, 0, g->kernel[i]);
  return ufCallTranspose(b, y, 0, 1);
}

static MlirLogicalResult readGeometry(const UfNode *node, MlirValue weight,
                                      Geometry *g) {
  g->rank = ufRank(weight) - 2;
  if (g->rank < 1 || g->rank > UF_MAX_SPATIAL)
    return ufNodeError(node, "has a weight of rank %d", g->rank + 2);
  UF_TRY(ufTorchSpatial(node, "stride", g->rank, 1, g->stride));
  UF_TRY(ufTorchSpatial(node, "padding", g->rank, 0, g->padding));
  UF_TRY(ufTorchSpatial(node, "dilation", g->rank, 1, g->dilation));
  for (int i = 0; i < g->rank; ++i) {
    g->kernel[i] = ufDimSize(weight, i + 2);
    if (g->kernel[i] == UF_DYNAMIC)
      return ufNodeError(node, "needs to know the size of the window");
  }
  return mlirLogicalResultSuccess();
}

/// Whether gradient `i` is asked for.
static bool wants(const UfNode *node, int i) {
  const UfrontArg *mask = ufTorchArg(node, "output_mask");
  return i < node->numOutputs && node->used[i] &&
         (!mask || mask->kind != UFRONT_ARG_LIST || i >= mask->numItems ||
          mask->items[i].integer != 0);
}

/// What a convolution's gradients are made of.
typedef struct Gradient {
  MlirValue grad, x, weight;
  Geometry window;
  int64_t groups;
  bool isTransposed;
} Gradient;

static MlirLogicalResult defineInput(UfBuilder *b, const UfNode *node,
                                     const Gradient *g, MlirValue *result) {
  int64_t rest[UF_MAX_SPATIAL];
  if (g->isTransposed)
    return ufNodeDefine(result, convolve(b, &g->window, "conv", g->grad,
                                         g->weight, g->groups, /*rest=*/NULL));
  UF_TRY(restOf(node, &g->window, g->x, g->grad, rest));
  return ufNodeDefine(result, convolve(b, &g->window, "conv_transpose", g->grad,
                                       g->weight, g->groups, rest));
}

static MlirLogicalResult defineWeight(UfBuilder *b, const UfNode *node,
                                      const Gradient *g, MlirValue *result) {
  *result = g->isTransposed
                ? weightGradient(b, &g->window, g->grad, g->x, g->groups)
                : weightGradient(b, &g->window, g->x, g->grad, g->groups);
  if (!result->ptr)
    return ufNodeError(node, "needs to know all sizes of a convolution with "
                             "groups");
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufTorchConvolutionBackward(UfBuilder *b, const UfNode *node,
                                             MlirValue *results) {
  Gradient g = {.grad = ufTorchTensor(b, node, "grad_output"),
                .x = ufTorchTensor(b, node, "input"),
                .weight = ufTorchTensor(b, node, "weight"),
                .groups = ufNodeInt(node, "groups", 1),
                .isTransposed = ufNodeInt(node, "transposed", 0) != 0};
  if (!g.grad.ptr || !g.x.ptr || !g.weight.ptr)
    return ufNodeError(node, "needs 'grad_output', 'input' and 'weight'");
  if (g.groups < 1)
    return ufNodeError(node, "has %" PRId64 " groups", g.groups);
  UF_TRY(readGeometry(node, g.weight, &g.window));
  if (wants(node, 0))
    UF_TRY(defineInput(b, node, &g, results));
  if (wants(node, 1))
    UF_TRY(defineWeight(b, node, &g, results + 1));
  if (!wants(node, 2))
    return mlirLogicalResultSuccess();
  UfInts axes = {.size = 1, .data = {0}};
  for (int i = 0; i < g.window.rank; ++i)
    axes.data[axes.size++] = i + 2;
  return ufNodeDefine(results + 2,
                      ufCallReduce(b, "reduce_sum", g.grad, &axes, false));
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

/// The planes of `x` in one dimension each, as [planes, elements].
static MlirValue planes(UfBuilder *b, MlirValue x, int rank) {
  if (!x.ptr)
    return x;
  int leading = ufRank(x) - rank;
  for (int i = 0; i < rank - 1 && x.ptr; ++i)
    x = ufOp(b, "flat", UF_VALUES(x), UF_ATTRS({"start", ufIntAttr(b, -2)}));
  return x.ptr && leading > 1
             ? ufOp(b, "flat", UF_VALUES(x),
                    UF_ATTRS({"start", ufIntAttr(b, 0)},
                             {"end", ufIntAttr(b, leading - 1)}))
             : x;
}

MlirLogicalResult ufTorchMaxPoolBackward(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  int rank = ufTorchSpatialRank(node);
  MlirValue x = ufTorchTensor(b, node, "self");
  MlirValue grad = planes(b, ufTorchTensor(b, node, "grad_output"), rank);
  MlirValue indices = planes(b, ufTorchTensor(b, node, "indices"), rank);
  if (!x.ptr || !grad.ptr || !indices.ptr)
    return ufNodeError(node, "needs 'grad_output', 'self' and 'indices'");
  MlirValue zeros = ufCallExpandLike(
      b, ufScalarConstant(b, ufElementType(x), 0), planes(b, x, rank));
  if (!zeros.ptr)
    return mlirLogicalResultFailure();
  MlirValue y = ufOp(
      b, "scatter_elements", UF_VALUES(zeros, indices, grad),
      UF_ATTRS({"axis", ufIntAttr(b, 1)}, {"reduction", ufStrAttr(b, "add")}));
  return ufNodeDefine(results,
                      ufCall2(b, "reshape", y, ufCall1(b, "shape_of", x)));
}

/// What each window's gradient is divided by: the elements of a window, or of
/// its part inside of the image.
static MlirValue divided(UfBuilder *b, const UfNode *node, const Geometry *g,
                         MlirValue x, MlirValue grad, MlirValue ones) {
  double count = 1;
  for (int i = 0; i < g->rank; ++i)
    count *= (double)g->kernel[i];
  count = ufNodeFloat(node, "divisor_override", count);
  if (ufTorchHas(node, "divisor_override") ||
      ufNodeInt(node, "count_include_pad", 1))
    return ufCallNumber(b, "multiply", grad, 1 / count);
  MlirValue inside =
      ufCallExpandLike(b, ufScalarConstant(b, ufElementType(x), 1), x);
  return ufCall2(b, "divide", grad,
                 convolve(b, g, "conv", inside, ones, 1, /*rest=*/NULL));
}

MlirLogicalResult ufTorchAveragePoolBackward(UfBuilder *b, const UfNode *node,
                                             MlirValue *results) {
  Geometry g = {.rank = ufTorchSpatialRank(node), .dilation = {1, 1, 1}};
  MlirValue self = ufTorchTensor(b, node, "self");
  MlirValue grad = ufTorchTensor(b, node, "grad_output");
  int64_t rest[UF_MAX_SPATIAL], sizes[UF_MAX_RANK] = {1, 1};
  if (!self.ptr || !grad.ptr || ufRank(self) != g.rank + 2)
    return ufNodeError(node, "needs 'grad_output', and 'self' with a batch");
  UF_TRY(ufTorchSpatial(node, "kernel_size", g.rank, -1, g.kernel));
  const UfrontArg *stride = ufTorchArg(node, "stride");
  bool isDense =
      !stride || (stride->kind == UFRONT_ARG_LIST && stride->numItems == 0);
  UF_TRY(ufTorchSpatial(node, isDense ? "kernel_size" : "stride", g.rank, -1,
                        g.stride));
  UF_TRY(ufTorchSpatial(node, "padding", g.rank, 0, g.padding));
  UF_TRY(restOf(node, &g, self, grad, rest));
  // Each channel alone, as a batch of images with one.
  MlirType element = ufElementType(self);
  memcpy(sizes + 2, g.kernel, sizeof g.kernel);
  MlirValue ones = ufOp(b, "expand", UF_VALUES(ufScalarConstant(b, element, 1)),
                        UF_ATTRS({"shape", ufIntsAttr(b, g.rank + 2, sizes)}));
  UfAttrs leading =
      UF_ATTRS({"start", ufIntAttr(b, 0)}, {"end", ufIntAttr(b, 1)});
  MlirValue x = ufOp(b, "flat", UF_VALUES(self), leading);
  MlirValue y = ufOp(b, "flat", UF_VALUES(grad), leading);
  x = ufCallUnsqueeze(b, x, 1);
  y = divided(b, node, &g, x, ufCallUnsqueeze(b, y, 1), ones);
  y = convolve(b, &g, "conv_transpose", y, ones, 1, rest);
  return ufNodeDefine(results,
                      ufCall2(b, "reshape", y, ufCall1(b, "shape_of", self)));
}
