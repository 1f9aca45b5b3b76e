//===-- MathCircular.c - sin and cos --------------------------------------===//
//
// x = n pi / 2 + r with |r| <= pi / 4; n says which of sin r and cos r it is,
// and its sign (Cody and Waite, Software Manual for the Elementary Functions,
// 1980).
//
//===----------------------------------------------------------------------===//

#include "Kernels/Math.h"

#include <math.h>

// (sin r / r - 1) / r^2 and cos r, in r^2.
static const double ofSin[] = {-0.16666667163372039794921875,
                               8.33339430391788482666015625e-3,
                               -1.985954004339873790740966796875e-4,
                               2.898021421060548163950443267822265625e-6};
static const double ofCos[] = {1, -0.5, 4.1666664183139801025390625e-2,
                               -1.3888240791857242584228515625e-3,
                               2.45359842665493488311767578125e-5};

// pi / 2 is the sum. With fma, the first two steps are exact where they cancel.
static const double halfPi[] = {1.57079637050628662109375,
                                -4.371138828673792886547744274139404296875e-8,
                                -1.71512451000588187280393448475e-15};

/// Up to here the reduction is good; above, the library's function is called.
enum { LIMIT = 1 << 20 };

/// sin(x + quarter * pi / 2).
static MlirValue wave(const UfMath *m, MlirValue x, int64_t quarter) {
  MlirValue shift = ufMathReal(m, 12582912); // 1.5 * 2^23: rounds to an integer
  MlirValue sum = ufMathFma(m, x, ufMathReal(m, M_2_PI), shift);
  MlirValue n = ufMathSub(m, sum, shift), r = x;
  for (int i = 0; i < UF_COUNT(halfPi); ++i)
    r = ufMathFma(m, n, ufMathReal(m, -halfPi[i]), r);
  MlirValue z = ufMathMul(m, r, r);
  MlirValue sin = ufMathPolynomial(m, z, UF_COUNT(ofSin), ofSin);
  sin = ufMathFma(m, ufMathMul(m, sin, z), r, r);
  MlirValue cos = ufMathPolynomial(m, z, UF_COUNT(ofCos), ofCos);

  MlirValue bits = ufMathToBits(m, sum);
  if (quarter)
    bits = ufMathBits(m, "arith.addi", bits, ufMathInteger(m, quarter));
  // Bit 0 chooses, bit 1 is the sign.
  MlirValue low = ufMathBits(m, "arith.andi", bits, ufMathInteger(m, 1));
  MlirValue isSin =
      ufBuild(m->b, "arith.cmpi", m->truth, UF_VALUES(low, ufMathInteger(m, 0)),
              UF_ATTRS({"predicate", ufIntAttr(m->b, /*eq=*/0)}));
  MlirValue size = ufMathSelect(m, isSin, sin, cos);
  MlirValue sign = ufMathBits(m, "arith.andi", bits, ufMathInteger(m, 2));
  sign = ufMathBits(m, "arith.shli", sign, ufMathInteger(m, 30));
  return ufMathFromBits(
      m, ufMathBits(m, "arith.xori", ufMathToBits(m, size), sign));
}

// 1.6 ulp. The reduction makes 0 of -0.
static MlirValue expandSin(const UfMath *m, const MlirValue *args) {
  MlirValue x = args[0], sin = wave(m, x, 0);
  MlirValue isZero = ufMathCompare(m, UF_MATH_EQ, x, ufMathReal(m, 0));
  return ufMathSelect(m, isZero, x, sin);
}

// 1.6 ulp.
static MlirValue expandCos(const UfMath *m, const MlirValue *args) {
  return wave(m, args[0], 1);
}

const UfMathFunction ufMathCirculars[] = {
    {.op = "math.sin", .expand = expandSin, .needsFma = true, .limit = LIMIT},
    {.op = "math.cos", .expand = expandCos, .needsFma = true, .limit = LIMIT},
    {0},
};
