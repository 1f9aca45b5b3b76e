//===-- Compare.h - A result beside what was expected -------------*- C -*-===//

#ifndef UF_RUN_COMPARE_H
#define UF_RUN_COMPARE_H

#include "ufront/Tensor.h"

#include <stdio.h>

/// A float may differ by atol + rtol * |expected|, an integer by atol, a bool
/// or a string not at all. NaN is equal to NaN.
typedef struct UfTolerance {
  double rtol, atol;
} UfTolerance;

/// Compares `got` with `expected`; its type and shape must be the same. Prints
/// the rest of a line on `file`: "pass, 6 values", or how many values differ
/// and the one that differs most.
bool ufTensorCompare(FILE *file, const UfrontTensor *got,
                     const UfrontTensor *expected, const UfTolerance *limit);

#endif // UF_RUN_COMPARE_H
