//===-- StringParts.c - Splitting and choosing strings --------------------===//

#include "IR/StringCalls.h"
#include "Ops/Compose.h"
#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Ops/Strings.h"

#include <string.h>

static MlirValue number(UfBuilder *b, int64_t value) {
  return ufInteger(b, ufI64(b), value);
}

//===----------------------------------------------------------------------===//
// string_split
//
//   The parts of each string between occurrences of `delimiter`, or where that
//   is empty between white space, in a new last dimension; shorter lists end
//   with empty strings. And how many parts there are.
//
// (C1) `delimiter` is one string.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferSplit(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  if (x.rank == UF_MAX_RANK)
    return ufOpError(op, "has rank %d, the most is %d", x.rank,
                     UF_MAX_RANK - 1);
  results[0] = results[1] = x;
  results[0].dims[results[0].rank++] = UF_DYNAMIC;
  results[1].element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64);
  return mlirLogicalResultSuccess();
}

typedef struct Split {
  int rank;
  MlirValue x, delimiter, counts, most, parts;
} Split;

static void stepCount(UfBuilder *b, const MlirValue *at,
                      const MlirValue *carried, MlirValue *next,
                      const void *data) {
  const Split *split = data;
  MlirValue text = ufExtract(b, split->x, at);
  MlirValue count =
      ufCallString(b, "ufrtCallStringSplitCount",
                   UF_VALUES(text, split->delimiter, split->most));
  next[0] = ufInsertScalar(b, count, carried[0], at);
  next[1] = ufMax(b, carried[1], count, false);
}

/// One part of one string; carries the parts and where the next one begins.
static void stepPart(UfBuilder *b, const MlirValue *at,
                     const MlirValue *carried, MlirValue *next,
                     const void *data) {
  const Split *split = data;
  MlirValue text = ufExtract(b, split->x, at);
  MlirValue zero = number(b, 0);
  MlirValue part = at[split->rank];
  // A new string begins with its first part.
  MlirValue isFirst = ufCompare(b, UF_EQ, part, ufIndex(b, 0), false);
  MlirValue from = ufSelect(b, isFirst, zero, carried[1]);
  MlirValue isLast = ufConvert(
      b,
      ufCompare(b, UF_EQ, ufFromIndex(b, part, ufI64(b)), split->most, false),
      ufI64(b), true, false);
  MlirValue operands[] = {text, split->delimiter, from, isLast};
  UfValues all = {operands, 4};
  next[0] = ufInsertScalar(b, ufCallString(b, "ufrtCallStringSplitPart", all),
                           carried[0], at);
  next[1] = ufCallString(b, "ufrtCallStringSplitNext", all);
}

static MlirLogicalResult lowerSplit(UfBuilder *b) {
  Split split = {.x = ufInput(b, 0),
                 .delimiter = ufExtract(b, ufInput(b, 1), NULL),
                 .most = number(b, ufGetInt(b->op, "maxsplit"))};
  UfSize sizes[UF_MAX_RANK];
  split.rank = ufRank(split.x);
  ufSizesOf(b, split.x, sizes);
  MlirValue counted[2], filled[2];
  MlirValue start[] = {ufEmpty(b, ufI64(b), split.rank, sizes), number(b, 0)};
  ufLoopNest(b, split.rank, sizes, 2, start, counted, stepCount, &split);
  sizes[split.rank] = (UfSize){.dynamic = ufToIndex(b, counted[1])};
  MlirValue empty[] = {ufEmpty(b, ufI64(b), split.rank + 1, sizes),
                       number(b, 0)};
  ufLoopNest(b, split.rank + 1, sizes, 2, empty, filled, stepPart, &split);
  return ufReplaceAll(b, UF_VALUES(filled[0], counted[0]));
}

static MlirLogicalResult importSplit(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirAttribute attr = ufNodeAttr(node, "delimiter");
  MlirStringRef text = ufStr("");
  if (!mlirAttributeIsNull(attr) && mlirAttributeIsAString(attr))
    text = mlirStringAttrGetValue(attr);
  int64_t most = ufNodeInt(node, "maxsplit", -1);
  MlirOperation op = ufOpN(
      b, "string_split", UF_VALUES(ufNodeInput(node, 0), ufTextValue(b, text)),
      UF_ATTRS({"maxsplit", ufIntAttr(b, most < 0 ? -1 : most)}), 2);
  if (mlirOperationIsNull(op))
    return mlirLogicalResultFailure();
  results[0] = ufResultOf(op, 0);
  results[1] = ufResultOf(op, 1);
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// string_filter
//
//   The elements of the input, of rank 1, whose key is none of `stops`; one
//   empty string when none is left.
//
// (C1) All have rank 1, and there is a key for each element.
//===----------------------------------------------------------------------===//

static MlirLogicalResult verifyFilter(MlirOperation op) {
  for (int i = 0; i < 3; ++i)
    if (ufRank(mlirOperationGetOperand(op, i)) != 1) // C1
      return ufOpError(op, "operand %d has rank %d, but must have 1", i,
                       ufRank(mlirOperationGetOperand(op, i)));
  int64_t size = ufDimSize(mlirOperationGetOperand(op, 0), 0);
  int64_t keys = ufDimSize(mlirOperationGetOperand(op, 1), 0);
  if (size != keys && size != UF_DYNAMIC && keys != UF_DYNAMIC) // C1
    return ufOpError(op, "has %" PRId64 " keys for %" PRId64 " elements", keys,
                     size);
  return ufVerifyStrings(op, 3);
}

static MlirLogicalResult inferFilter(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].dims[0] = UF_DYNAMIC;
  return mlirLogicalResultSuccess();
}

typedef struct Filter {
  MlirValue x, keys, stops, key;
} Filter;

static void stepStop(UfBuilder *b, const MlirValue *at,
                     const MlirValue *carried, MlirValue *next,
                     const void *data) {
  const Filter *filter = data;
  MlirValue same =
      ufCompare(b, UF_EQ, filter->key, ufExtract(b, filter->stops, at), false);
  next[0] = ufBinary(b, "arith.ori", carried[0], same);
}

static void keepElement(UfBuilder *b, const MlirValue *at,
                        const MlirValue *carried, MlirValue *next,
                        const void *data) {
  (void)at;
  const MlirValue *element = data;
  next[0] = ufInsertScalar(b, *element, carried[0], &carried[1]);
  next[1] = ufAdd(b, carried[1], ufIndex(b, 1));
}

static void stepFilter(UfBuilder *b, const MlirValue *at,
                       const MlirValue *carried, MlirValue *next,
                       const void *data) {
  Filter filter = *(const Filter *)data;
  filter.key = ufExtract(b, filter.keys, at);
  MlirValue element = ufExtract(b, filter.x, at);
  MlirValue isStop, no = ufInteger(b, ufI1(b), 0);
  UfSize stops = ufSizeOf(b, filter.stops, 0);
  ufLoopNest(b, 1, &stops, 1, &no, &isStop, stepStop, &filter);
  ufStepIf(b, ufCompare(b, UF_EQ, isStop, no, false), 2, carried, next,
           keepElement, &element);
}

static MlirLogicalResult lowerFilter(UfBuilder *b) {
  Filter filter = {
      .x = ufInput(b, 0), .keys = ufInput(b, 1), .stops = ufInput(b, 2)};
  UfSize size = ufSizeOf(b, filter.x, 0), zero = ufStatic(0);
  ufAssertSameSize(b, size, ufSizeOf(b, filter.keys, 0),
                   "a key is needed for each element");
  UfSize room = ufSizeMax(b, size, ufStatic(1));
  MlirValue kept[2];
  MlirValue carried[] = {ufFilled(b, number(b, 0), 1, &room), ufIndex(b, 0)};
  ufLoopNest(b, 1, &size, 2, carried, kept, stepFilter, &filter);
  UfSize count = ufSizeMax(b, (UfSize){.dynamic = kept[1]}, ufStatic(1));
  return ufReplace(b, ufSlice(b, kept[0], &zero, &count, NULL));
}

/// Words in one case, without stop words, which are compared in one case too
/// unless they are case sensitive.
static MlirLogicalResult importNormalizer(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), stops;
  const char *action = ufNodeStr(node, "case_change_action", "NONE");
  bool isUpper = strcmp(action, "UPPER") == 0;
  bool isLower = strcmp(action, "LOWER") == 0;
  int rank = ufRank(x);
  if (!isUpper && !isLower && strcmp(action, "NONE") != 0)
    return ufNodeError(
        node, "case_change_action is '%s', but must be LOWER, UPPER or NONE",
        action);
  if (rank < 1 || rank > 2 ||
      (rank == 2 && ufDimSize(x, 0) != 1 && ufDimSize(x, 0) != UF_DYNAMIC))
    return ufNodeError(node, "takes [C] or [1, C]");
  if (rank == 2)
    x = ufCallSqueeze(b, x, 0);
  UfAttr inCase = {"to", ufStrAttr(b, isUpper ? "upper" : "lower")};
  UfAttrs attrs = {&inCase, 1};
  stops = ufStringsValue(b, ufNodeAttr(node, "stopwords"));
  if (x.ptr && stops.ptr) {
    bool isSensitive = ufNodeInt(node, "is_case_sensitive", 0) != 0;
    MlirValue keys = x;
    if (!isSensitive) {
      keys = ufOp(b, "string_case", UF_VALUES(x), attrs);
      stops = ufOp(b, "string_case", UF_VALUES(stops), attrs);
    }
    x = keys.ptr && stops.ptr
            ? ufOp(b, "string_filter", UF_VALUES(x, keys, stops), UF_NO_ATTRS)
            : (MlirValue){NULL};
  }
  if (x.ptr && (isUpper || isLower))
    x = ufOp(b, "string_case", UF_VALUES(x), attrs);
  return ufNodeDefine(results, rank == 2 ? ufCallUnsqueeze(b, x, 0) : x);
}

//===----------------------------------------------------------------------===//

#define STRINGS(Name) {Name, "Strings."}

static const UfOp ops[] = {
    {
        .name = "string_split",
        .summary = "The parts of strings between delimiters.",
        .operands = {STRINGS("input"),
                     {"delimiter", "One string; empty for white space."}},
        .results = {{"output", "The parts, along a new last dimension."},
                    {"counts", "How many each string has."}},
        .attrs = {{"maxsplit", "The most splits of a string; -1: all.", UF_INT,
                   "-1"}},
        .verify = ufVerifyWithString,
        .infer = inferSplit,
        .toLinalg = lowerSplit,
        .imports = UF_IMPORTS({UF_ONNX, "StringSplit", 20, importSplit}),
    },
    {
        .name = "string_filter",
        .summary = "The elements whose key is no stop word.",
        .operands = {STRINGS("input"),
                     {"keys", "One for each element."},
                     {"stops", "Which keys to drop."}},
        .verify = verifyFilter,
        .infer = inferFilter,
        .toLinalg = lowerFilter,
        .imports =
            UF_IMPORTS({UF_ONNX, "StringNormalizer", 10, importNormalizer}),
    },
};
UF_FAMILY(ufStringPartOps, "string parts", ops);
