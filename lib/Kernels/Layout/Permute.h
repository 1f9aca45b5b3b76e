//===-- Permute.h - Dimensions and loops in another order ---------*- C -*-===//
//
// What a linalg.generic reads, writes and walks, rearranged in place without
// changing what it means.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_LAYOUT_PERMUTE_H
#define UF_KERNELS_LAYOUT_PERMUTE_H

#include "IR/Linalg.h"

/// The number of the only destination of an op.
static inline intptr_t ufInitOf(MlirOperation op) {
  return mlirOperationGetNumOperands(op) - 1;
}

/// Whether `op` is a linalg.generic with one result.
bool ufIsGeneric(MlirOperation op);

/// Whether, beyond that, each loop is one dimension of the result, in order.
bool ufIsElementwise(MlirOperation op);

/// Makes loop i loop label[i] in all maps and in the body of `op`, whose loops
/// are all parallel.
void ufRelabelLoops(MlirOperation op, const int64_t *label);

/// Gives `op` operand `k` anew: `source`, whose dimension perm[i] is dimension
/// i of what it was.
void ufReadPermuted(MlirOperation op, intptr_t k, MlirValue source,
                    const int64_t *perm);

/// Makes dimension i of the result what dimension perm[i] was. `init` has the
/// new type.
void ufWritePermuted(MlirOperation op, MlirValue init, const int64_t *perm);

/// Whether ufPermutedInit() takes `init`: an empty or filled tensor, or a
/// repeated vector.
bool ufIsPermutableInit(MlirValue init);

/// The same with dimension i where dimension perm[i] was.
MlirValue ufPermutedInit(UfBuilder *b, MlirValue init, const int64_t *perm);

#endif // UF_KERNELS_LAYOUT_PERMUTE_H
