//===-- ufront/Profile.h - Where a model's time goes --------------*- C -*-===//
//
// What has been measured of a program that was compiled with the option
// `profile`: a table with a row per kernel, and a trace of one run.
//
//===----------------------------------------------------------------------===//

#ifndef UFRONT_PROFILE_H
#define UFRONT_PROFILE_H

#include "ufront/Support.h"

UFRONT_BEGIN_DECLS

/// What a program measures while it runs. Setting it forgets what was measured.
typedef enum UfrontProfiling {
  UFRONT_PROFILING_OFF = 0,
  UFRONT_PROFILING_TIMES = 1, ///< Each kernel's.
  UFRONT_PROFILING_TRACE = 2, ///< Also each piece of work of each thread.
} UfrontProfiling;

/// What keeps a kernel from being faster, by the rates of the machine.
typedef enum UfrontBound {
  UFRONT_BOUND_UNKNOWN = 0,
  UFRONT_BOUND_COMPUTE = 1,
  UFRONT_BOUND_MEMORY = 2,
} UfrontBound;

/// One kernel, in one run of the model; a kernel that the model calls in
/// several places has one row.
typedef struct UfrontKernelTime {
  const char *name;  ///< Of its function.
  const char *kind;  ///< Of its ops: "conv+elementwise".
  const char *loops; ///< Of its largest op: "1x56x56x64 * 3x3x64".
  const char *where; ///< Names of the model's nodes: "conv2, relu2".
  int64_t calls;
  double seconds; ///< In the fastest run.
  double mean;    ///< Seconds over all runs.
  double threads; ///< How many were at work, on average.
  double flops;   ///< Additions, multiplications and so on; < 0: unknown.
  double bytes;   ///< Of the operands, each once; < 0: unknown.
  double limit;   ///< Seconds at the machine's rates; 0: unknown.
  UfrontBound bound;
} UfrontKernelTime;

/// Everything measured since profiling was set.
typedef struct UfrontProfile {
  int32_t threads; ///< The program's.
  int32_t numKernels;
  const UfrontKernelTime *kernels; ///< The one that takes longest first.
  int64_t runs;
  double fastest, mean; ///< Seconds of a run.
  double outside;       ///< Seconds of a run that no kernel takes.
  /// What all of the program's threads reach together, per second.
  double peakFlops, peakBytes;
} UfrontProfile;

/// How a profile is written.
typedef enum UfrontProfileFormat {
  UFRONT_PROFILE_TABLE = 0, ///< Text for people.
  /// Trace events in JSON, of the fastest run; Perfetto and chrome://tracing
  /// show them, a row per thread.
  UFRONT_PROFILE_TRACE = 1,
} UfrontProfileFormat;

UFRONT_END_DECLS

#endif // UFRONT_PROFILE_H
