//===-- FuseElementwise.c - The ufront-fuse-elementwise pass --------------===//
//
// Fuses an elementwise op into the one op that uses it, when that op visits
// every element once. Upstream's pass also fuses into contractions, which would
// compute the element again for every row and column it meets.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Passes.h"

#include "mlir-c/AffineExpr.h"
#include "mlir-c/AffineMap.h"
#include "mlir-c/Dialect/Linalg.h"

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

static bool shouldFuse(MlirOpOperand operand) {
  MlirOperation user = mlirOpOperandGetOwner(operand);
  unsigned number = mlirOpOperandGetOperandNumber(operand);
  MlirValue value = mlirOperationGetOperand(user, number);
  return hasOneUse(value) && readsOnce(user, number);
}

static MlirLogicalResult run(MlirOperation op, MlirPass pass) {
  (void)pass;
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
