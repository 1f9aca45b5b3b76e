//===-- runtime.c - The runtime under programs written by hand ----*- C -*-===//
//
// RUN: capi-runtime | FileCheck %s
//
// The functions here stand for what the compiler emits.
//
//===----------------------------------------------------------------------===//

#include "ufront/Runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(bool ok, const char *what, int line) {
  if (ok)
    return;
  printf("line %d: not so: %s\n", line, what);
  exit(1);
}
#define REQUIRE(condition) require(condition, #condition, __LINE__)

static bool isAligned(const void *data) { return (uintptr_t)data % 64 == 0; }

//===----------------------------------------------------------------------===//
// y = 2 * scale * x + bias, over a dynamic number of rows of three
//===----------------------------------------------------------------------===//

static void affineTask(UfrtCall *call, const int64_t *slots, int64_t begin,
                       int64_t end) {
  const float *x = (const float *)slots[0];
  float *y = (float *)slots[1];
  const float *bias = ufrtCallGetParam(call, 1);
  const float *twice = ufrtCallGetParam(call, 2);
  for (int64_t i = begin * 3; i < end * 3; ++i)
    y[i] = twice[i % 3] * x[i] + bias[i % 3];
}

static int32_t affine(UfrtCall *call) {
  int64_t rows = ufrtCallGetInputDim(call, 0, 0);
  ufrtCallCheck(call, rows != 13, "'affine' cannot have 13 rows");
  // Through a temporary from the pool and another from the arena.
  int64_t bytes = rows * 3 * (int64_t)sizeof(float);
  float *copy = ufrtCallAlloc(call, bytes);
  REQUIRE(isAligned(copy) && isAligned(ufrtCallGetArena(call)));
  memcpy(copy, ufrtCallGetInput(call, 0), (size_t)bytes);
  memset(ufrtCallGetArena(call), 1, 256);
  float *y = ufrtCallGetOutput(call, 0, 2, (int64_t[]){rows, 3});
  int64_t slots[] = {(int64_t)copy, (int64_t)y};
  ufrtCallParallel(call, affineTask, slots, rows);
  ufrtCallFree(call, copy);
  int64_t *numRows = ufrtCallGetOutput(call, 1, 0, NULL);
  *numRows = rows;
  return 0;
}

static int32_t affineInit(UfrtCall *call) {
  const float *scale = ufrtCallGetParam(call, 0);
  memset(ufrtCallGetArena(call), 1, 128);
  float *twice = ufrtCallGetOutput(call, 0, 1, (int64_t[]){3});
  for (int i = 0; i < 3; ++i)
    twice[i] = 2 * scale[i];
  return 0;
}

static const UfrontTensorInfo affineInputs[] = {
    {"x", UFRONT_F32, 2, {UFRONT_DYNAMIC, 3}}};
static const UfrontTensorInfo affineOutputs[] = {
    {"y", UFRONT_F32, 2, {UFRONT_DYNAMIC, 3}}, {"rows", UFRONT_I64, 0, {0}}};
static const UfrontTensorInfo affineParams[] = {{"scale", UFRONT_F32, 1, {3}},
                                                {"bias", UFRONT_F32, 1, {3}},
                                                {"twice", UFRONT_F32, 1, {3}}};
static const UfrtProgram affineProgram = {
    .abi = UFRT_ABI,
    .numInputs = 1,
    .numOutputs = 2,
    .numParams = 2,
    .numDerived = 1,
    .inputs = affineInputs,
    .outputs = affineOutputs,
    .params = affineParams,
    .forward = affine,
    .init = affineInit,
    .arenaSize = 256,
    .initArenaSize = 128,
};

/// A UfrtFindParam; `userData` names one that is to be missing or too long.
static void findAffine(void *userData, const char *name, UfrontTensor *tensor) {
  static float scale[] = {1, 2, 3};
  static float bias[] = {10, 20, 30};
  const char *wrong = userData;
  if (wrong && strcmp(wrong, "all") == 0)
    return;
  *tensor =
      (UfrontTensor){strcmp(name, "scale") ? bias : scale, UFRONT_F32, 1, {3}};
  if (wrong && strcmp(wrong, name) == 0)
    tensor->shape[0] = 4;
}

/// An instance of the affine program that must be there.
static UfrtInstance *createAffine(int32_t threads) {
  UfrtInstance *instance;
  UfrontStatus status =
      ufrtInstanceCreate(&affineProgram, findAffine, NULL, threads, &instance);
  if (status != UFRONT_OK)
    printf("%s\n", ufrtInstanceGetMessage(instance));
  REQUIRE(status == UFRONT_OK);
  return instance;
}

static UfrontTensor rowsOf(float *data, int64_t rows) {
  return (UfrontTensor){data, UFRONT_F32, 2, {rows, 3}};
}

/// Runs over `rows` rows into `outputs` and checks every number.
static void runAffine(UfrtInstance *instance, int64_t rows,
                      UfrontTensor *outputs) {
  float *x = malloc((size_t)rows * 3 * sizeof *x + 1);
  for (int64_t i = 0; i < rows * 3; ++i)
    x[i] = (float)i;
  UfrontTensor input = rowsOf(x, rows);
  UfrontStatus status = ufrtInstanceRun(instance, &input, outputs);
  if (status != UFRONT_OK)
    printf("%s\n", ufrtInstanceGetMessage(instance));
  REQUIRE(status == UFRONT_OK);
  REQUIRE(outputs[0].rank == 2 && outputs[0].type == UFRONT_F32);
  REQUIRE(outputs[0].shape[0] == rows && outputs[0].shape[1] == 3);
  const float *y = outputs[0].data;
  for (int64_t i = 0; i < rows * 3; ++i)
    REQUIRE(y[i] == (float)(2 * (i % 3 + 1) * i + 10 * (i % 3 + 1)));
  REQUIRE(*(int64_t *)outputs[1].data == rows && outputs[1].rank == 0);
  free(x);
}

static void testRuns(void) {
  for (int32_t threads = 0; threads <= 3; ++threads) {
    UfrtInstance *instance = createAffine(threads);
    static const int64_t sizes[] = {1, 2, 50, 0, 7};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
      UfrontTensor outputs[2] = {{0}};
      runAffine(instance, sizes[i], outputs);
      REQUIRE(isAligned(outputs[0].data) && isAligned(outputs[1].data));
    }
    REQUIRE(strcmp(ufrtInstanceGetMessage(instance), "") == 0);
    ufrtInstanceDestroy(instance);
  }
  // CHECK: runs, derived parameters, dynamic and empty inputs
  printf("runs, derived parameters, dynamic and empty inputs\n");
}

static void testMemory(void) {
  UfrtInstance *instance = createAffine(2);
  UfrontTensor outputs[2] = {{0}};
  runAffine(instance, 100, outputs);
  runAffine(instance, 100, (UfrontTensor[2]){{0}});
  int64_t memory = ufrtInstanceGetMemory(instance);
  REQUIRE(memory > 256 + 2 * 100 * 3 * 4);
  for (int i = 0; i < 100; ++i) {
    // Fresh ones, and those of the run before.
    runAffine(instance, 100, i % 2 ? outputs : (UfrontTensor[2]){{0}});
    REQUIRE(ufrtInstanceGetMemory(instance) == memory);
  }
  for (int64_t i = 0; i < 1000; ++i)
    runAffine(instance, i % 100 + 20, (UfrontTensor[2]){{0}});
  REQUIRE(ufrtInstanceGetMemory(instance) < 20 * memory);
  ufrtInstanceDestroy(instance);
  // CHECK-NEXT: memory does not grow
  printf("memory does not grow\n");
}

/// What a run with `input` and `outputs` says.
static void printFailure(UfrtInstance *instance, UfrontTensor input,
                         UfrontTensor *outputs) {
  UfrontStatus status = ufrtInstanceRun(instance, &input, outputs);
  printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
  REQUIRE(status != UFRONT_OK);
}

//===----------------------------------------------------------------------===//
// Asking the system for memory: the linker leads these here
//===----------------------------------------------------------------------===//

static int64_t numAllocations;

// NOLINTBEGIN: the names are the linker's
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *data, size_t size);
int __real_posix_memalign(void **data, size_t alignment, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size) {
  ++numAllocations;
  return __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size) {
  ++numAllocations;
  return __real_calloc(count, size);
}
void *__wrap_realloc(void *data, size_t size) {
  ++numAllocations;
  return __real_realloc(data, size);
}
int __wrap_posix_memalign(void **data, size_t alignment, size_t size) {
  ++numAllocations;
  return __real_posix_memalign(data, alignment, size);
}
void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  ++numAllocations;
  return __real_aligned_alloc(alignment, size);
}
// NOLINTEND

/// Once it has run, a model runs without new memory.
static void testSteadyState(int32_t threads) {
  UfrtInstance *instance = createAffine(threads);
  float x[300] = {0};
  UfrontTensor input = rowsOf(x, 100);
  for (int i = 0; i < 20; ++i) {
    UfrontTensor outputs[2] = {0};
    int64_t before = numAllocations;
    REQUIRE(ufrtInstanceRun(instance, &input, outputs) == UFRONT_OK);
    REQUIRE(i != 0 || numAllocations > before); // they are counted
    REQUIRE(i < 2 || numAllocations == before);
  }
  ufrtInstanceDestroy(instance);
}

static void testBadInputs(void) {
  UfrtInstance *instance = createAffine(1);
  float data[16] = {0};
  UfrontTensor outputs[2] = {{0}};
  UfrontTensor input = rowsOf(data, 2);
  // CHECK-NEXT: 6: input 'x' is tensor<2x4xf32>, expected tensor<?x3xf32>
  input.shape[1] = 4;
  printFailure(instance, input, outputs);
  // CHECK-NEXT: 6: input 'x' is tensor<2xf32>, expected tensor<?x3xf32>
  input.rank = 1;
  printFailure(instance, input, outputs);
  // CHECK-NEXT: 6: input 'x' is a tensor of rank 99, expected tensor<?x3xf32>
  input.rank = 99;
  printFailure(instance, input, outputs);
  // CHECK-NEXT: 6: input 'x' is tensor<2x3xi32>, expected tensor<?x3xf32>
  input = rowsOf(data, 2);
  input.type = UFRONT_I32;
  printFailure(instance, input, outputs);
  // CHECK-NEXT: 6: input 'x' is tensor<2x3x?>, expected tensor<?x3xf32>
  input.type = UFRONT_NO_TYPE;
  printFailure(instance, input, outputs);
  // CHECK-NEXT: 6: input 'x' is tensor<-5x3xf32>, expected tensor<?x3xf32>
  printFailure(instance, rowsOf(data, -5), outputs);
  // CHECK-NEXT: 6: input 'x' has no data
  printFailure(instance, rowsOf(NULL, 2), outputs);
  // CHECK-NEXT: 6: input 'x' is too large
  printFailure(instance, rowsOf(data, INT64_MAX / 2), outputs);
  // CHECK-NEXT: 6: input 'x' is not aligned to its elements of 4 bytes
  printFailure(instance, rowsOf((float *)((char *)data + 1), 2), outputs);
  // CHECK-NEXT: 7: 'affine' cannot have 13 rows
  float many[39] = {0};
  printFailure(instance, rowsOf(many, 13), outputs);
  REQUIRE(!outputs[0].data && !outputs[1].data);
  runAffine(instance, 5, outputs);
  // CHECK-NEXT: a good run after a bad one
  printf("a good run after a bad one\n");
  ufrtInstanceDestroy(instance);
}

static void testGivenOutputs(void) {
  UfrtInstance *instance = createAffine(2);
  float y[12];
  int64_t rows;
  UfrontTensor outputs[2] = {rowsOf(y, 4), {&rows, UFRONT_I64, 0, {0}}};
  runAffine(instance, 4, outputs);
  REQUIRE(outputs[0].data == y && outputs[1].data == &rows && rows == 4);
  // CHECK-NEXT: 7: output 'y' is tensor<3x3xf32>, the buffer given for it is
  // CHECK-SAME: tensor<4x3xf32>
  float x[9] = {0};
  printFailure(instance, rowsOf(x, 3), outputs);
  // CHECK-NEXT: 6: output 'rows' is tensor<i32>, expected tensor<i64>
  outputs[0] = rowsOf(y, 3);
  outputs[1].type = UFRONT_I32;
  printFailure(instance, rowsOf(x, 3), outputs);
  // The output of one run as the input of the next.
  UfrontTensor own[2] = {{0}};
  runAffine(instance, 2, own);
  UfrontTensor state = own[0];
  memset(own, 0, sizeof own);
  REQUIRE(ufrtInstanceRun(instance, &state, own) == UFRONT_OK);
  REQUIRE(own[0].data != state.data);
  REQUIRE(((float *)own[0].data)[1] == 4 * (4 * 1 + 20) + 20);
  // CHECK-NEXT: outputs given and fed back
  printf("outputs given and fed back\n");
  ufrtInstanceDestroy(instance);
}

static void testBadParams(void) {
  UfrtInstance *instance;
  // CHECK-NEXT: 6: missing parameters: 'scale', 'bias'
  UfrontStatus status =
      ufrtInstanceCreate(&affineProgram, findAffine, "all", 1, &instance);
  printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
  // CHECK-NEXT: 6: the instance was not created successfully
  printFailure(instance, (UfrontTensor){0}, NULL);
  ufrtInstanceDestroy(instance);
  // CHECK-NEXT: 6: parameter 'bias' is tensor<4xf32>, expected tensor<3xf32>
  status = ufrtInstanceCreate(&affineProgram, findAffine, "bias", 1, &instance);
  printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
  ufrtInstanceDestroy(instance);
  // CHECK-NEXT: 6: -1 threads, expected 0 to 4096
  status = ufrtInstanceCreate(&affineProgram, findAffine, NULL, -1, &instance);
  printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
  ufrtInstanceDestroy(instance);
  // CHECK-NEXT: 6: the program is of runtime version 99, this is version 3
  UfrtProgram other = affineProgram;
  other.abi = 99;
  status = ufrtInstanceCreate(&other, findAffine, NULL, 1, &instance);
  printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
  ufrtInstanceDestroy(instance);
  // CHECK-NEXT: 2: nowhere.safetensors: No such file or directory
  status = ufrtInstanceCreateFromFile(&affineProgram, "nowhere.safetensors", 1,
                                      &instance);
  printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
  ufrtInstanceDestroy(instance);
  ufrtInstanceDestroy(NULL);
}

//===----------------------------------------------------------------------===//
// What tasks may do
//===----------------------------------------------------------------------===//

/// What the scalar input of the tasks program asks for.
enum { ONCE, NESTED, BORROW, FAIL_ALL, FAIL_ONE, NEGATIVE, HUGE_BLOCK, CODE };

static void countTask(UfrtCall *call, const int64_t *slots, int64_t begin,
                      int64_t end) {
  (void)call;
  int32_t *counts = (int32_t *)slots[0];
  for (int64_t i = begin; i < end; ++i)
    __atomic_fetch_add(&counts[i], 1, __ATOMIC_RELAXED);
}

static void nestedTask(UfrtCall *call, const int64_t *slots, int64_t begin,
                       int64_t end) {
  for (int64_t i = begin; i < end; ++i)
    ufrtCallParallel(call, countTask, slots, slots[1]);
}

static void borrowTask(UfrtCall *call, const int64_t *slots, int64_t begin,
                       int64_t end) {
  // Every second block is left for the end of the run.
  for (int64_t i = begin; i < end; ++i) {
    unsigned char *block = ufrtCallAlloc(call, i * 10);
    memset(block, (int)(i % 128), (size_t)i * 10);
    if (i % 2)
      ufrtCallFree(call, block);
  }
  ufrtCallFree(call, NULL);
  countTask(call, slots, begin, end);
}

static void failTask(UfrtCall *call, const int64_t *slots, int64_t begin,
                     int64_t end) {
  for (int64_t i = begin; i < end; ++i)
    ufrtCallCheck(call, slots[1] >= 0 && i != slots[1], "a task failed");
}

static int32_t tasks(UfrtCall *call) {
  int64_t what = *(int64_t *)ufrtCallGetInput(call, 0);
  int64_t tiles = ufrtCallGetInputDim(call, 1, 0);
  int32_t *counts = ufrtCallGetOutput(call, 0, 1, &tiles);
  memset(counts, 0, (size_t)tiles * sizeof *counts);
  int64_t slots[] = {(int64_t)counts, what == FAIL_ALL ? -1 : tiles / 2};
  int64_t whole[] = {(int64_t)counts, tiles};
  if (what == ONCE)
    ufrtCallParallel(call, countTask, slots, tiles);
  else if (what == NESTED)
    ufrtCallParallel(call, nestedTask, whole, 3);
  else if (what == BORROW)
    ufrtCallParallel(call, borrowTask, slots, tiles);
  else if (what == FAIL_ALL || what == FAIL_ONE)
    ufrtCallParallel(call, failTask, slots, tiles);
  else if (what == NEGATIVE)
    ufrtCallAlloc(call, -8);
  else if (what == HUGE_BLOCK)
    ufrtCallAlloc(call, INT64_MAX);
  return what == CODE ? 42 : 0;
}

static const UfrontTensorInfo tasksInputs[] = {
    {"what", UFRONT_I64, 0, {0}}, {"tiles", UFRONT_I8, 1, {UFRONT_DYNAMIC}}};
static const UfrontTensorInfo tasksOutputs[] = {
    {"counts", UFRONT_I32, 1, {UFRONT_DYNAMIC}}};
static const UfrtProgram tasksProgram = {
    .abi = UFRT_ABI,
    .numInputs = 2,
    .numOutputs = 1,
    .inputs = tasksInputs,
    .outputs = tasksOutputs,
    .forward = tasks,
};

/// Runs the tasks program; whether each tile was counted `expected` times.
static UfrontStatus runTasks(UfrtInstance *instance, int64_t what,
                             int64_t tiles, int32_t expected) {
  static char unread[1000];
  UfrontTensor inputs[] = {{&what, UFRONT_I64, 0, {0}},
                           {unread, UFRONT_I8, 1, {tiles}}};
  UfrontTensor output = {0};
  UfrontStatus status = ufrtInstanceRun(instance, inputs, &output);
  for (int64_t i = 0; status == UFRONT_OK && i < tiles; ++i)
    REQUIRE(((int32_t *)output.data)[i] == expected);
  return status;
}

static void testTasks(int32_t threads) {
  UfrtInstance *instance;
  REQUIRE(ufrtInstanceCreate(&tasksProgram, NULL, NULL, threads, &instance) ==
          UFRONT_OK);
  static const int64_t sizes[] = {0, 1, 2, 3, 7, 8, 9, 13, 1000};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    REQUIRE(runTasks(instance, ONCE, sizes[i], 1) == UFRONT_OK);
    REQUIRE(runTasks(instance, NESTED, sizes[i], 3) == UFRONT_OK);
    REQUIRE(runTasks(instance, BORROW, sizes[i], 1) == UFRONT_OK);
  }
  printf("%d threads: each tile once\n", (int)threads);
  static const int64_t failures[] = {FAIL_ALL, FAIL_ONE, NEGATIVE, HUGE_BLOCK,
                                     CODE};
  for (size_t i = 0; i < sizeof failures / sizeof *failures; ++i) {
    UfrontStatus status = runTasks(instance, failures[i], 1000, 0);
    printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
    REQUIRE(runTasks(instance, ONCE, 100, 1) == UFRONT_OK);
  }
  ufrtInstanceDestroy(instance);
}

int main(void) {
  testRuns();
  testMemory();
  testSteadyState(1);
  testSteadyState(3);
  testBadInputs();
  testGivenOutputs();
  testBadParams();
  // CHECK-NEXT: 1 threads: each tile once
  // CHECK-NEXT: 7: a task failed
  // CHECK-NEXT: 7: a task failed
  // CHECK-NEXT: 7: a buffer of -8 bytes was asked for
  // CHECK-NEXT: 1: out of memory for 9223372036854775807 bytes
  // CHECK-NEXT: 7: the model's code returned 42
  testTasks(1);
  // CHECK-NEXT: 3 threads: each tile once
  // CHECK-NEXT: 7: a task failed
  // CHECK-NEXT: 7: a task failed
  // CHECK-NEXT: 7: a buffer of -8 bytes was asked for
  // CHECK-NEXT: 1: out of memory for 9223372036854775807 bytes
  // CHECK-NEXT: 7: the model's code returned 42
  testTasks(3);
  // CHECK-NEXT: ok
  printf("ok\n");
  return 0;
}
