//===-- Workers.h - Threads that share the work of a loop ---------*- C -*-===//
//
// Every thread starts with a range of its own, so that it finds in its caches
// what it wrote in the loop before, and helps others when it is done. Nobody
// waits for a thread that has not started: on a busy machine it may take long
// until it does, and by then the others have done its share.
//
//===----------------------------------------------------------------------===//

#ifndef UF_RUNTIME_WORKERS_H
#define UF_RUNTIME_WORKERS_H

#include <stddef.h>

/// The calling thread and others, which wait for work.
typedef struct UfWorkers UfWorkers;

/// Steps `begin` to `end` - 1 of a loop.
typedef void (*UfPart)(void *userData, size_t begin, size_t end);

/// `threads` > 1 counts the caller. Null when they cannot be had.
UfWorkers *ufWorkersCreate(size_t threads);
/// Null is a no-op.
void ufWorkersDestroy(UfWorkers *workers);

/// Calls `part` for ranges that together are 0 to `count` - 1 on all threads,
/// and returns when all of it is done. From one thread at a time, and not from
/// a part. Null workers are the calling thread alone.
void ufWorkersRun(UfWorkers *workers, UfPart part, void *userData,
                  size_t count);

#endif // UF_RUNTIME_WORKERS_H
