//===-- Quantized.c - Arithmetic on quantised tensors ---------------------===//
//
// With zero points a and b, sum (x - a) (y - b) is
//
//   sum x y - a * sum (y - b) - b * sum x
//
// so that products are of the integers as they are, and what weights alone
// decide is computed once. The first operand is made unsigned and the second
// one signed, by turning their sign bits and moving the zero points by 128:
// which is what processors multiply. Everything is modulo 2^32, as i32 is.
//
//===----------------------------------------------------------------------===//

#include "Ops/Quantized.h"
#include "Ops/Fold.h"
#include "Ops/Rearrange.h"
#include "Ops/Window.h"

static MlirType i32(const UfBuilder *b) { return ufIntType(b, 32); }

static bool isByte(MlirValue x) {
  return ufIsInt(ufElementType(x)) && ufBitWidth(ufElementType(x)) == 8;
}

bool ufIsZeroConstant(MlirValue value) {
  MlirAttribute elements = ufConstantOf(value);
  return !mlirAttributeIsNull(elements) && ufIsSplatOf(elements, 0);
}

/// `x` with values and zero point 128 higher or lower, as unsigned or signed
/// bytes. The zero point is i32, null for 0.
static UfQuantized asBytes(UfBuilder *b, const UfQuantized *x,
                           bool isUnsigned) {
  UfQuantized result = *x;
  if (x->zero.ptr && ufIsZeroConstant(x->zero))
    result.zero.ptr = NULL;
  result.zero = ufCallCast(b, result.zero, i32(b));
  if (!isByte(x->value) || ufIsUnsigned(ufElementType(x->value)) == isUnsigned)
    return result;
  MlirType type = isUnsigned ? mlirIntegerTypeUnsignedGet(b->ctx, 8)
                             : mlirIntegerTypeGet(b->ctx, 8);
  MlirValue cast = ufCallCast(b, x->value, type);
  // Adding 128 turns the highest bit, whatever the signs.
  result.value = ufCallNumber(b, "add", cast, isUnsigned ? 128 : -128);
  MlirValue shift = ufScalarConstant(b, i32(b), isUnsigned ? 128 : -128);
  result.zero = result.zero.ptr ? ufCall2(b, "add", result.zero, shift) : shift;
  return result;
}

MlirValue ufAlongAxis(UfBuilder *b, MlirValue x, int axis, int rank) {
  if (!x.ptr || ufRank(x) > 1 || ufRank(x) == rank)
    return x;
  int64_t dims[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    dims[i] = 1;
  if (ufRank(x) == 1 && ufDimSize(x, 0) != 1)
    dims[axis] = -1;
  return ufCallReshape(b, x, rank, dims);
}

static MlirValue minus(UfBuilder *b, MlirValue x, MlirValue y) {
  return y.ptr ? ufCall2(b, "subtract", x, y) : x;
}

/// sum (y - zero) over `axes`, in i32.
static MlirValue sumOf(UfBuilder *b, MlirValue y, MlirValue zero,
                       const UfInts *axes, bool keepdims) {
  MlirValue wide = minus(b, ufCallCast(b, y, i32(b)), zero);
  return ufCallReduce(b, "reduce_sum", wide, axes, keepdims);
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

enum { MAX_CONV_ATTRS = 8 };

/// conv1d to conv3d in i32, with the zero point outside of the image.
static MlirValue convolve(UfBuilder *b, const UfQuantized *x, MlirValue weight,
                          MlirValue bias, UfAttrs attrs) {
  UfAttr all[MAX_CONV_ATTRS];
  if (!x->value.ptr || !weight.ptr || attrs.size + 1 > MAX_CONV_ATTRS)
    return (MlirValue){NULL};
  for (intptr_t i = 0; i < attrs.size; ++i)
    all[i] = attrs.data[i];
  all[attrs.size] = (UfAttr){"to", mlirTypeAttrGet(i32(b))};
  MlirValue outside = {NULL};
  if (x->zero.ptr)
    outside = ufCallReshape(b, ufCallCast(b, x->zero, ufElementType(x->value)),
                            0, NULL);
  char name[16];
  ufSpatialName(name, sizeof name, "conv", ufRank(weight) - 2);
  return ufOp(b, name, UF_VALUES(x->value, weight, bias, outside),
              (UfAttrs){all, attrs.size + 1});
}

/// The sums of what each window sees, for each output or, without groups, one
/// for all outputs.
static MlirValue windowSums(UfBuilder *b, const UfQuantized *x,
                            MlirValue weight, UfAttrs attrs) {
  bool hasGroups = ufDimSize(x->value, 1) == UF_DYNAMIC ||
                   ufDimSize(x->value, 1) != ufDimSize(weight, 1);
  MlirValue like = hasGroups ? weight : ufCallSlice(b, weight, 0, 0, 1);
  MlirValue one = ufScalarConstant(b, ufElementType(weight), 1);
  return convolve(b, x, ufCallExpandLike(b, one, like), (MlirValue){NULL},
                  attrs);
}

MlirValue ufQuantizedConvolution(UfBuilder *b, const UfQuantized *image,
                                 const UfQuantized *weights, MlirValue bias,
                                 UfAttrs attrs) {
  UfQuantized x = asBytes(b, image, true), w = asBytes(b, weights, false);
  if (!x.value.ptr || !w.value.ptr)
    return (MlirValue){NULL};
  int rank = ufRank(w.value);
  w.zero = ufAlongAxis(b, w.zero, 0, rank);
  UfInts axes = {.size = rank - 1};
  for (int i = 0; i < axes.size; ++i)
    axes.data[i] = i + 1;
  if (x.zero.ptr) {
    x.zero = ufCallReshape(b, x.zero, 0, NULL);
    MlirValue extra =
        ufCall2(b, "multiply", x.zero, sumOf(b, w.value, w.zero, &axes, false));
    bias = bias.ptr ? ufCall2(b, "subtract", bias, extra)
                    : ufCall1(b, "neg", extra);
    if (!bias.ptr)
      return bias;
  }
  MlirValue sums = convolve(b, &x, w.value, bias, attrs);
  if (!w.zero.ptr || !sums.ptr)
    return sums;
  int64_t perOutput[UF_MAX_RANK] = {-1};
  for (int i = 1; i + 1 < rank; ++i)
    perOutput[i] = 1;
  return minus(b, sums,
               ufCall2(b, "multiply", windowSums(b, &x, w.value, attrs),
                       ufCallReshape(b, w.zero, rank - 1, perOutput)));
}

//===----------------------------------------------------------------------===//
// Products of matrices
//===----------------------------------------------------------------------===//

/// The zero points of rows as a column.
static MlirValue ofRows(UfBuilder *b, MlirValue zero) {
  return zero.ptr && ufRank(zero) == 1 ? ufAlongAxis(b, zero, 0, 2) : zero;
}

MlirValue ufQuantizedProduct(UfBuilder *b, const UfQuantized *lhs,
                             const UfQuantized *rhs) {
  UfQuantized x = asBytes(b, lhs, true), y = asBytes(b, rhs, false);
  if (!x.value.ptr || !y.value.ptr)
    return (MlirValue){NULL};
  x.zero = ofRows(b, x.zero);
  MlirValue sums = ufOp(b, "batch_matmul", UF_VALUES(x.value, y.value),
                        UF_ATTRS({"to", mlirTypeAttrGet(i32(b))}));
  if (x.zero.ptr) {
    UfInts axes = {1, {ufRank(y.value) - 2}};
    MlirValue columns = sumOf(b, y.value, y.zero, &axes, true);
    sums = minus(b, sums, ufCall2(b, "multiply", x.zero, columns));
  }
  if (y.zero.ptr) {
    UfInts axes = {1, {ufRank(x.value) - 1}};
    MlirValue rows = sumOf(b, x.value, (MlirValue){NULL}, &axes, true);
    sums = minus(b, sums, ufCall2(b, "multiply", rows, y.zero));
  }
  return sums;
}

//===----------------------------------------------------------------------===//
// Back to small integers
//===----------------------------------------------------------------------===//

MlirValue ufRequantize(UfBuilder *b, MlirValue sums, MlirValue scaleX,
                       MlirValue scaleY, const UfQuantized *result) {
  MlirType f32 = ufF32(b);
  MlirValue unit = ufCall2(b, "multiply", ufCallCast(b, scaleX, f32),
                           ufCallCast(b, scaleY, f32));
  MlirValue factor =
      ufCall2(b, "divide", unit, ufCallCast(b, result->scale, f32));
  return ufMake(b, "requantize", UF_VALUES(sums, factor, result->zero),
                UF_NO_ATTRS);
}

//===----------------------------------------------------------------------===//
// ONNX
//===----------------------------------------------------------------------===//

/// Input `at`, with what is given of its scale and zero point.
static MlirLogicalResult readQuantized(const UfNode *node, int at, int scale,
                                       int zero, UfQuantized *out) {
  *out = (UfQuantized){.value = ufNodeInput(node, at)};
  if (scale >= 0)
    out->scale = ufNodeInput(node, scale);
  out->zero = ufNodeInput(node, zero);
  if (!out->value.ptr || (scale >= 0 && !out->scale.ptr))
    return ufNodeError(node, "needs inputs %d and %d", at,
                       scale >= 0 ? scale : at);
  if (!ufIsInt(ufElementType(out->value)))
    return ufNodeError(node, "takes integers, but input %d has none", at);
  if (scale >= 0 && !ufIsFloat(ufElementType(out->scale)))
    return ufNodeError(node, "takes floats as scales, but input %d has none",
                       scale);
  return mlirLogicalResultSuccess();
}

/// Operands of ConvInteger and MatMulInteger.
static MlirLogicalResult readIntegers(const UfNode *node, UfQuantized *x,
                                      UfQuantized *y) {
  UF_TRY(readQuantized(node, 0, -1, 2, x));
  return readQuantized(node, 1, -1, 3, y);
}

/// Operands of QLinearConv and QLinearMatMul, and the scale and zero point of
/// the result.
static MlirLogicalResult readLinear(const UfNode *node, UfQuantized *x,
                                    UfQuantized *y, UfQuantized *result) {
  *result = (UfQuantized){.scale = ufNodeInput(node, 6),
                          .zero = ufNodeInput(node, 7)};
  UF_TRY(readQuantized(node, 0, 1, 2, x));
  UF_TRY(readQuantized(node, 3, 4, 5, y));
  if (!result->scale.ptr || !result->zero.ptr)
    return ufNodeError(node, "needs inputs 6 and 7");
  return mlirLogicalResultSuccess();
}

/// Whether a scale or zero point, which may be null, has one element or is a
/// vector.
static bool isListOf(MlirValue x, bool isOne) {
  return !x.ptr || ufRank(x) == 0 ||
         (ufRank(x) == 1 && (!isOne || ufDimSize(x, 0) == 1));
}

static MlirLogicalResult checkScales(const UfNode *node, int at,
                                     const UfQuantized *x, bool isOne) {
  if (isListOf(x->scale, isOne) && isListOf(x->zero, isOne))
    return mlirLogicalResultSuccess();
  return ufNodeError(node,
                     "takes %s as scale and zero point of input %d, but has "
                     "another shape",
                     isOne ? "one number" : "one number or a vector", at);
}

static MlirValue importConvolution(UfBuilder *b, const UfNode *node,
                                   const UfQuantized *x, const UfQuantized *w,
                                   MlirValue bias) {
  int rank = 0;
  UfAttr attrs[UF_WINDOW_ATTRS + 1];
  if (mlirLogicalResultIsFailure(ufNodeWindow(b, node, &rank, attrs)))
    return (MlirValue){NULL};
  attrs[UF_WINDOW_ATTRS] =
      (UfAttr){"groups", ufIntAttr(b, ufNodeInt(node, "group", 1))};
  if (ufRank(w->value) != rank + 2) {
    ufNodeError(node, "takes a weight of rank %d, but has one of rank %d",
                rank + 2, ufRank(w->value));
    return (MlirValue){NULL};
  }
  return ufQuantizedConvolution(b, x, w, bias,
                                (UfAttrs){attrs, UF_COUNT(attrs)});
}

MlirLogicalResult ufOnnxConvInteger(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  UfQuantized x, w;
  UF_TRY(readIntegers(node, &x, &w));
  UF_TRY(checkScales(node, 0, &x, true));
  UF_TRY(checkScales(node, 1, &w, false));
  return ufNodeDefine(results,
                      importConvolution(b, node, &x, &w, (MlirValue){NULL}));
}

MlirLogicalResult ufOnnxQLinearConv(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  UfQuantized x, w, y;
  UF_TRY(readLinear(node, &x, &w, &y));
  UF_TRY(checkScales(node, 0, &x, true));
  UF_TRY(checkScales(node, 3, &w, false));
  MlirValue sums = importConvolution(b, node, &x, &w, ufNodeInput(node, 8));
  if (!sums.ptr)
    return mlirLogicalResultFailure();
  int rank = ufRank(sums);
  y.scale = ufAlongAxis(b, y.scale, 1, rank);
  y.zero = ufAlongAxis(b, y.zero, 1, rank);
  return ufNodeDefine(results,
                      ufRequantize(b, sums, ufAlongAxis(b, x.scale, 1, rank),
                                   ufAlongAxis(b, w.scale, 1, rank), &y));
}

/// A vector on the left is a row, one on the right a column; the dimension of
/// one goes from the result.
typedef struct Vectors {
  bool isRow, isColumn;
} Vectors;

static MlirValue asVectors(UfBuilder *b, Vectors vectors, MlirValue result) {
  if (vectors.isColumn)
    result = ufCallSqueeze(b, result, -1);
  return vectors.isRow ? ufCallSqueeze(b, result, vectors.isColumn ? -1 : -2)
                       : result;
}

/// Whether a scale or zero point, which may be null, is one number, has one for
/// each of a matrix' rows or columns, which `dim` counts from the end, or
/// broadcasts to them with one element along the other dimension.
static bool isAlong(MlirValue x, MlirValue matrix, int dim) {
  if (!x.ptr || ufRank(x) == 0)
    return true;
  int rank = ufRank(x), whole = ufRank(matrix);
  if (rank > whole || (rank > 1 && ufDimSize(x, rank - 3 + dim) != 1))
    return false;
  for (int i = 1; i <= rank; ++i) {
    int64_t size = ufDimSize(x, rank - i);
    int64_t wanted = ufDimSize(matrix, whole - (rank == 1 ? dim : i));
    if (size != 1 && size != wanted && size != UF_DYNAMIC &&
        wanted != UF_DYNAMIC)
      return false;
  }
  return true;
}

enum { COLUMNS = 1, ROWS = 2 };

static MlirLogicalResult checkFactor(const UfNode *node, int at,
                                     const UfQuantized *x, int dim) {
  if (isAlong(x->scale, x->value, dim) && isAlong(x->zero, x->value, dim))
    return mlirLogicalResultSuccess();
  return ufNodeError(node,
                     "takes one scale and zero point of input %d, or one for "
                     "each %s, but has another shape",
                     at, dim == ROWS ? "row" : "column");
}

/// Makes matrices of the operands, of which the second is input `at`.
static MlirLogicalResult asMatrices(UfBuilder *b, const UfNode *node,
                                    UfQuantized *x, UfQuantized *y, int at,
                                    Vectors *vectors) {
  *vectors = (Vectors){ufRank(x->value) == 1, ufRank(y->value) == 1};
  if (ufRank(x->value) < 1 || ufRank(y->value) < 1)
    return ufNodeError(node,
                       "takes operands of rank 1 or more, but they have "
                       "rank %d and %d",
                       ufRank(x->value), ufRank(y->value));
  if (vectors->isRow)
    x->value = ufCallUnsqueeze(b, x->value, 0);
  if (vectors->isColumn)
    y->value = ufCallUnsqueeze(b, y->value, 1);
  if (!x->value.ptr || !y->value.ptr)
    return mlirLogicalResultFailure();
  UF_TRY(checkFactor(node, 0, x, ROWS));
  return checkFactor(node, at, y, COLUMNS);
}

MlirLogicalResult ufOnnxMatMulInteger(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  UfQuantized x, y;
  Vectors vectors;
  UF_TRY(readIntegers(node, &x, &y));
  UF_TRY(asMatrices(b, node, &x, &y, 1, &vectors));
  return ufNodeDefine(results,
                      asVectors(b, vectors, ufQuantizedProduct(b, &x, &y)));
}

MlirLogicalResult ufOnnxQLinearMatMul(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  UfQuantized x, y, z;
  Vectors vectors;
  UF_TRY(readLinear(node, &x, &y, &z));
  UF_TRY(asMatrices(b, node, &x, &y, 3, &vectors));
  z.scale = ofRows(b, z.scale);
  z.zero = ofRows(b, z.zero);
  MlirValue sums = ufQuantizedProduct(b, &x, &y);
  return ufNodeDefine(
      results,
      asVectors(b, vectors,
                ufRequantize(b, sums, ofRows(b, x.scale), y.scale, &z)));
}
