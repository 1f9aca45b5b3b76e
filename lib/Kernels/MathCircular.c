//===-- MathCircular.c - sin and cos --------------------------------------===//
//
// x = n pi / 2 + r with |r| <= pi / 4; n says which of sin r and cos r it is,
// and its sign. Cody and Waite's reduction (Software Manual for the Elementary
// Functions, 1980) does up to a limit; that of Payne and Hanek (SIGNUM
// Newsletter 18, 1983), here in f64, is for all numbers.
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

/// sin(quarter * pi / 2 + x), where x has the angle.
static MlirValue waveAt(const UfMath *m, Angle angle, int64_t quarter) {
  MlirValue r = angle.rest, z = ufMathMul(m, r, r);
  MlirValue sin = ufMathPolynomial(m, z, UF_COUNT(ofSin), ofSin);
  sin = ufMathFma(m, ufMathMul(m, sin, z), r, r);
  MlirValue cos = ufMathPolynomial(m, z, UF_COUNT(ofCos), ofCos);
  MlirValue bits = angle.quarters;
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

/// A block that yields the function by one reduction or the other.
static MlirRegion branchOf(const UfMath *m, MlirValue x, int64_t quarter,
                           bool isFast) {
  MlirBlock block = mlirBlockCreate(0, NULL, NULL);
  UfBuilder in = ufBuilderIn(m->b, block);
  UfMath inner = *m;
  inner.b = &in;
  Angle angle = isFast ? reduceFast(&inner, x) : reduce(&inner, x);
  ufBuildOp(&in, "scf.yield", (UfTypes){0},
            UF_VALUES(waveAt(&inner, angle, quarter)), UF_NO_ATTRS, NULL, 0);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  return region;
}

/// sin(quarter * pi / 2 + x). A branch would keep loops over scalars from being
/// vectorised, so only vectors choose.
static MlirValue wave(const UfMath *m, MlirValue x, int64_t quarter) {
  if (!m->hasFma || !mlirTypeIsAVector(m->real) ||
      mlirShapedTypeGetRank(m->real) != 1)
    return waveAt(m, reduce(m, x), quarter);
  MlirAttribute kind =
      mlirAttributeParseGet(m->b->ctx, ufStr("#vector.kind<and>"));
  MlirValue isSmall =
      ufMathCompare(m, UF_MATH_GE, ufMathReal(m, fastLimit), ufMathAbs(m, x));
  MlirValue all = ufBuild(m->b, "vector.reduction", ufI1(m->b),
                          UF_VALUES(isSmall), UF_ATTRS({"kind", kind}));
  MlirRegion regions[] = {branchOf(m, x, quarter, true),
                          branchOf(m, x, quarter, false)};
  MlirOperation branch = ufBuildOp(m->b, "scf.if", UF_TYPES(m->real),
                                   UF_VALUES(all), UF_NO_ATTRS, regions, 2);
  return ufResultOf(branch, 0);
}

/// The reductions make 0 of -0.
static MlirValue expandSin(const UfMath *m, const MlirValue *args) {
  MlirValue x = args[0], sin = wave(m, x, 0);
  MlirValue isZero = ufMathCompare(m, UF_MATH_EQ, x, ufMathReal(m, 0));
  return ufMathSelect(m, isZero, x, sin);
}

static MlirValue expandCos(const UfMath *m, const MlirValue *args) {
  return wave(m, args[0], 1);
}

const UfMathFunction ufMathCirculars[] = {
    {.op = "math.sin", .expand = expandSin},
    {.op = "math.cos", .expand = expandCos},
    {0},
};
