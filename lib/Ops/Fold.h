//===-- Fold.h - Evaluating small constants -----------------------*- C -*-===//
//
// Models compute shapes and scales from constants. An elementwise row whose
// operands are all constants of few elements becomes one: the row's `fold` says
// what happens to one element, this evaluates it with numpy's broadcasting.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_FOLD_H
#define UF_OPS_FOLD_H

#include "Ops/Op.h"

/// An element: a float in `real`, an integer or truth value in `integer`, where
/// those above INT64_MAX are their bits.
typedef struct UfNumeral {
  int64_t integer;
  double real;
} UfNumeral;

/// One element of the result from one of each operand; false to keep the op.
/// Integers wrap and floats are rounded to the result's type by the caller.
typedef bool (*UfEvaluate)(MlirOperation op, const UfNumeral *args,
                           UfNumeral *result);

/// The constant `op` evaluates to; null unless every operand is a constant, the
/// result has at most UF_MAX_VALUES elements, and `evaluate` can.
MlirAttribute ufFoldElementwise(MlirOperation op, const MlirAttribute *operands,
                                UfEvaluate evaluate);

/// Whether `constant`, which may be null, has one number in every element,
/// which is written to `*value`.
bool ufSplatNumber(MlirAttribute constant, double *value);
/// Whether that number is `value`. Zeros of different signs are different.
bool ufIsSplatOf(MlirAttribute constant, double value);

/// The integer of at most 64 bits nearest to `x`, rounded toward 0; 0 for NaN.
int64_t ufSaturate(double x, int width, bool isUnsigned);

/// Operand `i` when it has the type of the result, else null.
MlirValue ufFoldToOperand(MlirOperation op, int i);

#endif // UF_OPS_FOLD_H
