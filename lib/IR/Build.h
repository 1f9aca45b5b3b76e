//===-- Build.h - Writing IR in few words -------------------------*- C -*-===//
//
// The one builder that importers, decompositions and lowerings share, and the
// short names for types and attributes they use all the time.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IR_BUILD_H
#define UF_IR_BUILD_H

#include "Support/Result.h"

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"

#include <inttypes.h>
#include <stdio.h>

enum { UF_MAX_RANK = 16, UF_MAX_VALUES = 64 };

/// A dimension whose size is only known when the model runs.
#define UF_DYNAMIC INT64_MIN

/// Where new ops go. With a rewriter, at its insertion point; else at the end
/// of `block`.
typedef struct UfBuilder {
  MlirContext ctx;
  MlirLocation loc;
  MlirRewriterBase rewriter;
  MlirBlock block;
  MlirOperation op; ///< The op being lowered; null while importing.
} UfBuilder;

typedef struct UfValues {
  const MlirValue *data;
  intptr_t size;
} UfValues;

typedef struct UfTypes {
  const MlirType *data;
  intptr_t size;
} UfTypes;

typedef struct UfAttr {
  const char *name;
  MlirAttribute value; ///< A null attribute is left out.
} UfAttr;

typedef struct UfAttrs {
  const UfAttr *data;
  intptr_t size;
} UfAttrs;

#define UF_LIST(List, T, ...)                                                  \
  ((List){(const T[]){__VA_ARGS__},                                            \
          sizeof((const T[]){__VA_ARGS__}) / sizeof(T)})
#define UF_VALUES(...) UF_LIST(UfValues, MlirValue, __VA_ARGS__)
#define UF_TYPES(...) UF_LIST(UfTypes, MlirType, __VA_ARGS__)
#define UF_ATTRS(...) UF_LIST(UfAttrs, UfAttr, __VA_ARGS__)
#define UF_NO_VALUES ((UfValues){0})
#define UF_NO_ATTRS ((UfAttrs){0})
#define UF_COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static inline MlirStringRef ufStr(const char *text) {
  return mlirStringRefCreateFromCString(text);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// Creates op `name` and returns its only result.
MlirValue ufBuild(UfBuilder *b, const char *name, MlirType type,
                  UfValues operands, UfAttrs attrs);

/// Creates op `name` with any number of results and owned regions.
MlirOperation ufBuildOp(UfBuilder *b, const char *name, UfTypes types,
                        UfValues operands, UfAttrs attrs, MlirRegion *regions,
                        int numRegions);

/// Creates `ufront.name`, a row of the op table, with the result type its shape
/// rule gives, and returns its first result; null after an error was reported.
MlirValue ufOp(UfBuilder *b, const char *name, UfValues operands,
               UfAttrs attrs);

/// As ufOp, for `numResults` results; a null op after an error was reported.
/// Null operands in the middle become `ufront.none`; at the end they are left
/// out.
MlirOperation ufOpN(UfBuilder *b, const char *name, UfValues operands,
                    UfAttrs attrs, int numResults);

/// As ufOpN, for a row with regions, which become the op's. On an error they
/// are destroyed with it.
MlirOperation ufOpWithRegions(UfBuilder *b, const char *name, UfValues operands,
                              UfAttrs attrs, int numResults,
                              MlirRegion *regions);

/// `value` as `type`, which differs from its own in signedness or in how much
/// of the shape is static.
MlirValue ufCastTo(UfBuilder *b, MlirValue value, MlirType type);

/// Replaces b->op. A value whose type differs from the result's in signedness
/// or in how much of the shape is static is cast. Fails when `with` is null, to
/// be returned directly:
///   return ufReplace(b, ufOp(b, "softmax", ...));
MlirLogicalResult ufReplace(UfBuilder *b, MlirValue with);
MlirLogicalResult ufReplaceAll(UfBuilder *b, UfValues with);

/// A builder of what comes before `op`, with its location. The rewriter, which
/// is the caller's, must live as long.
UfBuilder ufBuilderAt(MlirRewriterBase rewriter, MlirOperation op);

/// A builder that appends to `block`, at the same location, for the same op.
static inline UfBuilder ufBuilderIn(const UfBuilder *b, MlirBlock block) {
  return (UfBuilder){.ctx = b->ctx, .loc = b->loc, .block = block, .op = b->op};
}

/// "ufront.relu" of an op; not null-terminated.
MlirStringRef ufOpName(MlirOperation op);
bool ufOpIs(MlirOperation op, const char *name);

/// The op that defines `value`, or null for a block argument.
MlirOperation ufDefiningOp(MlirValue value);

/// Whether `value` is an argument of `block`, or defined in it or in regions of
/// its ops.
bool ufIsInside(MlirBlock block, MlirValue value);

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// A ranked tensor type, taken apart.
typedef struct UfShape {
  int rank;
  int64_t dims[UF_MAX_RANK]; ///< UF_DYNAMIC where unknown.
  MlirType element;
} UfShape;

UfShape ufShapeOfType(MlirType type);
static inline UfShape ufShape(MlirValue value) {
  return ufShapeOfType(mlirValueGetType(value));
}
MlirType ufTensorType(const UfShape *shape);
/// A tensor type from dimensions given in place.
MlirType ufTensorOf(MlirType element, int rank, const int64_t *dims);

/// Import rules pass on null where a file leaves something out, and ask for
/// dimensions that there may not be: then nothing is known.
int ufRank(MlirValue value);
static inline MlirType ufElementType(MlirValue value) {
  return value.ptr ? mlirShapedTypeGetElementType(mlirValueGetType(value))
                   : (MlirType){NULL};
}
static inline int64_t ufDimSize(MlirValue value, int dim) {
  return dim >= 0 && dim < ufRank(value)
             ? mlirShapedTypeGetDimSize(mlirValueGetType(value), dim)
             : UF_DYNAMIC;
}
bool ufIsRankedTensor(MlirType type);
/// Whether two sizes may be the same: equal, or one is not known.
static inline bool ufSizesAgree(int64_t x, int64_t y) {
  return x == y || x == UF_DYNAMIC || y == UF_DYNAMIC;
}

/// Elements of a static shape; UF_DYNAMIC when a dimension is unknown or the
/// product overflows.
int64_t ufNumElements(const UfShape *shape);

/// A null type is none of these.
bool ufIsFloat(MlirType element);
bool ufIsInt(MlirType element);      ///< Any width but 1.
bool ufIsBool(MlirType element);     ///< i1.
bool ufIsUnsigned(MlirType element); ///< ui8 and so on, and i1.
bool ufIsString(MlirType element);   ///< !ufront.string.
/// Bits of an element.
int ufBitWidth(MlirType element);
/// Floats of 8 bits and fewer and integers of fewer than 8, but i1: numbers
/// that are kept and converted (IR/Linalg.h), not computed with.
bool ufIsNarrow(MlirType element);
/// What holds it in linalg: `ui8` as `i8`, narrow types as an `i8` with their
/// bits; other types as they are. Works on elements and tensors.
MlirType ufSignless(MlirType type);

MlirType ufF32(const UfBuilder *b);
MlirType ufI64(const UfBuilder *b);
MlirType ufI1(const UfBuilder *b);
MlirType ufStringType(MlirContext ctx);
MlirType ufIntType(const UfBuilder *b, int width);
MlirType ufIndexType(const UfBuilder *b);

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

MlirAttribute ufIntAttr(const UfBuilder *b, int64_t value);
MlirAttribute ufFloatAttr(const UfBuilder *b, double value);
MlirAttribute ufBoolAttr(const UfBuilder *b, bool value);
MlirAttribute ufStrAttr(const UfBuilder *b, const char *text);
MlirAttribute ufIntsAttr(const UfBuilder *b, int count, const int64_t *values);
/// Rounds toward zero. 2^63 and more become the bits of an unsigned number,
/// what no integer of 64 bits holds the nearest one, and NaN 0.
int64_t ufTruncate(double value);
/// An IntegerAttr or FloatAttr of an element type; unsigned types included.
MlirAttribute ufNumberAttr(MlirType element, double value);
/// A splat of `value` for a static tensor type.
MlirAttribute ufSplatAttr(MlirType tensor, double value);

/// Integers in place: UF_INTS(0, 1).
typedef struct UfInts {
  int size;
  int64_t data[UF_MAX_VALUES];
} UfInts;

/// Attributes of an op of the table. An attribute that is not there has the
/// fallback of its row, and one of another kind, which the verifier refuses, is
/// read as zero; reading one that the row does not have is our bug.
int64_t ufGetInt(MlirOperation op, const char *name);
double ufGetFloat(MlirOperation op, const char *name);
bool ufGetBool(MlirOperation op, const char *name);
/// A StringAttr's text, null-terminated, owned by the context.
const char *ufGetStr(MlirOperation op, const char *name);
UfInts ufGetInts(MlirOperation op, const char *name);
/// The attribute itself, or null when it is not there.
MlirAttribute ufGetAttr(MlirOperation op, const char *name);
/// Whether the op carries the attribute.
bool ufHasAttr(MlirOperation op, const char *name);

/// Operand `i`, null when it is omitted (past the end, or `ufront.none`).
MlirValue ufOperandOf(MlirOperation op, int i);
static inline MlirValue ufResultOf(MlirOperation op, int i) {
  return mlirOperationGetResult(op, i);
}
/// Operand `i` of the op being lowered as ufSignless() has it, which is what
/// arith and linalg take; null when omitted.
MlirValue ufInput(UfBuilder *b, int i);
static inline MlirType ufResultType(const UfBuilder *b, int i) {
  return mlirValueGetType(mlirOperationGetResult(b->op, i));
}

/// `axis` counted from the front; the verifier has checked its range.
static inline int ufAxis(int64_t axis, int rank) {
  return (int)(axis < 0 ? axis + rank : axis);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// `ufront.constant` of an elements attribute.
MlirValue ufConstant(UfBuilder *b, MlirAttribute elements);
/// `ufront.constant` holding one number, rank 0; null after an error was
/// reported when `element` is no type of numbers.
MlirValue ufScalarConstant(UfBuilder *b, MlirType element, double value);
/// `ufront.constant` : tensor<count x i64>.
MlirValue ufIntsConstant(UfBuilder *b, int count, const int64_t *values);

/// The elements of a `ufront.constant`, or null; null for a null value.
MlirAttribute ufConstantOf(MlirValue value);

/// Whether `op` is a `ufront.constant` of one number in so many places that
/// code should fill memory with it rather than carry them all.
bool ufIsLargeFill(MlirOperation op);

/// The elements of an integer tensor of rank 0 or 1 as far as they are known
/// while compiling: follows constants, shape_of and integer shape arithmetic.
/// UF_DYNAMIC where unknown; false when not even the count is known.
bool ufKnownInts(MlirValue value, UfInts *out);

/// As ufKnownInts, but only when every element is known.
bool ufConstantInts(MlirValue value, UfInts *out);

/// Element `i` of an elements attribute of any number type.
double ufElementAsDouble(MlirAttribute elements, intptr_t i);
int64_t ufElementAsInt(MlirAttribute elements, intptr_t i);

#endif // UF_IR_BUILD_H
