//===-- BatchPlace.h - Which dimension of what is the batch -------*- C -*-===//
//
// A model computes each sample of a batch from the same sample of its inputs as
// long as every op does. What must hold of an op for that: when its result has
// samples along some dimension, each operand has them along one, or has none.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_LAYOUT_BATCH_PLACE_H
#define UF_KERNELS_LAYOUT_BATCH_PLACE_H

#include "IR/Build.h"

/// Where a tensor has samples: dimension `dim` goes through all of them `times`
/// times, one after the other, through `each` places of it at a time. None of
/// them when `dim` is -1.
typedef struct UfSamples {
  int dim;
  int64_t each, times;
} UfSamples;

typedef struct UfBatchPlace {
  UfSamples operand[UF_MAX_VALUES];
} UfBatchPlace;

/// Whether each sample of the result of `op` is computed from the same sample
/// of its operands alone, and where they have them. False too for ops that are
/// not known. The batch is as large as the first dimension of `input`.
bool ufFindBatchPlace(MlirOperation op, UfSamples result, MlirValue input,
                      UfBatchPlace *place);

/// Where the result of `op`, if it has samples along dimension `dim`, must have
/// them when an operand has them in `operand`: ufFindBatchPlace() tells whether
/// that is so. None where that is no number of places.
UfSamples ufSamplesAlong(MlirOperation op, int dim, UfSamples operand);

/// Whether a dimension of `size` may have them, of a batch as large as the
/// first dimension of `input`.
bool ufFitsSamples(int64_t size, UfSamples samples, MlirValue input);

/// Makes `op`, a copy with operands of fewer samples, one for `count` of them.
/// No other size of its result is open.
void ufSetBatchSize(MlirOperation op, UfSamples result, int64_t count);

#endif // UF_KERNELS_LAYOUT_BATCH_PLACE_H
