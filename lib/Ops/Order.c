//===-- Order.c - Where the largest and smallest elements are -------------===//

#include "IR/Tosa.h"
#include "Ops/Move.h"
#include "Ops/ReduceImport.h"
#include "Ops/Sort.h"

//===----------------------------------------------------------------------===//
// argmax and argmin
//
//   The index along `axis` of the largest or smallest element: the first of
//   equal ones, or the last.
//
// (C1) -rank <= axis < rank.
// (C2) The axis is not empty.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferArg(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), from.rank)); // C1
  int axis = ufAxis(ufGetInt(op, "axis"), from.rank);
  if (from.dims[axis] == 0) // C2
    return ufOpError(op, "dimension %d is empty", axis);
  results[0] =
      (UfShape){.element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64)};
  for (int d = 0; d < from.rank; ++d)
    if (d != axis)
      results[0].dims[results[0].rank++] = from.dims[d];
    else if (ufGetBool(op, "keepdims"))
      results[0].dims[results[0].rank++] = 1;
  return mlirLogicalResultSuccess();
}

typedef struct Arg {
  int axis;
  bool largest;
} Arg;

static void argBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  const Arg *arg = data;
  MlirValue x = args[0], best = args[1], at = args[2];
  MlirValue index = ufFromIndex(b, ufLoopIndex(b, arg->axis), ufI64(b));
  // Any element is better than none.
  MlirValue isFirst = ufCompare(b, UF_LT, at, ufInteger(b, ufI64(b), 0), false);
  UfSortOrder order = {.largest = arg->largest};
  MlirValue isBetter = ufComesBefore(b, x, best, order);
  if (ufGetBool(b->op, "select_last_index")) {
    MlirValue isWorse = ufComesBefore(b, best, x, order);
    isBetter = ufBinary(b, "arith.xori", isWorse, ufInteger(b, ufI1(b), 1));
  }
  isBetter = ufBinary(b, "arith.ori", isFirst, isBetter);
  results[0] = ufSelect(b, isBetter, x, best);
  results[1] = ufSelect(b, isBetter, index, at);
}

static MlirLogicalResult lowerArg(UfBuilder *b, bool largest) {
  MlirValue x = ufInput(b, 0);
  int rank = ufRank(x), numKept = 0, kept[UF_MAX_RANK];
  Arg arg = {ufAxis(ufGetInt(b->op, "axis"), rank), largest};
  UfSize sizes[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d) {
    iterators[d] = d == arg.axis ? 'r' : 'p';
    if (d == arg.axis)
      continue;
    sizes[numKept] = ufSizeOf(b, x, d);
    kept[numKept++] = d;
  }
  ufAssertNotEmpty(b, ufSizeOf(b, x, arg.axis), "argmax: the axis is empty");
  MlirValue inits[] = {
      ufFilled(b, ufInteger(b, ufElementType(x), 0), numKept, sizes),
      ufFilled(b, ufInteger(b, ufI64(b), -1), numKept, sizes)};
  MlirAffineMap small = ufMapOf(b, rank, numKept, kept);
  MlirAffineMap maps[] = {ufMapIdentity(b, rank), small, small};
  MlirOperation op = ufGenericOp(b, &(UfGeneric){.inputs = {&x, 1},
                                                 .inits = {inits, 2},
                                                 .maps = maps,
                                                 .iterators = iterators,
                                                 .body = argBody,
                                                 .data = &arg});
  MlirValue index = mlirOperationGetResult(op, 1);
  if (ufGetBool(b->op, "keepdims")) {
    for (int d = rank - 1; d > arg.axis; --d)
      sizes[d] = sizes[d - 1];
    sizes[arg.axis] = ufStatic(1);
    index = ufReshape(b, index, rank, sizes);
  }
  return ufReplace(b, index);
}

static MlirLogicalResult lowerArgmax(UfBuilder *b) {
  return lowerArg(b, /*largest=*/true);
}

static MlirLogicalResult lowerArgmin(UfBuilder *b) {
  return lowerArg(b, /*largest=*/false);
}

/// tosa.argmax leaves the dimension out, and prefers the first.
static MlirLogicalResult argToTosa(UfBuilder *b, bool largest) {
  MlirValue x = ufOperandOf(b->op, 0);
  UfShape shape = ufShape(x), result = ufShapeOfType(ufResultType(b, 0));
  if (!ufIsFloat(shape.element) || !ufTosaHasType(shape.element) ||
      ufGetBool(b->op, "select_last_index") ||
      ufHasEmptyDim(mlirValueGetType(x)) ||
      ufNumDynamic(ufResultType(b, 0)) > 1)
    return mlirLogicalResultFailure();
  int axis = ufAxis(ufGetInt(b->op, "axis"), shape.rank);
  UfShape dropped = {.rank = shape.rank - 1, .element = result.element};
  for (int d = 0; d < dropped.rank; ++d)
    dropped.dims[d] = shape.dims[d + (d >= axis)];
  if (!largest) {
    MlirValue zero = ufTosaZero(b, shape.element);
    x = ufBuild(b, "tosa.negate", mlirValueGetType(x), UF_VALUES(x, zero, zero),
                UF_NO_ATTRS);
  }
  MlirValue index =
      ufBuild(b, "tosa.argmax", ufTensorType(&dropped), UF_VALUES(x),
              UF_ATTRS({"axis", mlirIntegerAttrGet(ufIntType(b, 32), axis)}));
  return ufReplace(b, ufTosaReshape(b, index, result.rank, result.dims));
}

static MlirLogicalResult argmaxToTosa(UfBuilder *b) {
  return argToTosa(b, /*largest=*/true);
}

static MlirLogicalResult argminToTosa(UfBuilder *b) {
  return argToTosa(b, /*largest=*/false);
}

static const UfOp ops[] = {
    {
        .name = "argmax",
        .summary = "Where the largest element is along `axis`.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS}},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT, "0"},
                  {"keepdims", "Keep the axis, with size 1.", UF_BOOL, "true"},
                  {"select_last_index", "The last of equal elements.", UF_BOOL,
                   "false"}},
        .infer = inferArg,
        .toTosa = argmaxToTosa,
        .toLinalg = lowerArgmax,
        .imports =
            UF_IMPORTS({UF_ONNX, "ArgMax", 1, NULL},
                       {UF_TORCH, "aten.argmax.default", 0, ufTorchArgExtreme}),
    },
    {
        .name = "argmin",
        .summary = "Where the smallest element is along `axis`.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS}},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT, "0"},
                  {"keepdims", "Keep the axis, with size 1.", UF_BOOL, "true"},
                  {"select_last_index", "The last of equal elements.", UF_BOOL,
                   "false"}},
        .infer = inferArg,
        .toTosa = argminToTosa,
        .toLinalg = lowerArgmin,
        .imports =
            UF_IMPORTS({UF_ONNX, "ArgMin", 1, NULL},
                       {UF_TORCH, "aten.argmin.default", 0, ufTorchArgExtreme}),
    },
};
UF_FAMILY(ufOrderOps, "order", ops);
