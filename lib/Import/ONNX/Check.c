//===-- Check.c - Seeing that all of a model is known ---------------------===//
//
// Nothing is built before every node of the model has an import rule, so that
// one message can name everything that is missing.
//
//===----------------------------------------------------------------------===//

#include "Import/ONNX/Onnx.h"

#include <stdlib.h>
#include <string.h>

enum { OLDEST_OPSET = 1, MAX_OPSETS = 256 };

/// A function whose body is to be checked.
typedef struct Pending {
  const UfOnnx__Function *function;
  struct Pending *next;
} Pending;

typedef struct Check {
  UfOnnxImport *import;
  const UfOnnx__Function *function; ///< Whose body is being checked.
  UfMissing missing;
  bool *reached; ///< By function.
  Pending *pending;
} Check;

//===----------------------------------------------------------------------===//
// Operator sets
//===----------------------------------------------------------------------===//

static const UfOnnx__OpsetId *
findOpset(size_t count, UfOnnx__OpsetId *const *opsets, const char *domain) {
  for (size_t i = 0; i < count; ++i)
    if (strcmp(ufOnnxDomain(opsets[i]->domain), domain) == 0)
      return opsets[i];
  return NULL;
}

int ufOnnxOpset(const UfOnnxImport *import, const UfOnnx__Function *function,
                const char *domain) {
  const UfOnnx__OpsetId *opset = NULL;
  domain = ufOnnxDomain(domain);
  if (function)
    opset = findOpset(function->n_opset_import, function->opset_import, domain);
  if (!opset)
    opset = findOpset(import->model->n_opset_import,
                      import->model->opset_import, domain);
  return opset && opset->version > 0 && opset->version < 10000
             ? (int)opset->version
             : 0;
}

static UfrontStatus checkOpsets(const UfOnnxImport *import, size_t count,
                                UfOnnx__OpsetId *const *opsets) {
  const char *file = import->source->name;
  if (count > MAX_OPSETS)
    return ufFail(import->message, UFRONT_FORMAT,
                  "%s: %zu operator sets are imported, the most is %d", file,
                  count, MAX_OPSETS);
  for (size_t i = 0; i < count; ++i)
    if (!ufOnnxDomain(opsets[i]->domain)[0] &&
        (opsets[i]->version < OLDEST_OPSET ||
         opsets[i]->version > UF_ONNX_NEWEST))
      return ufFail(import->message, UFRONT_UNSUPPORTED,
                    "%s: uses ONNX operator set %" PRId64
                    ", versions %d to %d are supported",
                    file, opsets[i]->version, OLDEST_OPSET, UF_ONNX_NEWEST);
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static int compareKeys(const char *domain, const char *name,
                       const char *overload, const UfOnnx__Function *with) {
  int order = strcmp(name, ufOnnxText(with->name));
  if (order == 0)
    order = strcmp(ufOnnxDomain(domain), ufOnnxDomain(with->domain));
  return order ? order
               : strcmp(ufOnnxText(overload), ufOnnxText(with->overload));
}

static int compareFunctions(const void *left, const void *right) {
  const UfOnnx__Function *function = *(const UfOnnx__Function *const *)left;
  return compareKeys(function->domain, ufOnnxText(function->name),
                     function->overload,
                     *(const UfOnnx__Function *const *)right);
}

static int compareCall(const void *key, const void *element) {
  const UfOnnx__Node *node = key;
  return compareKeys(node->domain, ufOnnxText(node->op_type), node->overload,
                     *(const UfOnnx__Function *const *)element);
}

static const UfOnnx__Function **findFunction(const UfOnnxImport *import,
                                             const UfOnnx__Node *node) {
  if (import->model->n_functions == 0)
    return NULL;
  return bsearch(node, import->functions, import->model->n_functions,
                 sizeof *import->functions, compareCall);
}

const UfOnnx__Function *ufOnnxFindFunction(const UfOnnxImport *import,
                                           const UfOnnx__Node *node) {
  const UfOnnx__Function **found = findFunction(import, node);
  return found ? *found : NULL;
}

static UfrontStatus sortFunctions(UfOnnxImport *import) {
  size_t count = import->model->n_functions;
  import->functions = UF_NEW(&import->arena, const UfOnnx__Function *, count);
  if (!import->functions)
    return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  import->source->name);
  for (size_t i = 0; i < count; ++i)
    import->functions[i] = import->model->functions[i];
  if (count)
    qsort(import->functions, count, sizeof *import->functions,
          compareFunctions);
  return UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

const char *ufOnnxOpName(UfOnnxImport *import, const UfOnnx__Node *node) {
  const char *domain = ufOnnxDomain(node->domain);
  const char *name = ufOnnxText(node->op_type);
  return domain[0] ? ufAllocFormat(&import->arena, "%s.%s", domain, name)
                   : name;
}

static void addMissing(Check *check, const char *op, int version,
                       const UfOnnx__Node *node) {
  const char *name = ufOnnxText(node->name);
  if (!name[0] && node->n_output)
    name = node->output[0];
  ufMissingAdd(&check->missing, op, version, name, NULL);
}

static UfrontStatus checkGraph(Check *check, const UfOnnx__Graph *graph);

/// Remembers the function's body for later: calls may be cyclic.
static UfrontStatus reach(Check *check, const UfOnnx__Function **found) {
  UfOnnxImport *import = check->import;
  bool *reached = &check->reached[found - import->functions];
  if (*reached)
    return UFRONT_OK;
  *reached = true;
  Pending *pending = UF_NEW(&import->arena, Pending, 1);
  if (!pending)
    return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  import->source->name);
  *pending = (Pending){*found, check->pending};
  check->pending = pending;
  return UFRONT_OK;
}

static UfrontStatus checkNode(Check *check, const UfOnnx__Node *node) {
  UfOnnxImport *import = check->import;
  for (size_t i = 0; i < node->n_attribute; ++i)
    if (node->attribute[i]->g)
      UF_TRY(checkGraph(check, node->attribute[i]->g));
  const UfOnnx__Function **found = findFunction(import, node);
  if (found)
    return reach(check, found);
  int version = ufOnnxOpset(import, check->function, node->domain);
  const char *op = ufOnnxOpName(import, node);
  if (!op)
    return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  import->source->name);
  const UfOp *row;
  if (!ufFindImport(UF_ONNX, op, version, &row))
    addMissing(check, op, version, node);
  return UFRONT_OK;
}

static UfrontStatus checkGraph(Check *check, const UfOnnx__Graph *graph) {
  const UfOnnxImport *import = check->import;
  if (graph->n_sparse_initializer) {
    const UfOnnx__Tensor *values = graph->sparse_initializer[0]->values;
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: sparse initializer '%s' is not supported",
                  import->source->name, values ? ufOnnxText(values->name) : "");
  }
  for (size_t i = 0; i < graph->n_node; ++i)
    UF_TRY(checkNode(check, graph->node[i]));
  return UFRONT_OK;
}

/// Checks the bodies of the functions that are called, each once.
static UfrontStatus checkFunctions(Check *check) {
  while (check->pending) {
    const UfOnnx__Function *function = check->pending->function;
    check->function = function;
    check->pending = check->pending->next;
    UF_TRY(checkOpsets(check->import, function->n_opset_import,
                       function->opset_import));
    for (size_t i = 0; i < function->n_node; ++i)
      UF_TRY(checkNode(check, function->node[i]));
  }
  return UFRONT_OK;
}

static UfrontStatus checkNodes(UfOnnxImport *import) {
  Check *check = UF_NEW(&import->arena, Check, 1);
  bool *reached = UF_NEW(&import->arena, bool, import->model->n_functions);
  if (!check || !reached)
    return ufFail(import->message, UFRONT_NO_MEMORY, "%s: out of memory",
                  import->source->name);
  *check = (Check){.import = import, .reached = reached};
  UF_TRY(checkGraph(check, import->model->graph));
  UF_TRY(checkFunctions(check));
  return ufMissingReport(&check->missing, import->source->name,
                         import->message);
}

UfrontStatus ufOnnxCheck(UfOnnxImport *import) {
  const UfOnnx__Model *model = import->model;
  if (!model->graph)
    return ufFail(import->message, UFRONT_FORMAT, "%s: has no graph",
                  import->source->name);
  if (model->n_opset_import == 0)
    return ufFail(import->message, UFRONT_FORMAT,
                  "%s: does not say which ONNX operator set it uses",
                  import->source->name);
  UF_TRY(checkOpsets(import, model->n_opset_import, model->opset_import));
  UF_TRY(sortFunctions(import));
  return checkNodes(import);
}
