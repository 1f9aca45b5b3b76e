//===-- Work.h - What a kernel computes and moves -----------------*- C -*-===//
//
// Counts the operations and bytes of a kernel on tensors, before it is tiled.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_CLUSTERS_WORK_H
#define UF_KERNELS_CLUSTERS_WORK_H

#include "IR/Linalg.h"

enum { UF_WORK_TEXT = 96 };

/// The work of one call of a kernel.
typedef struct UfWork {
  bool counted; ///< False when loops of unknown length are inside.
  /// Arithmetic on elements: each addition, multiplication, comparison for a
  /// maximum and function such as exp is one, a fused multiply-add is two.
  UfSize flops;
  /// Of the operands, each once; what stays inside the kernel is not counted.
  UfSize bytes;
  char kind[UF_WORK_TEXT]; ///< Of its ops: "conv+elementwise".
  /// Of the op with the most work: parallel loops, then those of reductions:
  /// "1x56x56x64 * 3x3x64".
  char loops[UF_WORK_TEXT];
} UfWork;

/// Measures the kernel `func`, which `call` calls. Sizes that are not static
/// are computed where `b` builds, before the call.
void ufMeasureWork(UfBuilder *b, MlirOperation func, MlirOperation call,
                   UfWork *work);

#endif // UF_KERNELS_CLUSTERS_WORK_H
