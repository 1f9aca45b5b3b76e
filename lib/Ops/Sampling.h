//===-- Sampling.h - Image elements between the positions ---------*- C -*-===//
//
// What ops share that read an image at coordinates computed by the model. Every
// index is made to lie inside the image before it is used.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_SAMPLING_H
#define UF_OPS_SAMPLING_H

#include "IR/Linalg.h"
#include "Ops/Node.h"

enum { UF_MAX_TAPS = 4, UF_MAX_SAMPLED = 3 };

/// The elements that a coordinate along one dimension is made of.
typedef struct UfTaps {
  int count;
  MlirValue index[UF_MAX_TAPS];  ///< Inside the image.
  MlirValue inside[UF_MAX_TAPS]; ///< i1: else the element is 0. Null: always.
  MlirValue weight[UF_MAX_TAPS]; ///< Null: 1.
} UfTaps;

/// What images are sampled in: f32, or f64 where either type is.
MlirType ufSamplingType(const UfBuilder *b, MlirType x, MlirType y);

/// An i64 number as an index of a dimension of `size`: the nearest inside.
MlirValue ufClampedIndex(UfBuilder *b, MlirValue number, UfSize size);
/// Whether an i64 number is an index of a dimension of `size`.
MlirValue ufIsIndex(UfBuilder *b, MlirValue number, UfSize size);

/// Reports an image whose dimensions from the third on are empty: there is
/// nothing to read. What is not known is checked at run time by the second.
MlirLogicalResult ufVerifyImage(MlirOperation op, const UfShape *image);
void ufAssertImage(UfBuilder *b, MlirValue image);

/// The two neighbours of float `x`; outside the image lie zeros.
void ufLinearTaps(UfBuilder *b, MlirValue x, UfSize size, UfTaps *taps);

/// The weighted sum of elements of `image` at leading[0], ..., and along each
/// of the other dimensions the taps; in the type `sum`, of floats when there
/// are weights.
MlirValue ufInterpolate(UfBuilder *b, MlirValue image, int numLeading,
                        const MlirValue *leading, const UfTaps *taps,
                        MlirType sum);

#endif // UF_OPS_SAMPLING_H
