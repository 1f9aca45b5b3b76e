//===-- Arena.c - Planning a static arena ---------------------------------===//

#include "Kernels/Binding/Buffers.h"

#include <stdlib.h>

enum { ALIGNMENT = 64 };

static int bySizeDescending(const void *x, const void *y) {
  const UfBufferLife *a = *(UfBufferLife *const *)x;
  const UfBufferLife *b = *(UfBufferLife *const *)y;
  if (a->bytes != b->bytes)
    return a->bytes < b->bytes ? 1 : -1;
  return a->first < b->first ? -1 : a->first > b->first;
}

static bool overlapInTime(const UfBufferLife *a, const UfBufferLife *b) {
  return a->first <= b->last && b->first <= a->last;
}

/// The lowest offset at which `buffer` is clear of the `count` placed ones.
static int64_t placeFor(const UfBufferLife *buffer, UfBufferLife *const *placed,
                        size_t count) {
  int64_t offset = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t i = 0; i < count; ++i) {
      const UfBufferLife *other = placed[i];
      if (overlapInTime(buffer, other) &&
          offset < other->offset + other->bytes &&
          other->offset < offset + buffer->bytes) {
        offset = other->offset + other->bytes;
        moved = true;
      }
    }
  }
  return offset;
}

int64_t ufPlanArena(UfBufferLife *buffers, size_t count) {
  UfBufferLife **order = malloc((count + 1) * sizeof(UfBufferLife *));
  int64_t total = 0;
  if (!order)
    abort(); // as small as the module's list of buffers
  for (size_t i = 0; i < count; ++i) {
    buffers[i].bytes = (buffers[i].bytes + ALIGNMENT - 1) & -ALIGNMENT;
    order[i] = &buffers[i];
  }
  qsort(order, count, sizeof *order, bySizeDescending);
  for (size_t i = 0; i < count; ++i) {
    order[i]->offset = placeFor(order[i], order, i);
    int64_t end = order[i]->offset + order[i]->bytes;
    total = end > total ? end : total;
  }
  free(order);
  return total;
}
