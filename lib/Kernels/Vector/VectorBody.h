//===-- VectorBody.h - A linalg body applied to vectors -----------*- C -*-===//

#ifndef UF_KERNELS_VECTOR_VECTOR_BODY_H
#define UF_KERNELS_VECTOR_VECTOR_BODY_H

#include "IR/Linalg.h"

/// vector<lanes x element>.
MlirType ufVectorOf(int64_t lanes, MlirType element);

/// `scalar` in every lane.
MlirValue ufSplat(UfBuilder *b, MlirValue scalar, int64_t lanes);

/// Whether every op of the body works lane by lane and it yields one value.
bool ufCanVectorizeBody(MlirOperation op);

/// Writes the body of `op` for `lanes` elements at a time. `args` has a vector
/// or null (when the body does not use it) for each of its arguments.
MlirValue ufVectorizeBody(UfBuilder *b, MlirOperation op, int64_t lanes,
                          const MlirValue *args);

/// Whether the body reads its argument `i`.
bool ufBodyUses(MlirOperation op, intptr_t i);

#endif // UF_KERNELS_VECTOR_VECTOR_BODY_H
