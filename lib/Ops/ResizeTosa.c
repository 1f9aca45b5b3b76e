//===-- ResizeTosa.c - A resize in TOSA -----------------------------------===//
//
// TOSA resizes height and width of an image with channels last; the coordinate
// of output position o is the fraction (o * step + offset) / unit.
//
//===----------------------------------------------------------------------===//

#include "IR/Tosa.h"
#include "Ops/Resize.h"

/// One axis of a resize as integers.
typedef struct Fraction {
  int64_t unit, step, offset, border;
} Fraction;

static int64_t gcd(int64_t x, int64_t y) {
  x = x < 0 ? -x : x;
  while (y != 0) {
    int64_t rest = x % y;
    x = y < 0 ? -y : y;
    y = rest;
  }
  return x;
}

/// The coordinate of position o as (o * step + offset) / unit; false when it is
/// no such fraction.
static bool coordinateOf(const UfResize *resize, int64_t in, int64_t out,
                         Fraction *at) {
  *at = (Fraction){.unit = 2 * out, .step = 2 * in};
  switch (resize->coordinates) {
  case UF_RESIZE_HALF:
  case UF_RESIZE_HALF_SYMMETRIC:
    at->offset = in - out;
    return true;
  case UF_RESIZE_HALF_PYTORCH:
    at->offset = in - out;
    return out > 1;
  case UF_RESIZE_CORNERS:
    at->unit = 2 * (out - 1);
    at->step = 2 * (in - 1);
    return out > 1 && in > 1;
  case UF_RESIZE_ASYMMETRIC:
    return true;
  case UF_RESIZE_TF_HALF:
    at->offset = in;
    return true;
  case UF_RESIZE_CROP:
    return false;
  }
  return false;
}

/// Shifts the coordinate so that rounding halves up, as TOSA does, gives the
/// element that `rounding` wants. `unit` is even.
static void applyRounding(UfResizeRounding rounding, Fraction *at) {
  static const struct {
    int halves, parts;
  } shifts[] = {[UF_ROUND_PREFER_FLOOR] = {0, -1},
                [UF_ROUND_PREFER_CEIL] = {0, 0},
                [UF_ROUND_FLOOR] = {-1, 0},
                [UF_ROUND_CEIL] = {1, -1}};
  at->offset +=
      shifts[rounding].halves * (at->unit / 2) + shifts[rounding].parts;
}

static bool fractionOf(const UfResize *resize, int64_t in, int64_t out,
                       Fraction *at) {
  // Beyond that, the limits below are exceeded anyway.
  if (in < 1 || out < 1 || in > 1 << 20 || out > 1 << 20)
    return false;
  if (!coordinateOf(resize, in, out, at))
    return false;
  // The unit stays even.
  int64_t common = gcd(gcd(at->unit / 2, at->step), at->offset);
  at->unit /= common;
  at->step /= common;
  at->offset /= common;
  if (resize->mode == UF_RESIZE_NEAREST)
    applyRounding(resize->rounding, at);
  at->border = at->step * (out - 1) - at->unit * (in - 1) + at->offset;
  return at->unit <= 2048 && at->step >= 1 && at->step < 16 * at->unit &&
         at->offset >= -at->unit && at->offset < 16 * at->unit &&
         at->border >= -16 * at->unit && at->border < at->unit;
}

/// The fraction for dimension `dim`, the same image when it is not resized.
static bool dimensionOf(const UfResize *resize, const UfShape *input, int dim,
                        int64_t out, Fraction *at) {
  int64_t in = input->dims[dim];
  for (int i = 0; i < resize->count; ++i) {
    const UfResizeAxis *axis = &resize->axes[i];
    if (axis->dim != dim)
      continue;
    bool isExact =
        !resize->hasScales ||
        (resize->scalesAreKnown && axis->scale * (double)in == (double)out);
    return isExact && in != UF_DYNAMIC && out != UF_DYNAMIC &&
           fractionOf(resize, in, out, at);
  }
  *at = (Fraction){.unit = 2, .step = 2};
  return in > 0;
}

/// Whether only height and width are resized, as TOSA does it.
static bool tosaHasResize(const UfResize *resize, const UfShape *input,
                          const UfShape *result) {
  if (input->rank != 4 || !ufIsFloat(input->element) ||
      !ufTosaHasType(input->element) || resize->mode == UF_RESIZE_CUBIC ||
      resize->antialias || resize->excludesOutside)
    return false;
  for (int i = 0; i < resize->count; ++i) {
    const UfResizeAxis *axis = &resize->axes[i];
    bool isUnit = resize->hasScales
                      ? resize->scalesAreKnown && axis->scale == 1
                      : input->dims[axis->dim] == result->dims[axis->dim];
    if (axis->dim < 2 && (!isUnit || input->dims[axis->dim] == UF_DYNAMIC))
      return false;
  }
  return input->dims[0] != 0 && input->dims[1] != 0;
}

MlirLogicalResult ufResizeToTosa(UfBuilder *b) {
  UfResize resize;
  UF_TRY(ufReadResize(b->op, &resize));
  MlirValue x = ufOperandOf(b->op, 0);
  UfShape input = ufShape(x), result = ufShapeOfType(ufResultType(b, 0));
  Fraction height, width;
  if (!tosaHasResize(&resize, &input, &result) ||
      !dimensionOf(&resize, &input, 2, result.dims[2], &height) ||
      !dimensionOf(&resize, &input, 3, result.dims[3], &width))
    return mlirLogicalResultFailure();
  const int64_t scale[] = {height.unit, height.step, width.unit, width.step};
  const int64_t offset[] = {height.offset, width.offset};
  const int64_t border[] = {height.border, width.border};
  const char *mode = resize.mode == UF_RESIZE_LINEAR
                         ? "#tosa.resize_mode<BILINEAR>"
                         : "#tosa.resize_mode<NEAREST_NEIGHBOR>";
  const int64_t dims[] = {result.dims[0], result.dims[2], result.dims[3],
                          result.dims[1]};
  x = ufTosaTranspose(b, x, (const int64_t[]){0, 2, 3, 1});
  x = ufBuild(b, "tosa.resize", ufTensorOf(result.element, 4, dims),
              UF_VALUES(x, ufTosaShape(b, 4, scale), ufTosaShape(b, 2, offset),
                        ufTosaShape(b, 2, border)),
              UF_ATTRS({"mode", mlirAttributeParseGet(b->ctx, ufStr(mode))}));
  return ufReplace(b, ufTosaTranspose(b, x, (const int64_t[]){0, 3, 1, 2}));
}
