//===-- Seed.c - Where random numbers begin -------------------------------===//

#include "ufront/Runtime.h"

#include <time.h>
#include <unistd.h>

/// A system without random numbers, which is an old kernel, has a clock.
int64_t ufrtCallGetSeed(UfrtCall *call) {
  (void)call;
  int64_t seed = 0;
  if (getentropy(&seed, sizeof seed) == 0)
    return seed;
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  return ((int64_t)now.tv_sec << 32) ^ now.tv_nsec;
}
