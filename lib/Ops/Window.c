//===-- Window.c - The geometry of sliding windows ------------------------===//

#include "Ops/Window.h"

#include "IR/Tosa.h"

#include <string.h>

/// Strides, paddings and extents beyond this are nonsense, and products of two
/// of them with an image's size still fit.
enum { MAX_EXTENT = INT32_MAX };
static const int64_t maxImage = INT64_C(1) << 60;

int ufSpatialRank(MlirOperation op) {
  MlirStringRef name = ufOpName(op);
  return name.data[name.length - 2] - '0';
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Reads a list of `count` numbers of at least `least`, which all are when the
/// attribute may be absent and is.
static MlirLogicalResult readList(MlirOperation op, const char *name, int count,
                                  int64_t least, int64_t *out) {
  UfInts ints = ufGetInts(op, name);
  if (ints.size == 0 && !ufHasAttr(op, name))
    for (; ints.size < count; ++ints.size)
      ints.data[ints.size] = least;
  if (ints.size != count)
    return ufOpError(op, "attribute '%s' must have %d elements, but has %d",
                     name, count, ints.size);
  for (int i = 0; i < count; ++i) {
    if (ints.data[i] < least || ints.data[i] > MAX_EXTENT)
      return ufOpError(op,
                       "attribute '%s' must be between %" PRId64
                       " and %d, but element %d is %" PRId64,
                       name, least, MAX_EXTENT, i, ints.data[i]);
    out[i] = ints.data[i];
  }
  return mlirLogicalResultSuccess();
}

static UfPadMode padModeOf(const char *name) {
  static const struct {
    const char *name;
    UfPadMode mode;
  } modes[] = {{"valid", UF_PAD_VALID},
               {"same_upper", UF_PAD_SAME_UPPER},
               {"same_lower", UF_PAD_SAME_LOWER}};
  for (int i = 0; i < UF_COUNT(modes); ++i)
    if (strcmp(name, modes[i].name) == 0)
      return modes[i].mode;
  return UF_PAD_EXPLICIT;
}

static MlirLogicalResult readPadding(MlirOperation op, UfWindow *window) {
  window->padMode = padModeOf(ufGetStr(op, "pad_mode"));
  int64_t padding[2 * UF_MAX_SPATIAL] = {0};
  UF_TRY(readList(op, "padding", 2 * window->rank, 0, padding));
  for (int i = 0; i < 2 * window->rank; ++i)
    if (padding[i] != 0 && window->padMode != UF_PAD_EXPLICIT)
      return ufOpError(op,
                       "pad_mode '%s' decides the padding, but element %d of "
                       "attribute 'padding' is %" PRId64,
                       ufGetStr(op, "pad_mode"), i, padding[i]);
  memcpy(window->low, padding, (size_t)window->rank * sizeof *padding);
  memcpy(window->high, padding + window->rank,
         (size_t)window->rank * sizeof *padding);
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufReadWindow(MlirOperation op, int rank,
                               const int64_t *kernel, UfWindow *window) {
  *window = (UfWindow){.rank = rank};
  for (int i = 0; i < rank; ++i) {
    if (kernel[i] != UF_DYNAMIC && (kernel[i] < 1 || kernel[i] > MAX_EXTENT))
      return ufOpError(op,
                       "the window must have between 1 and %d elements in each "
                       "dimension, but has %" PRId64 " in dimension %d",
                       MAX_EXTENT, kernel[i], i);
    window->kernel[i] = kernel[i];
  }
  UF_TRY(readList(op, "stride", rank, 1, window->stride));
  UF_TRY(readList(op, "dilation", rank, 1, window->dilation));
  UF_TRY(readPadding(op, window));
  if (ufFindAttrSpec(ufOpOf(op), "ceil_mode"))
    window->ceil = ufGetBool(op, "ceil_mode");
  window->isChannelsLast = strcmp(ufGetStr(op, "layout"), "NHWC") == 0;
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

static int64_t extentOf(const UfWindow *window, int dim) {
  return (window->kernel[dim] - 1) * window->dilation[dim] + 1;
}

static UfSize ceilDiv(UfBuilder *b, UfSize x, int64_t y) {
  return ufSizeDiv(b, ufSizeAdd(b, x, ufStatic(y - 1)), ufStatic(y));
}

/// Padding that makes as many windows as there are strides in the input.
static void samePadding(UfBuilder *b, const UfWindow *window, int dim,
                        UfSize input, UfWindowSizes *sizes) {
  int64_t stride = window->stride[dim], extent = extentOf(window, dim);
  UfSize output = ceilDiv(b, input, stride);
  UfSize total = ufStatic(extent - 1);
  if (stride != 1) {
    UfSize last =
        ufSizeMul(b, ufSizeSub(b, output, ufStatic(1)), ufStatic(stride));
    UfSize reach = ufSizeAdd(b, last, ufStatic(extent));
    total = ufSizeMax(b, ufSizeSub(b, reach, input), ufStatic(0));
  }
  UfSize half = ufSizeDiv(b, total, ufStatic(2));
  UfSize rest = ufSizeSub(b, total, half);
  bool isUpper = window->padMode == UF_PAD_SAME_UPPER;
  sizes->low[dim] = isUpper ? half : rest;
  sizes->high[dim] = isUpper ? rest : half;
  sizes->output[dim] = output;
  sizes->overhang[dim] = ufStatic(0);
}

/// The windows along one dimension. `b` makes ops for an input of unknown size
/// only, and may be null otherwise.
static void sizesAlong(UfBuilder *b, const UfWindow *window, int dim,
                       UfSize input, UfWindowSizes *sizes) {
  if (window->padMode >= UF_PAD_SAME_UPPER) {
    samePadding(b, window, dim, input, sizes);
    return;
  }
  int64_t stride = window->stride[dim], extent = extentOf(window, dim);
  sizes->low[dim] = ufStatic(window->low[dim]);
  sizes->high[dim] = ufStatic(window->high[dim]);
  sizes->overhang[dim] = ufStatic(0);
  UfSize inLow = ufSizeAdd(b, input, sizes->low[dim]);
  UfSize padded = ufSizeAdd(b, inLow, sizes->high[dim]);
  UfSize span = ufSizeSub(b, padded, ufStatic(extent));
  UfSize steps = window->ceil ? ceilDiv(b, span, stride)
                              : ufSizeDiv(b, span, ufStatic(stride));
  UfSize output = ufSizeAdd(b, steps, ufStatic(1));
  if (window->ceil && stride > 1) {
    // A last window that would begin in the padding after the image is dropped.
    UfSize most = ufSizeMax(b, ceilDiv(b, inLow, stride), steps);
    output = ufSizeMin(b, output, most);
    UfSize last =
        ufSizeMul(b, ufSizeSub(b, output, ufStatic(1)), ufStatic(stride));
    UfSize reach = ufSizeAdd(b, last, ufStatic(extent));
    sizes->overhang[dim] =
        ufSizeMax(b, ufSizeSub(b, reach, padded), ufStatic(0));
  }
  // Only known to be positive where the shape rule has seen the sizes.
  sizes->output[dim] = ufSizeMax(b, output, ufStatic(0));
}

MlirLogicalResult ufInferWindow(MlirOperation op, const UfWindow *window,
                                int dim, int64_t input, int64_t *output) {
  *output = UF_DYNAMIC;
  if (input == UF_DYNAMIC || window->kernel[dim] == UF_DYNAMIC)
    return mlirLogicalResultSuccess();
  if (input > maxImage)
    return ufOpError(op, "spatial dimension %d of %" PRId64 " is too large",
                     dim, input);
  int64_t padded = input + window->low[dim] + window->high[dim];
  if (window->padMode < UF_PAD_SAME_UPPER && padded < extentOf(window, dim))
    return ufOpError(op,
                     "the window spans %" PRId64
                     " elements in spatial dimension %d, but the padded input "
                     "has %" PRId64,
                     extentOf(window, dim), dim, padded);
  UfWindowSizes sizes;
  sizesAlong(/*b=*/NULL, window, dim, ufStatic(input), &sizes);
  *output = sizes.output[dim].value;
  return mlirLogicalResultSuccess();
}

void ufWindowSizes(UfBuilder *b, const UfWindow *window, MlirValue input,
                   UfWindowSizes *sizes) {
  for (int i = 0; i < window->rank; ++i)
    sizesAlong(b, window, i, ufSizeOf(b, input, i + 2), sizes);
}

/// One dimension of a window whose sizes are all known.
typedef struct Along {
  int64_t stride, dilation, low, output, input;
} Along;

/// Whether element `k` of some window is inside of the input.
static bool meetsInput(const Along *along, int64_t k) {
  int64_t at = k * along->dilation - along->low, window = 0;
  if (at < 0) {
    window = (-at + along->stride - 1) / along->stride;
    at += window * along->stride;
  }
  return window < along->output && at < along->input;
}

static bool trimAlong(UfWindow *window, UfWindowSizes *sizes, int dim,
                      int64_t input, int64_t *first) {
  Along along = {.stride = window->stride[dim],
                 .dilation = window->dilation[dim],
                 .low = sizes->low[dim].value,
                 .output = sizes->output[dim].value,
                 .input = input};
  int64_t begin = 0, end = window->kernel[dim];
  while (begin < end && !meetsInput(&along, begin))
    ++begin;
  if (begin == end) // nothing to compute, and nothing to gain
    return false;
  while (!meetsInput(&along, end - 1))
    --end;
  if (begin > along.low / along.dilation)
    begin = along.low / along.dilation; // padding is never negative
  if (end - begin == window->kernel[dim])
    return false;
  *first = begin;
  window->kernel[dim] = end - begin;
  along.low -= begin * along.dilation;
  int64_t reach =
      (along.output - 1) * along.stride + extentOf(window, dim) - along.low;
  sizes->low[dim] = ufStatic(along.low);
  sizes->high[dim] = ufStatic(reach > input ? reach - input : 0);
  return true;
}

bool ufTrimWindow(UfWindow *window, UfWindowSizes *sizes, MlirValue input,
                  int64_t *first) {
  bool changed = false;
  for (int i = 0; i < window->rank; ++i) {
    int64_t size = ufDimSize(input, i + 2);
    first[i] = 0;
    if (!window->ceil && size != UF_DYNAMIC && ufIsStatic(sizes->low[i]) &&
        ufIsStatic(sizes->output[i]))
      changed |= trimAlong(window, sizes, i, size, &first[i]);
  }
  return changed;
}

MlirValue ufPadWindow(UfBuilder *b, const UfWindow *window,
                      const UfWindowSizes *sizes, MlirValue input,
                      MlirValue scalar) {
  UfSize low[UF_MAX_SPATIAL + 2] = {0}, high[UF_MAX_SPATIAL + 2] = {0};
  for (int i = 0; i < window->rank; ++i) {
    low[i + 2] = sizes->low[i];
    high[i + 2] = ufSizeAdd(b, sizes->high[i], sizes->overhang[i]);
  }
  return ufPad(b, input, low, high, scalar);
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

MlirValue ufChannelsSecond(UfBuilder *b, const UfWindow *window, MlirValue x) {
  if (!window->isChannelsLast)
    return x;
  int64_t perm[UF_MAX_SPATIAL + 2] = {0, window->rank + 1};
  for (int i = 0; i < window->rank; ++i)
    perm[i + 2] = i + 1;
  return ufTranspose(b, x, perm);
}

MlirValue ufChannelsBack(UfBuilder *b, const UfWindow *window, MlirValue x) {
  if (!window->isChannelsLast)
    return x;
  int64_t perm[UF_MAX_SPATIAL + 2] = {0};
  for (int i = 0; i < window->rank; ++i)
    perm[i + 1] = i + 2;
  perm[window->rank + 1] = 1;
  return ufTranspose(b, x, perm);
}

//===----------------------------------------------------------------------===//
// TOSA
//===----------------------------------------------------------------------===//

bool ufTosaWindow(const UfWindow *window, const UfShape *input,
                  UfTosaWindow *tosa) {
  memcpy(tosa->sizes, input->dims, sizeof tosa->sizes);
  for (int i = 0; i < input->rank; ++i)
    if (input->dims[i] == 0)
      return false;
  for (int i = 0; i < window->rank; ++i) {
    int64_t in = input->dims[ufSpatialDim(window, i)];
    int64_t stride = window->stride[i];
    if ((in == UF_DYNAMIC && stride != 1) || window->kernel[i] == UF_DYNAMIC)
      return false;
    // With stride 1 the padding does not depend on the size.
    UfSize size = ufStatic(in == UF_DYNAMIC ? extentOf(window, i) : in);
    UfWindowSizes along;
    sizesAlong(/*b=*/NULL, window, i, size, &along);
    int64_t low = along.low[i].value;
    int64_t high = along.high[i].value + along.overhang[i].value;
    int64_t rest = (size.value + low + high - extentOf(window, i)) % stride;
    int64_t *pad = tosa->pad + i + i;
    pad[0] = low;
    pad[1] = rest > high ? 0 : high - rest;
    if (rest <= high)
      continue;
    if (rest - high >= in) // the last window ends before the input begins
      return false;
    tosa->sizes[ufSpatialDim(window, i)] -= rest - high;
  }
  return true;
}

MlirValue ufTosaTrim(UfBuilder *b, MlirValue input, const UfTosaWindow *tosa) {
  UfShape shape = ufShape(input);
  static const int64_t starts[UF_MAX_RANK] = {0};
  if (memcmp(shape.dims, tosa->sizes,
             (size_t)shape.rank * sizeof *shape.dims) == 0)
    return input;
  memcpy(shape.dims, tosa->sizes, sizeof shape.dims);
  return ufBuild(b, "tosa.slice", ufTensorType(&shape),
                 UF_VALUES(input, ufTosaShape(b, shape.rank, starts),
                           ufTosaShape(b, shape.rank, tosa->sizes)),
                 UF_NO_ATTRS);
}

void ufWidenWindow(UfWindow *window) {
  UfWindow wide = *window;
  wide.rank = 2;
  wide.kernel[0] = wide.stride[0] = wide.dilation[0] = 1;
  wide.low[0] = wide.high[0] = 0;
  wide.kernel[1] = window->kernel[0];
  wide.stride[1] = window->stride[0];
  wide.dilation[1] = window->dilation[0];
  wide.low[1] = window->low[0];
  wide.high[1] = window->high[0];
  *window = wide;
}

//===----------------------------------------------------------------------===//
// ONNX
//===----------------------------------------------------------------------===//

MlirLogicalResult ufNodeWindow(UfBuilder *b, const UfNode *node, int *rank,
                               UfAttr *attrs) {
  MlirValue input = ufNodeInput(node, 0);
  *rank = input.ptr ? ufRank(input) - 2 : 0;
  if (*rank < 1 || *rank > UF_MAX_SPATIAL)
    return ufNodeError(node,
                       "is supported with 1 to %d spatial dimensions, but has "
                       "%d",
                       UF_MAX_SPATIAL, *rank);
  const char *autoPad = ufNodeStr(node, "auto_pad", "NOTSET");
  static const struct {
    const char *onnx, *mode;
  } modes[] = {{"NOTSET", NULL},
               {"VALID", "valid"},
               {"SAME_UPPER", "same_upper"},
               {"SAME_LOWER", "same_lower"}};
  int at = 0;
  while (at < UF_COUNT(modes) && strcmp(autoPad, modes[at].onnx) != 0)
    ++at;
  if (at == UF_COUNT(modes))
    return ufNodeError(node, "has the unknown auto_pad '%s'", autoPad);
  attrs[0] = (UfAttr){"stride", ufNodeIntsAttr(b, node, "strides")};
  attrs[1] = (UfAttr){"dilation", ufNodeIntsAttr(b, node, "dilations")};
  // Exporters write pads beside an auto_pad that overrides them.
  attrs[2] = (UfAttr){"padding", at == 0 ? ufNodeIntsAttr(b, node, "pads")
                                         : mlirAttributeGetNull()};
  attrs[3] = (UfAttr){"pad_mode", at == 0 ? mlirAttributeGetNull()
                                          : ufStrAttr(b, modes[at].mode)};
  return mlirLogicalResultSuccess();
}

const char *ufSpatialName(char *text, size_t size, const char *prefix,
                          int rank) {
  snprintf(text, size, "%s%dd", prefix, rank);
  return text;
}
