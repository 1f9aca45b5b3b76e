//===-- Body.c - What loops have in common with their bodies --------------===//

#include "Ops/Control.h"

MlirLogicalResult ufInferStates(MlirOperation op, MlirBlock body,
                                int firstOperand, int firstArg, int firstYield,
                                int count, UfShape *results) {
  for (int i = 0; i < count; ++i) {
    MlirType type = mlirValueGetType(mlirBlockGetArgument(body, firstArg + i));
    MlirValue state = ufOperandOf(op, firstOperand + i);
    MlirType yielded = mlirValueGetType(ufYielded(body, firstYield + i));
    if (!state.ptr || !ufIsRankedTensor(mlirValueGetType(state)) ||
        !ufIsAssignable(mlirValueGetType(state), type))
      return ufOpError(op,
                       "carries a value %d that does not have the type of "
                       "the body's argument %d",
                       i, firstArg + i);
    if (!ufIsAssignable(yielded, type))
      return ufOpError(op,
                       "yields a value %d that does not have the type of "
                       "the body's argument %d",
                       firstYield + i, firstArg + i);
    results[i] = ufShapeOfType(type);
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufInferCollected(MlirOperation op, MlirValue value,
                                   int64_t axis, int64_t trip,
                                   UfShape *result) {
  UfShape part = ufShape(value);
  if (part.rank == UF_MAX_RANK)
    return ufOpError(op, "collects values of rank %d, the most is %d",
                     part.rank, UF_MAX_RANK - 1);
  UF_TRY(ufVerifyAxis(op, "output axis", axis, part.rank + 1));
  int at = ufAxis(axis, part.rank + 1);
  *result = (UfShape){.rank = part.rank + 1, .element = part.element};
  for (int d = 0; d < result->rank; ++d)
    result->dims[d] = d == at ? trip : part.dims[d - (d > at)];
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Importing
//===----------------------------------------------------------------------===//

/// The arguments of `block` as the subgraph reads them.
static void readArguments(UfBuilder *in, const UfBodyImport *body,
                          MlirBlock block, MlirValue *args) {
  for (int i = 0; i < body->numArgs; ++i) {
    args[i] = mlirBlockGetArgument(block, i);
    UfTensors stack = {UF_FORM_STACK, 1, {args[i]}};
    if (body->isStack[i])
      args[i] = ufPutTogether(in, &stack);
  }
}

/// The type of one tensor in a stack of type `stack`.
static MlirType elementOfStack(MlirType stack) {
  UfShape shape = ufShapeOfType(stack);
  return ufTensorOf(shape.element, shape.rank - 1, shape.dims + 1);
}

/// Writes the tensors in what the subgraph yields to `*tensors`: with
/// `structure`, all of them; else one for each value.
static MlirLogicalResult readYields(UfBuilder *in, const UfNode *node,
                                    const UfBodyImport *body, MlirValue *yields,
                                    UfTensors *tensors) {
  if (body->structure) {
    if (!ufTakeAllApart(yields, body->numYields, body->structure, tensors))
      return ufNodeError(node, "graph '%s' has more than %d tensors as outputs",
                         body->graph, UF_MAX_VALUES);
    return mlirLogicalResultSuccess();
  }
  *tensors = (UfTensors){.count = body->numYields};
  for (int i = 0; i < body->numYields; ++i) {
    int state = i - body->firstStateYield;
    int arg = body->firstStateArg + state;
    bool isStack = state >= 0 && state < body->numStates && body->isStack[arg];
    if (isStack)
      yields[i] =
          ufStackSequence(in, node, yields[i], elementOfStack(body->args[arg]));
    if (isStack && !yields[i].ptr)
      return mlirLogicalResultFailure();
    if (ufFormOf(yields[i]) != UF_FORM_TENSOR)
      return ufNodeError(node, "graph '%s' has an output %d that is no tensor",
                         body->graph, i);
    tensors->data[i] = yields[i];
  }
  return mlirLogicalResultSuccess();
}

/// Imports the subgraph once, with the argument types of `body`; writes what it
/// yields.
static MlirLogicalResult importOnce(UfBuilder *b, const UfNode *node,
                                    const UfBodyImport *body, MlirRegion region,
                                    MlirValue *yields) {
  MlirLocation locs[UF_MAX_VALUES];
  MlirValue args[UF_MAX_VALUES];
  UfTensors tensors;
  for (int i = 0; i < body->numArgs; ++i)
    locs[i] = node->loc;
  MlirBlock block = mlirBlockCreate(body->numArgs, body->args, locs);
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder in = ufBuilderIn(b, block);
  readArguments(&in, body, block, args);
  UF_TRY(node->reader->importGraph(node, body->graph, &in,
                                   (UfValues){args, body->numArgs},
                                   body->numYields, yields));
  UF_TRY(readYields(&in, node, body, yields, &tensors));
  ufBuildOp(&in, "ufront.yield", (UfTypes){0},
            (UfValues){tensors.data, tensors.count}, UF_NO_ATTRS, NULL, 0);
  return mlirLogicalResultSuccess();
}

/// Widens the states' types to hold what was yielded; `*changed` says whether
/// that was needed.
static MlirLogicalResult widen(const UfNode *node, UfBodyImport *body,
                               const MlirValue *yields, int attempt,
                               bool *changed) {
  for (int i = 0; i < body->numStates; ++i) {
    MlirType *type = &body->args[body->firstStateArg + i];
    UfShape shape = ufShapeOfType(*type);
    UfShape next = ufShape(yields[body->firstStateYield + i]);
    if (!ufJoinShapes(&shape, &next))
      return ufNodeError(node,
                         "changes the element type or the rank (%d to %d) "
                         "of the value it carries as number %d",
                         shape.rank, next.rank, i);
    MlirType joined = ufTensorType(&shape);
    if (mlirTypeEqual(joined, *type))
      continue;
    // Each attempt imports the subgraph again, so they must be few.
    for (int d = 0; attempt > 2 && d < shape.rank; ++d)
      shape.dims[d] = UF_DYNAMIC;
    *type = ufTensorType(&shape);
    *changed = true;
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufImportBody(UfBuilder *b, const UfNode *node,
                               UfBodyImport *body, MlirRegion *region) {
  if (body->numArgs > UF_MAX_VALUES || body->numYields > UF_MAX_VALUES)
    return ufNodeError(node,
                       "has a graph '%s' with %d inputs and %d outputs, "
                       "the most is %d",
                       body->graph, body->numArgs, body->numYields,
                       UF_MAX_VALUES);
  MlirValue yields[UF_MAX_VALUES] = {{NULL}};
  for (int attempt = 0;; ++attempt) {
    bool changed = false;
    *region = mlirRegionCreate();
    MlirLogicalResult result = importOnce(b, node, body, *region, yields);
    if (mlirLogicalResultIsSuccess(result))
      result = widen(node, body, yields, attempt, &changed);
    if (mlirLogicalResultIsSuccess(result) && !changed)
      return result;
    mlirRegionDestroy(*region);
    UF_TRY(result);
  }
}
