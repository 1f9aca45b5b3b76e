//===-- Math.h - Functions of floats as arithmetic ----------------*- C -*-===//
//
// What ufront-expand-math is written in. Every function here builds ops for
// scalars and for vectors alike, so that formulas are written once. In the
// formulas' comments, an ulp is the distance of floats around the exact result.
//
// Approximating polynomials are minimax fits, computed with Sollya (Chevillard,
// Joldes and Lauter, ICMS 2010) for the interval that each says, coefficients
// rounded to the type.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_MATH_MATH_H
#define UF_KERNELS_MATH_MATH_H

#include "IR/Build.h"

/// How to compute with one type of float.
typedef struct UfMath {
  UfBuilder *b;
  MlirType real;    ///< f32 or f64, or a vector of them.
  MlirType integer; ///< As many integers of the same width.
  MlirType truth;   ///< As many i1.
  /// Whether math.fma is an instruction. If not it would be a call, and
  /// ufMathFma() rounds twice.
  bool hasFma;
} UfMath;

/// To compute with values like `type`, which is `element` or a vector of
/// elements of any type.
UfMath ufMathOf(UfBuilder *b, MlirType type, MlirType element, bool hasFma);

MlirValue ufMathReal(const UfMath *m, double value);
MlirValue ufMathInteger(const UfMath *m, int64_t value);

MlirValue ufMathAdd(const UfMath *m, MlirValue x, MlirValue y);
MlirValue ufMathSub(const UfMath *m, MlirValue x, MlirValue y);
MlirValue ufMathMul(const UfMath *m, MlirValue x, MlirValue y);
MlirValue ufMathDiv(const UfMath *m, MlirValue x, MlirValue y);
/// x * y + z.
MlirValue ufMathFma(const UfMath *m, MlirValue x, MlirValue y, MlirValue z);
/// coefficients[0] + coefficients[1] x + ..., by Horner's rule.
MlirValue ufMathPolynomial(const UfMath *m, MlirValue x, int count,
                           const double *coefficients);
/// `name` of the arith dialect, on integers.
MlirValue ufMathBits(const UfMath *m, const char *name, MlirValue x,
                     MlirValue y);

/// arith.bitcast.
MlirValue ufMathToBits(const UfMath *m, MlirValue real);
MlirValue ufMathFromBits(const UfMath *m, MlirValue bits);
/// |x|, and `x` with the sign of `sign`.
MlirValue ufMathAbs(const UfMath *m, MlirValue x);
MlirValue ufMathCopySign(const UfMath *m, MlirValue x, MlirValue sign);

/// Numbers of arith.cmpf's predicates.
typedef enum UfMathPredicate {
  UF_MATH_EQ = 1,
  UF_MATH_GT = 2,
  UF_MATH_GE = 3,
  UF_MATH_LT = 4,
  UF_MATH_NE = 13, ///< True of NaN, for which the others are false.
} UfMathPredicate;

MlirValue ufMathCompare(const UfMath *m, UfMathPredicate predicate, MlirValue x,
                        MlirValue y);
MlirValue ufMathSelect(const UfMath *m, MlirValue condition, MlirValue x,
                       MlirValue y);
/// The lesser of `limit` and `x`, the greater of them; NaN where `x` is NaN.
/// One instruction each.
MlirValue ufMathAtMost(const UfMath *m, MlirValue x, double limit);
MlirValue ufMathAtLeast(const UfMath *m, MlirValue x, double limit);

/// One function of the math dialect.
typedef struct UfMathFunction {
  const char *op; ///< "math.exp".
  MlirValue (*expand)(const UfMath *m, const MlirValue *args);
} UfMathFunction;

extern const UfMathFunction ufMathExponentials[]; ///< Ends with a zero row.
extern const UfMathFunction ufMathLogarithms[];
extern const UfMathFunction ufMathCirculars[];

#endif // UF_KERNELS_MATH_MATH_H
