//===-- ConvolutionTosa.c - Convolutions as TOSA ops ----------------------===//
//
// TOSA's convolutions have channels last.
//
//===----------------------------------------------------------------------===//

#include "IR/Tosa.h"
#include "Ops/Convolution.h"

#include <string.h>

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

MlirLogicalResult ufConvolutionToTosa(UfBuilder *b) {
  UfWindow window = {0};
  UF_TRY(ufReadConvolution(b->op, &window));
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
