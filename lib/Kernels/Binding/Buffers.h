//===-- Buffers.h - Where a function's buffers live ---------------*- C -*-===//

#ifndef UF_KERNELS_BINDING_BUFFERS_H
#define UF_KERNELS_BINDING_BUFFERS_H

#include "IR/Build.h"

/// Makes the buffers that `func` returns the runtime's outputs, by copying only
/// where a result is not a buffer of its own. The terminator has no operands
/// afterwards.
void ufBindOutputs(UfBuilder *b, MlirOperation module, MlirOperation func);

/// Gives every memref.alloc of an entry function its place: in the arena when
/// its size is static and no step of a loop hands it to the next, else from the
/// runtime's pool, freed after its last use. Returns the bytes of the arena.
int64_t ufBindBuffers(UfBuilder *b, MlirOperation module, MlirOperation func);

/// As ufBindBuffers for the other functions: what is small and of known size on
/// the stack, the rest from the pool.
void ufBindScratch(UfBuilder *b, MlirOperation module, MlirOperation func);

/// Makes every memref.copy in `module` a loop.
void ufBindCopies(MlirOperation module);

/// One buffer of a plan: live from step `first` to step `last`, inclusive.
typedef struct UfBufferLife {
  int64_t bytes;
  int32_t first, last;
  int64_t offset; ///< Written by ufPlanArena().
} UfBufferLife;

/// Chooses offsets, multiples of 64, so that buffers alive at the same step do
/// not overlap: largest first, each at the lowest place that fits (greedy by
/// size, Pisarchyk and Lee, arXiv:2001.03288). Returns the bytes of the arena.
int64_t ufPlanArena(UfBufferLife *buffers, size_t count);

#endif // UF_KERNELS_BINDING_BUFFERS_H
