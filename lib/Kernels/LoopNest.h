//===-- LoopNest.h - linalg ops on buffers as loops and strides ---*- C -*-===//
//
// Every structured op is a nest of loops around a body, and every operand moves
// by a number of elements per step of each loop. That is all that code for
// matrix products, convolutions, pools and what follows them is made from.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_LOOP_NEST_H
#define UF_KERNELS_LOOP_NEST_H

#include "IR/Linalg.h"

enum { UF_MAX_LOOPS = 13, UF_MAX_INPUTS = 12, UF_MAX_STATEMENTS = 16 };

/// The loops around all statements of a group.
typedef struct UfLoops {
  int count;
  UfSize extent[UF_MAX_LOOPS];
  bool parallel[UF_MAX_LOOPS]; ///< Else it reduces.
} UfLoops;

/// How an operand moves.
typedef struct UfAccess {
  MlirValue memref;
  UfSize offset;               ///< Elements from the first one.
  UfSize stride[UF_MAX_LOOPS]; ///< Elements per step of the loop.
  /// The dimension that the loop alone walks, or -1.
  int dim[UF_MAX_LOOPS];
  /// The loop whose position p is at (p / panel) * panelStride + p % panel, or
  /// -1; its stride is 1.
  int packedLoop;
  int64_t panel;
  UfSize panelStride;
} UfAccess;

/// A linalg op over the loops, or over those of them that are parallel.
typedef struct UfStatement {
  MlirOperation op;
  UfAccess inputs[UF_MAX_INPUTS];
  int numInputs;
} UfStatement;

/// What is computed into one buffer: its first value, the op that reduces, and
/// elementwise ops in place.
typedef struct UfGroup {
  UfLoops loops;
  UfStatement init; ///< Without an op when the buffer's own value counts.
  UfStatement root;
  UfStatement epilogues[UF_MAX_STATEMENTS];
  int numEpilogues;
  UfAccess output;
} UfGroup;

/// Reads `root` into a group. False when a map is not linear or a type cannot
/// be a vector's element. `b` writes what is needed to find open sizes.
bool ufReadRoot(UfBuilder *b, MlirOperation root, UfGroup *group);

/// Reads `op`, which writes every element of the root's output from inputs (and
/// from the output itself when it is an epilogue).
bool ufReadElementwise(UfBuilder *b, MlirOperation op, const UfGroup *group,
                       UfStatement *statement);

/// Whether the static size is 0, or the static size is `value`.
static inline bool ufIsSize(UfSize size, int64_t value) {
  return ufIsStatic(size) && size.value == value;
}

/// Whether the op's operands lie well for vectors along the last dimension of
/// its output. `op` may also be on tensors: this looks at maps alone.
bool ufSuitsVectors(MlirOperation op);

/// Makes one loop of two neighbours wherever every operand allows.
void ufMergeLoops(UfBuilder *b, UfGroup *group);

#endif // UF_KERNELS_LOOP_NEST_H
