//===-- Scalar.c - Arithmetic that picks the op by type -------------------===//
//
// Bodies of generic ops are written once for all element types: each function
// here chooses among the float, integer and index forms of an operation and
// gives every input, overflow and NaN included, a defined result.
//
//===----------------------------------------------------------------------===//

#include "IR/Linalg.h"

#include <math.h>

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static MlirValue constantOf(UfBuilder *b, MlirType type, MlirAttribute value) {
  return ufBuild(b, "arith.constant", type, UF_NO_VALUES,
                 UF_ATTRS({"value", value}));
}

MlirValue ufInteger(UfBuilder *b, MlirType type, int64_t value) {
  return constantOf(b, type,
                    ufIsFloat(type)
                        ? mlirFloatAttrDoubleGet(b->ctx, type, (double)value)
                        : mlirIntegerAttrGet(type, value));
}

MlirValue ufNumber(UfBuilder *b, MlirType type, double value) {
  if (ufIsFloat(type))
    return constantOf(b, type, mlirFloatAttrDoubleGet(b->ctx, type, value));
  return ufInteger(b, type, ufTruncate(value));
}

MlirValue ufIndex(UfBuilder *b, int64_t value) {
  return ufInteger(b, ufIndexType(b), value);
}

static int integerWidth(MlirType type) {
  return mlirTypeIsAIndex(type) ? 64 : ufBitWidth(type);
}

MlirValue ufLowest(UfBuilder *b, MlirType type, bool isUnsigned) {
  if (ufIsFloat(type))
    return ufNumber(b, type, -INFINITY);
  if (isUnsigned || ufIsBool(type))
    return ufInteger(b, type, 0);
  return ufInteger(b, type, INT64_MIN >> (64 - integerWidth(type)));
}

MlirValue ufHighest(UfBuilder *b, MlirType type, bool isUnsigned) {
  if (ufIsFloat(type))
    return ufNumber(b, type, INFINITY);
  if (isUnsigned || ufIsBool(type))
    return ufInteger(b, type, -1);
  return ufInteger(b, type, INT64_MAX >> (64 - integerWidth(type)));
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

MlirValue ufUnary(UfBuilder *b, const char *name, MlirValue x) {
  return ufBuild(b, name, mlirValueGetType(x), UF_VALUES(x), UF_NO_ATTRS);
}

MlirValue ufBinary(UfBuilder *b, const char *name, MlirValue x, MlirValue y) {
  return ufBuild(b, name, mlirValueGetType(x), UF_VALUES(x, y), UF_NO_ATTRS);
}

/// One operation's names: how it is called for each kind of type.
typedef struct Names {
  const char *ofFloats, *ofSigned, *ofUnsigned, *ofBools;
} Names;

static MlirValue binaryOf(UfBuilder *b, const Names *names, MlirValue x,
                          MlirValue y, bool isUnsigned) {
  MlirType type = mlirValueGetType(x);
  const char *name = isUnsigned ? names->ofUnsigned : names->ofSigned;
  if (ufIsFloat(type))
    name = names->ofFloats;
  else if (ufIsBool(type))
    name = names->ofBools;
  return ufBinary(b, name, x, y);
}

// Sums and products of truth values are "or" and "and".
MlirValue ufAdd(UfBuilder *b, MlirValue x, MlirValue y) {
  static const Names names = {"arith.addf", "arith.addi", "arith.addi",
                              "arith.ori"};
  return binaryOf(b, &names, x, y, false);
}

MlirValue ufSub(UfBuilder *b, MlirValue x, MlirValue y) {
  static const Names names = {"arith.subf", "arith.subi", "arith.subi",
                              "arith.subi"};
  return binaryOf(b, &names, x, y, false);
}

MlirValue ufMul(UfBuilder *b, MlirValue x, MlirValue y) {
  static const Names names = {"arith.mulf", "arith.muli", "arith.muli",
                              "arith.andi"};
  return binaryOf(b, &names, x, y, false);
}

MlirValue ufMax(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned) {
  static const Names names = {"arith.maximumf", "arith.maxsi", "arith.maxui",
                              "arith.ori"};
  return binaryOf(b, &names, x, y, isUnsigned);
}

MlirValue ufMin(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned) {
  static const Names names = {"arith.minimumf", "arith.minsi", "arith.minui",
                              "arith.andi"};
  return binaryOf(b, &names, x, y, isUnsigned);
}

/// A float op that may be rounded differently as `flags` say.
static MlirValue fastBinary(UfBuilder *b, const char *name, const char *flags,
                            MlirValue x, MlirValue y) {
  return ufBuild(
      b, name, mlirValueGetType(x), UF_VALUES(x, y),
      UF_ATTRS({"fastmath", mlirAttributeParseGet(b->ctx, ufStr(flags))}));
}

MlirValue ufMulAdd(UfBuilder *b, MlirValue x, MlirValue y, MlirValue acc) {
  if (!ufIsFloat(mlirValueGetType(x)))
    return ufAdd(b, acc, ufMul(b, x, y));
  static const char flags[] = "#arith.fastmath<contract>";
  MlirValue product = fastBinary(b, "arith.mulf", flags, x, y);
  return fastBinary(b, "arith.addf", flags, acc, product);
}

MlirValue ufMulAddAnyOrder(UfBuilder *b, MlirValue x, MlirValue y,
                           MlirValue acc) {
  MlirValue product =
      ufIsFloat(mlirValueGetType(x))
          ? fastBinary(b, "arith.mulf", "#arith.fastmath<contract>", x, y)
          : ufMul(b, x, y);
  return ufAddAnyOrder(b, acc, product);
}

MlirValue ufAddAnyOrder(UfBuilder *b, MlirValue x, MlirValue y) {
  if (!ufIsFloat(mlirValueGetType(x)))
    return ufAdd(b, x, y);
  return fastBinary(b, "arith.addf", "#arith.fastmath<reassoc,contract>", x, y);
}

MlirValue ufDiv(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned) {
  MlirType type = mlirValueGetType(x);
  if (ufIsFloat(type))
    return ufBinary(b, "arith.divf", x, y);
  MlirValue zero = ufInteger(b, type, 0);
  MlirValue one = ufInteger(b, type, 1);
  MlirValue isZero = ufCompare(b, UF_EQ, y, zero, false);
  if (isUnsigned || ufIsBool(type)) {
    MlirValue safe = ufSelect(b, isZero, one, y);
    return ufSelect(b, isZero, zero, ufBinary(b, "arith.divui", x, safe));
  }
  // The lowest number over -1 overflows, which traps: negate, which wraps.
  MlirValue minusOne = ufInteger(b, type, -1);
  MlirValue isMinusOne = ufCompare(b, UF_EQ, y, minusOne, false);
  MlirValue isSpecial = ufBinary(b, "arith.ori", isZero, isMinusOne);
  MlirValue safe = ufSelect(b, isSpecial, one, y);
  MlirValue quotient = ufBinary(b, "arith.divsi", x, safe);
  quotient = ufSelect(b, isMinusOne, ufNeg(b, x), quotient);
  return ufSelect(b, isZero, zero, quotient);
}

MlirValue ufNeg(UfBuilder *b, MlirValue x) {
  MlirType type = mlirValueGetType(x);
  if (ufIsFloat(type))
    return ufUnary(b, "arith.negf", x);
  return ufSub(b, ufInteger(b, type, 0), x);
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

MlirValue ufCompare(UfBuilder *b, UfPredicate predicate, MlirValue x,
                    MlirValue y, bool isUnsigned) {
  // The numbers of arith.cmpf's oeq, une, olt, ...; of arith.cmpi's eq, ne,
  // slt, ...; and of its ult, ...
  static const int64_t ofFloats[] = {1, 13, 4, 5, 2, 3};
  static const int64_t ofSigned[] = {0, 1, 2, 3, 4, 5};
  static const int64_t ofUnsigned[] = {0, 1, 6, 7, 8, 9};
  MlirType type = mlirValueGetType(x);
  bool isFloat = ufIsFloat(type);
  const int64_t *numbers = isUnsigned || ufIsBool(type) ? ofUnsigned : ofSigned;
  if (isFloat)
    numbers = ofFloats;
  return ufBuild(b, isFloat ? "arith.cmpf" : "arith.cmpi", ufI1(b),
                 UF_VALUES(x, y),
                 UF_ATTRS({"predicate", ufIntAttr(b, numbers[predicate])}));
}

MlirValue ufSelect(UfBuilder *b, MlirValue condition, MlirValue x,
                   MlirValue y) {
  return ufBuild(b, "arith.select", mlirValueGetType(x),
                 UF_VALUES(condition, x, y), UF_NO_ATTRS);
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

static MlirValue castTo(UfBuilder *b, const char *name, MlirValue x,
                        MlirType to) {
  return ufBuild(b, name, to, UF_VALUES(x), UF_NO_ATTRS);
}

static MlirValue convertFloats(UfBuilder *b, MlirValue x, MlirType to) {
  int from = ufBitWidth(mlirValueGetType(x)), width = ufBitWidth(to);
  if (width > from)
    return castTo(b, "arith.extf", x, to);
  // Neither of f16 and bf16 holds the other.
  if (width == from)
    x = castTo(b, "arith.extf", x, ufF32(b));
  // Frameworks round twice, and LLVM would call a function that few have.
  else if (mlirTypeIsABF16(to) && from > 32)
    x = castTo(b, "arith.truncf", x, ufF32(b));
  return castTo(b, "arith.truncf", x, to);
}

static MlirValue convertIntegers(UfBuilder *b, MlirValue x, MlirType to,
                                 bool fromUnsigned) {
  MlirType type = mlirValueGetType(x);
  fromUnsigned |= ufIsBool(type);
  if (mlirTypeIsAIndex(type) || mlirTypeIsAIndex(to))
    return castTo(b, fromUnsigned ? "arith.index_castui" : "arith.index_cast",
                  x, to);
  int from = ufBitWidth(type), width = ufBitWidth(to);
  if (width == from)
    return x;
  if (width < from)
    return castTo(b, "arith.trunci", x, to);
  return castTo(b, fromUnsigned ? "arith.extui" : "arith.extsi", x, to);
}

/// Rounds toward zero. Converting what does not fit is undefined, so only what
/// fits is converted; both limits are powers of two, hence exact floats.
static MlirValue convertFloatToInteger(UfBuilder *b, MlirValue x, MlirType to,
                                       bool toUnsigned) {
  if (ufBitWidth(mlirValueGetType(x)) < 32)
    x = castTo(b, "arith.extf", x, ufF32(b));
  MlirType type = mlirValueGetType(x);
  int width = ufBitWidth(to);
  MlirValue low = ufNumber(b, type, toUnsigned ? 0 : -ldexp(1, width - 1));
  MlirValue high = ufNumber(b, type, ldexp(1, toUnsigned ? width : width - 1));
  MlirValue isLow = ufCompare(b, UF_LE, x, low, false);
  MlirValue isHigh = ufCompare(b, UF_GE, x, high, false);
  MlirValue aboveLow = ufCompare(b, UF_GT, x, low, false);
  MlirValue belowHigh = ufCompare(b, UF_LT, x, high, false);
  MlirValue fits = ufBinary(b, "arith.andi", aboveLow, belowHigh);
  MlirValue safe = ufSelect(b, fits, x, ufNumber(b, type, 0));
  MlirValue result =
      castTo(b, toUnsigned ? "arith.fptoui" : "arith.fptosi", safe, to);
  result = ufSelect(b, isHigh, ufHighest(b, to, toUnsigned), result);
  return ufSelect(b, isLow, ufLowest(b, to, toUnsigned), result);
}

MlirValue ufConvert(UfBuilder *b, MlirValue x, MlirType to, bool fromUnsigned,
                    bool toUnsigned) {
  MlirType from = mlirValueGetType(x);
  if (mlirTypeEqual(from, to))
    return x;
  if (ufIsBool(to))
    return ufCompare(b, UF_NE, x, ufInteger(b, from, 0), fromUnsigned);
  if (ufIsFloat(from) && ufIsFloat(to))
    return convertFloats(b, x, to);
  if (ufIsFloat(from)) {
    bool toIndex = mlirTypeIsAIndex(to);
    MlirType type = toIndex ? ufI64(b) : to;
    MlirValue result = convertFloatToInteger(b, x, type, toUnsigned);
    return toIndex ? ufToIndex(b, result) : result;
  }
  if (ufIsFloat(to)) {
    if (mlirTypeIsAIndex(from))
      x = ufFromIndex(b, x, ufI64(b));
    bool isUnsigned = fromUnsigned || ufIsBool(from);
    return castTo(b, isUnsigned ? "arith.uitofp" : "arith.sitofp", x, to);
  }
  return convertIntegers(b, x, to, fromUnsigned);
}

MlirValue ufToIndex(UfBuilder *b, MlirValue x) {
  return ufConvert(b, x, ufIndexType(b), false, false);
}

MlirValue ufFromIndex(UfBuilder *b, MlirValue x, MlirType type) {
  return ufConvert(b, x, type, false, false);
}

MlirValue ufLoopIndex(UfBuilder *b, int dim) {
  return ufBuild(b, "linalg.index", ufIndexType(b), UF_NO_VALUES,
                 UF_ATTRS({"dim", ufIntAttr(b, dim)}));
}
