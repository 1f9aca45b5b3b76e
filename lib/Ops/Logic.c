//===-- Logic.c - Comparing, choosing, truth values and bits --------------===//

#include "Ops/Elementwise.h"
#include "Ops/Fold.h"
#include "Ops/MlScore.h"
#include "Ops/Opset6.h"
#include "Ops/Strings.h"
#include "Ops/TorchMath.h"

#include <math.h>
#include <string.h>

/// Operators of other frameworks that are one kind of an op of ours.
static const struct {
  const char *node, *op, *attr, *kind;
} kinds[] = {
    {"Equal", "compare", "pred", "eq"},
    {"Less", "compare", "pred", "lt"},
    {"LessOrEqual", "compare", "pred", "le"},
    {"Greater", "compare", "pred", "gt"},
    {"GreaterOrEqual", "compare", "pred", "ge"},
    {"And", "logical", "kind", "and"},
    {"Or", "logical", "kind", "or"},
    {"Xor", "logical", "kind", "xor"},
    {"BitwiseAnd", "bitwise", "kind", "and"},
    {"BitwiseOr", "bitwise", "kind", "or"},
    {"BitwiseXor", "bitwise", "kind", "xor"},
};

static MlirLogicalResult importKind(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), y = ufNodeInput(node, 1);
  if (!x.ptr || !y.ptr)
    return ufNodeError(node, "needs two inputs");
  if (ufIsString(ufElementType(x)))
    return ufImportStringEqual(b, node, results);
  for (int i = 0; i < UF_COUNT(kinds); ++i)
    if (strcmp(kinds[i].node, node->op) == 0)
      return ufNodeDefine(
          results,
          ufOp(b, kinds[i].op, UF_VALUES(x, y),
               UF_ATTRS({kinds[i].attr, ufStrAttr(b, kinds[i].kind)})));
  return ufNodeError(node, "is not known");
}

static MlirType elementOf(MlirOperation op, int i) {
  return ufElementType(mlirOperationGetOperand(op, i));
}

//===----------------------------------------------------------------------===//
// compare
//
//   lhs `pred` rhs, as truth values. NaN is not equal to anything, and neither
//   less nor greater.
//===----------------------------------------------------------------------===//

static UfPredicate predicateOf(MlirOperation op) {
  static const char *const names[] = {[UF_EQ] = "eq", [UF_NE] = "ne",
                                      [UF_LT] = "lt", [UF_LE] = "le",
                                      [UF_GT] = "gt", [UF_GE] = "ge"};
  const char *pred = ufGetStr(op, "pred");
  int i = 0;
  while (i < UF_COUNT(names) - 1 && strcmp(names[i], pred) != 0)
    ++i;
  return (UfPredicate)i;
}

static bool evaluateCompare(MlirOperation op, const UfNumeral *args,
                            UfNumeral *result) {
  bool isFloat = ufIsFloat(elementOf(op, 0));
  bool isUnsigned = ufIsUnsigned(elementOf(op, 0));
  int64_t x = args[0].integer, y = args[1].integer;
  bool isLess = isUnsigned ? (uint64_t)x < (uint64_t)y : x < y;
  bool isEqual = isFloat ? args[0].real == args[1].real : x == y;
  bool isGreater = !isLess && !isEqual;
  if (isFloat) {
    isLess = args[0].real < args[1].real;
    isGreater = args[0].real > args[1].real;
  }
  const bool values[] = {[UF_EQ] = isEqual,   [UF_NE] = !isEqual,
                         [UF_LT] = isLess,    [UF_LE] = isLess || isEqual,
                         [UF_GT] = isGreater, [UF_GE] = isGreater || isEqual};
  result->integer = values[predicateOf(op)];
  return true;
}

static MlirAttribute
foldCompare(MlirOperation op, const MlirAttribute *operands, MlirValue *value) {
  (void)value;
  return ufFoldElementwise(op, operands, evaluateCompare);
}

static MlirValue scalarCompare(UfBuilder *b, const MlirValue *args) {
  return ufEachCompare(b, predicateOf(b->op), args[0], args[1],
                       ufEachIsUnsigned(b, 0));
}

static MlirLogicalResult compareToTosa(UfBuilder *b) {
  // TOSA orders numbers only.
  if (ufIsBool(elementOf(b->op, 0)) && predicateOf(b->op) > UF_NE)
    return mlirLogicalResultFailure();
  return ufScalarToTosa(b);
}

//===----------------------------------------------------------------------===//
// is_nan, is_inf, is_finite
//===----------------------------------------------------------------------===//

static MlirValue scalarIsNan(UfBuilder *b, const MlirValue *args) {
  return ufEachCompare(b, UF_NE, args[0], args[0], false);
}

static MlirValue scalarIsInf(UfBuilder *b, const MlirValue *args) {
  MlirValue x = args[0];
  bool positive = ufGetBool(b->op, "detect_positive");
  bool negative = ufGetBool(b->op, "detect_negative");
  MlirValue infinity =
      ufEachNumber(b, x, negative && !positive ? -INFINITY : INFINITY);
  if (positive && negative)
    x = ufEachCall(b, "abs", x);
  if (positive || negative)
    return ufEachCompare(b, UF_EQ, x, infinity, false);
  // Nothing is looked for: no number is greater than infinity.
  return ufEachCompare(b, UF_GT, x, infinity, false);
}

static MlirValue scalarIsFinite(UfBuilder *b, const MlirValue *args) {
  MlirValue x = args[0];
  return ufEachCompare(b, UF_LT, ufEachCall(b, "abs", x),
                       ufEachNumber(b, x, INFINITY), false);
}

//===----------------------------------------------------------------------===//
// logical, logical_not, bitwise, bitwise_not
//===----------------------------------------------------------------------===//

static bool evaluateBits(MlirOperation op, const UfNumeral *args,
                         UfNumeral *result) {
  const char *kind = ufGetStr(op, "kind");
  int64_t x = args[0].integer, y = args[1].integer;
  result->integer = strcmp(kind, "and") == 0  ? x & y
                    : strcmp(kind, "or") == 0 ? x | y
                                              : x ^ y;
  return true;
}

static MlirAttribute foldBits(MlirOperation op, const MlirAttribute *operands,
                              MlirValue *value) {
  (void)value;
  return ufFoldElementwise(op, operands, evaluateBits);
}

static MlirValue scalarBits(UfBuilder *b, const MlirValue *args) {
  return ufEachBits(b, ufGetStr(b->op, "kind"), args[0], args[1]);
}

static bool evaluateNot(MlirOperation op, const UfNumeral *args,
                        UfNumeral *result) {
  (void)op;
  result->integer = ~args[0].integer;
  return true;
}

static MlirAttribute foldNot(MlirOperation op, const MlirAttribute *operands,
                             MlirValue *value) {
  (void)value;
  return ufFoldElementwise(op, operands, evaluateNot);
}

static MlirValue scalarNot(UfBuilder *b, const MlirValue *args) {
  return ufEachNot(b, args[0]);
}

//===----------------------------------------------------------------------===//
// shift
//
//   The bits of input moved by `amount`. Signed numbers keep their sign to the
//   right. All bits are gone when amount is not below their number.
//===----------------------------------------------------------------------===//

static MlirValue scalarShift(UfBuilder *b, const MlirValue *args) {
  MlirValue x = args[0], amount = args[1];
  MlirType type = mlirValueGetType(x);
  int width = ufBitWidth(type);
  bool isLeft = strcmp(ufGetStr(b->op, "direction"), "left") == 0;
  bool isUnsigned = ufEachIsUnsigned(b, 0);
  // Negative amounts are large, too, when read without a sign.
  MlirValue last = ufInteger(b, type, width - 1);
  MlirValue isBeyond = ufCompare(b, UF_GT, amount, last, /*isUnsigned=*/true);
  MlirValue safe = ufSelect(b, isBeyond, last, amount);
  if (!isLeft && !isUnsigned)
    return ufBinary(b, "arith.shrsi", x, safe);
  MlirValue moved = ufBinary(b, isLeft ? "arith.shli" : "arith.shrui", x, safe);
  return ufSelect(b, isBeyond, ufInteger(b, type, 0), moved);
}

static MlirLogicalResult importShift(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  const char *direction = ufNodeStr(node, "direction", "");
  bool isLeft = strcmp(direction, "LEFT") == 0;
  if (!isLeft && strcmp(direction, "RIGHT") != 0)
    return ufNodeError(node, "direction is '%s', not LEFT or RIGHT", direction);
  return ufNodeDefine(
      results,
      ufOp(b, "shift", UF_VALUES(ufNodeInput(node, 0), ufNodeInput(node, 1)),
           UF_ATTRS({"direction", ufStrAttr(b, isLeft ? "left" : "right")})));
}

//===----------------------------------------------------------------------===//
// where
//
//   on_true where condition holds, else on_false; all three broadcast.
//
// (C1) on_true and on_false have the same element type.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferWhere(MlirOperation op, UfShape *results) {
  if (!mlirTypeEqual(elementOf(op, 1), elementOf(op, 2))) // C1
    return ufOpError(op, "on_true and on_false have different element types");
  UF_TRY(ufInferBroadcast(op, results));
  results[0].element = elementOf(op, 1);
  return mlirLogicalResultSuccess();
}

static bool evaluateWhere(MlirOperation op, const UfNumeral *args,
                          UfNumeral *result) {
  (void)op;
  *result = args[args[0].integer ? 1 : 2];
  return true;
}

static MlirAttribute foldWhere(MlirOperation op, const MlirAttribute *operands,
                               MlirValue *value) {
  if (ufIsSplatOf(operands[0], 1))
    *value = ufFoldToOperand(op, 1);
  else if (ufIsSplatOf(operands[0], 0))
    *value = ufFoldToOperand(op, 2);
  return value->ptr ? mlirAttributeGetNull()
                    : ufFoldElementwise(op, operands, evaluateWhere);
}

static MlirValue scalarWhere(UfBuilder *b, const MlirValue *args) {
  return ufEachSelect(b, args[0], args[1], args[2]);
}

//===----------------------------------------------------------------------===//
// clamp
//
//   min(max(input, lo), hi), so hi where lo > hi; the bounds are operands,
//   attributes, or not there. NaN stays.
//
// (C1) no bound is given both ways.
//===----------------------------------------------------------------------===//

static MlirLogicalResult verifyClamp(MlirOperation op) {
  bool low = ufOperandOf(op, 1).ptr && ufHasAttr(op, "min");
  bool high = ufOperandOf(op, 2).ptr && ufHasAttr(op, "max");
  if (low || high) // C1
    return ufOpError(op, "has both an operand '%s' and an attribute '%s'",
                     low ? "lo" : "hi", low ? "min" : "max");
  return mlirLogicalResultSuccess();
}

/// `args` are input, lo, hi; null where omitted.
static MlirValue clamp(UfBuilder *b, const MlirValue *args) {
  bool isUnsigned = ufEachIsUnsigned(b, 0);
  bool hasMin = ufHasAttr(b->op, "min"), hasMax = ufHasAttr(b->op, "max");
  double low = hasMin ? ufGetFloat(b->op, "min") : -INFINITY;
  double high = hasMax ? ufGetFloat(b->op, "max") : INFINITY;
  MlirValue x = args[0];
  if (args[1].ptr)
    x = ufEachMax(b, x, args[1], isUnsigned);
  if (hasMin || hasMax)
    x = ufEachClamp(b, x, low, high, isUnsigned);
  return args[2].ptr ? ufEachMin(b, x, args[2], isUnsigned) : x;
}

static void clampBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  (void)data;
  MlirValue all[3] = {{NULL}};
  for (int i = 0, next = 0; i < 3; ++i)
    if (ufOperandOf(b->op, i).ptr)
      all[i] = args[next++];
  results[0] = clamp(b, all);
}

static MlirLogicalResult lowerClamp(UfBuilder *b) {
  MlirValue operands[3];
  int count = 0;
  for (int i = 0; i < 3; ++i) {
    operands[count] = ufInput(b, i);
    count += operands[count].ptr != NULL;
  }
  return ufReplace(b,
                   ufElementwise(b, (UfValues){operands, count},
                                 ufElementType(operands[0]), clampBody, NULL));
}

static MlirLogicalResult clampToTosa(UfBuilder *b) {
  MlirValue operands[UF_MAX_VALUES] = {{NULL}};
  return ufTosaOperands(b, operands) ? ufReplace(b, clamp(b, operands))
                                     : mlirLogicalResultFailure();
}

static bool evaluateClamp(MlirOperation op, const UfNumeral *args,
                          UfNumeral *result) {
  if (mlirOperationGetNumOperands(op) > 1 || !ufIsInt(elementOf(op, 0)) ||
      ufIsUnsigned(elementOf(op, 0)))
    return false;
  int64_t x = args[0].integer;
  int width = ufBitWidth(elementOf(op, 0));
  if (ufHasAttr(op, "min") && (double)x < ufGetFloat(op, "min"))
    x = ufSaturate(ufGetFloat(op, "min"), width, false);
  if (ufHasAttr(op, "max") && (double)x > ufGetFloat(op, "max"))
    x = ufSaturate(ufGetFloat(op, "max"), width, false);
  result->integer = x;
  return true;
}

static MlirAttribute foldClamp(MlirOperation op, const MlirAttribute *operands,
                               MlirValue *value) {
  (void)value;
  return ufFoldElementwise(op, operands, evaluateClamp);
}

/// Clip before opset 11, with attributes.
static MlirLogicalResult importClipAttrs(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  UfAttrs bounds = UF_ATTRS({"min", ufNodeAttr(node, "min")},
                            {"max", ufNodeAttr(node, "max")});
  return ufNodeDefine(
      results, ufOp(b, "clamp", UF_VALUES(ufNodeInput(node, 0)), bounds));
}

/// Moves a bound that is one known number from `*operand` into an attribute.
static MlirAttribute boundAttr(const UfBuilder *b, MlirValue *operand) {
  double value;
  if (!operand->ptr || !ufSplatNumber(ufConstantOf(*operand), &value) ||
      isnan(value) ||
      (!ufIsFloat(ufElementType(*operand)) && fabs(value) > 0x1p53))
    return mlirAttributeGetNull();
  operand->ptr = NULL;
  return ufFloatAttr(b, value);
}

static MlirLogicalResult importClip(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue low = ufNodeInput(node, 1), high = ufNodeInput(node, 2);
  MlirAttribute min = boundAttr(b, &low), max = boundAttr(b, &high);
  return ufNodeDefine(results, ufOp(b, "clamp",
                                    UF_VALUES(ufNodeInput(node, 0), low, high),
                                    UF_ATTRS({"min", min}, {"max", max})));
}

//===----------------------------------------------------------------------===//

#define HARDTANH                                                               \
  "min_val = -1; max_val = 1; clamp(self, min = min_val, max = max_val)"

/// A row for two operands of the same kind.
#define PAIR(Name, Summary, Types, Attr, Infer, Fold, Scalar, ToTosa, Imports) \
  {.name = Name,                                                               \
   .summary = Summary,                                                         \
   .operands = {{"lhs", "Left operand.", Types},                               \
                {"rhs", "Right operand.", (Types) | UF_SAME}},                 \
   .attrs = {Attr},                                                            \
   .infer = Infer,                                                             \
   .fold = Fold,                                                               \
   .toTosa = ToTosa,                                                           \
   .scalar = Scalar,                                                           \
   .imports = Imports}
#define UNARY(Name, Summary, Types, Infer, Fold, Scalar, Imports)              \
  {.name = Name,                                                               \
   .summary = Summary,                                                         \
   .operands = {{"input", "The operand.", Types}},                             \
   .infer = Infer,                                                             \
   .fold = Fold,                                                               \
   .toTosa = ufScalarToTosa,                                                   \
   .scalar = Scalar,                                                           \
   .imports = Imports}
#define AS_IS(Name, Text) UF_FORMULA(Name, UF_AS_IS, Text)
/// Two ATen overloads of one formula of `self` and `other`.
#define BOTH(Name, Text)                                                       \
  AS_IS("aten." Name ".Tensor", Text), AS_IS("aten." Name ".Scalar", Text)
#define COMPARE(Name, Sign)                                                    \
  BOTH(Name, "self " Sign " other"), AS_IS("_operator." Name, "a " Sign " b")
#define BITWISE(Kind)                                                          \
  BOTH("bitwise_" Kind, "bitwise(self, other, kind = '" Kind "')"),            \
      AS_IS("aten.bitwise_" Kind ".Scalar_Tensor",                             \
            "bitwise(self, other, kind = '" Kind "')"),                        \
      BOTH("__" Kind "__", "bitwise(self, other, kind = '" Kind "')")
#define LOGICAL(Kind)                                                          \
  AS_IS("aten.logical_" Kind ".default",                                       \
        "logical(self, other, kind = '" Kind "')")
#define SHIFT(Name, Direction)                                                 \
  BOTH("__" Name "__", "shift(self, other, direction = '" Direction "')"),     \
      AS_IS("aten.bitwise_" Direction "_shift.Tensor",                         \
            "shift(self, other, direction = '" Direction "')"),                \
      AS_IS("aten.bitwise_" Direction "_shift.Tensor_Scalar",                  \
            "shift(self, other, direction = '" Direction "')"),                \
      AS_IS("aten.bitwise_" Direction "_shift.Scalar_Tensor",                  \
            "shift(self, other, direction = '" Direction "')")
#define WHERE(Overload)                                                        \
  AS_IS("aten.where." Overload, "where(condition, self, other)")
#define CLAMP(Name)                                                            \
  AS_IS("aten." Name ".default", "clamp(self, min = min, max = max)"),         \
      AS_IS("aten." Name ".Tensor", "clamp(self, min, max)")

#define PRED_ATTR                                                              \
  {"pred", "How to compare.", UF_STRING, .oneOf = "eq|ne|lt|le|gt|ge"}
#define KIND_ATTR {"kind", "How to join.", UF_STRING, .oneOf = "and|or|xor"}

static const UfOp ops[] = {
    PAIR("compare", "lhs `pred` rhs.", UF_NUMBERS | UF_BOOLS, PRED_ATTR,
         ufInferCompare, foldCompare, scalarCompare, compareToTosa,
         UF_IMPORTS({UF_ONNX, "Equal", 1, ufOpset6Binary},
                    {UF_ONNX, "Equal", 7, importKind},
                    {UF_ONNX, "Less", 1, ufOpset6Binary},
                    {UF_ONNX, "Less", 7, importKind},
                    {UF_ONNX, "LessOrEqual", 12, importKind},
                    {UF_ONNX, "Greater", 1, ufOpset6Binary},
                    {UF_ONNX, "Greater", 7, importKind},
                    {UF_ONNX, "GreaterOrEqual", 12, importKind}, UF_ML_COMPARES,
                    COMPARE("eq", "=="), COMPARE("ne", "!="),
                    COMPARE("lt", "<"), COMPARE("le", "<="), COMPARE("gt", ">"),
                    COMPARE("ge", ">="),
                    {UF_TORCH, "aten.isclose.default", 0, ufTorchIsClose})),
    PAIR("logical", "lhs `kind` rhs.", UF_BOOLS, KIND_ATTR, ufInferBroadcast,
         foldBits, scalarBits, ufScalarToTosa,
         UF_IMPORTS({UF_ONNX, "And", 1, ufOpset6Binary},
                    {UF_ONNX, "And", 7, importKind},
                    {UF_ONNX, "Or", 1, ufOpset6Binary},
                    {UF_ONNX, "Or", 7, importKind},
                    {UF_ONNX, "Xor", 1, ufOpset6Binary},
                    {UF_ONNX, "Xor", 7, importKind}, LOGICAL("and"),
                    LOGICAL("or"), LOGICAL("xor"))),
    PAIR("bitwise", "lhs `kind` rhs, bit by bit.", UF_INTEGERS | UF_BOOLS,
         KIND_ATTR, ufInferBroadcast, foldBits, scalarBits, ufScalarToTosa,
         UF_IMPORTS({UF_ONNX, "BitwiseAnd", 18, importKind},
                    {UF_ONNX, "BitwiseOr", 18, importKind},
                    {UF_ONNX, "BitwiseXor", 18, importKind}, BITWISE("and"),
                    BITWISE("or"), BITWISE("xor"),
                    AS_IS("_operator.and_", "bitwise(a, b, kind = 'and')"),
                    AS_IS("_operator.or_", "bitwise(a, b, kind = 'or')"))),
    UNARY("logical_not", "True where input is false.", UF_BOOLS, ufInferSame,
          foldNot, scalarNot,
          UF_IMPORTS({UF_ONNX, "Not", 1, NULL},
                     AS_IS("aten.logical_not.default", "!self"),
                     AS_IS("torch.sym_not", "!a"))),
    UNARY("bitwise_not", "Every bit turned.", UF_INTEGERS | UF_BOOLS,
          ufInferSame, foldNot, scalarNot,
          UF_IMPORTS({UF_ONNX, "BitwiseNot", 18, NULL},
                     {UF_TORCH, "aten.bitwise_not.default", 0, ufTorchMap})),
    UNARY("is_nan", "True for NaN.", UF_FLOATS, ufInferCompare, NULL,
          scalarIsNan,
          UF_IMPORTS({UF_ONNX, "IsNaN", 9, NULL},
                     {UF_TORCH, "aten.isnan.default", 0, ufTorchFloatTest})),
    UNARY("is_finite", "True for what is neither infinite nor NaN.", UF_FLOATS,
          ufInferCompare, NULL, scalarIsFinite,
          UF_IMPORTS({UF_TORCH, "aten.isfinite.default", 0, ufTorchFloatTest})),
    {
        .name = "is_inf",
        .summary = "True for infinities.",
        .operands = {{"input", "Any floats.", UF_FLOATS}},
        .attrs = {{"detect_positive", "Look for infinity.", UF_BOOL, "true"},
                  {"detect_negative", "Look for -infinity.", UF_BOOL, "true"}},
        .infer = ufInferCompare,
        .toTosa = ufScalarToTosa,
        .scalar = scalarIsInf,
        .imports = UF_IMPORTS(
            {UF_ONNX, "IsInf", 10, NULL},
            {UF_TORCH, "aten.isinf.default", 0, ufTorchFloatTest},
            {UF_TORCH, "aten.isposinf.default", 0, ufTorchFloatTest},
            {UF_TORCH, "aten.isneginf.default", 0, ufTorchFloatTest}),
    },
    {
        .name = "shift",
        .summary = "The bits of input moved by amount.",
        .operands = {{"input", "Any integers.", UF_INTEGERS},
                     {"amount", "How far.", UF_INTEGERS | UF_SAME}},
        .attrs = {{"direction", "To higher bits or to lower ones.", UF_STRING,
                   .oneOf = "left|right"}},
        .infer = ufInferBroadcast,
        .scalar = scalarShift,
        .imports =
            UF_IMPORTS({UF_ONNX, "BitShift", 11, importShift},
                       SHIFT("lshift", "left"), SHIFT("rshift", "right")),
    },
    {
        .name = "where",
        .summary = "on_true where condition holds, else on_false.",
        .operands = {{"condition", "Truth values.", UF_BOOLS},
                     {"on_true", "Any tensor."},
                     {"on_false", "Of the same element type."}},
        .infer = inferWhere,
        .fold = foldWhere,
        .toTosa = ufScalarToTosa,
        .scalar = scalarWhere,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Where", 9, NULL}, UF_ML_WHERES, WHERE("self"),
            WHERE("ScalarSelf"), WHERE("ScalarOther"), WHERE("Scalar"),
            AS_IS("aten.masked_fill.Scalar", "mask ? value : self"),
            AS_IS("aten.masked_fill.Tensor", "mask ? value : self"),
            AS_IS("torch.sym_ite", "b ? t : f")),
    },
    {
        .name = "clamp",
        .summary = "input, not below a lower and not above an upper bound.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS},
                     {"lo", "The lower bound.", UF_NUMBERS | UF_SAME,
                      UF_OPTIONAL},
                     {"hi", "The upper bound.", UF_NUMBERS | UF_SAME,
                      UF_OPTIONAL}},
        .attrs = {{"min", "The lower bound.", UF_FLOAT, .optional = true},
                  {"max", "The upper bound.", UF_FLOAT, .optional = true}},
        .verify = verifyClamp,
        .infer = ufInferBroadcast,
        .fold = foldClamp,
        .toTosa = clampToTosa,
        .toLinalg = lowerClamp,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Clip", 1, importClipAttrs},
            {UF_ONNX, "Clip", 11, importClip}, CLAMP("clamp"), CLAMP("clip"),
            AS_IS("aten.clamp_min.default", "clamp(self, min = min)"),
            AS_IS("aten.clamp_min.Tensor", "maximum(self, min)"),
            AS_IS("aten.clamp_max.default", "clamp(self, max = max)"),
            AS_IS("aten.clamp_max.Tensor", "minimum(self, max)"),
            AS_IS("aten.hardtanh.default", HARDTANH),
            AS_IS("aten.relu6.default", "clamp(self, min = 0, max = 6)"),
            {UF_TORCH, "aten.nan_to_num.default", 0, ufTorchNanToNum}),
    },
};
UF_FAMILY(ufLogicOps, "logic", ops);
