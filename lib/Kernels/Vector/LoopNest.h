//===-- LoopNest.h - linalg ops on buffers as loops and strides ---*- C -*-===//
//
// Every structured op is a nest of loops around a body, and every operand moves
// by a number of elements per step of each loop. That is all that code for
// matrix products, convolutions, pools and what follows them is made from.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_VECTOR_LOOP_NEST_H
#define UF_KERNELS_VECTOR_LOOP_NEST_H

#include "IR/Linalg.h"
#include "Kernels/Dot.h"

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
  /// The loop whose position p is at (p / panel) * panelStride + (p % panel) *
  /// stride, or -1.
  int packedLoop;
  int64_t panel;
  UfSize panelStride;
  /// Another such loop, in whose panels neighbours are neighbours in memory, or
  /// -1. ufUseDots() makes it a loop over panels.
  int groupedLoop;
  int64_t group;
  UfSize groupStride;
  /// Neighbours that are read together: 1, or a group.
  int64_t unit;
} UfAccess;

/// A linalg op over the loops, or over those of them that are parallel.
typedef struct UfStatement {
  MlirOperation op;
  UfAccess inputs[UF_MAX_INPUTS];
  int numInputs;
} UfStatement;

/// What is computed into one buffer: its first value, the op that reduces, and
/// elementwise ops in place.
///
/// When the root's products are dots, loop dotLoop counts groups, of which the
/// last, when it lacks places, comes as one more step with `rest` elements.
typedef struct UfGroup {
  UfLoops loops;
  UfDot dot; ///< Of the root; UF_NO_DOT when it is applied as it is.
  int lhs;   ///< The input of a dot that is not in panels.
  int dotLoop;
  int64_t rest;     ///< 0 when all groups are whole.
  UfStatement init; ///< Without an op when the buffer's own value counts.
  UfStatement root;
  UfStatement epilogues[UF_MAX_STATEMENTS];
  int numEpilogues;
  UfAccess output;
  /// What writes `result` from the output, which nothing else reads, and maybe
  /// more; without an op when the output itself is the result. It is the
  /// group's last statement.
  UfStatement sink;
  UfAccess result;
} UfGroup;

/// Reads `root` into a group. False when a map is not linear or a type cannot
/// be a vector's element. `b` writes what is needed to find open sizes.
bool ufReadRoot(UfBuilder *b, MlirOperation root, UfGroup *group);

/// Reads `op`, which writes every element of the root's output from inputs (and
/// from the output itself when it is an epilogue).
bool ufReadElementwise(UfBuilder *b, MlirOperation op, const UfGroup *group,
                       UfStatement *statement);

/// Reads elementwise `op`, which writes another buffer from the root's output,
/// as the group's sink.
bool ufReadSink(UfBuilder *b, MlirOperation op, UfGroup *group);

/// What tiles store: the result of the sink, or the output.
static inline const UfAccess *ufStored(const UfGroup *group) {
  return group->sink.op.ptr ? &group->result : &group->output;
}

/// Whether the access is to the output.
static inline bool ufIsOutput(const UfGroup *group, const UfAccess *access) {
  return mlirValueEqual(access->memref, group->output.memref);
}

/// Whether the static size is 0, or the static size is `value`.
static inline bool ufIsSize(UfSize size, int64_t value) {
  return ufIsStatic(size) && size.value == value;
}

/// Whether the op's operands lie well for vectors along the last dimension of
/// its output. `op` may also be on tensors: this looks at maps alone.
bool ufSuitsVectors(MlirOperation op);

/// Lets the root of a group with a grouped operand work by dots. False when it
/// cannot, so that the group has no form as vectors; true where nothing is
/// grouped.
bool ufUseDots(UfGroup *group, const UfTarget *target);

/// Makes one loop of two neighbours wherever every operand allows.
void ufMergeLoops(UfBuilder *b, UfGroup *group);

#endif // UF_KERNELS_VECTOR_LOOP_NEST_H
