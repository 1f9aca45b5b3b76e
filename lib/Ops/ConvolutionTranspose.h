//===-- ConvolutionTranspose.h - Reading transposed convolutions --*- C -*-===//

#ifndef UF_OPS_CONVOLUTIONTRANSPOSE_H
#define UF_OPS_CONVOLUTIONTRANSPOSE_H

#include "Ops/Op.h"
#include "Ops/Window.h"

typedef struct UfTransposedConv {
  UfWindow window;
  int64_t groups;
  UfInts outputPadding;
} UfTransposedConv;

/// Reads and checks the attributes and operands of `op`.
MlirLogicalResult ufReadTransposedConv(MlirOperation op,
                                       UfTransposedConv *conv);

/// Lowers b->op to one contraction that computes the outputs between two
/// strides side by side.
MlirLogicalResult ufLowerTransposedConv(UfBuilder *b);

#endif // UF_OPS_CONVOLUTIONTRANSPOSE_H
