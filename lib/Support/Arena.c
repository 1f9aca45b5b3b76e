//===-- Arena.c - Memory that is freed at once --------------------*- C -*-===//
//
// A chain of zeroed blocks; small requests share one, large ones get their own.
//
//===----------------------------------------------------------------------===//

#include "Support/Arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT ((size_t)16)
#define FIRST_BLOCK ((size_t)4 << 10)
#define LARGEST_BLOCK ((size_t)256 << 10)

typedef struct UfArenaBlock {
  struct UfArenaBlock *next;
  size_t size, used;
  _Alignas(ALIGNMENT) char data[];
} UfArenaBlock;

/// A new block with room for `size` bytes, null when memory is exhausted.
static UfArenaBlock *createBlock(size_t size) {
  size_t total;
  if (!ufCheckedAdd(size, sizeof(UfArenaBlock), &total))
    return NULL;
  UfArenaBlock *block = calloc(1, total);
  if (block)
    block->size = size;
  return block;
}

/// A block with `size` bytes to spare; it becomes the head of the chain unless
/// the request is so large that it would waste what the head has left.
static UfArenaBlock *addBlock(UfArena *arena, size_t size) {
  UfArenaBlock *head = arena->blocks;
  size_t usual = head ? head->size * 2 : FIRST_BLOCK;
  if (usual > LARGEST_BLOCK)
    usual = LARGEST_BLOCK;
  bool own = size > usual / 4;
  UfArenaBlock *block = createBlock(own ? size : usual);
  if (!block)
    return NULL;
  if (own && head) {
    block->next = head->next;
    head->next = block;
  } else {
    block->next = head;
    arena->blocks = block;
  }
  return block;
}

void *ufAlloc(UfArena *arena, size_t size) {
  size_t rounded;
  if (!ufCheckedAdd(size ? size : 1, ALIGNMENT - 1, &rounded))
    return NULL;
  rounded &= ~(ALIGNMENT - 1);
  size_t used;
  if (!ufCheckedAdd(arena->used, rounded, &used) ||
      (arena->limit && used > arena->limit))
    return NULL;
  UfArenaBlock *block = arena->blocks;
  if (!block || block->size - block->used < rounded)
    block = addBlock(arena, rounded);
  if (!block)
    return NULL;
  void *data = block->data + block->used;
  block->used += rounded;
  arena->used = used;
  return data;
}

void *ufAllocArray(UfArena *arena, size_t count, size_t size) {
  size_t total;
  return ufCheckedMul(count, size, &total) ? ufAlloc(arena, total) : NULL;
}

char *ufAllocText(UfArena *arena, const char *text, size_t size) {
  size_t total;
  if (!ufCheckedAdd(size, 1, &total))
    return NULL;
  char *copy = ufAlloc(arena, total);
  if (copy && size)
    memcpy(copy, text, size);
  return copy;
}

char *ufAllocFormat(UfArena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *text = length < 0 ? NULL : ufAlloc(arena, (size_t)length + 1);
  if (!text)
    return NULL;
  va_start(args, format);
  vsnprintf(text, (size_t)length + 1, format, args);
  va_end(args);
  return text;
}

void ufArenaDestroy(UfArena *arena) {
  for (UfArenaBlock *block = arena->blocks, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  *arena = (UfArena){.limit = arena->limit};
}
