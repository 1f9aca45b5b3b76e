//===-- Control.c - Branches, and the ends of regions ---------------------===//

#include "Ops/Control.h"
#include "Ops/TorchControl.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Types at the borders of regions
//===----------------------------------------------------------------------===//

bool ufIsAssignable(MlirType from, MlirType to) {
  UfShape x = ufShapeOfType(from), y = ufShapeOfType(to);
  if (x.rank != y.rank || !mlirTypeEqual(x.element, y.element))
    return false;
  for (int d = 0; d < x.rank; ++d)
    if (y.dims[d] != UF_DYNAMIC && y.dims[d] != x.dims[d])
      return false;
  return true;
}

bool ufJoinShapes(UfShape *into, const UfShape *other) {
  if (into->rank != other->rank ||
      !mlirTypeEqual(into->element, other->element))
    return false;
  for (int d = 0; d < into->rank; ++d)
    if (into->dims[d] != other->dims[d])
      into->dims[d] = UF_DYNAMIC;
  return true;
}

/// Whether a shape rule can look at `value`.
static bool isUsable(MlirValue value) {
  MlirType type = mlirValueGetType(value);
  return ufIsRankedTensor(type) && mlirShapedTypeGetRank(type) <= UF_MAX_RANK;
}

MlirLogicalResult ufCheckBody(MlirOperation op, int index, intptr_t numArgs,
                              MlirBlock *body) {
  MlirBlock block = {NULL};
  if (index < mlirOperationGetNumRegions(op))
    block = mlirRegionGetFirstBlock(mlirOperationGetRegion(op, index));
  if (mlirBlockIsNull(block) ||
      !mlirBlockIsNull(mlirBlockGetNextInRegion(block)))
    return ufOpError(op, "region %d must be one block", index);
  MlirOperation yield = mlirBlockGetTerminator(block);
  if (!yield.ptr || !ufOpIs(yield, "ufront.yield"))
    return ufOpError(op, "region %d must end in ufront.yield", index);
  intptr_t count = mlirBlockGetNumArguments(block);
  if (count != numArgs)
    return ufOpError(op,
                     "region %d must have %" PRIdPTR " arguments, but has "
                     "%" PRIdPTR,
                     index, numArgs, count);
  if (count > UF_MAX_VALUES ||
      mlirOperationGetNumOperands(yield) > UF_MAX_VALUES)
    return ufOpError(op,
                     "region %d has %" PRIdPTR " arguments and yields %" PRIdPTR
                     " values, the most is %d",
                     index, count, mlirOperationGetNumOperands(yield),
                     UF_MAX_VALUES);
  for (intptr_t i = 0; i < count; ++i)
    if (!isUsable(mlirBlockGetArgument(block, i)))
      return ufOpError(op,
                       "region %d, argument %" PRIdPTR " must be a ranked "
                       "tensor of rank %d at most",
                       index, i, UF_MAX_RANK);
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(yield); ++i)
    if (!isUsable(mlirOperationGetOperand(yield, i)))
      return ufOpError(op,
                       "region %d, yielded value %" PRIdPTR " must be a "
                       "ranked tensor of rank %d at most",
                       index, i, UF_MAX_RANK);
  *body = block;
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufCheckOneElement(MlirOperation op, const char *what,
                                    MlirValue value, MlirType type) {
  char text[UF_SHAPE_TEXT];
  if (!isUsable(value))
    return ufOpError(op, "%s must be a ranked tensor", what);
  UfShape shape = ufShape(value);
  int64_t count = ufNumElements(&shape);
  if (count != 1 && count != UF_DYNAMIC)
    return ufOpError(op, "%s must have one element, but has shape %s", what,
                     ufShapeText(&shape, text, sizeof text));
  if (!mlirTypeEqual(shape.element, type))
    return ufOpError(op, "%s must have elements of type %s", what,
                     ufIsBool(type) ? "i1" : "i64");
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// What is known of values
//===----------------------------------------------------------------------===//

/// The operand that `op` passes on as it is, or null.
static MlirValue passedOperand(MlirOperation op) {
  static const char *const names[] = {"ufront.identity",
                                      "ufront.reshape",
                                      "ufront.squeeze",
                                      "ufront.unsqueeze",
                                      "builtin.unrealized_conversion_cast",
                                      "tensor.cast",
                                      "tensor.expand_shape",
                                      "tensor.collapse_shape"};
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (ufOpIs(op, names[i]) && mlirOperationGetNumOperands(op) > 0)
      return mlirOperationGetOperand(op, 0);
  return (MlirValue){NULL};
}

/// `value` before ops that pass it on. Their number is bounded: a region is
/// verified after the op that has it, so it may be cyclic.
static MlirValue originOf(MlirValue value) {
  for (int i = 0; i < 64; ++i) {
    MlirOperation op = ufDefiningOp(value);
    MlirValue next = op.ptr ? passedOperand(op) : (MlirValue){NULL};
    if (!next.ptr)
      break;
    value = next;
  }
  return value;
}

bool ufIsPassedOn(MlirValue value, MlirValue from) {
  return mlirValueEqual(originOf(value), from);
}

bool ufIsTrue(MlirValue value) {
  MlirOperation op = ufDefiningOp(originOf(value));
  MlirAttribute elements = {NULL};
  if (op.ptr && (ufOpIs(op, "ufront.constant") || ufOpIs(op, "arith.constant")))
    elements = mlirOperationGetAttributeByName(op, ufStr("value"));
  else if (op.ptr && ufOpIs(op, "tosa.const"))
    elements = mlirOperationGetAttributeByName(op, ufStr("values"));
  return !mlirAttributeIsNull(elements) &&
         mlirAttributeIsADenseElements(elements) &&
         mlirDenseElementsAttrIsSplat(elements) &&
         mlirDenseElementsAttrGetBoolSplatValue(elements);
}

/// How `pred` compares two numbers.
static bool compares(const char *pred, int64_t x, int64_t y) {
  return strcmp(pred, "eq") == 0   ? x == y
         : strcmp(pred, "ne") == 0 ? x != y
         : strcmp(pred, "lt") == 0 ? x < y
         : strcmp(pred, "le") == 0 ? x <= y
         : strcmp(pred, "gt") == 0 ? x > y
                                   : x >= y;
}

static bool conditionAt(MlirValue value, bool *truth, int depth);

/// The same for what `op` of the row called `name` computes.
static bool knownTruth(MlirOperation op, const char *name, bool *truth,
                       int depth) {
  bool x, y;
  if (strcmp(name, "logical_not") == 0) {
    if (!conditionAt(mlirOperationGetOperand(op, 0), &x, depth))
      return false;
    *truth = !x;
    return true;
  }
  if (strcmp(name, "logical") == 0) {
    const char *kind = ufGetStr(op, "kind");
    if (!conditionAt(mlirOperationGetOperand(op, 0), &x, depth) ||
        !conditionAt(mlirOperationGetOperand(op, 1), &y, depth))
      return false;
    *truth = strcmp(kind, "and") == 0  ? x && y
             : strcmp(kind, "or") == 0 ? x || y
                                       : x != y;
    return true;
  }
  UfInts left, right;
  if (strcmp(name, "compare") != 0 ||
      !ufConstantInts(mlirOperationGetOperand(op, 0), &left) ||
      !ufConstantInts(mlirOperationGetOperand(op, 1), &right) ||
      left.size != 1 || right.size != 1)
    return false;
  *truth = compares(ufGetStr(op, "pred"), left.data[0], right.data[0]);
  return true;
}

static bool conditionAt(MlirValue value, bool *truth, int depth) {
  value = originOf(value);
  MlirOperation op = ufDefiningOp(value);
  const UfOp *row = op.ptr ? ufOpOf(op) : NULL;
  if (!row || depth > 16)
    return false;
  if (knownTruth(op, row->name, truth, depth + 1))
    return true;
  UfInts ints;
  if (!ufConstantInts(value, &ints) || ints.size != 1)
    return false;
  *truth = ints.data[0] != 0;
  return true;
}

bool ufKnownCondition(MlirValue value, bool *truth) {
  return conditionAt(value, truth, 0);
}

MlirValue ufOnlyElement(UfBuilder *b, MlirValue tensor) {
  MlirValue indices[UF_MAX_RANK];
  for (int d = 0; d < ufRank(tensor); ++d)
    indices[d] = ufIndex(b, 0);
  return ufExtract(b, tensor, indices);
}

//===----------------------------------------------------------------------===//
// yield
//
//   Ends a region; its operands are what the op around it goes on with.
//
// (C1) it is the last op in a region of if, loop or scan.
// (C2) it has no results.
//===----------------------------------------------------------------------===//

static MlirLogicalResult verifyYield(MlirOperation op) {
  MlirOperation parent = mlirOperationGetParentOperation(op);
  const UfOp *row = parent.ptr ? ufOpOf(parent) : NULL;
  if (!row || !row->regions || mlirOperationGetNextInBlock(op).ptr) // C1
    return ufOpError(op, "must be the last op in a region of a ufront op");
  if (mlirOperationGetNumResults(op) != 0) // C2
    return ufOpError(op, "has no results, but %" PRIdPTR " are declared",
                     mlirOperationGetNumResults(op));
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// if
//
//   outputs = condition ? what the first region yields : what the second does.
//
// (C1) condition is one i1.
// (C2) the regions have no arguments.
// (C3) each yields as many values as there are results.
// (C4) values that become one result have one element type and rank.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferIf(MlirOperation op, UfShape *results) {
  MlirBlock bodies[2] = {{NULL}};
  UF_TRY(ufCheckOneElement(op, "the condition", mlirOperationGetOperand(op, 0),
                           mlirIntegerTypeGet(mlirOperationGetContext(op),
                                              1))); // C1
  intptr_t count = mlirOperationGetNumResults(op);
  for (int r = 0; r < 2; ++r) {
    UF_TRY(ufCheckBody(op, r, 0, &bodies[r])); // C2
    if (ufNumYielded(bodies[r]) != count)      // C3
      return ufOpError(
          op, "region %d yields %" PRIdPTR " values for %" PRIdPTR " results",
          r, ufNumYielded(bodies[r]), count);
  }
  for (intptr_t i = 0; i < count; ++i) {
    UfShape other = ufShape(ufYielded(bodies[1], i));
    results[i] = ufShape(ufYielded(bodies[0], i));
    if (!ufJoinShapes(&results[i], &other)) // C4
      return ufOpError(op,
                       "the branches yield different element types or ranks "
                       "(%d and %d) as result %" PRIdPTR
                       ", and the condition is not constant",
                       ufRank(ufYielded(bodies[0], i)), other.rank, i);
  }
  return mlirLogicalResultSuccess();
}

/// Only the branch that is taken, when that is known.
static MlirLogicalResult decomposeIf(UfBuilder *b) {
  bool truth;
  MlirBlock body;
  if (!ufKnownCondition(ufOperandOf(b->op, 0), &truth))
    return mlirLogicalResultFailure();
  UF_TRY(ufCheckBody(b->op, truth ? 0 : 1, 0, &body));
  MlirOperation yield = mlirBlockGetTerminator(body);
  MlirValue values[UF_MAX_VALUES];
  intptr_t count = mlirOperationGetNumOperands(yield);
  for (intptr_t i = 0; i < count; ++i)
    values[i] = mlirOperationGetOperand(yield, i);
  mlirRewriterBaseEraseOp(b->rewriter, yield);
  mlirRewriterBaseInlineBlockBefore(b->rewriter, body, b->op, 0, NULL);
  return ufReplaceAll(b, (UfValues){values, count});
}

/// A region of scf.if with what `body` has; yields values of `types`.
static void lowerBranch(UfBuilder *b, MlirBlock body, MlirBlock into,
                        UfTypes types) {
  MlirOperation yield = mlirBlockGetTerminator(body);
  MlirValue values[UF_MAX_VALUES];
  mlirRewriterBaseMergeBlocks(b->rewriter, body, into, 0, NULL);
  UfBuilder in = ufBuilderIn(b, into);
  for (intptr_t i = 0; i < types.size; ++i)
    values[i] = mlirOperationGetOperand(yield, i);
  mlirRewriterBaseEraseOp(b->rewriter, yield);
  for (intptr_t i = 0; i < types.size; ++i)
    values[i] = ufCastTo(
        &in, ufCastTo(&in, values[i], ufSignless(mlirValueGetType(values[i]))),
        types.data[i]);
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, (UfValues){values, types.size},
            UF_NO_ATTRS, NULL, 0);
}

static MlirLogicalResult lowerIf(UfBuilder *b) {
  MlirBlock bodies[2] = {{NULL}}, blocks[2];
  MlirRegion regions[2];
  MlirType types[UF_MAX_VALUES];
  MlirValue results[UF_MAX_VALUES];
  int count = (int)mlirOperationGetNumResults(b->op);
  for (int r = 0; r < 2; ++r)
    UF_TRY(ufCheckBody(b->op, r, 0, &bodies[r]));
  for (int r = 0; r < 2; ++r) {
    blocks[r] = mlirBlockCreate(0, NULL, NULL);
    regions[r] = mlirRegionCreate();
    mlirRegionAppendOwnedBlock(regions[r], blocks[r]);
  }
  for (int i = 0; i < count; ++i)
    types[i] = ufSignless(ufResultType(b, i));
  MlirValue condition = ufOnlyElement(b, ufInput(b, 0));
  MlirOperation made = ufBuildOp(b, "scf.if", (UfTypes){types, count},
                                 UF_VALUES(condition), UF_NO_ATTRS, regions, 2);
  for (int r = 0; r < 2; ++r)
    lowerBranch(b, bodies[r], blocks[r], (UfTypes){types, count});
  for (int i = 0; i < count; ++i)
    results[i] = ufResultOf(made, i);
  return ufReplaceAll(b, (UfValues){results, count});
}

static MlirLogicalResult importBranch(UfBuilder *b, const UfNode *node,
                                      const char *name, UfStructure *structure,
                                      MlirRegion *region) {
  UfBodyImport body = {
      .graph = name, .numYields = node->numOutputs, .structure = structure};
  return ufImportBody(b, node, &body, region);
}

/// Builds the op, whose results are the tensors in the node's outputs.
static MlirLogicalResult buildIf(UfBuilder *b, const UfNode *node,
                                 const UfStructure *structure,
                                 MlirRegion *regions, MlirValue *results) {
  MlirValue tensors[UF_MAX_VALUES];
  int count = 0;
  for (int i = 0; i < structure->count; ++i)
    count += structure->values[i].count;
  if (count == 0) {
    mlirRegionDestroy(regions[0]);
    mlirRegionDestroy(regions[1]);
    ufPutAllTogether(b, structure, tensors, results);
    return mlirLogicalResultSuccess();
  }
  MlirOperation op = ufOpWithRegions(b, "if", UF_VALUES(ufNodeInput(node, 0)),
                                     UF_NO_ATTRS, count, regions);
  if (!op.ptr)
    return mlirLogicalResultFailure();
  for (int i = 0; i < count; ++i)
    tensors[i] = ufResultOf(op, i);
  ufPutAllTogether(b, structure, tensors, results);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult importIf(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirValue condition = ufNodeInput(node, 0);
  bool truth;
  if (ufFormOf(condition) != UF_FORM_TENSOR)
    return ufNodeError(node, "has no condition");
  if (node->numOutputs > UF_MAX_VALUES)
    return ufNodeError(node, "has %d outputs, the most is %d", node->numOutputs,
                       UF_MAX_VALUES);
  // The branch that is not taken need not even be valid.
  if (ufKnownCondition(condition, &truth))
    return node->reader->importGraph(node,
                                     truth ? "then_branch" : "else_branch", b,
                                     UF_NO_VALUES, node->numOutputs, results);
  MlirRegion regions[2];
  UfStructure then, otherwise;
  UF_TRY(importBranch(b, node, "then_branch", &then, &regions[0]));
  MlirLogicalResult second =
      importBranch(b, node, "else_branch", &otherwise, &regions[1]);
  bool same =
      mlirLogicalResultIsSuccess(second) && ufSameStructure(&then, &otherwise);
  if (same)
    return buildIf(b, node, &then, regions, results);
  mlirRegionDestroy(regions[0]);
  UF_TRY(second);
  mlirRegionDestroy(regions[1]);
  return ufNodeError(node, "has branches that result in different numbers of "
                           "tensors: which one is taken must be known before "
                           "run time");
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "yield",
        .summary = "Ends a region with the values it results in.",
        .operands = {{"values", "What the op around it goes on with.", 0,
                      UF_VARIADIC}},
        .traits = UF_TERMINATOR,
        .verify = verifyYield,
    },
    {
        .name = "if",
        .summary =
            "What the first region yields if the condition is true, else "
            "what the second does.",
        .operands = {{"condition", "One truth value.", UF_BOOLS}},
        .results = {{"outputs", "One per yielded value.", 0, UF_VARIADIC}},
        .traits = UF_DECOMPOSE_FIRST,
        .regions = 2,
        .infer = inferIf,
        .decompose = decomposeIf,
        .toLinalg = lowerIf,
        .imports = UF_IMPORTS({UF_ONNX, "If", 1, importIf},
                              {UF_TORCH, "higher_order.cond", 0, ufTorchCond}),
    },
};
UF_FAMILY(ufControlOps, "control", ops);
