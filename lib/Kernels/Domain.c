//===-- Domain.c - The iteration domain of a linalg op --------------------===//

#include "Kernels/Domain.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

bool ufIsLinalg(MlirOperation op) {
  MlirStringRef name = ufOpName(op);
  return name.length > 7 && memcmp(name.data, "linalg.", 7) == 0;
}

MlirAffineMap ufOperandMap(MlirOperation op, intptr_t i) {
  return mlirAffineMapAttrGetValue(
      mlirArrayAttrGetElement(mlirLinalgGetIndexingMapsAttribute(op), i));
}

int ufMapLoop(MlirAffineMap map, intptr_t i) {
  MlirAffineExpr expr = mlirAffineMapGetResult(map, i);
  return mlirAffineExprIsADim(expr) ? (int)mlirAffineDimExprGetPosition(expr)
                                    : -1;
}

unsigned ufMapLoops(MlirAffineMap map, int numLoops) {
  unsigned loops = 0;
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i)
    for (int loop = 0; loop < numLoops; ++loop)
      if (mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), loop))
        loops |= 1u << loop;
  return loops;
}

static void readOperand(MlirOperation op, intptr_t operand, bool isResult,
                        UfDomain *domain) {
  MlirType type = mlirValueGetType(mlirOperationGetOperand(op, operand));
  if (!mlirTypeIsAShaped(type))
    return;
  MlirAffineMap map = ufOperandMap(op, operand);
  intptr_t rank = mlirAffineMapGetNumResults(map);
  bool isIndex[UF_MAX_DOMAIN] = {false};
  for (intptr_t i = 0; i < rank; ++i) {
    int loop = ufMapLoop(map, i);
    if (loop < 0)
      continue;
    domain->extent[loop] = mlirShapedTypeGetDimSize(type, i);
    isIndex[loop] = true;
    if (isResult && i == rank - 1)
      domain->last = loop;
  }
  // A loop that one of several results lacks accumulates into that one.
  for (int i = 0; isResult && i < domain->count; ++i)
    domain->parallel[i] &= isIndex[i];
}

/// Whether no operand has loop `last` in any place but its last dimension.
static bool hasUnitStride(MlirOperation op, int last) {
  for (intptr_t k = 0; k < mlirOperationGetNumOperands(op); ++k) {
    MlirAffineMap map = ufOperandMap(op, k);
    for (intptr_t i = 0; i + 1 < mlirAffineMapGetNumResults(map); ++i)
      if (mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), last))
        return false;
  }
  return true;
}

bool ufReadDomain(MlirOperation op, UfDomain *domain) {
  MlirAttribute maps = mlirLinalgGetIndexingMapsAttribute(op);
  intptr_t numOperands = mlirOperationGetNumOperands(op);
  if (mlirAttributeIsNull(maps) || numOperands == 0 ||
      mlirArrayAttrGetNumElements(maps) != numOperands)
    return false;
  *domain = (UfDomain){
      .count = (int)mlirAffineMapGetNumDims(ufOperandMap(op, 0)), .last = -1};
  if (domain->count > UF_MAX_DOMAIN)
    return false;
  intptr_t numInits = mlirOperationGetNumResults(op);
  for (int i = 0; i < domain->count; ++i) {
    domain->extent[i] = UF_DYNAMIC;
    domain->parallel[i] = numInits > 0;
  }
  for (intptr_t k = 0; k < numOperands; ++k)
    readOperand(op, k, k >= numOperands - numInits, domain);
  domain->unitStride = domain->last >= 0 && hasUnitStride(op, domain->last);
  return true;
}

unsigned ufDomainLoops(const UfDomain *domain, bool reductions) {
  unsigned loops = 0;
  for (int i = 0; i < domain->count; ++i)
    if (domain->parallel[i] != reductions)
      loops |= 1u << i;
  return loops;
}

int64_t ufDomainWork(const UfDomain *domain) {
  int64_t work = 1;
  // Whatever the unknown sizes: upstream's tiling fails on empty loops.
  for (int i = 0; i < domain->count; ++i)
    if (domain->extent[i] == 0)
      return 0;
  for (int i = 0; i < domain->count; ++i)
    if (domain->extent[i] == UF_DYNAMIC ||
        __builtin_mul_overflow(work, domain->extent[i], &work))
      return INT64_MAX;
  return work;
}

bool ufIsContraction(MlirOperation op) {
  UfDomain domain;
  intptr_t numInputs =
      mlirOperationGetNumOperands(op) - mlirOperationGetNumResults(op);
  if (numInputs < 2 || !ufReadDomain(op, &domain) || !ufHasReduction(&domain))
    return false;
  unsigned reductions = ufDomainLoops(&domain, true), lacks = 0;
  int reduced = 0;
  for (intptr_t i = 0; i < numInputs; ++i) {
    unsigned loops = ufMapLoops(ufOperandMap(op, i), domain.count);
    if (!(loops & reductions))
      continue;
    ++reduced;
    lacks |= ~loops & ~reductions;
  }
  for (int i = 0; i < domain.count; ++i)
    if (domain.extent[i] == 1)
      lacks &= ~(1u << i);
  return reduced >= 2 && (lacks & ((1u << domain.count) - 1)) != 0;
}
