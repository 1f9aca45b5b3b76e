//===-- Random.h - Made-up inputs ---------------------------------*- C -*-===//

#ifndef UF_TOOLS_RANDOM_H
#define UF_TOOLS_RANDOM_H

#include "ufront/Tensor.h"

/// Fills `tensor` with values that depend on `seed` alone: floats are standard
/// normal, integers uniform from 0 to `max` - 1 as far as their type goes,
/// bools true or false with equal chance.
void ufRandomFill(UfrontTensor *tensor, uint64_t seed, int64_t max);

#endif // UF_TOOLS_RANDOM_H
