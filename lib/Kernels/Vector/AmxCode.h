//===-- AmxCode.h - Register tiles by AMX -------------------------*- C -*-===//
//
// AMX multiplies whole tiles: up to 16 rows of 16 groups (Dot.h) by 16 groups
// of 16 columns, added to 16 x 16 sums (AmxRegisters.h).
//
// The registers' shapes are set once for all code of a kernel, so that all of
// its tiles must have the same: where rows or groups do not come out even, row
// blocks overlap, and groups are taken in steps that do.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_VECTOR_AMX_CODE_H
#define UF_KERNELS_VECTOR_AMX_CODE_H

#include "Kernels/Vector/AmxRegisters.h"
#include "Kernels/Vector/TileCode.h"

/// On modules: some of the code uses AMX.
#define UF_AMX_ATTR "ufront.uses_amx"

/// Whether the target has instructions for tiles of such dots.
bool ufHasAmx(const UfTarget *target, UfDot dot);

/// Whether tiles of AMX can and should compute the group's dots.
bool ufSuitsAmx(const UfGroup *group, const UfTarget *target);

/// Whether panels of so many columns are those of tiles.
static inline bool ufIsAmxPanel(int64_t columns) {
  return columns % UF_AMX_COLUMNS == 0 &&
         columns <= (int64_t)UF_AMX_BLOCKS * UF_AMX_COLUMNS;
}

/// Rows of the product that input `lhs` has rows of; 0 when that is open.
int64_t ufAmxRows(const UfGroup *group, int lhs);

/// For ufChooseBlocking(): the rows of a tile for `extent` rows, and how many
/// are in each of the one or two blocks of it.
void ufChooseAmxRows(int64_t extent, int64_t *rows, int64_t *blockRows);

/// Before the tiles of a task: sets the shapes of registers. ufAmxRelease() is
/// to come after them.
void ufBeginAmx(UfBuilder *b, const UfGroup *group, const UfBlocking *blocking);

/// Writes the code of a tile, as ufEmitTile() does.
void ufEmitAmxTile(UfBuilder *b, const UfGroup *group,
                   const UfBlocking *blocking, const UfOperands *operands,
                   const UfTilePlace *place);

//===----------------------------------------------------------------------===//
// Parts of a tile
//===----------------------------------------------------------------------===//

static inline int ufAmxRowBlocks(const UfBlocking *blocking,
                                 const UfTilePlace *place) {
  return place->rows * place->outerRows > blocking->amxRows ? 2 : 1;
}

/// The position in an operand at which each of the tile's row blocks begins.
void ufAmxRowStarts(UfBuilder *b, const UfGroup *group,
                    const UfBlocking *blocking, const UfAccess *access,
                    const UfTilePlace *place, UfSize *starts);

/// Writes the registers with sums to a buffer with the tile's rows.
void ufAmxStoreSums(UfBuilder *b, const UfBlocking *blocking,
                    const UfTilePlace *place, MlirValue buffer);

/// Writes what comes after the sums in `place`, which has all rows of them, or,
/// when that is null, computes them without AMX.
void ufEmitAmxRows(UfBuilder *b, const UfGroup *group,
                   const UfBlocking *blocking, const UfOperands *operands,
                   const UfTilePlace *place);

#endif // UF_KERNELS_VECTOR_AMX_CODE_H
