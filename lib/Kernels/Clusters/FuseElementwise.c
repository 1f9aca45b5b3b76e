//===-- FuseElementwise.c - The ufront-fuse-elementwise pass --------------===//
//
// Fuses an elementwise op into the one op that uses it, when that op visits
// every element once; but what narrows the sums of a contraction stays with
// them. Upstream's pass also fuses into contractions, which would
// compute the element again for every row and column it meets.
//
// Before, generics that read a tensor through a reshape that only adds or drops
// dimensions of one element read the tensor itself: the mean that a decomposed
// normalisation subtracts is one, and would otherwise hide where it comes from.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Domain.h"
#include "Kernels/Passes.h"

#include "mlir-c/AffineExpr.h"
#include "mlir-c/AffineMap.h"
#include "mlir-c/Dialect/Linalg.h"

//===----------------------------------------------------------------------===//
// Dimensions of one element
//===----------------------------------------------------------------------===//

/// The place in group `group` of a reshape's longer `shape` that may have more
/// than one element; -1 when there are several. Writes the group's bounds.
static int longPlace(MlirAttribute groups, intptr_t group, const UfShape *shape,
                     int *first, int *end) {
  MlirAttribute list = mlirArrayAttrGetElement(groups, group);
  intptr_t count = mlirArrayAttrGetNumElements(list);
  *first = (int)mlirIntegerAttrGetValueInt(mlirArrayAttrGetElement(list, 0));
  *end = *first + (int)count;
  int place = *first, numLong = 0;
  for (int d = *first; d < *end; ++d)
    if (shape->dims[d] != 1) {
      place = d;
      ++numLong;
    }
  return numLong > 1 ? -1 : place;
}

/// Whether the op knows the loops of `expr` without it: a constant, or a
/// dimension of the result.
static bool isSpare(MlirAffineExpr expr, MlirAffineMap out) {
  if (mlirAffineExprIsAConstant(expr))
    return true;
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(out); ++i)
    if (mlirAffineExprEqual(mlirAffineMapGetResult(out, i), expr))
      return mlirAffineExprIsADim(expr);
  return false;
}

/// The map through which an operand with `map`, the result of `reshape`, reads
/// the reshape's operand. False when there is no such map.
static bool mapThrough(MlirOperation reshape, MlirAffineMap map,
                       MlirAffineMap out, MlirAffineMap *through) {
  bool expands = ufOpIs(reshape, "tensor.expand_shape");
  MlirValue source = mlirOperationGetOperand(reshape, 0);
  UfShape longer = ufShape(expands ? ufResultOf(reshape, 0) : source);
  MlirAttribute groups =
      mlirOperationGetInherentAttributeByName(reshape, ufStr("reassociation"));
  intptr_t numGroups = mlirArrayAttrGetNumElements(groups);
  MlirContext ctx = mlirOperationGetContext(reshape);
  MlirAffineExpr exprs[UF_MAX_RANK] = {{NULL}};
  MlirAffineExpr zero = mlirAffineConstantExprGet(ctx, 0);
  // A number as a tensor of ones, or back.
  if (numGroups == 0)
    for (int d = 0; d < longer.rank; ++d) {
      exprs[d] = zero;
      if (expands && !isSpare(mlirAffineMapGetResult(map, d), out))
        return false;
    }
  for (intptr_t g = 0; g < numGroups; ++g) {
    int first, end, place = longPlace(groups, g, &longer, &first, &end);
    if (place < 0)
      return false;
    for (int d = first; d < end; ++d)
      if (!expands)
        exprs[d] = d == place ? mlirAffineMapGetResult(map, g) : zero;
      else if (d == place)
        exprs[g] = mlirAffineMapGetResult(map, d);
      else if (!isSpare(mlirAffineMapGetResult(map, d), out))
        return false;
  }
  *through = mlirAffineMapGet(ctx, mlirAffineMapGetNumDims(map), 0,
                              ufRank(source), exprs);
  return true;
}

/// Lets `generic` read what is behind reshapes.
static void readBehindReshapes(MlirOperation generic) {
  MlirAttribute old = mlirLinalgGetIndexingMapsAttribute(generic);
  intptr_t count = mlirArrayAttrGetNumElements(old);
  intptr_t numInputs = count - mlirOperationGetNumResults(generic);
  MlirAttribute maps[UF_MAX_VALUES] = {{NULL}};
  if (count > UF_MAX_VALUES || numInputs == count)
    return;
  for (intptr_t i = 0; i < count; ++i)
    maps[i] = mlirArrayAttrGetElement(old, i);
  MlirAffineMap out = mlirAffineMapAttrGetValue(maps[count - 1]), map;
  bool changed = false;
  for (intptr_t i = 0; i < numInputs;) {
    MlirOperation from = ufDefiningOp(mlirOperationGetOperand(generic, i));
    if (!from.ptr ||
        (!ufOpIs(from, "tensor.expand_shape") &&
         !ufOpIs(from, "tensor.collapse_shape")) ||
        !mapThrough(from, mlirAffineMapAttrGetValue(maps[i]), out, &map)) {
      ++i;
      continue;
    }
    mlirOperationSetOperand(generic, i, mlirOperationGetOperand(from, 0));
    maps[i] = mlirAffineMapAttrGet(map);
    changed = true;
  }
  if (changed)
    mlirOperationSetInherentAttributeByName(
        generic, ufStr("indexing_maps"),
        mlirArrayAttrGet(mlirOperationGetContext(generic), count, maps));
}

//===----------------------------------------------------------------------===//
// Fusion
//===----------------------------------------------------------------------===//

static bool hasOneUse(MlirValue value) {
  MlirOpOperand use = mlirValueGetFirstUse(value);
  return !mlirOpOperandIsNull(use) &&
         mlirOpOperandIsNull(mlirOpOperandGetNextUse(use));
}

/// Whether each loop of the op is a dimension of the operand, so that no
/// element is read twice.
static bool readsOnce(MlirOperation op, unsigned operand) {
  MlirAffineMap map = mlirAffineMapAttrGetValue(
      mlirArrayAttrGetElement(mlirLinalgGetIndexingMapsAttribute(op), operand));
  return mlirAffineMapIsPermutation(map);
}

/// Whether `op` makes narrower numbers of a contraction's sums: as part of its
/// kernel it lets fewer bytes reach memory.
static bool narrowsSums(MlirOperation op) {
  if (!op.ptr || !ufOpIs(op, "linalg.generic") ||
      mlirOperationGetNumResults(op) != 1)
    return false;
  int bits = ufBitWidth(ufElementType(ufResultOf(op, 0)));
  for (intptr_t i = 0; i + 1 < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    MlirOperation from = ufDefiningOp(operand);
    if (from.ptr && ufIsLinalg(from) && ufIsContraction(from) &&
        hasOneUse(operand) && ufBitWidth(ufElementType(operand)) > bits)
      return true;
  }
  return false;
}

static bool shouldFuse(MlirOpOperand operand) {
  MlirOperation user = mlirOpOperandGetOwner(operand);
  unsigned number = mlirOpOperandGetOperandNumber(operand);
  MlirValue value = mlirOperationGetOperand(user, number);
  return hasOneUse(value) && readsOnce(user, number) &&
         !narrowsSums(ufDefiningOp(value));
}

static MlirLogicalResult run(MlirOperation op, MlirPass pass) {
  (void)pass;
  UfOps generics = ufCollectOps(op, "linalg.generic");
  for (size_t i = 0; i < generics.count; ++i)
    readBehindReshapes(generics.ops[i]);
  ufOpsFree(&generics);
  UF_SCOPED(MlirRewritePatternSet) set =
      mlirRewritePatternSetCreate(mlirOperationGetContext(op));
  ufrontRewritePatternSetAddElementwiseFusion(set, shouldFuse);
  UF_SCOPED(MlirFrozenRewritePatternSet) frozen = mlirFreezeRewritePattern(set);
  MlirGreedyRewriteDriverConfig config = mlirGreedyRewriteDriverConfigCreate();
  MlirLogicalResult result =
      mlirApplyPatternsAndFoldGreedilyWithOp(op, frozen, config);
  mlirGreedyRewriteDriverConfigDestroy(config);
  return result;
}

const UfShimPass ufPassFuseElementwise = {
    .name = "UfrontFuseElementwise",
    .argument = "ufront-fuse-elementwise",
    .description = "Fuses elementwise ops into their only user",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};
