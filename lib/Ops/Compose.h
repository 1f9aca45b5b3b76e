//===-- Compose.h - Ops made of rows of the table -----------------*- C -*-===//
//
// Short words for formulas over whole tensors, as import rules and
// decompositions write them. A null operand gives a null result: its error has
// been reported, so that formulas are checked once, at their end.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_COMPOSE_H
#define UF_OPS_COMPOSE_H

#include "Ops/Op.h"

/// `ufront.name` of one or two operands, without attributes.
MlirValue ufCall1(UfBuilder *b, const char *name, MlirValue x);
MlirValue ufCall2(UfBuilder *b, const char *name, MlirValue x, MlirValue y);
/// The second operand is a number of x's element type.
MlirValue ufCallNumber(UfBuilder *b, const char *name, MlirValue x,
                       double number);
/// The comparison `pred` of the row compare.
MlirValue ufCallCompare(UfBuilder *b, const char *pred, MlirValue x,
                        MlirValue y);
/// where(condition, x, y).
MlirValue ufCallWhere(UfBuilder *b, MlirValue condition, MlirValue x,
                      MlirValue y);

/// Row `name` of Reduce.c over `axes`.
MlirValue ufCallReduce(UfBuilder *b, const char *name, MlirValue x,
                       const UfInts *axes, bool keepdims);
/// Row reshape with sizes as it takes them: 0 is the input's, -1 the rest.
MlirValue ufCallReshape(UfBuilder *b, MlirValue x, int rank,
                        const int64_t *dims);
MlirValue ufCallUnsqueeze(UfBuilder *b, MlirValue x, int64_t axis);
MlirValue ufCallSqueeze(UfBuilder *b, MlirValue x, int64_t axis);
MlirValue ufCallTranspose(UfBuilder *b, MlirValue x, int first, int second);
MlirValue ufCallMatmul(UfBuilder *b, MlirValue x, MlirValue y, bool transposeA,
                       bool transposeB);
/// Elements [begin, end) along `axis`.
MlirValue ufCallSlice(UfBuilder *b, MlirValue x, int64_t axis, int64_t begin,
                      int64_t end);
MlirValue ufCallConcat(UfBuilder *b, UfValues parts, int64_t axis);
MlirValue ufCallCast(UfBuilder *b, MlirValue x, MlirType element);
/// The size of dimension `dim` as a number of rank 0 and type `element`.
MlirValue ufCallSize(UfBuilder *b, MlirValue x, int dim, MlirType element);
/// `x` in the shape of `like`.
MlirValue ufCallExpandLike(UfBuilder *b, MlirValue x, MlirValue like);

#endif // UF_OPS_COMPOSE_H
