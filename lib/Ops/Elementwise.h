//===-- Elementwise.h - Formulas for each element alone -----------*- C -*-===//
//
// A row's `scalar` body says what an elementwise op does to one element. Built
// from the functions here, the same body also runs on whole TOSA tensors: each
// of them builds arith or math ops for scalars, and TOSA ops for tensors. A row
// whose body TOSA can express says `.toTosa = ufScalarToTosa`.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_ELEMENTWISE_H
#define UF_OPS_ELEMENTWISE_H

#include "IR/Linalg.h"
#include "IR/Tosa.h"
#include "Ops/Node.h"

/// Replaces b->op by its row's `scalar` body on its operands as TOSA tensors of
/// the result's rank. Fails silently where TOSA lacks the element type or the
/// shape.
MlirLogicalResult ufScalarToTosa(UfBuilder *b);

/// The operands of b->op as TOSA tensors of the result's rank, null where
/// omitted. False where TOSA lacks the element type or the shape.
bool ufTosaOperands(UfBuilder *b, MlirValue *operands);

/// Whether a body is being built on TOSA tensors.
static inline bool ufEachIsTensor(MlirValue x) {
  return ufIsRankedTensor(mlirValueGetType(x));
}
/// The element type of a tensor, the type of a scalar.
static inline MlirType ufEachType(MlirValue x) {
  return ufEachIsTensor(x) ? ufElementType(x) : mlirValueGetType(x);
}
/// Whether operand `i` of b->op holds unsigned integers or truth values.
static inline bool ufEachIsUnsigned(const UfBuilder *b, int i) {
  return ufIsUnsigned(ufElementType(mlirOperationGetOperand(b->op, i)));
}

/// Floats narrower than f32 as f32, so that a formula is rounded once and does
/// not overflow on its way; others as they are.
MlirValue ufEachWiden(UfBuilder *b, MlirValue x);
/// A result of widened values in the type of `like`.
MlirValue ufEachNarrow(UfBuilder *b, MlirValue x, MlirValue like);

/// A number that goes with `like`.
MlirValue ufEachNumber(UfBuilder *b, MlirValue like, double value);
/// Attribute `name` of b->op, a number that goes with `like`.
static inline MlirValue ufEachAttr(UfBuilder *b, MlirValue like,
                                   const char *name) {
  return ufEachNumber(b, like, ufGetFloat(b->op, name));
}

// As the functions of IR/Linalg.h. Integers in TOSA are signed.
MlirValue ufEachAdd(UfBuilder *b, MlirValue x, MlirValue y);
MlirValue ufEachSub(UfBuilder *b, MlirValue x, MlirValue y);
MlirValue ufEachMul(UfBuilder *b, MlirValue x, MlirValue y);
MlirValue ufEachMax(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned);
MlirValue ufEachMin(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned);
MlirValue ufEachNeg(UfBuilder *b, MlirValue x);
/// Within [low, high]; NaN stays. Bounds outside an integer's range are its
/// own.
MlirValue ufEachClamp(UfBuilder *b, MlirValue x, double low, double high,
                      bool isUnsigned);
/// In TOSA, floats are multiplied by the reciprocal.
MlirValue ufEachDiv(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned);
MlirValue ufEachCompare(UfBuilder *b, UfPredicate predicate, MlirValue x,
                        MlirValue y, bool isUnsigned);
MlirValue ufEachSelect(UfBuilder *b, MlirValue condition, MlirValue x,
                       MlirValue y);
/// "and", "or", "xor" of truth values or of the bits of integers.
MlirValue ufEachBits(UfBuilder *b, const char *kind, MlirValue x, MlirValue y);
/// All bits turned.
MlirValue ufEachNot(UfBuilder *b, MlirValue x);
/// A function of one float by its name in the math dialect, or "sigmoid". For
/// TOSA only: abs ceil cos erf exp exp2 floor log log2 log10 rsqrt sigmoid sin
/// sqrt tanh; and expm1 and log1p, which lose digits near 0.
MlirValue ufEachCall(UfBuilder *b, const char *name, MlirValue x);
/// x to the power y, both float.
MlirValue ufEachPow(UfBuilder *b, MlirValue x, MlirValue y);

/// Joins a variadic node's inputs two by two with op `name`.
MlirLogicalResult ufImportChain(UfBuilder *b, const UfNode *node,
                                const char *name, MlirValue *results);

#endif // UF_OPS_ELEMENTWISE_H
