//===-- OpSet.c - A set of operations -------------------------------------===//
//
// Open addressing over the operations' addresses, at most half full.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Clusters/OpSet.h"

#include <stdint.h>
#include <stdlib.h>

/// The slot that holds `op`, or the empty one it would go to.
static size_t slotOf(const UfOpSet *set, const void *op) {
  size_t mask = set->capacity - 1;
  size_t slot = (size_t)((uint64_t)(uintptr_t)op * 0x9E3779B97F4A7C15u >> 20);
  for (slot &= mask; set->slots[slot] && set->slots[slot] != op;)
    slot = (slot + 1) & mask;
  return slot;
}

static void grow(UfOpSet *set) {
  UfOpSet larger = {.count = set->count,
                    .capacity = set->capacity ? 2 * set->capacity : 64};
  larger.slots = calloc(larger.capacity, sizeof *larger.slots);
  if (!larger.slots)
    abort(); // a list of one module's ops
  for (size_t i = 0; i < set->capacity; ++i)
    if (set->slots[i])
      larger.slots[slotOf(&larger, set->slots[i])] = set->slots[i];
  ufOpSetFree(set);
  *set = larger;
}

void ufOpSetAdd(UfOpSet *set, MlirOperation op) {
  if (2 * (set->count + 1) > set->capacity)
    grow(set);
  size_t slot = slotOf(set, op.ptr);
  set->count += !set->slots[slot];
  set->slots[slot] = op.ptr;
}

bool ufOpSetHas(const UfOpSet *set, MlirOperation op) {
  return set->capacity && set->slots[slotOf(set, op.ptr)];
}

void ufOpSetFree(UfOpSet *set) {
  free(set->slots);
  *set = (UfOpSet){0};
}
