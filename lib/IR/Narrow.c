//===-- Narrow.c - Numbers of 8 bits and fewer ----------------------------===//
//
// Narrow numbers are an i8 with their bits until they are converted, by way of
// f32. The conversions are integer arithmetic on bits, in straight lines, so
// that they become vectors.
//
//===----------------------------------------------------------------------===//

#include "IR/Linalg.h"

#include <math.h>

/// A float of a sign, `exponent` and `mantissa` bits.
typedef struct Format {
  bool (*isA)(MlirType type);
  int exponent, mantissa, bias;
  int highest;  ///< The code of the largest finite number.
  int infinity; ///< Of infinity; 0: there is none, and it becomes `nan`.
  /// Of NaN with the sign 0. Where there is none, what becomes of NaN: minus
  /// zero, as in ml_dtypes.
  int nan;
  bool saturates;      ///< Always: ONNX gives the choice for 8 bits only.
  bool isZeroUnsigned; ///< The code of minus zero is NaN's.
} Format;

static const Format formats[] = {
    {mlirTypeIsAFloat8E4M3FN, 4, 3, 7, 0x7e, 0, 0x7f, false, false},
    {mlirTypeIsAFloat8E4M3FNUZ, 4, 3, 8, 0x7f, 0, 0x80, false, true},
    {mlirTypeIsAFloat8E5M2, 5, 2, 15, 0x7b, 0x7c, 0x7e, false, false},
    {mlirTypeIsAFloat8E5M2FNUZ, 5, 2, 16, 0x7f, 0, 0x80, false, true},
    {mlirTypeIsAFloat6E2M3FN, 2, 3, 1, 0x1f, 0, 0x20, true, false},
    {mlirTypeIsAFloat6E3M2FN, 3, 2, 3, 0x1f, 0, 0x20, true, false},
    {mlirTypeIsAFloat4E2M1FN, 2, 1, 1, 0x07, 0, 0x08, true, false},
};

static const Format *findFormat(MlirType type) {
  for (int i = 0; i < UF_COUNT(formats); ++i)
    if (formats[i].isA(type))
      return &formats[i];
  return NULL;
}

bool ufHasConversion(MlirType element) {
  if (!ufIsNarrow(element))
    return ufIsFloat(element) || mlirTypeIsAInteger(element);
  return ufIsInt(element) || mlirTypeIsAFloat8E8M0FNU(element) ||
         findFormat(element);
}

//===----------------------------------------------------------------------===//
// Arithmetic on integers of one width
//===----------------------------------------------------------------------===//

static MlirValue constantLike(UfBuilder *b, MlirValue like, int64_t value) {
  return ufInteger(b, mlirValueGetType(like), value);
}

static MlirValue shift(UfBuilder *b, const char *name, MlirValue x, int count) {
  return ufBinary(b, name, x, constantLike(b, x, count));
}

static MlirValue maskBits(UfBuilder *b, MlirValue x, int64_t mask) {
  return ufBinary(b, "arith.andi", x, constantLike(b, x, mask));
}

static MlirValue isBeyond(UfBuilder *b, UfPredicate predicate, MlirValue x,
                          int64_t limit) {
  return ufCompare(b, predicate, x, constantLike(b, x, limit), false);
}

static MlirValue castBits(UfBuilder *b, MlirValue x, MlirType to) {
  return ufBuild(b, "arith.bitcast", to, UF_VALUES(x), UF_NO_ATTRS);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// The bits of an f32 that is a power of two.
static int64_t bitsOfPower(int exponent) {
  return (int64_t)(exponent + 127) << 23;
}

/// The magnitude of code `code`, an i32 without its sign, as an f32's bits.
static MlirValue readMagnitude(UfBuilder *b, const Format *format,
                               MlirValue code) {
  int mantissa = format->mantissa;
  MlirValue normal = ufAdd(
      b, shift(b, "arith.shli", code, 23 - mantissa),
      constantLike(b, code, bitsOfPower(-format->bias) - bitsOfPower(-127)));
  // Subnormal ones are multiples of the smallest.
  MlirValue smallest =
      ufNumber(b, ufF32(b), ldexp(1, 1 - format->bias - mantissa));
  MlirValue multiple =
      ufMul(b, ufConvert(b, code, ufF32(b), false, false), smallest);
  MlirValue isSubnormal = isBeyond(b, UF_LT, code, 1 << mantissa);
  MlirValue bits = ufSelect(
      b, isSubnormal, castBits(b, multiple, mlirValueGetType(code)), normal);
  if (format->infinity)
    bits = ufSelect(b, isBeyond(b, UF_EQ, code, format->infinity),
                    constantLike(b, code, 0x7f800000), bits);
  return bits;
}

static MlirValue readFloat(UfBuilder *b, const Format *format, MlirValue bits) {
  MlirValue all = ufConvert(b, bits, ufIntType(b, 32), true, false);
  int signBit = 1 << (format->exponent + format->mantissa);
  MlirValue code = maskBits(b, all, signBit - 1);
  MlirValue sign = shift(b, "arith.shli", maskBits(b, all, signBit),
                         31 - format->exponent - format->mantissa);
  MlirValue magnitude = readMagnitude(b, format, code);
  MlirValue nan = constantLike(b, code, 0x7fc00000);
  if (!format->isZeroUnsigned && !format->saturates)
    magnitude = ufSelect(
        b,
        isBeyond(b, UF_GT, code,
                 format->infinity ? format->infinity : format->highest),
        nan, magnitude);
  MlirValue result = ufBinary(b, "arith.ori", magnitude, sign);
  if (format->isZeroUnsigned)
    result = ufSelect(b, isBeyond(b, UF_EQ, all, format->nan), nan, result);
  return castBits(b, result, ufF32(b));
}

/// An exponent alone: code c is 2^(c - 127), and 255 NaN.
static MlirValue readPower(UfBuilder *b, MlirValue bits) {
  MlirValue code = ufConvert(b, bits, ufIntType(b, 32), true, false);
  MlirValue result = shift(b, "arith.shli", code, 23);
  // 2^-127 is a subnormal f32.
  result = ufSelect(b, isBeyond(b, UF_EQ, code, 0),
                    constantLike(b, code, 0x00400000), result);
  result = ufSelect(b, isBeyond(b, UF_EQ, code, 255),
                    constantLike(b, code, 0x7fc00000), result);
  return castBits(b, result, ufF32(b));
}

static MlirValue readInteger(UfBuilder *b, MlirType type, MlirValue bits) {
  int width = ufBitWidth(type);
  if (ufIsUnsigned(type))
    return maskBits(b, bits, (1 << width) - 1);
  return shift(b, "arith.shrsi", shift(b, "arith.shli", bits, 8 - width),
               8 - width);
}

MlirValue ufReadNarrow(UfBuilder *b, MlirValue bits, MlirType type) {
  if (ufIsInt(type))
    return readInteger(b, type, bits);
  const Format *format = findFormat(type);
  return format ? readFloat(b, format, bits) : readPower(b, bits);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// The bits of an f32, an i32, or of an f64, an i64.
typedef struct Bits {
  int mantissa, bias;
  MlirValue value;     ///< The float's absolute value.
  MlirValue magnitude; ///< Its bits.
  MlirValue isNegative;
  int64_t infinity; ///< The bits of infinity.
} Bits;

static Bits takeBits(UfBuilder *b, MlirValue x) {
  int width = ufBitWidth(mlirValueGetType(x));
  Bits bits = {.mantissa = width == 64 ? 52 : 23,
               .bias = width == 64 ? 1023 : 127};
  MlirValue all = castBits(b, x, ufIntType(b, width));
  bits.infinity = (2 * (int64_t)bits.bias + 1) << bits.mantissa;
  bits.magnitude = maskBits(b, all, INT64_MAX >> (64 - width));
  bits.value = castBits(b, bits.magnitude, mlirValueGetType(x));
  bits.isNegative = isBeyond(b, UF_LT, all, 0);
  return bits;
}

/// The code nearest to a magnitude, as if there were exponents without end.
static MlirValue roundToCode(UfBuilder *b, const Format *format,
                             const Bits *bits) {
  int lost = bits->mantissa - format->mantissa;
  MlirValue x = bits->magnitude;
  // Half a unit, less a bit if the unit's bit is 0: ties go to even.
  MlirValue isOdd = maskBits(b, shift(b, "arith.shrui", x, lost), 1);
  MlirValue half = constantLike(b, x, ((int64_t)1 << (lost - 1)) - 1);
  MlirValue sum = ufAdd(b, x, ufAdd(b, half, isOdd));
  MlirValue normal = ufSub(
      b, shift(b, "arith.shrui", sum, lost),
      constantLike(b, x,
                   (int64_t)(bits->bias - format->bias) << format->mantissa));
  // Adding a number whose unit is the smallest subnormal one rounds to it.
  int unit = 1 - format->bias - format->mantissa;
  MlirType floats = mlirValueGetType(bits->value);
  MlirValue large = ufNumber(b, floats, ldexp(1, unit + bits->mantissa));
  MlirValue multiple =
      castBits(b, ufAdd(b, bits->value, large), mlirValueGetType(x));
  multiple = ufSub(b, multiple, castBits(b, large, mlirValueGetType(x)));
  int64_t leastNormal = (int64_t)(1 - format->bias + bits->bias)
                        << bits->mantissa;
  return ufSelect(b, isBeyond(b, UF_LT, x, leastNormal), multiple, normal);
}

/// Puts the sign on a code: NaN's is kept where it has one.
static MlirValue signCode(UfBuilder *b, const Format *format, MlirValue code,
                          MlirValue isNegative) {
  int64_t signBit = 1 << (format->exponent + format->mantissa);
  MlirValue sign = ufSelect(b, isNegative, constantLike(b, code, signBit),
                            constantLike(b, code, 0));
  if (!format->isZeroUnsigned)
    return ufBinary(b, "arith.xori", code, sign);
  MlirValue isZero = isBeyond(b, UF_EQ, code, 0);
  return ufSelect(b, isZero, code, ufBinary(b, "arith.ori", code, sign));
}

static MlirValue writeFloat(UfBuilder *b, const Format *format, MlirValue x,
                            bool saturates) {
  Bits bits = takeBits(b, x);
  MlirValue code = roundToCode(b, format, &bits);
  int beyond = format->infinity ? format->infinity : format->nan;
  if (saturates || format->saturates)
    beyond = format->highest;
  code = ufSelect(b, isBeyond(b, UF_GT, code, format->highest),
                  constantLike(b, code, beyond), code);
  code = ufSelect(b, isBeyond(b, UF_GT, bits.magnitude, bits.infinity),
                  constantLike(b, code, format->nan), code);
  code = signCode(b, format, code, bits.isNegative);
  return ufConvert(b, code, ufIntType(b, 8), false, false);
}

/// An exponent of 8 bits. Negative numbers are NaN; so is, unless it saturates,
/// what is beyond the range.
static MlirValue writePower(UfBuilder *b, MlirValue x, UfNarrowing how) {
  Bits bits =
      takeBits(b, ufConvert(b, x, mlirF64TypeGet(b->ctx), false, false));
  MlirValue sum = bits.magnitude;
  if (how.rounding == UF_ROUND_UP)
    sum = ufAdd(b, sum, constantLike(b, sum, ((int64_t)1 << 52) - 1));
  else if (how.rounding == UF_ROUND_NEAREST)
    sum = ufAdd(b, sum, constantLike(b, sum, (int64_t)1 << 51));
  MlirValue code = ufSub(b, shift(b, "arith.shrui", sum, 52),
                         constantLike(b, sum, 1023 - 127));
  MlirValue nan = constantLike(b, code, 255), low = constantLike(b, code, 0);
  MlirValue isLow = isBeyond(b, UF_LT, code, 0);
  MlirValue isHigh = isBeyond(b, UF_GT, code, 254);
  MlirValue high = constantLike(b, code, 254);
  code = ufSelect(b, isLow, how.saturates ? low : nan, code);
  code = ufSelect(b, isHigh, how.saturates ? high : nan, code);
  MlirValue isNan = isBeyond(b, UF_GT, bits.magnitude, bits.infinity);
  MlirValue isBelowZero = ufBinary(b, "arith.andi", bits.isNegative,
                                   isBeyond(b, UF_NE, bits.magnitude, 0));
  code = ufSelect(b, ufBinary(b, "arith.ori", isNan, isBelowZero), nan, code);
  return ufConvert(b, code, ufIntType(b, 8), false, false);
}

/// The low bits of an integer, or of a float rounded toward 0.
static MlirValue writeInteger(UfBuilder *b, MlirType type, MlirValue x,
                              bool isUnsigned) {
  if (ufIsFloat(mlirValueGetType(x)))
    x = ufConvert(b, x, ufIntType(b, 32), false, false);
  x = ufConvert(b, x, ufIntType(b, 8), isUnsigned, false);
  return maskBits(b, x, (1 << ufBitWidth(type)) - 1);
}

MlirValue ufWriteNarrow(UfBuilder *b, MlirValue x, bool isUnsigned,
                        MlirType type, UfNarrowing how) {
  if (ufIsInt(type))
    return writeInteger(b, type, x, isUnsigned);
  // Wider numbers are rounded twice, as in every framework.
  x = ufConvert(b, x, ufF32(b), isUnsigned, false);
  const Format *format = findFormat(type);
  return format ? writeFloat(b, format, x, how.saturates)
                : writePower(b, x, how);
}

MlirValue ufConvertElement(UfBuilder *b, MlirValue x, MlirType from,
                           MlirType to, UfNarrowing how) {
  if (mlirTypeEqual(from, to))
    return x;
  if (ufIsNarrow(from))
    x = ufReadNarrow(b, x, from);
  bool isUnsigned = ufIsUnsigned(from);
  if (ufIsNarrow(to))
    return ufWriteNarrow(b, x, isUnsigned, to, how);
  return ufConvert(b, x, ufSignless(to), isUnsigned, ufIsUnsigned(to));
}
