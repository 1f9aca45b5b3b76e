//===-- GraphModel.c - Models in graphs, and graphs as models -------------===//

#include "Import/Graph.h"

#include "IR/Function.h"

//===----------------------------------------------------------------------===//
// Adding a model
//===----------------------------------------------------------------------===//

/// Sees that `inputs` are values of the types that `body` takes.
static UfrontStatus checkInputs(const UfGraph *graph, MlirBlock body,
                                const int32_t *inputs) {
  const UfGraphModule *module = graph->module;
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(body); ++i) {
    MlirValue value = inputs[i] >= 0 && inputs[i] < graph->numValues
                          ? graph->values[inputs[i]].value
                          : (MlirValue){NULL};
    if (!value.ptr)
      return ufFail(module->message, UFRONT_ARGUMENT,
                    "%s: input %d of the model is value %d, which is not there",
                    module->name, (int)i, inputs[i]);
    MlirType type = mlirValueGetType(mlirBlockGetArgument(body, i));
    if (mlirTypeEqual(mlirValueGetType(value), type))
      continue;
    char given[UF_SHAPE_TEXT], wanted[UF_SHAPE_TEXT];
    UfShape shape = ufShape(value), expected = ufShapeOfType(type);
    return ufFail(module->message, UFRONT_ARGUMENT,
                  "%s: input %d of the model is %s, but %s is expected%s",
                  module->name, (int)i,
                  ufShapeText(&shape, given, sizeof given),
                  ufShapeText(&expected, wanted, sizeof wanted),
                  mlirTypeEqual(shape.element, expected.element)
                      ? ""
                      : " with elements of another type");
  }
  return UFRONT_OK;
}

/// Gives the weight of a parameter to the graph's, under a name that is free.
static UfrontStatus addWeight(UfGraphModule *module, const UfImported *from,
                              MlirOperation param) {
  const char *name = ufGetStr(param, "sym"), *sym = name;
  const UfrontTensor *tensor = ufWeightsFind(&from->weights, name);
  UfWeights *weights = &module->out->weights;
  if (!tensor)
    return ufFail(module->message, UFRONT_ARGUMENT,
                  "%s: weight '%s' of the model has no values", module->name,
                  name);
  while (sym && ufWeightsFind(weights, sym))
    sym = ufAllocFormat(&module->arena, "%s_%d", name, ++module->renamed);
  if (!sym)
    return ufFail(module->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  module->name);
  mlirOperationSetAttributeByName(param, ufStr("sym"),
                                  mlirStringAttrGet(module->ctx, ufStr(sym)));
  return ufWeightsAdd(weights, module->message, sym, tensor);
}

static UfrontStatus addWeights(UfGraphModule *module, const UfImported *from,
                               MlirBlock body) {
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    if (ufOpIs(op, "ufront.param"))
      UF_TRY(addWeight(module, from, op));
  return UFRONT_OK;
}

/// Moves the ops of `body`, but for the return, to the end of the graph, and
/// parameters to its other ones. Their results are the values from `first` on.
static void moveOps(UfGraph *graph, MlirBlock body, int32_t first) {
  UfGraphModule *module = graph->module;
  MlirOperation end = mlirBlockGetTerminator(body);
  MlirOperation op = mlirBlockGetFirstOperation(body), next;
  for (; !mlirOperationEqual(op, end); op = next) {
    next = mlirOperationGetNextInBlock(op);
    mlirOperationRemoveFromParent(op);
    if (ufOpIs(op, "ufront.param")) {
      mlirBlockInsertOwnedOperationAfter(graph->block, module->lastParam, op);
      module->lastParam = op;
    } else {
      mlirBlockAppendOwnedOperation(graph->block, op);
    }
    for (int i = 0; i < mlirOperationGetNumResults(op); ++i)
      graph->values[first++].value = ufResultOf(op, i);
  }
}

static int32_t findValue(const UfGraph *graph, MlirValue value) {
  for (int32_t i = graph->numValues; i-- > 0;)
    if (mlirValueEqual(graph->values[i].value, value))
      return i;
  return -1;
}

UfrontStatus ufGraphAddModel(UfGraph *graph, const UfImported *from,
                             const int32_t *inputs, int32_t *first,
                             int32_t *count, int32_t *outputs) {
  MlirOperation source =
      ufFindFunction(mlirModuleGetOperation(from->module), "forward");
  MlirBlock body = ufFunctionBody(source);
  UF_TRY(checkInputs(graph, body, inputs));
  *count = 0;
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    *count += (int32_t)mlirOperationGetNumResults(op);
  if (!ufGraphAddValues(graph, *count, first))
    return ufFail(graph->module->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  graph->module->name);
  // Its ops move out of a copy: regions that capture values stay whole.
  MlirOperation copy = mlirOperationClone(source);
  body = ufFunctionBody(copy);
  UfrontStatus status = addWeights(graph->module, from, body);
  if (status == UFRONT_OK) {
    for (intptr_t i = 0; i < mlirBlockGetNumArguments(body); ++i)
      mlirValueReplaceAllUsesOfWith(mlirBlockGetArgument(body, i),
                                    graph->values[inputs[i]].value);
    moveOps(graph, body, *first);
    MlirOperation end = mlirBlockGetTerminator(body);
    for (int i = 0; i < mlirOperationGetNumOperands(end); ++i)
      outputs[i] = findValue(graph, mlirOperationGetOperand(end, i));
  }
  mlirOperationDestroy(copy);
  return status;
}

//===----------------------------------------------------------------------===//
// A model of the graph so far
//===----------------------------------------------------------------------===//

static UfrontStatus copyWeights(const UfGraphModule *module, UfWeights *to) {
  const UfWeights *from = &module->out->weights;
  for (size_t i = 0; i < from->count; ++i)
    UF_TRY(ufWeightsAdd(to, module->message, from->names[i], from->tensors[i]));
  return UFRONT_OK;
}

UfrontStatus ufGraphCopy(UfGraph *graph, const int32_t *outputs,
                         const char *const *names, int32_t count,
                         UfImported *out) {
  UfGraphModule *module = graph->module;
  MlirOperation root = mlirModuleGetOperation(module->module), end;
  UF_TRY(ufGraphCheck(graph));
  UF_TRY(ufGraphAddReturn(graph, outputs, names, count, &end));
  bool verified = mlirOperationVerify(root);
  if (verified)
    out->module = mlirModuleFromOperation(mlirOperationClone(root));
  mlirOperationDestroy(end); // the graph goes on
  if (!verified)
    return ufFail(module->message, UFRONT_INVALID_IR,
                  "%s: the module does not verify", module->name);
  return copyWeights(module, &out->weights);
}
