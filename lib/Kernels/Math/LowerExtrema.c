//===-- LowerExtrema.c - The ufront-lower-extrema pass --------------------===//
//
// arith.maximumf and minimumf of f32 and f64 become LLVM's intrinsics, which
// vectorise, as reductions too, and of which the sign of zero is not asked.
// Upstream's arith-expand makes comparisons of them, and a reduction through a
// comparison that keeps NaN stays a loop over single elements.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Passes.h"

static bool isF32OrF64(MlirType type) {
  if (mlirTypeIsAVector(type))
    type = mlirShapedTypeGetElementType(type);
  return mlirTypeIsAF32(type) || mlirTypeIsAF64(type);
}

static void lowerAll(MlirOperation func, const char *from, const char *to) {
  MlirContext ctx = mlirOperationGetContext(func);
  MlirAttribute anyZero =
      mlirAttributeParseGet(ctx, ufStr("#llvm.fastmath<nsz>"));
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfOps ops = ufCollectOps(func, from);
  for (size_t i = 0; i < ops.count; ++i) {
    MlirOperation op = ops.ops[i];
    MlirType type = mlirValueGetType(ufResultOf(op, 0));
    if (!isF32OrF64(type))
      continue;
    UfBuilder b = ufBuilderAt(rewriter, op);
    MlirValue extremum = ufBuild(&b, to, type,
                                 UF_VALUES(mlirOperationGetOperand(op, 0),
                                           mlirOperationGetOperand(op, 1)),
                                 UF_ATTRS({"fastmathFlags", anyZero}));
    mlirValueReplaceAllUsesOfWith(ufResultOf(op, 0), extremum);
    mlirOperationDestroy(op);
  }
  ufOpsFree(&ops);
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  lowerAll(func, "arith.maximumf", "llvm.intr.maximum");
  lowerAll(func, "arith.minimumf", "llvm.intr.minimum");
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassLowerExtrema = {
    .name = "UfrontLowerExtrema",
    .argument = "ufront-lower-extrema",
    .description = "Lowers maxima and minima of floats to LLVM's",
    .opName = "func.func",
    .dialects = (const char *const[]){"llvm", NULL},
    .run = run,
};
