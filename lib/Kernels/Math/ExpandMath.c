//===-- ExpandMath.c - The ufront-expand-math pass ------------------------===//
//
// Replaces functions of f32 by arithmetic, which vectorises where a call would
// not. Other types are left to the library: f64, of which kernels have little,
// and f16 and bf16, which are computed in f32 by then.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Math/Math.h"
#include "Kernels/Passes.h"
#include "Kernels/Target.h"

#include <string.h>

static const UfMathFunction *const families[] = {
    ufMathExponentials, ufMathLogarithms, ufMathCirculars};

static const UfMathFunction *findFunction(MlirOperation op) {
  MlirStringRef name = ufOpName(op);
  if (name.length < 5 || memcmp(name.data, "math.", 5) != 0)
    return NULL;
  for (int i = 0; i < UF_COUNT(families); ++i)
    for (const UfMathFunction *f = families[i]; f->op; ++f)
      if (ufOpIs(op, f->op))
        return f;
  return NULL;
}

/// Whether `type` is f32 or a vector of them.
static bool isSupported(MlirType type) {
  if (!mlirTypeIsAVector(type))
    return mlirTypeIsAF32(type);
  return mlirTypeIsAF32(mlirShapedTypeGetElementType(type)) &&
         !mlirVectorTypeIsScalable(type);
}

static void expand(UfBuilder *b, const UfMathFunction *function, bool hasFma) {
  MlirOperation op = b->op;
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  if (!isSupported(type))
    return;
  UfMath m = ufMathOf(b, type, ufF32(b), hasFma);
  MlirValue args[2] = {mlirOperationGetOperand(op, 0)};
  if (mlirOperationGetNumOperands(op) > 1)
    args[1] = mlirOperationGetOperand(op, 1);
  ufReplace(b, function->expand(&m, args));
}

static MlirWalkResult collect(MlirOperation op, void *userData) {
  if (findFunction(op))
    ufOpsAdd(userData, op);
  return MlirWalkResultAdvance;
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  MlirContext ctx = mlirOperationGetContext(func);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  // Narrower vectors are of CPUs without fma.
  bool hasFma = ufTargetOf(func).vectorBits >= 256;
  UfOps ops = {0};
  mlirOperationWalk(func, collect, &ops, MlirWalkPreOrder);
  for (size_t i = 0; i < ops.count; ++i) {
    UfBuilder b = ufBuilderAt(rewriter, ops.ops[i]);
    expand(&b, findFunction(ops.ops[i]), hasFma);
  }
  ufOpsFree(&ops);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassExpandMath = {
    .name = "UfrontExpandMath",
    .argument = "ufront-expand-math",
    .description = "Makes functions of f32 arithmetic that vectorises",
    .opName = "func.func",
    .dialects = (const char *const[]){"arith", "math", "scf", "vector", NULL},
    .run = run,
};
