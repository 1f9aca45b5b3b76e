//===-- Dot.h - Products of narrow numbers, several at a time -----*- C -*-===//
//
// CPUs multiply narrow numbers in groups: two neighbours of bf16, or four of 8
// bits, with their counterparts, and add the products to one sum of 32 bits,
//
//   sum += a[0] * b[0] + ... + a[g - 1] * b[g - 1].
//
// For that a contraction
//
//   output[m, n] += ext(lhs[m, k]) * ext(rhs[k, n])
//
// wants g neighbours of the innermost k of rhs side by side, which
// ufront-pack-operands provides (Tile.h tells the form of panels).
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_DOT_H
#define UF_KERNELS_DOT_H

#include "IR/Linalg.h"
#include "Kernels/Target.h"

typedef enum UfDotKind {
  UF_NO_DOT,
  UF_DOT_BF16, ///< f32 += bf16 * bf16, by pairs.
  UF_DOT_INT8, ///< i32 += i8 * i8, by fours.
} UfDotKind;

typedef struct UfDot {
  UfDotKind kind;
  bool isUnsigned[2]; ///< Of inputs 0 and 1, for UF_DOT_INT8.
} UfDot;

/// What the body of a linalg.generic of two inputs and one output multiplies.
UfDot ufReadDot(MlirOperation generic);

/// Whether such a body multiplies its inputs, of f32, as they are and adds the
/// product to its output, of f32.
bool ufMultipliesF32(MlirOperation generic);

/// Products that `target` adds to a sum at once; 1 when it has no instruction
/// for them.
int64_t ufDotGroup(const UfTarget *target, UfDot dot);

/// Whether the dot needs the sums of the right operand's columns beside its
/// own: two signed operands are multiplied with one of them raised by 128.
bool ufDotNeedsColumnSums(UfDot dot);

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// The first `count` <= group elements of the buffer at `index`, in the place
/// of one group, followed by zeros and repeated in `lanes` groups. Reads no
/// other element.
MlirValue ufLoadGroup(UfBuilder *b, MlirValue flat, MlirValue index,
                      MlirType element, int64_t group, int64_t count,
                      int64_t lanes);

/// Dots of the groups of `args`, vectors for inputs 0 and 1, added to `sums`.
/// `lhs` is the input that is raised where ufDotNeedsColumnSums().
MlirValue ufEmitDot(UfBuilder *b, UfDot dot, int lhs, const MlirValue *args,
                    MlirValue sums, int64_t lanes);

/// The column sums of `rhs`, times what the other operand was raised by, added
/// to `sums`.
MlirValue ufEmitColumnSums(UfBuilder *b, MlirValue rhs, MlirValue sums,
                           int64_t lanes);

#endif // UF_KERNELS_DOT_H
