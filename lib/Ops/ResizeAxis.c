//===-- ResizeAxis.c - A resize along one axis ----------------------------===//
//
// Tables are computed in double precision where the model runs, as sizes may
// only be known then.
//
//===----------------------------------------------------------------------===//

#include "Ops/ResizeAxis.h"

#include <math.h>

//===----------------------------------------------------------------------===//
// Coordinates
//===----------------------------------------------------------------------===//

static MlirValue f64Number(UfBuilder *b, double value) {
  return ufNumber(b, mlirF64TypeGet(b->ctx), value);
}

static MlirValue f64Real(UfBuilder *b, UfReal real) {
  return real.dynamic.ptr ? real.dynamic : f64Number(b, real.value);
}

static MlirValue f64Size(UfBuilder *b, UfSize size) {
  return ufIsStatic(size)
             ? f64Number(b, (double)size.value)
             : ufConvert(b, size.dynamic, mlirF64TypeGet(b->ctx), false, false);
}

static MlirValue scaleOf(UfBuilder *b, const UfAxis *axis) {
  if (axis->resize->hasScales)
    return f64Real(b, axis->scale);
  return ufDiv(b, f64Size(b, axis->out), f64Size(b, axis->in), false);
}

/// The output's size before it was rounded.
static MlirValue widthOf(UfBuilder *b, const UfAxis *axis) {
  return axis->resize->hasScales
             ? ufMul(b, scaleOf(b, axis), f64Size(b, axis->in))
             : f64Size(b, axis->out);
}

/// `one` where the output has one element, else `other`.
static MlirValue unlessOne(UfBuilder *b, const UfAxis *axis, MlirValue one,
                           MlirValue other) {
  MlirValue isOne =
      ufCompare(b, UF_EQ, widthOf(b, axis), f64Number(b, 1), false);
  return ufSelect(b, isOne, one, other);
}

static MlirValue cornersOf(UfBuilder *b, const UfAxis *axis, MlirValue at) {
  bool isCrop = axis->resize->coordinates == UF_RESIZE_CROP;
  MlirValue one = f64Number(b, 1);
  MlirValue last = ufSub(b, f64Size(b, axis->in), one), span = last;
  if (isCrop)
    span = ufMul(b, last,
                 ufSub(b, f64Real(b, axis->end), f64Real(b, axis->begin)));
  MlirValue x =
      ufDiv(b, ufMul(b, at, span), ufSub(b, widthOf(b, axis), one), false);
  MlirValue only = isCrop ? ufMul(b, span, f64Number(b, 0.5)) : f64Number(b, 0);
  x = unlessOne(b, axis, only, x);
  return isCrop ? ufAdd(b, x, ufMul(b, last, f64Real(b, axis->begin))) : x;
}

/// The coordinate in the input of output position `at`; both are doubles.
static MlirValue coordinateOf(UfBuilder *b, const UfAxis *axis, MlirValue at) {
  MlirValue half = f64Number(b, 0.5);
  UfResizeCoordinates kind = axis->resize->coordinates;
  if (kind == UF_RESIZE_CORNERS || kind == UF_RESIZE_CROP)
    return cornersOf(b, axis, at);
  if (kind != UF_RESIZE_ASYMMETRIC)
    at = ufAdd(b, at, half);
  MlirValue x = ufDiv(b, at, scaleOf(b, axis), false);
  if (kind == UF_RESIZE_ASYMMETRIC || kind == UF_RESIZE_TF_HALF)
    return x;
  x = ufSub(b, x, half);
  if (kind == UF_RESIZE_HALF_PYTORCH)
    return unlessOne(b, axis, f64Number(b, -0.5), x);
  if (kind != UF_RESIZE_HALF_SYMMETRIC)
    return x;
  MlirValue adjust = ufDiv(b, f64Size(b, axis->out), widthOf(b, axis), false);
  MlirValue centre = ufMul(b, f64Size(b, axis->in), half);
  MlirValue offset = ufMul(b, centre, ufSub(b, f64Number(b, 1), adjust));
  return ufAdd(b, x, offset);
}

static MlirValue loopCoordinate(UfBuilder *b, const UfAxis *axis) {
  MlirValue at = f64Size(b, (UfSize){.dynamic = ufLoopIndex(b, 0)});
  return coordinateOf(b, axis, at);
}

/// An i64 number as an index of the input, the nearest inside.
static MlirValue clampIndex(UfBuilder *b, const UfAxis *axis,
                            MlirValue number) {
  MlirType type = ufI64(b);
  UfSize last = ufSizeSub(b, axis->in, ufStatic(1));
  MlirValue most = ufIsStatic(last) ? ufInteger(b, type, last.value)
                                    : ufFromIndex(b, last.dynamic, type);
  MlirValue inside = ufMin(b, number, most, false);
  return ufMax(b, inside, ufInteger(b, type, 0), false);
}

static MlirValue nearestIndex(UfBuilder *b, const UfAxis *axis, MlirValue x) {
  static const struct {
    const char *op;
    double shift;
  } roundings[] = {{"math.ceil", -0.5},
                   {"math.floor", 0.5},
                   {"math.floor", 0},
                   {"math.ceil", 0}};
  double shift = roundings[axis->resize->rounding].shift;
  if (shift != 0)
    x = ufAdd(b, x, f64Number(b, shift));
  x = ufUnary(b, roundings[axis->resize->rounding].op, x);
  return clampIndex(b, axis, ufConvert(b, x, ufI64(b), false, false));
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// The filter at distance `t`, which is not negative.
static MlirValue filterAt(UfBuilder *b, const UfAxis *axis, MlirValue t) {
  MlirValue one = f64Number(b, 1), zero = f64Number(b, 0);
  if (axis->resize->mode == UF_RESIZE_LINEAR)
    return ufMax(b, ufSub(b, one, t), zero, false);
  // ((p t + q) t + r) t + s within one, another within two.
  double a = axis->resize->cubicCoeff;
  const double near[] = {a + 2, -(a + 3), 0, 1};
  const double far[] = {a, -5 * a, 8 * a, -4 * a};
  MlirValue inner = f64Number(b, near[0]), outer = f64Number(b, far[0]);
  for (int i = 1; i < 4; ++i) {
    inner = ufAdd(b, ufMul(b, inner, t), f64Number(b, near[i]));
    outer = ufAdd(b, ufMul(b, outer, t), f64Number(b, far[i]));
  }
  MlirValue isNear = ufCompare(b, UF_LE, t, one, false);
  MlirValue isFar = ufCompare(b, UF_LT, t, f64Number(b, 2), false);
  return ufSelect(b, isNear, inner, ufSelect(b, isFar, outer, zero));
}

/// The weight of the element `offset` (a double) after the left neighbour
/// `base` of `x`, and its number.
static MlirValue weightOf(UfBuilder *b, const UfAxis *axis, MlirValue x,
                          MlirValue offset, MlirValue *number) {
  // The left neighbour of a whole number is the number before it.
  MlirValue base = ufSub(b, ufUnary(b, "math.ceil", x), f64Number(b, 1));
  MlirValue distance = ufSub(b, offset, ufSub(b, x, base));
  if (axis->isStretched)
    distance = ufMul(b, distance, f64Real(b, axis->sharp));
  MlirValue weight = filterAt(b, axis, ufUnary(b, "math.absf", distance));
  *number = ufConvert(b, ufAdd(b, base, offset), ufI64(b), false, false);
  if (!axis->resize->excludesOutside)
    return weight;
  MlirValue isInside =
      ufCompare(b, UF_EQ, *number, clampIndex(b, axis, *number), false);
  return ufSelect(b, isInside, weight, f64Number(b, 0));
}

/// Writes index and weight of each tap. Results: indices, then weights.
void ufTapsBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                const void *data) {
  (void)args;
  const UfAxis *axis = data;
  MlirValue x = loopCoordinate(b, axis);
  if (axis->resize->mode == UF_RESIZE_NEAREST) {
    results[0] = nearestIndex(b, axis, x);
    return;
  }
  MlirValue weights[4], sum = {NULL};
  for (int k = 0; k < axis->taps; ++k) {
    MlirValue number;
    weights[k] =
        weightOf(b, axis, x, f64Number(b, axis->first.value + k), &number);
    results[k] = clampIndex(b, axis, number);
    sum = k ? ufAdd(b, sum, weights[k]) : weights[k];
  }
  for (int k = 0; k < axis->taps; ++k) {
    if (axis->resize->excludesOutside)
      weights[k] = ufDiv(b, weights[k], sum, false);
    results[axis->taps + k] =
        ufConvert(b, weights[k], axis->weight, false, false);
  }
}

/// One tap of many. Results: index, weight.
void ufTapBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
               const void *data) {
  (void)args;
  const UfAxis *axis = data;
  MlirValue offset = f64Size(b, (UfSize){.dynamic = ufLoopIndex(b, 1)});
  offset = ufAdd(b, offset, f64Real(b, axis->first));
  MlirValue x = loopCoordinate(b, axis), number;
  results[1] = weightOf(b, axis, x, offset, &number);
  results[0] = clampIndex(b, axis, number);
}

/// Whether the coordinate lies outside the input.
void ufOutsideBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                   const void *data) {
  (void)args;
  const UfAxis *axis = data;
  MlirValue x = loopCoordinate(b, axis);
  MlirValue last = ufSub(b, f64Size(b, axis->in), f64Number(b, 1));
  MlirValue isBefore = ufCompare(b, UF_LT, x, f64Number(b, 0), false);
  MlirValue isAfter = ufCompare(b, UF_GT, x, last, false);
  results[0] = ufBinary(b, "arith.ori", isBefore, isAfter);
}

//===----------------------------------------------------------------------===//
// Setting up
//===----------------------------------------------------------------------===//

/// Element `i` of a floats operand of the op, as an f64.
static UfReal operandReal(UfBuilder *b, int operand, int i) {
  MlirValue at = ufIndex(b, i);
  MlirValue x = ufExtract(b, ufInput(b, operand), &at);
  return (UfReal){.dynamic =
                      ufConvert(b, x, mlirF64TypeGet(b->ctx), false, false)};
}

/// Size `i` of the operand, or of the attribute.
static UfSize givenSize(UfBuilder *b, int i) {
  UfInts sizes = ufGetInts(b->op, "sizes");
  if (sizes.size > 0)
    return ufStatic(sizes.data[i]);
  MlirValue at = ufIndex(b, i);
  MlirValue size = ufExtract(b, ufInput(b, UF_RESIZE_SIZES), &at);
  return ufSizeMax(b, ufSizeFromValue(b, size), ufStatic(0));
}

/// The scale a policy other than stretch chooses, known when running.
static UfReal policyScale(UfBuilder *b, const UfResize *resize,
                          MlirValue image) {
  MlirValue scale = {NULL};
  for (int i = 0; i < resize->count; ++i) {
    UfSize in = ufSizeOf(b, image, resize->axes[i].dim);
    MlirValue share =
        ufDiv(b, f64Size(b, givenSize(b, i)), f64Size(b, in), false);
    if (!scale.ptr)
      scale = share;
    else if (resize->policy == UF_RESIZE_NOT_LARGER)
      scale = ufMin(b, scale, share, false);
    else
      scale = ufMax(b, scale, share, false);
  }
  return (UfReal){.dynamic = scale};
}

/// `size` rounded down, as an index that is not negative.
static UfSize floorSize(UfBuilder *b, MlirValue size) {
  size = ufUnary(b, "math.floor", size);
  size = ufConvert(b, size, ufIndexType(b), false, false);
  return ufSizeMax(b, (UfSize){.dynamic = size}, ufStatic(0));
}

/// The size of the output along axis `i` when it is not known yet.
static UfSize dynamicSize(UfBuilder *b, const UfAxis *axis, int i) {
  const UfResize *resize = axis->resize;
  if (resize->hasSizes && resize->policy == UF_RESIZE_STRETCH)
    return givenSize(b, i);
  if (resize->hasSizes) {
    MlirValue size = ufMul(b, scaleOf(b, axis), f64Size(b, axis->in));
    return floorSize(b, ufAdd(b, size, f64Number(b, 0.5)));
  }
  // In the precision frameworks use.
  MlirType type = ufF32(b);
  MlirValue in = ufConvert(b, ufSizeValue(b, axis->in), type, false, false);
  MlirValue scale = ufConvert(b, scaleOf(b, axis), type, false, false);
  return floorSize(b, ufMul(b, in, scale));
}

/// Sets what a filter that is stretched when shrinking spans.
static void stretchFilter(UfBuilder *b, UfAxis *axis) {
  const UfResize *resize = axis->resize;
  double reach = resize->mode == UF_RESIZE_LINEAR ? 1 : 2;
  // Beyond that a filter is wider than any image.
  static const double least = 0x1p-16;
  bool isKnown = ufIsStatic(axis->in) && ufIsStatic(axis->out);
  if (resize->hasScales)
    isKnown = !axis->scale.dynamic.ptr;
  if (isKnown) {
    double scale = resize->hasScales
                       ? axis->scale.value
                       : (double)axis->out.value / (double)axis->in.value;
    if (scale >= 1)
      return;
    scale = fmax(scale, least);
    axis->isStretched = true;
    axis->sharp.value = scale;
    axis->first.value = floor(-reach / scale) + 1;
    axis->stretchedTaps = ufStatic(2 - 2 * (int64_t)axis->first.value);
    return;
  }
  MlirValue scale = ufMin(b, scaleOf(b, axis), f64Number(b, 1), false);
  scale = ufMax(b, scale, f64Number(b, least), false);
  MlirValue first =
      ufUnary(b, "math.floor", ufDiv(b, f64Number(b, -reach), scale, false));
  first = ufAdd(b, first, f64Number(b, 1));
  MlirValue taps = ufSub(b, f64Number(b, 2), ufMul(b, f64Number(b, 2), first));
  axis->isStretched = true;
  axis->sharp.dynamic = scale;
  axis->first.dynamic = first;
  axis->stretchedTaps = floorSize(b, taps);
}

/// Whether nothing happens along an axis whose sizes have been found.
static bool isSame(const UfAxis *axis) {
  const UfResize *resize = axis->resize;
  bool isUnit = !resize->hasScales ||
                (!axis->scale.dynamic.ptr && axis->scale.value == 1);
  if (resize->coordinates == UF_RESIZE_CROP || !isUnit)
    return false;
  return !resize->hasSizes || (ufIsStatic(axis->in) && ufIsStatic(axis->out) &&
                               axis->in.value == axis->out.value);
}

/// Sets up axis `i`.
static void prepareAxis(UfBuilder *b, const UfResize *resize, int i,
                        MlirValue image, UfReal scale, UfAxis *axis) {
  static const int taps[] = {1, 2, 4}, firsts[] = {0, 0, -1};
  const UfResizeAxis *given = &resize->axes[i];
  *axis = (UfAxis){.resize = resize,
                   .dim = given->dim,
                   .in = ufSizeOf(b, image, given->dim),
                   .scale = scale,
                   .begin = {.value = given->begin},
                   .end = {.value = given->end},
                   .taps = taps[resize->mode],
                   .first = {.value = firsts[resize->mode]},
                   .sharp = {.value = 1}};
  if (resize->hasScales && !scale.dynamic.ptr)
    axis->scale = resize->scalesAreKnown ? (UfReal){.value = given->scale}
                                         : operandReal(b, UF_RESIZE_SCALES, i);
  if (resize->coordinates == UF_RESIZE_CROP && !resize->roiIsKnown) {
    axis->begin = operandReal(b, UF_RESIZE_ROI, i);
    axis->end = operandReal(b, UF_RESIZE_ROI, resize->count + i);
  }
  axis->out = given->size == UF_DYNAMIC ? dynamicSize(b, axis, i)
                                        : ufStatic(given->size);
  if (resize->hasSizes && !ufIsStatic(axis->in))
    ufAssert(b, ufCompare(b, UF_GT, axis->in.dynamic, ufIndex(b, 0), false),
             "resize: the input has no elements");
  if (resize->antialias)
    stretchFilter(b, axis);
}

int ufPrepareAxes(UfBuilder *b, const UfResize *resize, MlirValue image,
                  MlirType weight, UfAxis *axes) {
  UfReal scale = {0};
  if (resize->policy != UF_RESIZE_STRETCH && resize->hasSizes &&
      !resize->scalesAreKnown)
    scale = policyScale(b, resize, image);
  int count = 0;
  for (int i = 0; i < resize->count; ++i) {
    prepareAxis(b, resize, i, image, scale, &axes[count]);
    axes[count].weight = weight;
    count += !isSame(&axes[count]);
  }
  return count;
}
