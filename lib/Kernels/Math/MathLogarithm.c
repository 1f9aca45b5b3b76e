//===-- MathLogarithm.c - log, log2, log10, log1p and powers --------------===//
//
// x = 2^e (1 + f) with 1 + f between the roots of 1/2 and 2, so that the
// logarithm is e log 2 + log(1 + f) without cancellation (Muller, Elementary
// Functions, 3rd edition, chapter 11). Errors are the greatest over all floats,
// with fma.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Math/Math.h"

#include <math.h>

// (log(1 + f) - f) / f^2.
static const double ofLog[] = {
    -0.4999999701976776123046875,  0.33333313465118408203125,
    -0.2500081360340118408203125,  0.200026810169219970703125,
    -0.16627480089664459228515625, 0.14173205196857452392578125,
    -0.1308389008045196533203125,  0.1292240917682647705078125,
    -8.042369782924652099609375e-2};
// log2(1 + f) / f - 1.
static const double ofLog2[] = {
    0.4426950514316558837890625,  -0.721347332000732421875,
    0.48089659214019775390625,    -0.360697090625762939453125,
    0.288634836673736572265625,   -0.239658355712890625,
    0.20358352363109588623046875, -0.18981732428073883056640625,
    0.19131131470203399658203125, -0.11861728131771087646484375};
// log10(1 + f) / f - 1/2.
static const double ofLog10[] = {
    -6.5705515444278717041015625e-2, -0.21714718639850616455078125,
    0.144764363765716552734375,      -0.108580537140369415283203125,
    8.6885355412960052490234375e-2,  -7.2144739329814910888671875e-2,
    6.13190568983554840087890625e-2, -5.71685171617455422878265625e-2,
    5.74211291968822479248046875e-2, -3.54583375155925750732421875e-2};
// log2((1 + s) / (1 - s)) / s in s^2, in f64.
static const double ofLog2Ratio[] = {
    2.885390081790283556273379872436635196208953857421875,
    0.96179667310721239648074742945027537643909454345703125,
    0.57708362976345117800747175351716578006744384765625,
    0.411670003161757780407725704208132810890674591064453125,
    0.340781067337266152516779116563366435468196868896484375};
// 2^r for |r| <= 1/2, in f64.
static const double ofExp2[] = {
    1.0000000005541682668308567372150719165802001953125,
    0.69314720573728527686085953973815776407718658447265625,
    0.2402264689064211033997509048696277685473346710205078125,
    5.55032877693646675698602166448836214840412139892578125e-2,
    9.61848895603934807285728680881220498122274875640869140625e-3,
    1.33999312287381576631883906003395168227143585681915283203125e-3,
    1.534581229890366051941269498470887810981366783380508422851562e-4};

/// The exponent's place in the bits of a float, and the bits of the root of
/// 1/2.
typedef struct Format {
  int shift;
  int64_t root;
} Format;

static const Format single = {23, 0x3f3504f3}, wide = {52, 0x3fe6a09e667f3bcd};

/// x = 2^e * significand.
typedef struct Split {
  MlirValue power; ///< The bits of e, where the exponent has its place.
  MlirValue e;     ///< As a float.
  MlirValue significand;
} Split;

/// Of a normal number.
static Split split(const UfMath *m, const Format *format, MlirValue x) {
  MlirValue bits = ufMathToBits(m, x);
  MlirValue root = ufMathInteger(m, format->root);
  MlirValue mask = ufMathInteger(m, -((int64_t)1 << format->shift));
  MlirValue shift = ufMathInteger(m, format->shift);
  MlirValue above = ufMathBits(m, "arith.subi", bits, root);
  MlirValue power = ufMathBits(m, "arith.andi", above, mask);
  MlirValue e = ufMathBits(m, "arith.shrsi", above, shift);
  MlirValue rest = ufMathBits(m, "arith.subi", bits, power);
  return (Split){
      power, ufBuild(m->b, "arith.sitofp", m->real, UF_VALUES(e), UF_NO_ATTRS),
      ufMathFromBits(m, rest)};
}

/// As split, of any positive number: subnormal ones are made normal first.
static Split splitAny(const UfMath *m, MlirValue x) {
  MlirValue least = ufMathReal(m, 0x1p-126);
  MlirValue isSmall = ufMathCompare(m, UF_MATH_LT, x, least);
  MlirValue scaled = ufMathMul(m, x, ufMathReal(m, 0x1p23));
  Split s = split(m, &single, ufMathSelect(m, isSmall, scaled, x));
  MlirValue shifted = ufMathAdd(m, s.e, ufMathReal(m, -23));
  s.e = ufMathSelect(m, isSmall, shifted, s.e);
  return s;
}

/// `result`, except where the logarithm is of infinity or NaN, which it then
/// is, of 0 or of less; `zero` is where the logarithm's argument is 0.
static MlirValue finish(const UfMath *m, MlirValue x, double zero,
                        MlirValue result) {
  MlirValue infinity = ufMathReal(m, INFINITY), least = ufMathReal(m, zero);
  MlirValue isFinite = ufMathCompare(m, UF_MATH_LT, x, infinity);
  MlirValue isBelow = ufMathCompare(m, UF_MATH_LT, x, least);
  MlirValue isZero = ufMathCompare(m, UF_MATH_EQ, x, least);
  result = ufMathSelect(m, isFinite, result, x);
  result = ufMathSelect(m, isBelow, ufMathReal(m, NAN), result);
  return ufMathSelect(m, isZero, ufMathReal(m, -INFINITY), result);
}

/// e ln 2 + log(1 + f).
static MlirValue naturalLog(const UfMath *m, MlirValue e, MlirValue f) {
  MlirValue p = ufMathPolynomial(m, f, UF_COUNT(ofLog), ofLog);
  MlirValue log = ufMathFma(m, p, ufMathMul(m, f, f), f);
  return ufMathFma(m, e, ufMathReal(m, M_LN2), log);
}

static MlirValue fraction(const UfMath *m, MlirValue significand) {
  return ufMathSub(m, significand, ufMathReal(m, 1));
}

// 0.90 ulp.
static MlirValue expandLog(const UfMath *m, const MlirValue *args) {
  Split s = splitAny(m, args[0]);
  MlirValue log = naturalLog(m, s.e, fraction(m, s.significand));
  return finish(m, args[0], 0, log);
}

// 0.93 ulp.
static MlirValue expandLog2(const UfMath *m, const MlirValue *args) {
  Split s = splitAny(m, args[0]);
  MlirValue f = fraction(m, s.significand);
  MlirValue p = ufMathPolynomial(m, f, UF_COUNT(ofLog2), ofLog2);
  MlirValue log = ufMathAdd(m, s.e, ufMathFma(m, p, f, f));
  return finish(m, args[0], 0, log);
}

// 0.94 ulp. log10 2 is in two parts, so that products with the first are exact.
static MlirValue expandLog10(const UfMath *m, const MlirValue *args) {
  static const double high = 0.301025390625, low = 4.605038981195214e-06;
  Split s = splitAny(m, args[0]);
  MlirValue f = fraction(m, s.significand);
  MlirValue p = ufMathPolynomial(m, f, UF_COUNT(ofLog10), ofLog10);
  MlirValue half = ufMathMul(m, f, ufMathReal(m, 0.5));
  MlirValue log = ufMathFma(m, p, f, half);
  log = ufMathFma(m, s.e, ufMathReal(m, low), log);
  log = ufMathFma(m, s.e, ufMathReal(m, high), log);
  return finish(m, args[0], 0, log);
}

// 1.42 ulp. 1 + x is rounded to u; what is lost, which is x + 1 - u, is added
// to f after dividing it by 2^e, where it still counts.
static MlirValue expandLog1p(const UfMath *m, const MlirValue *args) {
  MlirValue x = args[0], one = ufMathReal(m, 1), zero = ufMathInteger(m, 0);
  MlirValue u = ufMathAdd(m, x, one);
  MlirValue isLess = ufMathCompare(m, UF_MATH_LT, x, one);
  MlirValue large = ufMathSelect(m, isLess, one, x);
  MlirValue small = ufMathSelect(m, isLess, x, one);
  MlirValue lost = ufMathSub(m, small, ufMathSub(m, u, large));
  Split s = split(m, &single, u);
  MlirValue bits = ufMathInteger(m, 0x3f800000);
  bits = ufMathBits(m, "arith.subi", bits, s.power);
  bits = ufMathBits(m, "arith.maxsi", bits, zero);
  MlirValue f =
      ufMathFma(m, lost, ufMathFromBits(m, bits), fraction(m, s.significand));
  MlirValue log = finish(m, x, -1, naturalLog(m, s.e, f));
  MlirValue isZero = ufMathCompare(m, UF_MATH_EQ, x, ufMathReal(m, 0));
  return ufMathSelect(m, isZero, x, log);
}

//===----------------------------------------------------------------------===//
// Powers
//===----------------------------------------------------------------------===//

/// log2 x in f64 for x >= 0, relative error 2^-37, by the series in
/// s = f / (2 + f).
static MlirValue wideLog2(const UfMath *m, MlirValue x) {
  Split parts = split(m, &wide, x);
  MlirValue f = fraction(m, parts.significand);
  MlirValue s = ufMathDiv(m, f, ufMathAdd(m, f, ufMathReal(m, 2)));
  MlirValue p = ufMathPolynomial(m, ufMathMul(m, s, s), UF_COUNT(ofLog2Ratio),
                                 ofLog2Ratio);
  MlirValue log = ufMathFma(m, p, s, parts.e);
  return finish(m, x, 0, log);
}

/// 2^x in f64, where it is a float of f32 other than 0 and infinity, and a
/// number that is rounded to those where it is not.
static MlirValue wideExp2(const UfMath *m, MlirValue x) {
  x = ufMathAtLeast(m, ufMathAtMost(m, x, 200), -200);
  MlirValue shift = ufMathReal(m, 0x1.8p52 + 1023);
  MlirValue sum = ufMathAdd(m, x, shift);
  MlirValue rest = ufMathSub(m, x, ufMathSub(m, sum, shift));
  MlirValue p = ufMathPolynomial(m, rest, UF_COUNT(ofExp2), ofExp2);
  MlirValue bits = ufMathBits(m, "arith.shli", ufMathToBits(m, sum),
                              ufMathInteger(m, wide.shift));
  return ufMathMul(m, p, ufMathFromBits(m, bits));
}

static MlirValue both(const UfMath *m, const char *name, MlirValue x,
                      MlirValue y) {
  return ufBuild(m->b, name, m->truth, UF_VALUES(x, y), UF_NO_ATTRS);
}

static MlirValue isWhole(const UfMath *m, MlirValue x) {
  MlirValue whole =
      ufBuild(m->b, "math.floor", m->real, UF_VALUES(x), UF_NO_ATTRS);
  return ufMathCompare(m, UF_MATH_EQ, whole, x);
}

/// |x|^y with the sign and the exceptions of C's pow: an odd power has the sign
/// of x, another one of a negative number is NaN; x^0 and 1^y are 1 for NaN
/// too.
static MlirValue signedPower(const UfMath *m, MlirValue x, MlirValue y,
                             MlirValue size) {
  MlirValue whole = isWhole(m, y), zero = ufMathReal(m, 0);
  MlirValue one = ufMathReal(m, 1);
  MlirValue isHalfWhole = isWhole(m, ufMathMul(m, y, ufMathReal(m, 0.5)));
  MlirValue odd = ufMathCopySign(m, size, x);
  MlirValue result = ufMathSelect(m, isHalfWhole, size, odd);
  MlirValue isNegative = ufMathCompare(m, UF_MATH_LT, x, zero);
  MlirValue isFinite =
      ufMathCompare(m, UF_MATH_GT, x, ufMathReal(m, -INFINITY));
  MlirValue isNone = both(m, "arith.andi", isNegative, isFinite);
  MlirValue broken = ufMathSelect(m, isNone, ufMathReal(m, NAN), size);
  result = ufMathSelect(m, whole, result, broken);
  MlirValue isOne = both(m, "arith.ori", ufMathCompare(m, UF_MATH_EQ, x, one),
                         ufMathCompare(m, UF_MATH_EQ, y, zero));
  return ufMathSelect(m, isOne, one, result);
}

// 0.54 ulp. 2^(y log2 |x|) in f64. Exponents are kept finite: 0 times infinity
// would be NaN, but a great power of 1 is 1.
static MlirValue expandPow(const UfMath *m, const MlirValue *args) {
  MlirValue x = args[0], y = args[1];
  UfMath in = ufMathOf(m->b, m->real, mlirF64TypeGet(m->b->ctx), m->hasFma);
  MlirValue finite = ufMathAtLeast(m, ufMathAtMost(m, y, 0x1p60), -0x1p60);
  MlirValue base = ufBuild(m->b, "arith.extf", in.real,
                           UF_VALUES(ufMathAbs(m, x)), UF_NO_ATTRS);
  MlirValue power =
      ufBuild(m->b, "arith.extf", in.real, UF_VALUES(finite), UF_NO_ATTRS);
  power = wideExp2(&in, ufMathMul(&in, power, wideLog2(&in, base)));
  MlirValue size =
      ufBuild(m->b, "arith.truncf", m->real, UF_VALUES(power), UF_NO_ATTRS);
  return signedPower(m, x, y, size);
}

const UfMathFunction ufMathLogarithms[] = {
    {.op = "math.log", .expand = expandLog},
    {.op = "math.log2", .expand = expandLog2},
    {.op = "math.log10", .expand = expandLog10},
    {.op = "math.log1p", .expand = expandLog1p},
    {.op = "math.powf", .expand = expandPow},
    {0},
};
