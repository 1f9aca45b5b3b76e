//===-- Cast.c - Changing the element type --------------------------------===//

#include "Ops/Compose.h"
#include "Ops/Elementwise.h"
#include "Ops/Fold.h"
#include "Ops/Opset6.h"
#include "Ops/Strings.h"
#include "Ops/TorchSpecial.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Element types of foreign nodes
//===----------------------------------------------------------------------===//

MlirType ufNodeType(const UfBuilder *b, const UfNode *node, const char *name) {
  // By ONNX's number.
  static const char *const names[] = {[1] = "f32",       [2] = "ui8",
                                      [3] = "i8",        [4] = "ui16",
                                      [5] = "i16",       [6] = "i32",
                                      [7] = "i64",       [8] = "!ufront.string",
                                      [9] = "i1",        [10] = "f16",
                                      [11] = "f64",      [12] = "ui32",
                                      [13] = "ui64",     [16] = "bf16",
                                      [17] = "f8E4M3FN", [18] = "f8E4M3FNUZ",
                                      [19] = "f8E5M2",   [20] = "f8E5M2FNUZ",
                                      [21] = "ui4",      [22] = "i4",
                                      [23] = "f4E2M1FN", [24] = "f8E8M0FNU",
                                      [25] = "ui2",      [26] = "i2",
                                      [27] = "f6E2M3FN", [28] = "f6E3M2FN"};
  MlirAttribute attr = ufNodeAttr(node, name);
  if (!mlirAttributeIsNull(attr) && mlirAttributeIsAType(attr))
    return mlirTypeAttrGetValue(attr);
  int64_t number = ufNodeInt(node, name, 0);
  if (number > 0 && number < UF_COUNT(names) && names[number])
    return mlirTypeParseGet(b->ctx, ufStr(names[number]));
  ufNodeError(node,
              "attribute '%s' is element type %" PRId64
              ", which is not supported",
              name, number);
  return (MlirType){NULL};
}

static MlirType typeAttr(MlirOperation op, const char *name) {
  return mlirTypeAttrGetValue(ufGetAttr(op, name));
}

static bool isNumber(MlirType type) {
  return ufHasConversion(type) && ufBitWidth(type) <= 64;
}

//===----------------------------------------------------------------------===//
// cast
//
//   The same numbers in the type `to`. Floats become integers by rounding
//   toward 0; beyond the integer's range its limits, NaN 0. Integers keep their
//   low bits, and so do floats as narrow ones once they are rounded. A truth
//   value is whether a number is not 0.
//
// (C1) `to` is a float, or an integer of at most 64 bits.
// (C2) the input's numbers can be converted.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferCast(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].element = typeAttr(op, "to");
  if (!isNumber(results[0].element)) // C1
    return ufOpError(
        op, "'to' must be a float, or an integer type of at most 64 bits");
  if (!isNumber(ufElementType(mlirOperationGetOperand(op, 0)))) // C2
    return ufOpError(op, "cannot convert the numbers of its input");
  return mlirLogicalResultSuccess();
}

static bool evaluateCast(MlirOperation op, const UfNumeral *args,
                         UfNumeral *result) {
  MlirType from = ufElementType(mlirOperationGetOperand(op, 0));
  MlirType to = typeAttr(op, "to");
  int64_t integer = args[0].integer;
  if (ufIsFloat(to) && ufIsNarrow(to))
    return false;
  if (!ufIsFloat(from))
    *result = (UfNumeral){ufIsBool(to) ? integer != 0 : integer,
                          ufIsUnsigned(from) ? (double)(uint64_t)integer
                                             : (double)integer};
  else if (ufIsBool(to))
    result->integer = args[0].real != 0;
  else if (ufIsFloat(to))
    result->real = args[0].real;
  else
    result->integer = ufIsNarrow(to) ? ufSaturate(args[0].real, 32, false)
                                     : ufSaturate(args[0].real, ufBitWidth(to),
                                                  ufIsUnsigned(to));
  return true;
}

static MlirAttribute foldCast(MlirOperation op, const MlirAttribute *operands,
                              MlirValue *value) {
  *value = ufFoldToOperand(op, 0);
  return value->ptr ? mlirAttributeGetNull()
                    : ufFoldElementwise(op, operands, evaluateCast);
}

static MlirValue tosaCast(UfBuilder *b, MlirValue x, MlirType to) {
  UfShape shape = ufShape(x);
  shape.element = to;
  return ufBuild(b, "tosa.cast", ufTensorType(&shape), UF_VALUES(x),
                 UF_NO_ATTRS);
}

/// TOSA rounds to the nearest integer and leaves NaN open.
static MlirValue tosaFloatToInt(UfBuilder *b, MlirValue x, MlirType to) {
  MlirValue zero = ufEachNumber(b, x, 0);
  MlirValue isLow = ufEachCompare(b, UF_LT, x, zero, false);
  MlirValue whole = ufEachSelect(b, isLow, ufEachCall(b, "ceil", x),
                                 ufEachCall(b, "floor", x));
  MlirValue isNumberHere = ufEachCompare(b, UF_EQ, x, x, false);
  return tosaCast(b, ufEachSelect(b, isNumberHere, whole, zero), to);
}

static UfNarrowing getNarrowing(MlirOperation op) {
  const char *mode = ufGetStr(op, "round_mode");
  UfNarrowing how = {.saturates = ufGetBool(op, "saturate")};
  if (strcmp(mode, "down") == 0)
    how.rounding = UF_ROUND_DOWN;
  else if (strcmp(mode, "nearest") == 0)
    how.rounding = UF_ROUND_NEAREST;
  return how;
}

static MlirValue scalarCast(UfBuilder *b, const MlirValue *args) {
  MlirValue x = args[0];
  MlirType from = ufEachType(x), to = typeAttr(b->op, "to");
  if (!ufEachIsTensor(x))
    return ufConvertElement(b, x,
                            ufElementType(mlirOperationGetOperand(b->op, 0)),
                            to, getNarrowing(b->op));
  if (ufIsFloat(from) && ufIsInt(to))
    return tosaFloatToInt(b, ufEachWiden(b, x), to);
  // Neither of f16 and bf16 holds the other.
  bool isSideways = ufIsFloat(from) && ufIsFloat(to) &&
                    ufBitWidth(from) == ufBitWidth(to) && ufBitWidth(to) < 32;
  return tosaCast(b, isSideways ? ufEachWiden(b, x) : x, to);
}

static MlirLogicalResult buildCast(UfBuilder *b, const UfNode *node,
                                   MlirType to, MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  if (!to.ptr)
    return mlirLogicalResultFailure();
  if (ufIsString(to) || ufIsString(ufElementType(x)))
    return ufNodeDefine(results, ufCastString(b, node, x, to));
  MlirAttribute saturates = ufBoolAttr(b, ufNodeInt(node, "saturate", 1) != 0);
  MlirAttribute mode = ufStrAttr(b, ufNodeStr(node, "round_mode", "up"));
  return ufNodeDefine(
      results, ufOp(b, "cast", UF_VALUES(x),
                    UF_ATTRS({"to", mlirTypeAttrGet(to)},
                             {"saturate", saturates}, {"round_mode", mode})));
}

static MlirLogicalResult importCast(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  return buildCast(b, node, ufNodeType(b, node, "to"), results);
}

static MlirLogicalResult importCastLike(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  MlirValue like = ufNodeInput(node, 1);
  if (!like.ptr)
    return ufNodeError(node, "needs two inputs");
  return buildCast(b, node, ufElementType(like), results);
}

/// Torch makes small integers of floats by way of larger ones, whose low bits
/// they keep.
static MlirLogicalResult importTo(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirType to = ufTorchResult(b, node, 0);
  if (to.ptr && ufIsInt(to) && ufBitWidth(to) < 32 &&
      ufIsFloat(ufElementType(x)))
    x = ufTorchCast(b, x, ufIntType(b, 32));
  return ufNodeDefine(results, x.ptr ? ufTorchCast(b, x, to) : x);
}

//===----------------------------------------------------------------------===//
// bitcast
//
//   The same bits read as the type `to`.
//
// (C1) `to` is a float, or an integer of at most 64 bits.
// (C2) `to` is as wide as the input's element type.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferBitcast(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  MlirType from = results[0].element, to = typeAttr(op, "to");
  if (!isNumber(to)) // C1
    return ufOpError(
        op, "'to' must be a float, or an integer type of at most 64 bits");
  if (ufBitWidth(from) != ufBitWidth(to)) // C2
    return ufOpError(op, "cannot read %d bits as %d", ufBitWidth(from),
                     ufBitWidth(to));
  results[0].element = to;
  return mlirLogicalResultSuccess();
}

static MlirAttribute
foldBitcast(MlirOperation op, const MlirAttribute *operands, MlirValue *value) {
  (void)operands;
  *value = ufFoldToOperand(op, 0);
  return mlirAttributeGetNull();
}

static MlirValue scalarBitcast(UfBuilder *b, const MlirValue *args) {
  MlirType to = ufSignless(typeAttr(b->op, "to"));
  if (mlirTypeEqual(to, mlirValueGetType(args[0])))
    return args[0];
  return ufBuild(b, "arith.bitcast", to, UF_VALUES(args[0]), UF_NO_ATTRS);
}

/// ONNX keeps a truth value in 8 bits, 0 or 1.
static MlirLogicalResult importBitcast(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirType to = ufNodeType(b, node, "to");
  MlirType byte = mlirIntegerTypeUnsignedGet(b->ctx, 8);
  MlirValue x = ufNodeInput(node, 0);
  if (!to.ptr || !x.ptr)
    return mlirLogicalResultFailure();
  bool fromBool = ufIsBool(ufElementType(x)), toBool = ufIsBool(to);
  if (fromBool && toBool)
    return ufNodeDefine(results, x);
  if (fromBool)
    x = ufCallCast(b, x, byte);
  if (!x.ptr)
    return mlirLogicalResultFailure();
  x = ufOp(b, "bitcast", UF_VALUES(x),
           UF_ATTRS({"to", mlirTypeAttrGet(toBool ? byte : to)}));
  return ufNodeDefine(results, toBool ? ufCallCast(b, x, to) : x);
}

//===----------------------------------------------------------------------===//

#define TO(Name) {UF_TORCH, "aten." Name, 0, importTo}

static const UfOp ops[] = {
    {
        .name = "cast",
        .summary = "The same numbers in another type.",
        .operands = {{"input", "Any tensor.",
                      UF_NUMBERS | UF_BOOLS | UF_NARROW}},
        .attrs = {{"to", "The element type of the result.", UF_TYPE},
                  {"saturate",
                   "Floats of 8 bits: numbers beyond the largest "
                   "become it, else NaN or infinity.",
                   UF_BOOL, "true"},
                  {"round_mode",
                   "`f8E8M0FNU`: to a power of two away from zero, toward it, "
                   "or the nearest, ties up. Other floats are rounded to "
                   "nearest even.",
                   UF_STRING, "\"up\"", .oneOf = "up|down|nearest"}},
        .infer = inferCast,
        .fold = foldCast,
        .toTosa = ufScalarToTosa,
        .scalar = scalarCast,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Cast", 1, ufOpset6Cast},
            {UF_ONNX, "Cast", 6, importCast},
            {UF_ONNX, "CastLike", 15, importCastLike}, TO("to.dtype"),
            TO("to.dtype_layout"), TO("to.device"), TO("to.other"),
            TO("_to_copy.default"), TO("type_as.default"),
            UF_FORMULA("torch.sym_float", UF_AS_IS, "a"),
            UF_FORMULA("torch.sym_int", UF_AS_IS, "a"),
            UF_FORMULA("aten.item.default", UF_AS_IS, "scalar(self)"),
            UF_FORMULA("aten._local_scalar_dense.default", UF_AS_IS,
                       "scalar(self)")),
    },
    {
        .name = "bitcast",
        .summary = "The same bits read as another type.",
        .operands = {{"input", "Any tensor.",
                      UF_NUMBERS | UF_BOOLS | UF_NARROW}},
        .attrs = {{"to", "The element type of the result.", UF_TYPE}},
        .infer = inferBitcast,
        .fold = foldBitcast,
        .scalar = scalarBitcast,
        .imports =
            UF_IMPORTS({UF_ONNX, "BitCast", 26, importBitcast},
                       UF_TORCH_SPECIAL("nextafter.default", ufTorchNextAfter)),
    },
};
UF_FAMILY(ufCastOps, "cast", ops);
