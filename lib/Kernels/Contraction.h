//===-- Contraction.h - Sums of products, by the roles of loops ---*- C -*-===//
//
// Matrix products, linear layers, attention's products, einsum and convolutions
// are all
//
//   output[.., m.., n] += lhs[.., m.., k..] * rhs[.., k.., n]
//
// whatever the order of dimensions. A loop's role is told by which operands
// depend on it: n, the output's last dimension, moves rhs and not lhs.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_CONTRACTION_H
#define UF_KERNELS_CONTRACTION_H

#include "IR/Linalg.h"

typedef struct UfContraction {
  int numLoops;
  int64_t extent[UF_MAX_RANK]; ///< UF_DYNAMIC where unknown.
  bool isReduction[UF_MAX_RANK];
  bool inLhs[UF_MAX_RANK], inRhs[UF_MAX_RANK]; ///< The operand moves with it.
  int lhs, rhs;                                ///< Numbers of the operands.
  int n;                                       ///< The loop over columns.
  /// The loop of each dimension of rhs; -1 for a constant, which is in atRhs.
  int ofRhs[UF_MAX_RANK];
  int64_t atRhs[UF_MAX_RANK];
  MlirValue a, b; ///< lhs and rhs.
} UfContraction;

/// Reads a linalg.generic on tensors. False when it is no sum of products, or
/// when rhs is read through anything but single loops.
bool ufReadContraction(MlirOperation op, UfContraction *contraction);

/// Rows of the product: all parallel loops that rhs lacks; UF_DYNAMIC where
/// unknown.
int64_t ufContractionRows(const UfContraction *contraction);

/// Whether a linalg op reads packed panels, through floordiv and mod. A slice
/// of its columns reads a slice of them only if it has whole panels.
bool ufReadsPanels(MlirOperation op);

/// The indexing map of operand `i` of a linalg op.
MlirAffineMap ufMapAt(MlirOperation op, intptr_t i);
/// Sets it on a linalg.generic.
void ufSetMapAt(MlirOperation op, intptr_t i, MlirAffineMap map);

/// Replaces a named linalg op with indexing maps by the linalg.generic it is,
/// and returns that. Each loop that the output lacks is a reduction.
MlirOperation ufGeneralize(MlirOperation op);

/// Whether the only thing a linalg.generic yields is its input `i`.
bool ufYieldsInput(MlirOperation op, intptr_t i);

#endif // UF_KERNELS_CONTRACTION_H
