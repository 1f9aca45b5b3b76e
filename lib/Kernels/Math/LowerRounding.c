//===-- LowerRounding.c - The ufront-lower-rounding pass ------------------===//
//
// arith.truncf of f32 to bf16 becomes LLVM's where the CPU has an instruction
// for it. Upstream's arith-expand makes integer arithmetic of it, which other
// CPUs need: for them LLVM would call a function.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Passes.h"
#include "Kernels/Target.h"

static MlirType elementOf(MlirType type) {
  return mlirTypeIsAVector(type) ? mlirShapedTypeGetElementType(type) : type;
}

/// Whether LLVM has the value's type: vectors of one dimension.
static bool isFlat(MlirType type) {
  return !mlirTypeIsAVector(type) || mlirShapedTypeGetRank(type) == 1;
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  UfTarget target = ufTargetOf(func);
  if (!target.bf16Dot)
    return mlirLogicalResultSuccess();
  MlirContext ctx = mlirOperationGetContext(func);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfOps ops = ufCollectOps(func, "arith.truncf");
  for (size_t i = 0; i < ops.count; ++i) {
    MlirOperation op = ops.ops[i];
    MlirValue from = mlirOperationGetOperand(op, 0);
    MlirType type = mlirValueGetType(ufResultOf(op, 0));
    if (!mlirTypeIsABF16(elementOf(type)) || !isFlat(type) ||
        !mlirTypeIsAF32(elementOf(mlirValueGetType(from))))
      continue;
    UfBuilder b = ufBuilderAt(rewriter, op);
    MlirValue rounded =
        ufBuild(&b, "llvm.fptrunc", type, UF_VALUES(from), UF_NO_ATTRS);
    mlirValueReplaceAllUsesOfWith(ufResultOf(op, 0), rounded);
    mlirOperationDestroy(op);
  }
  ufOpsFree(&ops);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassLowerRounding = {
    .name = "UfrontLowerRounding",
    .argument = "ufront-lower-rounding",
    .description = "Lowers rounding to bf16 to LLVM's",
    .opName = "func.func",
    .dialects = (const char *const[]){"llvm", NULL},
    .run = run,
};
