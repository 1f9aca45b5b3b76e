//===-- Rearrange.h - Words for moving elements -------------------*- C -*-===//
//
// What import rules of views, indices and orders say besides the words of
// Compose.h, by the same rule: a null operand gives a null result.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_REARRANGE_H
#define UF_OPS_REARRANGE_H

#include "Ops/Compose.h"

/// As ufOp, but null when one of the operands is null.
MlirValue ufMake(UfBuilder *b, const char *name, UfValues operands,
                 UfAttrs attrs);

//===----------------------------------------------------------------------===//
// Numbers and sizes
//===----------------------------------------------------------------------===//

/// A constant of rank 0 and type i64.
MlirValue ufMakeInt(UfBuilder *b, int64_t value);
/// As ufCall2; but of sizes and places that are known a constant, so that
/// shapes that follow from it are known too.
MlirValue ufMakeArith(UfBuilder *b, const char *name, MlirValue x, MlirValue y);
/// The size of dimension `axis`, of rank 0 and type i64; a constant when known.
MlirValue ufMakeSizeOf(UfBuilder *b, MlirValue x, int axis);
/// The sizes of dimensions [start, end), of rank 1 and type i64.
MlirValue ufMakeSizesOf(UfBuilder *b, MlirValue x, int start, int end);
/// 0, 1, ..., count - 1, for a count of rank 0 and type i64.
MlirValue ufMakeIota(UfBuilder *b, MlirValue count);
/// The numbers of places along dimension `axis` of `x`, as a tensor of its rank
/// whose other dimensions are 1.
MlirValue ufMakeIotaAlong(UfBuilder *b, MlirValue x, int axis);
/// A row of Reduce.c over one dimension.
MlirValue ufMakeReduce(UfBuilder *b, const char *name, MlirValue x, int axis,
                       bool keepdims);

//===----------------------------------------------------------------------===//
// Shapes and places
//===----------------------------------------------------------------------===//

/// In a shape of rank 1 and type i64, where 0 is 0 and -1 what is left.
MlirValue ufMakeReshapeTo(UfBuilder *b, MlirValue x, MlirValue shape);
/// In the shape of `like`.
MlirValue ufMakeReshapeLike(UfBuilder *b, MlirValue x, MlirValue like);
/// As one dimension.
MlirValue ufMakeFlat(UfBuilder *b, MlirValue x);
/// Dimensions [start, end] as one.
MlirValue ufMakeFlatten(UfBuilder *b, MlirValue x, int start, int end);
/// `x` with dimensions of size 1 before and behind: `rank` in all, its first
/// one being `axis`.
MlirValue ufMakeWiden(UfBuilder *b, MlirValue x, int rank, int axis);
MlirValue ufMakeTranspose(UfBuilder *b, MlirValue x, int rank,
                          const int64_t *perm);
/// With dimension `from` moved to where `to` is.
MlirValue ufMakeMoveAxis(UfBuilder *b, MlirValue x, int from, int to);
/// As ufCallSlice, from values of rank 0 and type i64.
MlirValue ufMakeSliceAt(UfBuilder *b, MlirValue x, int axis, MlirValue start,
                        MlirValue end);
MlirValue ufMakeGather(UfBuilder *b, MlirValue x, MlirValue indices, int axis);

#endif // UF_OPS_REARRANGE_H
