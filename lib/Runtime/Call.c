//===-- Call.c - What generated code calls ------------------------*- C -*-===//
//
// Access to inputs, outputs and memory. A failure unwinds with longjmp, since
// generated code has nothing to clean up: the pool takes back what it lent.
//
//===----------------------------------------------------------------------===//

#include "Runtime/Instance.h"
#include "Runtime/Peak.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

UfrontStatus ufCallRun(UfrtCall *call, UfrtFunction function) {
  UfrtInstance *instance = call->instance;
  if (setjmp(call->exit) == 0) {
    int32_t result = function(call);
    if (result != 0)
      call->status = ufFail(&instance->message, UFRONT_RUNTIME,
                            "the model's code returned %d", result);
  }
  ufPoolEndRun(&instance->pool);
  return call->status;
}

void ufCallLeave(UfrtCall *call, UfrontStatus status, UfMessage message) {
  UfrtInstance *instance = call->instance;
  UfrtCall *run = call->run ? call->run : call;
  pthread_mutex_lock(&instance->lock);
  if (run->status == UFRONT_OK) {
    run->status = status;
    ufMessageClear(&instance->message);
    instance->message = message;
  } else {
    ufMessageClear(&message);
  }
  pthread_mutex_unlock(&instance->lock);
  longjmp(call->exit, 1);
}

static _Noreturn void leaveWithoutMemory(UfrtCall *call, size_t size) {
  UfMessage message = {0};
  ufFail(&message, UFRONT_NO_MEMORY, "out of memory for %zu bytes", size);
  ufCallLeave(call, UFRONT_NO_MEMORY, message);
}

void ufrtCallCheck(UfrtCall *call, int32_t ok, const char *message) {
  if (ok)
    return;
  UfMessage text = {0};
  ufFail(&text, UFRONT_RUNTIME, "%s", message);
  ufCallLeave(call, UFRONT_RUNTIME, text);
}

//===----------------------------------------------------------------------===//
// Inputs, parameters, outputs
//===----------------------------------------------------------------------===//

void *ufrtCallGetInput(UfrtCall *call, int64_t index) {
  assert(index >= 0 && index < call->instance->program->numInputs);
  return call->inputs[index].data;
}

int64_t ufrtCallGetInputDim(UfrtCall *call, int64_t index, int64_t dim) {
  assert(index >= 0 && index < call->instance->program->numInputs);
  assert(dim >= 0 && dim < call->inputs[index].rank);
  return call->inputs[index].shape[dim];
}

void *ufrtCallGetParam(UfrtCall *call, int64_t index) {
  return call->instance->params[index];
}

/// Room for derived parameter `index`. It stays, so it gets its exact size.
static void *makeDerived(UfrtCall *call, int64_t index, size_t size) {
  UfrtInstance *instance = call->instance;
  UfBlock *block = ufPoolCreate(&instance->pool, size);
  if (!block)
    leaveWithoutMemory(call, size);
  ufPoolReturn(&instance->pool, instance->derived[index]);
  instance->derived[index] = block;
  instance->params[instance->program->numParams + index] = block->data;
  return block->data;
}

/// Room for output `index`, from the run before if that is enough.
static void *makeOutput(UfrtCall *call, int64_t index, size_t size) {
  UfrtInstance *instance = call->instance;
  void *data = ufPoolResize(&instance->pool, &instance->outputs[index], size);
  if (!data)
    leaveWithoutMemory(call, size);
  return data;
}

/// The caller's buffer for an output, which must be of the shape of `result`.
static void *useGiven(UfrtCall *call, const UfrontTensorInfo *info,
                      const UfrontTensor *given, const UfrontTensor *result) {
  if (given->rank == result->rank &&
      memcmp(given->shape, result->shape,
             (size_t)result->rank * sizeof *given->shape) == 0)
    return given->data;
  UfMessage message = {0};
  ufFail(&message, UFRONT_RUNTIME, "output '%s' is ", info->name);
  ufMessageAppendType(&message, result->type, result->rank, result->shape);
  ufMessageAppend(&message, ", the buffer given for it is ");
  ufMessageAppendType(&message, given->type, given->rank, given->shape);
  ufCallLeave(call, UFRONT_RUNTIME, message);
}

void *ufrtCallGetOutput(UfrtCall *call, int64_t index, int64_t rank,
                        const int64_t *shape) {
  UfrtInstance *instance = call->instance;
  const UfrtProgram *program = instance->program;
  const UfrontTensorInfo *info =
      call->isInit ? &program->params[program->numParams + index]
                   : &program->outputs[index];
  assert(rank >= 0 && rank <= UFRONT_MAX_RANK);
  UfrontTensor result = {.type = info->type, .rank = (int32_t)rank};
  if (rank)
    memcpy(result.shape, shape, (size_t)rank * sizeof *shape);
  size_t size;
  if (!ufTensorGetSize(&result, &size)) {
    UfMessage message = {0};
    ufFail(&message, UFRONT_RUNTIME, "output '%s' cannot be ", info->name);
    ufMessageAppendType(&message, result.type, result.rank, result.shape);
    ufCallLeave(call, UFRONT_RUNTIME, message);
  }
  if (call->isInit)
    return makeDerived(call, index, size);
  result.data = instance->given[index]
                    ? useGiven(call, info, &call->outputs[index], &result)
                    : makeOutput(call, index, size);
  instance->results[index] = result;
  // Handles go into the second half, and become strings from the front on.
  return result.type == UFRONT_STRING ? (char *)result.data + size / 2
                                      : result.data;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void *ufrtCallGetArena(UfrtCall *call) { return call->instance->arena->data; }

void *ufrtCallAlloc(UfrtCall *call, int64_t bytes) {
  UfrtInstance *instance = call->instance;
  if (bytes < 0) {
    UfMessage message = {0};
    ufFail(&message, UFRONT_RUNTIME,
           "a buffer of %" PRId64 " bytes was asked for", bytes);
    ufCallLeave(call, UFRONT_RUNTIME, message);
  }
  pthread_mutex_lock(&instance->lock);
  void *data = ufPoolLend(&instance->pool, (size_t)bytes);
  pthread_mutex_unlock(&instance->lock);
  if (!data)
    leaveWithoutMemory(call, (size_t)bytes);
  return data;
}

void ufrtCallFree(UfrtCall *call, void *block) {
  UfrtInstance *instance = call->instance;
  pthread_mutex_lock(&instance->lock);
  ufPoolTakeBack(&instance->pool, block);
  pthread_mutex_unlock(&instance->lock);
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

/// A kernel's tiles.
typedef struct Parallel {
  UfrtCall *call;
  UfProfile *profile; ///< Null when nothing is measured.
  UfrtTask task;
  const int64_t *slots;
} Parallel;

static void runTiles(void *userData, size_t first, size_t last) {
  const Parallel *parallel = userData;
  int64_t begin = (int64_t)first, end = (int64_t)last;
  UfrtCall call;
  call.instance = parallel->call->instance;
  call.inputs = parallel->call->inputs;
  call.outputs = parallel->call->outputs;
  call.isInit = parallel->call->isInit;
  call.run = parallel->call;
  call.status = UFRONT_OK;
  if (setjmp(call.exit) != 0)
    return;
  if (!parallel->profile) {
    parallel->task(&call, parallel->slots, begin, end);
    return;
  }
  int64_t start = ufNanoseconds();
  parallel->task(&call, parallel->slots, begin, end);
  ufProfileAddTiles(parallel->profile, start, begin, end);
}

/// All in the calling thread.
static void runHere(UfrtCall *call, UfrtTask task, const int64_t *slots,
                    int64_t tiles) {
  UfProfile *profile = call->run ? NULL : call->instance->profile;
  if (!profile) {
    task(call, slots, 0, tiles);
    return;
  }
  int64_t start = ufNanoseconds();
  task(call, slots, 0, tiles);
  ufProfileAddTiles(profile, start, 0, tiles);
  ufProfileAddShared(profile, start);
}

void ufrtCallParallel(UfrtCall *call, UfrtTask task, const int64_t *slots,
                      int64_t tiles) {
  UfrtInstance *instance = call->instance;
  if (tiles <= 0)
    return;
  if (tiles == 1 || call->run || !instance->workers) {
    runHere(call, task, slots, tiles);
    return;
  }
  Parallel parallel = {call, instance->profile, task, slots};
  int64_t start = parallel.profile ? ufNanoseconds() : 0;
  ufWorkersRun(instance->workers, runTiles, &parallel, (size_t)tiles);
  if (parallel.profile)
    ufProfileAddShared(parallel.profile, start);
  if (call->status != UFRONT_OK)
    longjmp(call->exit, 1);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

void ufrtCallEnter(UfrtCall *call, int64_t site, int64_t flops, int64_t bytes) {
  if (call->instance->profile)
    ufProfileEnter(call->instance->profile, site, flops, bytes);
}

void ufrtCallLeave(UfrtCall *call) {
  if (call->instance->profile)
    ufProfileLeave(call->instance->profile);
}
