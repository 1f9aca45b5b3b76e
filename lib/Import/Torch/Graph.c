//===-- Graph.c - The nodes of a .pt2 file --------------------------------===//

#include "Import/Torch/Torch.h"

#include <string.h>

static UfrontStatus malformed(const UfTorchScope *scope, const char *what) {
  return ufTorchMalformed(scope->import, what);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

UfrontStatus ufTorchDefine(const UfTorchScope *scope, const char *name,
                           int32_t number) {
  if (json_object_get(scope->names, name))
    return ufFail(scope->import->message, UFRONT_FORMAT,
                  "%s: '%s' is defined twice", scope->import->source->name,
                  name);
  return json_object_set_new(scope->names, name, json_integer(number)) == 0
             ? UFRONT_OK
             : ufTorchNoMemory(scope->import);
}

/// The member of an argument; of what a symbolic one holds, a number or a name.
static const json_t *readMember(const json_t *argument, const char **key) {
  const json_t *member = ufTorchUnion(argument, key);
  bool isSymbol = member && strncmp(*key, "as_sym_", 7) == 0;
  return isSymbol && json_typeof(member) == JSON_OBJECT
             ? ufTorchUnion(member, key)
             : member;
}

const char *ufTorchValueName(const json_t *argument) {
  const char *key;
  const json_t *member = readMember(argument, &key);
  if (member && strcmp(key, "as_tensor") == 0)
    return ufTorchText(member, "name");
  return member && strcmp(key, "as_name") == 0 ? json_string_value(member)
                                               : NULL;
}

/// A number as an output: a constant, or in a graph that only records, the node
/// that makes one.
static UfrontStatus addNumber(UfTorchScope *scope, const char *what,
                              UfrontArg number, int32_t *value) {
  UfrontType type = number.kind == UFRONT_ARG_FLOAT  ? UFRONT_F64
                    : number.kind == UFRONT_ARG_BOOL ? UFRONT_BOOL
                                                     : UFRONT_I64;
  if (!scope->graph->module) {
    number.name = "s";
    UfrontArg args[] = {
        number,
        {.name = "dtype", .kind = UFRONT_ARG_TYPE, .integer = (int64_t)type}};
    UfrontTensorInfo info = {.name = what, .type = type};
    UfrontNode node = {.op = "aten.scalar_tensor.default",
                       .name = what,
                       .args = args,
                       .numArgs = 2,
                       .outputs = &info,
                       .numOutputs = 1};
    return ufGraphAddNode(scope->graph, &node, value);
  }
  uint8_t isTrue = number.integer != 0;
  void *data = type == UFRONT_F64    ? (void *)&number.number
               : type == UFRONT_BOOL ? (void *)&isTrue
                                     : (void *)&number.integer;
  UfrontTensor tensor = {.data = data, .type = type};
  return ufGraphAddConstant(scope->graph, what, &tensor, value);
}

UfrontStatus ufTorchOutput(UfTorchScope *scope, const char *what,
                           const json_t *argument, int32_t *value) {
  const char *key, *name = ufTorchValueName(argument);
  const json_t *member = readMember(argument, &key);
  *value = -1;
  if (name)
    return ufTorchUse(scope, what, name, value);
  if (!member)
    return malformed(scope, what);
  if (strcmp(key, "as_none") == 0)
    return UFRONT_OK;
  UF_SCOPED(UfArena) arena = {0};
  UfrontArg arg = {0};
  bool dropped;
  UF_TRY(ufTorchReadArg(scope, &arena, what, argument, &arg, &dropped));
  if (dropped || (arg.kind != UFRONT_ARG_INT && arg.kind != UFRONT_ARG_FLOAT &&
                  arg.kind != UFRONT_ARG_BOOL))
    return ufFail(scope->import->message, UFRONT_UNSUPPORTED,
                  "%s: %s is neither a tensor nor a number",
                  scope->import->source->name, what);
  return addNumber(scope, what, arg, value);
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static UfrontStatus addResult(const UfTorchScope *scope, const char *what,
                              const char *name, UfTorchResults *results) {
  UfrontTensorInfo *info = &results->infos[results->count++];
  *info = (UfrontTensorInfo){.rank = -1};
  // What nobody reads still counts, under a name that torch makes up.
  if (!name || strstr(name, "_unused_"))
    return UFRONT_OK;
  return ufTorchValueInfo(scope, name, info)
             ? UFRONT_OK
             : ufFail(scope->import->message, UFRONT_FORMAT,
                      "%s: node '%s' gives '%s', whose sizes are malformed",
                      scope->import->source->name, what, name);
}

/// The name of an item of as_tensors, as_sym_ints or as_optional_tensors.
static const char *itemName(const json_t *item) {
  const char *name = ufTorchText(item, "name");
  if (!name)
    name = ufTorchText(item, "as_name");
  return name ? name : ufTorchValueName(item);
}

/// Adds what one output stands for, which may be a list.
static UfrontStatus addResults(const UfTorchScope *scope, const char *what,
                               const json_t *output, UfTorchResults *results) {
  const char *key;
  const json_t *member = ufTorchUnion(output, &key);
  if (!member)
    return malformed(scope, "an output of a node");
  if (!json_is_array(member))
    return addResult(scope, what, ufTorchValueName(output), results);
  UfrontStatus status = UFRONT_OK;
  for (size_t i = 0; i < json_array_size(member) && !status; ++i)
    status =
        addResult(scope, what, itemName(json_array_get(member, i)), results);
  return status;
}

static UfrontStatus readResults(const UfTorchScope *scope, UfArena *arena,
                                const char *what, const json_t *json,
                                UfTorchResults *results) {
  const json_t *outputs = json_object_get(json, "outputs");
  size_t count = json_array_size(outputs), capacity = 0;
  for (size_t i = 0; i < count; ++i) {
    const char *key;
    const json_t *member = ufTorchUnion(json_array_get(outputs, i), &key);
    capacity += json_is_array(member) ? json_array_size(member) : 1;
  }
  *results =
      (UfTorchResults){.infos = UF_NEW(arena, UfrontTensorInfo, capacity + 1)};
  if (!results->infos || capacity > INT32_MAX)
    return ufTorchNoMemory(scope->import);
  UfrontStatus status = UFRONT_OK;
  for (size_t i = 0; i < count && !status; ++i)
    status = addResults(scope, what, json_array_get(outputs, i), results);
  return status;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

/// The arguments of operators that run graphs, which the file leaves unnamed.
static const struct {
  const char *op;
  const char *names[4];
} graphOperators[] = {
    {"higher_order.cond", {"pred", "true_fn", "false_fn", "operands"}},
    {"higher_order.while_loop",
     {"cond_fn", "body_fn", "carried_inputs", "additional_inputs"}},
    {"higher_order.scan", {"combine_fn", "init", "xs", "additional_inputs"}},
    {"higher_order.associative_scan",
     {"combine_fn", "xs", "additional_inputs"}},
    {"higher_order.map_impl", {"f", "xs", "pos_args"}},
};

static const char *argumentName(UfArena *arena, const char *op,
                                const json_t *json, size_t index) {
  const char *name = ufTorchText(json, "name");
  if (name && name[0])
    return name;
  for (int i = 0; i < UF_COUNT(graphOperators) && index < 4; ++i)
    if (strcmp(graphOperators[i].op, op) == 0 && graphOperators[i].names[index])
      return graphOperators[i].names[index];
  return ufAllocFormat(arena, "arg%zu", index);
}

static UfrontStatus readArgs(UfTorchScope *scope, UfArena *arena,
                             const json_t *inputs, UfrontNode *node) {
  size_t count = json_array_size(inputs);
  UfrontArg *args = UF_NEW(arena, UfrontArg, count + 1);
  if (!args || count > INT32_MAX)
    return ufTorchNoMemory(scope->import);
  for (size_t i = 0; i < count; ++i) {
    const json_t *input = json_array_get(inputs, i);
    UfrontArg *arg = &args[node->numArgs];
    bool dropped;
    UF_TRY(ufTorchReadArg(scope, arena, node->name,
                          json_object_get(input, "arg"), arg, &dropped));
    arg->name = argumentName(arena, node->op, input, i);
    if (!arg->name)
      return ufTorchNoMemory(scope->import);
    node->numArgs += !dropped;
  }
  node->args = args;
  return UFRONT_OK;
}

/// Gives the results of a node that starts at value `first` their names.
static UfrontStatus defineResults(const UfTorchScope *scope,
                                  const UfTorchResults *results,
                                  int32_t first) {
  UfrontStatus status = UFRONT_OK;
  for (int32_t i = 0; i < results->count && !status; ++i)
    if (results->infos[i].name)
      status = ufTorchDefine(scope, results->infos[i].name, first + i);
  return status;
}

/// The argument of an operator that is a graph which might as well stand where
/// the node does; 0 for another operator. Gradients are none of our business,
/// and automatic types are only when they are turned on.
static size_t findWrapped(const char *op, const json_t *inputs) {
  enum { GRADIENT_GRAPH = 1, IS_ENABLED = 2, TYPE_GRAPH = 4 };
  const json_t *enabled =
      json_object_get(json_array_get(inputs, IS_ENABLED), "arg");
  if (strcmp(op, "higher_order.wrap_with_set_grad_enabled") == 0)
    return GRADIENT_GRAPH;
  return strcmp(op, "higher_order.wrap_with_autocast") == 0 &&
                 json_is_false(json_object_get(enabled, "as_bool"))
             ? TYPE_GRAPH
             : 0;
}

static UfrontStatus addNode(UfTorchScope *scope, const json_t *json) {
  static const char package[] = "torch.ops.";
  UF_SCOPED(UfArena) arena = {0};
  const json_t *inputs = json_object_get(json, "inputs");
  const json_t *metadata = json_object_get(json, "metadata");
  const char *op = ufTorchText(json, "target");
  UfTorchResults results;
  if (!op)
    return malformed(scope, "a node");
  if (strncmp(op, package, sizeof package - 1) == 0)
    op += sizeof package - 1;
  const char *name = ufTorchText(json, "name");
  UF_TRY(readResults(scope, &arena, name ? name : op, json, &results));
  if (!name) // written before nodes had names
    name = results.count && results.infos[0].name ? results.infos[0].name : op;
  size_t wrapped = findWrapped(op, inputs);
  if (wrapped)
    return ufTorchInline(scope, inputs, wrapped, &results);
  UfrontNode node = {.op = op,
                     .name = name,
                     .source = ufTorchSource(&arena, metadata),
                     .outputs = results.infos,
                     .numOutputs = results.count};
  UF_TRY(readArgs(scope, &arena, inputs, &node));
  node.name = ufTorchLayer(scope->import, &arena, name, metadata);
  int32_t first;
  UF_TRY(ufGraphAddNode(scope->graph, &node, &first));
  return defineResults(scope, &results, first);
}

UfrontStatus ufTorchAddNodes(UfTorchScope *scope) {
  const json_t *nodes = json_object_get(scope->json, "nodes");
  if (!json_is_array(nodes))
    return malformed(scope, "the list of nodes");
  for (size_t i = 0; i < json_array_size(nodes); ++i)
    UF_TRY(addNode(scope, json_array_get(nodes, i)));
  return UFRONT_OK;
}
