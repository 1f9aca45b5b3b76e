//===-- Instance.c - Binding and running a program ----------------*- C -*-===//
//
// Everything that can be wrong with weights and inputs is found here, before
// generated code sees them.
//
//===----------------------------------------------------------------------===//

// For sched_getaffinity.
#define _GNU_SOURCE 1 // NOLINT: the name is glibc's
#include "Runtime/Instance.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_THREADS 4096

/// More names of missing parameters than this help nobody.
#define MAX_LISTED 32

/// The processors this process may use.
static int32_t countProcessors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return CPU_COUNT(&set);
  // More than cpu_set_t holds.
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 && online <= MAX_THREADS ? (int32_t)online : 1;
}

static UfrontStatus failWithoutMemory(UfrtInstance *instance) {
  return ufFail(&instance->message, UFRONT_NO_MEMORY, "out of memory");
}

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

/// An instance that only has a message; null when memory is exhausted.
static UfrtInstance *createEmpty(const UfrtProgram *program) {
  UfrtInstance *instance = calloc(1, sizeof *instance);
  if (!instance)
    return NULL;
  instance->program = program;
  if (pthread_mutex_init(&instance->lock, NULL) != 0) {
    free(instance);
    return NULL;
  }
  return instance;
}

static UfrontStatus startThreads(UfrtInstance *instance, int32_t threads) {
  if (threads < 0 || threads > MAX_THREADS)
    return ufFail(&instance->message, UFRONT_ARGUMENT,
                  "%d threads, expected 0 to %d", threads, MAX_THREADS);
  instance->threads = threads ? threads : countProcessors();
  if (instance->threads == 1)
    return UFRONT_OK;
  instance->workers = ufWorkersCreate((size_t)instance->threads);
  if (!instance->workers)
    return ufFail(&instance->message, UFRONT_NO_MEMORY,
                  "%d threads could not be started", (int)instance->threads);
  return UFRONT_OK;
}

static UfrontStatus createTables(UfrtInstance *instance) {
  const UfrtProgram *program = instance->program;
  UfArena *arena = &instance->tables;
  size_t numOutputs = (size_t)program->numOutputs;
  size_t numDerived = (size_t)program->numDerived;
  instance->params =
      UF_NEW(arena, void *, (size_t)program->numParams + numDerived);
  instance->derived = UF_NEW(arena, UfBlock *, numDerived);
  instance->outputs = UF_NEW(arena, UfBlock *, numOutputs);
  instance->results = UF_NEW(arena, UfrontTensor, numOutputs);
  instance->given = UF_NEW(arena, bool, numOutputs);
  if (!instance->params || !instance->derived || !instance->outputs ||
      !instance->results || !instance->given)
    return failWithoutMemory(instance);
  return UFRONT_OK;
}

/// Looks up every parameter; the missing ones are all in one message.
static UfrontStatus bindParams(UfrtInstance *instance, UfrtFindParam find,
                               void *userData) {
  const UfrtProgram *program = instance->program;
  UfMessage *message = &instance->message;
  int32_t numMissing = 0;
  for (int32_t i = 0; i < program->numParams; ++i) {
    const UfrontTensorInfo *info = &program->params[i];
    UfrontTensor tensor = {0};
    find(userData, info->name, &tensor);
    if (!tensor.data && tensor.type == UFRONT_NO_TYPE) {
      if (numMissing == 0)
        ufFail(message, UFRONT_ARGUMENT, "missing parameters: '%s'",
               info->name);
      else if (numMissing < MAX_LISTED)
        ufMessageAppend(message, ", '%s'", info->name);
      ++numMissing;
    } else if (numMissing == 0) {
      UfrontStatus status = ufTensorCheck(message, "parameter", &tensor, info,
                                          /*isAligned=*/false);
      if (status != UFRONT_OK)
        return status;
    }
    instance->params[i] = tensor.data;
  }
  if (numMissing > MAX_LISTED)
    ufMessageAppend(message, " and %d more", numMissing - MAX_LISTED);
  return numMissing ? UFRONT_ARGUMENT : UFRONT_OK;
}

/// Makes the arena `size` bytes; anything below 1 is an empty one.
static UfrontStatus createArena(UfrtInstance *instance, int64_t size) {
  instance->arena = ufPoolTake(&instance->pool, size > 0 ? (size_t)size : 1);
  if (!instance->arena)
    return ufFail(&instance->message, UFRONT_NO_MEMORY,
                  "out of memory for an arena of %lld bytes", (long long)size);
  return UFRONT_OK;
}

/// Computes the derived parameters.
static UfrontStatus runInit(UfrtInstance *instance) {
  const UfrtProgram *program = instance->program;
  if (!program->init)
    return UFRONT_OK;
  UfrontStatus status = createArena(instance, program->initArenaSize);
  if (status != UFRONT_OK)
    return status;
  UfrtCall call = {.instance = instance, .isInit = true};
  status = ufCallRun(&call, program->init);
  ufPoolReturn(&instance->pool, instance->arena);
  instance->arena = NULL;
  ufPoolTrim(&instance->pool, 0);
  for (int32_t i = 0; i < program->numDerived && status == UFRONT_OK; ++i)
    if (!instance->derived[i])
      status = ufFail(&instance->message, UFRONT_RUNTIME,
                      "parameter '%s' was not computed",
                      program->params[program->numParams + i].name);
  return status;
}

static UfrontStatus prepare(UfrtInstance *instance, UfrtFindParam find,
                            void *userData, int32_t threads) {
  const UfrtProgram *program = instance->program;
  if (program->abi != UFRT_ABI)
    return ufFail(&instance->message, UFRONT_ARGUMENT,
                  "the program is of runtime version %d, this is version %d",
                  program->abi, UFRT_ABI);
  UfrontStatus status = startThreads(instance, threads);
  if (status == UFRONT_OK)
    status = createTables(instance);
  if (status == UFRONT_OK)
    status = bindParams(instance, find, userData);
  if (status == UFRONT_OK && program->numStrings)
    status = ufStringsCreate(program, &instance->message, &instance->strings);
  if (status == UFRONT_OK)
    status = runInit(instance);
  if (instance->strings)
    ufStringsKeep(instance->strings);
  if (status == UFRONT_OK)
    status = createArena(instance, program->arenaSize);
  instance->ready = status == UFRONT_OK;
  return status;
}

UfrontStatus ufrtInstanceCreate(const UfrtProgram *program, UfrtFindParam find,
                                void *userData, int32_t threads,
                                UfrtInstance **instance) {
  *instance = createEmpty(program);
  if (!*instance)
    return UFRONT_NO_MEMORY;
  return prepare(*instance, find, userData, threads);
}

/// A UfrtFindParam over UfWeights.
static void findInWeights(void *userData, const char *name,
                          UfrontTensor *tensor) {
  const UfrontTensor *found = ufWeightsFind(userData, name);
  if (found)
    *tensor = *found;
}

UfrontStatus ufrtInstanceCreateFromFile(const UfrtProgram *program,
                                        const char *weights, int32_t threads,
                                        UfrtInstance **instance) {
  *instance = createEmpty(program);
  if (!*instance)
    return UFRONT_NO_MEMORY;
  UfWeights *own = &(*instance)->weights;
  UfrontStatus status =
      ufWeightsReadSafetensors(own, &(*instance)->message, weights);
  if (status != UFRONT_OK)
    return status;
  return prepare(*instance, findInWeights, own, threads);
}

void ufrtInstanceDestroy(UfrtInstance *instance) {
  if (!instance)
    return;
  ufWorkersDestroy(instance->workers);
  const UfrtProgram *program = instance->program;
  for (int32_t i = 0; instance->derived && i < program->numDerived; ++i)
    ufPoolReturn(&instance->pool, instance->derived[i]);
  for (int32_t i = 0; instance->outputs && i < program->numOutputs; ++i)
    ufPoolReturn(&instance->pool, instance->outputs[i]);
  ufPoolReturn(&instance->pool, instance->arena);
  ufPoolTrim(&instance->pool, 0);
  ufProfileDestroy(instance->profile);
  ufStringsDestroy(instance->strings);
  ufWeightsDestroy(&instance->weights);
  ufArenaDestroy(&instance->tables);
  ufMessageClear(&instance->message);
  pthread_mutex_destroy(&instance->lock);
  free(instance);
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

static UfrontStatus checkInputs(UfrtInstance *instance,
                                const UfrontTensor *inputs) {
  const UfrtProgram *program = instance->program;
  for (int32_t i = 0; i < program->numInputs; ++i) {
    UfrontStatus status =
        ufTensorCheck(&instance->message, "input", &inputs[i],
                      &program->inputs[i], /*isAligned=*/true);
    if (status != UFRONT_OK)
      return status;
  }
  return UFRONT_OK;
}

/// Finds out which outputs have a buffer of the caller's, and checks those. A
/// caller that passes what the run before returned gets the same again.
static UfrontStatus checkOutputs(UfrtInstance *instance,
                                 const UfrontTensor *outputs) {
  const UfrtProgram *program = instance->program;
  for (int32_t i = 0; i < program->numOutputs; ++i) {
    const UfBlock *block = instance->outputs[i];
    instance->given[i] =
        outputs[i].data && !(block && outputs[i].data == block->data);
    if (!instance->given[i])
      continue;
    UfrontStatus status =
        ufTensorCheck(&instance->message, "output", &outputs[i],
                      &program->outputs[i], /*isAligned=*/true);
    if (status != UFRONT_OK)
      return status;
  }
  return UFRONT_OK;
}

/// An input may be an output of the run before, as the state of a recurrent
/// model is: such an output moves to another block in this run.
static void keepInputs(UfrtInstance *instance, const UfrontTensor *inputs) {
  const UfrtProgram *program = instance->program;
  for (int32_t i = 0; i < program->numOutputs; ++i) {
    UfBlock *block = instance->outputs[i];
    for (int32_t j = 0; block && j < program->numInputs; ++j) {
      uintptr_t begin = (uintptr_t)block->data;
      uintptr_t data = (uintptr_t)inputs[j].data;
      if (data < begin || data >= begin + block->size)
        continue;
      ufPoolAddLent(&instance->pool, block);
      instance->outputs[i] = NULL;
      break;
    }
  }
}

UfrontStatus ufrtInstanceRun(UfrtInstance *instance, const UfrontTensor *inputs,
                             UfrontTensor *outputs) {
  const UfrtProgram *program = instance->program;
  if (!instance->ready)
    return ufFail(&instance->message, UFRONT_ARGUMENT,
                  "the instance was not created successfully");
  ufMessageClear(&instance->message);
  UfrontStatus status = checkInputs(instance, inputs);
  if (status == UFRONT_OK)
    status = checkOutputs(instance, outputs);
  if (status != UFRONT_OK)
    return status;
  keepInputs(instance, inputs);
  for (int32_t i = 0; i < program->numOutputs; ++i)
    instance->results[i].data = NULL;
  if (instance->strings)
    status = ufStringsBeginRun(instance, inputs, &inputs);
  if (status != UFRONT_OK)
    return status;
  UfrtCall call = {.instance = instance, .inputs = inputs, .outputs = outputs};
  if (instance->profile)
    ufProfileBeginRun(instance->profile);
  status = ufCallRun(&call, program->forward);
  if (instance->profile)
    ufProfileEndRun(instance->profile, status);
  if (status != UFRONT_OK)
    return status;
  for (int32_t i = 0; i < program->numOutputs; ++i)
    if (!instance->results[i].data)
      return ufFail(&instance->message, UFRONT_RUNTIME,
                    "output '%s' was not computed", program->outputs[i].name);
  for (int32_t i = 0; i < program->numOutputs; ++i)
    outputs[i] = instance->results[i];
  if (instance->strings)
    ufStringsEndRun(instance, outputs);
  return UFRONT_OK;
}

const char *ufrtInstanceGetMessage(const UfrtInstance *instance) {
  return ufMessageGet(&instance->message);
}

int64_t ufrtInstanceGetMemory(const UfrtInstance *instance) {
  return instance->pool.memory;
}

//===----------------------------------------------------------------------===//
// Profiling
//===----------------------------------------------------------------------===//

UfrontStatus ufrtInstanceSetProfiling(UfrtInstance *instance,
                                      UfrontProfiling profiling) {
  const UfrtProgram *program = instance->program;
  ufMessageClear(&instance->message);
  ufProfileDestroy(instance->profile);
  instance->profile = NULL;
  if (profiling == UFRONT_PROFILING_OFF)
    return UFRONT_OK;
  if (!instance->ready || !program->sites)
    return ufFail(&instance->message, UFRONT_ARGUMENT,
                  "the program was not compiled to be profiled");
  instance->profile =
      ufProfileCreate(program, instance->workers, instance->threads, profiling);
  return instance->profile ? UFRONT_OK : failWithoutMemory(instance);
}

const UfrontProfile *ufrtInstanceGetProfile(UfrtInstance *instance) {
  return instance->profile ? ufProfileGet(instance->profile) : NULL;
}

UfrontStatus ufrtInstanceWriteProfile(UfrtInstance *instance,
                                      UfrontProfileFormat format,
                                      UfrontWrite write, void *userData) {
  ufMessageClear(&instance->message);
  if (!instance->profile)
    return ufFail(&instance->message, UFRONT_ARGUMENT,
                  "nothing has been measured");
  bool ok;
  if (format == UFRONT_PROFILE_TRACE) {
    ok = ufProfileWriteTrace(instance->program,
                             ufProfileGetEvents(instance->profile), write,
                             userData);
  } else {
    const UfrontProfile *profile = ufProfileGet(instance->profile);
    if (!profile)
      return failWithoutMemory(instance);
    ok = ufProfileWriteTable(profile, write, userData);
  }
  return ok ? UFRONT_OK
            : ufFail(&instance->message, UFRONT_IO, "the output was not taken");
}
