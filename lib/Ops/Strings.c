//===-- Strings.c - Operations on strings ---------------------------------===//
//
// Rows take strings, or the handles that ufront-strings-to-handles makes of
// them, i64; moving and selecting strings is what the rows for any type do.
// What reads the text is a call for each element, in order.
//
//===----------------------------------------------------------------------===//

#include "Ops/Strings.h"

#include "IR/StringCalls.h"
#include "Ops/Compose.h"
#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Support/Regex.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Constants and checks
//===----------------------------------------------------------------------===//

MlirValue ufStringsValue(UfBuilder *b, MlirAttribute texts) {
  if (mlirAttributeIsNull(texts) || !mlirAttributeIsAArray(texts))
    return (MlirValue){NULL};
  UF_SCOPED(UfArena) arena = {0};
  int64_t count = mlirArrayAttrGetNumElements(texts);
  MlirStringRef *list = UF_NEW(&arena, MlirStringRef, (size_t)count);
  if (!list)
    return (MlirValue){NULL};
  for (int64_t i = 0; i < count; ++i) {
    MlirAttribute text = mlirArrayAttrGetElement(texts, i);
    if (!mlirAttributeIsAString(text))
      return (MlirValue){NULL};
    list[i] = mlirStringAttrGetValue(text);
  }
  MlirType type = ufTensorOf(ufStringType(b->ctx), 1, &count);
  return ufConstant(b, mlirDenseElementsAttrStringGet(type, count, list));
}

MlirValue ufTextValue(UfBuilder *b, MlirStringRef text) {
  MlirType type = ufTensorOf(ufStringType(b->ctx), 0, NULL);
  return ufConstant(b, mlirDenseElementsAttrStringGet(type, 1, &text));
}

/// Whether the module around `op` has handles in place of strings.
static bool hasHandles(MlirOperation op) {
  for (; !mlirOperationIsNull(op); op = mlirOperationGetParentOperation(op))
    if (!mlirAttributeIsNull(mlirOperationGetDiscardableAttributeByName(
            op, ufStr(UF_STRINGS_ATTR))))
      return true;
  return false;
}

/// Whether `element` is what strings are in the module around `op`.
static bool isText(MlirOperation op, MlirType element) {
  return ufIsString(element) ||
         (mlirTypeIsAInteger(element) && !mlirIntegerTypeIsUnsigned(element) &&
          mlirIntegerTypeGetWidth(element) == 64 && hasHandles(op));
}

MlirLogicalResult ufVerifyStrings(MlirOperation op, int count) {
  for (int i = 0; i < count; ++i)
    if (!isText(op, ufElementType(mlirOperationGetOperand(op, i))))
      return ufOpError(op, "operand %d must be a tensor of strings", i);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult verifyOne(MlirOperation op) {
  return ufVerifyStrings(op, 1);
}

static MlirLogicalResult verifyPair(MlirOperation op) {
  return ufVerifyStrings(op, 2);
}

MlirLogicalResult ufVerifyWithString(MlirOperation op) {
  if (ufRank(mlirOperationGetOperand(op, 1)) != 0)
    return ufOpError(op, "operand 1 has rank %d, but must be one string",
                     ufRank(mlirOperationGetOperand(op, 1)));
  return verifyPair(op);
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

/// One element from one of each operand.
typedef MlirValue (*Element)(UfBuilder *b, const MlirValue *args);

typedef struct Map {
  int count, rank;
  MlirValue operands[2];
  Element element;
} Map;

static void stepMap(UfBuilder *b, const MlirValue *at, const MlirValue *carried,
                    MlirValue *next, const void *data) {
  const Map *map = data;
  MlirValue args[2];
  for (int i = 0; i < map->count; ++i) {
    MlirValue from[UF_MAX_RANK];
    int rank = ufRank(map->operands[i]);
    for (int d = 0; d < rank; ++d) {
      from[d] = at[map->rank - rank + d];
      UfSize size = ufSizeOf(b, map->operands[i], d);
      if (ufIsStatic(size) && size.value == 1)
        from[d] = ufIndex(b, 0);
      else if (!ufIsStatic(size) && map->count > 1)
        from[d] = ufSelect(b, ufCompareSize(b, UF_EQ, size, 1), ufIndex(b, 0),
                           from[d]);
    }
    args[i] = ufExtract(b, map->operands[i], from);
  }
  next[0] = ufInsertScalar(b, map->element(b, args), carried[0], at);
}

/// The result's sizes by numpy's rules; those that meet are checked.
static void broadcastSizes(UfBuilder *b, const Map *map, UfSize *sizes) {
  for (int d = 0; d < map->rank; ++d)
    sizes[d] = ufStatic(1);
  for (int i = 0; i < map->count; ++i) {
    int rank = ufRank(map->operands[i]);
    for (int d = 0; d < rank; ++d) {
      UfSize *size = &sizes[map->rank - rank + d];
      UfSize mine = ufSizeOf(b, map->operands[i], d);
      MlirValue isOne = ufCompareSize(b, UF_EQ, *size, 1);
      UfSize joined = ufSelectSize(b, isOne, mine, *size);
      if (i > 0) {
        MlirValue same = ufCompare(b, UF_EQ, ufSizeValue(b, joined),
                                   ufSizeValue(b, mine), false);
        MlirValue ok =
            ufBinary(b, "arith.ori", same, ufCompareSize(b, UF_EQ, mine, 1));
        if (!ufIsStatic(mine) || !ufIsStatic(joined))
          ufAssert(b, ok, "operands cannot be broadcast");
      }
      *size = joined;
    }
  }
}

/// Replaces b->op by `element` of its operands, broadcast.
static MlirLogicalResult lowerMap(UfBuilder *b, int count, Element element) {
  Map map = {.count = count, .element = element};
  UfSize sizes[UF_MAX_RANK];
  for (int i = 0; i < count; ++i) {
    map.operands[i] = ufInput(b, i);
    if (ufRank(map.operands[i]) > map.rank)
      map.rank = ufRank(map.operands[i]);
  }
  broadcastSizes(b, &map, sizes);
  MlirType type = ufSignless(mlirShapedTypeGetElementType(ufResultType(b, 0)));
  for (int d = 0; d < map.rank; ++d)
    sizes[d] = ufResultSize(b, 0, d, sizes[d]);
  MlirValue result, into = ufEmpty(b, type, map.rank, sizes);
  ufLoopNest(b, map.rank, sizes, 1, &into, &result, stepMap, &map);
  return ufReplace(b, result);
}

static MlirValue number(UfBuilder *b, int64_t value) {
  return ufInteger(b, ufI64(b), value);
}

//===----------------------------------------------------------------------===//
// string_concat:  lhs followed by rhs.
//===----------------------------------------------------------------------===//

static MlirValue concatElement(UfBuilder *b, const MlirValue *args) {
  return ufCallString(b, "ufrtCallStringConcat", UF_VALUES(args[0], args[1]));
}

static MlirLogicalResult lowerConcat(UfBuilder *b) {
  return lowerMap(b, 2, concatElement);
}

//===----------------------------------------------------------------------===//
// string_equal:  Whether lhs and rhs are the same bytes, which are the same
//                handles.
//===----------------------------------------------------------------------===//

static MlirValue scalarEqual(UfBuilder *b, const MlirValue *args) {
  return ufCompare(b, UF_EQ, args[0], args[1], false);
}

MlirLogicalResult ufImportStringEqual(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  if (strcmp(node->op, "Equal") != 0)
    return ufNodeError(node, "of strings is not supported");
  return ufNodeDefine(results, ufCall2(b, "string_equal", ufNodeInput(node, 0),
                                       ufNodeInput(node, 1)));
}

//===----------------------------------------------------------------------===//
// string_case:  In upper or lower case, where Unicode has one letter for a
//               letter: "ß" stays.
//===----------------------------------------------------------------------===//

static MlirValue caseElement(UfBuilder *b, const MlirValue *args) {
  bool isUpper = strcmp(ufGetStr(b->op, "to"), "upper") == 0;
  return ufCallString(b, "ufrtCallStringCase",
                      UF_VALUES(args[0], number(b, isUpper)));
}

static MlirLogicalResult lowerCase(UfBuilder *b) {
  return lowerMap(b, 1, caseElement);
}

//===----------------------------------------------------------------------===//
// string_match:  Whether all of the input matches the regular expression
//                `pattern`, of RE2's syntax (Support/Regex.h).
//
// (C1) `pattern` is one string.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferMatch(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].element = mlirIntegerTypeGet(mlirOperationGetContext(op), 1);
  return mlirLogicalResultSuccess();
}

static MlirValue matchElement(UfBuilder *b, const MlirValue *args) {
  MlirValue found =
      ufCallString(b, "ufrtCallStringMatch", UF_VALUES(args[0], args[1]));
  return ufCompare(b, UF_NE, found, number(b, 0), false);
}

static MlirLogicalResult lowerMatch(UfBuilder *b) {
  return lowerMap(b, 2, matchElement);
}

static MlirLogicalResult importMatch(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirAttribute attr = ufNodeAttr(node, "pattern");
  if (mlirAttributeIsNull(attr) || !mlirAttributeIsAString(attr))
    return ufNodeError(node, "needs the attribute 'pattern'");
  MlirStringRef pattern = mlirStringAttrGetValue(attr);
  UF_SCOPED(UfArena) arena = {0};
  UfRegex *regex;
  const char *error =
      ufRegexCompile(&arena, pattern.data, pattern.length, &regex);
  if (error)
    return ufNodeError(node, "the pattern '%.*s' %s",
                       (int)(pattern.length < 200 ? pattern.length : 200),
                       pattern.data, error);
  return ufNodeDefine(results, ufCall2(b, "string_match", ufNodeInput(node, 0),
                                       ufTextValue(b, pattern)));
}

//===----------------------------------------------------------------------===//
// string_from_number, string_to_number
//
//   The fewest digits that are read back as the same number; and the number a
//   text is, with white space around it. The run ends where it is none.
//
// (C1) numbers are floats of 16 to 64 bits, or integers.
// (C2) `to` of string_from_number is !ufront.string, or i64 for handles.
//===----------------------------------------------------------------------===//

static bool isPlainNumber(MlirType element) {
  return (ufIsFloat(element) && ufBitWidth(element) >= 16) ||
         (ufIsInt(element) && ufBitWidth(element) >= 8);
}

static MlirType targetOf(MlirOperation op) {
  return mlirTypeAttrGetValue(ufGetAttr(op, "to"));
}

static MlirLogicalResult inferConversion(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].element = targetOf(op);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult verifyFrom(MlirOperation op) {
  if (!isPlainNumber(ufElementType(mlirOperationGetOperand(op, 0)))) // C1
    return ufOpError(op, "needs floats of 16 to 64 bits, or integers");
  if (!isText(op, targetOf(op))) // C2
    return ufOpError(op, "'to' must be !ufront.string");
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult verifyTo(MlirOperation op) {
  if (!isPlainNumber(targetOf(op))) // C1
    return ufOpError(op,
                     "'to' must be a float of 16 to 64 bits, or an integer");
  return verifyOne(op);
}

/// Which float: its bits, negative for bf16.
static int64_t kindOf(MlirType element) {
  return mlirTypeIsABF16(element) ? -16 : ufBitWidth(element);
}

static MlirValue fromElement(UfBuilder *b, const MlirValue *args) {
  MlirType from = ufElementType(mlirOperationGetOperand(b->op, 0));
  if (ufIsFloat(from))
    return ufCallString(
        b, "ufrtCallStringFromFloat",
        UF_VALUES(ufConvert(b, args[0], mlirF64TypeGet(b->ctx), false, false),
                  number(b, kindOf(from))));
  bool isUnsigned = ufIsUnsigned(from);
  return ufCallString(
      b, "ufrtCallStringFromInt",
      UF_VALUES(ufConvert(b, args[0], ufI64(b), isUnsigned, isUnsigned),
                number(b, isUnsigned)));
}

static MlirLogicalResult lowerFrom(UfBuilder *b) {
  return lowerMap(b, 1, fromElement);
}

static MlirValue toElement(UfBuilder *b, const MlirValue *args) {
  MlirType to = targetOf(b->op);
  bool isUnsigned = ufIsUnsigned(to);
  MlirValue value =
      ufIsFloat(to) ? ufCallString(b, "ufrtCallStringToFloat",
                                   UF_VALUES(args[0], number(b, kindOf(to))))
                    : ufCallString(b, "ufrtCallStringToInt",
                                   UF_VALUES(args[0], number(b, isUnsigned)));
  return ufConvert(b, value, ufSignless(to), isUnsigned, isUnsigned);
}

static MlirLogicalResult lowerTo(UfBuilder *b) {
  return lowerMap(b, 1, toElement);
}

MlirValue ufCastString(UfBuilder *b, const UfNode *node, MlirValue x,
                       MlirType to) {
  MlirType from = ufElementType(x);
  if (ufIsString(from) && ufIsString(to))
    return x;
  if (!isPlainNumber(ufIsString(from) ? to : from)) {
    ufNodeError(node,
                "of %s is supported with floats of 16 to 64 bits and "
                "integers from 8 bits only",
                ufIsString(from) ? "strings" : "numbers to strings");
    return (MlirValue){NULL};
  }
  return ufOp(b, ufIsString(from) ? "string_to_number" : "string_from_number",
              UF_VALUES(x), UF_ATTRS({"to", mlirTypeAttrGet(to)}));
}

//===----------------------------------------------------------------------===//

#define STRINGS(Name) {Name, "Strings."}

static const UfOp ops[] = {
    {
        .name = "string_concat",
        .summary = "lhs followed by rhs.",
        .operands = {STRINGS("lhs"), STRINGS("rhs")},
        .verify = verifyPair,
        .infer = ufInferBroadcast,
        .toLinalg = lowerConcat,
        .imports = UF_IMPORTS({UF_ONNX, "StringConcat", 20, NULL}),
    },
    {
        .name = "string_equal",
        .summary = "Whether lhs and rhs are the same.",
        .operands = {STRINGS("lhs"), STRINGS("rhs")},
        .traits = UF_COMMUTATIVE,
        .verify = verifyPair,
        .infer = ufInferCompare,
        .scalar = scalarEqual,
    },
    {
        .name = "string_case",
        .summary = "Every letter in one case, where Unicode has one letter.",
        .operands = {STRINGS("input")},
        .attrs = {{"to", "Which case.", UF_STRING, .oneOf = "lower|upper"}},
        .verify = verifyOne,
        .infer = ufInferSame,
        .toLinalg = lowerCase,
    },
    {
        .name = "string_match",
        .summary = "Whether all of a string matches a regular expression.",
        .operands = {STRINGS("input"),
                     {"pattern", "One string, of RE2's syntax."}},
        .verify = ufVerifyWithString,
        .infer = inferMatch,
        .toLinalg = lowerMatch,
        .imports = UF_IMPORTS({UF_ONNX, "RegexFullMatch", 20, importMatch}),
    },
    {
        .name = "string_from_number",
        .summary = "Numbers as text.",
        .operands = {{"input", "Floats of 16 to 64 bits, or integers."}},
        .attrs = {{"to", "!ufront.string.", UF_TYPE}},
        .verify = verifyFrom,
        .infer = inferConversion,
        .toLinalg = lowerFrom,
    },
    {
        .name = "string_to_number",
        .summary = "The numbers that strings are the text of.",
        .operands = {STRINGS("input")},
        .attrs = {{"to", "The element type of the result.", UF_TYPE}},
        .verify = verifyTo,
        .infer = inferConversion,
        .toLinalg = lowerTo,
    },
};
UF_FAMILY(ufStringOps, "strings", ops);
