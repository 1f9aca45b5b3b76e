//===-- Power.c - Powers
//---------------------------------------------------===//
//
// Integers are exact and wrap.
//
//===----------------------------------------------------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Fold.h"
#include "Ops/Formula.h"
#include "Ops/Opset6.h"

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
  if (ufIsFloat(ufElementType(mlirOperationGetOperand(op, 0))) ||
      ufIsFloat(exponent) || args[1].integer < 0)
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

#define POWER "pow(self, exponent)"

static const UfOp ops[] = {
    {
        .name = "pow",
        .summary = "base to the power of exponent.",
        .operands = {{"base", "Any numbers.", UF_NUMBERS},
                     {"exponent", "Any numbers.", UF_NUMBERS}},
        .infer = ufInferBroadcast,
        .fold = foldPow,
        .toTosa = ufScalarToTosa,
        .scalar = scalarPow,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Pow", 1, ufOpset6Binary}, {UF_ONNX, "Pow", 7, NULL},
            UF_FORMULA("aten.pow.Tensor_Scalar", UF_AS_IS, POWER),
            UF_FORMULA("aten.pow.Tensor_Tensor", UF_AS_IS, POWER),
            UF_FORMULA("aten.pow.Scalar", UF_AS_IS, POWER),
            UF_FORMULA("aten.float_power.Tensor_Scalar", UF_AS_IS, POWER),
            UF_FORMULA("aten.float_power.Tensor_Tensor", UF_AS_IS, POWER),
            UF_FORMULA("aten.float_power.Scalar", UF_AS_IS, POWER),
            UF_FORMULA("_operator.pow", UF_AS_IS, "pow(a, b)"),
            UF_FORMULA("math.pow", UF_IN_F64, "pow(x, y)")),
    },
};
UF_FAMILY(ufPowerOps, "power", ops);
