//===-- Pool.h - Blocks that are used again -----------------------*- C -*-===//
//
// All memory of an instance: blocks aligned to 64 bytes, kept for the next
// request of about their size. Not thread-safe; the instance has the lock.
//
//===----------------------------------------------------------------------===//

#ifndef UF_RUNTIME_POOL_H
#define UF_RUNTIME_POOL_H

#include <stddef.h>
#include <stdint.h>

#define UF_BLOCK_ALIGNMENT 64

/// The header of a block; `data` is what its user sees.
typedef struct UfBlock {
  struct UfBlock *next, *previous; ///< In the list the block is on, if any.
  size_t size;                     ///< Bytes at `data`.
  uint64_t lastRun;                ///< When it was last returned.
  _Alignas(UF_BLOCK_ALIGNMENT) unsigned char data[];
} UfBlock;

/// Zero-initialised is empty.
typedef struct UfPool {
  UfBlock *idle;  ///< Ready to be taken.
  UfBlock *lent;  ///< Returned at the latest by ufPoolEndRun().
  uint64_t run;   ///< How many runs have ended.
  int64_t memory; ///< Bytes of every block there is, headers included.
} UfPool;

/// A block of at least `size` bytes that belongs to the caller, or null when
/// memory is exhausted. Its contents are arbitrary.
UfBlock *ufPoolTake(UfPool *pool, size_t size);

/// As above, but never one that is larger than needed.
UfBlock *ufPoolCreate(UfPool *pool, size_t size);

/// Puts a block of the caller's back. Null is a no-op.
void ufPoolReturn(UfPool *pool, UfBlock *block);

/// Makes `*block`, null at first, one of at least `size` bytes, dropping its
/// contents. Returns its data, null when memory is exhausted.
void *ufPoolResize(UfPool *pool, UfBlock **block, size_t size);

/// Like ufPoolTake(), but the pool keeps track of the block.
void *ufPoolLend(UfPool *pool, size_t size);

/// Hands the pool a block of the caller's, as if it had been lent.
void ufPoolAddLent(UfPool *pool, UfBlock *block);

/// Takes back what ufPoolLend() gave. Null is a no-op.
void ufPoolTakeBack(UfPool *pool, void *data);

/// Takes back everything lent.
void ufPoolEndRun(UfPool *pool);

/// Gives idle blocks back to the system, all or those idle for many runs.
void ufPoolTrim(UfPool *pool, uint64_t runs);

#endif // UF_RUNTIME_POOL_H
