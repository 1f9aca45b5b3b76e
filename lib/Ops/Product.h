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
  /// What the elements are summed in, null for what they are; and how to widen
  /// integers.
  MlirType sum;
  bool isUnsignedA, isUnsignedB;
} UfProduct;

/// The product as linalg ops; all values are signless. Floats of less than 32
/// bits are summed in f32.
MlirValue ufLowerProduct(UfBuilder *b, const UfProduct *product);

/// Replaces b->op by the product as TOSA ops; fails silently where TOSA cannot
/// express it.
MlirLogicalResult ufProductToTosa(UfBuilder *b, const UfProduct *product);

/// The element type of what sums products of operands 0 and 1 and may have a
/// bias as operand 2: operand 0's, which all have, or that of attribute `to`:
/// an integer type no narrower than those of operands 0 and 1, and that of the
/// bias; or f32 or f64, for such floats, if `takesFloats`. Reports what does
/// not fit.
MlirLogicalResult ufInferSumType(MlirOperation op, bool takesFloats,
                                 MlirType *element);

/// Whether operand `i` holds unsigned integers.
static inline bool ufOperandIsUnsigned(MlirOperation op, int i) {
  return ufIsUnsigned(ufElementType(mlirOperationGetOperand(op, i)));
}

/// Reads attribute `to` of `op`, whose operands 0 and 1 are the factors.
void ufReadSumType(MlirOperation op, UfProduct *product);

#endif // UF_OPS_PRODUCT_H
