//===-- Rounding.c - f32 to bf16 where the CPU cannot ---------------------===//
//
// LLVM calls this function where a CPU has no instruction, for numbers that it
// moves under masks of its own too. Of compilers' libraries only new ones have
// it.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <string.h>

__bf16 __truncsfbf2(float value); // NOLINT: the name is LLVM's

/// To nearest, ties to even; NaN stays NaN.
__bf16 __truncsfbf2(float value) { // NOLINT
  uint32_t bits;
  __bf16 result;
  memcpy(&bits, &value, sizeof bits);
  uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
  if ((bits & 0x7FFFFFFF) > 0x7F800000)
    rounded = bits >> 16 | 0x40;
  uint16_t half = (uint16_t)rounded;
  memcpy(&result, &half, sizeof result);
  return result;
}
