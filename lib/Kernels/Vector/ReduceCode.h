//===-- ReduceCode.h - Sums along memory ---------------------------*- C
//-*-===//

#ifndef UF_KERNELS_VECTOR_REDUCE_CODE_H
#define UF_KERNELS_VECTOR_REDUCE_CODE_H

#include "Kernels/Target.h"
#include "Kernels/Vector/LoopNest.h"

/// Writes the loops of a group that reduces neighbouring elements: lanes have
/// sums of their own, which are added up at the end. False when the group has
/// no such form, for example because its order is not free: sums and products
/// of floats must have `reassoc`. Epilogues are not looked at.
bool ufEmitReduction(UfBuilder *b, const UfGroup *group,
                     const UfTarget *target);

#endif // UF_KERNELS_VECTOR_REDUCE_CODE_H
