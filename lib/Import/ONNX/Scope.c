//===-- Scope.c - What names stand for ------------------------------------===//

#include "Import/ONNX/Onnx.h"

#include <string.h>

enum { MAX_SCOPES = 64 };

MlirLocation ufOnnxLocation(UfOnnxImport *import, const char *name,
                            unsigned line) {
  MlirLocation loc = mlirLocationFileLineColGet(
      import->ctx, ufStr(import->source->name), line, 0);
  return ufNamedLocation(&import->arena, name, loc);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

MlirLogicalResult ufOnnxReserve(UfOnnxImport *import, MlirLocation loc,
                                UfOnnxScope *scope, size_t count) {
  if (scope->depth > MAX_SCOPES)
    return ufError(loc, "functions and subgraphs are nested more than %d deep",
                   MAX_SCOPES);
  // A few functions that call each other twice can stand for billions of nodes.
  if (count >= import->budget) {
    import->budget = 0;
    return ufError(loc, "the model expands to too many nodes");
  }
  import->budget -= count + 1;
  scope->numNames = 8;
  while (scope->numNames / 2 < count)
    scope->numNames *= 2;
  scope->names = UF_NEW(&import->arena, UfOnnxName, scope->numNames);
  if (!scope->names)
    return ufError(loc, "out of memory for %zu names", count);
  return mlirLogicalResultSuccess();
}

/// The entry that has `name`, or the free one where it belongs.
static UfOnnxName *findSlot(const UfOnnxScope *scope, const char *name) {
  uint64_t hash = 0xcbf29ce484222325u; // FNV-1a
  for (const char *at = name; *at; ++at)
    hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
  size_t mask = scope->numNames - 1;
  for (size_t i = (hash ^ hash >> 32) & mask;; i = (i + 1) & mask)
    if (!scope->names[i].name || strcmp(scope->names[i].name, name) == 0)
      return &scope->names[i];
}

UfOnnxName *ufOnnxName(UfOnnxScope *scope, const char *name) {
  UfOnnxName *entry = findSlot(scope, name);
  entry->name = name;
  return entry;
}

//===----------------------------------------------------------------------===//
// Defining
//===----------------------------------------------------------------------===//

static MlirLogicalResult bindTensor(MlirLocation loc, UfOnnxScope *scope,
                                    const UfOnnx__Tensor *tensor) {
  const char *name = ufOnnxText(tensor->name);
  UfOnnxName *entry = ufOnnxName(scope, name);
  if (entry->binding)
    return ufError(loc, "initializer '%s' is there twice", name);
  entry->binding = UF_ONNX_TENSOR;
  entry->tensor = tensor;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult declareOutput(MlirLocation loc, UfOnnxScope *scope,
                                       const char *name) {
  if (!name[0])
    return mlirLogicalResultSuccess();
  UfOnnxName *entry = ufOnnxName(scope, name);
  if (entry->binding)
    return ufError(loc, "'%s' is defined twice", name);
  entry->binding = UF_ONNX_LATER;
  return mlirLogicalResultSuccess();
}

size_t ufOnnxCountOutputs(UfOnnx__Node *const *nodes, size_t count) {
  size_t outputs = count; // a node without any counts too
  for (size_t i = 0; i < count; ++i)
    outputs += nodes[i]->n_output;
  return outputs;
}

MlirLogicalResult ufOnnxDeclareOutputs(MlirLocation loc, UfOnnxScope *scope,
                                       UfOnnx__Node *const *nodes,
                                       size_t count) {
  for (size_t i = 0; i < count; ++i)
    for (size_t o = 0; o < nodes[i]->n_output; ++o)
      UF_TRY(declareOutput(loc, scope, nodes[i]->output[o]));
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufOnnxDeclareGraph(UfOnnxImport *import, MlirLocation loc,
                                     UfOnnxScope *scope,
                                     const UfOnnx__Graph *graph) {
  UF_TRY(ufOnnxReserve(import, loc, scope,
                       ufOnnxCountOutputs(graph->node, graph->n_node) +
                           graph->n_initializer + graph->n_input +
                           graph->n_value_info));
  for (size_t i = 0; i < graph->n_initializer; ++i)
    UF_TRY(bindTensor(loc, scope, graph->initializer[i]));
  UF_TRY(ufOnnxDeclareOutputs(loc, scope, graph->node, graph->n_node));
  for (size_t i = 0; i < graph->n_value_info; ++i) {
    const UfOnnx__ValueInfo *info = graph->value_info[i];
    UfOnnxName *entry = ufOnnxName(scope, ufOnnxText(info->name));
    if (!entry->binding && info->type) {
      entry->binding = UF_ONNX_DECLARED;
      entry->type = info->type;
    }
  }
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Using
//===----------------------------------------------------------------------===//

/// The innermost entry that has a meaning now, and the scope it is in. Fallback
/// is one that is only declared, then one that is defined later.
static UfOnnxName *findName(UfOnnxScope *scope, const char *name,
                            UfOnnxScope **owner) {
  UfOnnxName *best = NULL;
  for (UfOnnxScope *at = scope; at; at = at->parent) {
    UfOnnxName *entry = findSlot(at, name);
    if (!entry->name || (best && entry->binding <= best->binding))
      continue;
    best = entry;
    *owner = at;
    if (entry->binding > UF_ONNX_DECLARED)
      break;
  }
  return best;
}

MlirLogicalResult ufOnnxUse(UfOnnxImport *import, MlirLocation loc,
                            UfOnnxScope *scope, const char *name,
                            const char *user, MlirValue *value) {
  UfOnnxScope *owner = NULL;
  UfOnnxName *entry = findName(scope, name, &owner);
  if (!entry || entry->binding == UF_ONNX_UNBOUND)
    return ufError(loc, "%s '%s' is not defined anywhere", user, name);
  if (entry->binding == UF_ONNX_LATER)
    return ufError(loc,
                   "%s '%s' is defined by a later node: the graph is cyclic or "
                   "not sorted",
                   user, name);
  if (entry->binding == UF_ONNX_DECLARED || entry->binding == UF_ONNX_TENSOR) {
    // Reported once, here; later uses are skipped.
    entry->binding =
        mlirLogicalResultIsSuccess(ufOnnxMaterialize(import, owner, entry))
            ? UF_ONNX_VALUE
            : UF_ONNX_FAILED;
    if (entry->binding == UF_ONNX_FAILED)
      return mlirLogicalResultFailure();
  }
  if (entry->binding == UF_ONNX_FAILED) {
    ++import->skipped;
    return mlirLogicalResultFailure();
  }
  *value = entry->value;
  return mlirLogicalResultSuccess();
}
