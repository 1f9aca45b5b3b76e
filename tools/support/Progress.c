//===-- Progress.c - One line that says how far it is ---------------------===//

#include "Progress.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// What is over sooner than this is not worth a line.
static const double delay = 0.3;
static const double interval = 0.05;

double ufSeconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void ufProgressStart(UfProgress *progress) {
  const char *term = getenv("TERM");
  *progress = (UfProgress){
      .terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb"),
      .start = ufSeconds(),
  };
}

void ufProgressShow(void *userData, const char *what, int64_t done,
                    int64_t total) {
  UfProgress *progress = userData;
  if (!progress->terminal)
    return;
  double now = ufSeconds();
  if (now - progress->start < delay || now - progress->last < interval)
    return;
  progress->last = now;
  progress->shown = true;
  char line[72];
  int used = total > 0 ? snprintf(line, sizeof(line), "[%lld/%lld] ",
                                  (long long)done, (long long)total)
                       : 0;
  snprintf(line + used, sizeof(line) - (size_t)used, "%s", what);
  for (char *c = line; *c; ++c)
    if (iscntrl((unsigned char)*c))
      *c = '?';
  fprintf(stderr, "\r\033[K%s", line);
  fflush(stderr);
}

void ufProgressClear(UfProgress *progress) {
  if (!progress->shown)
    return;
  fputs("\r\033[K", stderr);
  fflush(stderr);
  progress->shown = false;
}
