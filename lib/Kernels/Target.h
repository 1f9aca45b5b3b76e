//===-- Target.h - What code is generated for ---------------------*- C -*-===//
//
// Sizes of the CPU that schedules are chosen by. They come from the module's
// attribute
//
//   ufront.target = {vector_bits = 512 : i64, registers = 32 : i64,
//                    l1_bytes = 32768 : i64, l2_bytes = 1048576 : i64,
//                    vnni = 0 : i64, bf16_dot = 0 : i64, amx_int8 = 0 : i64,
//                    amx_bf16 = 0 : i64, f32_terms = 0 : i64}
//
// which compiling sets; where it lacks an entry, the value above holds, so that
// what the tools print does not depend on the machine they run on.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_TARGET_H
#define UF_KERNELS_TARGET_H

#include "mlir-c/IR.h"

#include <stdint.h>

/// On modules: a dictionary of integers.
#define UF_TARGET_ATTR "ufront.target"

typedef struct UfTarget {
  int64_t vectorBits; ///< Of one register: 512, 256 or 128.
  int64_t registers;  ///< How many of them there are: 32 or 16.
  int64_t l1Bytes;    ///< Of data, one core's.
  int64_t l2Bytes;    ///< One core's.
  int64_t vnni;       ///< 1: sums of four products of 8 bits on registers.
  int64_t bf16Dot;    ///< 1: sums of two products of bf16 on registers.
  int64_t amxInt8;    ///< 1: tiles of 8 bits.
  int64_t amxBf16;    ///< 1: tiles of bf16.
  /// Of bf16, as sums of which AMX may multiply f32 (AmxSplit.h): 2 or 3; 0:
  /// f32 is multiplied as it is.
  int64_t f32Terms;
} UfTarget;

/// The target of the module around `op`, which may be the module.
UfTarget ufTargetOf(MlirOperation op);

/// Sets the module's attribute.
void ufSetTarget(MlirOperation module, const UfTarget *target);

#endif // UF_KERNELS_TARGET_H
