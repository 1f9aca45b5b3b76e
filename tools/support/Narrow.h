//===-- Narrow.h - Elements of 8 bits and fewer -------------------*- C -*-===//

#ifndef UF_TOOLS_NARROW_H
#define UF_TOOLS_NARROW_H

#include "ufront/Tensor.h"

/// Bits of a float of at most 8 bits, or an integer of fewer; 0 for other
/// types.
int ufNarrowGetBits(UfrontType type);
bool ufNarrowIsFloat(UfrontType type);

/// The number that `code` is in narrow `type`, by its low bits.
double ufNarrowGet(UfrontType type, uint8_t code);

/// The code of the finite number nearest to `value`, of two that are as near
/// the even one. Integers keep their low bits.
uint8_t ufNarrowSet(UfrontType type, double value);

#endif // UF_TOOLS_NARROW_H
