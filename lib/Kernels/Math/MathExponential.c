//===-- MathExponential.c - exp, sinh, tanh, erf and similar --------------===//
//
// Each is reduced to e^r with |r| <= ln 2 / 2 and a power of two, which is made
// of bits (Muller, Elementary Functions, 3rd edition, chapter 11). Errors are
// the greatest over all floats, with fma.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Math/Math.h"

#include <math.h>

// (e^r - 1 - r) / r^2.
static const double ofExp[] = {
    0.5, 0.166665732860565185546875, 4.1666455566883087158203125e-2,
    8.363783359527587890625e-3, 1.39361806213855743408203125e-3};
// 2^r.
static const double ofExp2[] = {1,
                                0.693147182464599609375,
                                0.2402265071868896484375,
                                5.55036552250385284423828125e-2,
                                9.618076495826244354248046875e-3,
                                1.338829868473112583160400390625e-3,
                                1.54568740981630980968475341796875e-4};
// (tanh x / x - 1) / z, with z = x^2, for |x| <= 0.625.
static const double ofTanh[] = {
    -0.3333332836627960205078125, 0.13332764804363250732421875,
    -5.3851343691349029541015625e-2, 2.1000802516937255859375e-2,
    -6.1026513576507568359375e-3};
// (sinh x / x - 1) / z for |x| <= 1.
static const double ofSinh[] = {0.16666667163372039794921875,
                                8.333298377692699432373046875e-3,
                                1.9846358918884483213043212890625e-4,
                                2.759107474048505537211894989013671875e-6};
// erf x / x - 1 in z = x^2, for |x| <= 0.93.
static const double ofErf[] = {
    0.12837915122509002685546875,      -0.37612497806549072265625,
    0.1128182709217071533203125,       -2.676623128354549407958984375e-2,
    4.9917618744075298309326171875e-3, -5.980213754810392856597900390625e-4};
// log2(1 - erf x), for 0.9 <= x <= 4: the error of the power is absolute.
static const double ofLog2Erfc[] = {
    -0.0002560730692506953, -1.626998690629408,  -0.9190829652420773,
    -0.1500941655702991,    0.03213903431748458, -0.004408307559512607,
    0.0002844728477958876};

/// 1.5 * 2^23: to add it to a number below 2^22 is to round it to an integer,
/// which the low bits then hold.
static const double rounder = 12582912;
/// log2 e; and ln 2 in two parts, so that products of the first with integers
/// below 2^15 are exact (Cody and Waite, 1980).
static const double log2OfE = 1.44269502162933349609375;
static const double ln2High = 0.693359375, ln2Low = -2.12194440e-4;

/// x = n ln 2 + rest with |rest| <= ln 2 / 2; or in powers of two, x = n + rest
/// with |rest| <= 1/2.
typedef struct Reduced {
  MlirValue rest;
  MlirValue bits; ///< An i32 whose low bits are n + bias.
} Reduced;

static Reduced reduce(const UfMath *m, MlirValue x, int bias) {
  MlirValue shift = ufMathReal(m, rounder + bias);
  MlirValue sum = ufMathFma(m, x, ufMathReal(m, log2OfE), shift);
  MlirValue n = ufMathSub(m, sum, shift);
  MlirValue rest = ufMathFma(m, n, ufMathReal(m, -ln2High), x);
  rest = ufMathFma(m, n, ufMathReal(m, -ln2Low), rest);
  return (Reduced){rest, ufMathToBits(m, sum)};
}

static Reduced reduceToTwo(const UfMath *m, MlirValue x, int bias) {
  MlirValue shift = ufMathReal(m, rounder + bias);
  MlirValue sum = ufMathAdd(m, x, shift);
  MlirValue rest = ufMathSub(m, x, ufMathSub(m, sum, shift));
  return (Reduced){rest, ufMathToBits(m, sum)};
}

/// The float whose sign and exponent are the low 9 bits: 2^(bits - 127).
static MlirValue powerOfTwo(const UfMath *m, MlirValue bits) {
  MlirValue shift = ufMathInteger(m, 23);
  return ufMathFromBits(m, ufMathBits(m, "arith.shli", bits, shift));
}

/// x * 2^n, rounded once if it is subnormal; `bits` with a bias of 254. 2^n
/// need not be a float: it is the product of two halves.
static MlirValue scale(const UfMath *m, MlirValue x, MlirValue bits) {
  MlirValue one = ufMathInteger(m, 1);
  MlirValue half = ufMathBits(m, "arith.shrui", bits, one);
  MlirValue other = ufMathBits(m, "arith.subi", bits, half);
  x = ufMathMul(m, x, powerOfTwo(m, half));
  return ufMathMul(m, x, powerOfTwo(m, other));
}

static MlirValue clamp(const UfMath *m, MlirValue x, double low, double high) {
  return ufMathAtLeast(m, ufMathAtMost(m, x, high), low);
}

// 1.07 ulp. Outside the clamp the results are 0 and infinity.
static MlirValue expandExp(const UfMath *m, const MlirValue *args) {
  Reduced r = reduce(m, clamp(m, args[0], -104, 89), 254);
  MlirValue p = ufMathPolynomial(m, r.rest, UF_COUNT(ofExp), ofExp);
  p = ufMathFma(m, p, ufMathMul(m, r.rest, r.rest), r.rest);
  return scale(m, ufMathAdd(m, p, ufMathReal(m, 1)), r.bits);
}

// 0.82 ulp.
static MlirValue expandExp2(const UfMath *m, const MlirValue *args) {
  Reduced r = reduceToTwo(m, clamp(m, args[0], -151, 129), 254);
  MlirValue p = ufMathPolynomial(m, r.rest, UF_COUNT(ofExp2), ofExp2);
  return scale(m, p, r.bits);
}

// 1.34 ulp. Twice s e^r - 1/2 with s = 2^(n - 1), which does not overflow; the
// sum is of terms each of which is exact or small.
static MlirValue expandExpm1(const UfMath *m, const MlirValue *args) {
  MlirValue x = args[0];
  Reduced r = reduce(m, clamp(m, x, -18, 89), 126);
  MlirValue p = ufMathPolynomial(m, r.rest, UF_COUNT(ofExp), ofExp);
  p = ufMathMul(m, p, ufMathMul(m, r.rest, r.rest));
  MlirValue s = powerOfTwo(m, r.bits);
  MlirValue line = ufMathSub(m, s, ufMathReal(m, 0.5));
  MlirValue half = ufMathFma(m, s, p, ufMathFma(m, s, r.rest, line));
  MlirValue isZero = ufMathCompare(m, UF_MATH_EQ, x, ufMathReal(m, 0));
  return ufMathSelect(m, isZero, x, ufMathAdd(m, half, half));
}

// 1.7 ulp. 1 - 2 / (e^2a + 1) with a = |x|; near 0, where that cancels, a
// polynomial. From 9.1 on it is 1. The error of 2a log2 e counts little, as the
// quotient decreases.
static MlirValue expandTanh(const UfMath *m, const MlirValue *args) {
  MlirValue a = ufMathAtMost(m, ufMathAbs(m, args[0]), 9.1);
  MlirValue power = ufMathMul(m, a, ufMathReal(m, 2 * M_LOG2E));
  Reduced r = reduceToTwo(m, power, 127);
  MlirValue one = ufMathReal(m, 1), two = ufMathReal(m, 2);
  MlirValue p = ufMathPolynomial(m, r.rest, UF_COUNT(ofExp2), ofExp2);
  MlirValue sum = ufMathFma(m, p, powerOfTwo(m, r.bits), one);
  MlirValue large = ufMathSub(m, one, ufMathDiv(m, two, sum));
  MlirValue z = ufMathMul(m, a, a);
  p = ufMathPolynomial(m, z, UF_COUNT(ofTanh), ofTanh);
  MlirValue small = ufMathFma(m, ufMathMul(m, p, z), a, a);
  MlirValue isSmall = ufMathCompare(m, UF_MATH_LT, a, ufMathReal(m, 0.6));
  MlirValue size = ufMathSelect(m, isSmall, small, large);
  return ufMathCopySign(m, size, args[0]);
}

// 1.3 ulp. 1 - 2^q(a) with a = |x|; near 0, where that cancels, a polynomial.
// From 4 on it is 1.
static MlirValue expandErf(const UfMath *m, const MlirValue *args) {
  MlirValue a = ufMathAtMost(m, ufMathAbs(m, args[0]), 4);
  MlirValue q = ufMathPolynomial(m, a, UF_COUNT(ofLog2Erfc), ofLog2Erfc);
  // The ninth bit makes the power negative.
  Reduced r = reduceToTwo(m, q, 256 + 127);
  MlirValue p = ufMathPolynomial(m, r.rest, UF_COUNT(ofExp2), ofExp2);
  MlirValue large = ufMathFma(m, p, powerOfTwo(m, r.bits), ufMathReal(m, 1));
  MlirValue z = ufMathMul(m, a, a);
  p = ufMathPolynomial(m, z, UF_COUNT(ofErf), ofErf);
  MlirValue small = ufMathFma(m, p, a, a);
  MlirValue isSmall = ufMathCompare(m, UF_MATH_LT, a, ufMathReal(m, 0.921875));
  MlirValue size = ufMathSelect(m, isSmall, small, large);
  return ufMathCopySign(m, size, args[0]);
}

/// e^|x| / 2, infinite no sooner than sinh and cosh are.
static MlirValue halfExp(const UfMath *m, MlirValue a) {
  Reduced r = reduce(m, ufMathAtMost(m, a, 91), 253);
  MlirValue p = ufMathPolynomial(m, r.rest, UF_COUNT(ofExp), ofExp);
  p = ufMathFma(m, p, ufMathMul(m, r.rest, r.rest), r.rest);
  return scale(m, ufMathAdd(m, p, ufMathReal(m, 1)), r.bits);
}

// 1.7 ulp. Half of e^a - e^-a with a = |x|; near 0, where that cancels, a
// polynomial.
static MlirValue expandSinh(const UfMath *m, const MlirValue *args) {
  MlirValue a = ufMathAbs(m, args[0]), half = halfExp(m, a);
  MlirValue other = ufMathDiv(m, ufMathReal(m, 0.25), half);
  MlirValue large = ufMathSub(m, half, other), z = ufMathMul(m, a, a);
  MlirValue p = ufMathPolynomial(m, z, UF_COUNT(ofSinh), ofSinh);
  MlirValue small = ufMathFma(m, ufMathMul(m, p, z), a, a);
  MlirValue isSmall = ufMathCompare(m, UF_MATH_LT, a, ufMathReal(m, 1));
  MlirValue size = ufMathSelect(m, isSmall, small, large);
  return ufMathCopySign(m, size, args[0]);
}

// 1.5 ulp.
static MlirValue expandCosh(const UfMath *m, const MlirValue *args) {
  MlirValue half = halfExp(m, ufMathAbs(m, args[0]));
  MlirValue other = ufMathDiv(m, ufMathReal(m, 0.25), half);
  return ufMathAdd(m, half, other);
}

const UfMathFunction ufMathExponentials[] = {
    {.op = "math.exp", .expand = expandExp},
    {.op = "math.exp2", .expand = expandExp2},
    {.op = "math.expm1", .expand = expandExpm1},
    {.op = "math.tanh", .expand = expandTanh},
    {.op = "math.erf", .expand = expandErf},
    {.op = "math.sinh", .expand = expandSinh},
    {.op = "math.cosh", .expand = expandCosh},
    {0},
};
