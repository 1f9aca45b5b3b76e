//===-- Convolution.c - conv1d, conv2d, conv3d ----------------------------===//

#include "Ops/Convolution.h"
#include "Ops/Product.h"
#include "Ops/Quantized.h"
#include "Ops/TorchBackward.h"
#include "Ops/TorchWindow.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// conv1d, conv2d, conv3d
//
//   output[n, o, p] = bias[o] + sum_{c, k} weight[o, c, k]
//                       * input[n, g * C + c, stride * p + dilation * k - low]
//
//   where g = o / (O / groups) and C is the second size of weight; p and k have
//   one index per spatial dimension, and input is padding_value, or zero,
//   outside. Integers are multiplied and summed in the type `to`, if given.
//
// (C1) input and weight have two dimensions more than the window.
// (C2) groups is positive and divides the first size of weight.
// (C3) the channels of input are groups times the second size of weight.
// (C4) bias has one dimension, of the first size of weight.
// (C5) stride and dilation have one positive number for each spatial dimension,
//      padding one from zero up for the begin and one for the end of each.
// (C6) padding is zero unless pad_mode is explicit.
// (C7) the window fits into the padded input.
// (C8) padding_value has rank 0.
// (C9) without `to` all element types are input's; `to` is an integer type no
//      narrower than the integers of input and weight, and that of bias.
//===----------------------------------------------------------------------===//

enum { INPUT, WEIGHT, BIAS, PADDING_VALUE };

MlirLogicalResult ufVerifyBias(MlirOperation op, int64_t outputs) {
  MlirValue bias = ufOperandOf(op, BIAS);
  if (!bias.ptr)
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(bias);
  char text[UF_SHAPE_TEXT];
  if (shape.rank != 1 || !ufSizesAgree(shape.dims[0], outputs))
    return ufOpError(
        op, "operand 'bias' must have one dimension of %" PRId64 ", but is %s",
        outputs, ufShapeText(&shape, text, sizeof text));
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult checkGroups(MlirOperation op, int64_t channels,
                                     const UfShape *weight) {
  int64_t groups = ufGetInt(op, "groups"), outputs = weight->dims[0];
  if (groups < 1 || groups > INT32_MAX ||
      (outputs != UF_DYNAMIC && outputs % groups != 0)) // C2
    return ufOpError(op,
                     "attribute 'groups' must be positive and divide the "
                     "%" PRId64 " outputs of weight, but is %" PRId64,
                     outputs, groups);
  int64_t inputs = 0;
  if (weight->dims[1] == UF_DYNAMIC || channels == UF_DYNAMIC)
    return mlirLogicalResultSuccess();
  if (__builtin_mul_overflow(weight->dims[1], groups, &inputs) ||
      inputs != channels) // C3
    return ufOpError(op,
                     "operand 'input' has %" PRId64 " channels, but weight "
                     "takes %" PRId64 " in each of %" PRId64 " groups",
                     channels, weight->dims[1], groups);
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufReadImageAndWeight(MlirOperation op, int rank,
                                       UfShape *input, UfShape *weight) {
  *input = ufShape(ufOperandOf(op, INPUT));
  *weight = ufShape(ufOperandOf(op, WEIGHT));
  if (input->rank == rank + 2 && weight->rank == rank + 2)
    return mlirLogicalResultSuccess();
  return ufOpError(op,
                   "operands 'input' and 'weight' must have rank %d, but have "
                   "%d and %d",
                   rank + 2, input->rank, weight->rank);
}

MlirLogicalResult ufReadConvolution(MlirOperation op, UfWindow *window) {
  int rank = ufSpatialRank(op);
  UfShape input, weight;
  UF_TRY(ufReadImageAndWeight(op, rank, &input, &weight)); // C1
  UF_TRY(ufReadWindow(op, rank, weight.dims + 2, window)); // C5, C6
  UF_TRY(checkGroups(op, input.dims[ufChannelDim(window)], &weight));
  MlirValue outside = ufOperandOf(op, PADDING_VALUE);
  if (outside.ptr && ufRank(outside) != 0) // C8
    return ufOpError(op, "operand 'padding_value' must have rank 0, but has %d",
                     ufRank(outside));
  return ufVerifyBias(op, weight.dims[0]); // C4
}

static MlirLogicalResult inferConvolution(MlirOperation op, UfShape *results) {
  UfWindow window = {0};
  UF_TRY(ufReadConvolution(op, &window));
  results[0] = ufShape(ufOperandOf(op, 0));
  UF_TRY(ufInferSumType(op, false, &results[0].element)); // C9
  results[0].dims[ufChannelDim(&window)] = ufDimSize(ufOperandOf(op, 1), 0);
  for (int i = 0; i < window.rank; ++i) {
    int64_t *size = &results[0].dims[ufSpatialDim(&window, i)];
    UF_TRY(ufInferWindow(op, &window, i, *size, size)); // C7
  }
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Lowering to linalg
//===----------------------------------------------------------------------===//

/// A convolution on its way down: channels second, sizes found.
typedef struct Convolution {
  UfWindow window;
  MlirValue input, weight, bias;
  MlirValue outside;   ///< Beyond the input's edges.
  MlirType element;    ///< Of the result.
  MlirType sumElement; ///< What products are added up in.
  UfSize batch;
  UfSize groups, inputs, outputs; ///< Channels of one group.
  UfWindowSizes sizes;
} Convolution;

static MlirValue splitChannels(UfBuilder *b, MlirValue x, int dim,
                               UfSize groups, UfSize each) {
  int rank = ufRank(x);
  UfSize sizes[UF_MAX_RANK];
  ufSizesOf(b, x, sizes);
  memmove(sizes + dim + 2, sizes + dim + 1,
          (size_t)(rank - dim - 1) * sizeof *sizes);
  sizes[dim] = groups;
  sizes[dim + 1] = each;
  return ufReshape(b, x, rank + 1, sizes);
}

/// (outputs of all groups, ...) in one dimension or in two, as `isSplit` says.
static int outputSizes(UfBuilder *b, const Convolution *conv, bool isSplit,
                       UfSize *sizes) {
  int rank = 0;
  sizes[rank++] = conv->batch;
  if (isSplit) {
    sizes[rank++] = conv->groups;
    sizes[rank++] = conv->outputs;
  } else {
    sizes[rank++] = ufSizeMul(b, conv->groups, conv->outputs);
  }
  for (int i = 0; i < conv->window.rank; ++i)
    sizes[rank++] = conv->sizes.output[i];
  return rank;
}

static void convertBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const MlirType *to = data;
  results[0] = ufConvert(b, args[0], *to, false, false);
}

/// What products are added to: the bias everywhere, or zeros.
static MlirValue startValue(UfBuilder *b, const Convolution *conv,
                            bool isSplit) {
  UfSize sizes[UF_MAX_RANK];
  int rank = outputSizes(b, conv, isSplit, sizes);
  if (!conv->bias.ptr)
    return ufFilled(b, ufNumber(b, conv->sumElement, 0), rank, sizes);
  MlirValue bias = conv->bias;
  if (isSplit)
    bias = splitChannels(b, bias, 0, conv->groups, conv->outputs);
  MlirAffineMap maps[] = {
      ufMapOf(b, rank, isSplit ? 2 : 1, (const int[]){1, 2}),
      ufMapIdentity(b, rank)};
  MlirValue init = ufEmpty(b, conv->sumElement, rank, sizes);
  return ufGeneric(b, &(UfGeneric){.inputs = {&bias, 1},
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = &"pppppp"[6 - rank],
                                   .body = convertBody,
                                   .data = &conv->sumElement});
}

/// A list as linalg's named ops take it.
static MlirAttribute vectorAttr(UfBuilder *b, int count,
                                const int64_t *values) {
  MlirType type = ufTensorOf(ufI64(b), 1, (int64_t[]){count});
  return mlirDenseElementsAttrInt64Get(type, count, values);
}

static MlirValue namedConvolution(UfBuilder *b, const char *name,
                                  const Convolution *conv, MlirValue input,
                                  MlirValue weight, MlirValue init) {
  const UfWindow *window = &conv->window;
  MlirAttribute segments =
      mlirDenseI32ArrayGet(b->ctx, 2, (const int32_t[]){2, 1});
  MlirRegion region = mlirRegionCreate();
  MlirOperation op = ufBuildOp(
      b, name, UF_TYPES(mlirValueGetType(init)), UF_VALUES(input, weight, init),
      UF_ATTRS({"strides", vectorAttr(b, window->rank, window->stride)},
               {"dilations", vectorAttr(b, window->rank, window->dilation)},
               {"operandSegmentSizes", segments}),
      &region, 1);
  mlirLinalgFillBuiltinNamedOpRegion(op);
  return ufResultOf(op, 0);
}

static void multiplyBody(UfBuilder *b, const MlirValue *args,
                         MlirValue *results, const void *data) {
  const Convolution *conv = data;
  MlirValue x = ufConvert(b, args[0], conv->sumElement,
                          ufOperandIsUnsigned(b->op, INPUT), false);
  MlirValue y = ufConvert(b, args[1], conv->sumElement,
                          ufOperandIsUnsigned(b->op, WEIGHT), false);
  results[0] = ufMulAdd(b, x, y, args[2]);
}

/// The form with groups that linalg has no name for. Loops: batch, group,
/// output, positions but the last, channel, kernel, last position.
static MlirValue groupedConvolution(UfBuilder *b, const Convolution *conv,
                                    MlirValue input, MlirValue weight,
                                    MlirValue init) {
  int m = conv->window.rank, loops = 4 + 2 * m, channel = 3 + m - 1;
  MlirAffineExpr in[UF_MAX_RANK], from[UF_MAX_RANK], out[UF_MAX_RANK];
  in[0] = out[0] = ufExprDim(b, 0);
  in[1] = out[1] = from[0] = ufExprDim(b, 1);
  in[2] = from[2] = ufExprDim(b, channel);
  out[2] = from[1] = ufExprDim(b, 2);
  for (int i = 0; i < m; ++i) {
    int position = i == m - 1 ? loops - 1 : 3 + i, kernel = channel + 1 + i;
    in[3 + i] = ufExprWindow(b, position, conv->window.stride[i], kernel,
                             conv->window.dilation[i]);
    from[3 + i] = ufExprDim(b, kernel);
    out[3 + i] = ufExprDim(b, position);
  }
  MlirAffineMap maps[] = {ufMapExprs(b, loops, m + 3, in),
                          ufMapExprs(b, loops, m + 3, from),
                          ufMapExprs(b, loops, m + 3, out)};
  static const char *const iterators[] = {"ppprrp", "pppprrrp", "ppppprrrrp"};
  return ufGeneric(b, &(UfGeneric){.inputs = UF_VALUES(input, weight),
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = iterators[m - 1],
                                   .body = multiplyBody,
                                   .data = conv});
}

/// The names of a convolution with one group, with one channel in each group,
/// and with groups, by the number of spatial dimensions.
static const struct {
  const char *plain, *depthwise, *grouped;
} namedOps[UF_MAX_SPATIAL] = {
    {"linalg.conv_1d_ncw_fcw", "linalg.depthwise_conv_1d_ncw_cw", NULL},
    {"linalg.conv_2d_nchw_fchw", "linalg.depthwise_conv_2d_nchw_chw",
     "linalg.conv_2d_ngchw_gfchw"},
    {"linalg.conv_3d_ncdhw_fcdhw", "linalg.depthwise_conv_3d_ncdhw_cdhw", NULL},
};

static bool isOne(UfSize size) { return ufIsStatic(size) && size.value == 1; }

/// The loops of a convolution in the order of linalg's named ops: batch, group,
/// output, positions, channel, window. Absent ones are -1.
typedef struct Loops {
  int count, group, output, position, channel, window;
} Loops;

/// Sums of integers, which linalg's named ops would all take for signed ones.
static MlirValue integerSums(UfBuilder *b, const Convolution *conv,
                             const Loops *loops, MlirValue input,
                             MlirValue weight, MlirValue init) {
  MlirAffineExpr in[UF_MAX_RANK], from[UF_MAX_RANK], out[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  int ins = 0, froms = 0, outs = 0, m = conv->window.rank;
  memset(iterators, 'p', (size_t)loops->count);
  in[ins++] = out[outs++] = ufExprDim(b, 0);
  if (loops->group >= 0)
    in[ins++] = from[froms++] = out[outs++] = ufExprDim(b, loops->group);
  if (loops->output >= 0)
    from[froms++] = out[outs++] = ufExprDim(b, loops->output);
  if (loops->channel >= 0) {
    in[ins++] = from[froms++] = ufExprDim(b, loops->channel);
    iterators[loops->channel] = 'r';
  }
  for (int i = 0; i < m; ++i) {
    int position = loops->position + i, window = loops->window + i;
    in[ins++] = ufExprWindow(b, position, conv->window.stride[i], window,
                             conv->window.dilation[i]);
    from[froms++] = ufExprDim(b, window);
    out[outs++] = ufExprDim(b, position);
    iterators[window] = 'r';
  }
  MlirAffineMap maps[] = {ufMapExprs(b, loops->count, ins, in),
                          ufMapExprs(b, loops->count, froms, from),
                          ufMapExprs(b, loops->count, outs, out)};
  return ufGeneric(b, &(UfGeneric){.inputs = UF_VALUES(input, weight),
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = iterators,
                                   .body = multiplyBody,
                                   .data = conv});
}

static MlirValue contractIntegers(UfBuilder *b, const Convolution *conv,
                                  MlirValue padded) {
  int m = conv->window.rank;
  if (isOne(conv->groups)) {
    Loops loops = {3 + 2 * m, -1, 1, 2, 2 + m, 3 + m};
    return integerSums(b, conv, &loops, padded, conv->weight,
                       startValue(b, conv, false));
  }
  UfSize sizes[UF_MAX_RANK];
  if (isOne(conv->inputs) && isOne(conv->outputs)) {
    Loops loops = {2 + 2 * m, 1, -1, 2, -1, 2 + m};
    ufSizesOf(b, conv->weight, sizes);
    memmove(sizes + 1, sizes + 2, (size_t)m * sizeof *sizes);
    return integerSums(b, conv, &loops, padded,
                       ufReshape(b, conv->weight, m + 1, sizes),
                       startValue(b, conv, false));
  }
  Loops loops = {4 + 2 * m, 1, 2, 3, 3 + m, 4 + m};
  MlirValue sums = integerSums(
      b, conv, &loops, splitChannels(b, padded, 1, conv->groups, conv->inputs),
      splitChannels(b, conv->weight, 0, conv->groups, conv->outputs),
      startValue(b, conv, true));
  return ufReshape(b, sums, outputSizes(b, conv, false, sizes), sizes);
}

/// The sums, in (batch, channels, positions).
static MlirValue contract(UfBuilder *b, const Convolution *conv,
                          MlirValue padded) {
  int m = conv->window.rank;
  if (ufHasAttr(b->op, "to"))
    return contractIntegers(b, conv, padded);
  if (isOne(conv->groups))
    return namedConvolution(b, namedOps[m - 1].plain, conv, padded,
                            conv->weight, startValue(b, conv, false));
  if (isOne(conv->inputs) && isOne(conv->outputs)) {
    UfSize sizes[UF_MAX_RANK];
    ufSizesOf(b, conv->weight, sizes);
    memmove(sizes + 1, sizes + 2, (size_t)m * sizeof *sizes);
    MlirValue weight = ufReshape(b, conv->weight, m + 1, sizes);
    return namedConvolution(b, namedOps[m - 1].depthwise, conv, padded, weight,
                            startValue(b, conv, false));
  }
  MlirValue input = splitChannels(b, padded, 1, conv->groups, conv->inputs);
  MlirValue weight =
      splitChannels(b, conv->weight, 0, conv->groups, conv->outputs);
  MlirValue init = startValue(b, conv, true);
  const char *name = namedOps[m - 1].grouped;
  MlirValue sums = name ? namedConvolution(b, name, conv, input, weight, init)
                        : groupedConvolution(b, conv, input, weight, init);
  UfSize sizes[UF_MAX_RANK];
  return ufReshape(b, sums, outputSizes(b, conv, false, sizes), sizes);
}

static MlirLogicalResult prepare(UfBuilder *b, Convolution *conv) {
  UF_TRY(ufReadConvolution(b->op, &conv->window));
  conv->input = ufChannelsSecond(b, &conv->window, ufInput(b, 0));
  conv->weight = ufInput(b, 1);
  conv->bias = ufInput(b, 2);
  for (int i = 0; i < conv->window.rank; ++i)
    if (conv->window.kernel[i] == UF_DYNAMIC)
      return ufOpError(b->op,
                       "the size of the window must be known, but "
                       "dimension %d of weight is not",
                       i + 2);
  conv->element = ufElementType(conv->input);
  conv->outside = ufInput(b, PADDING_VALUE);
  if (ufHasAttr(b->op, "to"))
    conv->element =
        ufSignless(mlirShapedTypeGetElementType(ufResultType(b, 0)));
  bool isNarrow = ufIsFloat(conv->element) && ufBitWidth(conv->element) < 32;
  conv->sumElement = isNarrow ? ufF32(b) : conv->element;
  conv->batch = ufSizeOf(b, conv->input, 0);
  conv->groups = ufStatic(ufGetInt(b->op, "groups"));
  conv->inputs = ufSizeOf(b, conv->weight, 1);
  conv->outputs = ufSizeDiv(b, ufSizeOf(b, conv->weight, 0), conv->groups);
  ufAssertSameSize(b, ufSizeOf(b, conv->input, 1),
                   ufSizeMul(b, conv->groups, conv->inputs),
                   "conv: the channels of input and weight differ");
  ufWindowSizes(b, &conv->window, conv->input, &conv->sizes);
  return mlirLogicalResultSuccess();
}

/// Leaves out the parts of weight that are only ever multiplied with the zeros
/// around input, as the edges of a window around an image of one pixel are.
static void trimWeight(UfBuilder *b, Convolution *conv) {
  int64_t first[UF_MAX_SPATIAL];
  if (conv->outside.ptr ||
      !ufTrimWindow(&conv->window, &conv->sizes, conv->input, first))
    return;
  UfSize offsets[UF_MAX_RANK] = {0}, sizes[UF_MAX_RANK];
  ufSizesOf(b, conv->weight, sizes);
  for (int i = 0; i < conv->window.rank; ++i) {
    offsets[i + 2] = ufStatic(first[i]);
    sizes[i + 2] = ufStatic(conv->window.kernel[i]);
  }
  conv->weight = ufSlice(b, conv->weight, offsets, sizes, NULL);
}

static MlirLogicalResult lowerConvolution(UfBuilder *b) {
  Convolution conv = {0};
  UF_TRY(prepare(b, &conv));
  trimWeight(b, &conv);
  MlirValue outside = conv.outside.ptr
                          ? ufExtract(b, conv.outside, NULL)
                          : ufNumber(b, ufElementType(conv.input), 0);
  MlirValue padded =
      ufPadWindow(b, &conv.window, &conv.sizes, conv.input, outside);
  MlirValue sums = contract(b, &conv, padded);
  if (!mlirTypeEqual(conv.sumElement, conv.element))
    sums = ufElementwise(b, UF_VALUES(sums), conv.element, convertBody,
                         &conv.element);
  return ufReplace(b, ufChannelsBack(b, &conv.window, sums));
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// ONNX Conv says the kernel's shape twice; the weight has the word.
static MlirLogicalResult importConv(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  int rank = 0;
  UfAttr attrs[UF_WINDOW_ATTRS + 1];
  UF_TRY(ufNodeWindow(b, node, &rank, attrs));
  attrs[UF_WINDOW_ATTRS] =
      (UfAttr){"groups", ufIntAttr(b, ufNodeInt(node, "group", 1))};
  char name[16];
  return ufNodeDefine(results,
                      ufOp(b, ufSpatialName(name, sizeof name, "conv", rank),
                           node->inputs, (UfAttrs){attrs, UF_COUNT(attrs)}));
}

#define CONVOLUTION(title, ones, zeros, ...)                                   \
  {.name = title,                                                              \
   .summary = "Convolution of images with learned windows.",                   \
   .operands = {{"input", "(batch, channels, positions).", UF_NUMBERS},        \
                {"weight", "(outputs, channels / groups, window).",            \
                 UF_NUMBERS},                                                  \
                {"bias", "(outputs).", UF_NUMBERS, UF_OPTIONAL},               \
                {"padding_value", "What input is outside; 0 if absent.",       \
                 UF_NUMBERS | UF_SAME, UF_OPTIONAL}},                          \
   .attrs = {{"stride", "Steps of the window.", UF_INT_LIST, ones},            \
             {"padding", "Zeros before, then after each dimension.",           \
              UF_INT_LIST, zeros},                                             \
             {"dilation", "Distance of the window's elements.", UF_INT_LIST,   \
              ones},                                                           \
             {"groups", "Parts the channels are split into.", UF_INT, "1"},    \
             {"pad_mode", "What decides the padding.", UF_STRING,              \
              "\"explicit\"",                                                  \
              .oneOf = "explicit|valid|same_upper|same_lower"},                \
             {"layout", "Where input and output have their channels.",         \
              UF_STRING, "\"NCHW\"", .oneOf = "NCHW|NHWC"},                    \
             {"to", "The type integers are summed in; input's if absent.",     \
              UF_TYPE, .optional = true}},                                     \
   .infer = inferConvolution,                                                  \
   .toTosa = ufConvolutionToTosa,                                              \
   .toLinalg = lowerConvolution,                                               \
   __VA_ARGS__}

static const UfOp ops[] = {
    CONVOLUTION("conv1d", "array<i64: 1>", "array<i64: 0, 0>"),
    // One rule for any rank: it picks the row.
    CONVOLUTION(
        "conv2d", "array<i64: 1, 1>", "array<i64: 0, 0, 0, 0>",
        .imports = UF_IMPORTS(
            {UF_ONNX, "Conv", 1, importConv},
            {UF_ONNX, "ConvInteger", 10, ufOnnxConvInteger},
            {UF_TORCH, "aten.convolution_backward.default", 0,
             ufTorchConvolutionBackward},
            {UF_TORCH, "aten.convolution.default", 0, ufTorchConvolution},
            {UF_TORCH, "aten._convolution.default", 0, ufTorchConvolution},
            {UF_TORCH, "aten.conv1d.default", 0, ufTorchConvolution},
            {UF_TORCH, "aten.conv1d.padding", 0, ufTorchConvolution},
            {UF_TORCH, "aten.conv2d.default", 0, ufTorchConvolution},
            {UF_TORCH, "aten.conv2d.padding", 0, ufTorchConvolution},
            {UF_TORCH, "aten.conv3d.default", 0, ufTorchConvolution},
            {UF_TORCH, "aten.conv3d.padding", 0, ufTorchConvolution})),
    CONVOLUTION("conv3d", "array<i64: 1, 1, 1>",
                "array<i64: 0, 0, 0, 0, 0, 0>"),
};
UF_FAMILY(ufConvolutionOps, "convolution", ops);
