//===-- AmxCode.h - Register tiles by AMX -------------------------*- C -*-===//
//
// AMX multiplies whole tiles: up to 16 rows of 16 groups (Dot.h) by 16 groups
// of 16 columns, added to 16 x 16 sums. Of its eight registers four have sums,
// two by two, two have rows and two have columns.
//
//   Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1,
//   chapter 18, "Programming with Intel AMX"
//
// The registers' shapes are set once for all code of a kernel, so that all of
// its tiles must have the same: where rows or groups do not come out even, row
// blocks overlap, and groups are taken in steps that do.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_AMX_CODE_H
#define UF_KERNELS_AMX_CODE_H

#include "Kernels/TileCode.h"

enum { UF_AMX_ROWS = 16, UF_AMX_COLUMNS = 16, UF_AMX_GROUPS = 16 };

/// On modules: some of the code uses AMX.
#define UF_AMX_ATTR "ufront.uses_amx"

/// Whether the target has instructions for tiles of such dots.
bool ufHasAmx(const UfTarget *target, UfDot dot);

/// Whether tiles of AMX can and should compute the group's dots.
bool ufSuitsAmx(const UfGroup *group, const UfTarget *target);

/// For ufChooseBlocking(): the rows of a tile for `extent` rows, and how many
/// are in each of the one or two blocks of it.
void ufChooseAmxRows(int64_t extent, int64_t *rows, int64_t *blockRows);

/// Around the tiles of a task: sets the shapes of registers, and frees them.
void ufBeginAmx(UfBuilder *b, const UfGroup *group, const UfBlocking *blocking);
void ufEndAmx(UfBuilder *b);

/// Writes the code of a tile, as ufEmitTile() does.
void ufEmitAmxTile(UfBuilder *b, const UfGroup *group,
                   const UfBlocking *blocking, const UfOperands *operands,
                   const UfTilePlace *place);

#endif // UF_KERNELS_AMX_CODE_H
