//===-- Elementwise.c - Formulas for each element alone -------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Fold.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// From the operands of an op to TOSA tensors
//===----------------------------------------------------------------------===//

/// TOSA shapes are values with one -1, and a tensor of them is never empty.
static bool tosaTakes(MlirValue operand, int rank) {
  if (!ufIsRankedTensor(mlirValueGetType(operand)))
    return false;
  UfShape shape = ufShape(operand);
  int numDynamic = 0;
  for (int i = 0; i < shape.rank; ++i) {
    numDynamic += shape.dims[i] == UF_DYNAMIC;
    if (shape.dims[i] == 0)
      return false;
  }
  if (ufIsFloat(shape.element) && ufBitWidth(shape.element) < 16)
    return false;
  return ufTosaHasType(shape.element) &&
         (shape.rank == rank || numDynamic <= 1);
}

bool ufTosaOperands(UfBuilder *b, MlirValue *operands) {
  MlirValue result = ufResultOf(b->op, 0);
  int rank = ufRank(result);
  intptr_t count = mlirOperationGetNumOperands(b->op);
  if (count > UF_MAX_VALUES || !tosaTakes(result, rank))
    return false;
  for (intptr_t i = 0; i < count; ++i) {
    operands[i] = ufOperandOf(b->op, (int)i);
    if (operands[i].ptr && !tosaTakes(operands[i], rank))
      return false;
  }
  for (intptr_t i = 0; i < count; ++i)
    if (operands[i].ptr)
      operands[i] = ufTosaRank(b, operands[i], rank);
  return true;
}

MlirLogicalResult ufScalarToTosa(UfBuilder *b) {
  MlirValue operands[UF_MAX_VALUES];
  if (!ufTosaOperands(b, operands))
    return mlirLogicalResultFailure();
  return ufReplace(b, ufOpOf(b->op)->scalar(b, operands));
}

/// The type of an op on `x` and `y`, which have the same rank.
static MlirType pairType(MlirType element, MlirValue x, MlirValue y) {
  UfShape result = ufShape(x), other = ufShape(y);
  result.element = element;
  for (int i = 0; i < result.rank; ++i)
    if (result.dims[i] == 1 ||
        (result.dims[i] == UF_DYNAMIC && other.dims[i] > 1))
      result.dims[i] = other.dims[i];
  return ufTensorType(&result);
}

static MlirValue tosaPair(UfBuilder *b, const char *name, MlirValue x,
                          MlirValue y) {
  return ufTosaBinary(b, name, pairType(ufElementType(x), x, y), x, y);
}

static MlirValue tosaUnary(UfBuilder *b, const char *name, MlirValue x) {
  return ufUnary(b, name, x);
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static bool isNarrow(MlirType type) {
  return ufIsFloat(type) && ufBitWidth(type) < 32;
}

/// The numbers of a float, or a tensor of signed numbers, in a type of its
/// kind.
static MlirValue resize(UfBuilder *b, MlirValue x, MlirType to) {
  if (!ufEachIsTensor(x))
    return ufConvert(b, x, to, false, false);
  UfShape shape = ufShape(x);
  if (mlirTypeEqual(shape.element, to))
    return x;
  shape.element = to;
  return ufBuild(b, "tosa.cast", ufTensorType(&shape), UF_VALUES(x),
                 UF_NO_ATTRS);
}

MlirValue ufEachWiden(UfBuilder *b, MlirValue x) {
  return isNarrow(ufEachType(x)) ? resize(b, x, ufF32(b)) : x;
}

MlirValue ufEachNarrow(UfBuilder *b, MlirValue x, MlirValue like) {
  return isNarrow(ufEachType(like)) ? resize(b, x, ufEachType(like)) : x;
}

MlirValue ufEachNumber(UfBuilder *b, MlirValue like, double value) {
  if (!ufEachIsTensor(like))
    return ufNumber(b, mlirValueGetType(like), value);
  UfShape shape = ufShape(like);
  for (int i = 0; i < shape.rank; ++i)
    shape.dims[i] = 1;
  return ufTosaSplat(b, ufTensorType(&shape), value);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

MlirValue ufEachAdd(UfBuilder *b, MlirValue x, MlirValue y) {
  if (!ufEachIsTensor(x))
    return ufAdd(b, x, y);
  return tosaPair(
      b, ufIsBool(ufElementType(x)) ? "tosa.logical_or" : "tosa.add", x, y);
}

MlirValue ufEachSub(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufEachIsTensor(x) ? tosaPair(b, "tosa.sub", x, y) : ufSub(b, x, y);
}

MlirValue ufEachMul(UfBuilder *b, MlirValue x, MlirValue y) {
  if (!ufEachIsTensor(x))
    return ufMul(b, x, y);
  return tosaPair(
      b, ufIsBool(ufElementType(x)) ? "tosa.logical_and" : "tosa.mul", x, y);
}

MlirValue ufEachMax(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned) {
  if (!ufEachIsTensor(x))
    return ufMax(b, x, y, isUnsigned);
  return tosaPair(
      b, ufIsBool(ufElementType(x)) ? "tosa.logical_or" : "tosa.maximum", x, y);
}

MlirValue ufEachMin(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned) {
  if (!ufEachIsTensor(x))
    return ufMin(b, x, y, isUnsigned);
  return tosaPair(
      b, ufIsBool(ufElementType(x)) ? "tosa.logical_and" : "tosa.minimum", x,
      y);
}

static MlirAttribute boundAttr(MlirContext ctx, MlirType type, double value,
                               bool isUnsigned) {
  if (ufIsFloat(type))
    return mlirFloatAttrDoubleGet(ctx, type, value);
  return mlirIntegerAttrGet(type,
                            ufSaturate(value, ufBitWidth(type), isUnsigned));
}

MlirValue ufEachClamp(UfBuilder *b, MlirValue x, double low, double high,
                      bool isUnsigned) {
  MlirType type = ufEachType(x);
  MlirAttribute min = boundAttr(b->ctx, type, low, isUnsigned);
  MlirAttribute max = boundAttr(b->ctx, type, high, isUnsigned);
  // TOSA wants low <= high; a scalar beyond both gets `high`, as in numpy.
  if (ufEachIsTensor(x))
    return ufBuild(
        b, "tosa.clamp", mlirValueGetType(x), UF_VALUES(x),
        UF_ATTRS({"min_val", low <= high ? min : max}, {"max_val", max}));
  MlirValue bottom = ufBuild(b, "arith.constant", type, UF_NO_VALUES,
                             UF_ATTRS({"value", min}));
  MlirValue top = ufBuild(b, "arith.constant", type, UF_NO_VALUES,
                          UF_ATTRS({"value", max}));
  if (low != -INFINITY)
    x = ufMax(b, x, bottom, isUnsigned);
  return high == INFINITY ? x : ufMin(b, x, top, isUnsigned);
}

MlirValue ufEachNeg(UfBuilder *b, MlirValue x) {
  if (!ufEachIsTensor(x))
    return ufNeg(b, x);
  // TOSA negates the lowest integer to the highest.
  if (!ufIsFloat(ufElementType(x)))
    return tosaPair(b, "tosa.sub", ufEachNumber(b, x, 0), x);
  MlirValue zero = ufTosaZero(b, ufElementType(x));
  return ufBuild(b, "tosa.negate", mlirValueGetType(x),
                 UF_VALUES(x, zero, zero), UF_NO_ATTRS);
}

/// Dividing by zero, and the lowest number by -1, is undefined in TOSA.
static MlirValue tosaIntDiv(UfBuilder *b, MlirValue x, MlirValue y) {
  MlirValue zero = ufEachNumber(b, y, 0), one = ufEachNumber(b, y, 1);
  MlirValue minusOne = ufEachNumber(b, y, -1);
  MlirValue isZero = ufEachCompare(b, UF_EQ, y, zero, false);
  MlirValue isMinusOne = ufEachCompare(b, UF_EQ, y, minusOne, false);
  MlirValue isSpecial = ufEachBits(b, "or", isZero, isMinusOne);
  MlirValue safe = ufEachSelect(b, isSpecial, one, y);
  // TOSA divides integers of 32 and 64 bits.
  MlirType type = ufElementType(x);
  MlirType wide = ufBitWidth(type) < 32 ? ufIntType(b, 32) : type;
  MlirValue quotient =
      tosaPair(b, "tosa.intdiv", resize(b, x, wide), resize(b, safe, wide));
  quotient = resize(b, quotient, type);
  quotient = ufEachSelect(b, isMinusOne, ufEachNeg(b, x), quotient);
  return ufEachSelect(b, isZero, zero, quotient);
}

MlirValue ufEachDiv(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned) {
  if (!ufEachIsTensor(x))
    return ufDiv(b, x, y, isUnsigned);
  if (!ufIsFloat(ufElementType(x)))
    return tosaIntDiv(b, x, y);
  return ufEachMul(b, x, tosaUnary(b, "tosa.reciprocal", y));
}

//===----------------------------------------------------------------------===//
// Truth values
//===----------------------------------------------------------------------===//

static MlirValue tosaCompare(UfBuilder *b, const char *name, MlirValue x,
                             MlirValue y) {
  return ufTosaBinary(b, name, pairType(ufI1(b), x, y), x, y);
}

MlirValue ufEachCompare(UfBuilder *b, UfPredicate predicate, MlirValue x,
                        MlirValue y, bool isUnsigned) {
  if (!ufEachIsTensor(x))
    return ufCompare(b, predicate, x, y, isUnsigned);
  switch (predicate) {
  case UF_EQ:
    return tosaCompare(b, "tosa.equal", x, y);
  case UF_NE:
    return ufEachNot(b, tosaCompare(b, "tosa.equal", x, y));
  case UF_GT:
    return tosaCompare(b, "tosa.greater", x, y);
  case UF_GE:
    return tosaCompare(b, "tosa.greater_equal", x, y);
  case UF_LT:
    return tosaCompare(b, "tosa.greater", y, x);
  case UF_LE:
    return tosaCompare(b, "tosa.greater_equal", y, x);
  }
  return (MlirValue){NULL};
}

MlirValue ufEachSelect(UfBuilder *b, MlirValue condition, MlirValue x,
                       MlirValue y) {
  if (!ufEachIsTensor(x))
    return ufSelect(b, condition, x, y);
  MlirType type = pairType(ufElementType(x), x, y);
  UfShape shape = ufShapeOfType(type), mask = ufShape(condition);
  for (int i = 0; i < shape.rank; ++i)
    if (shape.dims[i] == 1 || (shape.dims[i] == UF_DYNAMIC && mask.dims[i] > 1))
      shape.dims[i] = mask.dims[i];
  return ufBuild(b, "tosa.select", ufTensorType(&shape),
                 UF_VALUES(condition, x, y), UF_NO_ATTRS);
}

MlirValue ufEachBits(UfBuilder *b, const char *kind, MlirValue x, MlirValue y) {
  char name[32];
  if (!ufEachIsTensor(x)) {
    snprintf(name, sizeof name, "arith.%si", kind);
    return ufBinary(b, name, x, y);
  }
  bool isBool = ufIsBool(ufElementType(x));
  snprintf(name, sizeof name, "tosa.%s_%s", isBool ? "logical" : "bitwise",
           kind);
  return tosaPair(b, name, x, y);
}

MlirValue ufEachNot(UfBuilder *b, MlirValue x) {
  if (!ufEachIsTensor(x))
    return ufBinary(b, "arith.xori", x, ufInteger(b, mlirValueGetType(x), -1));
  bool isBool = ufIsBool(ufElementType(x));
  return tosaUnary(b, isBool ? "tosa.logical_not" : "tosa.bitwise_not", x);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// Functions TOSA does not have by their definition; null for the others.
static MlirValue composed(UfBuilder *b, const char *name, MlirValue x) {
  if (strcmp(name, "sqrt") == 0)
    return tosaUnary(b, "tosa.reciprocal", tosaUnary(b, "tosa.rsqrt", x));
  if (strcmp(name, "exp2") == 0)
    return ufEachPow(b, ufEachNumber(b, x, 2), x);
  if (strcmp(name, "expm1") == 0)
    return ufEachSub(b, tosaUnary(b, "tosa.exp", x), ufEachNumber(b, x, 1));
  if (strcmp(name, "log1p") == 0)
    return tosaUnary(b, "tosa.log", ufEachAdd(b, x, ufEachNumber(b, x, 1)));
  if (strcmp(name, "log2") == 0)
    return ufEachMul(b, tosaUnary(b, "tosa.log", x),
                     ufEachNumber(b, x, M_LOG2E));
  if (strcmp(name, "log10") == 0)
    return ufEachMul(b, tosaUnary(b, "tosa.log", x),
                     ufEachNumber(b, x, M_LOG10E));
  return (MlirValue){NULL};
}

/// e^x - 1 and log(1 + x) of an f64 with all digits near 0, by Kahan's
/// formulas: what rounding does to e^x, or to 1 + x, its logarithm undoes. The
/// conversion of math to LLVM (22) would subtract, or add, the 1;
/// ufront-expand-math is for f32.
static MlirValue nearZero(UfBuilder *b, bool isPower, MlirValue x) {
  MlirValue one = ufEachNumber(b, x, 1);
  MlirValue u = isPower ? ufUnary(b, "math.exp", x) : ufAdd(b, x, one);
  MlirValue log = ufUnary(b, "math.log", u), rest = ufSub(b, u, one);
  MlirValue result = isPower ? ufMul(b, rest, ufDiv(b, x, log, false))
                             : ufMul(b, log, ufDiv(b, x, rest, false));
  MlirValue infinity = ufEachNumber(b, x, INFINITY);
  result = ufSelect(b, ufCompare(b, UF_EQ, u, infinity, false), u, result);
  if (isPower) {
    MlirValue low = ufEachNumber(b, x, -1);
    result = ufSelect(b, ufCompare(b, UF_EQ, rest, low, false), low, result);
  }
  return ufSelect(b, ufCompare(b, UF_EQ, u, one, false), x, result);
}

MlirValue ufEachCall(UfBuilder *b, const char *name, MlirValue x) {
  char full[32];
  if (ufEachIsTensor(x)) {
    MlirValue result = composed(b, name, x);
    snprintf(full, sizeof full, "tosa.%s", name);
    return result.ptr ? result : tosaUnary(b, full, x);
  }
  if (strcmp(name, "sigmoid") == 0) {
    MlirValue one = ufEachNumber(b, x, 1);
    MlirValue power = ufUnary(b, "math.exp", ufNeg(b, x));
    return ufDiv(b, one, ufAdd(b, one, power), false);
  }
  bool isPower = strcmp(name, "expm1") == 0;
  bool isNearZero = isPower || strcmp(name, "log1p") == 0;
  if (isNearZero && ufBitWidth(mlirValueGetType(x)) == 64)
    return nearZero(b, isPower, x);
  snprintf(full, sizeof full, "math.%s%s", name,
           strcmp(name, "abs") == 0 ? "f" : "");
  return ufUnary(b, full, x);
}

MlirValue ufEachPow(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufEachIsTensor(x) ? tosaPair(b, "tosa.pow", x, y)
                           : ufBinary(b, "math.powf", x, y);
}

//===----------------------------------------------------------------------===//
// Importing
//===----------------------------------------------------------------------===//

MlirLogicalResult ufImportChain(UfBuilder *b, const UfNode *node,
                                const char *name, MlirValue *results) {
  if (node->inputs.size == 0)
    return ufNodeError(node, "has no inputs");
  MlirValue result = ufNodeInput(node, 0);
  for (intptr_t i = 1; i < node->inputs.size && result.ptr; ++i)
    result = ufOp(b, name, UF_VALUES(result, ufNodeInput(node, (int)i)),
                  UF_NO_ATTRS);
  return ufNodeDefine(results, result);
}
