//===-- session.c - The C ABI from import to answer ---------------*- C -*-===//
//
// RUN: rm -rf %t && mkdir %t
// RUN: capi-session %S/../Tools/Inputs/shift.mlir %t | FileCheck %s
// RUN: llvm-nm %t/shift.o | FileCheck %s --check-prefix=OBJECT
//
// OBJECT: {{[RD]}} shifted
//
//===----------------------------------------------------------------------===//

#include "ufront/Session.h"
#include "ufront/Runtime.h"

#include <pthread.h>
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

/// A session that must be there.
static UfrontSession *createSession(void) {
  UfrontSession *session = NULL;
  REQUIRE(ufrontSessionCreate(&session) == UFRONT_OK && session);
  REQUIRE(strcmp(ufrontSessionGetMessage(session), "") == 0);
  return session;
}

static void requireOk(UfrontSession *session, UfrontStatus status, int line) {
  if (status == UFRONT_OK)
    return;
  printf("line %d: %d: %s\n", line, (int)status,
         ufrontSessionGetMessage(session));
  exit(1);
}
#define REQUIRE_OK(session, call) requireOk(session, call, __LINE__)

static UfrontModel *importText(UfrontSession *session, const char *text) {
  UfrontModel *model = NULL;
  REQUIRE_OK(session, ufrontSessionImportMemory(session, text, strlen(text),
                                                NULL, &model));
  return model;
}

static const char sumText[] =
    "func.func @forward(%x: tensor<?xf32> {ufront.name = \"x\"},\n"
    "                   %y: tensor<?xf32> {ufront.name = \"y\"})\n"
    "    -> (tensor<?xf32> {ufront.name = \"sum\"}) {\n"
    "  %0 = \"ufront.add\"(%x, %y)\n"
    "      : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>\n"
    "  return %0 : tensor<?xf32>\n"
    "}\n";

static UfrontTensor vector(float *data, int64_t size) {
  return (UfrontTensor){data, UFRONT_F32, 1, {size}};
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

/// Everything in a session of its own.
static void *runSession(void *userData) {
  float *sum = userData, x[] = {1, 2, 3};
  UfrontSession *session = createSession();
  UfrontModel *model = importText(session, sumText);
  UfrontProgram *program;
  REQUIRE_OK(session, ufrontModelCompile(model, NULL, &program));
  UfrontTensor inputs[] = {vector(x, 3), vector(x, 3)};
  UfrontTensor output = vector(sum, 3);
  for (int i = 0; i < 100; ++i)
    REQUIRE_OK(session, ufrontProgramRun(program, inputs, &output));
  ufrontProgramDestroy(program);
  ufrontModelDestroy(model);
  ufrontSessionDestroy(session);
  return NULL;
}

static void testThreads(void) {
  enum { COUNT = 3 };
  pthread_t threads[COUNT];
  float sums[COUNT][3] = {{0}};
  for (int i = 0; i < COUNT; ++i)
    REQUIRE(pthread_create(&threads[i], NULL, runSession, sums[i]) == 0);
  for (int i = 0; i < COUNT; ++i) {
    pthread_join(threads[i], NULL);
    REQUIRE(sums[i][0] == 2 && sums[i][2] == 6);
  }
  // CHECK: sessions are independent
  printf("sessions are independent\n");
}

//===----------------------------------------------------------------------===//
// Importing
//===----------------------------------------------------------------------===//

static void testFormats(void) {
  bool hasOnnx = false, hasMlir = false;
  int32_t count = 0;
  for (; ufrontGetFormatName(count); ++count) {
    hasOnnx |= strcmp(ufrontGetFormatName(count), "onnx") == 0;
    hasMlir |= strcmp(ufrontGetFormatName(count), "mlir") == 0;
  }
  REQUIRE(hasOnnx && hasMlir && !ufrontGetFormatName(count));
  REQUIRE(!ufrontGetFormatName(-1));
  REQUIRE(strcmp(ufrontGetVersion(), UFRONT_VERSION) == 0);
  // CHECK-NEXT: formats
  printf("formats\n");
}

static void printInfo(const UfrontTensorInfo *info) {
  printf("%s: %s rank %d, %d x %d\n", info->name, ufrontTypeGetName(info->type),
         info->rank, (int)info->shape[0], (int)info->shape[1]);
}

static void testInspect(UfrontSession *session, const char *path) {
  UfrontModel *model = NULL;
  REQUIRE_OK(session, ufrontSessionImport(session, path, NULL, &model));
  REQUIRE(ufrontModelGetNumInputs(model) == 1);
  REQUIRE(ufrontModelGetNumOutputs(model) == 1);
  // CHECK-NEXT: x: f32 rank 2, -1 x 3
  printInfo(ufrontModelGetInput(model, 0));
  // CHECK-NEXT: y: f32 rank 2, -1 x 3
  printInfo(ufrontModelGetOutput(model, 0));
  REQUIRE(!ufrontModelGetInput(model, 1) && !ufrontModelGetInput(model, -1));
  REQUIRE(!ufrontModelGetOutput(model, 1));
  ufrontModelDestroy(model);

  // With its open dimension fixed.
  UfrontTensorInfo shape = {"x", UFRONT_NO_TYPE, 2, {4, 3}};
  UfrontImportOptions options = {.shapes = &shape, .numShapes = 1};
  REQUIRE_OK(session, ufrontSessionImport(session, path, &options, &model));
  // CHECK-NEXT: y: f32 rank 2, 4 x 3
  printInfo(ufrontModelGetOutput(model, 0));
  ufrontModelDestroy(model);
  ufrontModelDestroy(NULL);
}

static void printImportFailure(UfrontSession *session, const char *text,
                               const UfrontImportOptions *options) {
  UfrontModel *model = (UfrontModel *)session; // to be overwritten
  UfrontStatus status =
      text ? ufrontSessionImportMemory(session, text, strlen(text), options,
                                       &model)
           : ufrontSessionImport(session, "no/such.onnx", options, &model);
  printf("%d: %s\n", (int)status, ufrontSessionGetMessage(session));
  REQUIRE(status != UFRONT_OK && !model);
}

static void testImportErrors(UfrontSession *session) {
  // CHECK-NEXT: 2: no/such.onnx: No such file or directory
  printImportFailure(session, NULL, NULL);
  // CHECK-NEXT: 3: <memory>: the format is not recognised; say which it is
  printImportFailure(session, "?", NULL);
  // CHECK-NEXT: 3: <memory>: the format is not recognised; say which it is
  printImportFailure(session, "", NULL);
  // CHECK-NEXT: 6: there is no import format 'paper'
  printImportFailure(session, "?", &(UfrontImportOptions){.format = "paper"});
  // CHECK-NEXT: 3: <memory>: not a valid MLIR module
  // CHECK-NEXT: :1:{{[0-9]+}}: {{.+}}
  printImportFailure(session, "func.func @forward(", NULL);
  // CHECK-NEXT: 3: <memory>: not a valid MLIR module
  // CHECK-NEXT: :2:{{[0-9]+}}: 'ufront.relu' takes 1 operand, but has 0
  printImportFailure(session,
                     "func.func @forward() -> tensor<2xf32> {\n"
                     "  %0 = \"ufront.relu\"() : () -> tensor<2xf32>\n"
                     "  return %0 : tensor<2xf32>\n"
                     "}\n",
                     NULL);
  // CHECK-NEXT: 5: <memory>: has no function @forward
  printImportFailure(session, "module {}", NULL);
  // A success forgets them.
  ufrontModelDestroy(importText(session, sumText));
  REQUIRE(strcmp(ufrontSessionGetMessage(session), "") == 0);
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

typedef struct Text {
  char data[1 << 18];
  size_t size, limit;
} Text;

/// Takes `limit` bytes, then refuses.
static bool takeText(void *userData, const char *data, size_t size) {
  Text *text = userData;
  if (text->size + size > text->limit)
    return false;
  memcpy(text->data + text->size, data, size);
  text->size += size;
  text->data[text->size] = 0;
  return true;
}

static void testEmit(UfrontSession *session, const char *path) {
  static const char *const expected[] = {"\"ufront.add\"",     "tosa.add",
                                         "linalg.generic",     "@kernel_0",
                                         "llvm.func @forward", "forward:"};
  UfrontModel *model;
  REQUIRE_OK(session, ufrontSessionImport(session, path, NULL, &model));
  Text *text = calloc(1, sizeof *text);
  for (int stage = UFRONT_STAGE_UFRONT; stage <= UFRONT_STAGE_ASM; ++stage)
    for (int twice = 0; twice < 2; ++twice) {
      *text = (Text){.limit = sizeof text->data - 1};
      REQUIRE_OK(session,
                 ufrontModelEmit(model, (UfrontStage)stage, UFRONT_WEIGHTS_FILE,
                                 NULL, takeText, text));
      REQUIRE(strstr(text->data, expected[stage]));
    }
  text->size = 0;
  REQUIRE_OK(session,
             ufrontModelEmit(model, UFRONT_STAGE_UFRONT, UFRONT_WEIGHTS_INLINE,
                             NULL, takeText, text));
  REQUIRE(strstr(text->data, "dense<[1.000000e+00, -2.000000e+00"));
  text->size = 0;
  REQUIRE_OK(session,
             ufrontModelEmit(model, UFRONT_STAGE_UFRONT, UFRONT_WEIGHTS_ELIDE,
                             NULL, takeText, text));
  REQUIRE(strstr(text->data, "ufront.sym = \"w\""));
  REQUIRE(!strstr(text->data, "ufront.param"));
  text->limit = text->size = 0;
  UfrontStatus status = ufrontModelEmit(
      model, UFRONT_STAGE_UFRONT, UFRONT_WEIGHTS_FILE, NULL, takeText, text);
  // CHECK-NEXT: 2: the output was not taken
  printf("%d: %s\n", (int)status, ufrontSessionGetMessage(session));
  free(text);
  ufrontModelDestroy(model);
}

//===----------------------------------------------------------------------===//
// Compiling and running
//===----------------------------------------------------------------------===//

typedef struct Steps {
  int64_t done, total;
  int count;
} Steps;

static void onProgress(void *userData, const char *what, int64_t done,
                       int64_t total) {
  Steps *steps = userData;
  REQUIRE(what[0] && done >= steps->done && done <= total);
  *steps = (Steps){done, total, steps->count + 1};
}

static void testRun(UfrontSession *session, const char *path) {
  UfrontModel *model;
  UfrontProgram *program;
  Steps steps = {0};
  ufrontSessionSetProgress(session, onProgress, &steps);
  REQUIRE_OK(session, ufrontSessionImport(session, path, NULL, &model));
  REQUIRE_OK(session, ufrontModelCompile(model, NULL, &program));
  REQUIRE(steps.count > 3 && steps.done == steps.total);
  ufrontSessionSetProgress(session, NULL, NULL);

  float x[] = {0, 1, 2, 3, 4, 5}, own[8] = {[6] = 42};
  UfrontTensor input = {x, UFRONT_F32, 2, {2, 3}}, output = {0};
  REQUIRE_OK(session, ufrontProgramRun(program, &input, &output));
  REQUIRE(output.type == UFRONT_F32 && output.rank == 2);
  REQUIRE(output.shape[0] == 2 && output.shape[1] == 3);
  const float *y = output.data;
  // CHECK-NEXT: y: 1 0 2.5 4 2 5.5
  printf("y: %g %g %g %g %g %g\n", y[0], y[1], y[2], y[3], y[4], y[5]);
  REQUIRE(ufrontProgramGetMemory(program) > 0);

  // Into the caller's buffer, and not beyond it.
  UfrontTensor mine = {own, UFRONT_F32, 2, {2, 3}};
  REQUIRE_OK(session, ufrontProgramRun(program, &input, &mine));
  REQUIRE(mine.data == own && memcmp(own, y, sizeof x) == 0 && own[6] == 42);

  // One row, in a program of its own.
  UfrontProgram *second;
  UfrontCompileOptions options = {.threads = 2, .viaTosa = true};
  REQUIRE_OK(session, ufrontModelCompile(model, &options, &second));
  UfrontTensor row = {x + 3, UFRONT_F32, 2, {1, 3}}, result = {0};
  REQUIRE_OK(session, ufrontProgramRun(second, &row, &result));
  REQUIRE(result.shape[0] == 1 && ((float *)result.data)[2] == 5.5f);
  REQUIRE(memcmp(result.data, y + 3, 3 * sizeof *y) == 0);
  ufrontProgramDestroy(program);
  ufrontProgramDestroy(second);
  ufrontProgramDestroy(NULL);
  ufrontModelDestroy(model);
}

static void printRunFailure(UfrontSession *session, UfrontProgram *program,
                            UfrontTensor x, UfrontTensor y, UfrontTensor out) {
  UfrontTensor inputs[] = {x, y};
  UfrontStatus status = ufrontProgramRun(program, inputs, &out);
  printf("%d: %s\n", (int)status, ufrontSessionGetMessage(session));
  REQUIRE(status != UFRONT_OK);
}

static void testRunErrors(UfrontSession *session) {
  UfrontModel *model = importText(session, sumText);
  UfrontProgram *program;
  REQUIRE_OK(session, ufrontModelCompile(model, NULL, &program));
  float x[] = {1, 2, 3}, sum[3];
  UfrontTensor three = vector(x, 3), two = vector(x, 2), none = {0};
  // CHECK-NEXT: 7: add: dimension 0 of the operands differs; {{.*}}
  printRunFailure(session, program, three, two, none);
  // CHECK-NEXT: 6: input 'y' is tensor<3xi32>, expected tensor<?xf32>
  two.type = UFRONT_I32;
  two.shape[0] = 3;
  printRunFailure(session, program, three, two, none);
  // CHECK-NEXT: {{[67]}}: output 'sum' {{.*}}
  printRunFailure(session, program, three, three, vector(sum, 2));
  // It still runs.
  UfrontTensor inputs[] = {three, three}, output = vector(sum, 3);
  REQUIRE_OK(session, ufrontProgramRun(program, inputs, &output));
  REQUIRE(sum[0] == 2 && sum[1] == 4 && sum[2] == 6);
  ufrontProgramDestroy(program);
  ufrontModelDestroy(model);

  // A weight that nobody has the values of.
  model = importText(session, "func.func @forward() -> tensor<2xf32> {\n"
                              "  %w = \"ufront.param\"() {sym = \"w\"} : () -> "
                              "tensor<2xf32>\n"
                              "  return %w : tensor<2xf32>\n"
                              "}\n");
  UfrontStatus status = ufrontModelCompile(model, NULL, &program);
  // CHECK-NEXT: 3: the weights have no tensor 'w'
  printf("%d: %s\n", (int)status, ufrontSessionGetMessage(session));
  REQUIRE(!program);
  ufrontModelDestroy(model);
}

static void testWrite(UfrontSession *session, const char *path,
                      const char *folder) {
  UfrontModel *model;
  char file[512];
  REQUIRE_OK(session, ufrontSessionImport(session, path, NULL, &model));
  snprintf(file, sizeof file, "%s/shift.safetensors", folder);
  REQUIRE_OK(session, ufrontModelWriteWeights(model, file));
  snprintf(file, sizeof file, "%s/shift.o", folder);
  REQUIRE_OK(session, ufrontModelWriteObject(model, NULL, "shifted", file));
  UfrontStatus status =
      ufrontModelWriteObject(model, NULL, "shifted", "no/such.o");
  // CHECK-NEXT: 2: no/such.o: No such file or directory
  printf("%d: %s\n", (int)status, ufrontSessionGetMessage(session));
  status = ufrontModelWriteWeights(model, "no/such.safetensors");
  // CHECK-NEXT: 2: no/such.safetensors: No such file or directory
  printf("%d: %s\n", (int)status, ufrontSessionGetMessage(session));
  ufrontModelDestroy(model);
}

int main(int argc, char **argv) {
  REQUIRE(argc == 3);
  testThreads();
  UfrontSession *session = createSession();
  testFormats();
  testInspect(session, argv[1]);
  testImportErrors(session);
  testEmit(session, argv[1]);
  testRun(session, argv[1]);
  testRunErrors(session);
  testWrite(session, argv[1], argv[2]);
  ufrontSessionDestroy(session);
  ufrontSessionDestroy(NULL);
  // CHECK-NEXT: done
  printf("done\n");
  return 0;
}
