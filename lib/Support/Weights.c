//===-- Weights.c - Named tensors that lie in files ---------------*- C -*-===//
//
// The store and its index: open addressing, at most half full.
//
//===----------------------------------------------------------------------===//

#include "Support/Weights.h"

#include <stdlib.h>
#include <string.h>

/// `position` counts from 1; 0 is a free slot.
typedef struct Slot {
  uint64_t hash;
  size_t position;
} Slot;

typedef struct UfWeightsIndex {
  size_t size; ///< A power of two.
  Slot slots[];
} UfWeightsIndex;

/// FNV-1a, its high bits folded down because the low ones choose the slot.
static uint64_t hashName(const char *name) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (; *name; ++name)
    hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
  return hash ^ (hash >> 32);
}

/// The slot that holds `name`, or the free one where it belongs.
static Slot *findSlot(const UfWeights *weights, const char *name,
                      uint64_t hash) {
  UfWeightsIndex *index = weights->index;
  for (size_t i = hash & (index->size - 1);; i = (i + 1) & (index->size - 1)) {
    Slot *slot = &index->slots[i];
    if (slot->position == 0 ||
        (slot->hash == hash &&
         strcmp(weights->names[slot->position - 1], name) == 0))
      return slot;
  }
}

/// Doubles the index; false when memory is exhausted.
static bool growIndex(UfWeights *weights) {
  UfWeightsIndex *old = weights->index;
  size_t size = old ? old->size * 2 : 64;
  size_t bytes;
  if (!ufCheckedMul(size, sizeof(Slot), &bytes) ||
      !ufCheckedAdd(bytes, sizeof(UfWeightsIndex), &bytes))
    return false;
  UfWeightsIndex *index = calloc(1, bytes);
  if (!index)
    return false;
  index->size = size;
  weights->index = index;
  for (size_t i = 0; old && i < old->size; ++i)
    if (old->slots[i].position) {
      const char *name = weights->names[old->slots[i].position - 1];
      *findSlot(weights, name, old->slots[i].hash) = old->slots[i];
    }
  free(old);
  return true;
}

/// Makes room for one more entry; false when memory is exhausted.
static bool reserve(UfWeights *weights) {
  if ((!weights->index || weights->count >= weights->index->size / 2) &&
      !growIndex(weights))
    return false;
  if (weights->count < weights->capacity)
    return true;
  size_t capacity = weights->capacity ? weights->capacity * 2 : 32;
  size_t bytes;
  if (!ufCheckedMul(capacity, sizeof(void *), &bytes))
    return false;
  const UfrontTensor **tensors =
      (const UfrontTensor **)realloc((void *)weights->tensors, bytes);
  if (!tensors)
    return false;
  weights->tensors = tensors;
  const char **names = (const char **)realloc((void *)weights->names, bytes);
  if (!names)
    return false;
  weights->names = names;
  weights->capacity = capacity;
  return true;
}

bool ufTensorGetSize(const UfrontTensor *tensor, size_t *size) {
  size_t bytes = ufrontTypeGetSize(tensor->type);
  if (bytes == 0 || tensor->rank < 0 || tensor->rank > UFRONT_MAX_RANK)
    return false;
  // A zero anywhere makes the tensor empty, whatever the other dimensions are.
  bool empty = false;
  bool fits = true;
  for (int32_t i = 0; i < tensor->rank; ++i) {
    if (tensor->shape[i] < 0)
      return false;
    empty |= tensor->shape[i] == 0;
    fits = fits && ufCheckedMul(bytes, (size_t)tensor->shape[i], &bytes);
  }
  *size = empty ? 0 : bytes;
  return empty || (fits && bytes <= PTRDIFF_MAX);
}

UfrontStatus ufWeightsAdd(UfWeights *weights, UfMessage *message,
                          const char *name, const UfrontTensor *tensor) {
  size_t size;
  if (!ufTensorGetSize(tensor, &size))
    return ufFail(message, UFRONT_ARGUMENT,
                  "weight '%s' has no valid type and shape", name);
  if (!tensor->data && size)
    return ufFail(message, UFRONT_ARGUMENT, "weight '%s' has no values", name);
  if (tensor->type == UFRONT_STRING)
    return ufFail(message, UFRONT_ARGUMENT,
                  "weight '%s' is of strings, which are no weights", name);
  if (!reserve(weights))
    return ufFail(message, UFRONT_NO_MEMORY, "weight '%s': out of memory",
                  name);
  uint64_t hash = hashName(name);
  Slot *slot = findSlot(weights, name, hash);
  if (slot->position)
    return ufFail(message, UFRONT_ARGUMENT, "weight '%s' is there twice", name);
  UfrontTensor *entry = UF_NEW(&weights->arena, UfrontTensor, 1);
  char *copy = ufAllocText(&weights->arena, name, strlen(name));
  if (!entry || !copy)
    return ufFail(message, UFRONT_NO_MEMORY, "weight '%s': out of memory",
                  name);
  *entry = *tensor;
  if (!tensor->data) // an empty one, and no data would mean that it is missing
    entry->data = entry;
  weights->tensors[weights->count] = entry;
  weights->names[weights->count] = copy;
  *slot = (Slot){.hash = hash, .position = ++weights->count};
  return UFRONT_OK;
}

UfrontStatus ufWeightsAddFile(UfWeights *weights, UfMessage *message,
                              UfMapping *mapping) {
  size_t bytes;
  UfMapping *files = NULL;
  if (ufCheckedMul(weights->numFiles + 1, sizeof(UfMapping), &bytes))
    files = realloc(weights->files, bytes);
  if (!files)
    return ufFail(message, UFRONT_NO_MEMORY, "out of memory");
  weights->files = files;
  files[weights->numFiles++] = *mapping;
  *mapping = (UfMapping){0};
  return UFRONT_OK;
}

const UfrontTensor *ufWeightsFind(const UfWeights *weights, const char *name) {
  if (!weights->index)
    return NULL;
  const Slot *slot = findSlot(weights, name, hashName(name));
  return slot->position ? weights->tensors[slot->position - 1] : NULL;
}

void ufWeightsDestroy(UfWeights *weights) {
  for (size_t i = 0; i < weights->numFiles; ++i)
    ufMappingDestroy(&weights->files[i]);
  free(weights->files);
  free(weights->index);
  free((void *)weights->names);
  free((void *)weights->tensors);
  ufArenaDestroy(&weights->arena);
  *weights = (UfWeights){0};
}
