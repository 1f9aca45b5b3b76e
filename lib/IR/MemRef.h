//===-- MemRef.h - Buffers from bare pointers and back ------------*- C -*-===//
//
// The runtime hands out pointers; the code works on memrefs. These helpers go
// from one to the other with LLVM dialect ops, which the lowering of memrefs to
// LLVM then folds away.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IR_MEMREF_H
#define UF_IR_MEMREF_H

#include "IR/Linalg.h"

MlirType ufPointerType(const UfBuilder *b);

/// A memref of `type`, whose offset is known and counts from `pointer`.
/// `dynamic` holds the sizes, then the strides, that the type leaves open, as
/// i64 values.
MlirValue ufMemRefAt(UfBuilder *b, MlirValue pointer, MlirType type,
                     const MlirValue *dynamic);

/// How many values ufMemRefAt takes for `type`.
int ufNumOpen(MlirType type);

/// What ufMemRefAt needs to make `memref` again, as ufWithoutOpenOffset of its
/// type: the pointer as an i64, and the values for `dynamic`.
MlirValue ufMemRefPointer(UfBuilder *b, MlirValue memref, MlirValue *dynamic);

/// `type` with offset 0 instead of an open one.
MlirType ufWithoutOpenOffset(MlirType type);

/// Whether the layout is row-major without gaps or offset.
bool ufIsContiguous(MlirType memref);

/// Sizes of a memref.
void ufMemRefSizes(UfBuilder *b, MlirValue memref, UfSize *sizes);

/// Bytes of one element in memory.
int64_t ufElementBytes(MlirType element);

/// i64 constant, i64 from an index, and a call of an external function, which
/// is declared in `module` on first use.
MlirValue ufI64Constant(UfBuilder *b, int64_t value);
MlirValue ufIndexToI64(UfBuilder *b, MlirValue index);
MlirOperation ufCallExternal(UfBuilder *b, MlirOperation module,
                             const char *name, UfTypes results,
                             UfValues operands);

#endif // UF_IR_MEMREF_H
