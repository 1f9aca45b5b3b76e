//===-- Tensor.c - Types and shapes at run time -------------------*- C -*-===//
//
// Names and sizes of element types, and the text of a tensor's type.
//
//===----------------------------------------------------------------------===//

#include "Runtime/Instance.h"

#include <inttypes.h>

static const struct {
  const char *name;
  size_t size;
} types[] = {[UFRONT_NO_TYPE] = {"?", 0},
#define X(name, value, mlir, bits, safetensors)                                \
  [UFRONT_##name] = {mlir, (bits) / 8},
             UFRONT_TYPE_LIST(X)
#undef X
};

/// The row of `type`, which may come from outside.
static size_t findType(UfrontType type) {
  size_t index = (size_t)type;
  return index < sizeof types / sizeof *types ? index : UFRONT_NO_TYPE;
}

size_t ufrontTypeGetSize(UfrontType type) { return types[findType(type)].size; }

const char *ufrontTypeGetName(UfrontType type) {
  return types[findType(type)].name;
}

void ufMessageAppendType(UfMessage *message, UfrontType type, int32_t rank,
                         const int64_t *shape) {
  if (rank < 0 || rank > UFRONT_MAX_RANK) {
    ufMessageAppend(message, "a tensor of rank %d", rank);
    return;
  }
  ufMessageAppend(message, "tensor<");
  for (int32_t i = 0; i < rank; ++i)
    if (shape[i] == UFRONT_DYNAMIC)
      ufMessageAppend(message, "?x");
    else
      ufMessageAppend(message, "%" PRId64 "x", shape[i]);
  ufMessageAppend(message, "%s>", ufrontTypeGetName(type));
}

/// Whether `tensor` is of the type and shape that `info` asks for.
static bool isA(const UfrontTensor *tensor, const UfrontTensorInfo *info) {
  if (tensor->type != info->type || tensor->rank != info->rank)
    return false;
  for (int32_t i = 0; i < info->rank; ++i)
    if (tensor->shape[i] < 0 || (info->shape[i] != UFRONT_DYNAMIC &&
                                 tensor->shape[i] != info->shape[i]))
      return false;
  return true;
}

UfrontStatus ufTensorCheck(UfMessage *message, const char *what,
                           const UfrontTensor *tensor,
                           const UfrontTensorInfo *info, bool isAligned) {
  if (!isA(tensor, info)) {
    ufFail(message, UFRONT_ARGUMENT, "%s '%s' is ", what, info->name);
    ufMessageAppendType(message, tensor->type, tensor->rank, tensor->shape);
    ufMessageAppend(message, ", expected ");
    ufMessageAppendType(message, info->type, info->rank, info->shape);
    return UFRONT_ARGUMENT;
  }
  size_t size;
  if (!ufTensorGetSize(tensor, &size))
    return ufFail(message, UFRONT_ARGUMENT, "%s '%s' is too large", what,
                  info->name);
  if (!tensor->data && size)
    return ufFail(message, UFRONT_ARGUMENT, "%s '%s' has no data", what,
                  info->name);
  size_t element = ufrontTypeGetSize(tensor->type);
  size_t alignment =
      tensor->type == UFRONT_STRING ? _Alignof(UfrontString) : element;
  if (isAligned && (uintptr_t)tensor->data % alignment != 0)
    return ufFail(message, UFRONT_ARGUMENT,
                  "%s '%s' is not aligned to its elements of %zu bytes", what,
                  info->name, element);
  return UFRONT_OK;
}
