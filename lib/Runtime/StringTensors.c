//===-- StringTensors.c - Strings in inputs and outputs -------------------===//
//
// Callers see tensors of UfrontString, generated code sees tensors of handles.
//
//===----------------------------------------------------------------------===//

#include "Runtime/Instance.h"
#include "Support/Scoped.h"

/// The elements of a tensor, whose size has been checked.
static int64_t countOf(const UfrontTensor *tensor) {
  int64_t count = 1;
  for (int32_t i = 0; i < tensor->rank; ++i)
    count *= tensor->shape[i];
  return count;
}

static UfrontStatus takeInput(UfrtInstance *instance, int32_t index,
                              UfrontTensor *tensor) {
  UfMessage *message = &instance->message;
  const char *name = instance->program->inputs[index].name;
  const UfrontString *texts = tensor->data;
  int64_t count = countOf(tensor);
  int64_t *handles = ufPoolLend(&instance->pool,
                                (size_t)(count ? count : 1) * sizeof *handles);
  if (!handles)
    return ufFail(message, UFRONT_NO_MEMORY, "out of memory for input '%s'",
                  name);
  for (int64_t i = 0; i < count; ++i) {
    if (texts[i].size < 0 || (texts[i].size > 0 && !texts[i].data))
      return ufFail(message, UFRONT_ARGUMENT,
                    "input '%s' has a string of %lld bytes at element %lld%s",
                    name, (long long)texts[i].size, (long long)i,
                    texts[i].size > 0 ? ", which has no data" : "");
    handles[i] = ufStringsIntern(instance->strings, texts[i].data,
                                 (size_t)texts[i].size);
    if (handles[i] < 0)
      return ufFail(message, UFRONT_NO_MEMORY,
                    "input '%s' has more strings than there is room for", name);
  }
  tensor->data = handles;
  return UFRONT_OK;
}

UfrontStatus ufStringsBeginRun(UfrtInstance *instance,
                               const UfrontTensor *inputs,
                               const UfrontTensor **taken) {
  // Inputs may be results of the run before, so its text goes last.
  UF_SCOPED(UfArena) before;
  ufStringsReset(instance->strings, &before);
  size_t count = (size_t)instance->program->numInputs;
  UfrontTensor *tensors =
      ufPoolLend(&instance->pool, (count ? count : 1) * sizeof *tensors);
  if (!tensors)
    return ufFail(&instance->message, UFRONT_NO_MEMORY, "out of memory");
  *taken = tensors;
  UfrontStatus status = UFRONT_OK;
  for (size_t i = 0; i < count && status == UFRONT_OK; ++i) {
    tensors[i] = inputs[i];
    if (tensors[i].type == UFRONT_STRING)
      status = takeInput(instance, (int32_t)i, &tensors[i]);
  }
  if (status != UFRONT_OK)
    ufPoolEndRun(&instance->pool);
  return status;
}

void ufStringsEndRun(const UfrtInstance *instance, UfrontTensor *outputs) {
  for (int32_t i = 0; i < instance->program->numOutputs; ++i) {
    if (outputs[i].type != UFRONT_STRING)
      continue;
    // The handles lie in the second half (see ufrtCallGetOutput): each is read
    // before a string is written over it.
    int64_t count = countOf(&outputs[i]);
    UfrontString *texts = outputs[i].data;
    const int64_t *handles = (const int64_t *)outputs[i].data + count;
    for (int64_t k = 0; k < count; ++k) {
      UfrontString text = ufStringsGet(instance->strings, handles[k]);
      texts[k] = text;
    }
  }
}
