//===-- AmxSplit.h - f32 by AMX, as sums of bf16 ------------------*- C -*-===//
//
// AMX multiplies bf16, but an f32 is a sum of three of them,
//
//   x = x[0] + x[1] + x[2],
//
// each what the ones before lack, rounded; and a product of two, but for less
// than f32's rounding, the sum of the six x[s] * y[t] with s + t <= 2. Two
// terms and three products are as exact as 17 bits.
//
//   G. Henry, P. T. P. Tang, A. Heinecke, "Leveraging the bfloat16 artificial
//   intelligence datatype for higher-precision computations", ARITH 2019
//
// Operands stay f32 in memory. The columns of a task are split before its
// tiles, into a scratch buffer; rows while the tile multiplies the step before.
//
// Infinities, NaN and numbers above 3.39e38 make all sums NaN that they take
// part in. A tile with a sum that is not finite is computed again in f32, so
// that what is infinite or NaN is so as it would be without AMX. Terms below
// 1.18e-38 count as 0, so that factors below 2e-31 lose digits.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_VECTOR_AMX_SPLIT_H
#define UF_KERNELS_VECTOR_AMX_SPLIT_H

#include "Kernels/Vector/TileCode.h"

/// Whether AMX should multiply what the linalg.generic `op` does, which has
/// `rows` rows, where it can.
bool ufMaySplit(MlirOperation op, int64_t rows, const UfTarget *target);

/// Whether AMX can and should compute the group's sums of products of f32.
bool ufSuitsSplit(const UfGroup *group, const UfTarget *target);

/// Groups of two terms in a row of a step: 16 or 8.
int64_t ufSplitGroups(const UfGroup *group);

/// Splits the columns at `place`, for all tiles of a task, into a buffer.
MlirValue ufSplitPanel(UfBuilder *b, const UfGroup *group,
                       const UfBlocking *blocking, const UfOperands *operands,
                       const UfTilePlace *place);

/// Writes the code of a tile, as ufEmitTile() does, from place->panel.
void ufEmitSplitTile(UfBuilder *b, const UfGroup *group,
                     const UfBlocking *blocking, const UfOperands *operands,
                     const UfTilePlace *place);

#endif // UF_KERNELS_VECTOR_AMX_SPLIT_H
