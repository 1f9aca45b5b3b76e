//===-- MathCircular.c - sin, cos, tan and their inverses -----------------===//
//
// x = n pi / 2 + r with |r| <= pi / 4; n says which of sin r and cos r it is,
// and its sign. Cody and Waite's reduction (Software Manual for the Elementary
// Functions, 1980) does up to a limit; that of Payne and Hanek (SIGNUM
// Newsletter 18, 1983), here in f64, is for all numbers.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Math/Math.h"

#include <math.h>

// (sin r / r - 1) / r^2 and cos r, in r^2.
static const double ofSin[] = {-0.16666667163372039794921875,
                               8.33339430391788482666015625e-3,
                               -1.985954004339873790740966796875e-4,
                               2.898021421060548163950443267822265625e-6};
static const double ofCos[] = {1, -0.5, 4.1666664183139801025390625e-2,
                               -1.3888240791857242584228515625e-3,
                               2.45359842665493488311767578125e-5};

// (tan r / r - 1) / r^2 in r^2.
static const double ofTan[] = {
    0.3333333432674407958984375,       0.133332073688507080078125,
    5.39982877671718597412109375e-2,   2.1596528589725494384765625e-2,
    1.0035939514636993408203125e-2,    1.08175165951251983642578125e-3,
    3.89810861088335514068603515625e-3};
// (atan x / x - 1) / z, with z = x^2, for |x| <= 1; the same of asin, to 1/2.
static const double ofAtan[] = {
    -0.333333313465118408203125,        0.1999975144863128662109375,
    -0.1427907049655914306640625,       0.110385827720165252685546875,
    -8.6774773895740509033203125e-2,    6.296260654926300048828125e-2,
    -3.64330299198627471923828125e-2,   1.3860541395843029022216796875e-2,
    -2.47651594690978527069091796875e-3};
static const double ofAsin[] = {
    0.16666673123836517333984375, 7.49876201152801513671875e-2,
    4.50201742351055145263671875e-2, 2.643353678286075592041015625e-2,
    3.8328044116497039794921875e-2};

// pi / 2 is the sum. With fma, the first two steps are exact where they cancel.
static const double halfPi[] = {1.57079637050628662109375,
                                -4.371138828673792886547744274139404296875e-8,
                                -1.71512451000588187280393448475e-15};

/// Up to here that is good: errors of sine and cosine are below 1.6 ulp.
static const double fastLimit = 0x1p20;

// 1 / (2 pi) in parts of 29 bits, whose products with an f32 are exact in f64.
static const double turns[] = {
    0x1.45f306dp-3,   0x1.9391054p-32,  0x1.4fe13abp-61, 0x1.d1f534dp-90,
    0x1.b81b6c5p-119, 0x1.5993c40p-150, 0x1.c820ff2p-177};

typedef struct Angle {
  MlirValue rest;
  MlirValue quarters; ///< Integers; the low two bits count.
} Angle;

/// For |x| <= fastLimit, with fma.
static Angle reduceFast(const UfMath *m, MlirValue x) {
  MlirValue shift = ufMathReal(m, 0x1.8p23); // rounds to an integer
  MlirValue sum = ufMathFma(m, x, ufMathReal(m, M_2_PI), shift);
  MlirValue n = ufMathSub(m, sum, shift), rest = x;
  for (int i = 0; i < UF_COUNT(halfPi); ++i)
    rest = ufMathFma(m, n, ufMathReal(m, -halfPi[i]), rest);
  return (Angle){rest, ufMathToBits(m, sum)};
}

/// For any x. Of each product, whole turns are left out: what is beyond the
/// digits of an f64 is whole, so that this is exact.
static Angle reduce(const UfMath *m, MlirValue x) {
  UfMath in = ufMathOf(m->b, m->real, mlirF64TypeGet(m->b->ctx), m->hasFma);
  x = ufBuild(m->b, "arith.extf", in.real, UF_VALUES(x), UF_NO_ATTRS);
  MlirValue sum = {NULL};
  for (int i = 0; i < UF_COUNT(turns); ++i) {
    MlirValue turn = ufMathMul(&in, x, ufMathReal(&in, turns[i]));
    MlirValue whole =
        ufBuild(m->b, "math.roundeven", in.real, UF_VALUES(turn), UF_NO_ATTRS);
    turn = ufMathSub(&in, turn, whole);
    sum = sum.ptr ? ufMathAdd(&in, sum, turn) : turn;
  }
  MlirValue quarters = ufMathMul(&in, sum, ufMathReal(&in, 4));
  MlirValue shift = ufMathReal(&in, 0x1.8p52);
  MlirValue shifted = ufMathAdd(&in, quarters, shift);
  MlirValue rest = ufMathSub(&in, shifted, shift);
  rest = ufMathSub(&in, quarters, rest);
  rest = ufMathMul(&in, rest, ufMathReal(&in, M_PI_2));
  return (Angle){
      ufBuild(m->b, "arith.truncf", m->real, UF_VALUES(rest), UF_NO_ATTRS),
      ufBuild(m->b, "arith.trunci", m->integer,
              UF_VALUES(ufMathToBits(&in, shifted)), UF_NO_ATTRS)};
}

enum { EQUAL = 0 }; // arith.cmpi's predicate

typedef enum Function { SIN, COS, TAN } Function;

/// s + s z p(z).
static MlirValue oddSeries(const UfMath *m, MlirValue s, MlirValue z, int count,
                           const double *coefficients) {
  MlirValue p = ufMathPolynomial(m, z, count, coefficients);
  return ufMathFma(m, ufMathMul(m, p, z), s, s);
}

/// Whether the angle is in an even quarter.
static MlirValue isEven(const UfMath *m, MlirValue quarters) {
  MlirValue bit = ufMathBits(m, "arith.andi", quarters, ufMathInteger(m, 1));
  return ufBuild(m->b, "arith.cmpi", m->truth,
                 UF_VALUES(bit, ufMathInteger(m, 0)),
                 UF_ATTRS({"predicate", ufIntAttr(m->b, EQUAL)}));
}

/// `x` with its sign turned where bit `bit` of `quarters` is set.
static MlirValue turnSign(const UfMath *m, MlirValue x, MlirValue quarters,
                          int64_t bit) {
  MlirValue sign = ufMathBits(m, "arith.andi", quarters,
                              ufMathInteger(m, (int64_t)1 << bit));
  sign = ufMathBits(m, "arith.shli", sign, ufMathInteger(m, 31 - bit));
  return ufMathFromBits(m,
                        ufMathBits(m, "arith.xori", ufMathToBits(m, x), sign));
}

static MlirValue functionOf(const UfMath *m, Angle angle, Function function) {
  MlirValue r = angle.rest, z = ufMathMul(m, r, r), quarters = angle.quarters;
  if (function == TAN) {
    MlirValue tan = oddSeries(m, r, z, UF_COUNT(ofTan), ofTan);
    MlirValue other = ufMathDiv(m, ufMathReal(m, 1), tan);
    tan = ufMathSelect(m, isEven(m, quarters), tan, other);
    return turnSign(m, tan, quarters, 0);
  }
  MlirValue sin = oddSeries(m, r, z, UF_COUNT(ofSin), ofSin);
  MlirValue cos = ufMathPolynomial(m, z, UF_COUNT(ofCos), ofCos);
  if (function == COS) // sin(x + pi / 2)
    quarters = ufMathBits(m, "arith.addi", quarters, ufMathInteger(m, 1));
  MlirValue size = ufMathSelect(m, isEven(m, quarters), sin, cos);
  return turnSign(m, size, quarters, 1);
}

/// A block that yields the function by one reduction or the other.
static MlirRegion branchOf(const UfMath *m, MlirValue x, Function function,
                           bool isFast) {
  MlirBlock block = mlirBlockCreate(0, NULL, NULL);
  UfBuilder in = ufBuilderIn(m->b, block);
  UfMath inner = *m;
  inner.b = &in;
  Angle angle = isFast ? reduceFast(&inner, x) : reduce(&inner, x);
  ufBuildOp(&in, "scf.yield", (UfTypes){0},
            UF_VALUES(functionOf(&inner, angle, function)), UF_NO_ATTRS, NULL,
            0);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  return region;
}

/// A branch would keep loops over scalars from being vectorised, so only
/// vectors choose how to reduce the angle.
static MlirValue expandWave(const UfMath *m, MlirValue x, Function function) {
  if (!m->hasFma || !mlirTypeIsAVector(m->real) ||
      mlirShapedTypeGetRank(m->real) != 1)
    return functionOf(m, reduce(m, x), function);
  MlirAttribute kind =
      mlirAttributeParseGet(m->b->ctx, ufStr("#vector.kind<and>"));
  MlirValue isSmall =
      ufMathCompare(m, UF_MATH_GE, ufMathReal(m, fastLimit), ufMathAbs(m, x));
  MlirValue all = ufBuild(m->b, "vector.reduction", ufI1(m->b),
                          UF_VALUES(isSmall), UF_ATTRS({"kind", kind}));
  MlirRegion regions[] = {branchOf(m, x, function, true),
                          branchOf(m, x, function, false)};
  MlirOperation branch = ufBuildOp(m->b, "scf.if", UF_TYPES(m->real),
                                   UF_VALUES(all), UF_NO_ATTRS, regions, 2);
  return ufResultOf(branch, 0);
}

/// `result`, or `x` where it is 0: the reductions make 0 of -0.
static MlirValue keepZero(const UfMath *m, MlirValue x, MlirValue result) {
  MlirValue isZero = ufMathCompare(m, UF_MATH_EQ, x, ufMathReal(m, 0));
  return ufMathSelect(m, isZero, x, result);
}

// 1.6 ulp.
static MlirValue expandSin(const UfMath *m, const MlirValue *args) {
  return keepZero(m, args[0], expandWave(m, args[0], SIN));
}

// 1.6 ulp.
static MlirValue expandCos(const UfMath *m, const MlirValue *args) {
  return expandWave(m, args[0], COS);
}

// 2.5 ulp; up to 4.4 by the fast reduction.
static MlirValue expandTan(const UfMath *m, const MlirValue *args) {
  return keepZero(m, args[0], functionOf(m, reduce(m, args[0]), TAN));
}

//===----------------------------------------------------------------------===//
// Inverses
//===----------------------------------------------------------------------===//

/// pi / 2 - x.
static MlirValue complement(const UfMath *m, MlirValue x) {
  MlirValue low = ufMathSub(m, x, ufMathReal(m, halfPi[1]));
  return ufMathSub(m, ufMathReal(m, halfPi[0]), low);
}

// 1.5 ulp. Above 1, pi / 2 - atan(1 / x).
static MlirValue expandAtan(const UfMath *m, const MlirValue *args) {
  MlirValue a = ufMathAbs(m, args[0]), one = ufMathReal(m, 1);
  MlirValue isLarge = ufMathCompare(m, UF_MATH_GT, a, one);
  MlirValue s = ufMathSelect(m, isLarge, ufMathDiv(m, one, a), a);
  MlirValue z = ufMathMul(m, s, s);
  MlirValue angle = oddSeries(m, s, z, UF_COUNT(ofAtan), ofAtan);
  angle = ufMathSelect(m, isLarge, complement(m, angle), angle);
  return ufMathCopySign(m, angle, args[0]);
}

/// asin |x| in two parts up to 1/2; above, asin(sqrt((1 - |x|) / 2)), which is
/// (pi / 2 - asin |x|) / 2.
typedef struct SmallAsin {
  MlirValue first, rest, isLarge;
} SmallAsin;

static SmallAsin smallAsin(const UfMath *m, MlirValue x) {
  MlirValue a = ufMathAbs(m, x), half = ufMathReal(m, 0.5);
  MlirValue isLarge = ufMathCompare(m, UF_MATH_GT, a, half);
  MlirValue rest = ufMathMul(m, ufMathSub(m, ufMathReal(m, 1), a), half);
  MlirValue root =
      ufBuild(m->b, "math.sqrt", m->real, UF_VALUES(rest), UF_NO_ATTRS);
  MlirValue z = ufMathSelect(m, isLarge, rest, ufMathMul(m, a, a));
  MlirValue s = ufMathSelect(m, isLarge, root, a);
  MlirValue p = ufMathPolynomial(m, z, UF_COUNT(ofAsin), ofAsin);
  return (SmallAsin){s, ufMathMul(m, ufMathMul(m, p, z), s), isLarge};
}

static MlirValue twice(const UfMath *m, MlirValue x) {
  return ufMathAdd(m, x, x);
}

// 2.0 ulp.
static MlirValue expandAsin(const UfMath *m, const MlirValue *args) {
  SmallAsin s = smallAsin(m, args[0]);
  MlirValue small = ufMathAdd(m, s.first, s.rest);
  MlirValue large = ufMathSub(m, ufMathReal(m, halfPi[0]), twice(m, s.first));
  MlirValue low = ufMathSub(m, twice(m, s.rest), ufMathReal(m, halfPi[1]));
  large = ufMathSub(m, large, low);
  MlirValue angle = ufMathSelect(m, s.isLarge, large, small);
  return ufMathCopySign(m, angle, args[0]);
}

// 1.3 ulp.
static MlirValue expandAcos(const UfMath *m, const MlirValue *args) {
  MlirValue x = args[0];
  SmallAsin s = smallAsin(m, x);
  MlirValue asin = ufMathAdd(m, s.first, s.rest);
  MlirValue small = complement(m, ufMathCopySign(m, asin, x));
  MlirValue large = twice(m, asin);
  MlirValue isBelow = ufMathCompare(m, UF_MATH_LT, x, ufMathReal(m, 0));
  MlirValue below = ufMathSub(m, ufMathReal(m, M_PI), large);
  large = ufMathSelect(m, isBelow, below, large);
  return ufMathSelect(m, s.isLarge, large, small);
}

const UfMathFunction ufMathCirculars[] = {
    {.op = "math.sin", .expand = expandSin},
    {.op = "math.cos", .expand = expandCos},
    {.op = "math.tan", .expand = expandTan},
    {.op = "math.atan", .expand = expandAtan},
    {.op = "math.asin", .expand = expandAsin},
    {.op = "math.acos", .expand = expandAcos},
    {0},
};
