//===-- Progress.h - One line that says how far it is -------------*- C -*-===//
//
// A UfrontProgress callback that keeps one line of standard error up to date
// when that is a terminal, and stays silent otherwise.
//
//===----------------------------------------------------------------------===//

#ifndef UF_TOOLS_PROGRESS_H
#define UF_TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct UfProgress {
  bool terminal; ///< Otherwise nothing is ever printed.
  bool shown;    ///< There is a line to clear.
  double start, last;
} UfProgress;

/// Finds out whether standard error is a terminal that can rewrite a line.
void ufProgressStart(UfProgress *progress);

/// A UfrontProgress; `progress` is a UfProgress. From one thread at a time.
void ufProgressShow(void *progress, const char *what, int64_t done,
                    int64_t total);

/// Clears the line, before anything else is printed.
void ufProgressClear(UfProgress *progress);

/// Seconds since some moment.
double ufSeconds(void);

#endif // UF_TOOLS_PROGRESS_H
