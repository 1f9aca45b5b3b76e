//===-- Rows.c - Rewriting ops by their rows ------------------------------===//
//
// The engine under every pass that rewrites `ufront` ops. It knows no op by
// name.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"

#include <string.h>

static MlirLogicalResult applyRow(MlirRewritePattern pattern, MlirOperation op,
                                  MlirPatternRewriter rewriter,
                                  void *userData) {
  (void)pattern;
  UfApplyRow apply = *(const UfApplyRow *)userData;
  UfBuilder b = {
      .ctx = mlirOperationGetContext(op),
      .loc = mlirOperationGetLocation(op),
      .rewriter = mlirPatternRewriterAsBase(rewriter),
      .op = op,
  };
  return apply(&b, ufOpOf(op));
}

MlirLogicalResult ufApplyRows(MlirOperation root, UfSelectRow select,
                              UfApplyRow apply, bool greedy) {
  MlirContext ctx = mlirOperationGetContext(root);
  // Freezing empties the set but does not free it (LLVM 22), so we still do.
  UF_SCOPED(MlirRewritePatternSet) set = mlirRewritePatternSetCreate(ctx);
  MlirRewritePatternCallbacks callbacks = {.matchAndRewrite = applyRow};
  UF_FOR_EACH_OP (row) {
    if (!select(row))
      continue;
    char name[80];
    snprintf(name, sizeof name, "ufront.%s", row->name);
    mlirRewritePatternSetAdd(
        set, mlirOpRewritePatternCreate(ufStr(name), /*benefit=*/1, ctx,
                                        callbacks, &apply, 0, NULL));
  }
  UF_SCOPED(MlirFrozenRewritePatternSet) frozen = mlirFreezeRewritePattern(set);
  if (!greedy) {
    mlirWalkAndApplyPatterns(root, frozen);
    return mlirLogicalResultSuccess();
  }
  MlirGreedyRewriteDriverConfig config = mlirGreedyRewriteDriverConfigCreate();
  MlirLogicalResult result =
      mlirApplyPatternsAndFoldGreedilyWithOp(root, frozen, config);
  mlirGreedyRewriteDriverConfigDestroy(config);
  return result;
}

typedef struct Leftovers {
  const char *target;
  bool found;
} Leftovers;

static MlirWalkResult rejectLeftover(MlirOperation op, void *userData) {
  Leftovers *leftovers = userData;
  const UfOp *row = ufOpOf(op);
  if (!row || strcmp(row->name, "param") == 0 || strcmp(row->name, "none") == 0)
    return MlirWalkResultAdvance;
  ufOpError(op, "has no lowering to %s", leftovers->target);
  leftovers->found = true;
  return MlirWalkResultAdvance;
}

MlirLogicalResult ufRejectLeftovers(MlirOperation root, const char *target) {
  Leftovers leftovers = {target, false};
  mlirOperationWalk(root, rejectLeftover, &leftovers, MlirWalkPreOrder);
  return leftovers.found ? mlirLogicalResultFailure()
                         : mlirLogicalResultSuccess();
}
