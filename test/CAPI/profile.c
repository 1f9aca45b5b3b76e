//===-- profile.c - What the runtime measures -----------------------------===//
//
// RUN: capi-profile > %t && FileCheck %s < %t
// RUN: sed -n '/^{/,/^]}/p' %t | %python -m json.tool > %t.json
//
// A program by hand: one kernel that is called in two places and shared by
// threads, and one whose work is not known.
//
//===----------------------------------------------------------------------===//

#include "ufront/Runtime.h"

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

static void spin(UfrtCall *call, const int64_t *slots, int64_t begin,
                 int64_t end) {
  (void)call, (void)slots;
  for (volatile int64_t i = begin * 10000; i < end * 10000; ++i)
    ;
}

static int32_t forward(UfrtCall *call) {
  int32_t *fails = ufrtCallGetInput(call, 0);
  for (int64_t site = 0; site < 2; ++site) {
    ufrtCallEnter(call, site, /*flops=*/1000, /*bytes=*/site ? 64 : 16);
    ufrtCallParallel(call, spin, NULL, 8);
    ufrtCallCheck(call, !*fails, "told to");
    ufrtCallLeave(call);
  }
  ufrtCallEnter(call, 2, -1, -1);
  ufrtCallLeave(call);
  return 0;
}

static const UfrontTensorInfo input = {"fails", UFRONT_I32, 0, {0}};
static const UfrtSite sites[] = {
    {"kernel_0", "conv+elementwise", "4x4 * 9", "first\n, \"relu\""},
    {"kernel_0", "conv+elementwise", "4x4 * 9", "second"},
    {"kernel_1", "sort", "?", "third"},
};
static UfrtProgram program = {.abi = UFRT_ABI,
                              .numInputs = 1,
                              .inputs = &input,
                              .forward = forward,
                              .numSites = 3,
                              .sites = sites};

static UfrontStatus run(UfrtInstance *instance, int32_t fails) {
  UfrontTensor tensor = {&fails, UFRONT_I32, 0, {0}};
  return ufrtInstanceRun(instance, &tensor, NULL);
}

static bool print(void *userData, const char *data, size_t size) {
  return !userData && fwrite(data, 1, size, stdout) == size;
}

static void testRows(int32_t threads) {
  UfrtInstance *instance;
  REQUIRE(ufrtInstanceCreate(&program, NULL, NULL, threads, &instance) ==
          UFRONT_OK);
  REQUIRE(!ufrtInstanceGetProfile(instance));
  REQUIRE(ufrtInstanceSetProfiling(instance, UFRONT_PROFILING_TRACE) ==
          UFRONT_OK);
  for (int i = 0; i < 5; ++i)
    REQUIRE(run(instance, /*fails=*/i == 1) ==
            (i == 1 ? UFRONT_RUNTIME : UFRONT_OK));
  const UfrontProfile *profile = ufrtInstanceGetProfile(instance);
  REQUIRE(profile && profile->runs == 4 && profile->threads == threads);
  REQUIRE(profile->numKernels == 2);
  const UfrontKernelTime *first = &profile->kernels[0];
  REQUIRE(strcmp(first->name, "kernel_0") == 0);
  REQUIRE(strcmp(first->where, "first\n, \"relu\", second") == 0);
  REQUIRE(first->calls == 2 && first->flops == 2000 && first->bytes == 80);
  REQUIRE(first->seconds > 0 && first->seconds <= first->mean);
  REQUIRE(first->threads > 0 && first->threads < threads + 0.1);
  REQUIRE(first->bound != UFRONT_BOUND_UNKNOWN && first->limit > 0);
  const UfrontKernelTime *second = &profile->kernels[1];
  REQUIRE(second->calls == 1 && second->flops < 0 && second->bytes < 0);
  REQUIRE(second->bound == UFRONT_BOUND_UNKNOWN && second->limit == 0);
  REQUIRE(profile->fastest > 0 && profile->fastest <= profile->mean);
  REQUIRE(profile->outside >= 0 && profile->outside < profile->mean);
  REQUIRE(profile->peakFlops > 1e8 && profile->peakBytes > 1e7);
  REQUIRE(ufrtInstanceWriteProfile(instance, UFRONT_PROFILE_TABLE, print,
                                   NULL) == UFRONT_OK);
  REQUIRE(ufrtInstanceWriteProfile(instance, UFRONT_PROFILE_TABLE, print,
                                   instance) == UFRONT_IO);
  if (threads == 2)
    REQUIRE(ufrtInstanceWriteProfile(instance, UFRONT_PROFILE_TRACE, print,
                                     NULL) == UFRONT_OK);
  // Setting it again forgets.
  REQUIRE(ufrtInstanceSetProfiling(instance, UFRONT_PROFILING_TIMES) ==
          UFRONT_OK);
  REQUIRE(ufrtInstanceGetProfile(instance)->numKernels == 0);
  REQUIRE(ufrtInstanceSetProfiling(instance, UFRONT_PROFILING_OFF) ==
          UFRONT_OK);
  REQUIRE(run(instance, 0) == UFRONT_OK && !ufrtInstanceGetProfile(instance));
  ufrtInstanceDestroy(instance);
}

int main(void) {
  // CHECK: 4 runs on 1 threads: fastest {{.*}} peak {{.*}} GFLOP/s, {{.*}} GB/s
  // CHECK-NEXT: share
  // CHECK-NEXT: compute  conv+elementwise 4x4 * 9  first?, "relu", second  @ker
  // CHECK-NEXT: 1        -      -        -      1.0  - {{.*}}third  @kernel_1
  // CHECK-NEXT: outside kernels
  // CHECK-NEXT: 100.0%{{.*}}total
  testRows(1);
  // CHECK: 4 runs on 2 threads
  // CHECK: {"displayTimeUnit"
  // CHECK: "cat":"tiles","name":"tiles 0..1","args":{"kernel":"kernel_0"
  // CHECK: "name":"conv+elementwise","args":{"kernel":"kernel_0",
  // CHECK-SAME: "where":"first\u000a, \"relu\""}
  testRows(2);
  program.sites = NULL;
  program.numSites = 0;
  UfrtInstance *instance;
  REQUIRE(ufrtInstanceCreate(&program, NULL, NULL, 1, &instance) == UFRONT_OK);
  // CHECK: 6: the program was not compiled to be profiled
  UfrontStatus status =
      ufrtInstanceSetProfiling(instance, UFRONT_PROFILING_TIMES);
  printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
  status =
      ufrtInstanceWriteProfile(instance, UFRONT_PROFILE_TABLE, print, NULL);
  // CHECK-NEXT: 6: nothing has been measured
  printf("%d: %s\n", (int)status, ufrtInstanceGetMessage(instance));
  ufrtInstanceDestroy(instance);
  return 0;
}
