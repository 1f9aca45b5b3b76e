//===-- Share.h - One function for equal kernels ------------------*- C -*-===//

#ifndef UF_KERNELS_CLUSTERS_SHARE_H
#define UF_KERNELS_CLUSTERS_SHARE_H

#include "mlir-c/IR.h"

#include <stddef.h>

/// Keeps one of several equal kernels of `module`, which has at most
/// `numKernels` of them.
void ufShareKernels(MlirOperation module, size_t numKernels);

#endif // UF_KERNELS_CLUSTERS_SHARE_H
