//===-- InPlace.c - Torch operators that change what they read ------------===//

#include "Import/Torch/InPlace.h"

#include <string.h>

/// Operators whose results share the memory of their first argument, or may.
static const char *const views[] = {
    "alias",
    "as_strided",
    "broadcast_to",
    "chunk",
    "contiguous",
    "detach",
    "diagonal",
    "dropout",
    "expand",
    "expand_as",
    "feature_dropout",
    "flatten",
    "lift_fresh",
    "movedim",
    "narrow",
    "numpy_T",
    "permute",
    "ravel",
    "reshape",
    "reshape_as",
    "select",
    "slice",
    "split",
    "split_with_sizes",
    "squeeze",
    "swapaxes",
    "t",
    "tensor_split",
    "to",
    "_to_copy",
    "transpose",
    "type_as",
    "unbind",
    "unflatten",
    "unfold",
    "unsqueeze",
    "view",
    "view_as",
    "_unsafe_view",
};

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
  strcpy(plain + before, op + before + 1);
  return true;
}

static bool isView(const char *op) {
  size_t length = packetLength(op);
  for (int i = 0; i < UF_COUNT(views); ++i)
    if (strlen(views[i]) == length &&
        memcmp(op + sizeof prefix - 1, views[i], length) == 0)
      return true;
  return false;
}

void ufTorchTrackMemory(UfGraph *graph, const UfrontNode *node, bool isInPlace,
                        int32_t first) {
  UfGraphValue *values = graph->values;
  if (node->numArgs == 0 || node->args[0].kind != UFRONT_ARG_VALUE)
    return;
  int32_t self = (int32_t)node->args[0].integer;
  int32_t storage = values[self].storage;
  if (isInPlace) {
    for (int32_t i = 0; i < graph->numValues; ++i)
      if (values[i].storage == storage && i != self)
        values[i].refused = "shares memory with one that was changed in place; "
                            "export with run_decompositions() to avoid it";
    values[self].value = values[first].value;
  }
  if (isInPlace || isView(node->op))
    for (int32_t i = 0; i < node->numOutputs; ++i) {
      values[first + i].storage = storage;
      values[first + i].refused = NULL;
    }
}
