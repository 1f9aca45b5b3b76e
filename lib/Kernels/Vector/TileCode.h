//===-- TileCode.h - Code for one register tile -------------------*- C -*-===//
//
// A tile is a few rows of a few vectors of a group's output: their sums stay in
// registers while the reducing loops run, then the epilogues are applied and
// every element is stored once.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_VECTOR_TILE_CODE_H
#define UF_KERNELS_VECTOR_TILE_CODE_H

#include "Kernels/Vector/Blocking.h"

enum { UF_MAX_OPERANDS = 48, UF_MAX_TILE = 32 };

enum {
  /// Terms that are summed up before their sum is added to the others: errors
  /// grow with the length of a chain of roundings (blocked summation; Higham,
  /// Accuracy and Stability of Numerical Algorithms, section 4.2).
  UF_CHAIN = 384,
  UF_LONG_CHAIN = 600 ///< What is worth cutting.
};

/// An access and its buffer as a list of elements.
typedef struct UfOperand {
  const UfAccess *access;
  MlirValue flat;
} UfOperand;

/// The operands of a group: what is stored, the output where that is something
/// else, then the inputs of the root, of the init, of the epilogues and of the
/// sink.
typedef struct UfOperands {
  UfOperand list[UF_MAX_OPERANDS];
  int count;
  int output; ///< The output's.
  int inputs; ///< The first of the root's inputs.
} UfOperands;

/// Where and how large a tile is.
typedef struct UfTilePlace {
  int64_t rows, outerRows;
  MlirValue at[UF_MAX_LOOPS]; ///< Index per parallel loop; null for 0.
  MlirValue left; ///< Elements left in the vector loop; null when enough are.
  int64_t lastLanes; ///< Of a row's last vector, if fewer than the others'; 0.
  /// A buffer with the sums of rows, and the tile's only row in it; null when
  /// the tile is to compute them.
  MlirValue sums, sumsRow;
  MlirValue panel; ///< What ufSplitPanel() gave; null without terms.
} UfTilePlace;

/// Whether the bodies of all ops of the group can be applied to vectors, and
/// its operands are few enough.
bool ufCanEmitTile(const UfGroup *group);

/// Writes the views that tiles of the group read and write through.
void ufFlattenOperands(UfBuilder *b, const UfGroup *group,
                       UfOperands *operands);

/// The position of the tile's first element in an operand.
UfSize ufTileStart(UfBuilder *b, const UfGroup *group, const UfAccess *access,
                   const UfTilePlace *place);

/// Elements from the tile's start to row `row` of it in an operand.
UfSize ufTileRow(UfBuilder *b, const UfBlocking *blocking,
                 const UfTilePlace *place, const UfAccess *access, int64_t row);

/// Writes the code of a tile.
void ufEmitTile(UfBuilder *b, const UfGroup *group, const UfBlocking *blocking,
                const UfOperands *operands, const UfTilePlace *place);

#endif // UF_KERNELS_VECTOR_TILE_CODE_H
