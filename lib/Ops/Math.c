//===-- Math.c - Functions of one number ----------------------------------===//
//
// Most are ops of the math dialect by the same name; how those are computed is
// decided where code is generated. Floats narrower than f32 are computed in
// f32.
//
//===----------------------------------------------------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Fold.h"
#include "Ops/TorchMath.h"
#include "Ops/TorchSpecial.h"

#include <math.h>
#include <string.h>

/// The op of the math dialect (or of TOSA) that is called as the row.
static MlirValue scalarCall(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  return ufEachNarrow(b, ufEachCall(b, ufOpOf(b->op)->name, x), args[0]);
}

//===----------------------------------------------------------------------===//
// Of floats and integers
//===----------------------------------------------------------------------===//

static MlirValue scalarAbs(UfBuilder *b, const MlirValue *args) {
  if (ufEachIsTensor(args[0]) || ufIsFloat(mlirValueGetType(args[0])))
    return ufEachCall(b, "abs", args[0]);
  return ufEachIsUnsigned(b, 0) ? args[0] : ufUnary(b, "math.absi", args[0]);
}

static MlirValue scalarNeg(UfBuilder *b, const MlirValue *args) {
  return ufEachNeg(b, args[0]);
}

static MlirValue scalarSquare(UfBuilder *b, const MlirValue *args) {
  return ufEachMul(b, args[0], args[0]);
}

// sign:  1, 0 or -1; NaN stays.
static MlirValue scalarSign(UfBuilder *b, const MlirValue *args) {
  MlirValue x = args[0], zero = ufEachNumber(b, x, 0);
  bool isUnsigned = ufEachIsUnsigned(b, 0);
  MlirValue isHigh = ufEachCompare(b, UF_GT, x, zero, isUnsigned);
  MlirValue result = ufEachSelect(b, isHigh, ufEachNumber(b, x, 1), x);
  if (isUnsigned)
    return result;
  MlirValue isLow = ufEachCompare(b, UF_LT, x, zero, false);
  return ufEachSelect(b, isLow, ufEachNumber(b, x, -1), result);
}

//===----------------------------------------------------------------------===//
// Of floats, by a name of their own
//===----------------------------------------------------------------------===//

static MlirValue scalarReciprocal(UfBuilder *b, const MlirValue *args) {
  if (ufEachIsTensor(args[0]))
    return ufUnary(b, "tosa.reciprocal", args[0]);
  MlirValue x = ufEachWiden(b, args[0]);
  MlirValue result = ufDiv(b, ufEachNumber(b, x, 1), x, false);
  return ufEachNarrow(b, result, args[0]);
}

// round:  to the nearest integer, the even one of two.
static MlirValue scalarRound(UfBuilder *b, const MlirValue *args) {
  MlirValue x = args[0];
  if (!ufEachIsTensor(x))
    return ufEachCall(b, "roundeven", x);
  // In TOSA: the floor, or one more where more than half is left, or just half
  // and the floor is odd.
  MlirValue half = ufEachNumber(b, x, 0.5), low = ufEachCall(b, "floor", x);
  MlirValue rest = ufEachSub(b, x, low), halved = ufEachMul(b, low, half);
  MlirValue isOdd =
      ufEachCompare(b, UF_NE, halved, ufEachCall(b, "floor", halved), false);
  MlirValue isHalf = ufEachCompare(b, UF_EQ, rest, half, false);
  MlirValue isMore = ufEachCompare(b, UF_GT, rest, half, false);
  MlirValue isUp =
      ufEachBits(b, "or", isMore, ufEachBits(b, "and", isHalf, isOdd));
  MlirValue high = ufEachAdd(b, low, ufEachNumber(b, x, 1));
  return ufEachSelect(b, isUp, high, low);
}

// trunc:  to the next integer toward 0.
static MlirValue scalarTrunc(UfBuilder *b, const MlirValue *args) {
  MlirValue x = args[0];
  if (!ufEachIsTensor(x))
    return ufEachCall(b, "trunc", x);
  MlirValue isLow = ufEachCompare(b, UF_LT, x, ufEachNumber(b, x, 0), false);
  return ufEachSelect(b, isLow, ufEachCall(b, "ceil", x),
                      ufEachCall(b, "floor", x));
}

static MlirValue scalarTan(UfBuilder *b, const MlirValue *args) {
  if (!ufEachIsTensor(args[0]))
    return scalarCall(b, args);
  return ufEachDiv(b, ufEachCall(b, "sin", args[0]),
                   ufEachCall(b, "cos", args[0]), false);
}

//===----------------------------------------------------------------------===//
// Folding: what arithmetic on shapes and scales uses
//===----------------------------------------------------------------------===//

static bool evaluate(MlirOperation op, const UfNumeral *args,
                     UfNumeral *result) {
  const char *name = ufOpOf(op)->name;
  double x = args[0].real;
  int64_t integer = args[0].integer;
  uint64_t bits = (uint64_t)integer;
  bool isUnsigned = ufIsUnsigned(ufElementType(mlirOperationGetOperand(op, 0)));
  if (strcmp(name, "abs") == 0)
    *result = (UfNumeral){
        !isUnsigned && integer < 0 ? (int64_t)(0 - bits) : integer, fabs(x)};
  else if (strcmp(name, "neg") == 0)
    *result = (UfNumeral){(int64_t)(0 - bits), -x};
  else if (strcmp(name, "square") == 0)
    *result = (UfNumeral){(int64_t)(bits * bits), x * x};
  else if (strcmp(name, "sqrt") == 0)
    result->real = sqrt(x);
  else if (strcmp(name, "floor") == 0)
    result->real = floor(x);
  else if (strcmp(name, "ceil") == 0)
    result->real = ceil(x);
  else if (strcmp(name, "round") == 0)
    result->real = rint(x);
  else if (strcmp(name, "trunc") == 0)
    result->real = trunc(x);
  else if (strcmp(name, "reciprocal") == 0)
    result->real = 1 / x;
  else
    return false;
  return true;
}

static MlirAttribute fold(MlirOperation op, const MlirAttribute *operands,
                          MlirValue *value) {
  (void)value;
  return ufFoldElementwise(op, operands, evaluate);
}

//===----------------------------------------------------------------------===//

#define UNARY(Name, Summary, Types, Doc, Fold, Scalar, ToTosa, Imports)        \
  {.name = Name,                                                               \
   .summary = Summary,                                                         \
   .operands = {{"input", Doc, Types}},                                        \
   .infer = ufInferSame,                                                       \
   .fold = Fold,                                                               \
   .toTosa = ToTosa,                                                           \
   .scalar = Scalar,                                                           \
   .imports = Imports}
#define NUMBER(Name, Summary, Scalar, Imports)                                 \
  UNARY(Name, Summary, UF_NUMBERS, "Any numbers.", fold, Scalar,               \
        ufScalarToTosa, Imports)
#define FLOAT(Name, Summary, Scalar, ToTosa, Imports)                          \
  UNARY(Name, Summary, UF_FLOATS, "Any floats.", fold, Scalar, ToTosa, Imports)
/// The function of ONNX and that of ATen by the same name, and other rules.
#define ONNX(Onnx, Since, Aten, ...)                                           \
  UF_IMPORTS({UF_ONNX, Onnx, Since, NULL}, MAP(Aten) __VA_OPT__(, ) __VA_ARGS__)
#define ATEN(Aten, ...) UF_IMPORTS(MAP(Aten) __VA_OPT__(, ) __VA_ARGS__)
#define MAP(Aten) {UF_TORCH, "aten." Aten ".default", 0, ufTorchOrPass}
#define WIDE(Aten, Text) UF_FORMULA("aten." Aten, UF_WIDE, Text)
#define AS_IS(Name, Text) UF_FORMULA(Name, UF_AS_IS, Text)
#define IN_F64(Name, Text) UF_FORMULA(Name, UF_IN_F64, Text)

// clang-format off
static const UfOp ops[] = {
    //     ufront        meaning                      element           TOSA            ONNX, since, ATen
    NUMBER("abs",        "|input|.",                  scalarAbs,                        ONNX("Abs", 1, "abs", MAP("absolute"))),
    NUMBER("neg",        "-input.",                   scalarNeg,                        ONNX("Neg", 1, "neg", MAP("negative"), AS_IS("_operator.neg", "-a"))),
    NUMBER("sign",       "1, 0 or -1.",               scalarSign,                       UF_IMPORTS({UF_ONNX, "Sign", 9, NULL}, UF_TORCH_SIGNS)),
    NUMBER("square",     "input * input.",            scalarSquare,                     UF_IMPORTS(AS_IS("aten.square.default", "self * self"))),
    FLOAT("sqrt",        "Square root.",              scalarCall,       ufScalarToTosa, ONNX("Sqrt", 1, "sqrt", UF_TORCH_ROOTS)),
    FLOAT("rsqrt",       "1 / sqrt(input).",          scalarCall,       ufScalarToTosa, ATEN("rsqrt")),
    FLOAT("reciprocal",  "1 / input.",                scalarReciprocal, ufScalarToTosa, ONNX("Reciprocal", 1, "reciprocal")),
    FLOAT("exp",         "e^input.",                  scalarCall,       ufScalarToTosa, ONNX("Exp", 1, "exp", UF_TORCH_EXPONENTIALS)),
    FLOAT("exp2",        "2^input.",                  scalarCall,       ufScalarToTosa, ATEN("exp2", MAP("special_exp2"))),
    FLOAT("expm1",       "e^input - 1.",              scalarCall,       NULL,           ATEN("expm1", MAP("special_expm1"))),
    FLOAT("log",         "Natural logarithm.",        scalarCall,       ufScalarToTosa, ONNX("Log", 1, "log", UF_TORCH_LOGS, UF_TORCH_GAMMAS)),
    FLOAT("log2",        "Logarithm to base 2.",      scalarCall,       ufScalarToTosa, ATEN("log2")),
    FLOAT("log10",       "Logarithm to base 10.",     scalarCall,       ufScalarToTosa, ATEN("log10")),
    FLOAT("log1p",       "log(1 + input).",           scalarCall,       NULL,           ATEN("log1p", MAP("special_log1p"), UF_TORCH_LOG1PS)),
    FLOAT("erf",         "Error function.",           scalarCall,       ufScalarToTosa, ONNX("Erf", 9, "erf", MAP("special_erf"))),
    FLOAT("erfc",        "1 - erf(input).",           scalarCall,       NULL,           ATEN("erfc", MAP("special_erfc"), UF_TORCH_NORMALS, UF_TORCH_ERRORS)),
    FLOAT("floor",       "Rounded down.",             scalarCall,       ufScalarToTosa, ONNX("Floor", 1, "floor", IN_F64("math.floor", "floor(x)"))),
    FLOAT("ceil",        "Rounded up.",               scalarCall,       ufScalarToTosa, ONNX("Ceil", 1, "ceil", IN_F64("math.ceil", "ceil(x)"))),
    FLOAT("round",       "Rounded, halves to even.",  scalarRound,      ufScalarToTosa, ONNX("Round", 11, "round", UF_TORCH_ROUNDS)),
    FLOAT("trunc",       "Rounded toward 0.",         scalarTrunc,      ufScalarToTosa, ATEN("trunc", MAP("fix"), UF_TORCH_TRUNCS)),
    FLOAT("sin",         "Sine.",                     scalarCall,       ufScalarToTosa, ONNX("Sin", 7, "sin", UF_TORCH_SINES)),
    FLOAT("cos",         "Cosine.",                   scalarCall,       ufScalarToTosa, ONNX("Cos", 7, "cos", UF_TORCH_WAVES)),
    FLOAT("tan",         "Tangent.",                  scalarTan,        ufScalarToTosa, ONNX("Tan", 7, "tan")),
    FLOAT("asin",        "Inverse of sin.",           scalarCall,       NULL,           ONNX("Asin", 7, "asin", MAP("arcsin"))),
    FLOAT("acos",        "Inverse of cos.",           scalarCall,       NULL,           ONNX("Acos", 7, "acos", MAP("arccos"))),
    FLOAT("atan",        "Inverse of tan.",           scalarCall,       NULL,           ONNX("Atan", 7, "atan", MAP("arctan"))),
    FLOAT("sinh",        "Hyperbolic sine.",          scalarCall,       NULL,           ONNX("Sinh", 9, "sinh")),
    FLOAT("cosh",        "Hyperbolic cosine.",        scalarCall,       NULL,           ONNX("Cosh", 9, "cosh")),
    FLOAT("asinh",       "Inverse of sinh.",          scalarCall,       NULL,           ONNX("Asinh", 9, "asinh", MAP("arcsinh"))),
    FLOAT("acosh",       "Inverse of cosh.",          scalarCall,       NULL,           ONNX("Acosh", 9, "acosh", MAP("arccosh"))),
    FLOAT("atanh",       "Inverse of tanh.",          scalarCall,       NULL,           ONNX("Atanh", 9, "atanh", MAP("arctanh"))),
};
// clang-format on
UF_FAMILY(ufMathOps, "math", ops);
