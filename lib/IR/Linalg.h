//===-- Linalg.h - Writing loops over tensors in few words --------*- C -*-===//
//
// What lowerings to linalg are made of: sizes that are folded while they are
// static, tensors of such sizes, generic ops, and scalar arithmetic that picks
// the op by type.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IR_LINALG_H
#define UF_IR_LINALG_H

#include "IR/Build.h"

#include "mlir-c/AffineExpr.h"
#include "mlir-c/AffineMap.h"

//===----------------------------------------------------------------------===//
// Sizes: a number now, or an index value later
//===----------------------------------------------------------------------===//

typedef struct UfSize {
  int64_t value;
  MlirValue dynamic; ///< Null when `value` is the size.
} UfSize;

static inline UfSize ufStatic(int64_t value) {
  return (UfSize){.value = value};
}
/// An index value as a size.
static inline UfSize ufSizeOfIndex(MlirValue index) {
  return (UfSize){.dynamic = index};
}
static inline bool ufIsStatic(UfSize size) { return !size.dynamic.ptr; }

/// Size of dimension `dim` of a tensor.
UfSize ufSizeOf(UfBuilder *b, MlirValue tensor, int dim);
/// Sizes of all of a tensor's dimensions.
void ufSizesOf(UfBuilder *b, MlirValue tensor, UfSize *sizes);
/// Writes the integer an `arith.constant` holds; false when `value` is none.
bool ufReadNumber(MlirValue value, int64_t *number);
/// An integer scalar or index value as a size.
UfSize ufSizeFromValue(UfBuilder *b, MlirValue scalar);

UfSize ufSizeAdd(UfBuilder *b, UfSize x, UfSize y);
UfSize ufSizeSub(UfBuilder *b, UfSize x, UfSize y);
UfSize ufSizeMul(UfBuilder *b, UfSize x, UfSize y);
UfSize ufSizeDiv(UfBuilder *b, UfSize x, UfSize y); ///< Rounds down; y > 0.
UfSize ufSizeMax(UfBuilder *b, UfSize x, UfSize y);
UfSize ufSizeMin(UfBuilder *b, UfSize x, UfSize y);
/// The size as an index value.
MlirValue ufSizeValue(UfBuilder *b, UfSize size);
/// Whether the product of `xs` equals the product of `ys` for sure. With one
/// each: whether two sizes are the same.
bool ufSameProduct(int numXs, const UfSize *xs, int numYs, const UfSize *ys);
/// UF_DYNAMIC or the number: for types.
static inline int64_t ufSizeDim(UfSize size) {
  return ufIsStatic(size) ? size.value : UF_DYNAMIC;
}

/// Ends the run with `message`, after the names of node and op, unless the i1
/// `condition` holds.
void ufAssert(UfBuilder *b, MlirValue condition, const char *message);
/// Ends the run with `message` unless x == y; nothing when both are static and
/// equal.
void ufAssertSameSize(UfBuilder *b, UfSize x, UfSize y, const char *message);

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

/// tensor.empty.
MlirValue ufEmpty(UfBuilder *b, MlirType element, int rank,
                  const UfSize *sizes);
/// A tensor of `sizes` filled with a scalar.
MlirValue ufFilled(UfBuilder *b, MlirValue scalar, int rank,
                   const UfSize *sizes);
/// tensor.extract_slice with unit strides when `strides` is null.
MlirValue ufSlice(UfBuilder *b, MlirValue x, const UfSize *offsets,
                  const UfSize *sizes, const int64_t *strides);
/// tensor.insert_slice of `x` into `into`.
MlirValue ufInsert(UfBuilder *b, MlirValue x, MlirValue into,
                   const UfSize *offsets, const UfSize *sizes,
                   const int64_t *strides);
/// `x` surrounded by `scalar`: low[i] before and high[i] after dimension i.
MlirValue ufPad(UfBuilder *b, MlirValue x, const UfSize *low,
                const UfSize *high, MlirValue scalar);
/// The same elements in another shape; `sizes` has the same product.
MlirValue ufReshape(UfBuilder *b, MlirValue x, int rank, const UfSize *sizes);
/// Result dimension i is dimension perm[i] of `x`.
MlirValue ufTranspose(UfBuilder *b, MlirValue x, const int64_t *perm);
/// tensor.cast to `type` unless it has that type already.
MlirValue ufTensorCast(UfBuilder *b, MlirValue x, MlirType type);
/// Element of `x` at index values, one per dimension: tensor.extract.
MlirValue ufExtract(UfBuilder *b, MlirValue x, const MlirValue *indices);

//===----------------------------------------------------------------------===//
// Generic ops
//===----------------------------------------------------------------------===//

/// Writes one scalar per init from the scalars of inputs, then inits.
typedef void (*UfBody)(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data);

typedef struct UfGeneric {
  UfValues inputs;
  UfValues inits;            ///< The results have their types.
  const MlirAffineMap *maps; ///< One per input, then per init.
  const char *iterators;     ///< "pppr": parallel, reduction.
  UfBody body;
  const void *data;
} UfGeneric;

/// linalg.generic.
MlirOperation ufGenericOp(UfBuilder *b, const UfGeneric *generic);
/// Its only result.
MlirValue ufGeneric(UfBuilder *b, const UfGeneric *generic);

/// (d0, ..., dn-1) -> (d[dims[0]], ...); dims[i] of -1 is the constant 0.
MlirAffineMap ufMapOf(const UfBuilder *b, int numDims, int count,
                      const int *dims);
/// (d0, ..., dn-1) -> (d0, ..., dn-1).
MlirAffineMap ufMapIdentity(const UfBuilder *b, int numDims);
/// (d0, ..., dn-1) -> exprs.
MlirAffineMap ufMapExprs(const UfBuilder *b, int numDims, int count,
                         const MlirAffineExpr *exprs);
/// d<dim>, d<x> * s + d<y> * t.
MlirAffineExpr ufExprDim(const UfBuilder *b, int dim);
MlirAffineExpr ufExprWindow(const UfBuilder *b, int x, int64_t s, int y,
                            int64_t t);

/// Applies `body` to every element of the operands, broadcast by numpy's rules
/// to `sizes`; where two dynamic sizes meet they are checked to be equal.
MlirValue ufElementwise(UfBuilder *b, UfValues operands, MlirType element,
                        UfBody body, const void *data);

/// Reduces `axes` (a bit set) of `x` with `body` (args: element, accumulator),
/// starting at scalar `start`. The reduced dimensions are gone.
MlirValue ufReduce(UfBuilder *b, MlirValue x, unsigned axes, MlirValue start,
                   UfBody body, const void *data);

//===----------------------------------------------------------------------===//
// Scalars. Integers are signless: `isUnsigned` says how to read them.
//===----------------------------------------------------------------------===//

MlirValue ufNumber(UfBuilder *b, MlirType type, double value);
MlirValue ufInteger(UfBuilder *b, MlirType type, int64_t value);
MlirValue ufIndex(UfBuilder *b, int64_t value);
/// Largest and smallest of a type; infinities for floats.
MlirValue ufLowest(UfBuilder *b, MlirType type, bool isUnsigned);
MlirValue ufHighest(UfBuilder *b, MlirType type, bool isUnsigned);

MlirValue ufAdd(UfBuilder *b, MlirValue x, MlirValue y);
MlirValue ufSub(UfBuilder *b, MlirValue x, MlirValue y);
MlirValue ufMul(UfBuilder *b, MlirValue x, MlirValue y);
/// acc + x*y, which may be contracted to one rounding.
MlirValue ufMulAdd(UfBuilder *b, MlirValue x, MlirValue y, MlirValue acc);
/// As ufMulAdd, in an order the compiler may choose: sums of many products.
MlirValue ufMulAddAnyOrder(UfBuilder *b, MlirValue x, MlirValue y,
                           MlirValue acc);
/// x + y in an order the compiler may choose: sums over many elements.
MlirValue ufAddAnyOrder(UfBuilder *b, MlirValue x, MlirValue y);
/// Floats: IEEE. Integers: truncating, 0 for a zero divisor.
MlirValue ufDiv(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned);
/// NaN when either is.
MlirValue ufMax(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned);
MlirValue ufMin(UfBuilder *b, MlirValue x, MlirValue y, bool isUnsigned);
MlirValue ufNeg(UfBuilder *b, MlirValue x);

typedef enum UfPredicate {
  UF_EQ,
  UF_NE,
  UF_LT,
  UF_LE,
  UF_GT,
  UF_GE
} UfPredicate;
/// i1; ordered for floats, except UF_NE, which is true when either is NaN.
MlirValue ufCompare(UfBuilder *b, UfPredicate predicate, MlirValue x,
                    MlirValue y, bool isUnsigned);
MlirValue ufSelect(UfBuilder *b, MlirValue condition, MlirValue x, MlirValue y);
/// An op with one operand and result of one type: "math.exp", "arith.negf".
MlirValue ufUnary(UfBuilder *b, const char *name, MlirValue x);
/// An op with two operands and a result of one type: "arith.andi".
MlirValue ufBinary(UfBuilder *b, const char *name, MlirValue x, MlirValue y);
/// C's conversion between number types; to i1: x != 0. Floats outside an
/// integer's range saturate, NaN gives 0.
MlirValue ufConvert(UfBuilder *b, MlirValue x, MlirType to, bool fromUnsigned,
                    bool toUnsigned);
/// Integer of any width from an index and back.
MlirValue ufToIndex(UfBuilder *b, MlirValue x);
MlirValue ufFromIndex(UfBuilder *b, MlirValue x, MlirType type);
/// linalg.index in a body.
MlirValue ufLoopIndex(UfBuilder *b, int dim);

//===----------------------------------------------------------------------===//
// Narrow numbers (IR/Build.h), whose scalars are an i8 with their bits
//===----------------------------------------------------------------------===//

typedef enum UfRounding {
  UF_ROUND_UP = 0,  ///< Away from zero.
  UF_ROUND_DOWN,    ///< Toward zero.
  UF_ROUND_NEAREST, ///< Ties go up.
} UfRounding;

/// How numbers become narrow floats.
typedef struct UfNarrowing {
  bool saturates;      ///< What is beyond the range becomes its limit.
  UfRounding rounding; ///< Of f8E8M0FNU; the others round to nearest even.
} UfNarrowing;

/// Whether numbers of `element` can be converted to others: of every float and
/// integer type but narrow floats that no format of models has.
bool ufHasConversion(MlirType element);
/// The number of narrow `type` that `bits` are: an f32, exactly, or an i8.
MlirValue ufReadNarrow(UfBuilder *b, MlirValue bits, MlirType type);
/// The bits of float or integer `x` as narrow `type`. Integers keep their low
/// bits, as do floats that were rounded toward 0.
MlirValue ufWriteNarrow(UfBuilder *b, MlirValue x, bool isUnsigned,
                        MlirType type, UfNarrowing how);
/// A scalar that holds a number of type `from`, as one that holds it as `to`;
/// either may be narrow, and unsigned.
MlirValue ufConvertElement(UfBuilder *b, MlirValue x, MlirType from,
                           MlirType to, UfNarrowing how);

#endif // UF_IR_LINALG_H
