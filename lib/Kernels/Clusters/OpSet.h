//===-- OpSet.h - A set of operations -----------------------------*- C -*-===//

#ifndef UF_KERNELS_CLUSTERS_OP_SET_H
#define UF_KERNELS_CLUSTERS_OP_SET_H

#include "mlir-c/IR.h"

#include <stddef.h>

/// Zero is the empty set; freed by ufOpSetFree(). Compares identity only.
typedef struct UfOpSet {
  const void **slots;
  size_t count, capacity;
} UfOpSet;

void ufOpSetAdd(UfOpSet *set, MlirOperation op);
bool ufOpSetHas(const UfOpSet *set, MlirOperation op);
void ufOpSetFree(UfOpSet *set);

#endif // UF_KERNELS_CLUSTERS_OP_SET_H
