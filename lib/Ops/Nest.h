//===-- Nest.h - Sequential loops over tensors --------------------*- C -*-===//
//
// For what depends on the order of its steps: scattering, sorting, scans. What
// a step writes is carried to the next one.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_NEST_H
#define UF_OPS_NEST_H

#include "IR/Linalg.h"

/// One step: writes the values carried on, from those carried here. `at` has
/// an index per loop.
typedef void (*UfStep)(UfBuilder *b, const MlirValue *at,
                       const MlirValue *carried, MlirValue *next,
                       const void *data);

/// scf.for loops over [0, sizes[i]), the last the innermost, that carry `count`
/// values, `carried` at first. Writes those after the last step to `results`.
void ufLoopNest(UfBuilder *b, int rank, const UfSize *sizes, int count,
                const MlirValue *carried, MlirValue *results, UfStep step,
                const void *data);

/// scf.if that writes `count` values: those of `step` (which gets no indices)
/// when `condition` holds, else `carried`.
void ufStepIf(UfBuilder *b, MlirValue condition, int count,
              const MlirValue *carried, MlirValue *results, UfStep step,
              const void *data);

/// tensor.insert of `scalar` at index values.
MlirValue ufInsertScalar(UfBuilder *b, MlirValue scalar, MlirValue into,
                         const MlirValue *indices);

#endif // UF_OPS_NEST_H
