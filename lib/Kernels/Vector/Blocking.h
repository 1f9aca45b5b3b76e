//===-- Blocking.h - Sizes of a kernel's tiles --------------------*- C -*-===//
//
// What one tile keeps in registers, what one task of the thread pool does, and
// in which order tasks run.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_VECTOR_BLOCKING_H
#define UF_KERNELS_VECTOR_BLOCKING_H

#include "Kernels/Target.h"
#include "Kernels/Vector/LoopNest.h"

/// A loop that is not there.
enum { UF_NO_LOOP = -1 };

typedef struct UfBlocking {
  int64_t lanes;      ///< Elements of a vector.
  int vectorLoop;     ///< Its steps are lanes; stride 1 in the output.
  int64_t vectors;    ///< Of one row that a tile keeps in registers.
  int rowLoop;        ///< Walked by `rows`; UF_NO_LOOP when there is none.
  int64_t rows;       ///< Of rowLoop, in one tile.
  int outerRowLoop;   ///< Walked by `outerRows`, when one tile has all of
                      ///< rowLoop; else UF_NO_LOOP.
  int64_t outerRows;  ///< Of outerRowLoop, in one tile.
  int64_t amxRows;    ///< Of one of a tile's blocks; 0 when AMX is not used.
  int64_t terms;      ///< Of bf16 that f32 is split into; 0 when it is not.
  int blockedLoop;    ///< rowLoop or outerRowLoop: what tasks share out.
  int64_t block;      ///< Positions of blockedLoop in one task.
  bool panelsOutside; ///< All rows of one panel before the next panel.
  bool isSmall;       ///< Not worth sharing out.
  int chunkedLoop;    ///< The reducing loop that is cut; else UF_NO_LOOP.
  int64_t chunk;      ///< Steps of it between two visits of the output.
} UfBlocking;

/// Chooses by a model of registers and caches. False when the group has no loop
/// to make vectors of.
bool ufChooseBlocking(const UfGroup *group, const UfTarget *target,
                      UfBlocking *blocking);

#endif // UF_KERNELS_VECTOR_BLOCKING_H
