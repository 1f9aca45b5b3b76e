//===-- Arithmetic.c - Arithmetic on two and more tensors -----------------===//
//
// Operands are broadcast by numpy's rules. Integers wrap, and dividing one by 0
// gives 0.
//
//===----------------------------------------------------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Fold.h"
#include "Ops/Formula.h"
#include "Ops/MlScore.h"
#include "Ops/Opset6.h"

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

/// The sum of a list of sizes.
static MlirLogicalResult importSymSum(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  UfTorchInts sizes;
  const UfrontArg *args = ufTorchArg(node, "args");
  if (!args || args->kind != UFRONT_ARG_LIST ||
      !ufTorchInts(b, node, "args", &sizes))
    return ufNodeError(node, "needs a list of integers");
  MlirValue list = sizes.value;
  if (!list.ptr) {
    int64_t sum = 0;
    for (int i = 0; i < sizes.count; ++i)
      sum += mlirDenseI64ArrayGetElement(sizes.attr, i);
    return ufNodeDefine(results, ufScalarConstant(b, ufI64(b), (double)sum));
  }
  return ufNodeDefine(results,
                      ufOp(b, "reduce_sum", UF_VALUES(list),
                           UF_ATTRS({"keepdims", ufBoolAttr(b, false)})));
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

#define AS_IS(Name, Text) UF_FORMULA(Name, UF_AS_IS, Text)
#define WIDE(Name, Text) UF_FORMULA(Name, UF_WIDE, Text)
#define LERP                                                                   \
  "d = end - self; abs(weight) < 0.5 ? self + weight * d"                      \
  "                                  : end - d * (1 - weight)"
#define DIVIDE                                                                 \
  "rounding_mode = 'none'; divide(self, other, rounding = rounding_mode)"

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
    BINARY("add", "lhs + rhs.", UF_NUMBERS | UF_BOOLS, UF_COMMUTATIVE, foldAdd,
           scalarAdd, ufScalarToTosa,
           UF_IMPORTS(
               {UF_ONNX, "Add", 1, ufOpset6Binary}, {UF_ONNX, "Add", 7, NULL},
               {UF_ONNX, "Sum", 1, importSum},
               AS_IS("aten.add.Tensor", "alpha = 1; self + alpha * other"),
               AS_IS("aten.add.Scalar", "alpha = 1; self + alpha * other"),
               AS_IS("_operator.add", "a + b"),
               {UF_TORCH, "torch.sym_sum", 0, importSymSum},
               WIDE("aten.addcmul.default",
                    "value = 1; self + value * tensor1 * tensor2"),
               WIDE("aten.addcdiv.default",
                    "value = 1; self + value * tensor1 / tensor2"),
               WIDE("aten.lerp.Tensor", LERP), WIDE("aten.lerp.Scalar", LERP))),
    BINARY("subtract", "lhs - rhs.", UF_NUMBERS, 0, foldSubtract,
           scalarSubtract, ufScalarToTosa,
           UF_IMPORTS(
               {UF_ONNX, "Sub", 1, ufOpset6Binary}, {UF_ONNX, "Sub", 7, NULL},
               AS_IS("aten.sub.Tensor", "alpha = 1; self - alpha * other"),
               AS_IS("aten.sub.Scalar", "alpha = 1; self - alpha * other"),
               AS_IS("aten.rsub.Tensor", "alpha = 1; other - alpha * self"),
               AS_IS("aten.rsub.Scalar", "alpha = 1; other - alpha * self"),
               AS_IS("_operator.sub", "a - b"))),
    BINARY("multiply", "lhs * rhs.", UF_NUMBERS | UF_BOOLS, UF_COMMUTATIVE,
           foldMultiply, scalarMultiply, ufScalarToTosa,
           UF_IMPORTS({UF_ONNX, "Mul", 1, ufOpset6Binary},
                      {UF_ONNX, "Mul", 7, NULL}, UF_ML_SCALERS,
                      AS_IS("aten.mul.Tensor", "self * other"),
                      AS_IS("aten.mul.Scalar", "self * other"),
                      AS_IS("_operator.mul", "a * b"),
                      WIDE("aten.deg2rad.default", "self * (pi / 180)"),
                      WIDE("aten.rad2deg.default", "self * (180 / pi)"),
                      WIDE("aten.ldexp.Tensor", "self * exp2(other)"),
                      WIDE("aten.native_dropout_backward.default",
                           "grad_output * mask * scale"))),
    BINARY("maximum", "The larger of lhs and rhs.", UF_NUMBERS | UF_BOOLS,
           UF_COMMUTATIVE, foldMaximum, scalarMaximum, ufScalarToTosa,
           UF_IMPORTS({UF_ONNX, "Max", 1, importMax},
                      {UF_TORCH, "aten.maximum.default", 0, ufTorchMap},
                      {UF_TORCH, "aten.max.other", 0, ufTorchMap},
                      {UF_TORCH, "torch.sym_max", 0, ufTorchMap},
                      AS_IS("aten.fmax.default",
                            "self >= other || other != other ? self : other"))),
    BINARY("minimum", "The smaller of lhs and rhs.", UF_NUMBERS | UF_BOOLS,
           UF_COMMUTATIVE, foldMinimum, scalarMinimum, ufScalarToTosa,
           UF_IMPORTS({UF_ONNX, "Min", 1, importMin},
                      {UF_TORCH, "aten.minimum.default", 0, ufTorchMap},
                      {UF_TORCH, "aten.min.other", 0, ufTorchMap},
                      {UF_TORCH, "torch.sym_min", 0, ufTorchMap},
                      AS_IS("aten.fmin.default",
                            "self <= other || other != other ? self : other"))),
    BINARY("atan2", "The angle of the point (rhs, lhs).", UF_FLOATS, 0, NULL,
           scalarAtan2, NULL,
           UF_IMPORTS({UF_TORCH, "aten.atan2.default", 0, ufTorchMap},
                      {UF_TORCH, "aten.arctan2.default", 0, ufTorchMap})),
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
        .imports = UF_IMPORTS(
            {UF_ONNX, "Div", 1, ufOpset6Binary}, {UF_ONNX, "Div", 7, NULL},
            AS_IS("aten.div.Tensor", "self / other"),
            AS_IS("aten.div.Scalar", "self / other"),
            AS_IS("aten.div.Tensor_mode", DIVIDE),
            AS_IS("aten.div.Scalar_mode", DIVIDE),
            AS_IS("aten.true_divide.Tensor", "self / other"),
            AS_IS("aten.true_divide.Scalar", "self / other"),
            AS_IS("aten.floor_divide.default",
                  "divide(self, other, rounding = 'floor')"),
            AS_IS("aten.floor_divide.Scalar",
                  "divide(self, other, rounding = 'floor')"),
            AS_IS("_operator.floordiv", "divide(a, b, rounding = 'floor')"),
            AS_IS("_operator.truediv", "a / b")),
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
        .imports = UF_IMPORTS(
            {UF_ONNX, "Mod", 10, NULL},
            AS_IS("aten.remainder.Tensor", "mod(self, other)"),
            AS_IS("aten.remainder.Scalar", "mod(self, other)"),
            AS_IS("aten.remainder.Scalar_Tensor", "mod(self, other)"),
            AS_IS("aten.fmod.Tensor", "mod(self, other, fmod = 1)"),
            AS_IS("aten.fmod.Scalar", "mod(self, other, fmod = 1)"),
            AS_IS("_operator.mod", "mod(a, b)")),
    },
    {
        .name = "mean_n",
        .summary = "The mean of the inputs.",
        .operands = {{"inputs", "Any floats.", UF_FLOATS | UF_SAME,
                      UF_VARIADIC}},
        .infer = inferMeanN,
        .decompose = decomposeMeanN,
        .imports = UF_IMPORTS({UF_ONNX, "Mean", 1, NULL}),
    },
};
UF_FAMILY(ufArithmeticOps, "arithmetic", ops);
