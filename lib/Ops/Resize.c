//===-- Resize.c - Images of another size ---------------------------------===//

#include "Ops/Resize.h"
#include "Ops/Opset6.h"
#include "Ops/TorchResize.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// resize
//
//   output[.., o, ..] = sum_k w[o, k] * input[.., clamp(first(o) + k), ..]
//
//   along each of `axes`, around the coordinate x of o that `coordinates` gives
//   for scale = output size / input size:
//
//     half_pixel           (o + 0.5) / scale - 0.5
//     pytorch_half_pixel   the same, but -0.5 for an output of one element
//     half_pixel_symmetric the same, centred when scale is not that of sizes
//     align_corners        o * (input size - 1) / (output size - 1)
//     asymmetric           o / scale
//     tf_half_pixel        (o + 0.5) / scale
//     tf_crop_and_resize   align_corners of the part `roi`; outside the input
//                          lies extrapolation_value
//
//   The elements are the nearest one, two neighbours or four with the cubic
//   polynomial of cubic_coeff; with antialias, when shrinking, so many more
//   that the filter covers every input element.
//
//   With a policy other than stretch, all axes have the smallest or largest of
//   the scales that sizes ask for.
//
// (C1) axes are different dimensions of input.
// (C2) the sizes come from sizes, attribute or operand, and without them from
//      scales, attribute or operand; each has one number for each axis.
// (C3) sizes are not negative, scales are positive and finite.
// (C4) antialias is for the modes linear and cubic.
// (C5) roi, attribute or operand, has a begin and an end for each axis with
//      tf_crop_and_resize.
// (C6) an axis without elements stays without.
//===----------------------------------------------------------------------===//

static int indexOf(const char *const *names, const char *name) {
  int at = 0;
  while (names[at] && strcmp(names[at], name) != 0)
    ++at;
  return at;
}

static MlirLogicalResult readAxes(MlirOperation op, int rank,
                                  UfResize *resize) {
  UfInts axes = ufGetInts(op, "axes");
  if (!ufHasAttr(op, "axes"))
    for (; axes.size < rank; ++axes.size)
      axes.data[axes.size] = axes.size;
  if (axes.size > rank) // C1
    return ufOpError(op,
                     "attribute 'axes' has %d elements for an input of "
                     "rank %d",
                     axes.size, rank);
  unsigned seen = 0;
  for (int i = 0; i < axes.size; ++i) {
    UF_TRY(ufVerifyAxis(op, "axis", axes.data[i], rank)); // C1
    int axis = ufAxis(axes.data[i], rank);
    if (seen >> axis & 1)
      return ufOpError(op, "attribute 'axes' names dimension %d twice", axis);
    seen |= 1u << axis;
    resize->axes[i].dim = axis;
  }
  resize->count = axes.size;
  return mlirLogicalResultSuccess();
}

/// Reads a list of floats with `count` elements; `*has` says whether it is
/// there.
static MlirLogicalResult readFloats(MlirOperation op, const char *name,
                                    int count, double *out, bool *has) {
  MlirAttribute attr = ufGetAttr(op, name);
  *has = !mlirAttributeIsNull(attr);
  if (!*has)
    return mlirLogicalResultSuccess();
  MlirType type = mlirAttributeGetType(attr);
  if (!mlirAttributeIsADenseElements(attr) ||
      !ufIsFloat(mlirShapedTypeGetElementType(type)) ||
      mlirElementsAttrGetNumElements(attr) != count)
    return ufOpError(op, "attribute '%s' must have %d floats", name, count);
  for (int i = 0; i < count; ++i)
    out[i] = ufElementAsDouble(attr, i);
  return mlirLogicalResultSuccess();
}

/// Whether operand `i` is there; checks that it has `count` elements.
static MlirLogicalResult readOperand(MlirOperation op, int i, const char *name,
                                     int count, bool *has) {
  MlirValue operand = ufOperandOf(op, i);
  *has = operand.ptr != NULL;
  if (!*has)
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(operand);
  if (shape.rank == 1 &&
      (shape.dims[0] == UF_DYNAMIC || shape.dims[0] == count))
    return mlirLogicalResultSuccess();
  return ufOpError(op, "operand '%s' must have rank 1 and %d elements", name,
                   count);
}

static MlirLogicalResult readScales(MlirOperation op, UfResize *resize) {
  double scales[UF_MAX_RANK];
  bool has = false;
  UF_TRY(readFloats(op, "scales", resize->count, scales,
                    &resize->scalesAreKnown)); // C2
  UF_TRY(readOperand(op, UF_RESIZE_SCALES, "scales", resize->count, &has));
  if (has && resize->scalesAreKnown) // C2
    return ufOpError(op, "has both attribute and operand 'scales'");
  resize->hasScales = has || resize->scalesAreKnown;
  for (int i = 0; resize->scalesAreKnown && i < resize->count; ++i) {
    if (!(scales[i] > 0) || !isfinite(scales[i])) // C3
      return ufOpError(op,
                       "attribute 'scales' must be positive and finite, but "
                       "element %d is %g",
                       i, scales[i]);
    resize->axes[i].scale = scales[i];
  }
  return mlirLogicalResultSuccess();
}

/// The size of `input` elements times a scale, in the precision frameworks use.
static bool scaledSize(int64_t input, double scale, int64_t *output) {
  float size = floorf((float)input * (float)scale);
  *output = size < 0x1p60F ? (int64_t)size : 0;
  return size < 0x1p60F;
}

/// What sizes say, UF_DYNAMIC where unknown.
static MlirLogicalResult readGivenSizes(MlirOperation op, UfResize *resize) {
  bool has = ufHasAttr(op, "sizes"), isOperand = false;
  UfInts sizes = ufGetInts(op, "sizes");
  UF_TRY(readOperand(op, UF_RESIZE_SIZES, "sizes", resize->count, &isOperand));
  if ((!has && !isOperand && !resize->hasScales) || (has && isOperand)) // C2
    return ufOpError(op, "needs one of attribute 'sizes', operand 'sizes' and "
                         "'scales'");
  resize->hasSizes = has || isOperand;
  if (isOperand && (!ufKnownInts(ufOperandOf(op, UF_RESIZE_SIZES), &sizes) ||
                    sizes.size != resize->count))
    for (sizes.size = 0; sizes.size < resize->count; ++sizes.size)
      sizes.data[sizes.size] = UF_DYNAMIC;
  if (has && sizes.size != resize->count) // C2
    return ufOpError(op, "attribute 'sizes' has %d elements for %d axes",
                     sizes.size, resize->count);
  for (int i = 0; i < resize->count; ++i)
    resize->axes[i].size = resize->hasSizes ? sizes.data[i] : UF_DYNAMIC;
  return mlirLogicalResultSuccess();
}

/// Gives all axes the scale that `policy` chooses, as far as it is known.
static void applyPolicy(const UfShape *input, UfResize *resize) {
  if (resize->policy == UF_RESIZE_STRETCH || !resize->hasSizes)
    return;
  bool isKnown = true, isSmallest = resize->policy == UF_RESIZE_NOT_LARGER;
  double scale = isSmallest ? INFINITY : 0;
  for (int i = 0; i < resize->count; ++i) {
    const UfResizeAxis *axis = &resize->axes[i];
    int64_t in = input->dims[axis->dim];
    isKnown &= in > 0 && axis->size != UF_DYNAMIC;
    double share = (double)axis->size / (double)in;
    scale = isSmallest ? fmin(scale, share) : fmax(scale, share);
  }
  resize->hasScales = true;
  resize->scalesAreKnown = isKnown;
  for (int i = 0; i < resize->count; ++i) {
    UfResizeAxis *axis = &resize->axes[i];
    double size = scale * (double)input->dims[axis->dim] + 0.5;
    axis->scale = scale;
    axis->size = isKnown && size < 0x1p60 ? (int64_t)size : UF_DYNAMIC;
  }
}

/// Reads what decides the output's sizes into resize->axes[i].size.
static MlirLogicalResult readSizes(MlirOperation op, const UfShape *input,
                                   UfResize *resize) {
  UF_TRY(readGivenSizes(op, resize));
  for (int i = 0; i < resize->count; ++i) {
    int64_t in = input->dims[resize->axes[i].dim];
    int64_t *size = &resize->axes[i].size;
    if (!resize->hasSizes && resize->scalesAreKnown && in != UF_DYNAMIC &&
        !scaledSize(in, resize->axes[i].scale, size))
      return ufOpError(op, "dimension %d of the result is too large",
                       resize->axes[i].dim);
    if (*size < 0 && *size != UF_DYNAMIC) // C3
      return ufOpError(op, "size %" PRId64 " of dimension %d is negative",
                       *size, resize->axes[i].dim);
    if (in == 0 && *size > 0) // C6
      return ufOpError(op,
                       "dimension %d has no elements to make %" PRId64 " of",
                       resize->axes[i].dim, *size);
  }
  applyPolicy(input, resize);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readRoi(MlirOperation op, UfResize *resize) {
  double roi[2 * UF_MAX_RANK];
  bool hasRoi = false;
  UF_TRY(readFloats(op, "roi", 2 * resize->count, roi,
                    &resize->roiIsKnown)); // C5
  UF_TRY(readOperand(op, UF_RESIZE_ROI, "roi", 2 * resize->count, &hasRoi));
  if (resize->coordinates == UF_RESIZE_CROP &&
      hasRoi == resize->roiIsKnown) // C5
    return ufOpError(op, "tf_crop_and_resize needs one attribute or operand "
                         "'roi'");
  for (int i = 0; resize->roiIsKnown && i < resize->count; ++i) {
    resize->axes[i].begin = roi[i];
    resize->axes[i].end = roi[resize->count + i];
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufReadResize(MlirOperation op, UfResize *resize) {
  static const char *const modes[] = {"nearest", "linear", "cubic", NULL};
  static const char *const roundings[] = {
      "round_prefer_floor", "round_prefer_ceil", "floor", "ceil", NULL};
  static const char *const coordinates[] = {
      "half_pixel",           "pytorch_half_pixel",
      "half_pixel_symmetric", "align_corners",
      "asymmetric",           "tf_half_pixel",
      "tf_crop_and_resize",   NULL};
  static const char *const policies[] = {"stretch", "not_larger", "not_smaller",
                                         NULL};
  UfShape input = ufShape(ufOperandOf(op, 0));
  *resize = (UfResize){
      .mode = indexOf(modes, ufGetStr(op, "mode")),
      .rounding = indexOf(roundings, ufGetStr(op, "nearest_mode")),
      .coordinates = indexOf(coordinates, ufGetStr(op, "coordinates")),
      .cubicCoeff = ufGetFloat(op, "cubic_coeff"),
      .extrapolation = ufGetFloat(op, "extrapolation_value"),
      .policy = indexOf(policies, ufGetStr(op, "policy")),
      .excludesOutside = ufGetBool(op, "exclude_outside"),
      .antialias = ufGetBool(op, "antialias")};
  UF_TRY(readAxes(op, input.rank, resize));
  UF_TRY(readScales(op, resize));
  UF_TRY(readSizes(op, &input, resize));
  if (resize->antialias && resize->mode == UF_RESIZE_NEAREST) // C4
    return ufOpError(op, "antialias is for the modes linear and cubic");
  return readRoi(op, resize);
}

static MlirLogicalResult inferResize(MlirOperation op, UfShape *results) {
  UfResize resize;
  UF_TRY(ufReadResize(op, &resize));
  results[0] = ufShape(ufOperandOf(op, 0));
  for (int i = 0; i < resize.count; ++i)
    results[0].dims[resize.axes[i].dim] = resize.axes[i].size;
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// What a Resize node says. An operand stands for what is not known.
typedef struct Wanted {
  MlirValue sizes, scales, roi;
  bool scalesAreKnown, roiIsKnown;
  double scale[UF_MAX_RANK];
  int64_t size[UF_MAX_RANK]; ///< UF_DYNAMIC where it is computed.
  double begin[UF_MAX_RANK], end[UF_MAX_RANK];
  int count;
  int64_t axes[UF_MAX_RANK];
} Wanted;

static MlirValue nonEmptyInput(const UfNode *node, int i) {
  MlirValue input = ufNodeInput(node, i);
  if (!input.ptr)
    return input;
  UfShape shape = ufShape(input);
  return shape.rank == 1 && shape.dims[0] == 0 ? (MlirValue){NULL} : input;
}

/// Reads `count` floats of an input into `out`; `*isKnown` says whether it is
/// constant.
static MlirLogicalResult readInput(const UfNode *node, const char *what,
                                   MlirValue input, int count, double *out,
                                   bool *isKnown) {
  MlirAttribute elements =
      input.ptr ? ufConstantOf(input) : mlirAttributeGetNull();
  *isKnown = !mlirAttributeIsNull(elements);
  if (!*isKnown)
    return mlirLogicalResultSuccess();
  if (mlirElementsAttrGetNumElements(elements) != count)
    return ufNodeError(node, "has %d elements in %s for %d axes",
                       (int)mlirElementsAttrGetNumElements(elements), what,
                       count);
  for (int i = 0; i < count; ++i)
    out[i] = ufElementAsDouble(elements, i);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readNodeAxes(const UfNode *node, int rank,
                                      Wanted *wanted) {
  UfInts axes;
  wanted->count = rank;
  for (int i = 0; i < rank; ++i)
    wanted->axes[i] = i;
  if (!ufNodeInts(node, "axes", &axes))
    return mlirLogicalResultSuccess();
  if (axes.size > rank)
    return ufNodeError(node, "has %d axes for an input of rank %d", axes.size,
                       rank);
  wanted->count = axes.size;
  for (int i = 0; i < axes.size; ++i) {
    if (axes.data[i] < -rank || axes.data[i] >= rank)
      return ufNodeError(node, "axis %" PRId64 " is outside [-%d, %d)",
                         axes.data[i], rank, rank);
    wanted->axes[i] = ufAxis(axes.data[i], rank);
  }
  return mlirLogicalResultSuccess();
}

/// Upsample before opset 9 has its scales as an attribute.
static bool readScalesAttr(const UfNode *node, Wanted *wanted) {
  MlirAttribute list = ufNodeAttr(node, "scales");
  if (mlirAttributeIsNull(list) || !mlirAttributeIsADenseF64Array(list) ||
      mlirDenseArrayGetNumElements(list) != wanted->count)
    return false;
  for (int i = 0; i < wanted->count; ++i)
    wanted->scale[i] = mlirDenseF64ArrayGetElement(list, i);
  return wanted->scalesAreKnown = true;
}

static MlirLogicalResult readWanted(const UfNode *node, int rank,
                                    Wanted *wanted) {
  UF_TRY(readNodeAxes(node, rank, wanted));
  int count = wanted->count;
  if (!wanted->sizes.ptr && !wanted->scales.ptr &&
      !readScalesAttr(node, wanted))
    return ufNodeError(node, "needs sizes or scales");
  if (wanted->scales.ptr)
    UF_TRY(readInput(node, "scales", wanted->scales, count, wanted->scale,
                     &wanted->scalesAreKnown));
  double roi[2 * UF_MAX_RANK];
  UF_TRY(
      readInput(node, "roi", wanted->roi, 2 * count, roi, &wanted->roiIsKnown));
  for (int i = 0; i < count; ++i) {
    wanted->begin[i] = wanted->roiIsKnown ? roi[i] : 0;
    wanted->end[i] = wanted->roiIsKnown ? roi[count + i] : 1;
    wanted->size[i] = UF_DYNAMIC;
  }
  UfInts known;
  if (!wanted->sizes.ptr || !ufKnownInts(wanted->sizes, &known))
    return mlirLogicalResultSuccess();
  if (known.size != count)
    return ufNodeError(node, "has %d sizes for %d axes", known.size, count);
  memcpy(wanted->size, known.data, (size_t)count * sizeof *known.data);
  return mlirLogicalResultSuccess();
}

/// Whether nothing happens along axis `i`. Of batch and channels that are not
/// known, exporters repeat the input's size.
static bool isUntouched(const UfShape *input, const Wanted *wanted, int i) {
  int64_t axis = wanted->axes[i], in = input->dims[axis];
  if (wanted->begin[i] != 0 || wanted->end[i] != 1)
    return false;
  if (!wanted->sizes.ptr)
    return wanted->scalesAreKnown && wanted->scale[i] == 1;
  if (in == UF_DYNAMIC && wanted->size[i] == UF_DYNAMIC)
    return input->rank > 2 && axis < 2;
  return wanted->size[i] == in;
}

/// Takes out the axes along which nothing happens; returns how many of the
/// first are out when the rest is in, else -1.
static int dropUntouched(const UfShape *input, Wanted *wanted) {
  int kept = 0, first = -1;
  bool isSuffix = true;
  for (int i = 0; i < wanted->count; ++i) {
    if (isUntouched(input, wanted, i)) {
      isSuffix &= kept == 0;
      continue;
    }
    if (first < 0)
      first = i;
    wanted->axes[kept] = wanted->axes[i];
    wanted->scale[kept] = wanted->scale[i];
    wanted->size[kept] = wanted->size[i];
    wanted->begin[kept] = wanted->begin[i];
    wanted->end[kept++] = wanted->end[i];
  }
  wanted->count = kept;
  return isSuffix ? first : -1;
}

/// Takes untouched axes out where that is possible; fails when the rest of the
/// sizes cannot be told apart.
static MlirLogicalResult reduceAxes(UfBuilder *b, const UfNode *node,
                                    const UfShape *input, Wanted *wanted) {
  bool isStretch =
      strcmp(ufNodeStr(node, "keep_aspect_ratio_policy", "stretch"),
             "stretch") == 0;
  // A policy looks at all axes, and operands count them.
  if (!isStretch || (wanted->roi.ptr && !wanted->roiIsKnown) ||
      (wanted->scales.ptr && !wanted->scalesAreKnown))
    return mlirLogicalResultSuccess();
  int total = wanted->count, first = dropUntouched(input, wanted);
  bool isKnown = true;
  for (int i = 0; i < wanted->count; ++i)
    isKnown &= wanted->size[i] != UF_DYNAMIC;
  if (!wanted->sizes.ptr || isKnown || wanted->count == total)
    return mlirLogicalResultSuccess();
  if (first < 0)
    return ufNodeError(node, "has sizes that are not known between others");
  int64_t start = first, end = INT64_MAX, axis = 0;
  wanted->sizes = ufOp(b, "slice", UF_VALUES(wanted->sizes),
                       UF_ATTRS({"starts", ufIntsAttr(b, 1, &start)},
                                {"ends", ufIntsAttr(b, 1, &end)},
                                {"axes", ufIntsAttr(b, 1, &axis)}));
  return wanted->sizes.ptr ? mlirLogicalResultSuccess()
                           : mlirLogicalResultFailure();
}

/// Floats as an attribute, null unless `has`.
static MlirAttribute floatsAttr(UfBuilder *b, bool has, int count,
                                const double *values) {
  MlirType type =
      ufTensorOf(mlirF64TypeGet(b->ctx), 1, (const int64_t[]){count});
  return has ? mlirDenseElementsAttrDoubleGet(type, count, values)
             : mlirAttributeGetNull();
}

/// The attribute `coordinates` for what `node` says, in its opset's words.
static const char *coordinatesOf(const UfNode *node, bool isNew) {
  const char *name =
      ufNodeStr(node, "coordinate_transformation_mode", "half_pixel");
  if (!isNew)
    return "asymmetric";
  return strcmp(name, "tf_half_pixel_for_nn") == 0 ? "tf_half_pixel" : name;
}

static MlirValue buildResize(UfBuilder *b, const UfNode *node, bool isNew,
                             const Wanted *wanted) {
  MlirValue input = ufNodeInput(node, 0), none = {NULL};
  int count = wanted->count;
  if (count == 0)
    return ufOp(b, "identity", UF_VALUES(input), UF_NO_ATTRS);
  bool hasSizes = wanted->sizes.ptr != NULL;
  for (int i = 0; i < count; ++i)
    hasSizes &= wanted->size[i] != UF_DYNAMIC;
  double roi[2 * UF_MAX_RANK];
  memcpy(roi, wanted->begin, (size_t)count * sizeof *roi);
  memcpy(roi + count, wanted->end, (size_t)count * sizeof *roi);
  bool hasScales = wanted->scalesAreKnown && !wanted->sizes.ptr;
  const char *nearest =
      isNew ? ufNodeStr(node, "nearest_mode", "round_prefer_floor") : "floor";
  return ufOp(
      b, "resize",
      UF_VALUES(input, hasSizes ? none : wanted->sizes,
                wanted->scalesAreKnown ? none : wanted->scales,
                wanted->roiIsKnown ? none : wanted->roi),
      UF_ATTRS(
          {"mode", ufStrAttr(b, ufNodeStr(node, "mode", "nearest"))},
          {"coordinates", ufStrAttr(b, coordinatesOf(node, isNew))},
          {"nearest_mode", ufStrAttr(b, nearest)},
          {"cubic_coeff",
           ufFloatAttr(b, ufNodeFloat(node, "cubic_coeff_a", -0.75))},
          {"exclude_outside",
           ufBoolAttr(b, ufNodeInt(node, "exclude_outside", 0))},
          {"antialias", ufBoolAttr(b, ufNodeInt(node, "antialias", 0))},
          {"extrapolation_value",
           ufFloatAttr(b, ufNodeFloat(node, "extrapolation_value", 0))},
          {"policy", ufStrAttr(b, ufNodeStr(node, "keep_aspect_ratio_policy",
                                            "stretch"))},
          {"axes", ufIntsAttr(b, count, wanted->axes)},
          {"sizes", hasSizes ? ufIntsAttr(b, count, wanted->size)
                             : mlirAttributeGetNull()},
          {"scales", floatsAttr(b, hasScales, count, wanted->scale)},
          {"roi", floatsAttr(b, wanted->roiIsKnown, 2 * count, roi)}));
}

/// Resize: (input, scales) in opset 10, (input, roi, scales, sizes) from 11;
/// Upsample: the scales are an attribute before opset 9.
static MlirLogicalResult importResize(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  MlirValue input = ufNodeInput(node, 0);
  if (!input.ptr)
    return ufNodeError(node, "needs an input");
  UfShape shape = ufShape(input);
  bool isNew = node->version >= 11 && strcmp(node->op, "Resize") == 0;
  Wanted wanted = {.scales = nonEmptyInput(node, isNew ? 2 : 1)};
  if (isNew) {
    wanted.sizes = nonEmptyInput(node, 3);
    if (strcmp(coordinatesOf(node, isNew), "tf_crop_and_resize") == 0)
      wanted.roi = nonEmptyInput(node, 1);
  }
  if (wanted.sizes.ptr)
    wanted.scales = (MlirValue){NULL};
  UF_TRY(readWanted(node, shape.rank, &wanted));
  UF_TRY(reduceAxes(b, node, &shape, &wanted));
  return ufNodeDefine(results, buildResize(b, node, isNew, &wanted));
}

#define UPSAMPLE(name)                                                         \
  {UF_TORCH, "aten." name ".default", 0, ufTorchResize}, {                     \
    UF_TORCH, "aten." name ".vec", 0, ufTorchResize                            \
  }

static const UfOp ops[] = {
    {
        .name = "resize",
        .summary = "The image in another size, interpolated.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS},
                     {"sizes", "When computed.", UF_INTEGERS, UF_OPTIONAL},
                     {"scales", "When computed.", UF_FLOATS, UF_OPTIONAL},
                     {"roi", "When computed.", UF_FLOATS, UF_OPTIONAL}},
        .attrs = {{"mode", "What an element is made of.", UF_STRING,
                   "\"nearest\"", .oneOf = "nearest|linear|cubic"},
                  {"coordinates", "Where an element lies in the input.",
                   UF_STRING, "\"half_pixel\"",
                   .oneOf = "half_pixel|pytorch_half_pixel|half_pixel_symmetric"
                            "|align_corners|asymmetric|tf_half_pixel|"
                            "tf_crop_and_resize"},
                  {"nearest_mode", "Which element is the nearest.", UF_STRING,
                   "\"round_prefer_floor\"",
                   .oneOf = "round_prefer_floor|round_prefer_ceil|floor|ceil"},
                  {"cubic_coeff", "Of the cubic polynomial.", UF_FLOAT,
                   "-0.75 : f64"},
                  {"exclude_outside",
                   "Elements outside have no weight, else those at the edge "
                   "stand for them.",
                   UF_BOOL, "false"},
                  {"antialias", "Widens the filter when shrinking.", UF_BOOL,
                   "false"},
                  {"extrapolation_value", "What lies outside when cropping.",
                   UF_FLOAT, "0.0 : f64"},
                  {"policy", "How far sizes may be left to keep one scale.",
                   UF_STRING, "\"stretch\"",
                   .oneOf = "stretch|not_larger|not_smaller"},
                  {"axes", "Dimensions to resize; all when absent.",
                   UF_INT_LIST, .optional = true},
                  {"sizes", "Of the output, one for each axis.", UF_INT_LIST,
                   .optional = true},
                  {"scales", "Output by input, one for each axis.", UF_VALUE,
                   .optional = true},
                  {"roi", "Begins, then ends of the part to crop.", UF_VALUE,
                   .optional = true}},
        .infer = inferResize,
        .toTosa = ufResizeToTosa,
        .toLinalg = ufLowerResize,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Resize", 10, importResize},
            {UF_ONNX, "Upsample", 1, ufOpset6Upsample},
            {UF_ONNX, "Upsample", 7, importResize},
            UPSAMPLE("upsample_nearest1d"), UPSAMPLE("upsample_nearest2d"),
            UPSAMPLE("upsample_nearest3d"),
            UPSAMPLE("_upsample_nearest_exact1d"),
            UPSAMPLE("_upsample_nearest_exact2d"),
            UPSAMPLE("_upsample_nearest_exact3d"),
            UPSAMPLE("upsample_linear1d"), UPSAMPLE("upsample_bilinear2d"),
            UPSAMPLE("upsample_trilinear3d"), UPSAMPLE("upsample_bicubic2d"),
            UPSAMPLE("_upsample_bilinear2d_aa"),
            UPSAMPLE("_upsample_bicubic2d_aa")),
    },
};
UF_FAMILY(ufResizeOps, "resize", ops);
