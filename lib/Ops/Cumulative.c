//===-- Cumulative.c - Sums, products and extrema so far ------------------===//

#include "Ops/Axes.h"
#include "Ops/ComputedAxes.h"
#include "Ops/Move.h"
#include "Ops/Rearrange.h"
#include "Ops/TorchOrder.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// cumulative
//
//   output[i] = the sum, product, maximum, minimum or logarithm of the sum of
//   exponentials of input[0] to input[i] along `axis`; without input[i] when
//   `exclusive`, and of those behind instead when `reverse`. What there is of
//   nothing is 0, 1, the type's lowest, its highest, or -inf.
//
// (C1) -rank <= axis < rank.
// (C2) "log_sum_exp" is for floats.
//===----------------------------------------------------------------------===//

typedef enum Kind { SUM, PROD, MAX, MIN, LOG_SUM_EXP } Kind;

static Kind kindOf(MlirOperation op) {
  static const char *const names[] = {"sum", "prod", "max", "min"};
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (strcmp(ufGetStr(op, "kind"), names[i]) == 0)
      return (Kind)i;
  return LOG_SUM_EXP;
}

static MlirLogicalResult inferCumulative(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  if (kindOf(op) == LOG_SUM_EXP && !ufIsFloat(results[0].element)) // C2
    return ufOpError(op, "of kind 'log_sum_exp' takes floats");
  return ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), results[0].rank); // C1
}

/// What there is of nothing.
static MlirValue startOf(UfBuilder *b, Kind kind, MlirType type,
                         bool isUnsigned) {
  if (kind == MAX || kind == LOG_SUM_EXP)
    return ufLowest(b, type, isUnsigned);
  if (kind == MIN)
    return ufHighest(b, type, isUnsigned);
  return ufInteger(b, type, kind == PROD);
}

/// log(e^x + e^y): the larger, and what the smaller adds. Infinities of one
/// sign have no difference.
static MlirValue logSumExp(UfBuilder *b, MlirValue x, MlirValue y) {
  MlirValue most = ufMax(b, x, y, false), least = ufMin(b, x, y, false);
  MlirValue gap = ufSub(b, least, most);
  MlirValue more = ufUnary(b, "math.log1p", ufUnary(b, "math.exp", gap));
  MlirValue isSame = ufCompare(b, UF_EQ, most, least, false);
  MlirValue size = ufUnary(b, "math.absf", most);
  MlirValue infinity = ufNumber(b, mlirValueGetType(x), INFINITY);
  MlirValue isInfinite = ufCompare(b, UF_EQ, size, infinity, false);
  return ufSelect(b, ufBinary(b, "arith.andi", isSame, isInfinite), most,
                  ufAdd(b, most, more));
}

static MlirValue join(UfBuilder *b, Kind kind, MlirValue total, MlirValue x) {
  bool isUnsigned = ufIsUnsigned(ufElementType(ufOperandOf(b->op, 0)));
  switch (kind) {
  case SUM:
    return ufAdd(b, total, x);
  case PROD:
    return ufMul(b, total, x);
  case MAX:
    return ufMax(b, total, x, isUnsigned);
  case MIN:
    return ufMin(b, total, x, isUnsigned);
  case LOG_SUM_EXP:
    break;
  }
  return logSumExp(b, total, x);
}

/// The two results: all sums so far, and the last one along each row.
static void cumulateBody(UfBuilder *b, const MlirValue *args,
                         MlirValue *results, const void *data) {
  const Kind *kind = data;
  MlirType element = mlirValueGetType(args[1]);
  MlirType wide = mlirValueGetType(args[2]);
  MlirValue x = ufConvert(b, args[0], wide, false, false), total = args[2];
  results[1] = join(b, *kind, total, x);
  MlirValue written = ufGetBool(b->op, "exclusive") ? total : results[1];
  results[0] = ufConvert(b, written, element, false, false);
}

static void indexBackwards(UfBuilder *b, const MlirValue *at, MlirValue *from,
                           const void *data) {
  const UfSize *size = data;
  int rank = ufRank(mlirOperationGetOperand(b->op, 0));
  int axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  MlirValue last = ufSub(b, ufSizeValue(b, *size), ufIndex(b, 1));
  for (int d = 0; d < rank; ++d)
    from[d] = d == axis ? ufSub(b, last, at[d]) : at[d];
}

/// One reduction that also writes what it has so far: its loop over the axis
/// must go in order, as loops over reduced dimensions do.
static MlirLogicalResult lowerCumulative(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  int rank = ufRank(x), axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  int numOthers = 0, dims[UF_MAX_RANK];
  Kind kind = kindOf(b->op);
  bool isUnsigned = ufIsUnsigned(ufElementType(ufOperandOf(b->op, 0)));
  bool isReverse = ufGetBool(b->op, "reverse");
  MlirType element = ufElementType(x);
  MlirType wide = ufIsFloat(element) ? ufWideFloat(b, element) : element;
  UfSize sizes[UF_MAX_RANK], others[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  ufSizesOf(b, x, sizes);
  for (int d = 0; d < rank; ++d) {
    iterators[d] = d == axis ? 'r' : 'p';
    if (d == axis)
      continue;
    others[numOthers] = sizes[d];
    dims[numOthers++] = d;
  }
  if (isReverse)
    x = ufReadAt(b, x, rank, sizes, indexBackwards, &sizes[axis]);
  MlirValue inits[] = {
      ufEmpty(b, element, rank, sizes),
      ufFilled(b, startOf(b, kind, wide, isUnsigned), numOthers, others)};
  MlirAffineMap all = ufMapIdentity(b, rank);
  MlirAffineMap maps[] = {all, all, ufMapOf(b, rank, numOthers, dims)};
  MlirOperation op = ufGenericOp(b, &(UfGeneric){.inputs = {&x, 1},
                                                 .inits = {inits, 2},
                                                 .maps = maps,
                                                 .iterators = iterators,
                                                 .body = cumulateBody,
                                                 .data = &kind});
  MlirValue result = mlirOperationGetResult(op, 0);
  if (isReverse)
    result = ufReadAt(b, result, rank, sizes, indexBackwards, &sizes[axis]);
  return ufReplace(b, result);
}

static MlirLogicalResult importCumulative(UfBuilder *b, const UfNode *node,
                                          const char *kind,
                                          MlirValue *results) {
  UfInts axis;
  MlirValue x = ufNodeInput(node, 0), at = ufNodeInput(node, 1), whole = x;
  if (!at.ptr || ufNumAxes(at) != 1 || ufRank(x) == 0)
    return ufNodeError(node, "needs one axis, and a tensor that has it");
  bool isKnown = ufConstantInts(at, &axis);
  if (!isKnown) {
    axis = (UfInts){1, {1}};
    x = ufFlattenAround(b, x, at);
  }
  bool isExclusive = ufNodeInt(node, "exclusive", 0) != 0;
  bool isReverse = ufNodeInt(node, "reverse", 0) != 0;
  MlirValue y = ufMake(b, "cumulative", UF_VALUES(x),
                       UF_ATTRS({"kind", ufStrAttr(b, kind)},
                                {"axis", ufIntAttr(b, axis.data[0])},
                                {"exclusive", ufBoolAttr(b, isExclusive)},
                                {"reverse", ufBoolAttr(b, isReverse)}));
  return ufNodeDefine(results, isKnown ? y : ufMakeReshapeLike(b, y, whole));
}

static MlirLogicalResult importCumSum(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  return importCumulative(b, node, "sum", results);
}

static MlirLogicalResult importCumProd(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  return importCumulative(b, node, "prod", results);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "cumulative",
        .summary = "Sums, products or extrema so far along `axis`.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS}},
        .attrs = {{"kind", "What is done with the elements.", UF_STRING,
                   "\"sum\"", .oneOf = "sum|prod|max|min|log_sum_exp"},
                  {"axis", "Counts from the end if negative.", UF_INT},
                  {"exclusive", "Leave out the element itself.", UF_BOOL,
                   "false"},
                  {"reverse", "Go from the end.", UF_BOOL, "false"}},
        .infer = inferCumulative,
        .toLinalg = lowerCumulative,
        .imports = UF_IMPORTS({UF_ONNX, "CumSum", 11, importCumSum},
                              {UF_ONNX, "CumProd", 26, importCumProd},
                              UF_TORCH_CUMULATIVES),
    },
};
UF_FAMILY(ufCumulativeOps, "cumulative", ops);
