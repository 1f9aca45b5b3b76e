//===-- Convolution.h - What conv1d to conv3d share ---------------*- C -*-===//

#ifndef UF_OPS_CONVOLUTION_H
#define UF_OPS_CONVOLUTION_H

#include "Ops/Window.h"

/// Reads the shapes of input and weight of a convolution over `rank`
/// dimensions; reports ranks other than two more.
MlirLogicalResult ufReadImageAndWeight(MlirOperation op, int rank,
                                       UfShape *input, UfShape *weight);
/// Reports a bias, operand 2, that is not a vector of `outputs`.
MlirLogicalResult ufVerifyBias(MlirOperation op, int64_t outputs);

/// Reads the window of `op`, conv1d to conv3d, and checks its operands.
MlirLogicalResult ufReadConvolution(MlirOperation op, UfWindow *window);

/// Replaces b->op by TOSA ops; fails silently where TOSA cannot express it.
MlirLogicalResult ufConvolutionToTosa(UfBuilder *b);

#endif // UF_OPS_CONVOLUTION_H
