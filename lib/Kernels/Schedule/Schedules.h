//===-- Schedules.h - The embedded transform scripts --------------*- C -*-===//
//
// The files of lib/Kernels/Schedule/schedules, compiled into the library.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_SCHEDULE_SCHEDULES_H
#define UF_KERNELS_SCHEDULE_SCHEDULES_H

#include <stddef.h>

/// The text of one transform script.
typedef struct UfScheduleText {
  const char *name; ///< The file's name without ".mlir".
  const char *text; ///< Null-terminated.
  size_t size;      ///< Without the terminator.
} UfScheduleText;

/// Every script, in the order of their names; the last row is zero.
extern const UfScheduleText ufScheduleTexts[];

#endif // UF_KERNELS_SCHEDULE_SCHEDULES_H
