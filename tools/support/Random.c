//===-- Random.c - Made-up inputs -----------------------------------------===//

#include "Random.h"

#include "Tensor.h"

#include <math.h>

/// SplitMix64 (Steele, Lea, Flood 2014): every seed, also 0, starts well.
static uint64_t next(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// Uniform in (0, 1]: its logarithm is finite.
static double nextUniform(uint64_t *state) {
  return (double)((next(state) >> 11) + 1) * 0x1p-53;
}

/// Box and Muller's transform.
static double nextNormal(uint64_t *state) {
  const double tau = 6.283185307179586;
  double radius = sqrt(-2 * log(nextUniform(state)));
  return radius * cos(tau * nextUniform(state));
}

void ufRandomFill(UfrontTensor *tensor, uint64_t seed, int64_t max) {
  int64_t elements;
  size_t bytes;
  if (!ufTensorMeasure(tensor, &elements, &bytes))
    return;
  bool isFloat = ufTypeIsFloat(tensor->type);
  int bits = ufTypeGetBits(tensor->type);
  if (tensor->type == UFRONT_BOOL)
    max = 2;
  else if (!isFloat && bits < 64) {
    int64_t values = (int64_t)1 << (bits - !ufTypeIsUnsigned(tensor->type));
    max = max < values ? max : values;
  }
  for (int64_t i = 0; i < elements; ++i)
    ufTensorSet(tensor, i,
                isFloat ? nextNormal(&seed)
                        : (double)(next(&seed) % (uint64_t)max));
}
