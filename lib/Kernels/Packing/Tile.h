//===-- Tile.h - Register tiles of contractions -------------------*- C -*-===//
//
// A contraction's innermost code keeps `rows` x `vectors` sums in registers and
// adds to them, for each step of the reduction, the products of `rows` scalars
// of one operand and `vectors` vectors of the other.
//
// The other operand is packed, by ufront-pack-operands, into panels of as many
// columns as a tile has, NR. With products one by one
//
//   panels[batch.., n / NR, k.., n % NR] = rhs[batch.., k.., n]
//
// and with dot products of g neighbours of the innermost k (Dot.h)
//
//   panels[batch.., n / NR, k.., k / g, n % NR, k % g] = rhs[batch.., k.., n]
//
// where the innermost k is what lhs walks in its last dimension, the channels
// of a convolution: g is 4 for 8 bits and 2 for bf16, NR a multiple of the 16
// lanes of 32 bits of 512-bit vectors (so that 16 columns of 16 groups are a
// tile of AMX, in its VNNI order, 64 * NR / 16 bytes from one row to the next),
// and all columns and groups beyond the end are zero.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_PACKING_TILE_H
#define UF_KERNELS_PACKING_TILE_H

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

#endif // UF_KERNELS_PACKING_TILE_H
