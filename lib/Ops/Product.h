//===-- Product.h - Products of matrices --------------------------*- C -*-===//

#ifndef UF_OPS_PRODUCT_H
#define UF_OPS_PRODUCT_H

#include "IR/Build.h"

/// output[..., m, n] = sum_k a[..., m, k] * b[..., k, n] + bias[n], the leading
/// dimensions broadcast. A transposed `a` is read as [..., k, m], a transposed
/// `b` as [..., n, k].
typedef struct UfProduct {
  MlirValue a, b; ///< Of rank 2 or more.
  MlirValue bias; ///< May be null.
  bool transposeA, transposeB;
} UfProduct;

/// The product as linalg ops; all values are signless. Floats of less than 32
/// bits are summed in f32.
MlirValue ufLowerProduct(UfBuilder *b, const UfProduct *product);

/// Replaces b->op by the product as TOSA ops; fails silently where TOSA cannot
/// express it.
MlirLogicalResult ufProductToTosa(UfBuilder *b, const UfProduct *product);

#endif // UF_OPS_PRODUCT_H
