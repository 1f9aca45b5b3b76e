//===-- Convolution.h - What conv1d to conv3d share ---------------*- C -*-===//

#ifndef UF_OPS_CONVOLUTION_H
#define UF_OPS_CONVOLUTION_H

#include "Ops/Window.h"

/// Reads the window of `op`, conv1d to conv3d, and checks its operands.
MlirLogicalResult ufReadConvolution(MlirOperation op, UfWindow *window);

/// Replaces b->op by TOSA ops; fails silently where TOSA cannot express it.
MlirLogicalResult ufConvolutionToTosa(UfBuilder *b);

#endif // UF_OPS_CONVOLUTION_H
