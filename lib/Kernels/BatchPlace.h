//===-- BatchPlace.h - Which dimension of what is the batch -------*- C -*-===//
//
// A model computes each sample of a batch from the same sample of its inputs as
// long as every op does. What must hold of an op for that: when some dimension
// of its result is the batch, one dimension of each operand is it, or none.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_BATCH_PLACE_H
#define UF_KERNELS_BATCH_PLACE_H

#include "IR/Build.h"

/// The dimension of each operand that is the batch, -1 for none of it.
typedef struct UfBatchPlace {
  int operand[UF_MAX_VALUES];
} UfBatchPlace;

/// Whether sample i along dimension `dim` of the result of `op` is computed
/// from samples i of its operands alone, and of which dimensions of them. False
/// too for ops that are not known.
bool ufFindBatchPlace(MlirOperation op, int dim, UfBatchPlace *place);

/// Makes `op`, a copy with operands of fewer samples, one for `samples` of them
/// along dimension `dim` of its result, of which no other size is open.
void ufSetBatchSize(MlirOperation op, int dim, int64_t samples);

#endif // UF_KERNELS_BATCH_PLACE_H
