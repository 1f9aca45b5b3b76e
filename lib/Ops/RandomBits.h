//===-- RandomBits.h - A generator of random numbers --------------*- C -*-===//
//
// The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998) as loops carry
// it. Seeds, uniform and normal numbers are those of numpy's RandomState, so
// that models with a seed can be compared with ONNX's reference evaluator.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_RANDOMBITS_H
#define UF_OPS_RANDOMBITS_H

#include "IR/Linalg.h"

/// What a generator is between two numbers: 624 words, and which is next.
typedef struct UfRandom {
  MlirValue words;
  MlirValue next; ///< An index.
} UfRandom;

/// A generator that starts with the low 32 bits of `seed`, an i64.
UfRandom ufRandomCreate(UfBuilder *b, MlirValue seed);

/// An f64 of [0, 1), a multiple of 2^-53.
MlirValue ufRandomUniform(UfBuilder *b, UfRandom *random);

/// Two independent f64 of the standard normal distribution, by the polar
/// method.
void ufRandomNormals(UfBuilder *b, UfRandom *random, MlirValue *pair);

#endif // UF_OPS_RANDOMBITS_H
