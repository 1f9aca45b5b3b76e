//===-- Convolution.c - conv1d, conv2d, conv3d ----------------------------===//

#include "Ops/TorchBackward.h"
#include "Ops/TorchWindow.h"

#include "IR/Tosa.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// conv1d, conv2d, conv3d
//
//   output[n, o, p] = bias[o] + sum_{c, k} weight[o, c, k]
//                       * input[n, g * C + c, stride * p + dilation * k - low]
//
//   where g = o / (O / groups) and C is the second size of weight; p and k have
//   one index per spatial dimension, and input is zero outside.
//
// (C1) input and weight have two dimensions more than the window.
// (C2) groups is positive and divides the first size of weight.
// (C3) the channels of input are groups times the second size of weight.
// (C4) bias has one dimension, of the first size of weight.
// (C5) stride and dilation have one positive number for each spatial dimension,
//      padding one from zero up for the begin and one for the end of each.
// (C6) padding is zero unless pad_mode is explicit.
// (C7) the window fits into the padded input.
//===----------------------------------------------------------------------===//

static bool differ(int64_t x, int64_t y) {
  return x != UF_DYNAMIC && y != UF_DYNAMIC && x != y;
}

static MlirLogicalResult checkBias(MlirOperation op, int64_t outputs) {
  MlirValue bias = ufOperandOf(op, 2);
  if (!bias.ptr)
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(bias);
  char text[UF_SHAPE_TEXT];
  if (shape.rank != 1 || differ(shape.dims[0], outputs)) // C4
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

static MlirLogicalResult readConvolution(MlirOperation op, UfWindow *window) {
  int rank = ufSpatialRank(op);
  UfShape input = ufShape(ufOperandOf(op, 0));
  UfShape weight = ufShape(ufOperandOf(op, 1));
  if (input.rank != rank + 2 || weight.rank != rank + 2) // C1
    return ufOpError(
        op,
        "operands 'input' and 'weight' must have rank %d, but have "
        "%d and %d",
        rank + 2, input.rank, weight.rank);
  UF_TRY(ufReadWindow(op, rank, weight.dims + 2, window)); // C5, C6
  UF_TRY(checkGroups(op, input.dims[ufChannelDim(window)], &weight));
  return checkBias(op, weight.dims[0]);
}

static MlirLogicalResult inferConvolution(MlirOperation op, UfShape *results) {
  UfWindow window = {0};
  UF_TRY(readConvolution(op, &window));
  results[0] = ufShape(ufOperandOf(op, 0));
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
  MlirValue x = ufConvert(b, args[0], conv->sumElement, false, false);
  MlirValue y = ufConvert(b, args[1], conv->sumElement, false, false);
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

/// The sums, in (batch, channels, positions).
static MlirValue contract(UfBuilder *b, const Convolution *conv,
                          MlirValue padded) {
  int m = conv->window.rank;
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
  UF_TRY(readConvolution(b->op, &conv->window));
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

static MlirLogicalResult lowerConvolution(UfBuilder *b) {
  Convolution conv = {0};
  UF_TRY(prepare(b, &conv));
  MlirValue padded = ufPadWindow(b, &conv.window, &conv.sizes, conv.input,
                                 ufNumber(b, conv.element, 0));
  MlirValue sums = contract(b, &conv, padded);
  if (!mlirTypeEqual(conv.sumElement, conv.element))
    sums = ufElementwise(b, UF_VALUES(sums), conv.element, convertBody,
                         &conv.element);
  return ufReplace(b, ufChannelsBack(b, &conv.window, sums));
}

//===----------------------------------------------------------------------===//
// Lowering to TOSA, whose convolutions have channels last
//===----------------------------------------------------------------------===//

/// `x` of rank 3 with a dimension of one before its last spatial one.
static MlirValue addDimension(UfBuilder *b, MlirValue x, int at) {
  UfShape shape = ufShape(x);
  memmove(shape.dims + at + 1, shape.dims + at,
          (size_t)(shape.rank - at) * sizeof *shape.dims);
  shape.dims[at] = 1;
  return ufTosaReshape(b, x, shape.rank + 1, shape.dims);
}

static MlirValue toChannelsLast(UfBuilder *b, MlirValue x) {
  int rank = ufRank(x);
  int64_t perm[UF_MAX_RANK] = {0};
  for (int i = 1; i + 1 < rank; ++i)
    perm[i] = i + 1;
  perm[rank - 1] = 1;
  return ufTosaTranspose(b, x, perm);
}

static MlirValue toChannelsSecond(UfBuilder *b, MlirValue x) {
  int rank = ufRank(x);
  int64_t perm[UF_MAX_RANK] = {0, rank - 1};
  for (int i = 2; i < rank; ++i)
    perm[i] = i - 1;
  return ufTosaTranspose(b, x, perm);
}

/// The weight as `name` takes it: (out, kernel, in), or for a depthwise
/// convolution (kernel, in, out per in).
static MlirValue tosaWeight(UfBuilder *b, MlirValue weight, bool isDepthwise,
                            int64_t groups) {
  if (!isDepthwise)
    return toChannelsLast(b, weight);
  UfShape shape = ufShape(weight);
  int64_t dims[] = {groups, shape.dims[0] / groups, shape.dims[2],
                    shape.dims[3]};
  weight = ufTosaReshape(b, weight, 4, dims);
  return ufTosaTranspose(b, weight, (const int64_t[]){2, 3, 0, 1});
}

/// A convolution on its way to TOSA, its operands in TOSA's layout.
typedef struct TosaConvolution {
  const char *name;
  UfWindow window;
  UfTosaWindow tosa;
  int64_t groups; ///< That TOSA does not know of.
  MlirValue input, weight, bias;
  UfShape output;
} TosaConvolution;

static MlirValue buildTosa(UfBuilder *b, const TosaConvolution *conv,
                           MlirValue input, MlirValue weight, MlirValue bias,
                           const UfShape *output) {
  const UfWindow *window = &conv->window;
  MlirValue zero = ufTosaZero(b, output->element);
  return ufBuild(
      b, conv->name, ufTensorType(output),
      UF_VALUES(input, weight, bias, zero, zero),
      UF_ATTRS({"pad", ufIntsAttr(b, 2 * window->rank, conv->tosa.pad)},
               {"stride", ufIntsAttr(b, window->rank, window->stride)},
               {"dilation", ufIntsAttr(b, window->rank, window->dilation)},
               {"acc_type", mlirTypeAttrGet(ufF32(b))}));
}

/// Part `index` of `count` equal parts of dimension `dim`.
static MlirValue tosaPart(UfBuilder *b, MlirValue x, int dim, int64_t index,
                          int64_t count) {
  UfShape shape = ufShape(x);
  int64_t starts[UF_MAX_RANK] = {0};
  shape.dims[dim] /= count;
  starts[dim] = index * shape.dims[dim];
  return ufBuild(b, "tosa.slice", ufTensorType(&shape),
                 UF_VALUES(x, ufTosaShape(b, shape.rank, starts),
                           ufTosaShape(b, shape.rank, shape.dims)),
                 UF_NO_ATTRS);
}

enum { MAX_TOSA_GROUPS = 64 };

/// One convolution, or one for each group, joined.
static MlirValue tosaGroups(UfBuilder *b, const TosaConvolution *conv) {
  MlirValue input = ufTosaTrim(b, conv->input, &conv->tosa);
  if (conv->groups == 1)
    return buildTosa(b, conv, input, conv->weight, conv->bias, &conv->output);
  int last = conv->output.rank - 1;
  int64_t count = conv->groups;
  UfShape each = conv->output;
  each.dims[last] /= count;
  MlirValue parts[MAX_TOSA_GROUPS];
  for (int64_t g = 0; g < count; ++g)
    parts[g] = buildTosa(b, conv, tosaPart(b, input, last, g, count),
                         tosaPart(b, conv->weight, 0, g, count),
                         tosaPart(b, conv->bias, 0, g, count), &each);
  MlirAttribute axis = mlirIntegerAttrGet(ufIntType(b, 32), last);
  return ufBuild(b, "tosa.concat", ufTensorType(&conv->output),
                 (UfValues){parts, count}, UF_ATTRS({"axis", axis}));
}

/// Chooses the TOSA op and how many of it; false when there is none.
static bool chooseTosa(const UfWindow *window, int64_t groups,
                       const UfShape *weight, TosaConvolution *conv) {
  bool isDepthwise = groups > 1 && weight->dims[1] == 1 && window->rank < 3;
  conv->name = window->rank == 3 ? "tosa.conv3d" : "tosa.conv2d";
  if (isDepthwise)
    conv->name = "tosa.depthwise_conv2d";
  conv->groups = isDepthwise ? 1 : groups;
  return ufTosaHasType(weight->element) && ufNumElements(weight) > 0 &&
         conv->groups <= MAX_TOSA_GROUPS;
}

/// `shape` with channels last and, for one spatial dimension, two.
static UfShape tosaShape(const UfWindow *window, bool isWidened,
                         const UfShape *shape) {
  UfShape last = {.rank = shape->rank + isWidened, .element = shape->element};
  last.dims[0] = shape->dims[0];
  last.dims[1] = 1;
  for (int i = 0; i < window->rank; ++i)
    last.dims[1 + isWidened + i] = shape->dims[ufSpatialDim(window, i)];
  last.dims[last.rank - 1] = shape->dims[ufChannelDim(window)];
  return last;
}

static MlirLogicalResult convolutionToTosa(UfBuilder *b) {
  UfWindow window = {0};
  UF_TRY(readConvolution(b->op, &window));
  MlirValue x = ufOperandOf(b->op, 0), weight = ufOperandOf(b->op, 1);
  MlirValue bias = ufOperandOf(b->op, 2);
  UfShape input = ufShape(x), result = ufShapeOfType(ufResultType(b, 0));
  UfShape shape = ufShape(weight);
  // Sums of integers would be wider there.
  if (!ufIsFloat(input.element))
    return mlirLogicalResultFailure();
  int64_t groups = ufGetInt(b->op, "groups");
  bool isWidened = window.rank == 1, isLast = window.isChannelsLast;
  UfShape given = tosaShape(&window, isWidened, &input);
  TosaConvolution conv = {.window = window,
                          .output = tosaShape(&window, isWidened, &result)};
  if (isWidened)
    ufWidenWindow(&conv.window);
  conv.window.isChannelsLast = true;
  // A reshape keeps one unknown size apart from the others, not two; unknown
  // channels cannot be split.
  bool isUnknown =
      isWidened && given.dims[0] == UF_DYNAMIC && given.dims[2] == UF_DYNAMIC;
  isUnknown |= given.dims[given.rank - 1] == UF_DYNAMIC;
  if (isUnknown || !chooseTosa(&window, groups, &shape, &conv) ||
      !ufTosaWindow(&conv.window, &given, &conv.tosa))
    return mlirLogicalResultFailure();

  if (!isLast)
    x = toChannelsLast(b, x);
  conv.input = ufTosaReshape(b, x, given.rank, given.dims);
  if (isWidened)
    weight = addDimension(b, weight, 2);
  conv.weight = tosaWeight(
      b, weight, strcmp(conv.name, "tosa.depthwise_conv2d") == 0, groups);
  conv.bias = bias;
  if (!bias.ptr)
    conv.bias = ufTosaSplat(b, ufTensorOf(shape.element, 1, shape.dims), 0);
  MlirValue value = tosaGroups(b, &conv);
  if (isWidened) {
    UfShape narrow = conv.output;
    memmove(narrow.dims + 1, narrow.dims + 2, 2 * sizeof *narrow.dims);
    value = ufTosaReshape(b, value, 3, narrow.dims);
  }
  return ufReplace(b, isLast ? value : toChannelsSecond(b, value));
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
                 UF_NUMBERS | UF_SAME},                                        \
                {"bias", "(outputs).", UF_NUMBERS | UF_SAME, UF_OPTIONAL}},    \
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
              UF_STRING, "\"NCHW\"", .oneOf = "NCHW|NHWC"}},                   \
   .infer = inferConvolution,                                                  \
   .toTosa = convolutionToTosa,                                                \
   .toLinalg = lowerConvolution,                                               \
   __VA_ARGS__}

static const UfOp ops[] = {
    CONVOLUTION("conv1d", "array<i64: 1>", "array<i64: 0, 0>"),
    // One rule for any rank: it picks the row.
    CONVOLUTION(
        "conv2d", "array<i64: 1, 1>", "array<i64: 0, 0, 0, 0>",
        .imports = UF_IMPORTS(
            {UF_ONNX, "Conv", 1, importConv},
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
