//===-- Graph.h - Graphs that are handed over node by node --------*- C -*-===//
//
// What is behind ufront/Graph.h, and what readers of torch.export and FlexFlow
// files fill in. Every frontend whose nodes have named arguments comes this
// way.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IMPORT_GRAPH_H
#define UF_IMPORT_GRAPH_H

#include "Import/Import.h"
#include "Ops/Node.h"

#include "mlir-c/Diagnostics.h"

/// A value of a graph, by its number.
typedef struct UfGraphValue {
  MlirValue value;
  /// The value whose memory it shows, its own number when it owns it, by the
  /// frontend's rules: in-place operators change all that share one.
  int32_t storage;
  const char *refused;            ///< Why it cannot be used; null when it can.
  const struct UfTorchView *view; ///< Of what it is one; null for none.
} UfGraphValue;

typedef struct UfGraphNode {
  UfrontNode node; ///< In the graph's arena.
  int32_t first;   ///< The number of its first result.
} UfGraphNode;

/// A module under construction, which a graph shares with those inside it.
typedef struct UfGraphModule {
  MlirContext ctx;
  const char *name; ///< For messages: the file's, or "graph".
  UfImported *out;
  UfMessage *message;
  MlirModule module;
  MlirOperation func, lastParam;
  UfMissing missing;
  UfArena arena;
  MlirDiagnosticHandlerID handler;
  int errors;  ///< Error diagnostics so far.
  int failed;  ///< Nodes that could not be imported.
  int skipped; ///< Nodes that read what had failed.
  int renamed; ///< Parameters whose name was taken.
  int depth;   ///< Of graphs inside each other.
} UfGraphModule;

/// Zero-initialised but for `from` is an empty graph that only records.
typedef struct UfGraph {
  UfFrontend from;
  UfGraphModule *module; ///< Null: only records.
  MlirBlock block;       ///< Where ops go; the entry of @forward at the top.
  UfArena arena;
  UfGraphValue *values;
  int32_t numValues, maxValues;
  UfGraphNode *nodes; ///< Only when recording.
  int32_t numNodes, maxNodes;
  int32_t *inputs;
  int32_t numInputs, maxInputs;
  int32_t *outputs;
  const char **outputNames;
  int32_t numOutputs, maxOutputs;
} UfGraph;

/// Starts `module` and makes `graph` build it. `name` and `message` are kept.
UfrontStatus ufGraphBegin(UfGraph *graph, UfGraphModule *module,
                          MlirContext ctx, const char *name, UfMessage *message,
                          UfImported *out);

UfrontStatus ufGraphAddInput(UfGraph *graph, const UfrontTensorInfo *info,
                             int32_t *value);
/// An input that is a constant of the model.
UfrontStatus ufGraphAddConstant(UfGraph *graph, const char *name,
                                const UfrontTensor *tensor, int32_t *value);
UfrontStatus ufGraphAddParameter(UfGraph *graph, const char *name,
                                 const UfrontTensor *tensor, int32_t *value);
UfrontStatus ufGraphAddNode(UfGraph *graph, const UfrontNode *node,
                            int32_t *first);
UfrontStatus ufGraphAddOutput(UfGraph *graph, const char *name, int32_t value);

/// A copy of `node` in the graph's arena; null when memory is exhausted.
const UfrontNode *ufGraphCopyNode(UfGraph *graph, const UfrontNode *node);

/// Finds value `number`. Returns why it cannot be used ("shares ..."), "" when
/// what defines it could not be imported, or null (GraphNode.c).
const char *ufGraphReadValue(UfGraph *graph, int64_t number, MlirValue *value);

/// Adds `count` values that own their memory. False when memory is exhausted.
bool ufGraphAddValues(UfGraph *graph, int32_t count, int32_t *first);

/// Adds what `from` computes: see ufrontGraphAddModel() (GraphModel.c).
UfrontStatus ufGraphAddModel(UfGraph *graph, const UfImported *from,
                             const int32_t *inputs, int32_t *first,
                             int32_t *count, int32_t *outputs);

/// A copy of what there is so far, with these outputs, verified (GraphModel.c).
UfrontStatus ufGraphCopy(UfGraph *graph, const int32_t *outputs,
                         const char *const *names, int32_t count,
                         UfImported *out);

/// Reports everything that failed.
UfrontStatus ufGraphCheck(UfGraph *graph);

/// Ends @forward with `*end`, a return of the values `outputs`.
UfrontStatus ufGraphAddReturn(UfGraph *graph, const int32_t *outputs,
                              const char *const *names, int32_t count,
                              MlirOperation *end);

/// Hands the module over in `out`, verified. Reports everything that failed.
UfrontStatus ufGraphFinish(UfGraph *graph);

void ufGraphDestroy(UfGraph *graph);
void ufGraphModuleDestroy(UfGraphModule *module);

/// Imports `node` at the end of the graph's block (GraphNode.c). Its results
/// are the values from `first` on.
void ufGraphImportNode(UfGraph *graph, const UfrontNode *node, int32_t first);

#endif // UF_IMPORT_GRAPH_H
