//===-- Weights.h - Named tensors that lie in files ---------------*- C -*-===//
//
// The store outside the module where parameter values live (DESIGN §4). An
// entry points into a mapped file or into memory somebody lends, and is not
// always aligned there: model files put values anywhere, and a copy of them
// all would double a model. Plain C: the runtime uses it.
//
//===----------------------------------------------------------------------===//

#ifndef UF_SUPPORT_WEIGHTS_H
#define UF_SUPPORT_WEIGHTS_H

#include "Support/Arena.h"
#include "Support/Message.h"
#include "ufront/Tensor.h"

/// A read-only mapping of a whole file. Zero-initialised is empty.
typedef struct UfMapping {
  const uint8_t *data;
  size_t size;
  bool owned; ///< Otherwise borrowed memory, not to be unmapped.
} UfMapping;

/// Maps the regular file `path`. With `directory` not null, `path` must stay
/// inside it: relative, no "..", no symbolic link on the way (O_NOFOLLOW).
UFRONT_NODISCARD UfrontStatus ufMapFile(UfMessage *message,
                                        const char *directory, const char *path,
                                        UfMapping *mapping);
void ufMappingDestroy(UfMapping *mapping);

static inline void ufScoped_UfMapping(UfMapping *mapping) {
  ufMappingDestroy(mapping);
}

/// Named tensors, in the order they were added, and the files they lie in.
/// Zero-initialised is empty. Entries never move or change once added.
typedef struct UfWeights {
  UfArena arena;
  const UfrontTensor **tensors;
  const char **names;
  size_t count, capacity;
  struct UfWeightsIndex *index; ///< Name to position.
  UfMapping *files;
  size_t numFiles;
} UfWeights;

/// Adds `tensor` under `name`. Its bytes are borrowed. Fails when memory is
/// exhausted or `name` is taken.
UFRONT_NODISCARD UfrontStatus ufWeightsAdd(UfWeights *weights,
                                           UfMessage *message, const char *name,
                                           const UfrontTensor *tensor);

/// Gives `mapping` to the store, which unmaps it with itself, and nulls it.
UFRONT_NODISCARD UfrontStatus ufWeightsAddFile(UfWeights *weights,
                                               UfMessage *message,
                                               UfMapping *mapping);

/// The tensor called `name`, or null. O(1).
const UfrontTensor *ufWeightsFind(const UfWeights *weights, const char *name);

/// Elements of a tensor of static shape times their size; false on overflow.
bool ufTensorGetSize(const UfrontTensor *tensor, size_t *size);

/// Adds every tensor of the .safetensors file at `path`, checked, in place.
UFRONT_NODISCARD UfrontStatus ufWeightsReadSafetensors(UfWeights *weights,
                                                       UfMessage *message,
                                                       const char *path);

/// Writes all of `weights` to `path` through a temporary file beside it that is
/// renamed at the end. The data starts at a multiple of 64 bytes and large
/// elements come first, so that each tensor is aligned to its elements.
UFRONT_NODISCARD UfrontStatus ufWeightsWriteSafetensors(
    const UfWeights *weights, UfMessage *message, const char *path);

void ufWeightsDestroy(UfWeights *weights);

#endif // UF_SUPPORT_WEIGHTS_H
