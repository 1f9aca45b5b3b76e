//===-- Seed.c - Where random numbers begin -------------------------------===//

#include "Runtime/Instance.h"

#include <unistd.h>

int64_t ufrtCallGetSeed(UfrtCall *call) {
  int64_t seed = 0;
  if (getentropy(&seed, sizeof seed) == 0)
    return seed;
  UfMessage message = {0};
  ufFail(&message, UFRONT_RUNTIME, "the system has no random numbers");
  ufCallLeave(call, UFRONT_RUNTIME, message);
}
