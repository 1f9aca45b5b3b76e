//===-- Graph.c - From nodes to ops ---------------------------------------===//
//
// Nodes are imported in the file's order, which must be topological. Calls of
// local functions are inlined; subgraphs become regions of the ops that hold
// them, which ask for them through UfNodeReader.
//
//===----------------------------------------------------------------------===//

#include "Import/ONNX/Onnx.h"

#include <stdio.h>
#include <string.h>

static void report(const UfOnnxImport *import) {
  const UfSource *source = import->source;
  if (source->progress)
    source->progress(source->progressData, "importing", import->done,
                     import->total);
}

//===----------------------------------------------------------------------===//
// Subgraphs
//===----------------------------------------------------------------------===//

/// The subgraph held by attribute `name`, checked for its numbers; null after
/// an error was reported.
static const UfOnnx__Graph *findGraph(const UfNode *node, const char *name,
                                      intptr_t numInputs, int numOutputs,
                                      UfOnnxScope **where) {
  const UfOnnxNode *source = node->source;
  const UfOnnx__Attribute *attr =
      ufOnnxFindAttr(source->node, source->scope, name, where);
  const UfOnnx__Graph *graph = attr ? attr->g : NULL;
  if (!graph) {
    ufNodeError(node, "has no graph '%s'", name);
    return NULL;
  }
  if (graph->n_input == (size_t)numInputs &&
      graph->n_output == (size_t)numOutputs)
    return graph;
  ufNodeError(node,
              "graph '%s' has %zu inputs and %zu outputs, but needs %" PRIdPTR
              " and %d",
              name, graph->n_input, graph->n_output, numInputs, numOutputs);
  return NULL;
}

/// Binds the inputs of a subgraph to the values its node hands it.
static MlirLogicalResult bindInputs(const UfNode *node, UfOnnxScope *scope,
                                    const UfOnnx__Graph *graph,
                                    UfValues inputs) {
  for (intptr_t i = 0; i < inputs.size; ++i) {
    UfOnnxName *entry = ufOnnxName(scope, ufOnnxText(graph->input[i]->name));
    if (entry->binding == UF_ONNX_TENSOR)
      continue; // an initializer fixes this input
    if (entry->binding && entry->binding != UF_ONNX_DECLARED)
      return ufNodeError(node, "defines '%s' twice", entry->name);
    entry->binding = UF_ONNX_VALUE;
    entry->value = inputs.data[i];
  }
  return mlirLogicalResultSuccess();
}

/// UfNodeReader::importGraph.
static MlirLogicalResult importGraph(const UfNode *node, const char *name,
                                     UfBuilder *b, UfValues inputs,
                                     int numOutputs, MlirValue *outputs) {
  const UfOnnxNode *source = node->source;
  UfOnnxImport *import = source->import;
  UfOnnxScope *where = NULL;
  const UfOnnx__Graph *graph =
      findGraph(node, name, inputs.size, numOutputs, &where);
  if (!graph)
    return mlirLogicalResultFailure();
  UfOnnxScope scope = {.parent = where,
                       .call = where->call,
                       .prefix =
                           ufAllocFormat(&import->arena, "%s/", source->name),
                       .block = b->block,
                       .depth = source->scope->depth + 1};
  if (!scope.prefix)
    return ufNodeError(node, "out of memory");
  UF_TRY(ufOnnxDeclareGraph(import, node->loc, &scope, graph));
  UF_TRY(bindInputs(node, &scope, graph, inputs));
  ufOnnxImportNodes(import, b, &scope, graph->node, graph->n_node);
  for (int i = 0; i < numOutputs; ++i)
    UF_TRY(ufOnnxUse(import, node->loc, &scope,
                     ufOnnxText(graph->output[i]->name), "graph output",
                     &outputs[i]));
  return mlirLogicalResultSuccess();
}

static const UfNodeReader reader = {ufOnnxGetAttr, importGraph};

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static MlirLogicalResult checkCall(const UfNode *node, const UfOnnxScope *scope,
                                   const UfOnnx__Function *function) {
  for (const UfOnnxCall *call = scope->call; call; call = call->scope->call)
    if (call->function == function)
      return ufNodeError(node, "is a function that calls itself");
  if ((size_t)node->inputs.size > function->n_input ||
      (size_t)node->numOutputs > function->n_output)
    return ufNodeError(node,
                       "is a function of %zu inputs and %zu outputs, but has "
                       "%" PRIdPTR " and %d",
                       function->n_input, function->n_output, node->inputs.size,
                       node->numOutputs);
  return mlirLogicalResultSuccess();
}

/// Binds the names of a function's body, its inputs to those of the call.
static MlirLogicalResult declareBody(UfOnnxImport *import, const UfNode *node,
                                     UfOnnxScope *scope,
                                     const UfOnnx__Function *function) {
  UF_TRY(ufOnnxReserve(import, node->loc, scope,
                       ufOnnxCountOutputs(function->node, function->n_node) +
                           function->n_input));
  for (size_t i = 0; i < function->n_input; ++i) {
    UfOnnxName *entry = ufOnnxName(scope, function->input[i]);
    entry->binding = UF_ONNX_VALUE;
    entry->value = ufNodeInput(node, (int)i);
  }
  return ufOnnxDeclareOutputs(node->loc, scope, function->node,
                              function->n_node);
}

/// Imports the body of `function` in place of the node that calls it.
static MlirLogicalResult inlineCall(UfBuilder *b, const UfNode *node,
                                    const UfOnnx__Function *function,
                                    MlirValue *results) {
  const UfOnnxNode *source = node->source;
  UfOnnxImport *import = source->import;
  UF_TRY(checkCall(node, source->scope, function));
  UfOnnxCall call = {function, source->node, source->scope};
  UfOnnxScope scope = {.call = &call,
                       .prefix =
                           ufAllocFormat(&import->arena, "%s/", source->name),
                       .block = b->block,
                       .depth = source->scope->depth + 1};
  if (!scope.prefix)
    return ufNodeError(node, "out of memory");
  UF_TRY(declareBody(import, node, &scope, function));
  ufOnnxImportNodes(import, b, &scope, function->node, function->n_node);
  for (int i = 0; i < node->numOutputs; ++i)
    if (node->used[i])
      UF_TRY(ufOnnxUse(import, node->loc, &scope, function->output[i],
                       "function output", &results[i]));
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

/// Looks up what the node reads. Every input is looked up, so that all that are
/// missing are reported.
static MlirLogicalResult readInputs(const UfOnnxNode *source, UfNode *node) {
  UfOnnxImport *import = source->import;
  size_t count = source->node->n_input;
  MlirValue *inputs = UF_NEW(&import->arena, MlirValue, count);
  if (!inputs)
    return ufNodeError(node, "out of memory");
  bool failed = false;
  for (size_t i = 0; i < count; ++i) {
    char user[128];
    snprintf(user, sizeof user, "'%.80s' (opset %d) input %zu", node->op,
             node->version, i);
    if (source->node->input[i][0] &&
        mlirLogicalResultIsFailure(ufOnnxUse(import, node->loc, source->scope,
                                             source->node->input[i], user,
                                             &inputs[i])))
      failed = true;
  }
  node->inputs = (UfValues){inputs, (intptr_t)count};
  return failed ? mlirLogicalResultFailure() : mlirLogicalResultSuccess();
}

/// The tensor of a Constant node, which is imported as an initializer is: large
/// ones are parameters, and stay in their file. Null for other nodes.
static const UfOnnx__Tensor *constantTensor(const UfOnnxNode *source,
                                            const UfNode *node) {
  UfOnnxScope *where;
  if (strcmp(node->op, "Constant") != 0 || node->numOutputs != 1)
    return NULL;
  const UfOnnx__Attribute *attr =
      ufOnnxFindAttr(source->node, source->scope, "value", &where);
  return attr ? attr->t : NULL;
}

static MlirLogicalResult convert(UfBuilder *b, const UfOnnxNode *source,
                                 UfNode *node) {
  UfOnnxImport *import = source->import;
  UF_TRY(readInputs(source, node));
  const UfOnnx__Function *function = ufOnnxFindFunction(import, source->node);
  const UfOnnx__Tensor *tensor = function ? NULL : constantTensor(source, node);
  if (tensor) {
    UfOnnxName *entry = ufOnnxName(source->scope, source->node->output[0]);
    entry->binding = UF_ONNX_TENSOR;
    entry->tensor = tensor;
    return mlirLogicalResultSuccess();
  }
  // A rule may set all results of its op, even those the node does not name.
  size_t count = (size_t)node->numOutputs;
  MlirValue *results =
      UF_NEW(&import->arena, MlirValue, count + UF_MAX_RESULTS);
  if (!results)
    return ufNodeError(node, "out of memory");
  if (function) {
    UF_TRY(inlineCall(b, node, function, results));
  } else if (mlirLogicalResultIsFailure(ufImportNode(b, node, results))) {
    import->unsupported = true;
    return mlirLogicalResultFailure();
  }
  for (size_t i = 0; i < count; ++i) {
    if (!node->used[i])
      continue;
    if (mlirValueIsNull(results[i]))
      return ufNodeError(node, "output %zu '%s' is not supported", i,
                         source->node->output[i]);
    UfOnnxName *entry = ufOnnxName(source->scope, source->node->output[i]);
    entry->binding = UF_ONNX_VALUE;
    entry->value = results[i];
  }
  return mlirLogicalResultSuccess();
}

/// After a failure: nodes that read the outputs are not tried.
static void poison(const UfOnnxNode *source) {
  for (size_t i = 0; i < source->node->n_output; ++i)
    if (source->node->output[i][0])
      ufOnnxName(source->scope, source->node->output[i])->binding =
          UF_ONNX_FAILED;
}

static void importNode(UfBuilder *b, const UfOnnxNode *source, UfNode *node) {
  UfOnnxImport *import = source->import;
  int errors = import->errors, failed = import->failed;
  int skipped = import->skipped;
  MlirLogicalResult result = convert(b, source, node);
  if (mlirLogicalResultIsSuccess(result) && import->errors == errors)
    return;
  poison(source);
  // Every failure must have a reason; one that was skipped has had it before.
  if (import->errors == errors && import->skipped == skipped)
    ufNodeError(node, "could not be imported");
  // A failure inside a subgraph or function is the failure of that node.
  if (import->errors != errors && import->failed == failed)
    ++import->failed;
}

/// Fills in what the importer and the rules want to know of a node.
static bool describeNode(UfOnnxNode *source, size_t index, UfNode *node) {
  UfOnnxImport *import = source->import;
  const UfOnnx__Node *from = source->node;
  const UfOnnxCall *call = source->scope->call;
  const char *name = ufOnnxText(from->name);
  source->name =
      name[0]
          ? ufAllocFormat(&import->arena, "%s%s", source->scope->prefix, name)
          : ufAllocFormat(&import->arena, "%s%s_%zu", source->scope->prefix,
                          ufOnnxText(from->op_type), index);
  bool *used = UF_NEW(&import->arena, bool, from->n_output);
  if (!source->name || !used)
    return false;
  for (size_t i = 0; i < from->n_output; ++i)
    used[i] = from->output[i][0] != '\0';
  *node = (UfNode){
      .from = UF_ONNX,
      .op = ufOnnxOpName(import, from),
      .version =
          ufOnnxOpset(import, call ? call->function : NULL, from->domain),
      .loc = ufOnnxLocation(import, source->name, (unsigned)index),
      .numOutputs = (int)from->n_output,
      .used = used,
      .reader = &reader,
      .source = source,
  };
  return node->op != NULL;
}

void ufOnnxImportNodes(UfOnnxImport *import, const UfBuilder *b,
                       UfOnnxScope *scope, UfOnnx__Node *const *nodes,
                       size_t count) {
  for (size_t i = 0; i < count; ++i) {
    UfOnnxNode source = {.import = import, .node = nodes[i], .scope = scope};
    UfNode node;
    UfBuilder at = *b;
    if (!describeNode(&source, i, &node)) {
      ufError(b->loc, "out of memory");
      ++import->failed;
      return;
    }
    at.loc = node.loc;
    importNode(&at, &source, &node);
    if (scope->depth == 0) {
      ++import->done;
      report(import);
    }
  }
}
