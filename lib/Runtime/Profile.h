//===-- Profile.h - Measuring the runs of an instance -------------*- C -*-===//
//
// An instance has a UfProfile while it is profiled. Its thread calls all of
// this, but for ufProfileAddTiles().
//
//===----------------------------------------------------------------------===//

#ifndef UF_RUNTIME_PROFILE_H
#define UF_RUNTIME_PROFILE_H

#include "Support/Message.h"
#include "ufront/Runtime.h"

#include "Runtime/Workers.h"

typedef struct UfProfile UfProfile;

/// Null when memory is exhausted. Borrows the program and the workers.
UfProfile *ufProfileCreate(const UfrtProgram *program, UfWorkers *workers,
                           int64_t threads, UfrontProfiling profiling);
/// Null is a no-op.
void ufProfileDestroy(UfProfile *profile);

/// Around a run; one that fails is not counted.
void ufProfileBeginRun(UfProfile *profile);
void ufProfileEndRun(UfProfile *profile, UfrontStatus status);

/// Around a kernel.
void ufProfileEnter(UfProfile *profile, int64_t site, int64_t flops,
                    int64_t bytes);
void ufProfileLeave(UfProfile *profile);

/// The kernel's work that threads shared took from `begin` until now.
void ufProfileAddShared(UfProfile *profile, int64_t begin);
/// The calling thread worked on the tiles [first, last) from `begin` until now.
/// From any thread.
void ufProfileAddTiles(UfProfile *profile, int64_t begin, int64_t first,
                       int64_t last);

/// Sums up; null when memory is exhausted.
const UfrontProfile *ufProfileGet(UfProfile *profile);

//===----------------------------------------------------------------------===//
// Traces
//===----------------------------------------------------------------------===//

/// What is not a site: the whole run.
#define UF_EVENT_RUN (-1)

/// A kernel, or with `last` > 0 the work of one thread on some of its tiles.
typedef struct UfEvent {
  int32_t site, thread; ///< Thread 0 is the instance's.
  int64_t begin, end;   ///< In nanoseconds.
  int64_t first, last;
} UfEvent;

typedef struct UfEvents {
  UfEvent *data;
  size_t count, capacity;
} UfEvents;

/// Those of the fastest run; empty unless profiling is UFRONT_PROFILING_TRACE.
const UfEvents *ufProfileGetEvents(const UfProfile *profile);

//===----------------------------------------------------------------------===//
// ProfileText.c
//===----------------------------------------------------------------------===//

/// Both are false when `write` is.
bool ufProfileWriteTable(const UfrontProfile *profile, UfrontWrite write,
                         void *userData);
bool ufProfileWriteTrace(const UfrtProgram *program, const UfEvents *events,
                         UfrontWrite write, void *userData);

#endif // UF_RUNTIME_PROFILE_H
