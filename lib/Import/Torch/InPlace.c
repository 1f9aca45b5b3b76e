//===-- InPlace.c - Torch operators that change what they read ------------===//

#include "Import/Torch/InPlace.h"

#include <string.h>

enum { MAX_VIEWS = 64 }; // of each other

/// Operators whose results share the memory of their first argument.
static const char *const views[] = {
    "alias",
    "as_strided",
    "broadcast_to",
    "chunk",
    "detach",
    "diagonal",
    "expand",
    "expand_as",
    "lift_fresh",
    "movedim",
    "narrow",
    "numpy_T",
    "permute",
    "select",
    "slice",
    "split",
    "split_with_sizes",
    "squeeze",
    "swapaxes",
    "t",
    "tensor_split",
    "transpose",
    "unbind",
    "unflatten",
    "unfold",
    "unsqueeze",
    "view",
    "view_as",
    "_unsafe_view",
};

/// Operators whose results may share it, or be copies.
static const char *const maybeViews[] = {
    "contiguous", "dropout", "feature_dropout", "flatten",  "ravel", "reshape",
    "reshape_as", "to",      "type_as",         "_to_copy",
};

/// How a changed view changes what it is a view of.
typedef enum Inverse {
  SCATTER, ///< An operator replaces the part: (self, src, as the view's).
  AGAIN,   ///< The view's own operator.
  SHAPE,   ///< Its elements are all of them: reshape_as.
} Inverse;

static const struct {
  const char *view;
  Inverse inverse;
  const char *op;
} inverses[] = {
    {"aten.slice.Tensor", SCATTER, "aten.slice_scatter.default"},
    {"aten.select.int", SCATTER, "aten.select_scatter.default"},
    {"aten.diagonal.default", SCATTER, "aten.diagonal_scatter.default"},
    {"aten.t.default", AGAIN, "aten.t.default"},
    {"aten.transpose.int", AGAIN, "aten.transpose.int"},
    {"aten.swapaxes.default", AGAIN, "aten.swapaxes.default"},
    {"aten.alias.default", SHAPE, "aten.reshape_as.default"},
    {"aten.detach.default", SHAPE, "aten.reshape_as.default"},
    {"aten.lift_fresh.default", SHAPE, "aten.reshape_as.default"},
    {"aten.squeeze.default", SHAPE, "aten.reshape_as.default"},
    {"aten.squeeze.dim", SHAPE, "aten.reshape_as.default"},
    {"aten.squeeze.dims", SHAPE, "aten.reshape_as.default"},
    {"aten.unflatten.int", SHAPE, "aten.reshape_as.default"},
    {"aten.unsqueeze.default", SHAPE, "aten.reshape_as.default"},
    {"aten.view.default", SHAPE, "aten.reshape_as.default"},
    {"aten.view_as.default", SHAPE, "aten.reshape_as.default"},
    {"aten._unsafe_view.default", SHAPE, "aten.reshape_as.default"},
};

/// How a value was taken of another.
typedef struct UfTorchView {
  int32_t base;
  const UfrontNode *node; ///< Null: it is the base itself.
  int32_t result;         ///< Of the node's.
  int depth;              ///< How many views there are below.
} UfTorchView;

static const char prefix[] = "aten.";

/// The length of "relu" in "aten.relu.default", after the prefix; 0 for an
/// operator of another kind.
static size_t packetLength(const char *op) {
  return strncmp(op, prefix, sizeof prefix - 1) == 0
             ? strcspn(op + sizeof prefix - 1, ".")
             : 0;
}

bool ufTorchWithoutInPlace(const char *op, char *plain, size_t size) {
  size_t length = packetLength(op);
  const char *packet = op + sizeof prefix - 1;
  // "__and__" is the name of an operator, not one in place.
  if (length < 2 || packet[length - 1] != '_' || packet[length - 2] == '_' ||
      strlen(op) >= size)
    return false;
  size_t before = sizeof prefix - 1 + length - 1;
  memcpy(plain, op, before);
  memcpy(plain + before, op + before + 1, strlen(op + before + 1) + 1);
  return true;
}

static bool isAmong(const char *const *names, int count, const char *op) {
  size_t length = packetLength(op);
  for (int i = 0; i < count; ++i)
    if (strlen(names[i]) == length &&
        memcmp(op + sizeof prefix - 1, names[i], length) == 0)
      return true;
  return false;
}

//===----------------------------------------------------------------------===//
// Taking views anew
//===----------------------------------------------------------------------===//

void ufTorchRefresh(UfGraph *graph, int64_t number) {
  if (number < 0 || number >= graph->numValues)
    return;
  const UfTorchView *view = graph->values[number].view;
  if (!graph->values[number].refused || !view)
    return;
  ufTorchRefresh(graph, view->base);
  if (graph->values[view->base].refused)
    return;
  int32_t first = view->base, result = 0;
  if (view->node) {
    if (!ufGraphAddValues(graph, view->node->numOutputs, &first))
      return;
    ufGraphImportNode(graph, view->node, first);
    result = view->result;
  }
  graph->values[number].value = graph->values[first + result].value;
  graph->values[number].refused = NULL;
}

//===----------------------------------------------------------------------===//
// Writing through views
//===----------------------------------------------------------------------===//

/// The value of the base after its view `changed` was; null when that cannot be
/// said.
static MlirValue writeBack(UfGraph *graph, const UfTorchView *view,
                           int32_t changed) {
  const UfrontNode *node = view->node;
  int32_t first, row = 0;
  if (!node)
    return graph->values[changed].value;
  while (row < UF_COUNT(inverses) && strcmp(inverses[row].view, node->op) != 0)
    ++row;
  if (row == UF_COUNT(inverses) || node->numArgs == 0)
    return (MlirValue){NULL};
  UfrontArg *args = UF_NEW(&graph->arena, UfrontArg, (size_t)node->numArgs + 1);
  UfrontTensorInfo info = {.name = node->name ? node->name : "", .rank = -1};
  if (!args || !ufGraphAddValues(graph, 1, &first))
    return (MlirValue){NULL};
  Inverse inverse = inverses[row].inverse;
  int32_t count = 0;
  if (inverse == SCATTER)
    args[count++] = node->args[0];
  args[count++] = (UfrontArg){.name = inverse == SCATTER ? "src" : "self",
                              .kind = UFRONT_ARG_VALUE,
                              .integer = changed};
  if (inverse == SHAPE)
    args[count++] = (UfrontArg){
        .name = "other", .kind = UFRONT_ARG_VALUE, .integer = view->base};
  for (int32_t i = 1; inverse != SHAPE && i < node->numArgs; ++i)
    args[count++] = node->args[i];
  UfrontNode changes = {.op = inverses[row].op,
                        .name = node->name,
                        .source = node->source,
                        .args = args,
                        .numArgs = count,
                        .outputs = &info,
                        .numOutputs = 1};
  ufGraphImportNode(graph, &changes, first);
  return graph->values[first].value;
}

/// Gives `self` the value `first`, and what it is a view of the values that
/// follow from that. Everything else in the same memory no longer holds.
static void change(UfGraph *graph, int32_t self, int32_t first) {
  static const char why[] =
      "shares memory with one that was changed in place; export with "
      "run_decompositions() to avoid it";
  int32_t chain[MAX_VIEWS + 2], count = 0, storage;
  chain[count++] = self;
  for (const UfTorchView *view = graph->values[self].view;
       view && count < MAX_VIEWS + 2 && !graph->values[view->base].refused;
       view = graph->values[view->base].view)
    chain[count++] = view->base;
  storage = graph->values[self].storage;
  MlirValue value = graph->values[first].value;
  // What is written back reads the old values of the bases.
  for (int32_t i = 0; i < count; ++i) {
    graph->values[chain[i]].value = value;
    if (i + 1 < count && value.ptr)
      value = writeBack(graph, graph->values[chain[i]].view, chain[i]);
    if (!value.ptr) {
      count = i + 1;
      break;
    }
  }
  for (int32_t i = 0; i < graph->numValues; ++i)
    if (graph->values[i].storage == storage)
      graph->values[i].refused = why;
  for (int32_t i = 0; i < count; ++i)
    graph->values[chain[i]].refused = NULL;
}

//===----------------------------------------------------------------------===//

/// Notes that the results of `node` are views of value `base`.
static void addViews(UfGraph *graph, const UfrontNode *node, int32_t base,
                     int32_t first) {
  const UfTorchView *below = graph->values[base].view;
  // One change after another makes no longer chains.
  if (!node && below && !below->node) {
    base = below->base;
    below = graph->values[base].view;
  }
  int depth = below ? below->depth + 1 : 1;
  const UfrontNode *copy = node ? ufGraphCopyNode(graph, node) : NULL;
  int32_t count = node ? node->numOutputs : 1;
  UfTorchView *found = UF_NEW(&graph->arena, UfTorchView, (size_t)count);
  // Without it, they are refused after a change, which is right as well.
  if (!found || (node && !copy) || depth > MAX_VIEWS)
    return;
  for (int32_t i = 0; i < count; ++i) {
    found[i] = (UfTorchView){base, copy, i, depth};
    graph->values[first + i].view = &found[i];
  }
}

void ufTorchTrackMemory(UfGraph *graph, const UfrontNode *node, bool isInPlace,
                        int32_t first) {
  if (node->numArgs == 0 || node->args[0].kind != UFRONT_ARG_VALUE ||
      node->numOutputs == 0)
    return;
  int32_t self = (int32_t)node->args[0].integer;
  bool isView = isAmong(views, UF_COUNT(views), node->op);
  if (isInPlace)
    change(graph, self, first);
  if (isInPlace || isView)
    addViews(graph, isInPlace ? NULL : node, self, first);
  if (isInPlace || isView ||
      isAmong(maybeViews, UF_COUNT(maybeViews), node->op))
    for (int32_t i = 0; i < node->numOutputs; ++i) {
      graph->values[first + i].storage = graph->values[self].storage;
      graph->values[first + i].refused = NULL;
    }
}
