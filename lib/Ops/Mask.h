//===-- Mask.h - What attention sees ------------------------------*- C -*-===//

#ifndef UF_OPS_MASK_H
#define UF_OPS_MASK_H

#include "Ops/Op.h"

/// Reports unless operand `i` is omitted, or has one element or one for each of
/// `batch` samples.
MlirLogicalResult ufVerifyPerBatch(MlirOperation op, int i, int64_t batch);

/// Reports unless the attribute is -1, which is no bound, or more.
MlirLogicalResult ufVerifyBound(MlirOperation op, const char *name);

#endif // UF_OPS_MASK_H
