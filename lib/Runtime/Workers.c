//===-- Workers.c - Threads that share the work of a loop -----------------===//
//
// A thread's range [begin, end) is one word. Whoever wants a part takes it with
// a compare-and-swap, the owner from the front, others from the back: a share
// of what is left, so that parts become smaller towards the end (guided
// self-scheduling, Polychronopoulos and Kuck 1987). A part that is taken keeps
// the loop from ending; therefore what a thread reads about the loop after
// taking is of the loop that the part belongs to, also if the thread had been
// looking at the word of an earlier one.
//
//===----------------------------------------------------------------------===//

#include "Runtime/Workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/// How often a thread looks for something to happen before it sleeps. Kernels
/// follow each other within microseconds, but waking takes many of them.
#define IDLE_LOOKS 20000
/// While a loop ends, the thread that is waited for may need the processor.
#define FINISH_LOOKS 2000
/// Of a range, what is taken at once: a larger part may be what everybody waits
/// for at the end, smaller ones cost more synchronisation.
#define TAKEN_SHARE 4

/// A thread's share, in cache lines of its own.
typedef struct Share {
  _Alignas(128) _Atomic uint64_t range; ///< begin << 32 | end.
} Share;

struct UfWorkers {
  Share *shares; ///< The caller's is the first.
  pthread_t *threads;
  size_t count, numStarted;
  // The loop; written while nobody has a part of one.
  UfPart part;
  void *userData;
  _Alignas(128) atomic_uint epoch; ///< How many loops there have been.
  atomic_bool stop;
  _Alignas(128) atomic_size_t left; ///< Steps that are not done.
  _Alignas(128) atomic_int sleepers;
  atomic_bool isWaiting; ///< The caller, for `left` to be 0.
  pthread_mutex_t lock;
  pthread_cond_t wake, done;
};

/// What a new thread is told.
typedef struct Start {
  UfWorkers *workers;
  size_t thread;
} Start;

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

//===----------------------------------------------------------------------===//
// Working
//===----------------------------------------------------------------------===//

/// Steps [begin, end) of the loop.
typedef struct Steps {
  size_t begin, end;
} Steps;

/// Takes a part of `share`; an empty one when nothing is left of it.
static Steps take(Share *share, bool fromFront) {
  uint64_t range = atomic_load_explicit(&share->range, memory_order_relaxed);
  for (;;) {
    uint64_t begin = range >> 32, end = range & UINT32_MAX;
    if (begin >= end)
      return (Steps){0, 0};
    uint64_t count = (end - begin + TAKEN_SHARE - 1) / TAKEN_SHARE;
    uint64_t middle = fromFront ? begin + count : end - count;
    uint64_t rest = fromFront ? middle << 32 | end : begin << 32 | middle;
    if (atomic_compare_exchange_weak_explicit(&share->range, &range, rest,
                                              memory_order_acquire,
                                              memory_order_relaxed))
      return fromFront ? (Steps){begin, middle} : (Steps){middle, end};
  }
}

static void finish(UfWorkers *workers, size_t count) {
  if (atomic_fetch_sub(&workers->left, count) != count ||
      !atomic_load(&workers->isWaiting))
    return;
  pthread_mutex_lock(&workers->lock);
  pthread_cond_signal(&workers->done);
  pthread_mutex_unlock(&workers->lock);
}

/// Works until no part is left to take: first its own, then those of others.
static void work(UfWorkers *workers, size_t self) {
  for (size_t i = 0; i < workers->count; ++i) {
    Share *share = &workers->shares[(self + i) % workers->count];
    Steps steps;
    while ((steps = take(share, /*fromFront=*/i == 0)).end > 0) {
      workers->part(workers->userData, steps.begin, steps.end);
      finish(workers, steps.end - steps.begin);
    }
  }
}

/// Waits until there is another loop than `seen`.
static void waitForLoop(UfWorkers *workers, unsigned seen) {
  for (int i = 0; i < IDLE_LOOKS; ++i) {
    if (atomic_load_explicit(&workers->epoch, memory_order_acquire) != seen)
      return;
    relax();
  }
  pthread_mutex_lock(&workers->lock);
  atomic_fetch_add(&workers->sleepers, 1);
  while (atomic_load(&workers->epoch) == seen)
    pthread_cond_wait(&workers->wake, &workers->lock);
  atomic_fetch_sub(&workers->sleepers, 1);
  pthread_mutex_unlock(&workers->lock);
}

static void *runThread(void *userData) {
  Start start = *(Start *)userData;
  free(userData);
  unsigned seen = 0;
  for (;;) {
    waitForLoop(start.workers, seen);
    if (atomic_load(&start.workers->stop))
      return NULL;
    seen = atomic_load(&start.workers->epoch);
    work(start.workers, start.thread);
  }
}

/// Says that something happened.
static void announce(UfWorkers *workers) {
  atomic_fetch_add(&workers->epoch, 1);
  if (atomic_load(&workers->sleepers) == 0)
    return;
  pthread_mutex_lock(&workers->lock);
  pthread_cond_broadcast(&workers->wake);
  pthread_mutex_unlock(&workers->lock);
}

/// Waits for the parts that others have taken.
static void waitForOthers(UfWorkers *workers) {
  for (int i = 0; i < FINISH_LOOKS; ++i) {
    if (atomic_load_explicit(&workers->left, memory_order_acquire) == 0)
      return;
    relax();
  }
  pthread_mutex_lock(&workers->lock);
  atomic_store(&workers->isWaiting, true);
  while (atomic_load(&workers->left) != 0)
    pthread_cond_wait(&workers->done, &workers->lock);
  atomic_store(&workers->isWaiting, false);
  pthread_mutex_unlock(&workers->lock);
}

void ufWorkersRun(UfWorkers *workers, UfPart part, void *userData,
                  size_t count) {
  if (!workers || count <= 1 || count > UINT32_MAX) {
    if (count > 0)
      part(userData, 0, count);
    return;
  }
  workers->part = part;
  workers->userData = userData;
  atomic_store_explicit(&workers->left, count, memory_order_relaxed);
  size_t begin = 0;
  for (size_t i = 0; i < workers->count; ++i) {
    size_t end = count * (i + 1) / workers->count;
    atomic_store_explicit(&workers->shares[i].range,
                          (uint64_t)begin << 32 | end, memory_order_release);
    begin = end;
  }
  announce(workers);
  work(workers, 0);
  waitForOthers(workers);
}

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

static bool startThread(UfWorkers *workers, size_t thread) {
  Start *start = malloc(sizeof *start);
  if (!start)
    return false;
  *start = (Start){workers, thread};
  if (pthread_create(&workers->threads[thread], NULL, runThread, start) == 0)
    return true;
  free(start);
  return false;
}

UfWorkers *ufWorkersCreate(size_t threads) {
  void *memory = NULL, *shares = NULL;
  if (posix_memalign(&memory, 128, sizeof(UfWorkers)) != 0)
    return NULL;
  UfWorkers *workers = memory;
  *workers = (UfWorkers){.count = threads, .numStarted = 1};
  pthread_mutex_init(&workers->lock, NULL);
  pthread_cond_init(&workers->wake, NULL);
  pthread_cond_init(&workers->done, NULL);
  workers->threads = calloc(threads, sizeof *workers->threads);
  if (posix_memalign(&shares, 128, threads * sizeof(Share)) == 0)
    workers->shares = shares;
  for (size_t i = 0; shares && i < threads; ++i)
    atomic_init(&workers->shares[i].range, 0);
  while (workers->threads && workers->shares && workers->numStarted < threads &&
         startThread(workers, workers->numStarted))
    ++workers->numStarted;
  if (workers->numStarted == threads)
    return workers;
  ufWorkersDestroy(workers);
  return NULL;
}

void ufWorkersDestroy(UfWorkers *workers) {
  if (!workers)
    return;
  atomic_store(&workers->stop, true);
  announce(workers);
  for (size_t i = 1; i < workers->numStarted; ++i)
    pthread_join(workers->threads[i], NULL);
  pthread_cond_destroy(&workers->done);
  pthread_cond_destroy(&workers->wake);
  pthread_mutex_destroy(&workers->lock);
  free(workers->threads);
  free(workers->shares);
  free(workers);
}
