//===-- Graph.c - Values, inputs and outputs of a graph -------------------===//

#include "Import/Graph.h"

#include "IR/Function.h"

#include <stdlib.h>
#include <string.h>

static UfrontStatus noMemory(const UfGraph *graph) {
  return graph->module ? ufFail(graph->module->message, UFRONT_NO_MEMORY,
                                "%s: out of memory", graph->module->name)
                       : UFRONT_NO_MEMORY;
}

/// Makes room for `more` items behind `count` of them in an array of the arena.
static bool grow(UfArena *arena, void *items, int32_t count, int32_t *most,
                 int32_t more, size_t size) {
  void **array = items;
  if (more > INT32_MAX / 4 - count)
    return false;
  if (count + more <= *most)
    return true;
  int32_t wanted = 2 * (count + more) + 8;
  void *grown = ufAllocArray(arena, (size_t)wanted, size);
  if (!grown)
    return false;
  if (count)
    memcpy(grown, *array, (size_t)count * size);
  *array = grown;
  *most = wanted;
  return true;
}

bool ufGraphAddValues(UfGraph *graph, int32_t count, int32_t *first) {
  if (!grow(&graph->arena, &graph->values, graph->numValues, &graph->maxValues,
            count, sizeof *graph->values))
    return false;
  *first = graph->numValues;
  for (int32_t i = 0; i < count; ++i)
    graph->values[graph->numValues + i] =
        (UfGraphValue){.storage = graph->numValues + i};
  graph->numValues += count;
  return true;
}

/// Counts the errors and leaves them to the next handler.
static MlirLogicalResult countErrors(MlirDiagnostic diagnostic,
                                     void *userData) {
  UfGraphModule *module = userData;
  if (mlirDiagnosticGetSeverity(diagnostic) == MlirDiagnosticError)
    ++module->errors;
  return mlirLogicalResultFailure();
}

UfrontStatus ufGraphBegin(UfGraph *graph, UfGraphModule *module,
                          MlirContext ctx, const char *name, UfMessage *message,
                          UfImported *out) {
  *module =
      (UfGraphModule){.ctx = ctx, .name = name, .message = message, .out = out};
  MlirLocation loc = mlirLocationFileLineColGet(ctx, ufStr(name), 0, 0);
  module->module = mlirModuleCreateEmpty(loc);
  module->func = ufCreateFunction(mlirModuleGetOperation(module->module), loc,
                                  "forward", (UfTypes){0}, (UfTypes){0}, NULL);
  module->handler =
      mlirContextAttachDiagnosticHandler(ctx, countErrors, module, NULL);
  graph->module = module;
  graph->block = ufFunctionBody(module->func);
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Inputs and parameters
//===----------------------------------------------------------------------===//

static MlirLocation locationOf(UfGraph *graph, const char *name) {
  UfGraphModule *module = graph->module;
  return ufNamedLocation(
      &module->arena, name,
      mlirLocationFileLineColGet(module->ctx, ufStr(module->name), 0, 0));
}

UfrontStatus ufGraphAddInput(UfGraph *graph, const UfrontTensorInfo *info,
                             int32_t *value) {
  if (!ufGraphAddValues(graph, 1, value) ||
      !grow(&graph->arena, &graph->inputs, graph->numInputs, &graph->maxInputs,
            1, sizeof *graph->inputs))
    return noMemory(graph);
  graph->inputs[graph->numInputs++] = *value;
  if (!graph->module)
    return UFRONT_OK;
  UfGraphModule *module = graph->module;
  MlirType element = {NULL};
  if (info->type != UFRONT_NO_TYPE)
    element = ufElementTypeOf(module->ctx, info->type);
  if (!element.ptr || info->rank < 0 || info->rank > UF_MAX_RANK)
    return ufFail(module->message, UFRONT_UNSUPPORTED,
                  "%s: input '%s' has an unsupported element type or rank",
                  module->name, info->name);
  UfShape shape = {.rank = info->rank, .element = element};
  for (int i = 0; i < shape.rank; ++i)
    shape.dims[i] = info->shape[i] < 0 ? UF_DYNAMIC : info->shape[i];
  UfBuilder b = {.ctx = module->ctx};
  graph->values[*value].value = mlirBlockAddArgument(
      graph->block, ufTensorType(&shape), locationOf(graph, info->name));
  ufSetArgAttr(module->func, mlirBlockGetNumArguments(graph->block) - 1,
               "ufront.name", ufStrAttr(&b, info->name));
  return UFRONT_OK;
}

UfrontStatus ufGraphAddConstant(UfGraph *graph, const char *name,
                                const UfrontTensor *tensor, int32_t *value) {
  UfGraphModule *module = graph->module;
  if (!ufGraphAddValues(graph, 1, value))
    return noMemory(graph);
  MlirAttribute elements =
      ufTensorElements(module->ctx, &module->arena, tensor);
  if (mlirAttributeIsNull(elements))
    return noMemory(graph);
  UfBuilder b = {.ctx = module->ctx,
                 .loc = locationOf(graph, name),
                 .block = graph->block};
  graph->values[*value].value = ufConstant(&b, elements);
  return UFRONT_OK;
}

UfrontStatus ufGraphAddParameter(UfGraph *graph, const char *name,
                                 const UfrontTensor *tensor, int32_t *value) {
  UfGraphModule *module = graph->module;
  UfWeights *weights = &module->out->weights;
  if (ufIsSmallTensor(tensor))
    return ufGraphAddConstant(graph, name, tensor, value);
  if (!ufGraphAddValues(graph, 1, value))
    return noMemory(graph);
  const char *sym = name;
  while (sym && ufWeightsFind(weights, sym))
    sym = ufAllocFormat(&module->arena, "%s_%d", name, ++module->renamed);
  if (!sym)
    return noMemory(graph);
  UF_TRY(ufWeightsAdd(weights, module->message, sym, tensor));
  graph->values[*value].value =
      ufAddParam(ufFunctionBody(module->func), &module->lastParam,
                 locationOf(graph, sym), sym, tensor);
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

static char *copyText(UfArena *arena, const char *text, bool *failed) {
  char *copy = text ? ufAllocText(arena, text, strlen(text)) : NULL;
  *failed |= text && !copy;
  return copy;
}

static const UfrontArg *copyArgs(UfArena *arena, const UfrontArg *args,
                                 int32_t count, bool *failed) {
  UfrontArg *copy = UF_NEW(arena, UfrontArg, (size_t)count);
  if (!copy) {
    *failed |= count > 0;
    return NULL;
  }
  for (int32_t i = 0; i < count; ++i) {
    copy[i] = args[i];
    copy[i].name = copyText(arena, args[i].name, failed);
    copy[i].text = copyText(arena, args[i].text, failed);
    copy[i].items = copyArgs(arena, args[i].items, args[i].numItems, failed);
  }
  return copy;
}

const UfrontNode *ufGraphCopyNode(UfGraph *graph, const UfrontNode *node) {
  bool failed = false;
  UfArena *arena = &graph->arena;
  UfrontNode *copy = UF_NEW(arena, UfrontNode, 1);
  UfrontTensorInfo *outputs =
      UF_NEW(arena, UfrontTensorInfo, (size_t)node->numOutputs);
  failed = !copy || (!outputs && node->numOutputs);
  for (int32_t i = 0; i < node->numOutputs && !failed; ++i) {
    outputs[i] = node->outputs[i];
    outputs[i].name = copyText(arena, node->outputs[i].name, &failed);
  }
  if (failed)
    return NULL;
  *copy = (UfrontNode){
      .op = copyText(arena, node->op, &failed),
      .name = copyText(arena, node->name, &failed),
      .source = copyText(arena, node->source, &failed),
      .args = copyArgs(arena, node->args, node->numArgs, &failed),
      .numArgs = node->numArgs,
      .outputs = outputs,
      .numOutputs = node->numOutputs,
  };
  return failed ? NULL : copy;
}

static UfrontStatus recordNode(UfGraph *graph, const UfrontNode *node,
                               int32_t first) {
  const UfrontNode *copy = ufGraphCopyNode(graph, node);
  if (!copy || !grow(&graph->arena, &graph->nodes, graph->numNodes,
                     &graph->maxNodes, 1, sizeof *graph->nodes))
    return noMemory(graph);
  graph->nodes[graph->numNodes++] = (UfGraphNode){*copy, first};
  return UFRONT_OK;
}

UfrontStatus ufGraphAddNode(UfGraph *graph, const UfrontNode *node,
                            int32_t *first) {
  if (!ufGraphAddValues(graph, node->numOutputs, first))
    return noMemory(graph);
  if (!graph->module)
    return recordNode(graph, node, *first);
  ufGraphImportNode(graph, node, *first);
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// The end
//===----------------------------------------------------------------------===//

UfrontStatus ufGraphAddOutput(UfGraph *graph, const char *name, int32_t value) {
  UfArena *arena = &graph->arena;
  bool failed = false;
  int32_t most = graph->maxOutputs;
  if (value < 0 || value >= graph->numValues)
    return graph->module ? ufFail(graph->module->message, UFRONT_ARGUMENT,
                                  "%s: output '%s' is value %d, which is not "
                                  "there",
                                  graph->module->name, name, value)
                         : UFRONT_ARGUMENT;
  if (!grow(arena, &graph->outputs, graph->numOutputs, &most, 1,
            sizeof *graph->outputs) ||
      !grow(arena, &graph->outputNames, graph->numOutputs, &graph->maxOutputs,
            1, sizeof *graph->outputNames))
    return noMemory(graph);
  graph->outputs[graph->numOutputs] = value;
  graph->outputNames[graph->numOutputs++] = copyText(arena, name, &failed);
  return failed ? noMemory(graph) : UFRONT_OK;
}

/// Says how many nodes failed; the diagnostics have said why.
static UfrontStatus failNodes(const UfGraphModule *module) {
  if (module->failed == 0)
    return ufFail(module->message, UFRONT_UNSUPPORTED,
                  "%s: could not be imported", module->name);
  return ufFail(module->message, UFRONT_UNSUPPORTED,
                "%s: %d node%s could not be imported", module->name,
                module->failed, module->failed == 1 ? "" : "s");
}

UfrontStatus ufGraphAddReturn(UfGraph *graph, const int32_t *outputs,
                              const char *const *names, int32_t count,
                              MlirOperation *end) {
  UfGraphModule *module = graph->module;
  UfBuilder b = {.ctx = module->ctx,
                 .loc = mlirOperationGetLocation(module->func),
                 .block = graph->block};
  MlirValue *values = UF_NEW(&graph->arena, MlirValue, (size_t)count);
  if (!values && count)
    return noMemory(graph);
  for (int32_t i = 0; i < count; ++i) {
    const char *refused = ufGraphReadValue(graph, outputs[i], &values[i]);
    if (!refused && !ufIsRankedTensor(mlirValueGetType(values[i])))
      refused = "";
    if (refused)
      return ufFail(module->message, UFRONT_UNSUPPORTED, "%s: output '%s' %s",
                    module->name, names[i],
                    refused[0] ? refused : "is no tensor");
  }
  *end = ufBuildOp(&b, "func.return", (UfTypes){0}, (UfValues){values, count},
                   UF_NO_ATTRS, NULL, 0);
  ufUpdateFunctionType(module->func);
  for (int32_t i = 0; i < count; ++i)
    ufSetResultAttr(module->func, i, "ufront.name", ufStrAttr(&b, names[i]));
  return UFRONT_OK;
}

UfrontStatus ufGraphCheck(UfGraph *graph) {
  UfGraphModule *module = graph->module;
  UF_TRY(ufMissingReport(&module->missing, module->name, module->message));
  return module->errors || module->failed ? failNodes(module) : UFRONT_OK;
}

UfrontStatus ufGraphFinish(UfGraph *graph) {
  UfGraphModule *module = graph->module;
  MlirOperation end;
  UF_TRY(ufGraphCheck(graph));
  UF_TRY(ufGraphAddReturn(graph, graph->outputs, graph->outputNames,
                          graph->numOutputs, &end));
  // The verifier knows more than the import rules check.
  if (!mlirOperationVerify(mlirModuleGetOperation(module->module)))
    return failNodes(module);
  module->out->module = UF_TAKE(module->module);
  return UFRONT_OK;
}

void ufGraphModuleDestroy(UfGraphModule *module) {
  if (!module->ctx.ptr)
    return;
  mlirContextDetachDiagnosticHandler(module->ctx, module->handler);
  if (!mlirModuleIsNull(module->module))
    mlirModuleDestroy(module->module);
  ufArenaDestroy(&module->arena);
  *module = (UfGraphModule){0};
}

void ufGraphDestroy(UfGraph *graph) { ufArenaDestroy(&graph->arena); }
