//===-- Graph.c - Graphs of the C ABI -------------------------------------===//

#include "Import/Graph.h"
#include "CAPI/Session.h"

#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  UfFrontend frontend;
} frontends[] = {
    {"onnx", UF_ONNX},
    {"torch", UF_TORCH},
    {"flexflow", UF_FLEXFLOW},
    {"ufront", UF_UFRONT},
};

/// `graph` comes first: a recording graph is used as one.
struct UfrontGraph {
  UfGraph graph;
  UfGraphModule module;
  UfrontSession *session;      ///< Null: only records.
  UfrontModel *model;          ///< What it builds.
  UfMessage message;           ///< Of the module, until the graph is finished.
  UfrontTensorInfo info;       ///< Lent by ufrontGraphGetValue().
  UfrontDefinition definition; ///< Lent by ufrontGraphGetDefinition()...
  UfArena arena;               ///< ...and what it points to.
  UfMessage text;              ///< Lent by ufrontGraphGetText().
};

static UfFrontend findFrontend(const char *name) {
  for (int i = 0; i < UF_COUNT(frontends); ++i)
    if (strcmp(frontends[i].name, name) == 0)
      return frontends[i].frontend;
  return (UfFrontend)0;
}

/// Ends a call on `graph`.
static UfrontStatus endCall(UfrontGraph *graph, UfrontStatus status) {
  return graph->session ? ufSessionEnd(graph->session, status, &graph->message)
                        : status;
}

UfrontStatus ufrontGraphCreate(UfrontSession *session, const char *frontend,
                               UfrontGraph **out) {
  UF_SCOPED(UfMessage) message = {0};
  UfFrontend from = findFrontend(frontend);
  *out = NULL;
  if (session)
    ufSessionBegin(session);
  if (!from || from == UF_ONNX) {
    ufFail(&message, UFRONT_ARGUMENT,
           "there is no frontend '%s' that graphs can be made for", frontend);
    return session ? ufSessionEnd(session, UFRONT_ARGUMENT, &message)
                   : UFRONT_ARGUMENT;
  }
  UfrontGraph *graph = calloc(1, sizeof *graph);
  if (!graph)
    return UFRONT_NO_MEMORY;
  graph->graph.from = from;
  graph->session = session;
  if (session) {
    graph->model = calloc(1, sizeof *graph->model);
    if (!graph->model) {
      free(graph);
      return UFRONT_NO_MEMORY;
    }
    graph->model->session = session;
    ufGraphBegin(&graph->graph, &graph->module, session->ctx, "graph",
                 &graph->message, &graph->model->imported);
  }
  *out = graph;
  return UFRONT_OK;
}

void ufrontGraphDestroy(UfrontGraph *graph) {
  if (!graph)
    return;
  ufGraphModuleDestroy(&graph->module);
  ufGraphDestroy(&graph->graph);
  ufrontModelDestroy(graph->model);
  ufMessageClear(&graph->message);
  ufMessageClear(&graph->text);
  ufArenaDestroy(&graph->arena);
  free(graph);
}

UfrontStatus ufrontGraphAddInput(UfrontGraph *graph,
                                 const UfrontTensorInfo *info, int32_t *value) {
  return endCall(graph, ufGraphAddInput(&graph->graph, info, value));
}

UfrontStatus ufrontGraphAddParameter(UfrontGraph *graph, const char *name,
                                     const UfrontTensor *tensor,
                                     int32_t *value) {
  if (!graph->session)
    return UFRONT_ARGUMENT;
  return endCall(graph,
                 ufGraphAddParameter(&graph->graph, name, tensor, value));
}

/// Whether the node whose results are the values from `first` on was built.
static bool isBuilt(const UfGraph *graph, const UfGraphModule *before,
                    int32_t first) {
  const UfGraphModule *module = graph->module;
  if (module->failed != before->failed || module->skipped != before->skipped)
    return false;
  MlirValue value = graph->values[first].value;
  MlirOperation op = value.ptr ? ufDefiningOp(value) : (MlirOperation){NULL};
  if (!op.ptr || mlirOperationVerify(op))
    return true;
  mlirOperationDestroy(op);
  return false;
}

/// Adds a node that fails at once, and leaves no trace if it does.
static UfrontStatus addRow(UfrontGraph *graph, const UfrontNode *node,
                           int32_t *first) {
  UfGraphModule before = graph->module;
  ufSessionBegin(graph->session);
  if (!ufFindOp(node->op))
    return ufFail(&graph->message, UFRONT_UNSUPPORTED,
                  "there is no op 'ufront.%s'", node->op);
  if (node->numOutputs < 1)
    return ufFail(&graph->message, UFRONT_ARGUMENT,
                  "'ufront.%s' is added without results", node->op);
  UF_TRY(ufGraphAddNode(&graph->graph, node, first));
  if (isBuilt(&graph->graph, &before, *first))
    return UFRONT_OK;
  for (int32_t i = 0; i < node->numOutputs; ++i)
    graph->graph.values[*first + i].value = (MlirValue){NULL};
  graph->module.errors = before.errors;
  graph->module.failed = before.failed;
  graph->module.skipped = before.skipped;
  return ufFail(&graph->message, UFRONT_UNSUPPORTED,
                "'ufront.%s' cannot be added", node->op);
}

UfrontStatus ufrontGraphAddNode(UfrontGraph *graph, const UfrontNode *node,
                                int32_t *first) {
  if (graph->session && graph->graph.from == UF_UFRONT)
    return endCall(graph, addRow(graph, node, first));
  return endCall(graph, ufGraphAddNode(&graph->graph, node, first));
}

UfrontStatus ufrontGraphAddOutput(UfrontGraph *graph, const char *name,
                                  int32_t value) {
  return endCall(graph, ufGraphAddOutput(&graph->graph, name, value));
}

UfrontStatus ufrontGraphAddModel(UfrontGraph *graph, const UfrontModel *model,
                                 const int32_t *inputs, int32_t *first,
                                 int32_t *count, int32_t *outputs) {
  if (!graph->session)
    return UFRONT_ARGUMENT;
  ufSessionBegin(graph->session);
  if (model->session != graph->session)
    return endCall(graph, ufFail(&graph->message, UFRONT_ARGUMENT,
                                 "the model is of another session"));
  return endCall(graph, ufGraphAddModel(&graph->graph, &model->imported, inputs,
                                        first, count, outputs));
}

//===----------------------------------------------------------------------===//
// Asking
//===----------------------------------------------------------------------===//

static MlirValue findValue(const UfrontGraph *graph, int32_t value) {
  return value >= 0 && value < graph->graph.numValues
             ? graph->graph.values[value].value
             : (MlirValue){NULL};
}

/// Describes `value`, with no type if it is no tensor.
static bool describeValue(MlirValue value, UfrontTensorInfo *info) {
  *info = (UfrontTensorInfo){.name = "", .rank = -1};
  if (!value.ptr || !ufIsRankedTensor(mlirValueGetType(value)))
    return false;
  UfShape shape = ufShape(value);
  info->rank = shape.rank;
  info->type = ufTypeFromMlir(shape.element);
  for (int i = 0; i < shape.rank; ++i)
    info->shape[i] =
        shape.dims[i] == UF_DYNAMIC ? UFRONT_DYNAMIC : shape.dims[i];
  return true;
}

const UfrontTensorInfo *ufrontGraphGetValue(UfrontGraph *graph, int32_t value) {
  return describeValue(findValue(graph, value), &graph->info) ? &graph->info
                                                              : NULL;
}

static void appendText(MlirStringRef text, void *userData) {
  ufMessageAppendBytes(userData, text.data, text.length);
}

/// The attributes of `op`; null when memory is exhausted.
static UfrontAttribute *describeAttributes(UfArena *arena, MlirOperation op) {
  intptr_t count = mlirOperationGetNumAttributes(op);
  UfrontAttribute *attributes =
      UF_NEW(arena, UfrontAttribute, (size_t)count + 1);
  for (intptr_t i = 0; attributes && i < count; ++i) {
    MlirNamedAttribute attr = mlirOperationGetAttribute(op, i);
    MlirStringRef name = mlirIdentifierStr(attr.name);
    UF_SCOPED(UfMessage) text = {0};
    mlirAttributePrint(attr.attribute, appendText, &text);
    attributes[i] =
        (UfrontAttribute){ufAllocText(arena, name.data, name.length),
                          ufAllocText(arena, ufMessageGet(&text), text.size)};
    if (!attributes[i].name || !attributes[i].text)
      return NULL;
  }
  return attributes;
}

const UfrontDefinition *ufrontGraphGetDefinition(UfrontGraph *graph,
                                                 int32_t value) {
  static const char dialect[] = "ufront.";
  MlirValue found = findValue(graph, value);
  MlirOperation op = found.ptr ? ufDefiningOp(found) : (MlirOperation){NULL};
  if (!op.ptr)
    return NULL;
  UfArena *arena = &graph->arena;
  ufArenaDestroy(arena);
  MlirLocation loc = mlirOperationGetLocation(op);
  MlirStringRef type = ufOpName(op), name = {"", 0};
  if (mlirLocationIsAName(loc))
    name = mlirIdentifierStr(mlirLocationNameGetName(loc));
  size_t prefix = strlen(dialect);
  if (type.length < prefix || memcmp(type.data, dialect, prefix) != 0)
    prefix = 0;
  intptr_t count = mlirOperationGetNumOperands(op);
  UfrontTensorInfo *inputs = UF_NEW(arena, UfrontTensorInfo, (size_t)count + 1);
  for (intptr_t i = 0; inputs && i < count; ++i)
    describeValue(mlirOperationGetOperand(op, i), &inputs[i]);
  UfrontDefinition *definition = &graph->definition;
  *definition = (UfrontDefinition){
      .op = ufAllocText(arena, type.data + prefix, type.length - prefix),
      .name = ufAllocText(arena, name.data, name.length),
      .address = op.ptr,
      .first = value - (int32_t)mlirOpResultGetResultNumber(found),
      .numOutputs = (int32_t)mlirOperationGetNumResults(op),
      .isUsed = mlirValueGetFirstUse(found).ptr != NULL,
      .inputs = inputs,
      .numInputs = (int32_t)count,
      .attributes = describeAttributes(arena, op),
      .numAttributes = (int32_t)mlirOperationGetNumAttributes(op),
  };
  return definition->op && definition->name && inputs && definition->attributes
             ? definition
             : NULL;
}

const char *ufrontGraphGetText(UfrontGraph *graph, int32_t value) {
  MlirValue found = findValue(graph, value);
  MlirOperation op = found.ptr ? ufDefiningOp(found) : (MlirOperation){NULL};
  if (!op.ptr)
    return NULL;
  MlirOpPrintingFlags flags = mlirOpPrintingFlagsCreate();
  mlirOpPrintingFlagsPrintNameLocAsPrefix(flags);
  ufMessageClear(&graph->text);
  mlirOperationPrintWithFlags(op, flags, appendText, &graph->text);
  mlirOpPrintingFlagsDestroy(flags);
  return ufMessageGet(&graph->text);
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

UfrontStatus ufrontGraphCreateModel(UfrontGraph *graph, const int32_t *values,
                                    const char *const *names, int32_t count,
                                    UfrontModel **out) {
  *out = NULL;
  if (!graph->session || !graph->model)
    return UFRONT_ARGUMENT;
  ufSessionBegin(graph->session);
  UfrontModel *model = calloc(1, sizeof *model);
  if (!model)
    return endCall(graph, UFRONT_NO_MEMORY);
  model->session = graph->session;
  UfrontStatus status =
      ufGraphCopy(&graph->graph, values, names, count, &model->imported);
  if (status == UFRONT_OK)
    status = ufModelDescribe(model, &graph->message);
  if (status == UFRONT_OK)
    *out = model;
  else
    ufrontModelDestroy(model);
  return endCall(graph, status);
}

UfrontStatus ufrontGraphFinish(UfrontGraph *graph, UfrontModel **out) {
  *out = NULL;
  if (!graph->session || !graph->model)
    return UFRONT_ARGUMENT;
  UfrontStatus status = ufGraphFinish(&graph->graph);
  ufGraphModuleDestroy(&graph->module);
  if (status == UFRONT_OK)
    status = ufModelComplete(graph->model, "graph", &graph->message);
  if (status == UFRONT_OK)
    *out = UF_TAKE(graph->model);
  return endCall(graph, status);
}

const char *ufrontGetOperatorName(const char *frontend, int32_t index) {
  UfFrontend from = findFrontend(frontend);
  UF_FOR_EACH_OP (row) {
    if (from == UF_UFRONT && index-- == 0)
      return row->name;
    for (const UfImport *rule = row->imports; rule && rule->name; ++rule)
      if (rule->from == from && index-- == 0)
        return rule->name;
  }
  return NULL;
}
