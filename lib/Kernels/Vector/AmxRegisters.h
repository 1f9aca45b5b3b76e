//===-- AmxRegisters.h - Registers and instructions of AMX --------*- C -*-===//
//
// Of AMX's eight registers four have sums, two by two, two have rows and two
// have columns. They are named here, by number: LLVM can also choose them and
// find their shapes, as the amx dialect has it, but then each shape needs
// registers of its own.
//
//   Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1,
//   chapter 18, "Programming with Intel AMX"
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_VECTOR_AMX_REGISTERS_H
#define UF_KERNELS_VECTOR_AMX_REGISTERS_H

#include "IR/Linalg.h"

enum {
  /// Row and column blocks of a tile.
  UF_AMX_BLOCKS = 2,
  /// What a register holds at most: rows of sums, or groups of columns.
  UF_AMX_ROWS = 16,
  UF_AMX_COLUMNS = 16,
  /// Groups of 32 bits in a row.
  UF_AMX_GROUPS = 16,
  /// Rows of a tile.
  UF_AMX_MAX_ROWS = UF_AMX_BLOCKS * UF_AMX_ROWS,
};

/// The numbers of the registers.
static inline int ufAmxSum(int i, int j) { return i * UF_AMX_BLOCKS + j; }
static inline int ufAmxRow(int i) { return ufAmxSum(UF_AMX_BLOCKS, i); }
static inline int ufAmxColumn(int j) { return ufAmxSum(UF_AMX_BLOCKS + 1, j); }

/// Sets the registers' shapes: `rows` rows of sums, and of `groups` groups; and
/// `groups` groups of columns.
void ufAmxSetShapes(UfBuilder *b, int64_t rows, int64_t groups);
void ufAmxRelease(UfBuilder *b);

/// Sets `rowBlocks` by `columnBlocks` sums to zero.
void ufAmxClear(UfBuilder *b, int rowBlocks, int columnBlocks);

/// Loads or stores a register from element `at` of a buffer on; the next of its
/// rows is `stride` elements further.
void ufAmxLoad(UfBuilder *b, int number, MlirValue buffer, UfSize at,
               UfSize stride);
void ufAmxStore(UfBuilder *b, int number, MlirValue buffer, UfSize at,
                UfSize stride);

/// Adds products of what is in rows and in columns to `rowBlocks` by
/// `columnBlocks` sums, by the intrinsic `name`.
void ufAmxMultiply(UfBuilder *b, const char *name, int rowBlocks,
                   int columnBlocks);

/// A buffer, rows of which are `columns` apart.
MlirValue ufAmxBuffer(UfBuilder *b, MlirType element, int64_t rows,
                      int64_t columns);

/// The body of a loop that is being written, and its index.
typedef struct UfLoopBody {
  MlirRegion region;
  UfBuilder in;
  MlirValue iv;
} UfLoopBody;

UfLoopBody ufBeginLoop(const UfBuilder *b);
void ufEndLoop(UfBuilder *b, UfLoopBody *body, UfSize lower, UfSize upper,
               int64_t step);

#endif // UF_KERNELS_VECTOR_AMX_REGISTERS_H
