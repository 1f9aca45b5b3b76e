//===-- ExpandMath.c - The ufront-expand-math pass ------------------------===//
//
// Replaces functions of f32 by arithmetic, which vectorises where a call would
// not. Other types are left to the library: f64, of which kernels have little,
// and f16 and bf16, which are computed in f32 by then.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "IR/Linalg.h"
#include "Kernels/Math.h"
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

/// Whether `type` is f32 or a vector of them; of one dimension if `isFlat`.
static bool isSupported(MlirType type, bool isFlat) {
  if (!mlirTypeIsAVector(type))
    return mlirTypeIsAF32(type);
  return mlirTypeIsAF32(mlirShapedTypeGetElementType(type)) &&
         !mlirVectorTypeIsScalable(type) &&
         (!isFlat || mlirShapedTypeGetRank(type) == 1);
}

//===----------------------------------------------------------------------===//
// Arguments beyond a function's limit
//===----------------------------------------------------------------------===//

/// An scf.yield.
static void yield(UfBuilder *b, MlirValue value) {
  ufBuildOp(b, "scf.yield", (UfTypes){0}, UF_VALUES(value), UF_NO_ATTRS, NULL,
            0);
}

static MlirValue callOn(UfBuilder *b, const char *op, MlirValue x) {
  return ufBuild(b, op, mlirValueGetType(x), UF_VALUES(x), UF_NO_ATTRS);
}

/// A vector with `op` of each lane of `x`, one after the other.
static MlirValue callOnLanes(UfBuilder *b, const char *op, MlirValue x) {
  MlirType type = mlirValueGetType(x);
  MlirType types[] = {ufIndexType(b), type};
  MlirLocation locs[] = {b->loc, b->loc};
  MlirBlock block = mlirBlockCreate(2, types, locs);
  UfBuilder in = ufBuilderIn(b, block);
  MlirValue at = mlirBlockGetArgument(block, 0);
  UfAttr dynamic = {"static_position",
                    mlirDenseI64ArrayGet(b->ctx, 1, (int64_t[]){UF_DYNAMIC})};
  UfAttrs attrs = {&dynamic, 1};
  MlirValue lane =
      ufBuild(&in, "vector.extract", mlirShapedTypeGetElementType(type),
              UF_VALUES(x, at), attrs);
  lane = callOn(&in, op, lane);
  yield(&in,
        ufBuild(&in, "vector.insert", type,
                UF_VALUES(lane, mlirBlockGetArgument(block, 1), at), attrs));
  MlirRegion body = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(body, block);
  int64_t lanes = mlirShapedTypeGetDimSize(type, 0);
  MlirOperation loop =
      ufBuildOp(b, "scf.for", UF_TYPES(type),
                UF_VALUES(ufIndex(b, 0), ufIndex(b, lanes), ufIndex(b, 1), x),
                UF_NO_ATTRS, &body, 1);
  return ufResultOf(loop, 0);
}

/// Whether all lanes are set.
static MlirValue all(UfBuilder *b, MlirValue truth) {
  if (!mlirTypeIsAVector(mlirValueGetType(truth)))
    return truth;
  return ufBuild(b, "vector.reduction", ufI1(b), UF_VALUES(truth),
                 UF_ATTRS({"kind", mlirAttributeParseGet(
                                       b->ctx, ufStr("#vector.kind<and>"))}));
}

/// The function where |x| <= limit, else the library's.
static MlirValue expandWithin(const UfMath *m, const UfMathFunction *function,
                              MlirValue x) {
  UfBuilder *b = m->b;
  MlirValue limit = ufMathReal(m, function->limit);
  MlirValue isWithin = ufMathCompare(m, UF_MATH_GE, limit, ufMathAbs(m, x));
  MlirRegion regions[2];
  for (int i = 0; i < 2; ++i) {
    MlirBlock block = mlirBlockCreate(0, NULL, NULL);
    UfBuilder in = ufBuilderIn(b, block);
    UfMath inner = *m;
    inner.b = &in;
    if (i == 0)
      yield(&in, function->expand(&inner, &x));
    else if (mlirTypeIsAVector(m->real))
      yield(&in, callOnLanes(&in, function->op, x));
    else
      yield(&in, callOn(&in, function->op, x));
    regions[i] = mlirRegionCreate();
    mlirRegionAppendOwnedBlock(regions[i], block);
  }
  MlirOperation branch =
      ufBuildOp(b, "scf.if", UF_TYPES(m->real), UF_VALUES(all(b, isWithin)),
                UF_NO_ATTRS, regions, 2);
  return ufResultOf(branch, 0);
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static void expand(UfBuilder *b, const UfMathFunction *function, bool hasFma) {
  MlirOperation op = b->op;
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  if (!isSupported(type, function->limit != 0) ||
      (function->needsFma && !hasFma))
    return;
  UfMath m = ufMathOf(b, type, ufF32(b), hasFma);
  MlirValue args[2] = {mlirOperationGetOperand(op, 0)};
  if (mlirOperationGetNumOperands(op) > 1)
    args[1] = mlirOperationGetOperand(op, 1);
  MlirValue result = function->limit != 0 ? expandWithin(&m, function, args[0])
                                          : function->expand(&m, args);
  ufReplace(b, result);
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
    UfBuilder b = {.ctx = ctx,
                   .loc = mlirOperationGetLocation(ops.ops[i]),
                   .rewriter = rewriter,
                   .op = ops.ops[i]};
    mlirRewriterBaseSetInsertionPointBefore(rewriter, ops.ops[i]);
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
