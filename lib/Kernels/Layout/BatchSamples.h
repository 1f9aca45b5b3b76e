//===-- BatchSamples.h - Which values have samples ----------------*- C -*-===//

#ifndef UF_KERNELS_LAYOUT_BATCH_SAMPLES_H
#define UF_KERNELS_LAYOUT_BATCH_SAMPLES_H

#include "Kernels/Layout/BatchPlace.h"

/// The batch that a function computes.
typedef struct UfBatch {
  MlirOperation func;
  MlirBlock body;
  MlirValue input; ///< The first that has samples.
  int64_t size;    ///< Samples; UF_DYNAMIC where the model leaves it open.
  int64_t step;    ///< Of which so many are computed together.
} UfBatch;

/// Finds the input and the size: samples come first in the model's first input.
/// False when there is only one.
bool ufFindBatch(UfBatch *batch);

/// What an op does to samples.
typedef enum UfEffect {
  UF_NO_SAMPLES,    ///< It reads none.
  UF_KEEPS_SAMPLES, ///< Each of its result comes from the same of its operands.
  UF_MIXES_SAMPLES, ///< More than that, or nothing is known.
} UfEffect;

/// Finds that out of an op of the function's body, and marks it when it keeps
/// samples apart. Ops before it must have been read. May destroy `op`.
UfEffect ufReadBatchOp(const UfBatch *batch, MlirOperation op);

/// Where the result of an op has samples, as far as it is marked.
UfSamples ufMarkedSamples(MlirOperation op);
/// Where `value` has samples. Of inputs whose first size is open, nothing says
/// that it is the same.
UfSamples ufSamplesIn(const UfBatch *batch, MlirValue value);
/// Removes the mark.
void ufForgetSamples(MlirOperation op);

/// Whether `op`, whose result has no samples, makes a tensor of no other one or
/// repeats a smaller one, so that a copy of it can make fewer samples.
bool ufIsMadeForBatch(const UfBatch *batch, MlirOperation op,
                      UfSamples samples);

#endif // UF_KERNELS_LAYOUT_BATCH_SAMPLES_H
