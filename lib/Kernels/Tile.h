//===-- Tile.h - Register tiles of contractions -------------------*- C -*-===//
//
// A contraction's innermost code keeps `rows` x `vectors` sums in registers and
// adds to them, for each step of the reduction, the products of `rows` scalars
// of one operand and `vectors` vectors of the other.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_TILE_H
#define UF_KERNELS_TILE_H

#include "Kernels/Target.h"

typedef struct UfTile {
  int64_t rows;    ///< MR.
  int64_t vectors; ///< NV; 0 when there are too few columns for one.
  int64_t lanes;   ///< Elements of a vector.
} UfTile;

/// Columns of a tile: NR.
static inline int64_t ufTileColumns(UfTile tile) {
  return tile.vectors * tile.lanes;
}

/// The tile for a product of `m` rows and `n` columns whose sums have
/// `elementBits`. Either size may be UF_DYNAMIC, which counts as large.
UfTile ufChooseTile(const UfTarget *target, int64_t m, int64_t n,
                    int elementBits);

/// The best number of rows beside a given number of vectors, as when an operand
/// was packed for them.
int64_t ufChooseRows(const UfTarget *target, int64_t m, int64_t vectors);

#endif // UF_KERNELS_TILE_H
