//===-- TileRows.h - The loop over the rows of a group ------------*- C -*-===//

#ifndef UF_KERNELS_SCHEDULE_TILE_ROWS_H
#define UF_KERNELS_SCHEDULE_TILE_ROWS_H

#include "IR/Build.h"

/// Puts the group that ends in `root` (see RowGroup.h) into a loop over tiles
/// of its rows, so that all of it is computed for one tile after the other.
void ufTileRows(MlirOperation root);

#endif // UF_KERNELS_SCHEDULE_TILE_ROWS_H
