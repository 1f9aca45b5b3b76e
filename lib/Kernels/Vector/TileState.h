//===-- TileState.h - A tile whose code is being written ----------*- C -*-===//
//
// What TileCode.c, which loads, ends and stores a tile, and TileSums.c, which
// computes its sums, know of it.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_VECTOR_TILE_STATE_H
#define UF_KERNELS_VECTOR_TILE_STATE_H

#include "Kernels/Vector/TileCode.h"

typedef struct UfTileState {
  const UfGroup *group;
  const UfBlocking *blocking;
  const UfOperands *operands;
  const UfTilePlace *place;
  int rows; ///< All of them: place->rows * place->outerRows.
  UfSize start[UF_MAX_OPERANDS]; ///< Of the tile, in elements.
  MlirValue masks[UF_MAX_TILE];  ///< Per vector of a row; null: every lane.
  int64_t part; ///< Elements of each group that a dot has, as ufLoadGroup().
} UfTileState;

/// Vectors of the inputs of a statement for a row and a vector, each loaded
/// once for all rows or vectors that share it.
typedef struct UfLoaded {
  const UfStatement *statement;
  int first; ///< Of the statement's inputs among the operands.
  const UfSize *at;
  MlirValue row[UF_MAX_INPUTS];                 ///< Of the current row.
  MlirValue column[UF_MAX_INPUTS][UF_MAX_TILE]; ///< Of each vector.
} UfLoaded;

/// Elements of vector `v` of a row.
int64_t ufTileLanes(const UfTileState *tile, int v);

/// Whether the operand's elements change along `loop`, which may be none.
bool ufMovesAlong(const UfAccess *access, int loop);

/// Input `i` of a statement for vector `v` of row `row`; null when its body
/// does not use it.
MlirValue ufLoadInput(UfBuilder *b, const UfTileState *tile, UfLoaded *loaded,
                      int i, int row, int v);

/// The statement's body for one vector. `acc` is the output's value.
MlirValue ufApplyBody(UfBuilder *b, const UfTileState *tile, UfLoaded *loaded,
                      MlirValue acc, int row, int v);

/// Runs the reducing loops: `acc` has a tile's first values, row by row, room
/// for as many more vectors as a row has, and then the sums.
void ufComputeSums(UfBuilder *b, const UfTileState *tile, MlirValue *acc);

#endif // UF_KERNELS_VECTOR_TILE_STATE_H
