//===-- ComputedAxes.h - Axes that are known at run time ----------*- C -*-===//
//
// Ops of the table have their axes as attributes. Where a model computes them,
// its import rules reshape around them, which is possible when their number,
// and with it the result's rank, is known. A null operand gives a null result.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_COMPUTEDAXES_H
#define UF_OPS_COMPUTEDAXES_H

#include "Ops/Compose.h"
#include "Ops/Node.h"

/// How many numbers a tensor of rank 0 or 1 has; UF_DYNAMIC when that is not
/// known, or the rank is another.
int64_t ufNumAxes(MlirValue axes);

/// Squeeze and Unsqueeze of ONNX, whose axes are an attribute, or an input
/// since opset 13.
MlirLogicalResult ufImportSqueeze(UfBuilder *b, const UfNode *node,
                                  MlirValue *results);
MlirLogicalResult ufImportUnsqueeze(UfBuilder *b, const UfNode *node,
                                    MlirValue *results);

/// `x` with the dimensions before `axis`, one number, as the first, it as the
/// second and those behind it as the third.
MlirValue ufFlattenAround(UfBuilder *b, MlirValue x, MlirValue axis);

#endif // UF_OPS_COMPUTEDAXES_H
