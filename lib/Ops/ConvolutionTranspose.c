//===-- ConvolutionTranspose.c - conv_transpose1d, 2d, 3d and dilate ------===//
//
// A transposed convolution scatters windows. Written as a gather it is a plain
// convolution of the image with zeros between its elements, by the weight
// turned around: that is what it comes apart into for TOSA. ConvolutionPhases.c
// has the lowering that leaves the zeros out.
//
//===----------------------------------------------------------------------===//

#include "Ops/ConvolutionTranspose.h"
#include "IR/Tosa.h"
#include "Ops/Convolution.h"
#include "Ops/TorchWindow.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// dilate
//
//   output[..., factor * i] = input[..., i], and zero elsewhere.
//
// (C1) there are at most as many factors as dimensions; they are the last.
// (C2) factors are between 1 and 2^31 - 1.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferDilate(MlirOperation op, UfShape *results) {
  results[0] = ufShape(ufOperandOf(op, 0));
  UfInts factors = ufGetInts(op, "factors");
  if (factors.size > results[0].rank) // C1
    return ufOpError(op,
                     "attribute 'factors' has %d elements, but operand 'input' "
                     "has rank %d",
                     factors.size, results[0].rank);
  for (int i = 0; i < factors.size; ++i) {
    int64_t *size = &results[0].dims[results[0].rank - factors.size + i];
    if (factors.data[i] < 1 || factors.data[i] > INT32_MAX) // C2
      return ufOpError(op,
                       "attribute 'factors' must be between 1 and %d, but "
                       "element %d is %" PRId64,
                       INT32_MAX, i, factors.data[i]);
    if (*size <= 0) // unknown or empty
      continue;
    if (*size > INT32_MAX)
      return ufOpError(op, "dimension %" PRId64 " is too large", *size);
    *size = (*size - 1) * factors.data[i] + 1;
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult lowerDilate(UfBuilder *b) {
  MlirValue input = ufInput(b, 0);
  UfInts factors = ufGetInts(b->op, "factors");
  int rank = ufRank(input);
  UfSize sizes[UF_MAX_RANK], wide[UF_MAX_RANK], zeros[UF_MAX_RANK] = {0};
  int64_t strides[UF_MAX_RANK];
  ufSizesOf(b, input, sizes);
  for (int i = 0; i < rank; ++i) {
    int at = i - (rank - factors.size);
    strides[i] = at < 0 ? 1 : factors.data[at];
    wide[i] = sizes[i];
    if (strides[i] == 1)
      continue;
    UfSize steps = ufSizeSub(b, sizes[i], ufStatic(1));
    wide[i] =
        ufSizeAdd(b, ufSizeMul(b, steps, ufStatic(strides[i])), ufStatic(1));
    wide[i] = ufSizeMax(b, wide[i], ufStatic(0));
  }
  UfShape shape = ufShape(input);
  MlirValue zero = ufNumber(b, shape.element, 0);
  MlirValue into = ufFilled(b, zero, rank, wide);
  if (ufNumElements(&shape) == 0)
    return ufReplace(b, into);
  return ufReplace(b, ufInsert(b, input, into, zeros, sizes, strides));
}

/// Dimension `dim` of `x` with `factor` - 1 zeros between its elements.
static MlirValue tosaDilate(UfBuilder *b, MlirValue x, int dim,
                            int64_t factor) {
  UfShape shape = ufShape(x), split = shape;
  ++split.rank;
  memmove(split.dims + dim + 1, split.dims + dim,
          (size_t)(shape.rank - dim) * sizeof *split.dims);
  split.dims[dim + 1] = 1;
  x = ufTosaReshape(b, x, split.rank, split.dims);
  split.dims[dim + 1] = factor;
  int64_t padding[2 * UF_MAX_RANK] = {0};
  padding[2 * (dim + 1) + 1] = factor - 1;
  int64_t count = split.rank + split.rank;
  char text[32];
  snprintf(text, sizeof text, "!tosa.shape<%" PRId64 ">", count);
  MlirType vector = ufTensorOf(ufIndexType(b), 1, &count);
  MlirValue amounts =
      ufBuild(b, "tosa.const_shape", mlirTypeParseGet(b->ctx, ufStr(text)),
              UF_NO_VALUES,
              UF_ATTRS({"values", mlirDenseElementsAttrInt64Get(vector, count,
                                                                padding)}));
  x = ufBuild(b, "tosa.pad", ufTensorType(&split),
              UF_VALUES(x, amounts, ufTosaZero(b, shape.element)), UF_NO_ATTRS);
  int64_t size = shape.dims[dim];
  shape.dims[dim] = size * factor;
  x = ufTosaReshape(b, x, shape.rank, shape.dims);
  shape.dims[dim] = (size - 1) * factor + 1;
  static const int64_t starts[UF_MAX_RANK] = {0};
  return ufBuild(b, "tosa.slice", ufTensorType(&shape),
                 UF_VALUES(x, ufTosaShape(b, shape.rank, starts),
                           ufTosaShape(b, shape.rank, shape.dims)),
                 UF_NO_ATTRS);
}

static MlirLogicalResult dilateToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  UfShape shape = ufShape(x);
  UfInts factors = ufGetInts(b->op, "factors");
  // Padding a dimension apart takes one more.
  if (ufNumElements(&shape) < 1 || !ufTosaHasType(shape.element) ||
      shape.rank == UF_MAX_RANK)
    return mlirLogicalResultFailure();
  for (int i = 0; i < factors.size; ++i)
    if (factors.data[i] > 1)
      x = tosaDilate(b, x, shape.rank - factors.size + i, factors.data[i]);
  return ufReplace(b, x);
}

//===----------------------------------------------------------------------===//
// conv_transpose1d, conv_transpose2d, conv_transpose3d
//
//   output[n, o, q] = bias[o] + sum of weight[c, o, k] * input[n, c, p]
//                       over all c of o's group, p and k with
//                       stride * p + dilation * k - low = q.
//
// (C1) input and weight have two dimensions more than the window.
// (C2) groups is positive and divides the channels of input, which are the
//      first size of weight.
// (C3) bias has one dimension, groups times the second size of weight.
// (C4) stride and dilation have one positive number for each spatial dimension,
//      padding one from zero up for the begin and one for the end of each.
// (C5) output_padding has one number from zero up for each dimension.
// (C6) the output is not empty.
//===----------------------------------------------------------------------===//

static MlirLogicalResult checkChannels(MlirOperation op, int64_t groups,
                                       const UfShape *input,
                                       const UfShape *weight) {
  int64_t channels = weight->dims[0];
  if (groups < 1 || groups > INT32_MAX ||
      (channels != UF_DYNAMIC && channels % groups != 0) ||
      !ufSizesAgree(channels, input->dims[1])) // C2
    return ufOpError(op,
                     "operand 'input' has %" PRId64 " channels, weight takes "
                     "%" PRId64 " in %" PRId64 " groups",
                     input->dims[1], channels, groups);
  int64_t outputs = weight->dims[1];
  if (outputs != UF_DYNAMIC &&
      __builtin_mul_overflow(outputs, groups, &outputs))
    outputs = UF_DYNAMIC;
  return ufVerifyBias(op, outputs); // C3
}

MlirLogicalResult ufReadTransposedConv(MlirOperation op,
                                       UfTransposedConv *conv) {
  int rank = ufSpatialRank(op);
  UfShape input, weight;
  UF_TRY(ufReadImageAndWeight(op, rank, &input, &weight));        // C1
  UF_TRY(ufReadWindow(op, rank, weight.dims + 2, &conv->window)); // C4
  conv->groups = ufGetInt(op, "groups");
  UF_TRY(checkChannels(op, conv->groups, &input, &weight));
  conv->outputPadding = ufGetInts(op, "output_padding");
  bool isGood = conv->outputPadding.size == rank;
  for (int i = 0; isGood && i < rank; ++i)
    isGood = conv->outputPadding.data[i] >= 0 &&
             conv->outputPadding.data[i] <= INT32_MAX;
  if (!isGood) // C5
    return ufOpError(
        op,
        "attribute 'output_padding' must have %d numbers from 0 to "
        "%d",
        rank, INT32_MAX);
  return mlirLogicalResultSuccess();
}

/// The elements a window spans, less one.
static int64_t reachOf(const UfWindow *window, int dim) {
  return (window->kernel[dim] - 1) * window->dilation[dim];
}

static MlirLogicalResult inferTransposed(MlirOperation op, UfShape *results) {
  UfTransposedConv conv = {.groups = 1};
  UF_TRY(ufReadTransposedConv(op, &conv));
  const UfWindow *window = &conv.window;
  results[0] = ufShape(ufOperandOf(op, 0));
  int64_t *outputs = &results[0].dims[1];
  *outputs = ufDimSize(ufOperandOf(op, 1), 1);
  if (*outputs != UF_DYNAMIC &&
      __builtin_mul_overflow(*outputs, conv.groups, outputs))
    return ufOpError(op, "the channels of the result are too many");
  for (int i = 0; i < window->rank; ++i) {
    int64_t *size = &results[0].dims[i + 2];
    if (*size == UF_DYNAMIC || window->kernel[i] == UF_DYNAMIC) {
      *size = UF_DYNAMIC;
      continue;
    }
    if (*size > INT32_MAX)
      return ufOpError(op, "spatial dimension %d of %" PRId64 " is too large",
                       i, *size);
    int64_t steps = (*size - 1) * window->stride[i];
    int64_t wide = 0;
    if (__builtin_add_overflow(steps, reachOf(window, i) + 1, &wide) ||
        __builtin_add_overflow(
            wide, conv.outputPadding.data[i] - window->low[i] - window->high[i],
            &wide) ||
        wide < 1) // C6
      return ufOpError(op,
                       "spatial dimension %d of the result would have %" PRId64
                       " elements",
                       i, wide);
    *size = wide;
  }
  return mlirLogicalResultSuccess();
}

/// `weight` of (channels, outputs / groups, window) as (outputs, channels /
/// groups, window).
static MlirValue exchangeChannels(UfBuilder *b, const UfTransposedConv *conv,
                                  MlirValue weight) {
  UfShape shape = ufShape(weight);
  int m = conv->window.rank;
  if (conv->groups == 1) {
    int64_t perm[] = {1, 0, 2, 3, 4};
    return ufOp(b, "transpose", UF_VALUES(weight),
                UF_ATTRS({"perm", ufIntsAttr(b, m + 2, perm)}));
  }
  int64_t perm[] = {0, 2, 1, 3, 4, 5};
  int64_t split[UF_MAX_SPATIAL + 3] = {
      conv->groups, shape.dims[0] / conv->groups, shape.dims[1]};
  memcpy(split + 3, shape.dims + 2, (size_t)m * sizeof *split);
  weight = ufOp(b, "reshape", UF_VALUES(weight),
                UF_ATTRS({"shape", ufIntsAttr(b, m + 3, split)}));
  if (!weight.ptr)
    return weight;
  weight = ufOp(b, "transpose", UF_VALUES(weight),
                UF_ATTRS({"perm", ufIntsAttr(b, m + 3, perm)}));
  if (!weight.ptr)
    return weight;
  int64_t joined[UF_MAX_SPATIAL + 2] = {conv->groups * shape.dims[1], split[1]};
  memcpy(joined + 2, shape.dims + 2, (size_t)m * sizeof *joined);
  return ufOp(b, "reshape", UF_VALUES(weight),
              UF_ATTRS({"shape", ufIntsAttr(b, m + 2, joined)}));
}

/// `weight` with its spatial dimensions read backwards.
static MlirValue turnAround(UfBuilder *b, const UfWindow *window,
                            MlirValue weight) {
  int64_t axes[UF_MAX_SPATIAL];
  int count = 0;
  for (int i = 0; i < window->rank; ++i)
    if (window->kernel[i] != 1)
      axes[count++] = i + 2;
  if (count == 0 || !weight.ptr)
    return weight;
  return ufOp(b, "reverse", UF_VALUES(weight),
              UF_ATTRS({"axes", ufIntsAttr(b, count, axes)}));
}

/// `output` less crop[i] elements at the begin and crop[rank + i] at the end of
/// spatial dimension i.
static MlirValue cropOutput(UfBuilder *b, int rank, MlirValue output,
                            const int64_t *crop) {
  int64_t axes[UF_MAX_SPATIAL], starts[UF_MAX_SPATIAL], ends[UF_MAX_SPATIAL];
  int count = 0;
  for (int i = 0; i < rank; ++i) {
    if (crop[i] == 0 && crop[rank + i] == 0)
      continue;
    axes[count] = i + 2;
    starts[count] = crop[i];
    ends[count++] = crop[rank + i] ? -crop[rank + i] : INT64_MAX;
  }
  if (count == 0 || !output.ptr)
    return output;
  return ufOp(b, "slice", UF_VALUES(output),
              UF_ATTRS({"starts", ufIntsAttr(b, count, starts)},
                       {"ends", ufIntsAttr(b, count, ends)},
                       {"axes", ufIntsAttr(b, count, axes)}));
}

static MlirLogicalResult decomposeTransposed(UfBuilder *b) {
  UfTransposedConv conv = {.groups = 1};
  UF_TRY(ufReadTransposedConv(b->op, &conv));
  const UfWindow *window = &conv.window;
  int m = window->rank;
  MlirValue input = ufOperandOf(b->op, 0), weight = ufOperandOf(b->op, 1);
  UfShape shape = ufShape(weight);
  if (ufNumElements(&shape) == UF_DYNAMIC)
    return ufOpError(b->op, "the sizes of operand 'weight' must be known");
  // Where more is cut off than a window reaches, the rest is cut off after.
  int64_t padding[2 * UF_MAX_SPATIAL] = {0}, crop[2 * UF_MAX_SPATIAL] = {0};
  for (int i = 0; i < m; ++i) {
    padding[i] = reachOf(window, i) - window->low[i];
    padding[m + i] =
        reachOf(window, i) - window->high[i] + conv.outputPadding.data[i];
  }
  for (int i = 0; i < 2 * m; ++i) {
    crop[i] = padding[i] < 0 ? -padding[i] : 0;
    padding[i] += crop[i];
  }
  MlirValue wide =
      ufOp(b, "dilate", UF_VALUES(input),
           UF_ATTRS({"factors", ufIntsAttr(b, m, window->stride)}));
  MlirValue turned = turnAround(b, window, exchangeChannels(b, &conv, weight));
  if (!wide.ptr || !turned.ptr)
    return mlirLogicalResultFailure();
  char name[16];
  MlirValue output =
      ufOp(b, ufSpatialName(name, sizeof name, "conv", m),
           UF_VALUES(wide, turned, ufOperandOf(b->op, 2)),
           UF_ATTRS({"padding", ufIntsAttr(b, 2 * m, padding)},
                    {"dilation", ufIntsAttr(b, m, window->dilation)},
                    {"groups", ufIntAttr(b, conv.groups)}));
  return ufReplace(b, cropOutput(b, m, output, crop));
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// What ONNX's output_shape or auto_pad asks to cut off in total, which `pads`
/// and `outputPadding` become.
typedef struct Cut {
  UfInts pads, outputPadding, strides, dilations, shape;
  bool hasShape, isUpper;
} Cut;

static void cutAlong(Cut *cut, int rank, int dim, int64_t kernel,
                     int64_t input) {
  int64_t stride = cut->strides.data[dim];
  int64_t reach = (kernel - 1) * cut->dilations.data[dim] + 1;
  int64_t total = reach + cut->outputPadding.data[dim] - stride;
  if (cut->hasShape)
    total = (int64_t)((uint64_t)stride * (uint64_t)(input - 1)) + reach +
            cut->outputPadding.data[dim] - cut->shape.data[dim];
  if (total < 0) {
    cut->outputPadding.data[dim] -= total;
    total = 0;
  }
  int64_t half = total / 2;
  cut->pads.data[dim] = cut->isUpper ? half : total - half;
  cut->pads.data[rank + dim] = cut->isUpper ? total - half : half;
}

/// Reads list `name` of `count` numbers, all `fallback` when it is not there.
static MlirLogicalResult readList(const UfNode *node, const char *name,
                                  int count, int64_t fallback, UfInts *out) {
  out->size = count;
  for (int i = 0; i < count; ++i)
    out->data[i] = fallback;
  ufNodeInts(node, name, out);
  if (out->size != count)
    return ufNodeError(node, "attribute '%s' must have %d elements, but has %d",
                       name, count, out->size);
  for (int i = 0; i < count; ++i)
    if (out->data[i] < 0 || out->data[i] > INT32_MAX)
      return ufNodeError(node, "attribute '%s' has the element %" PRId64, name,
                         out->data[i]);
  return mlirLogicalResultSuccess();
}

/// Turns output_shape or a same auto_pad into pads and output padding.
static MlirLogicalResult applyCut(const UfNode *node, int rank, Cut *cut) {
  MlirValue input = ufNodeInput(node, 0), weight = ufNodeInput(node, 1);
  for (int i = 0; i < rank; ++i) {
    int64_t kernel = ufDimSize(weight, i + 2), size = ufDimSize(input, i + 2);
    if (kernel == UF_DYNAMIC || kernel > INT32_MAX ||
        (cut->hasShape && size == UF_DYNAMIC))
      return ufNodeError(node,
                         "output_shape needs input and weight of known "
                         "size, but dimension %d is not",
                         i + 2);
    cutAlong(cut, rank, i, kernel, size);
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readCut(const UfNode *node, int rank, Cut *cut) {
  UF_TRY(readList(node, "strides", rank, 1, &cut->strides));
  UF_TRY(readList(node, "dilations", rank, 1, &cut->dilations));
  UF_TRY(readList(node, "output_padding", rank, 0, &cut->outputPadding));
  UF_TRY(readList(node, "pads", 2 * rank, 0, &cut->pads));
  UF_TRY(readList(node, "output_shape", rank, 0, &cut->shape));
  cut->hasShape = ufNodeHas(node, "output_shape");
  const char *autoPad = ufNodeStr(node, "auto_pad", "NOTSET");
  cut->isUpper = strcmp(autoPad, "SAME_UPPER") == 0;
  bool isSame = cut->isUpper || strcmp(autoPad, "SAME_LOWER") == 0;
  if (strcmp(autoPad, "VALID") == 0)
    cut->pads = (UfInts){.size = 2 * rank};
  return isSame || cut->hasShape ? applyCut(node, rank, cut)
                                 : mlirLogicalResultSuccess();
}

static MlirLogicalResult importConvTranspose(UfBuilder *b, const UfNode *node,
                                             MlirValue *results) {
  MlirValue input = ufNodeInput(node, 0), weight = ufNodeInput(node, 1);
  int rank = input.ptr ? ufRank(input) - 2 : 0;
  if (rank < 1 || rank > UF_MAX_SPATIAL || !weight.ptr ||
      ufRank(weight) != rank + 2)
    return ufNodeError(node,
                       "is supported with 1 to %d spatial dimensions, but has "
                       "%d",
                       UF_MAX_SPATIAL, rank);
  Cut cut;
  UF_TRY(readCut(node, rank, &cut));
  char name[24];
  return ufNodeDefine(
      results,
      ufOp(b, ufSpatialName(name, sizeof name, "conv_transpose", rank),
           node->inputs,
           UF_ATTRS(
               {"stride", ufIntsAttr(b, rank, cut.strides.data)},
               {"padding", ufIntsAttr(b, 2 * rank, cut.pads.data)},
               {"output_padding", ufIntsAttr(b, rank, cut.outputPadding.data)},
               {"dilation", ufIntsAttr(b, rank, cut.dilations.data)},
               {"groups", ufIntAttr(b, ufNodeInt(node, "group", 1))})));
}

#define CONV_TRANSPOSE(title, ones, zeros, padding, ...)                       \
  {.name = title,                                                              \
   .summary = "Adds learned windows, scaled by the input, into an image.",     \
   .operands = {{"input", "(batch, channels, positions).", UF_NUMBERS},        \
                {"weight", "(channels, outputs / groups, window).",            \
                 UF_NUMBERS | UF_SAME},                                        \
                {"bias", "(outputs).", UF_NUMBERS | UF_SAME, UF_OPTIONAL}},    \
   .attrs = {{"stride", "Steps of the window.", UF_INT_LIST, ones},            \
             {"padding", "Cut off before, then after each dimension.",         \
              UF_INT_LIST, padding},                                           \
             {"output_padding", "Added after each dimension.", UF_INT_LIST,    \
              zeros},                                                          \
             {"dilation", "Distance of the window's elements.", UF_INT_LIST,   \
              ones},                                                           \
             {"groups", "Parts the channels are split into.", UF_INT, "1"}},   \
   .infer = inferTransposed,                                                   \
   .decompose = decomposeTransposed,                                           \
   .toLinalg = ufLowerTransposedConv,                                          \
   __VA_ARGS__}

static const UfOp ops[] = {
    CONV_TRANSPOSE("conv_transpose1d", "array<i64: 1>", "array<i64: 0>",
                   "array<i64: 0, 0>"),
    // One rule for any rank: it picks the row.
    CONV_TRANSPOSE(
        "conv_transpose2d", "array<i64: 1, 1>", "array<i64: 0, 0>",
        "array<i64: 0, 0, 0, 0>",
        .imports = UF_IMPORTS(
            {UF_ONNX, "ConvTranspose", 1, importConvTranspose},
            {UF_TORCH, "aten.conv_transpose1d.default", 0,
             ufTorchConvTranspose},
            {UF_TORCH, "aten.conv_transpose2d.input", 0, ufTorchConvTranspose},
            {UF_TORCH, "aten.conv_transpose3d.input", 0,
             ufTorchConvTranspose})),
    CONV_TRANSPOSE("conv_transpose3d", "array<i64: 1, 1, 1>",
                   "array<i64: 0, 0, 0>", "array<i64: 0, 0, 0, 0, 0, 0>"),
    {
        .name = "dilate",
        .summary = "Puts zeros between the elements of the last dimensions.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS}},
        .attrs = {{"factors", "Distance of neighbours in the output.",
                   UF_INT_LIST}},
        .infer = inferDilate,
        .toTosa = dilateToTosa,
        .toLinalg = lowerDilate,
    },
};
UF_FAMILY(ufConvolutionTransposeOps, "convolution_transpose", ops);
