//===-- Domain.h - The iteration domain of a linalg op ------------*- C -*-===//
//
// The loops a linalg op stands for, as far as its indexing maps and the types
// of its operands tell. Works on any linalg op, on tensors and on buffers.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_DOMAIN_H
#define UF_KERNELS_DOMAIN_H

#include "IR/Build.h"

#include "mlir-c/AffineExpr.h"
#include "mlir-c/AffineMap.h"

enum { UF_MAX_DOMAIN = 16 };

/// The loops, outermost first.
typedef struct UfDomain {
  int count;
  int64_t extent[UF_MAX_DOMAIN]; ///< UF_DYNAMIC where unknown.
  bool parallel[UF_MAX_DOMAIN];  ///< Every result has it as an index.
  int last;        ///< The loop over the last dimension of the result, or -1.
  bool unitStride; ///< Stepping `last` steps every operand by one, or not at
                   ///< all.
} UfDomain;

/// Whether the op's name begins with "linalg.".
bool ufIsLinalg(MlirOperation op);

/// The indexing map of operand `i`.
MlirAffineMap ufOperandMap(MlirOperation op, intptr_t i);

/// The loop that result `i` of `map` is, or -1 when it is an expression.
int ufMapLoop(MlirAffineMap map, intptr_t i);

/// The loops (a bit set) that `map` depends on.
unsigned ufMapLoops(MlirAffineMap map, int numLoops);

/// False when `op` has no indexing maps, or too many loops.
bool ufReadDomain(MlirOperation op, UfDomain *domain);

/// The loops (a bit set) that are parallel or, with `reductions`, those that
/// are not.
unsigned ufDomainLoops(const UfDomain *domain, bool reductions);

/// Whether every result has a place for each loop.
static inline bool ufHasReduction(const UfDomain *domain) {
  return ufDomainLoops(domain, true) != 0;
}

/// Scalar steps of the whole nest: 0 when a loop is empty, else a large number
/// when one is dynamic.
int64_t ufDomainWork(const UfDomain *domain);

/// Whether `op` reads elements again for other results, as a product of
/// matrices, a convolution or a pool does: one of two inputs that are reduced
/// lacks a loop of the result.
bool ufIsContraction(MlirOperation op);

#endif // UF_KERNELS_DOMAIN_H
