//===-- Quantized.h - Arithmetic on quantised tensors -------------*- C -*-===//
//
// Products of 8-bit integers with zero points, made of rows of the table: sums
// of products of the integers as they are, in i32, and what the zero points add
// to them. A null operand gives a null result: its error has been reported.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_QUANTIZED_H
#define UF_OPS_QUANTIZED_H

#include "Ops/Compose.h"
#include "Ops/Node.h"

/// Integers that stand for (value - zero) * scale.
typedef struct UfQuantized {
  MlirValue value;
  MlirValue zero;  ///< Null for 0.
  MlirValue scale; ///< Null where only the integers matter.
} UfQuantized;

/// The convolution of `x` with `weight` in i32, plus the i32 `bias` if there is
/// one. The zero point of `x` has one element, that of `weight` one or as many
/// as there are outputs. `attrs` are those of conv1d to conv3d.
MlirValue ufQuantizedConvolution(UfBuilder *b, const UfQuantized *x,
                                 const UfQuantized *weight, MlirValue bias,
                                 UfAttrs attrs);

/// The product of matrices in i32, leading dimensions broadcast. A zero point
/// of `x` has one element or as many as rows, one of `y` or as many as columns:
/// a vector, or a tensor that broadcasts.
MlirValue ufQuantizedProduct(UfBuilder *b, const UfQuantized *x,
                             const UfQuantized *y);

/// Row requantize of i32 `sums`, whose unit is x.scale * y.scale, for `result`,
/// whose value is not used. Scales broadcast with the sums.
MlirValue ufRequantize(UfBuilder *b, MlirValue sums, MlirValue scaleX,
                       MlirValue scaleY, const UfQuantized *result);

/// `x`, of one element or a vector for dimension `axis` of `rank`, in a shape
/// that broadcasts with tensors of that rank.
MlirValue ufAlongAxis(UfBuilder *b, MlirValue x, int axis, int rank);

/// Whether `value` is a constant whose elements are all zero.
bool ufIsZeroConstant(MlirValue value);

MlirLogicalResult ufOnnxConvInteger(UfBuilder *b, const UfNode *node,
                                    MlirValue *results);
MlirLogicalResult ufOnnxMatMulInteger(UfBuilder *b, const UfNode *node,
                                      MlirValue *results);
MlirLogicalResult ufOnnxQLinearConv(UfBuilder *b, const UfNode *node,
                                    MlirValue *results);
MlirLogicalResult ufOnnxQLinearMatMul(UfBuilder *b, const UfNode *node,
                                      MlirValue *results);

#endif // UF_OPS_QUANTIZED_H
