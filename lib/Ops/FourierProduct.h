//===-- FourierProduct.h - Fourier transforms as products ---------*- C -*-===//

#ifndef UF_OPS_FOURIERPRODUCT_H
#define UF_OPS_FOURIERPRODUCT_H

#include "Ops/Op.h"

/// Rewrites b->op, a dft, into products with matrices; fails silently where its
/// length is only known at run time or its matrices would be large.
MlirLogicalResult ufDecomposeDft(UfBuilder *b);

#endif // UF_OPS_FOURIERPRODUCT_H
