//===-- Nested.c - Graphs inside the nodes of a .pt2 file -----------------===//

#include "Import/Torch/Torch.h"

enum { MAX_DEPTH = 64 };

static const char what[] = "a graph inside another";

//===----------------------------------------------------------------------===//
// Graphs that stand where they are
//===----------------------------------------------------------------------===//

/// Lets the inner graph's input `i` be `input`, an argument of the node.
static UfrontStatus bindInput(const UfTorchScope *scope,
                              const UfTorchScope *inner, size_t i,
                              const json_t *input) {
  const json_t *names = json_object_get(inner->json, "inputs");
  const char *name = ufTorchValueName(json_array_get(names, i));
  int32_t value;
  if (!name) // a constant since exporting
    return UFRONT_OK;
  UF_TRY(ufTorchUse(scope, what,
                    ufTorchValueName(json_object_get(input, "arg")), &value));
  return ufTorchDefine(inner, name, value);
}

/// Gives the inner graph's output `i` the name of the node's result.
static UfrontStatus bindOutput(const UfTorchScope *scope, UfTorchScope *inner,
                               const UfTorchResults *results, int32_t i) {
  const json_t *outputs = json_object_get(inner->json, "outputs");
  const char *name = results->infos[i].name;
  int32_t value;
  if (!name)
    return UFRONT_OK;
  UF_TRY(
      ufTorchOutput(inner, what, json_array_get(outputs, (size_t)i), &value));
  return value < 0 ? UFRONT_OK : ufTorchDefine(scope, name, value);
}

UfrontStatus ufTorchInline(UfTorchScope *scope, const json_t *inputs, size_t at,
                           const UfTorchResults *results) {
  const json_t *argument = json_object_get(json_array_get(inputs, at), "arg");
  const json_t *json =
      json_object_get(json_object_get(argument, "as_graph"), "graph");
  size_t numInputs = json_array_size(json_object_get(json, "inputs"));
  size_t numOutputs = json_array_size(json_object_get(json, "outputs"));
  UF_SCOPED(UfJson) names = json_object();
  UfTorchScope inner = {scope->import, scope->graph, json, names,
                        scope->depth + 1};
  if (!json || scope->depth >= MAX_DEPTH ||
      json_array_size(inputs) != numInputs + at + 1 ||
      numOutputs != (size_t)results->count)
    return ufTorchMalformed(scope->import, what);
  UfrontStatus status = UFRONT_OK;
  for (size_t i = 0; i < numInputs && !status; ++i)
    status = bindInput(scope, &inner, i, json_array_get(inputs, at + 1 + i));
  if (!status)
    status = ufTorchAddNodes(&inner);
  for (int32_t i = 0; i < results->count && !status; ++i)
    status = bindOutput(scope, &inner, results, i);
  return status;
}

//===----------------------------------------------------------------------===//
// Graphs that operators run
//===----------------------------------------------------------------------===//

static UfrontStatus recordInput(UfTorchScope *scope, const json_t *input) {
  const char *name = ufTorchValueName(input);
  UfrontTensorInfo info;
  int32_t value;
  if (!ufTorchValueInfo(scope, name ? name : "", &info))
    return ufTorchMalformed(scope->import, "an input of a graph");
  UF_TRY(ufGraphAddInput(scope->graph, &info, &value));
  return name ? ufTorchDefine(scope, name, value) : UFRONT_OK;
}

static UfrontStatus recordOutput(UfTorchScope *scope, const json_t *output) {
  UfTorchImport *import = scope->import;
  int32_t value;
  UF_TRY(ufTorchOutput(scope, "an output of a graph inside another", output,
                       &value));
  if (value < 0)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: a graph inside another gives None, which is not "
                  "supported",
                  import->source->name);
  return ufGraphAddOutput(scope->graph, "", value);
}

UfrontStatus ufTorchRecord(const UfTorchScope *outer, const json_t *json,
                           const UfGraph **graph) {
  UfTorchImport *import = outer->import;
  UfTorchNested *nested = UF_NEW(&import->arena, UfTorchNested, 1);
  UF_SCOPED(UfJson) names = json_object();
  if (!nested || !names)
    return ufTorchNoMemory(import);
  nested->graph.from = UF_TORCH;
  nested->next = import->nested;
  import->nested = nested;
  UfTorchScope scope = {import, &nested->graph, json, names, outer->depth + 1};
  const json_t *inputs = json_object_get(json, "inputs");
  const json_t *outputs = json_object_get(json, "outputs");
  if (!json_is_array(inputs) || !json_is_array(outputs))
    return ufTorchMalformed(import, what);
  if (scope.depth > MAX_DEPTH)
    return ufFail(import->message, UFRONT_UNSUPPORTED,
                  "%s: graphs are nested more than %d deep",
                  import->source->name, MAX_DEPTH);
  UfrontStatus status = UFRONT_OK;
  for (size_t i = 0; i < json_array_size(inputs) && !status; ++i)
    status = recordInput(&scope, json_array_get(inputs, i));
  if (!status)
    status = ufTorchAddNodes(&scope);
  for (size_t i = 0; i < json_array_size(outputs) && !status; ++i)
    status = recordOutput(&scope, json_array_get(outputs, i));
  *graph = &nested->graph;
  return status;
}
