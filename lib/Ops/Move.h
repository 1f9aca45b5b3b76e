//===-- Move.h - What ops that move elements share ----------------*- C -*-===//
//
// Reshaping, slicing, gathering and their like compute nothing: an element of
// the result is an element of an operand. They share how they take lists of
// integers (an attribute when known on import, else an operand), how they fold,
// and how they read at computed indices.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_MOVE_H
#define UF_OPS_MOVE_H

#include "IR/Linalg.h"
#include "Ops/Fold.h"
#include "Ops/Node.h"

//===----------------------------------------------------------------------===//
// Lists of integers: an attribute, or else an operand
//===----------------------------------------------------------------------===//

/// Reports unless exactly one of attribute `name` and operand `i` is there.
MlirLogicalResult ufVerifyGiven(MlirOperation op, const char *name, int i);

/// Whether one of them is there.
bool ufIsGiven(MlirOperation op, const char *name, int i);
/// As ufVerifyGiven when ufIsGiven.
MlirLogicalResult ufVerifyGivenOnce(MlirOperation op, const char *name, int i);

/// The integers of attribute `name`, or else of operand `i` as far as they are
/// known, UF_DYNAMIC elsewhere. Reports when not even their number is known.
/// Empty when neither is there.
MlirLogicalResult ufGivenInts(MlirOperation op, const char *name, int i,
                              UfInts *out);

/// Reports unless `axes` are different axes of a tensor of `rank`; writes them,
/// counted from the front, as a bit set when `set` is not null.
MlirLogicalResult ufVerifyAxes(MlirOperation op, const char *what,
                               const UfInts *axes, int rank, unsigned *set);

/// `axes`, or 0, 1, ..., count - 1 when it is empty; counted from the front.
UfInts ufAxesOrFirst(UfInts axes, int count, int rank);

/// While importing: integers that are attribute `name` in old opsets and input
/// `i` in new ones. What is known becomes `*attr`, else `*operand` is set.
void ufImportInts(UfBuilder *b, const UfNode *node, const char *name, int i,
                  MlirAttribute *attr, MlirValue *operand);

/// In a lowering: element `i` of a list of integers, attribute `name` or
/// operand `operand` of b->op. What is constant is static.
UfSize ufGivenSize(UfBuilder *b, const char *name, int operand, int i);

/// A list of integers for some axes: attribute `name` or operand `operand`,
/// whose elements from `first` on go with those of `axes`, a list too, or else
/// with the first dimensions.
typedef struct UfPerAxis {
  const char *name;
  int operand;
  int first;
  const char *axes;
  int axesOperand;
  int count; ///< Of axes.
} UfPerAxis;

/// In a lowering: the element of `list` for dimension `dim` of `rank`, or else
/// `otherwise`.
UfSize ufGivenForDim(UfBuilder *b, const UfPerAxis *list, int dim, int rank,
                     UfSize otherwise);

/// How many elements the list has, attribute `name` or operand `operand`; 0
/// when it is neither.
int ufGivenCount(MlirOperation op, const char *name, int operand);

/// In a lowering: element `i` of a lowered integer tensor of rank 0 or 1, seen
/// through what built it.
UfSize ufElementSize(UfBuilder *b, MlirValue tensor, int i);

/// The elements of a lowered integer tensor of rank 0 or 1 when all of its
/// `count` are constant.
bool ufConstantElements(MlirValue tensor, int count, int64_t *out);
/// How many elements a tensor of rank 0 or 1 has that is constant or was built
/// from scalars, at most UF_MAX_RANK; -1 for other tensors.
int ufNumScalars(MlirValue tensor);
/// Element `i` of a tensor of rank 0 or 1, of any element type, as a scalar.
MlirValue ufElementScalar(UfBuilder *b, MlirValue tensor, int i);

/// In a lowering: a tensor of rank 0 or 1 from scalars.
MlirValue ufFromScalars(UfBuilder *b, MlirType type, int count,
                        const MlirValue *scalars);

/// The result's size where its type has it, else `size`.
UfSize ufResultSize(const UfBuilder *b, int result, int dim, UfSize size);

/// Whether the size is not negative for sure: a number, or some tensor's size.
bool ufIsSize(UfSize size);
/// condition ? x : y.
UfSize ufSelectSize(UfBuilder *b, MlirValue condition, UfSize x, UfSize y);
/// i1: how a size compares with a number.
MlirValue ufCompareSize(UfBuilder *b, UfPredicate predicate, UfSize size,
                        int64_t number);
/// The product of `count` sizes.
UfSize ufSizeProduct(UfBuilder *b, int count, const UfSize *sizes);

//===----------------------------------------------------------------------===//
// Folding
//===----------------------------------------------------------------------===//

/// The result, an integer tensor of rank 0 or 1 whose elements are all known;
/// else null.
MlirAttribute ufFoldInts(MlirOperation op);

/// Writes where the element of the result at `at` comes from, and returns the
/// number of that operand; -1 where it is not known.
typedef int (*UfOrigin)(MlirOperation op, const int64_t *at, int64_t *from);

/// The result of moving elements of constants, when it has at most 64 of them;
/// else null.
MlirAttribute ufFoldMove(MlirOperation op, const MlirAttribute *operands,
                         UfOrigin origin);

/// Makes a change in place known to the folder: `return ufFoldedInPlace(...)`.
static inline MlirAttribute ufFoldedInPlace(MlirOperation op,
                                            MlirValue *value) {
  *value = ufResultOf(op, 0);
  return mlirAttributeGetNull();
}

/// When all operands but the first, which are lists of integers called `names`,
/// are constant: makes them attributes, and returns true.
bool ufFoldGiven(MlirOperation op, int count, const char *const *names);

//===----------------------------------------------------------------------===//
// Reading at computed indices
//===----------------------------------------------------------------------===//

/// Writes the index values `from`, one per dimension of the source, for the
/// element of the result at `at`. They must be inside the source.
typedef void (*UfIndexer)(UfBuilder *b, const MlirValue *at, MlirValue *from,
                          const void *data);

/// A tensor of `sizes` whose elements are those of `x` that `indexer` says.
MlirValue ufReadAt(UfBuilder *b, MlirValue x, int rank, const UfSize *sizes,
                   UfIndexer indexer, const void *data);

/// A tensor of `sizes`, an element of which is what `body` writes; it has no
/// arguments but asks for its indices by ufLoopIndex.
MlirValue ufGenerate(UfBuilder *b, MlirType element, int rank,
                     const UfSize *sizes, UfBody body, const void *data);

/// `index`, an integer of any width, as an index from the front, clamped into
/// [0, size).
MlirValue ufWrapIndex(UfBuilder *b, MlirValue index, UfSize size);

/// Reports indices along `axis`, of the rank of `shape`, that are more than it
/// has along another dimension.
MlirLogicalResult ufVerifyAlong(MlirOperation op, int axis,
                                const UfShape *shape, const UfShape *indices);
/// Reports indices into a dimension of `size`, when that is 0 for sure and
/// their number is not.
MlirLogicalResult ufVerifyIndexable(MlirOperation op, int64_t size,
                                    const UfShape *indices);
/// Ends the run in that case.
void ufAssertIndexable(UfBuilder *b, UfSize size, MlirValue indices);

/// Ends the run unless `size` > 0; nothing when that is known.
void ufAssertNotEmpty(UfBuilder *b, UfSize size, const char *message);

/// Ends the run unless x <= y; nothing when that is known.
void ufAssertAtMost(UfBuilder *b, UfSize x, UfSize y, const char *message);

/// Whether a dimension of the type is known to be 0, which TOSA does not allow.
bool ufHasEmptyDim(MlirType type);
/// How many of the type's dimensions are unknown.
int ufNumDynamic(MlirType type);

/// Lowers b->op, which keeps the order of elements, to tosa.reshape.
MlirLogicalResult ufReshapeToTosa(UfBuilder *b);

/// tosa.slice of a static tensor.
MlirValue ufTosaSlice(UfBuilder *b, MlirValue x, const int64_t *starts,
                      const int64_t *sizes);

#endif // UF_OPS_MOVE_H
