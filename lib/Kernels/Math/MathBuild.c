//===-- MathBuild.c - Arithmetic on floats and vectors of them ------------===//

#include "Kernels/Math/Math.h"

#include <math.h>

/// `element`, or a vector of it in the shape of `like`.
static MlirType typeLike(MlirType like, MlirType element) {
  if (!mlirTypeIsAVector(like))
    return element;
  int64_t shape[UF_MAX_RANK];
  intptr_t rank = mlirShapedTypeGetRank(like);
  for (intptr_t i = 0; i < rank; ++i)
    shape[i] = mlirShapedTypeGetDimSize(like, i);
  return mlirVectorTypeGet(rank, shape, element);
}

UfMath ufMathOf(UfBuilder *b, MlirType type, MlirType element, bool hasFma) {
  MlirType bits = ufIntType(b, ufBitWidth(element));
  return (UfMath){.b = b,
                  .real = typeLike(type, element),
                  .integer = typeLike(type, bits),
                  .truth = typeLike(type, ufI1(b)),
                  .hasFma = hasFma};
}

static MlirValue constantOf(const UfMath *m, MlirType type,
                            MlirAttribute value) {
  if (mlirTypeIsAVector(type))
    value = mlirDenseElementsAttrSplatGet(type, value);
  return ufBuild(m->b, "arith.constant", type, UF_NO_VALUES,
                 UF_ATTRS({"value", value}));
}

static MlirType elementOf(MlirType type) {
  return mlirTypeIsAVector(type) ? mlirShapedTypeGetElementType(type) : type;
}

MlirValue ufMathReal(const UfMath *m, double value) {
  return constantOf(
      m, m->real, mlirFloatAttrDoubleGet(m->b->ctx, elementOf(m->real), value));
}

MlirValue ufMathInteger(const UfMath *m, int64_t value) {
  return constantOf(m, m->integer,
                    mlirIntegerAttrGet(elementOf(m->integer), value));
}

static MlirValue binary(const UfMath *m, const char *name, MlirValue x,
                        MlirValue y) {
  return ufBuild(m->b, name, m->real, UF_VALUES(x, y), UF_NO_ATTRS);
}

MlirValue ufMathAdd(const UfMath *m, MlirValue x, MlirValue y) {
  return binary(m, "arith.addf", x, y);
}

MlirValue ufMathSub(const UfMath *m, MlirValue x, MlirValue y) {
  return binary(m, "arith.subf", x, y);
}

MlirValue ufMathMul(const UfMath *m, MlirValue x, MlirValue y) {
  return binary(m, "arith.mulf", x, y);
}

MlirValue ufMathDiv(const UfMath *m, MlirValue x, MlirValue y) {
  return binary(m, "arith.divf", x, y);
}

MlirValue ufMathFma(const UfMath *m, MlirValue x, MlirValue y, MlirValue z) {
  if (!m->hasFma)
    return ufMathAdd(m, ufMathMul(m, x, y), z);
  return ufBuild(m->b, "math.fma", m->real, UF_VALUES(x, y, z), UF_NO_ATTRS);
}

MlirValue ufMathPolynomial(const UfMath *m, MlirValue x, int count,
                           const double *coefficients) {
  MlirValue sum = ufMathReal(m, coefficients[count - 1]);
  for (int i = count - 2; i >= 0; --i)
    sum = ufMathFma(m, sum, x, ufMathReal(m, coefficients[i]));
  return sum;
}

MlirValue ufMathBits(const UfMath *m, const char *name, MlirValue x,
                     MlirValue y) {
  return ufBuild(m->b, name, m->integer, UF_VALUES(x, y), UF_NO_ATTRS);
}

MlirValue ufMathToBits(const UfMath *m, MlirValue real) {
  return ufBuild(m->b, "arith.bitcast", m->integer, UF_VALUES(real),
                 UF_NO_ATTRS);
}

MlirValue ufMathFromBits(const UfMath *m, MlirValue bits) {
  return ufBuild(m->b, "arith.bitcast", m->real, UF_VALUES(bits), UF_NO_ATTRS);
}

MlirValue ufMathAbs(const UfMath *m, MlirValue x) {
  return ufBuild(m->b, "math.absf", m->real, UF_VALUES(x), UF_NO_ATTRS);
}

MlirValue ufMathCopySign(const UfMath *m, MlirValue x, MlirValue sign) {
  return binary(m, "math.copysign", x, sign);
}

MlirValue ufMathCompare(const UfMath *m, UfMathPredicate predicate, MlirValue x,
                        MlirValue y) {
  return ufBuild(m->b, "arith.cmpf", m->truth, UF_VALUES(x, y),
                 UF_ATTRS({"predicate", ufIntAttr(m->b, predicate)}));
}

MlirValue ufMathSelect(const UfMath *m, MlirValue condition, MlirValue x,
                       MlirValue y) {
  return ufBuild(m->b, "arith.select", m->real, UF_VALUES(condition, x, y),
                 UF_NO_ATTRS);
}

MlirValue ufMathAtMost(const UfMath *m, MlirValue x, double limit) {
  MlirValue most = ufMathReal(m, limit);
  return ufMathSelect(m, ufMathCompare(m, UF_MATH_LT, most, x), most, x);
}

MlirValue ufMathAtLeast(const UfMath *m, MlirValue x, double limit) {
  MlirValue least = ufMathReal(m, limit);
  return ufMathSelect(m, ufMathCompare(m, UF_MATH_GT, least, x), least, x);
}
