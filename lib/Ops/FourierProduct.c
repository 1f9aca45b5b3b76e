//===-- FourierProduct.c - Fourier transforms as products -----------------===//
//
// A transform of known length is a product with a constant matrix. A long one
// is taken apart: with n = N2 n1 + n2 and k = k1 + N1 k2 it is transforms of
// length N1 of the columns n2, factors e^(-2 pi i n2 k1 / N), and transforms of
// length N2 of the rows k1 (Cooley and Tukey, 1965).
//
//===----------------------------------------------------------------------===//

#include "Ops/FourierProduct.h"

#include "Ops/Rearrange.h"
#include "Support/Arena.h"

#include <math.h>

/// One product is best up to this length and with this many elements in its
/// matrix; and the most elements a matrix may have.
enum { ONE_PRODUCT = 512, FEW_ELEMENTS = 1 << 18, MOST_ELEMENTS = 1 << 20 };

/// Numbers as real and imaginary parts, the latter null where all are 0. The
/// last dimension is the one transformed.
typedef struct Parts {
  MlirValue re, im;
} Parts;

typedef struct Transform {
  int64_t length;
  bool isInverse;
} Transform;

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

/// cos and sin of 2 pi r c / length: by quarters of a turn, at whose ends they
/// are exact.
static void angleOf(int64_t length, int64_t r, int64_t c, double *cosine,
                    double *sine) {
  int64_t t = r * c % length, quarter = 4 * t / length;
  double rest = (double)(4 * t - quarter * length) / (double)length;
  double x = cos(rest * M_PI_2), y = sin(rest * M_PI_2);
  for (int64_t i = 0; i < quarter; ++i) {
    double turned = -y;
    y = x;
    x = turned;
  }
  *cosine = x;
  *sine = y;
}

/// The sign of the exponent.
static double signOf(const Transform *t) { return t->isInverse ? 1 : -1; }

typedef void (*Fill)(const Transform *t, int64_t rows, int64_t columns,
                     int parts, double *out);

/// A constant of parts * rows x numColumns that `fill` writes; null when there
/// is no memory for it.
static MlirValue makeMatrix(UfBuilder *b, const Transform *t, int64_t rows,
                            int64_t columns, int parts, int64_t numColumns,
                            Fill fill) {
  UF_SCOPED(UfArena) arena = {0};
  int64_t dims[] = {parts * rows, numColumns}, count = dims[0] * dims[1];
  double *elements = UF_NEW(&arena, double, (size_t)count);
  if (!elements)
    return (MlirValue){NULL};
  fill(t, rows, columns, parts, elements);
  MlirType type = ufTensorOf(mlirF64TypeGet(b->ctx), 2, dims);
  return ufConstant(b, mlirDenseElementsAttrDoubleGet(type, count, elements));
}

/// Rows for real parts, then those for imaginary ones, if any; columns so too.
static void fillTransform(const Transform *t, int64_t rows, int64_t columns,
                          int parts, double *out) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) {
      double cosine, sine;
      angleOf(t->length, r, c, &cosine, &sine);
      double *re = out + r * 2 * columns + c;
      re[0] = cosine;
      re[columns] = signOf(t) * sine;
      if (parts == 1)
        continue;
      double *im = re + rows * 2 * columns;
      im[0] = -signOf(t) * sine;
      im[columns] = cosine;
    }
}

/// All but the first and the middle one stand for their conjugate too.
static void fillToReal(const Transform *t, int64_t rows, int64_t columns,
                       int parts, double *out) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) {
      double cosine, sine;
      bool isAlone = 2 * r % t->length == 0;
      angleOf(t->length, r, c, &cosine, &sine);
      out[r * columns + c] = isAlone ? cosine : 2 * cosine;
      if (parts == 2)
        out[(rows + r) * columns + c] = isAlone ? 0 : -2 * sine;
    }
}

/// The factors between two steps, real parts beside imaginary ones.
static void fillTurns(const Transform *t, int64_t rows, int64_t columns,
                      int parts, double *out) {
  (void)parts;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) {
      double *at = out + r * 2 * columns + c;
      angleOf(t->length, r, c, &at[0], &at[columns]);
      at[columns] *= signOf(t);
    }
}

static MlirValue multiply(UfBuilder *b, Parts x, MlirValue matrix) {
  if (!x.re.ptr || !matrix.ptr || !x.im.ptr)
    return ufCallMatmul(b, x.re, matrix, false, false);
  MlirValue both = ufCallConcat(b, UF_VALUES(x.re, x.im), ufRank(x.re) - 1);
  return ufCallMatmul(b, both, matrix, false, false);
}

/// The two halves of the last dimension.
static Parts halvesOf(UfBuilder *b, MlirValue x, int64_t count) {
  if (!x.ptr)
    return (Parts){x, x};
  int last = ufRank(x) - 1;
  return (Parts){ufCallSlice(b, x, last, 0, count),
                 ufCallSlice(b, x, last, count, 2 * count)};
}

/// The first `count` of the transform of `x`, whose size may be less than the
/// length.
static Parts transform(UfBuilder *b, const Transform *t, Parts x, int64_t size,
                       int64_t count) {
  MlirValue matrix =
      makeMatrix(b, t, size, count, x.im.ptr ? 2 : 1, 2 * count, fillTransform);
  return halvesOf(b, multiply(b, x, matrix), count);
}

/// The real numbers that the first half of their transform, `x`, stands for.
static MlirValue transformToReal(UfBuilder *b, const Transform *t, Parts x,
                                 int64_t size) {
  return multiply(b, x,
                  makeMatrix(b, t, size, t->length, x.im.ptr ? 2 : 1, t->length,
                             fillToReal));
}

//===----------------------------------------------------------------------===//
// In two steps
//===----------------------------------------------------------------------===//

/// The largest divisor of `n` up to its root.
static int64_t divisorOf(int64_t n) {
  int64_t best = 1;
  for (int64_t d = 2; d <= ONE_PRODUCT && d * d <= n; ++d)
    if (n % d == 0)
      best = d;
  return best;
}

static MlirValue swapLast(UfBuilder *b, MlirValue x) {
  return x.ptr ? ufCallTranspose(b, x, ufRank(x) - 2, ufRank(x) - 1) : x;
}

/// The last dimension as one of `rows` and what is left.
static MlirValue asMatrix(UfBuilder *b, MlirValue x, int64_t rows,
                          int64_t columns) {
  int64_t dims[UF_MAX_RANK + 1] = {0}; // 0: as it is
  if (!x.ptr)
    return x;
  int rank = ufRank(x);
  dims[rank - 1] = rows;
  dims[rank] = columns;
  return ufCallReshape(b, x, rank + 1, dims);
}

/// The two last dimensions as one.
static MlirValue asRow(UfBuilder *b, MlirValue x) {
  return x.ptr ? ufMakeFlatten(b, x, ufRank(x) - 2, ufRank(x) - 1) : x;
}

/// Times e^(-2 pi i r c / length), of the last two dimensions.
static Parts turn(UfBuilder *b, const Transform *t, Parts x, int64_t rows,
                  int64_t columns) {
  Parts by = halvesOf(
      b, makeMatrix(b, t, rows, columns, 1, 2 * columns, fillTurns), columns);
  MlirValue re = ufCall2(b, "subtract", ufCall2(b, "multiply", x.re, by.re),
                         ufCall2(b, "multiply", x.im, by.im));
  MlirValue im = ufCall2(b, "add", ufCall2(b, "multiply", x.re, by.im),
                         ufCall2(b, "multiply", x.im, by.re));
  return (Parts){re, im};
}

static Parts transformInTwo(UfBuilder *b, const Transform *t, Parts x,
                            int64_t first) {
  int64_t second = t->length / first;
  Transform columns = {first, t->isInverse}, rows = {second, t->isInverse};
  x.re = swapLast(b, asMatrix(b, x.re, first, second));
  x.im = swapLast(b, asMatrix(b, x.im, first, second));
  x = turn(b, t, transform(b, &columns, x, first, first), second, first);
  x = (Parts){swapLast(b, x.re), swapLast(b, x.im)};
  x = transform(b, &rows, x, second, second);
  return (Parts){asRow(b, swapLast(b, x.re)), asRow(b, swapLast(b, x.im))};
}

//===----------------------------------------------------------------------===//

/// Part `i` of `x` in f64, with `axis` last.
static MlirValue partOf(UfBuilder *b, MlirValue x, int i, int axis) {
  int last = ufRank(x) - 1;
  MlirValue part = ufCallSqueeze(b, ufCallSlice(b, x, last, i, i + 1), last);
  part = ufCallCast(b, part, mlirF64TypeGet(b->ctx));
  return ufMakeMoveAxis(b, part, axis, last - 1);
}

/// Replaces b->op by the parts, of which the second may be null.
static MlirLogicalResult finish(UfBuilder *b, const Transform *t, Parts y,
                                int axis) {
  MlirType type = ufElementType(mlirOperationGetOperand(b->op, 0));
  MlirValue parts[] = {y.re, y.im};
  int count = y.im.ptr ? 2 : 1;
  for (int i = 0; i < count; ++i) {
    if (t->isInverse)
      parts[i] = ufCallNumber(b, "divide", parts[i], (double)t->length);
    if (!parts[i].ptr)
      return mlirLogicalResultFailure();
    int last = ufRank(parts[i]) - 1;
    parts[i] = ufMakeMoveAxis(b, ufCallCast(b, parts[i], type), last, axis);
    parts[i] = ufCallUnsqueeze(b, parts[i], last + 1);
  }
  if (!parts[0].ptr)
    return mlirLogicalResultFailure();
  return ufReplace(
      b, ufCallConcat(b, (UfValues){parts, count}, ufRank(parts[0]) - 1));
}

/// How the transform is done.
typedef struct Plan {
  Transform transform;
  int axis, numParts;
  int64_t used;  ///< Of the input along the axis.
  int64_t count; ///< Of the result.
  int64_t first; ///< Length of the first of two steps, else 0.
  bool givesReal;
} Plan;

/// False when there is none: what is not known yet, or would be large.
static bool makePlan(MlirOperation op, Plan *plan) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  plan->axis = ufAxis(ufGetInt(op, "axis"), shape.rank);
  int64_t size = shape.dims[plan->axis], parts = shape.dims[shape.rank - 1];
  bool isInverse = ufGetBool(op, "inverse"), isHalf = ufGetBool(op, "onesided");
  if (ufOperandOf(op, 1).ptr || size == UF_DYNAMIC || size == 0 ||
      parts == UF_DYNAMIC || shape.rank == UF_MAX_RANK)
    return false;
  plan->givesReal = isInverse && isHalf;
  int64_t length = plan->givesReal ? 2 * (size - 1) : size;
  if (ufHasAttr(op, "length"))
    length = ufGetInt(op, "length");
  if (length > (int64_t)ONE_PRODUCT * ONE_PRODUCT)
    return false;
  int64_t half = length / 2 + 1, most = plan->givesReal ? half : length;
  plan->transform = (Transform){length, isInverse};
  plan->numParts = (int)parts;
  plan->used = size < most ? size : most;
  plan->count = isHalf && !isInverse ? half : length;
  int64_t elements =
      parts * plan->used * plan->count * (plan->givesReal ? 1 : 2);
  int64_t first = divisorOf(length);
  bool canSplit = first >= 4 && length / first <= ONE_PRODUCT &&
                  !plan->givesReal && plan->used == length;
  bool isShort = length <= ONE_PRODUCT && elements <= FEW_ELEMENTS;
  plan->first = canSplit && !isShort ? first : 0;
  return plan->first != 0 || elements <= MOST_ELEMENTS;
}

MlirLogicalResult ufDecomposeDft(UfBuilder *b) {
  MlirValue x = mlirOperationGetOperand(b->op, 0);
  Plan plan = {0};
  if (!makePlan(b->op, &plan))
    return mlirLogicalResultFailure();
  const Transform *t = &plan.transform;
  if (plan.used < ufDimSize(x, plan.axis))
    x = ufCallSlice(b, x, plan.axis, 0, plan.used);
  if (!x.ptr)
    return mlirLogicalResultFailure();
  Parts parts = {partOf(b, x, 0, plan.axis), {NULL}};
  if (plan.numParts == 2)
    parts.im = partOf(b, x, 1, plan.axis);
  if (plan.givesReal) {
    parts = (Parts){transformToReal(b, t, parts, plan.used), {NULL}};
  } else if (plan.first) {
    parts = transformInTwo(b, t, parts, plan.first);
    if (plan.count < t->length && parts.re.ptr && parts.im.ptr) {
      int last = ufRank(parts.re) - 1;
      parts.re = ufCallSlice(b, parts.re, last, 0, plan.count);
      parts.im = ufCallSlice(b, parts.im, last, 0, plan.count);
    }
  } else {
    parts = transform(b, t, parts, plan.used, plan.count);
  }
  return finish(b, t, parts, plan.axis);
}
