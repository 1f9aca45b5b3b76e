//===-- Sampling.c - grid_sample and affine_grid --------------------------===//

#include "Ops/Sampling.h"
#include "Ops/TorchResize.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// What sampling ops share
//===----------------------------------------------------------------------===//

MlirType ufSamplingType(const UfBuilder *b, MlirType x, MlirType y) {
  if (ufIsFloat(x) && ufBitWidth(x) > 32)
    return x;
  return ufIsFloat(y) && ufBitWidth(y) > 32 ? y : ufF32(b);
}

/// A size as an i64.
static MlirValue i64Size(UfBuilder *b, UfSize size) {
  return ufIsStatic(size) ? ufInteger(b, ufI64(b), size.value)
                          : ufFromIndex(b, size.dynamic, ufI64(b));
}

MlirValue ufClampedIndex(UfBuilder *b, MlirValue number, UfSize size) {
  MlirValue last = i64Size(b, ufSizeSub(b, size, ufStatic(1)));
  number = ufMin(b, number, last, false);
  return ufToIndex(b, ufMax(b, number, ufInteger(b, ufI64(b), 0), false));
}

MlirValue ufIsIndex(UfBuilder *b, MlirValue number, UfSize size) {
  // Without a sign, negative numbers are large.
  return ufCompare(b, UF_LT, number, i64Size(b, size), /*isUnsigned=*/true);
}

MlirLogicalResult ufVerifyImage(MlirOperation op, const UfShape *image) {
  for (int i = 2; i < image->rank; ++i)
    if (image->dims[i] == 0)
      return ufOpError(op, "operand 'input' has no elements in dimension %d",
                       i);
  return mlirLogicalResultSuccess();
}

void ufAssertImage(UfBuilder *b, MlirValue image) {
  for (int i = 2; i < ufRank(image); ++i) {
    UfSize size = ufSizeOf(b, image, i);
    if (!ufIsStatic(size))
      ufAssert(b, ufCompare(b, UF_GT, size.dynamic, ufIndex(b, 0), false),
               "the image to sample has no elements");
  }
}

static MlirValue floorIndex(UfBuilder *b, MlirValue x, MlirValue *floor) {
  *floor = ufUnary(b, "math.floor", x);
  return ufConvert(b, *floor, ufI64(b), false, false);
}

void ufLinearTaps(UfBuilder *b, MlirValue x, UfSize size, UfTaps *taps) {
  MlirValue floor;
  MlirValue low = floorIndex(b, x, &floor);
  MlirValue high = ufAdd(b, low, ufInteger(b, ufI64(b), 1));
  MlirValue one = ufNumber(b, mlirValueGetType(x), 1);
  taps->count = 2;
  taps->weight[1] = ufSub(b, x, floor);
  taps->weight[0] = ufSub(b, one, taps->weight[1]);
  const MlirValue numbers[] = {low, high};
  for (int t = 0; t < 2; ++t) {
    taps->index[t] = ufClampedIndex(b, numbers[t], size);
    taps->inside[t] = ufIsIndex(b, numbers[t], size);
  }
}

typedef struct Interpolation {
  MlirValue image;
  int rank, numLeading;
  const UfTaps *taps;
  MlirType sum;
  MlirValue at[UF_MAX_RANK];
} Interpolation;

/// The sum over the taps of dimension `dim` and those after it. `inside` is
/// null where the taps before it are inside for sure.
static MlirValue sumFrom(UfBuilder *b, Interpolation *state, int dim,
                         MlirValue inside) {
  if (dim == state->rank) {
    MlirValue x = ufConvert(b, ufExtract(b, state->image, state->at),
                            state->sum, false, false);
    return inside.ptr ? ufSelect(b, inside, x, ufNumber(b, state->sum, 0)) : x;
  }
  const UfTaps *taps = &state->taps[dim - state->numLeading];
  MlirValue sum = {NULL};
  for (int t = 0; t < taps->count; ++t) {
    state->at[dim] = taps->index[t];
    MlirValue both = inside;
    if (taps->inside[t].ptr)
      both = inside.ptr ? ufBinary(b, "arith.andi", inside, taps->inside[t])
                        : taps->inside[t];
    MlirValue x = sumFrom(b, state, dim + 1, both);
    if (taps->weight[t].ptr)
      x = ufMul(b, x, taps->weight[t]);
    sum = sum.ptr ? ufAdd(b, sum, x) : x;
  }
  return sum;
}

MlirValue ufInterpolate(UfBuilder *b, MlirValue image, int numLeading,
                        const MlirValue *leading, const UfTaps *taps,
                        MlirType sum) {
  Interpolation state = {.image = image,
                         .rank = ufRank(image),
                         .numLeading = numLeading,
                         .taps = taps,
                         .sum = sum};
  memcpy(state.at, leading, (size_t)numLeading * sizeof *leading);
  return sumFrom(b, &state, numLeading, (MlirValue){NULL});
}

//===----------------------------------------------------------------------===//
// grid_sample
//
//   output[n, c, p] = input[n, c, x], interpolated, where x is grid[n, p]: the
//   last dimension's coordinate first, from -1 for the begin of a dimension to
//   1 for its end; with align_corners these are the centres of the first and
//   last elements, else their edges. With padding_mode border or reflection, x
//   is moved into the image; with moves_elements only the elements are that are
//   interpolated between.
//
// (C1) input and grid have the same rank, from 3 to 5.
// (C2) grid[n, p] has one number for each dimension of p.
// (C3) input and grid have the same batch size.
// (C4) the image is not empty.
// (C5) elements that are no floats are not interpolated: mode is nearest.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferGridSample(MlirOperation op, UfShape *results) {
  UfShape input = ufShape(ufOperandOf(op, 0));
  UfShape grid = ufShape(ufOperandOf(op, 1));
  if (input.rank != grid.rank || input.rank < 3 ||
      input.rank > UF_MAX_SAMPLED + 2) // C1
    return ufOpError(op,
                     "operands 'input' and 'grid' must have the same rank from "
                     "3 to %d, but have %d and %d",
                     UF_MAX_SAMPLED + 2, input.rank, grid.rank);
  int64_t count = grid.dims[grid.rank - 1], batch = grid.dims[0];
  if (count != UF_DYNAMIC && count != input.rank - 2) // C2
    return ufOpError(
        op, "operand 'grid' must have %d coordinates, but has %" PRId64,
        input.rank - 2, count);
  if (!ufSizesAgree(batch, input.dims[0])) // C3
    return ufOpError(op,
                     "operand 'input' has a batch of %" PRId64
                     ", 'grid' one of "
                     "%" PRId64,
                     input.dims[0], batch);
  UF_TRY(ufVerifyImage(op, &input)); // C4
  const char *mode = ufGetStr(op, "mode");
  if (!ufIsFloat(input.element) && strcmp(mode, "nearest") != 0) // C5
    return ufOpError(op, "mode '%s' interpolates floats only", mode);
  results[0] = input;
  if (input.dims[0] == UF_DYNAMIC)
    results[0].dims[0] = batch;
  for (int i = 2; i < input.rank; ++i)
    results[0].dims[i] = grid.dims[i - 1];
  return mlirLogicalResultSuccess();
}

typedef enum Outside {
  OUTSIDE_ZERO,
  OUTSIDE_BORDER,
  OUTSIDE_REFLECTED
} Outside;
typedef enum Method { METHOD_NEAREST, METHOD_LINEAR, METHOD_CUBIC } Method;

typedef struct GridSample {
  MlirValue image, grid;
  UfSize sizes[UF_MAX_SAMPLED + 2]; ///< Of the image.
  Method method;
  Outside outside;
  bool alignsCorners;
  bool movesElements;
  MlirType type, element;
} GridSample;

static MlirValue floatSize(UfBuilder *b, UfSize size, MlirType type) {
  return ufIsStatic(size) ? ufNumber(b, type, (double)size.value)
                          : ufConvert(b, size.dynamic, type, false, false);
}

/// A grid coordinate in elements of the image.
static MlirValue denormalize(UfBuilder *b, const GridSample *op, MlirValue x,
                             MlirValue size) {
  MlirValue one = ufNumber(b, op->type, 1), half = ufNumber(b, op->type, 0.5);
  x = ufAdd(b, x, one);
  if (op->alignsCorners)
    return ufMul(b, ufMul(b, x, half), ufSub(b, size, one));
  return ufMul(b, ufSub(b, ufMul(b, x, size), one), half);
}

/// `x` mirrored at `low` and `high` until it lies between them.
static MlirValue reflect(UfBuilder *b, const GridSample *op, MlirValue x,
                         MlirValue low, MlirValue high) {
  MlirType type = op->type;
  MlirValue zero = ufNumber(b, type, 0), two = ufNumber(b, type, 2);
  MlirValue range = ufSub(b, high, low);
  MlirValue before = ufSub(b, low, x), after = ufSub(b, x, high);
  MlirValue isBefore = ufCompare(b, UF_GT, before, zero, false);
  MlirValue isAfter = ufCompare(b, UF_GT, after, zero, false);
  MlirValue beyond = ufSelect(b, isBefore, before, after);
  MlirValue turns = ufUnary(b, "math.floor", ufDiv(b, beyond, range, false));
  MlirValue rest = ufSub(b, beyond, ufMul(b, turns, range));
  MlirValue halves =
      ufUnary(b, "math.floor", ufMul(b, turns, ufNumber(b, type, 0.5)));
  MlirValue isEven = ufCompare(b, UF_EQ, ufMul(b, halves, two), turns, false);
  // Going out at one end an even number of turns means coming in there.
  MlirValue comesLow =
      ufBuild(b, "arith.cmpi", ufI1(b), UF_VALUES(isBefore, isEven),
              UF_ATTRS({"predicate", ufIntAttr(b, 0)}));
  MlirValue inside =
      ufSelect(b, comesLow, ufAdd(b, low, rest), ufSub(b, high, rest));
  MlirValue isOut = ufBinary(b, "arith.ori", isBefore, isAfter);
  return ufSelect(b, isOut, inside, x);
}

/// The ends between which a coordinate is reflected.
static void reflectionEnds(UfBuilder *b, const GridSample *op, MlirValue size,
                           MlirValue *low, MlirValue *high) {
  *low = ufNumber(b, op->type, op->alignsCorners ? 0 : -0.5);
  *high = ufSub(b, size, ufNumber(b, op->type, op->alignsCorners ? 1 : 0.5));
}

/// A coordinate with what padding_mode does to one outside of the image.
static MlirValue bringInside(UfBuilder *b, const GridSample *op, MlirValue x,
                             MlirValue size) {
  MlirValue low, high;
  reflectionEnds(b, op, size, &low, &high);
  if (op->outside == OUTSIDE_REFLECTED)
    return reflect(b, op, x, low, high);
  if (op->outside == OUTSIDE_ZERO)
    return x;
  MlirValue isOut = ufBinary(b, "arith.ori", ufCompare(b, UF_LT, x, low, false),
                             ufCompare(b, UF_GT, x, high, false));
  MlirValue zero = ufNumber(b, op->type, 0);
  MlirValue last = ufSub(b, size, ufNumber(b, op->type, 1));
  MlirValue clamped = ufMax(b, ufMin(b, x, last, false), zero, false);
  return ufSelect(b, isOut, clamped, x);
}

/// Sets tap `t` to the element at the whole number `x`.
static void setTap(UfBuilder *b, const GridSample *op, UfSize size, MlirValue x,
                   UfTaps *taps, int t) {
  if (op->outside == OUTSIDE_REFLECTED) {
    MlirValue low, high;
    reflectionEnds(b, op, floatSize(b, size, op->type), &low, &high);
    x = reflect(b, op, x, low, high);
  }
  MlirValue number = ufConvert(b, x, ufI64(b), false, false);
  taps->index[t] = ufClampedIndex(b, number, size);
  taps->inside[t] = op->outside == OUTSIDE_ZERO ? ufIsIndex(b, number, size)
                                                : (MlirValue){NULL};
}

/// The cubic polynomial at distance `t`: within one, or within two.
static MlirValue cubicWeight(UfBuilder *b, MlirType type, MlirValue t,
                             bool isNear) {
  static const double a = -0.75;
  const double near[] = {a + 2, -(a + 3), 0, 1};
  const double far[] = {a, -5 * a, 8 * a, -4 * a};
  const double *factors = isNear ? near : far;
  MlirValue sum = ufNumber(b, type, factors[0]);
  for (int i = 1; i < 4; ++i)
    sum = ufAdd(b, ufMul(b, sum, t), ufNumber(b, type, factors[i]));
  return sum;
}

/// The taps of coordinate `x` along spatial dimension `dim`.
static void tapsOf(UfBuilder *b, const GridSample *op, int dim, MlirValue x,
                   UfTaps *taps) {
  UfSize size = op->sizes[dim + 2];
  MlirValue number = floatSize(b, size, op->type);
  *taps = (UfTaps){.count = 1};
  x = denormalize(b, op, x, number);
  if (op->method == METHOD_NEAREST)
    x = ufUnary(b, "math.roundeven", x);
  if (!op->movesElements)
    x = bringInside(b, op, x, number);
  if (op->method == METHOD_NEAREST) {
    setTap(b, op, size, x, taps, 0);
    return;
  }
  MlirValue floor = ufUnary(b, "math.floor", x), share = ufSub(b, x, floor);
  int first = op->method == METHOD_CUBIC ? -1 : 0;
  taps->count = 2 - 2 * first;
  for (int t = 0; t < taps->count; ++t) {
    int offset = first + t;
    MlirValue shift = ufNumber(b, op->type, offset);
    setTap(b, op, size, offset ? ufAdd(b, floor, shift) : floor, taps, t);
    MlirValue distance =
        offset > 0 ? ufSub(b, shift, share) : ufSub(b, share, shift);
    bool isNear = offset == 0 || offset == 1;
    taps->weight[t] = op->method == METHOD_CUBIC
                          ? cubicWeight(b, op->type, distance, isNear)
                          : ufSub(b, ufNumber(b, op->type, 1), distance);
  }
}

static void gridBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  (void)args;
  const GridSample *op = data;
  int rank = ufRank(op->image), m = rank - 2;
  MlirValue at[UF_MAX_RANK] = {ufLoopIndex(b, 0)};
  for (int i = 0; i < m; ++i)
    at[i + 1] = ufLoopIndex(b, i + 2);
  UfTaps taps[UF_MAX_SAMPLED] = {0};
  for (int i = 0; i < m; ++i) {
    at[m + 1] = ufIndex(b, m - 1 - i);
    MlirValue x =
        ufConvert(b, ufExtract(b, op->grid, at), op->type, false, false);
    tapsOf(b, op, i, x, &taps[i]);
  }
  const MlirValue leading[] = {ufLoopIndex(b, 0), ufLoopIndex(b, 1)};
  MlirType type = op->method == METHOD_NEAREST ? op->element : op->type;
  MlirValue sum = ufInterpolate(b, op->image, 2, leading, taps, type);
  results[0] = ufConvert(b, sum, op->element, false, false);
}

static const char *parallel(int rank) {
  static const char iterators[] = "pppppppppppppppp";
  return &iterators[UF_MAX_RANK - rank];
}

static MlirLogicalResult lowerGridSample(UfBuilder *b) {
  const char *mode = ufGetStr(b->op, "mode");
  const char *padding = ufGetStr(b->op, "padding_mode");
  GridSample op = {.image = ufInput(b, 0),
                   .grid = ufInput(b, 1),
                   .method = METHOD_NEAREST,
                   .outside = OUTSIDE_ZERO,
                   .alignsCorners = ufGetBool(b->op, "align_corners"),
                   .movesElements = ufGetBool(b->op, "moves_elements")};
  if (strcmp(mode, "nearest") != 0)
    op.method = strcmp(mode, "linear") == 0 ? METHOD_LINEAR : METHOD_CUBIC;
  if (strcmp(padding, "zeros") != 0)
    op.outside =
        strcmp(padding, "border") == 0 ? OUTSIDE_BORDER : OUTSIDE_REFLECTED;
  op.element = ufElementType(op.image);
  op.type = ufSamplingType(b, op.element, ufElementType(op.grid));
  ufSizesOf(b, op.image, op.sizes);
  ufAssertImage(b, op.image);
  int rank = ufRank(op.image);
  UfSize sizes[UF_MAX_SAMPLED + 2] = {op.sizes[0], op.sizes[1]};
  for (int i = 2; i < rank; ++i)
    sizes[i] = ufSizeOf(b, op.grid, i - 1);
  ufAssertSameSize(b, sizes[0], ufSizeOf(b, op.grid, 0),
                   "grid_sample: input and grid have different batch sizes");
  MlirValue init = ufEmpty(b, op.element, rank, sizes);
  MlirAffineMap map = ufMapIdentity(b, rank);
  return ufReplace(b, ufGeneric(b, &(UfGeneric){.inits = {&init, 1},
                                                .maps = &map,
                                                .iterators = parallel(rank),
                                                .body = gridBody,
                                                .data = &op}));
}

static MlirLogicalResult importGridSample(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  // Opset 16 named the modes after two dimensions.
  const char *mode = ufNodeStr(node, "mode", "linear");
  if (strcmp(mode, "bilinear") == 0)
    mode = "linear";
  else if (strcmp(mode, "bicubic") == 0)
    mode = "cubic";
  const char *padding = ufNodeStr(node, "padding_mode", "zeros");
  bool aligns = ufNodeInt(node, "align_corners", 0);
  return ufNodeDefine(results,
                      ufOp(b, "grid_sample", node->inputs,
                           UF_ATTRS({"mode", ufStrAttr(b, mode)},
                                    {"padding_mode", ufStrAttr(b, padding)},
                                    {"align_corners", ufBoolAttr(b, aligns)})));
}

//===----------------------------------------------------------------------===//
// affine_grid
//
//   output[n, p, i] = sum_j theta[n, i, j] * x[j] + theta[n, i, last], where
//   x holds the coordinates of p in an image of `size`, the last dimension's
//   first, as grid_sample reads them.
//
// (C1) size, attribute or operand, has four or five numbers, none negative:
//      batch, channels, image.
// (C2) theta is (batch, d, d + 1) for d dimensions of the image.
//===----------------------------------------------------------------------===//

/// Reads the size, UF_DYNAMIC where it is computed.
static MlirLogicalResult readSize(MlirOperation op, UfInts *size) {
  MlirValue operand = ufOperandOf(op, 1);
  bool isGood = (operand.ptr != NULL) != ufHasAttr(op, "size");
  *size = ufGetInts(op, "size");
  if (operand.ptr)
    isGood &= ufRank(operand) == 1 && ufKnownInts(operand, size);
  isGood &= size->size == 4 || size->size == 5;
  for (int i = 0; isGood && i < size->size; ++i)
    isGood = size->data[i] >= 0 || size->data[i] == UF_DYNAMIC;
  if (!isGood) // C1
    return ufOpError(op,
                     "needs one attribute or operand 'size' of four or five "
                     "numbers that are not negative");
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferAffineGrid(MlirOperation op, UfShape *results) {
  UfShape theta = ufShape(ufOperandOf(op, 0));
  UfInts size = {0};
  UF_TRY(readSize(op, &size));
  int m = size.size - 2;
  const int64_t wanted[] = {size.data[0], m, m + 1};
  bool agree = theta.rank == 3;
  for (int i = 0; agree && i < 3; ++i)
    agree = theta.dims[i] == wanted[i] || theta.dims[i] == UF_DYNAMIC ||
            wanted[i] == UF_DYNAMIC;
  char text[UF_SHAPE_TEXT];
  if (!agree) // C2
    return ufOpError(op, "operand 'theta' must be (batch, %d, %d), but is %s",
                     m, m + 1, ufShapeText(&theta, text, sizeof text));
  *results = (UfShape){.rank = m + 2, .element = theta.element};
  results->dims[0] = theta.dims[0] == UF_DYNAMIC ? size.data[0] : theta.dims[0];
  for (int i = 0; i < m; ++i)
    results->dims[i + 1] = size.data[i + 2];
  results->dims[m + 1] = m;
  return mlirLogicalResultSuccess();
}

typedef struct AffineGrid {
  MlirValue theta;
  int rank; ///< Of the image.
  UfSize size[UF_MAX_SAMPLED];
  bool alignsCorners;
  MlirType type, element;
} AffineGrid;

/// The coordinate, from -1 to 1, of the loops' position along image dimension
/// `dim`.
static MlirValue positionOf(UfBuilder *b, const AffineGrid *op, int dim) {
  MlirType type = op->type;
  MlirValue one = ufNumber(b, type, 1), two = ufNumber(b, type, 2);
  MlirValue size = floatSize(b, op->size[dim], type);
  MlirValue at = ufConvert(b, ufLoopIndex(b, dim + 1), type, false, false);
  if (!op->alignsCorners) {
    at = ufAdd(b, ufMul(b, at, two), one);
    return ufSub(b, ufDiv(b, at, size, false), one);
  }
  MlirValue x = ufDiv(b, ufMul(b, at, two), ufSub(b, size, one), false);
  MlirValue isOne = ufCompare(b, UF_LE, size, one, false);
  return ufSelect(b, isOne, ufNumber(b, type, 0), ufSub(b, x, one));
}

static void affineBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  (void)args;
  const AffineGrid *op = data;
  int m = op->rank;
  MlirValue at[] = {ufLoopIndex(b, 0), ufLoopIndex(b, m + 1), ufIndex(b, m)};
  MlirValue sum =
      ufConvert(b, ufExtract(b, op->theta, at), op->type, false, false);
  for (int j = m - 1; j >= 0; --j) {
    at[2] = ufIndex(b, j);
    MlirValue factor =
        ufConvert(b, ufExtract(b, op->theta, at), op->type, false, false);
    sum = ufMulAdd(b, factor, positionOf(b, op, m - 1 - j), sum);
  }
  results[0] = ufConvert(b, sum, op->element, false, false);
}

static MlirLogicalResult lowerAffineGrid(UfBuilder *b) {
  UfInts size = {0};
  UF_TRY(readSize(b->op, &size));
  AffineGrid op = {.theta = ufInput(b, 0),
                   .rank = size.size - 2,
                   .alignsCorners = ufGetBool(b->op, "align_corners")};
  op.element = ufElementType(op.theta);
  op.type = ufSamplingType(b, op.element, op.element);
  UfSize all[UF_MAX_SAMPLED + 2] = {0}, sizes[UF_MAX_SAMPLED + 2];
  for (int i = 0; i < size.size; ++i) {
    MlirValue at = ufIndex(b, i);
    all[i] = size.data[i] != UF_DYNAMIC
                 ? ufStatic(size.data[i])
                 : ufSizeFromValue(b, ufExtract(b, ufInput(b, 1), &at));
    all[i] = ufSizeMax(b, all[i], ufStatic(0));
  }
  sizes[0] = ufSizeOf(b, op.theta, 0);
  for (int i = 0; i < op.rank; ++i)
    sizes[i + 1] = op.size[i] = all[i + 2];
  sizes[op.rank + 1] = ufStatic(op.rank);
  ufAssertSameSize(b, all[0], sizes[0],
                   "affine_grid: theta has another batch size than `size`");
  for (int i = 1; i < 3; ++i)
    ufAssertSameSize(b, ufSizeOf(b, op.theta, i), ufStatic(op.rank + i - 1),
                     "affine_grid: theta does not fit the image");
  MlirValue init = ufEmpty(b, op.element, op.rank + 2, sizes);
  MlirAffineMap map = ufMapIdentity(b, op.rank + 2);
  return ufReplace(b,
                   ufGeneric(b, &(UfGeneric){.inits = {&init, 1},
                                             .maps = &map,
                                             .iterators = parallel(op.rank + 2),
                                             .body = affineBody,
                                             .data = &op}));
}

static MlirLogicalResult importAffineGrid(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  UfInts size = {0};
  MlirValue given = ufNodeInput(node, 1);
  bool isKnown = ufConstantInts(given, &size);
  bool aligns = ufNodeInt(node, "align_corners", 0);
  return ufNodeDefine(
      results,
      ufOp(b, "affine_grid",
           UF_VALUES(ufNodeInput(node, 0), isKnown ? (MlirValue){NULL} : given),
           UF_ATTRS({"size", isKnown ? ufIntsAttr(b, size.size, size.data)
                                     : mlirAttributeGetNull()},
                    {"align_corners", ufBoolAttr(b, aligns)})));
}

static const UfOp ops[] = {
    {
        .name = "affine_grid",
        .summary = "The coordinates of an image's elements, transformed.",
        .operands = {{"theta", "(batch, d, d + 1).", UF_FLOATS},
                     {"size", "When computed.", UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"size", "Batch, channels and sizes of the image.",
                   UF_INT_LIST, .optional = true},
                  {"align_corners", "-1 and 1 are centres, not edges.", UF_BOOL,
                   "false"}},
        .infer = inferAffineGrid,
        .toLinalg = lowerAffineGrid,
        .imports = UF_IMPORTS({UF_ONNX, "AffineGrid", 20, importAffineGrid},
                              {UF_TORCH, "aten.affine_grid_generator.default",
                               0, ufTorchAffineGrid}),
    },
    {
        .name = "grid_sample",
        .summary = "The image at given coordinates, interpolated.",
        .operands = {{"input", "(batch, channels, image).",
                      UF_NUMBERS | UF_BOOLS},
                     {"grid", "(batch, positions, coordinates).", UF_FLOATS}},
        .attrs = {{"mode", "How to interpolate.", UF_STRING, "\"linear\"",
                   .oneOf = "nearest|linear|cubic"},
                  {"padding_mode", "What lies outside the image.", UF_STRING,
                   "\"zeros\"", .oneOf = "zeros|border|reflection"},
                  {"align_corners", "-1 and 1 are centres, not edges.", UF_BOOL,
                   "false"},
                  {"moves_elements",
                   "Outside, the padding moves the elements around a "
                   "coordinate, else the coordinate.",
                   UF_BOOL, "false"}},
        .infer = inferGridSample,
        .toLinalg = lowerGridSample,
        .imports = UF_IMPORTS(
            {UF_ONNX, "GridSample", 16, importGridSample},
            {UF_TORCH, "aten.grid_sampler.default", 0, ufTorchGridSample},
            {UF_TORCH, "aten.grid_sampler_2d.default", 0, ufTorchGridSample},
            {UF_TORCH, "aten.grid_sampler_3d.default", 0, ufTorchGridSample}),
    },
};
UF_FAMILY(ufSamplingOps, "sampling", ops);
