//===-- Peak.c - What this machine can do at most -------------------------===//
//
// A loop of independent multiply-adds on the widest vectors, and one that reads
// memory beyond the caches. Every thread times itself, in pieces so short that
// the system interrupts only some of them: other programs only ever take away.
//
//===----------------------------------------------------------------------===//

#include "Runtime/Peak.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// More than the caches of one CPU hold.
#define STREAM_BYTES ((size_t)64 << 20)
#define FMA_STEPS 200000
#define TRIALS 16

int64_t ufNanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

//===----------------------------------------------------------------------===//
// Multiply-adds
//===----------------------------------------------------------------------===//

/// Enough independent sums to fill two units with a latency of four or five.
#define SUMS 12

/// Defines NAME(x): FMA_STEPS times SUMS multiply-adds on vectors of WIDTH
/// floats. Returns something that depends on all of them.
#define DEFINE_FMA(NAME, WIDTH, ATTRIBUTE)                                     \
  typedef float NAME##Vector __attribute__((vector_size(4 * (WIDTH))));        \
  ATTRIBUTE static float NAME(float x) {                                       \
    NAME##Vector sums[SUMS], factor = x - (NAME##Vector){0};                   \
    for (int i = 0; i < SUMS; ++i)                                             \
      sums[i] = factor + (float)i;                                             \
    for (int n = 0; n < FMA_STEPS; ++n)                                        \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; ++i)        \
          sums[i] = sums[i] * factor + factor;                                 \
    float total = 0;                                                           \
    for (int i = 0; i < SUMS; ++i)                                             \
      total += sums[i][0];                                                     \
    return total;                                                              \
  }

DEFINE_FMA(runFma, 4, )
#if defined(__x86_64__)
DEFINE_FMA(runFma256, 8, __attribute__((target("avx2,fma"))))
DEFINE_FMA(runFma512, 16, __attribute__((target("avx512f"))))
#endif

typedef struct Fma {
  float (*run)(float x);
  int width;
} Fma;

static Fma chooseFma(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return (Fma){runFma512, 16};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return (Fma){runFma256, 8};
#endif
  return (Fma){runFma, 4};
}

//===----------------------------------------------------------------------===//
// On every thread
//===----------------------------------------------------------------------===//

/// One thread's rates, in a cache line of its own.
typedef struct Rate {
  _Alignas(64) double perSecond[TRIALS];
  volatile float sink; ///< So that nothing is left out.
} Rate;

typedef struct Peak {
  Fma fma;
  const float *memory; ///< STREAM_BYTES, read by all threads.
  size_t threads;
  Rate *rates;
  void (*task)(struct Peak *peak, size_t thread); ///< Being measured.
} Peak;

static double rateSince(int64_t begin, double work) {
  int64_t elapsed = ufNanoseconds() - begin;
  return 1e9 * work / (double)(elapsed ? elapsed : 1);
}

static void multiply(Peak *peak, size_t thread) {
  Rate *rate = &peak->rates[thread];
  double work = 2.0 * peak->fma.width * SUMS * FMA_STEPS;
  for (int i = 0; i < TRIALS; ++i) {
    int64_t begin = ufNanoseconds();
    rate->sink = peak->fma.run(1e-3F * (float)(thread + 1));
    rate->perSecond[i] = rateSince(begin, work);
  }
}

static void stream(Peak *peak, size_t thread) {
  typedef float Vector __attribute__((vector_size(64)));
  Rate *rate = &peak->rates[thread];
  size_t count = STREAM_BYTES / sizeof(Vector) / peak->threads / TRIALS / 4 * 4;
  // All threads go through the memory side by side, so that what the caches
  // still have of its end is gone when they get there.
  const Vector *from = (const Vector *)peak->memory + thread * count;
  for (int trial = 0; trial < TRIALS; ++trial, from += count * peak->threads) {
    int64_t begin = ufNanoseconds();
    Vector sums[4] = {0};
    for (size_t i = 0; i < count; i += 4)
      for (size_t k = 0; k < 4; ++k)
        sums[k] += from[i + k];
    rate->sink = sums[0][0] + sums[1][0] + sums[2][0] + sums[3][0];
    rate->perSecond[trial] = rateSince(begin, (double)(count * sizeof(Vector)));
  }
}

static void runTask(void *userData, size_t begin, size_t end) {
  Peak *peak = userData;
  for (size_t thread = begin; thread < end; ++thread)
    peak->task(peak, thread);
}

static int compareRates(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

/// The sum over threads of their `rank`-th rate of TRIALS.
static double measure(UfWorkers *workers, Peak *peak, int rank) {
  double total = 0;
  ufWorkersRun(workers, runTask, peak, peak->threads);
  for (size_t i = 0; i < peak->threads; ++i) {
    double *rates = peak->rates[i].perSecond;
    qsort(rates, TRIALS, sizeof *rates, compareRates);
    total += rates[rank];
  }
  return total;
}

void ufMeasurePeak(UfWorkers *workers, size_t threads, double *flops,
                   double *bytes) {
  *flops = *bytes = 0;
  Peak peak = {.fma = chooseFma(), .threads = threads};
  void *memory = NULL, *rates = NULL;
  if (posix_memalign(&rates, 64, threads * sizeof *peak.rates) == 0) {
    peak.rates = memset(rates, 0, threads * sizeof *peak.rates);
    peak.task = multiply;
    *flops = measure(workers, &peak, TRIALS - 1);
  }
  if (rates && posix_memalign(&memory, 64, STREAM_BYTES) == 0) {
    peak.memory = memset(memory, 1, STREAM_BYTES);
    // Not the best one, which may have read what a cache still held.
    peak.task = stream;
    *bytes = measure(workers, &peak, TRIALS * 3 / 4);
  }
  free(memory);
  free(rates);
}
