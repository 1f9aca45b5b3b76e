//===-- Arithmetic.c - Arithmetic on two and more tensors -----------------===//
//
// Operands are broadcast by numpy's rules. Integers wrap, and dividing one by 0
// gives 0.
//
//===----------------------------------------------------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Fold.h"

#include <math.h>
#include <string.h>

/// Whether the numbers of `op` are floats; or, when not, unsigned.
static bool hasFloats(MlirOperation op) {
  return ufIsFloat(ufElementType(mlirOperationGetOperand(op, 0)));
}
static bool hasUnsigned(MlirOperation op) {
  return ufIsUnsigned(ufElementType(mlirOperationGetOperand(op, 0)));
}
static bool hasBools(MlirOperation op) {
  return ufIsBool(ufElementType(mlirOperationGetOperand(op, 0)));
}

//===----------------------------------------------------------------------===//
// add, subtract, multiply
//
//   lhs + rhs, lhs - rhs, lhs * rhs. Of truth values: "or" and "and".
//===----------------------------------------------------------------------===//

static bool evaluateAdd(MlirOperation op, const UfNumeral *args,
                        UfNumeral *result) {
  result->real = args[0].real + args[1].real;
  __builtin_add_overflow(args[0].integer, args[1].integer, &result->integer);
  return !hasBools(op);
}

static MlirAttribute foldAdd(MlirOperation op, const MlirAttribute *operands,
                             MlirValue *value) {
  // The only float that changes no other one, 0 included, is -0.
  double zero = hasFloats(op) ? -0.0 : 0;
  if (ufIsSplatOf(operands[1], zero))
    *value = ufFoldToOperand(op, 0);
  else if (ufIsSplatOf(operands[0], zero))
    *value = ufFoldToOperand(op, 1);
  return value->ptr ? mlirAttributeGetNull()
                    : ufFoldElementwise(op, operands, evaluateAdd);
}

static MlirValue scalarAdd(UfBuilder *b, const MlirValue *args) {
  return ufEachAdd(b, args[0], args[1]);
}

static MlirLogicalResult importSum(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return ufImportChain(b, node, "add", results);
}

static bool evaluateSubtract(MlirOperation op, const UfNumeral *args,
                             UfNumeral *result) {
  (void)op;
  result->real = args[0].real - args[1].real;
  __builtin_sub_overflow(args[0].integer, args[1].integer, &result->integer);
  return true;
}

static MlirAttribute foldSubtract(MlirOperation op,
                                  const MlirAttribute *operands,
                                  MlirValue *value) {
  if (ufIsSplatOf(operands[1], 0))
    *value = ufFoldToOperand(op, 0);
  return value->ptr ? mlirAttributeGetNull()
                    : ufFoldElementwise(op, operands, evaluateSubtract);
}

static MlirValue scalarSubtract(UfBuilder *b, const MlirValue *args) {
  return ufEachSub(b, args[0], args[1]);
}

static bool evaluateMultiply(MlirOperation op, const UfNumeral *args,
                             UfNumeral *result) {
  (void)op;
  result->real = args[0].real * args[1].real;
  __builtin_mul_overflow(args[0].integer, args[1].integer, &result->integer);
  return true;
}

static MlirAttribute foldMultiply(MlirOperation op,
                                  const MlirAttribute *operands,
                                  MlirValue *value) {
  if (ufIsSplatOf(operands[1], 1))
    *value = ufFoldToOperand(op, 0);
  else if (ufIsSplatOf(operands[0], 1))
    *value = ufFoldToOperand(op, 1);
  return value->ptr ? mlirAttributeGetNull()
                    : ufFoldElementwise(op, operands, evaluateMultiply);
}

static MlirValue scalarMultiply(UfBuilder *b, const MlirValue *args) {
  return ufEachMul(b, args[0], args[1]);
}

//===----------------------------------------------------------------------===//
// divide
//
//   lhs / rhs; with `rounding` "trunc" toward 0, "floor" toward -infinity.
//   Without, integers are rounded toward 0.
//===----------------------------------------------------------------------===//

/// Quotient and remainder with the sign of `x`; 0 and 0 where y is 0.
static int64_t divideIntegers(int64_t x, int64_t y, bool isUnsigned,
                              int64_t *rest) {
  *rest = 0;
  if (y == 0)
    return 0;
  if (isUnsigned) {
    *rest = (int64_t)((uint64_t)x % (uint64_t)y);
    return (int64_t)((uint64_t)x / (uint64_t)y);
  }
  if (y == -1) // the lowest number overflows: wrap
    return (int64_t)(0 - (uint64_t)x);
  *rest = x % y;
  return x / y;
}

static bool evaluateDivide(MlirOperation op, const UfNumeral *args,
                           UfNumeral *result) {
  const char *rounding = ufGetStr(op, "rounding");
  result->real = args[0].real / args[1].real;
  if (hasFloats(op))
    return strcmp(rounding, "none") == 0;
  int64_t rest, y = args[1].integer;
  bool isUnsigned = hasUnsigned(op);
  result->integer = divideIntegers(args[0].integer, y, isUnsigned, &rest);
  if (strcmp(rounding, "floor") == 0 && !isUnsigned && rest != 0 &&
      (rest < 0) != (y < 0))
    --result->integer;
  return true;
}

static MlirAttribute foldDivide(MlirOperation op, const MlirAttribute *operands,
                                MlirValue *value) {
  bool isExact =
      !hasFloats(op) || strcmp(ufGetStr(op, "rounding"), "none") == 0;
  if (isExact && ufIsSplatOf(operands[1], 1))
    *value = ufFoldToOperand(op, 0);
  return value->ptr ? mlirAttributeGetNull()
                    : ufFoldElementwise(op, operands, evaluateDivide);
}

/// Whether a remainder `rest` of dividing by `y` has the other sign.
static MlirValue signsDiffer(UfBuilder *b, MlirValue rest, MlirValue y) {
  MlirValue zero = ufEachNumber(b, y, 0);
  MlirValue isRest = ufEachCompare(b, UF_NE, rest, zero, false);
  MlirValue isRestLow = ufEachCompare(b, UF_LT, rest, zero, false);
  MlirValue isLow = ufEachCompare(b, UF_LT, y, zero, false);
  return ufEachBits(b, "and", isRest, ufEachBits(b, "xor", isRestLow, isLow));
}

/// `x` where `y` is not 0, else 0.
static MlirValue unlessZero(UfBuilder *b, MlirValue x, MlirValue y) {
  MlirValue zero = ufEachNumber(b, y, 0);
  return ufEachSelect(b, ufEachCompare(b, UF_EQ, y, zero, false), zero, x);
}

static MlirValue floorDivideIntegers(UfBuilder *b, MlirValue x, MlirValue y) {
  MlirValue quotient = ufEachDiv(b, x, y, false);
  MlirValue rest = ufEachSub(b, x, ufEachMul(b, quotient, y));
  MlirValue less = ufEachSub(b, quotient, ufEachNumber(b, y, 1));
  MlirValue isLess = signsDiffer(b, rest, y);
  return unlessZero(b, ufEachSelect(b, isLess, less, quotient), y);
}

/// The quotient's floor, from the exact remainder: x / y may be rounded up to
/// an integer that is above the quotient.
static MlirValue floorDivideFloats(UfBuilder *b, MlirValue x, MlirValue y) {
  MlirValue zero = ufEachNumber(b, y, 0), half = ufEachNumber(b, y, 0.5);
  MlirValue one = ufEachNumber(b, y, 1), plain = ufDiv(b, x, y, false);
  MlirValue rest = ufBinary(b, "arith.remf", x, y);
  MlirValue quotient = ufDiv(b, ufSub(b, x, rest), y, false);
  quotient =
      ufSelect(b, signsDiffer(b, rest, y), ufSub(b, quotient, one), quotient);
  // An integer but for rounding.
  MlirValue low = ufUnary(b, "math.floor", quotient);
  MlirValue isAbove = ufCompare(b, UF_GT, ufSub(b, quotient, low), half, false);
  MlirValue result = ufSelect(b, isAbove, ufAdd(b, low, one), low);
  return ufSelect(b, ufCompare(b, UF_EQ, y, zero, false), plain, result);
}

static MlirValue scalarDivide(UfBuilder *b, const MlirValue *args) {
  const char *rounding = ufGetStr(b->op, "rounding");
  bool isUnsigned = ufEachIsUnsigned(b, 0);
  bool isFloor = strcmp(rounding, "floor") == 0;
  if (!hasFloats(b->op))
    return isFloor && !isUnsigned ? floorDivideIntegers(b, args[0], args[1])
                                  : ufEachDiv(b, args[0], args[1], isUnsigned);
  MlirValue x = ufEachWiden(b, args[0]), y = ufEachWiden(b, args[1]);
  MlirValue result;
  if (isFloor) {
    result = floorDivideFloats(b, x, y);
  } else {
    result = ufEachDiv(b, x, y, false);
    if (strcmp(rounding, "trunc") == 0)
      result = ufUnary(b, "math.trunc", result);
  }
  return ufEachNarrow(b, result, args[0]);
}

static MlirLogicalResult divideToTosa(UfBuilder *b) {
  // A product with the reciprocal may miss an integer by a bit.
  if (hasFloats(b->op) && strcmp(ufGetStr(b->op, "rounding"), "none") != 0)
    return mlirLogicalResultFailure();
  return ufScalarToTosa(b);
}

//===----------------------------------------------------------------------===//
// mod
//
//   The remainder of lhs / rhs, with the sign of rhs as in Python; with `fmod`
//   with that of lhs as in C.
//===----------------------------------------------------------------------===//

static bool evaluateMod(MlirOperation op, const UfNumeral *args,
                        UfNumeral *result) {
  bool isFmod = ufGetBool(op, "fmod"), isUnsigned = hasUnsigned(op);
  double real = fmod(args[0].real, args[1].real);
  bool differ = real != 0 && (real < 0) != (args[1].real < 0);
  result->real = !isFmod && differ ? real + args[1].real : real;
  int64_t y = args[1].integer;
  divideIntegers(args[0].integer, y, isUnsigned, &result->integer);
  if (!isFmod && !isUnsigned && result->integer != 0 &&
      (result->integer < 0) != (y < 0))
    result->integer += y;
  return true;
}

static MlirAttribute foldMod(MlirOperation op, const MlirAttribute *operands,
                             MlirValue *value) {
  (void)value;
  return ufFoldElementwise(op, operands, evaluateMod);
}

static MlirValue scalarMod(UfBuilder *b, const MlirValue *args) {
  bool isUnsigned = ufEachIsUnsigned(b, 0), isFloat = hasFloats(b->op);
  MlirValue x = ufEachWiden(b, args[0]), y = ufEachWiden(b, args[1]), rest;
  if (isFloat) {
    rest = ufBinary(b, "arith.remf", x, y);
  } else {
    MlirValue quotient = ufEachDiv(b, x, y, isUnsigned);
    rest = ufEachSub(b, x, ufEachMul(b, quotient, y));
    rest = unlessZero(b, rest, y);
  }
  if (!ufGetBool(b->op, "fmod") && !isUnsigned)
    rest =
        ufEachSelect(b, signsDiffer(b, rest, y), ufEachAdd(b, rest, y), rest);
  return ufEachNarrow(b, rest, args[0]);
}

static MlirLogicalResult modToTosa(UfBuilder *b) {
  return hasFloats(b->op) ? mlirLogicalResultFailure() : ufScalarToTosa(b);
}

//===----------------------------------------------------------------------===//
// pow
//
//   base to the power of exponent, in the type of base. Integers are exact.
//===----------------------------------------------------------------------===//

/// The exponent, when it is one number that is known; it may be lowered
/// already.
static bool constantExponent(const UfBuilder *b, double *value) {
  MlirOperation from = ufDefiningOp(mlirOperationGetOperand(b->op, 1));
  if (from.ptr && ufOpIs(from, "builtin.unrealized_conversion_cast"))
    from = ufDefiningOp(mlirOperationGetOperand(from, 0));
  if (!from.ptr)
    return false;
  bool isTosa = ufOpIs(from, "tosa.const");
  if (!isTosa && !ufOpIs(from, "ufront.constant") &&
      !ufOpIs(from, "arith.constant"))
    return false;
  return ufSplatNumber(
      mlirOperationGetAttributeByName(from, ufStr(isTosa ? "values" : "value")),
      value);
}

/// `x` to the power of a small number without a call; null for other ones.
static MlirValue smallPower(UfBuilder *b, MlirValue x, double exponent) {
  if (exponent == 1)
    return x;
  if (exponent == 2)
    return ufEachMul(b, x, x);
  if (exponent == 3)
    return ufEachMul(b, ufEachMul(b, x, x), x);
  if (!ufIsFloat(ufEachType(x)))
    return (MlirValue){NULL};
  if (exponent == 0.5)
    return ufEachCall(b, "sqrt", x);
  if (exponent == -0.5)
    return ufEachCall(b, "rsqrt", x);
  if (exponent == -1)
    return ufEachDiv(b, ufEachNumber(b, x, 1), x, false);
  return (MlirValue){NULL};
}

/// The body of a loop over the bits of the exponent, the lowest first, carrying
/// the power so far, the next square of the base, and the bits that are left.
static MlirBlock squaringBody(UfBuilder *b, MlirType type, MlirType exponent) {
  MlirType types[] = {ufIndexType(b), type, type, exponent};
  MlirLocation locs[] = {b->loc, b->loc, b->loc, b->loc};
  MlirBlock block = mlirBlockCreate(UF_COUNT(types), types, locs);
  UfBuilder in = ufBuilderIn(b, block);
  MlirValue power = mlirBlockGetArgument(block, 1);
  MlirValue square = mlirBlockGetArgument(block, 2);
  MlirValue bits = mlirBlockGetArgument(block, 3);
  MlirValue one = ufInteger(&in, exponent, 1);
  MlirValue bit = ufBinary(&in, "arith.andi", bits, one);
  MlirValue isSet = ufCompare(&in, UF_EQ, bit, one, false);
  MlirValue product = ufMul(&in, power, square);
  MlirValue next[] = {ufSelect(&in, isSet, product, power),
                      ufMul(&in, square, square),
                      ufBinary(&in, "arith.shrui", bits, one)};
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, (UfValues){next, 3}, UF_NO_ATTRS,
            NULL, 0);
  return block;
}

/// By squaring, which wraps as repeated products do.
static MlirValue integerPower(UfBuilder *b, MlirValue x, MlirValue y,
                              bool isUnsigned) {
  MlirType type = mlirValueGetType(x), exponent = mlirValueGetType(y);
  MlirValue zero = ufInteger(b, type, 0), one = ufInteger(b, type, 1);
  MlirRegion body = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(body, squaringBody(b, type, exponent));
  MlirOperation loop =
      ufBuildOp(b, "scf.for", UF_TYPES(type, type, exponent),
                UF_VALUES(ufIndex(b, 0), ufIndex(b, ufBitWidth(exponent)),
                          ufIndex(b, 1), one, x, y),
                UF_NO_ATTRS, &body, 1);
  MlirValue power = ufResultOf(loop, 0);
  if (isUnsigned)
    return power;
  // A negative exponent leaves 1 and -1 as they are, whose inverses they are,
  // and other numbers at 0.
  MlirValue isLow = ufCompare(b, UF_LT, y, ufInteger(b, exponent, 0), false);
  MlirValue isOne = ufCompare(b, UF_EQ, x, one, false);
  MlirValue isMinusOne = ufCompare(b, UF_EQ, x, ufInteger(b, type, -1), false);
  MlirValue isUnit = ufBinary(b, "arith.ori", isOne, isMinusOne);
  MlirValue rounded = ufSelect(b, isUnit, power, zero);
  return ufSelect(b, isLow, rounded, power);
}

static MlirValue scalarPow(UfBuilder *b, const MlirValue *args) {
  MlirType type = ufEachType(args[0]), from = ufEachType(args[1]);
  bool isTensor = ufEachIsTensor(args[0]), isUnsigned = ufEachIsUnsigned(b, 1);
  MlirValue x = ufEachWiden(b, args[0]), result = {NULL};
  double exponent;
  if (constantExponent(b, &exponent))
    result = smallPower(b, x, exponent);
  if (result.ptr)
    return ufEachNarrow(b, result, args[0]);
  if (isTensor)
    return ufIsFloat(type) && mlirTypeEqual(type, from)
               ? ufEachPow(b, x, args[1])
               : result;
  if (!ufIsFloat(type) && !ufIsFloat(from))
    return integerPower(b, x, args[1], isUnsigned);
  // An integer to the power of a float is as exact as f64.
  MlirType wide =
      ufIsFloat(type) ? mlirValueGetType(x) : mlirF64TypeGet(b->ctx);
  x = ufConvert(b, x, wide, ufEachIsUnsigned(b, 0), false);
  result = ufEachPow(b, x, ufConvert(b, args[1], wide, isUnsigned, false));
  return ufConvert(b, result, type, false, ufEachIsUnsigned(b, 0));
}

static bool evaluatePow(MlirOperation op, const UfNumeral *args,
                        UfNumeral *result) {
  uint64_t square = (uint64_t)args[0].integer, power = 1;
  MlirType exponent = ufElementType(mlirOperationGetOperand(op, 1));
  if (hasFloats(op) || ufIsFloat(exponent) || args[1].integer < 0)
    return false;
  for (int64_t bits = args[1].integer; bits; bits >>= 1) {
    if (bits & 1)
      power *= square;
    square *= square;
  }
  result->integer = (int64_t)power;
  return true;
}

static MlirAttribute foldPow(MlirOperation op, const MlirAttribute *operands,
                             MlirValue *value) {
  if (ufIsSplatOf(operands[1], 1))
    *value = ufFoldToOperand(op, 0);
  return value->ptr ? mlirAttributeGetNull()
                    : ufFoldElementwise(op, operands, evaluatePow);
}

//===----------------------------------------------------------------------===//
// maximum, minimum
//
//   The larger and the smaller; NaN when either is.
//===----------------------------------------------------------------------===//

static bool isLess(MlirOperation op, const UfNumeral *x, const UfNumeral *y) {
  if (hasFloats(op))
    return x->real < y->real || isnan(x->real);
  return hasUnsigned(op) ? (uint64_t)x->integer < (uint64_t)y->integer
                         : x->integer < y->integer;
}

static bool evaluateMaximum(MlirOperation op, const UfNumeral *args,
                            UfNumeral *result) {
  bool isFirst = isnan(args[0].real) ||
                 (!isnan(args[1].real) && isLess(op, &args[1], &args[0]));
  *result = args[isFirst ? 0 : 1];
  return true;
}

static bool evaluateMinimum(MlirOperation op, const UfNumeral *args,
                            UfNumeral *result) {
  *result = args[isLess(op, &args[0], &args[1]) ? 0 : 1];
  return true;
}

static MlirAttribute
foldMaximum(MlirOperation op, const MlirAttribute *operands, MlirValue *value) {
  (void)value;
  return ufFoldElementwise(op, operands, evaluateMaximum);
}

static MlirAttribute
foldMinimum(MlirOperation op, const MlirAttribute *operands, MlirValue *value) {
  (void)value;
  return ufFoldElementwise(op, operands, evaluateMinimum);
}

static MlirValue scalarMaximum(UfBuilder *b, const MlirValue *args) {
  return ufEachMax(b, args[0], args[1], ufEachIsUnsigned(b, 0));
}

static MlirValue scalarMinimum(UfBuilder *b, const MlirValue *args) {
  return ufEachMin(b, args[0], args[1], ufEachIsUnsigned(b, 0));
}

static MlirLogicalResult importMax(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return ufImportChain(b, node, "maximum", results);
}

static MlirLogicalResult importMin(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return ufImportChain(b, node, "minimum", results);
}

//===----------------------------------------------------------------------===//
// mean_n
//
//   The mean of the inputs, broadcast.
//
// (C1) there is at least one input.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferMeanN(MlirOperation op, UfShape *results) {
  if (mlirOperationGetNumOperands(op) == 0) // C1
    return ufOpError(op, "needs at least one input");
  return ufInferBroadcast(op, results);
}

static MlirLogicalResult decomposeMeanN(UfBuilder *b) {
  MlirValue sum = mlirOperationGetOperand(b->op, 0);
  intptr_t count = mlirOperationGetNumOperands(b->op);
  for (intptr_t i = 1; i < count && sum.ptr; ++i)
    sum = ufOp(b, "add", UF_VALUES(sum, mlirOperationGetOperand(b->op, i)),
               UF_NO_ATTRS);
  if (!sum.ptr)
    return mlirLogicalResultFailure();
  MlirValue divisor = ufScalarConstant(b, ufElementType(sum), (double)count);
  return ufReplace(b, ufOp(b, "divide", UF_VALUES(sum, divisor), UF_NO_ATTRS));
}

//===----------------------------------------------------------------------===//
// atan2
//
//   The angle of the point (rhs, lhs).
//===----------------------------------------------------------------------===//

static MlirValue scalarAtan2(UfBuilder *b, const MlirValue *args) {
  MlirValue y = ufEachWiden(b, args[0]), x = ufEachWiden(b, args[1]);
  return ufEachNarrow(b, ufBinary(b, "math.atan2", y, x), args[0]);
}

//===----------------------------------------------------------------------===//

/// A row for two numbers, broadcast.
#define BINARY(Name, Summary, Types, Traits, Fold, Scalar, ToTosa, Imports)    \
  {.name = Name,                                                               \
   .summary = Summary,                                                         \
   .operands = {{"lhs", "Left operand.", Types},                               \
                {"rhs", "Right operand.", (Types) | UF_SAME}},                 \
   .traits = Traits,                                                           \
   .infer = ufInferBroadcast,                                                  \
   .fold = Fold,                                                               \
   .toTosa = ToTosa,                                                           \
   .scalar = Scalar,                                                           \
   .imports = Imports}

static const UfOp ops[] = {
    BINARY(
        "add", "lhs + rhs.", UF_NUMBERS | UF_BOOLS, UF_COMMUTATIVE, foldAdd,
        scalarAdd, ufScalarToTosa,
        UF_IMPORTS({UF_ONNX, "Add", 7, NULL}, {UF_ONNX, "Sum", 6, importSum})),
    BINARY("subtract", "lhs - rhs.", UF_NUMBERS, 0, foldSubtract,
           scalarSubtract, ufScalarToTosa,
           UF_IMPORTS({UF_ONNX, "Sub", 7, NULL})),
    BINARY("multiply", "lhs * rhs.", UF_NUMBERS | UF_BOOLS, UF_COMMUTATIVE,
           foldMultiply, scalarMultiply, ufScalarToTosa,
           UF_IMPORTS({UF_ONNX, "Mul", 7, NULL})),
    BINARY("maximum", "The larger of lhs and rhs.", UF_NUMBERS | UF_BOOLS,
           UF_COMMUTATIVE, foldMaximum, scalarMaximum, ufScalarToTosa,
           UF_IMPORTS({UF_ONNX, "Max", 6, importMax})),
    BINARY("minimum", "The smaller of lhs and rhs.", UF_NUMBERS | UF_BOOLS,
           UF_COMMUTATIVE, foldMinimum, scalarMinimum, ufScalarToTosa,
           UF_IMPORTS({UF_ONNX, "Min", 6, importMin})),
    BINARY("atan2", "The angle of the point (rhs, lhs).", UF_FLOATS, 0, NULL,
           scalarAtan2, NULL, NULL),
    {
        .name = "divide",
        .summary = "lhs / rhs.",
        .operands = {{"lhs", "Any numbers.", UF_NUMBERS},
                     {"rhs", "Integers: 0 gives 0.", UF_NUMBERS | UF_SAME}},
        .attrs = {{"rounding",
                   "Toward 0 (trunc) or down (floor); none: integers toward 0.",
                   UF_STRING, "\"none\"", .oneOf = "none|trunc|floor"}},
        .infer = ufInferBroadcast,
        .fold = foldDivide,
        .toTosa = divideToTosa,
        .scalar = scalarDivide,
        .imports = UF_IMPORTS({UF_ONNX, "Div", 7, NULL}),
    },
    {
        .name = "pow",
        .summary = "base to the power of exponent.",
        .operands = {{"base", "Any numbers.", UF_NUMBERS},
                     {"exponent", "Any numbers.", UF_NUMBERS}},
        .infer = ufInferBroadcast,
        .fold = foldPow,
        .toTosa = ufScalarToTosa,
        .scalar = scalarPow,
        .imports = UF_IMPORTS({UF_ONNX, "Pow", 7, NULL}),
    },
    {
        .name = "mod",
        .summary = "The remainder of lhs / rhs.",
        .operands = {{"lhs", "Any numbers.", UF_NUMBERS},
                     {"rhs", "Integers: 0 gives 0.", UF_NUMBERS | UF_SAME}},
        .attrs = {{"fmod", "With the sign of lhs, else with that of rhs.",
                   UF_BOOL, "false"}},
        .infer = ufInferBroadcast,
        .fold = foldMod,
        .toTosa = modToTosa,
        .scalar = scalarMod,
        .imports = UF_IMPORTS({UF_ONNX, "Mod", 10, NULL}),
    },
    {
        .name = "mean_n",
        .summary = "The mean of the inputs.",
        .operands = {{"inputs", "Any floats.", UF_FLOATS | UF_SAME,
                      UF_VARIADIC}},
        .infer = inferMeanN,
        .decompose = decomposeMeanN,
        .imports = UF_IMPORTS({UF_ONNX, "Mean", 6, NULL}),
    },
};
UF_FAMILY(ufArithmeticOps, "arithmetic", ops);
