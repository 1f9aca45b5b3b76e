//===-- Permute.c - Dimensions and loops in another order -----------------===//

#include "Kernels/Layout/Permute.h"

#include "Kernels/Contraction.h"

#include "mlir-c/Dialect/Linalg.h"

//===----------------------------------------------------------------------===//
// Loops in another order
//===----------------------------------------------------------------------===//

bool ufIsGeneric(MlirOperation op) {
  return op.ptr && ufOpIs(op, "linalg.generic") &&
         mlirOperationGetNumResults(op) == 1;
}

bool ufIsElementwise(MlirOperation op) {
  return ufIsGeneric(op) && mlirAffineMapIsIdentity(ufMapAt(op, ufInitOf(op)));
}

static MlirWalkResult relabelIndex(MlirOperation op, void *userData) {
  const int64_t *label = userData;
  if (!ufOpIs(op, "linalg.index"))
    return MlirWalkResultAdvance;
  MlirAttribute dim = mlirOperationGetInherentAttributeByName(op, ufStr("dim"));
  mlirOperationSetInherentAttributeByName(
      op, ufStr("dim"),
      mlirIntegerAttrGet(mlirAttributeGetType(dim),
                         label[mlirIntegerAttrGetValueInt(dim)]));
  return MlirWalkResultAdvance;
}

void ufRelabelLoops(MlirOperation op, const int64_t *label) {
  MlirContext ctx = mlirOperationGetContext(op);
  MlirAffineExpr loops[UF_MAX_RANK];
  int count = (int)mlirAffineMapGetNumDims(ufMapAt(op, 0));
  for (int i = 0; i < count; ++i)
    loops[i] = mlirAffineDimExprGet(ctx, label[i]);
  MlirAffineMap renaming = mlirAffineMapGet(ctx, count, 0, count, loops);
  for (intptr_t k = 0; k <= ufInitOf(op); ++k) {
    MlirAffineMap map = ufMapAt(op, k);
    MlirAffineExpr exprs[UF_MAX_RANK];
    intptr_t rank = mlirAffineMapGetNumResults(map);
    for (intptr_t i = 0; i < rank; ++i)
      exprs[i] =
          mlirAffineExprCompose(mlirAffineMapGetResult(map, i), renaming);
    ufSetMapAt(op, k, mlirAffineMapGet(ctx, count, 0, rank, exprs));
  }
  mlirOperationWalk(op, relabelIndex, (void *)label, MlirWalkPreOrder);
}

void ufReadPermuted(MlirOperation op, intptr_t k, MlirValue source,
                    const int64_t *perm) {
  MlirAffineMap map = ufMapAt(op, k);
  MlirAffineExpr exprs[UF_MAX_RANK];
  intptr_t rank = mlirAffineMapGetNumResults(map);
  for (intptr_t i = 0; i < rank; ++i)
    exprs[perm[i]] = mlirAffineMapGetResult(map, i);
  mlirOperationSetOperand(op, k, source);
  ufSetMapAt(op, k,
             mlirAffineMapGet(mlirOperationGetContext(op),
                              mlirAffineMapGetNumDims(map), 0, rank, exprs));
}

void ufWritePermuted(MlirOperation op, MlirValue init, const int64_t *perm) {
  MlirAffineMap map = ufMapAt(op, ufInitOf(op));
  MlirAffineExpr exprs[UF_MAX_RANK];
  intptr_t rank = mlirAffineMapGetNumResults(map);
  for (intptr_t i = 0; i < rank; ++i)
    exprs[i] = mlirAffineMapGetResult(map, perm[i]);
  ufSetMapAt(op, ufInitOf(op),
             mlirAffineMapGet(mlirOperationGetContext(op),
                              mlirAffineMapGetNumDims(map), 0, rank, exprs));
  mlirOperationSetOperand(op, ufInitOf(op), init);
  mlirValueSetType(ufResultOf(op, 0), mlirValueGetType(init));
}

//===----------------------------------------------------------------------===//
// Destinations
//===----------------------------------------------------------------------===//

/// The dimension of linalg.broadcast's result that its vector lies along; -1
/// when it repeats something else.
static int keptDimension(MlirOperation broadcast) {
  MlirAttribute list =
      mlirOperationGetInherentAttributeByName(broadcast, ufStr("dimensions"));
  intptr_t count = mlirDenseArrayGetNumElements(list);
  if (ufRank(ufResultOf(broadcast, 0)) != count + 1)
    return -1;
  int kept = 0;
  while (kept < count && mlirDenseI64ArrayGetElement(list, kept) == kept)
    ++kept;
  return kept;
}

bool ufIsPermutableInit(MlirValue init) {
  MlirOperation op = ufDefiningOp(init);
  return op.ptr && (ufOpIs(op, "tensor.empty") || ufOpIs(op, "linalg.fill") ||
                    (ufOpIs(op, "linalg.broadcast") && keptDimension(op) >= 0));
}

MlirValue ufPermutedInit(UfBuilder *b, MlirValue init, const int64_t *perm) {
  MlirOperation op = ufDefiningOp(init);
  UfSize old[UF_MAX_RANK], sizes[UF_MAX_RANK];
  int rank = ufRank(init);
  ufSizesOf(b, init, old);
  for (int i = 0; i < rank; ++i)
    sizes[i] = old[perm[i]];
  if (ufOpIs(op, "linalg.fill"))
    return ufFilled(b, mlirOperationGetOperand(op, 0), rank, sizes);
  MlirValue empty = ufEmpty(b, ufElementType(init), rank, sizes);
  if (ufOpIs(op, "tensor.empty"))
    return empty;
  int64_t others[UF_MAX_RANK], kept = keptDimension(op);
  int count = 0;
  for (int i = 0; i < rank; ++i)
    if (perm[i] != kept)
      others[count++] = i;
  MlirRegion region = mlirRegionCreate();
  MlirOperation made = ufBuildOp(
      b, "linalg.broadcast", UF_TYPES(mlirValueGetType(empty)),
      UF_VALUES(mlirOperationGetOperand(op, 0), empty),
      UF_ATTRS({"dimensions", mlirDenseI64ArrayGet(b->ctx, count, others)}),
      &region, 1);
  mlirLinalgFillBuiltinNamedOpRegion(made);
  return ufResultOf(made, 0);
}
