//===-- Tosa.h - Writing TOSA in few words ------------------------*- C -*-===//
//
// TOSA wants operands of equal rank, shapes as values, and a shift beside every
// product; these helpers hide it.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IR_TOSA_H
#define UF_IR_TOSA_H

#include "IR/Build.h"

/// Replaces b->op by TOSA op `name` on the same operands, reshaped to the rank
/// of the result. Fails silently for element types TOSA does not have.
MlirLogicalResult ufTosaByName(UfBuilder *b, const char *name);

/// Whether TOSA computes with this element type: f16, bf16, f32, i1, i8, i16,
/// i32, and i64 where lowering to linalg takes it.
bool ufTosaHasType(MlirType element);

/// A splat tosa.const of a static type.
MlirValue ufTosaSplat(UfBuilder *b, MlirType tensor, double value);
/// A rank-1 tensor of one zero, as zero points and shifts want it.
MlirValue ufTosaZero(UfBuilder *b, MlirType element);
/// tosa.const_shape; UF_DYNAMIC is written as -1.
MlirValue ufTosaShape(UfBuilder *b, int rank, const int64_t *dims);
/// tosa.reshape; at most one of `dims` is UF_DYNAMIC.
MlirValue ufTosaReshape(UfBuilder *b, MlirValue x, int rank,
                        const int64_t *dims);
/// Ones in front, to `rank`.
MlirValue ufTosaRank(UfBuilder *b, MlirValue x, int rank);
/// tosa.transpose.
MlirValue ufTosaTranspose(UfBuilder *b, MlirValue x, const int64_t *perm);
/// A binary elementwise op on operands of any rank; tosa.mul gets its shift.
MlirValue ufTosaBinary(UfBuilder *b, const char *name, MlirType type,
                       MlirValue x, MlirValue y);
/// tosa.reduce_*: dimension `axis` becomes 1.
MlirValue ufTosaReduce(UfBuilder *b, const char *name, MlirValue x, int axis);

#endif // UF_IR_TOSA_H
