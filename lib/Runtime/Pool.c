//===-- Pool.c - Blocks that are used again -----------------------*- C -*-===//
//
// Best fit over a list: a model in steady state asks for the same few sizes in
// every run, so the list stays short and every request finds its block.
//
//===----------------------------------------------------------------------===//

#include "Runtime/Pool.h"

#include "Support/Arena.h"

#include <stdlib.h>

_Static_assert(offsetof(UfBlock, data) == sizeof(UfBlock),
               "the header lies right before the data");

/// A block that no run has asked for in so many runs is not coming back to use:
/// the shapes have changed.
#define IDLE_RUNS 16

static void push(UfBlock **list, UfBlock *block) {
  block->previous = NULL;
  block->next = *list;
  if (*list)
    (*list)->previous = block;
  *list = block;
}

static void unlinkFrom(UfBlock **list, UfBlock *block) {
  if (block->previous)
    block->previous->next = block->next;
  else
    *list = block->next;
  if (block->next)
    block->next->previous = block->previous;
  block->next = block->previous = NULL;
}

static UfBlock *fromData(void *data) {
  return (UfBlock *)((uintptr_t)data - sizeof(UfBlock));
}

/// The smallest idle block of at least `size` bytes that isn't far too large.
static UfBlock *findIdle(const UfPool *pool, size_t size) {
  size_t largest;
  if (!ufCheckedMul(size, 2, &largest) ||
      !ufCheckedAdd(largest, 4096, &largest))
    largest = SIZE_MAX;
  UfBlock *best = NULL;
  for (UfBlock *block = pool->idle; block; block = block->next)
    if (block->size >= size && block->size <= largest &&
        (!best || block->size < best->size))
      best = block;
  return best;
}

static UfBlock *createBlock(UfPool *pool, size_t size) {
  size_t total;
  if (!ufCheckedAdd(size, sizeof(UfBlock) + UF_BLOCK_ALIGNMENT - 1, &total) ||
      total > PTRDIFF_MAX)
    return NULL;
  total &= ~(size_t)(UF_BLOCK_ALIGNMENT - 1);
  UfBlock *block = aligned_alloc(UF_BLOCK_ALIGNMENT, total);
  if (!block)
    return NULL;
  *block = (UfBlock){.size = total - sizeof(UfBlock)};
  pool->memory += (int64_t)total;
  return block;
}

UfBlock *ufPoolCreate(UfPool *pool, size_t size) {
  UfBlock *block = createBlock(pool, size ? size : 1);
  if (block)
    return block;
  ufPoolTrim(pool, 0);
  return createBlock(pool, size ? size : 1);
}

UfBlock *ufPoolTake(UfPool *pool, size_t size) {
  UfBlock *block = findIdle(pool, size);
  if (block) {
    unlinkFrom(&pool->idle, block);
    return block;
  }
  ufPoolTrim(pool, IDLE_RUNS);
  return ufPoolCreate(pool, size);
}

void ufPoolReturn(UfPool *pool, UfBlock *block) {
  if (!block)
    return;
  block->lastRun = pool->run;
  push(&pool->idle, block);
}

void *ufPoolResize(UfPool *pool, UfBlock **block, size_t size) {
  if (!*block || (*block)->size < size) {
    ufPoolReturn(pool, *block);
    *block = ufPoolTake(pool, size);
  }
  return *block ? (*block)->data : NULL;
}

void *ufPoolLend(UfPool *pool, size_t size) {
  UfBlock *block = ufPoolTake(pool, size);
  if (!block)
    return NULL;
  push(&pool->lent, block);
  return block->data;
}

void ufPoolAddLent(UfPool *pool, UfBlock *block) { push(&pool->lent, block); }

void ufPoolTakeBack(UfPool *pool, void *data) {
  if (!data)
    return;
  unlinkFrom(&pool->lent, fromData(data));
  ufPoolReturn(pool, fromData(data));
}

void ufPoolEndRun(UfPool *pool) {
  while (pool->lent) {
    UfBlock *block = pool->lent;
    unlinkFrom(&pool->lent, block);
    ufPoolReturn(pool, block);
  }
  ++pool->run;
}

void ufPoolTrim(UfPool *pool, uint64_t runs) {
  UfBlock *block = pool->idle;
  pool->idle = NULL;
  while (block) {
    UfBlock *next = block->next;
    if (pool->run - block->lastRun < runs) {
      push(&pool->idle, block);
    } else {
      pool->memory -= (int64_t)(sizeof(UfBlock) + block->size);
      free(block);
    }
    block = next;
  }
}
