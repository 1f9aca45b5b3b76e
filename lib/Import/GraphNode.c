//===-- GraphNode.c - From nodes of a graph to ops ------------------------===//

#include "Import/Graph.h"
#include "Import/Torch/InPlace.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64 };

/// The `source` of a UfNode.
typedef struct Source {
  UfGraph *graph;
  const UfrontNode *node;
} Source;

static void importNodes(UfGraph *graph, const UfGraph *recorded);

//===----------------------------------------------------------------------===//
// Reading arguments
//===----------------------------------------------------------------------===//

static const UfrontArg *getArg(const UfNode *node, const char *name) {
  const UfrontNode *from = ((const Source *)node->source)->node;
  for (int32_t i = 0; i < from->numArgs; ++i)
    if (from->args[i].name && strcmp(from->args[i].name, name) == 0)
      return &from->args[i];
  return NULL;
}

static MlirValue getValue(const UfNode *node, int64_t number) {
  const UfGraph *graph = ((const Source *)node->source)->graph;
  return number >= 0 && number < graph->numValues ? graph->values[number].value
                                                  : (MlirValue){NULL};
}

static int getArgs(const UfNode *node, const UfrontArg **args) {
  const UfrontNode *from = ((const Source *)node->source)->node;
  *args = from->args;
  return from->numArgs;
}

/// The integer that an argument is, or was folded to.
static bool knownInt(const UfNode *node, const UfrontArg *arg, int64_t *out) {
  UfInts ints;
  *out = arg->integer;
  if (arg->kind == UFRONT_ARG_INT || arg->kind == UFRONT_ARG_BOOL)
    return true;
  if (arg->kind != UFRONT_ARG_VALUE)
    return false;
  MlirValue value = getValue(node, arg->integer);
  if (!value.ptr || !ufConstantInts(value, &ints) || ints.size != 1)
    return false;
  *out = ints.data[0];
  return true;
}

/// A list of integers, or of numbers, or of texts; null for another.
static MlirAttribute listAttr(const UfNode *node, MlirContext ctx,
                              const UfrontArg *list) {
  int64_t ints[UF_MAX_VALUES];
  double floats[UF_MAX_VALUES];
  MlirAttribute texts[UF_MAX_VALUES];
  bool isInts = true, isFloats = true, isTexts = true;
  if (list->numItems > UF_MAX_VALUES)
    return mlirAttributeGetNull();
  for (int32_t i = 0; i < list->numItems; ++i) {
    const UfrontArg *item = &list->items[i];
    isInts &= knownInt(node, item, &ints[i]);
    floats[i] = item->kind == UFRONT_ARG_FLOAT ? item->number : (double)ints[i];
    isFloats &= item->kind == UFRONT_ARG_FLOAT || item->kind == UFRONT_ARG_INT;
    isTexts &= item->kind == UFRONT_ARG_STRING;
    if (isTexts)
      texts[i] = mlirStringAttrGet(ctx, ufStr(item->text));
  }
  if (isInts)
    return mlirDenseI64ArrayGet(ctx, list->numItems, ints);
  if (isFloats)
    return mlirDenseF64ArrayGet(ctx, list->numItems, floats);
  return isTexts ? mlirArrayAttrGet(ctx, list->numItems, texts)
                 : mlirAttributeGetNull();
}

static MlirAttribute argAttr(const UfNode *node, MlirContext ctx,
                             const UfrontArg *arg) {
  UfBuilder b = {.ctx = ctx};
  int64_t known;
  switch (arg->kind) {
  case UFRONT_ARG_INT:
    return ufIntAttr(&b, arg->integer);
  case UFRONT_ARG_BOOL:
    return ufBoolAttr(&b, arg->integer != 0);
  case UFRONT_ARG_FLOAT:
    return ufFloatAttr(&b, arg->number);
  case UFRONT_ARG_STRING:
    return ufStrAttr(&b, arg->text);
  case UFRONT_ARG_TYPE:
    return mlirTypeAttrGet(ufElementTypeOf(ctx, (UfrontType)arg->integer));
  case UFRONT_ARG_LIST:
    return listAttr(node, ctx, arg);
  case UFRONT_ARG_VALUE:
    return knownInt(node, arg, &known) ? ufIntAttr(&b, known)
                                       : mlirAttributeGetNull();
  case UFRONT_ARG_NONE:
  case UFRONT_ARG_GRAPH:
    break;
  }
  return mlirAttributeGetNull();
}

/// UfNodeReader::getAttr.
static MlirAttribute getAttr(const UfNode *node, const char *name) {
  const UfrontArg *arg = getArg(node, name);
  if (!arg || arg->kind == UFRONT_ARG_NONE)
    return mlirAttributeGetNull();
  MlirAttribute attr = argAttr(node, mlirLocationGetContext(node->loc), arg);
  if (mlirAttributeIsNull(attr))
    ufNodeError(
        node, "needs argument '%s' to be a constant, but it is %s", name,
        arg->kind == UFRONT_ARG_GRAPH ? "a graph" : "computed at run time");
  return attr;
}

const char *ufGraphReadValue(UfGraph *graph, int64_t number, MlirValue *value) {
  *value = (MlirValue){NULL};
  if (number < 0 || number >= graph->numValues)
    return "is not there";
  if (graph->from == UF_TORCH)
    ufTorchRefresh(graph, number);
  if (graph->values[number].refused)
    return graph->values[number].refused;
  *value = graph->values[number].value;
  return value->ptr ? NULL : "";
}

//===----------------------------------------------------------------------===//
// Graphs inside nodes
//===----------------------------------------------------------------------===//

/// UfNodeReader::importGraph.
static MlirLogicalResult importGraph(const UfNode *node, const char *name,
                                     UfBuilder *b, UfValues inputs,
                                     int numOutputs, MlirValue *outputs) {
  const UfrontArg *arg = getArg(node, name);
  UfGraph *outer = ((const Source *)node->source)->graph;
  UfGraphModule *module = outer->module;
  const UfGraph *recorded =
      arg && arg->kind == UFRONT_ARG_GRAPH ? (const UfGraph *)arg->graph : NULL;
  if (!recorded)
    return ufNodeError(node, "has no graph '%s'", name);
  if (recorded->numInputs != inputs.size || recorded->numOutputs != numOutputs)
    return ufNodeError(node,
                       "graph '%s' has %d inputs and %d outputs, but needs "
                       "%" PRIdPTR " and %d",
                       name, recorded->numInputs, recorded->numOutputs,
                       inputs.size, numOutputs);
  if (module->depth == MAX_DEPTH)
    return ufNodeError(node, "graphs are nested more than %d deep", MAX_DEPTH);
  UfGraph inner = {.from = recorded->from, .module = module, .block = b->block};
  inner.numValues = recorded->numValues;
  inner.values = UF_NEW(&inner.arena, UfGraphValue, (size_t)inner.numValues);
  if (!inner.values && inner.numValues)
    return ufNodeError(node, "out of memory");
  for (int32_t i = 0; i < inner.numValues; ++i)
    inner.values[i].storage = i;
  for (int32_t i = 0; i < recorded->numInputs; ++i)
    inner.values[recorded->inputs[i]].value = inputs.data[i];
  ++module->depth;
  int failed = module->failed, skipped = module->skipped;
  importNodes(&inner, recorded);
  --module->depth;
  bool complete = failed == module->failed && skipped == module->skipped;
  for (int i = 0; i < numOutputs; ++i) {
    const char *refused =
        ufGraphReadValue(&inner, recorded->outputs[i], &outputs[i]);
    if (refused && refused[0])
      ufNodeError(node, "has a graph with an output that %s", refused);
    complete &= !refused;
  }
  ufArenaDestroy(&inner.arena);
  return complete ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

static const UfNodeReader reader = {getAttr, importGraph, getArg, getValue,
                                    getArgs};

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

/// The values that the node reads, in the order of its arguments, lists of them
/// item by item.
typedef struct Inputs {
  MlirValue *values;
  intptr_t count, capacity;
} Inputs;

static intptr_t countValues(const UfrontArg *args, int32_t count) {
  intptr_t values = count;
  for (int32_t i = 0; i < count; ++i)
    values += countValues(args[i].items, args[i].numItems);
  return values;
}

/// Adds what `args` refer to. Returns why one cannot be used, or null.
static const char *addInputs(UfGraph *graph, const UfrontArg *args,
                             int32_t count, bool isList, Inputs *inputs) {
  for (int32_t i = 0; i < count; ++i) {
    const UfrontArg *arg = &args[i];
    if (arg->kind == UFRONT_ARG_LIST) {
      const char *refused =
          addInputs(graph, arg->items, arg->numItems, true, inputs);
      if (refused)
        return refused;
    } else if (arg->kind == UFRONT_ARG_VALUE) {
      const char *refused = ufGraphReadValue(graph, arg->integer,
                                             &inputs->values[inputs->count++]);
      if (refused)
        return refused;
    } else if (arg->kind == UFRONT_ARG_NONE && !isList) {
      inputs->values[inputs->count++] = (MlirValue){NULL};
    }
  }
  return NULL;
}

static void appendText(MlirStringRef text, void *userData) {
  ufMessageAppendBytes(userData, text.data, text.length);
}

static MlirLogicalResult wrongElement(const UfNode *node, MlirType element,
                                      UfrontType expected) {
  UF_SCOPED(UfMessage) text = {0};
  mlirTypePrint(element, appendText, &text);
  return ufNodeError(node, "gives elements of type %s, but %s is expected",
                     ufMessageGet(&text), ufrontTypeGetName(expected));
}

/// Sees that result `i` has the type that the frontend says it has. What it
/// knows of the shape beyond ours is added.
static MlirLogicalResult checkResult(UfBuilder *b, const UfNode *node, int i,
                                     MlirValue *result) {
  const UfrontTensorInfo *info = &node->outputs[i];
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  if (info->type == UFRONT_NO_TYPE ||
      !ufIsRankedTensor(mlirValueGetType(*result)))
    return mlirLogicalResultSuccess();
  UfShape shape = ufShape(*result), stated = {.rank = info->rank};
  stated.element = ufElementTypeOf(b->ctx, info->type);
  if (!mlirTypeEqual(stated.element, shape.element))
    return wrongElement(node, shape.element, info->type);
  if (info->rank < 0)
    return mlirLogicalResultSuccess();
  bool fits = stated.rank == shape.rank, refines = false;
  for (int d = 0; d < stated.rank && fits; ++d) {
    stated.dims[d] = info->shape[d] < 0 ? shape.dims[d] : info->shape[d];
    refines |= stated.dims[d] != shape.dims[d];
    fits = shape.dims[d] == UF_DYNAMIC || shape.dims[d] == stated.dims[d];
  }
  if (!fits)
    return ufNodeError(node, "gives the shape %s, but %s is expected",
                       ufShapeText(&shape, text, sizeof text),
                       ufShapeText(&stated, other, sizeof other));
  if (refines)
    *result = ufCastTo(b, *result, ufTensorType(&stated));
  return mlirLogicalResultSuccess();
}

/// Imports a node whose inputs are all there.
static MlirLogicalResult convert(UfGraph *graph, UfBuilder *b, UfNode *node,
                                 int32_t first) {
  UfGraphModule *module = graph->module;
  MlirValue *results = UF_NEW(&module->arena, MlirValue,
                              (size_t)node->numOutputs + UF_MAX_RESULTS);
  if (!results)
    return ufNodeError(node, "out of memory");
  UF_TRY(ufImportNode(b, node, results));
  for (int i = 0; i < node->numOutputs; ++i) {
    if (!node->used[i])
      continue;
    if (!results[i].ptr)
      return ufNodeError(node, "output %d is not supported", i);
    UF_TRY(checkResult(b, node, i, &results[i]));
    graph->values[first + i].value = results[i];
  }
  return mlirLogicalResultSuccess();
}

/// "model.py:12" as a location, or that of the graph.
static MlirLocation sourceLocation(UfGraphModule *module, const char *source) {
  const char *colon = source ? strrchr(source, ':') : NULL;
  if (!colon)
    return mlirLocationFileLineColGet(module->ctx, ufStr(module->name), 0, 0);
  long line = strtol(colon + 1, NULL, 10);
  char *file = ufAllocText(&module->arena, source, (size_t)(colon - source));
  return mlirLocationFileLineColGet(
      module->ctx, ufStr(file ? file : module->name),
      line > 0 && line < INT32_MAX ? (unsigned)line : 0, 0);
}

/// Fills in what the rules want to know. False when memory is exhausted.
static bool describe(UfGraph *graph, const Source *source, UfNode *node) {
  UfGraphModule *module = graph->module;
  const UfrontNode *from = source->node;
  bool *used = UF_NEW(&module->arena, bool, (size_t)from->numOutputs + 1);
  if (!used)
    return false;
  for (int32_t i = 0; i < from->numOutputs; ++i)
    used[i] = from->outputs[i].name != NULL;
  *node = (UfNode){
      .from = graph->from,
      .op = from->op,
      .loc = ufNamedLocation(&module->arena, from->name ? from->name : "",
                             sourceLocation(module, from->source)),
      .numOutputs = from->numOutputs,
      .used = used,
      .outputs = from->outputs,
      .reader = &reader,
      .source = source,
  };
  return true;
}

/// The operator whose rule imports the node; null when there is none.
static const char *findOperator(UfGraph *graph, const UfrontNode *node,
                                char *plain, size_t size) {
  const UfOp *row;
  if (graph->from == UF_UFRONT)
    return ufFindOp(node->op) ? node->op : NULL;
  if (ufFindImport(graph->from, node->op, 0, &row))
    return node->op;
  return graph->from == UF_TORCH &&
                 ufTorchWithoutInPlace(node->op, plain, size) &&
                 ufFindImport(graph->from, plain, 0, &row)
             ? plain
             : NULL;
}

static void addMissing(UfGraphModule *module, const UfrontNode *node) {
  const char *texts[] = {node->op, node->name ? node->name : "", node->source};
  for (int i = 0; i < 3; ++i)
    if (texts[i])
      texts[i] = ufAllocText(&module->arena, texts[i], strlen(texts[i]));
  if (texts[0] && texts[1])
    ufMissingAdd(&module->missing, texts[0], 0, texts[1], texts[2]);
  ++module->skipped;
}

void ufGraphImportNode(UfGraph *graph, const UfrontNode *from, int32_t first) {
  UfGraphModule *module = graph->module;
  Source source = {graph, from};
  UfNode node;
  char plain[128];
  const char *op = findOperator(graph, from, plain, sizeof plain);
  if (!op) {
    addMissing(module, from);
    return;
  }
  Inputs inputs = {.capacity = countValues(from->args, from->numArgs)};
  inputs.values =
      UF_NEW(&module->arena, MlirValue, (size_t)inputs.capacity + 1);
  if (!inputs.values || !describe(graph, &source, &node)) {
    ufError(mlirOperationGetLocation(module->func), "out of memory");
    ++module->failed;
    return;
  }
  const char *refused =
      addInputs(graph, from->args, from->numArgs, false, &inputs);
  if (refused) {
    ++module->skipped;
    if (refused[0])
      ufNodeError(&node, "reads a value that %s", refused);
    return;
  }
  while (inputs.count && !inputs.values[inputs.count - 1].ptr)
    --inputs.count;
  node.inputs = (UfValues){inputs.values, inputs.count};
  node.op = op;
  UfBuilder b = {.ctx = module->ctx, .loc = node.loc, .block = graph->block};
  int errors = module->errors;
  if (mlirLogicalResultIsFailure(convert(graph, &b, &node, first)) ||
      module->errors != errors) {
    if (module->errors == errors)
      ufNodeError(&node, "could not be imported");
    ++module->failed;
    for (int32_t i = 0; i < from->numOutputs; ++i)
      graph->values[first + i].value = (MlirValue){NULL};
    return;
  }
  if (graph->from == UF_TORCH)
    ufTorchTrackMemory(graph, from, op != from->op, first);
}

static void importNodes(UfGraph *graph, const UfGraph *recorded) {
  for (int32_t i = 0; i < recorded->numNodes; ++i)
    ufGraphImportNode(graph, &recorded->nodes[i].node,
                      recorded->nodes[i].first);
}
