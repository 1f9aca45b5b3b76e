//===-- TransposeCode.h - Copies that change the innermost dimension -*- C -*-//

#ifndef UF_KERNELS_VECTOR_TRANSPOSE_CODE_H
#define UF_KERNELS_VECTOR_TRANSPOSE_CODE_H

#include "Kernels/Target.h"
#include "Kernels/Vector/LoopNest.h"

/// Whether `op` only has parallel loops and one input, whose neighbouring
/// elements are not neighbours in the output. Looks at maps alone, so that `op`
/// may also be on tensors.
bool ufIsTransposition(MlirOperation op);

/// Writes the loops of a transposition on buffers: squares of vectors are read
/// along the input's rows, transposed in registers, and stored along the
/// output's. With `inParallel`, they are an scf.forall. False when the op has
/// no such form.
bool ufEmitTransposition(UfBuilder *b, MlirOperation op, const UfTarget *target,
                         bool inParallel);

#endif // UF_KERNELS_VECTOR_TRANSPOSE_CODE_H
