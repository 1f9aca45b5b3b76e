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
  UfrontSession *session; ///< Null: only records.
  UfrontModel *model;     ///< What it builds.
  UfMessage message;      ///< Of the module, until the graph is finished.
  UfrontTensorInfo info;  ///< Lent by ufrontGraphGetValue().
  UfMessage text;         ///< Lent by ufrontGraphGetText().
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

UfrontStatus ufrontGraphAddNode(UfrontGraph *graph, const UfrontNode *node,
                                int32_t *first) {
  return endCall(graph, ufGraphAddNode(&graph->graph, node, first));
}

UfrontStatus ufrontGraphAddOutput(UfrontGraph *graph, const char *name,
                                  int32_t value) {
  return endCall(graph, ufGraphAddOutput(&graph->graph, name, value));
}

static MlirValue findValue(const UfrontGraph *graph, int32_t value) {
  return value >= 0 && value < graph->graph.numValues
             ? graph->graph.values[value].value
             : (MlirValue){NULL};
}

const UfrontTensorInfo *ufrontGraphGetValue(UfrontGraph *graph, int32_t value) {
  MlirValue found = findValue(graph, value);
  if (!found.ptr || !ufIsRankedTensor(mlirValueGetType(found)))
    return NULL;
  UfShape shape = ufShape(found);
  UfrontTensorInfo *info = &graph->info;
  *info = (UfrontTensorInfo){.name = "", .rank = shape.rank};
  for (int type = UFRONT_F32; type <= UFRONT_U64; ++type)
    if (mlirTypeEqual(shape.element,
                      ufElementTypeOf(graph->session->ctx, (UfrontType)type)))
      info->type = (UfrontType)type;
  for (int i = 0; i < shape.rank; ++i)
    info->shape[i] =
        shape.dims[i] == UF_DYNAMIC ? UFRONT_DYNAMIC : shape.dims[i];
  return info;
}

static void appendText(MlirStringRef text, void *userData) {
  ufMessageAppendBytes(userData, text.data, text.length);
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
