//===-- Peak.h - What this machine can do at most -----------------*- C -*-===//

#ifndef UF_RUNTIME_PEAK_H
#define UF_RUNTIME_PEAK_H

#include "Runtime/Workers.h"

#include <stdint.h>

/// Measures, in tens of milliseconds, what `threads` threads reach together:
/// operations of f32 multiply-adds per second, and bytes read from memory per
/// second, 0 when there is no memory to read. `workers` is null for one thread.
void ufMeasurePeak(UfWorkers *workers, size_t threads, double *flops,
                   double *bytes);

/// Nanoseconds of a clock that only goes forward.
int64_t ufNanoseconds(void);

#endif // UF_RUNTIME_PEAK_H
