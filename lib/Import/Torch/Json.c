//===-- Json.c - What a .pt2 file's JSON says -----------------------------===//

#include "Import/Torch/Torch.h"

const char *ufTorchText(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}

size_t ufTorchJsonCost(const uint8_t *data, size_t size) {
  // Estimates of jansson's structures with what malloc adds; an object starts
  // with a table of eight buckets, an array with room for eight items.
  const size_t perObject = 320, perArray = 160, perItem = 128;
  size_t cost = size;
  bool isText = false;
  for (size_t i = 0; i < size; ++i) {
    if (data[i] == '"')
      isText = !isText;
    else if (isText)
      i += data[i] == '\\';
    else if (data[i] == '{')
      cost += perObject;
    else if (data[i] == '[')
      cost += perArray;
    else if (data[i] == ',' || data[i] == ':')
      cost += perItem;
  }
  return cost;
}

const json_t *ufTorchUnion(const json_t *json, const char **key) {
  void *member = json_object_iter((json_t *)json);
  if (!member || json_object_size(json) != 1)
    return NULL;
  *key = json_object_iter_key(member);
  return json_object_iter_value(member);
}
