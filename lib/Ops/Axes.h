//===-- Axes.h - Computing along some axes of a tensor ------------*- C -*-===//
//
// Softmax and the normalisations compute statistics over some axes and apply
// them to every element. Here the two kinds of loops they are made of: in both,
// operands that lack axes are repeated along them.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_AXES_H
#define UF_OPS_AXES_H

#include "IR/Linalg.h"

/// An operand of loops over the dimensions of the first one, which has them
/// all.
typedef struct UfAlong {
  MlirValue value;
  unsigned lacks; ///< Dimensions (a bit set) that this operand does not have.
} UfAlong;

/// Applies `body` to every element; a tensor of `element` like the first
/// operand.
MlirValue ufMapAlong(UfBuilder *b, int count, const UfAlong *operands,
                     MlirType element, UfBody body, const void *data);

/// Reduces `axes` with `body` (args: the operands' elements, accumulator) from
/// scalar `start`. The result lacks them.
MlirValue ufReduceAlong(UfBuilder *b, int count, const UfAlong *operands,
                        unsigned axes, MlirValue start, UfBody body,
                        const void *data);

/// The number of elements along `axes`.
UfSize ufCountAlong(UfBuilder *b, MlirValue x, unsigned axes);

/// The type in which statistics of floats are computed: f32, or f64.
MlirType ufWideFloat(const UfBuilder *b, MlirType element);

/// The bit set of dimensions [from, to).
static inline unsigned ufAxesBetween(int from, int to) {
  return ((1u << to) - 1) & ~((1u << from) - 1);
}

/// Reports an operand behind the first that is not one number per channel.
MlirLogicalResult ufCheckPerChannel(MlirOperation op, int64_t channels);

#endif // UF_OPS_AXES_H
