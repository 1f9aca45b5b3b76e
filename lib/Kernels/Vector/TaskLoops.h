//===-- TaskLoops.h - The loops around register tiles -------------*- C -*-===//

#ifndef UF_KERNELS_VECTOR_TASK_LOOPS_H
#define UF_KERNELS_VECTOR_TASK_LOOPS_H

#include "Kernels/Vector/TileCode.h"

/// Writes loops over all tiles of the group: an scf.forall over tasks when
/// `inParallel`, which must then be at the top of a kernel.
void ufEmitTasks(UfBuilder *b, const UfGroup *group, const UfBlocking *blocking,
                 bool inParallel);

#endif // UF_KERNELS_VECTOR_TASK_LOOPS_H
