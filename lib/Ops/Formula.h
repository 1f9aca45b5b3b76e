//===-- Formula.h - Import rules written as formulas --------------*- C -*-===//
//
// Most pointwise operators of ATen, their gradients and the losses are one line
// of arithmetic. A formula is that line; it is read when a node is imported and
// becomes ops of the table:
//
//   "alpha = 1; self + alpha * other"
//   "d = self - target; reduced(d * d)"
//   "negative_slope = 0.01; leaky_relu(self, alpha = negative_slope)"
//
// Statements end with `;`, the last one is the result. Names are the node's
// arguments and what was assigned before; assigning to an argument gives its
// default. There are `c ? x : y`, `||`, `&&`, `== != < <= > >=`, `+ -`, `* /`,
// `-x`, `!x`, numbers, 'text', pi, inf, nan, and `lowest` and `highest`, the
// limits of the result's type. A call is a row of the op table with attributes
// as `name = value`, which is left out when the argument `value` is, or one of
//   reduced(x)          x, its mean or its sum, as argument `reduction` says
//   poly(x, a, b, ...)  a + b x + ...
//   signbit(x)          whether x is negative or -0
//   truth(x)            x as a truth value
//   scalar(x)           the only element of x
//   as_result(x)        x as the result's type holds it: truncated for integers
//   given(name)         whether the argument is there
//   require(c, 'text')  the import fails with the text unless the number c
//   holds
// Numbers without tensors are computed while importing.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_FORMULA_H
#define UF_OPS_FORMULA_H

#include "Ops/Torch.h"

/// The type that numbers are computed in. For results that are truth values, it
/// is the common type of the operands instead of the result's.
typedef enum UfFormulaType {
  UF_AS_IS,  ///< The result's type; f32 for narrower floats beside a number.
  UF_WIDE,   ///< The result's type, f32 for narrower floats.
  UF_IN_F64, ///< f64: for what loses digits on its way.
} UfFormulaType;

/// An import rule: `Text` is the formula of ATen operator `Name`.
#define UF_FORMULA(Name, Type, Text)                                           \
  {UF_TORCH, Name, 0, ufTorchFormula, Text, Type}

/// The `convert` of UF_FORMULA.
MlirLogicalResult ufTorchFormula(UfBuilder *b, const UfNode *node,
                                 MlirValue *results);

/// The value of `formula` for `node`; null after an error was reported.
MlirValue ufFormulaValue(UfBuilder *b, const UfNode *node, const char *formula,
                         UfFormulaType type);

#endif // UF_OPS_FORMULA_H
