//===-- Layout.c - The ufront-layout pass ---------------------------------===//
//
// Puts the channels of what convolutions and pools work on last, where vectors
// of them can be loaded, and with them the dimensions of all values around. No
// element is moved by it but at the edges: types and indexing maps change, and
// transposes become the identity.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Layout.h"
#include "Kernels/Passes.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

static bool startsWith(MlirStringRef text, const char *prefix) {
  size_t size = strlen(prefix);
  return text.length >= size && memcmp(text.data, prefix, size) == 0;
}

/// Whether `op` is one of linalg's named convolutions or pools, or an op that
/// stands beside them.
static bool isNamedWindow(MlirOperation op) {
  MlirStringRef name = ufOpName(op);
  return startsWith(name, "linalg.conv_") ||
         startsWith(name, "linalg.depthwise_conv_") ||
         startsWith(name, "linalg.pooling_");
}

static MlirWalkResult findWindow(MlirOperation op, void *userData) {
  bool *found = userData;
  *found =
      isNamedWindow(op) || (ufOpIs(op, "linalg.generic") && ufIsWindowOp(op));
  return *found ? MlirWalkResultInterrupt : MlirWalkResultAdvance;
}

/// linalg.generic in place of a named op.
static void generalize(MlirRewriterBase rewriter, MlirOperation op) {
  MlirContext ctx = mlirOperationGetContext(op);
  mlirRewriterBaseSetInsertionPointBefore(rewriter, op);
  UfBuilder b = {.ctx = ctx,
                 .loc = mlirOperationGetLocation(op),
                 .rewriter = rewriter,
                 .op = op};
  intptr_t count = mlirOperationGetNumOperands(op);
  MlirAffineMap out = ufLinalgMap(op, count - 1);
  int numLoops = (int)mlirAffineMapGetNumDims(out);
  unsigned parallel = ufLoopsOf(out);
  MlirAttribute iterators[32];
  MlirValue operands[UF_MAX_VALUES];
  for (int i = 0; i < numLoops; ++i)
    iterators[i] = mlirAttributeParseGet(
        ctx, ufStr(parallel >> i & 1 ? "#linalg.iterator_type<parallel>"
                                     : "#linalg.iterator_type<reduction>"));
  for (intptr_t i = 0; i < count; ++i)
    operands[i] = mlirOperationGetOperand(op, i);
  MlirRegion region = mlirRegionCreate();
  mlirRegionTakeBody(region, mlirOperationGetRegion(op, 0));
  MlirOperation made = ufBuildOp(
      &b, "linalg.generic", UF_TYPES(ufResultType(&b, 0)),
      (UfValues){operands, count},
      UF_ATTRS({"indexing_maps", mlirLinalgGetIndexingMapsAttribute(op)},
               {"iterator_types", mlirArrayAttrGet(ctx, numLoops, iterators)},
               {"operandSegmentSizes",
                mlirDenseI32ArrayGet(
                    ctx, 2, (const int32_t[]){(int32_t)count - 1, 1})}),
      &region, 1);
  mlirValueReplaceAllUsesOfWith(ufResultOf(op, 0), ufResultOf(made, 0));
  mlirOperationDestroy(op);
}

/// Named ops on images: a broadcast to a matrix is none.
static MlirWalkResult collectNamed(MlirOperation op, void *userData) {
  bool isNamed = isNamedWindow(op) || ufOpIs(op, "linalg.broadcast");
  if (isNamed && mlirOperationGetNumResults(op) == 1 &&
      ufRank(ufResultOf(op, 0)) > 2)
    ufOpsAdd(userData, op);
  return MlirWalkResultAdvance;
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  bool hasWindow = false;
  mlirOperationWalk(func, findWindow, &hasWindow, MlirWalkPreOrder);
  if (!hasWindow)
    return mlirLogicalResultSuccess();
  UF_SCOPED(MlirRewriterBase)
  rewriter = mlirIRRewriterCreate(mlirOperationGetContext(func));
  UfOps named = {0};
  mlirOperationWalk(func, collectNamed, &named, MlirWalkPreOrder);
  for (size_t i = 0; i < named.count; ++i)
    generalize(rewriter, named.ops[i]);
  ufOpsFree(&named);
  UfLayout layout = ufLayoutCreate(func);
  if (ufLayoutDecide(&layout))
    ufLayoutRewrite(&layout);
  ufLayoutDestroy(&layout);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassLayout = {
    .name = "UfrontLayout",
    .argument = "ufront-layout",
    .description = "Puts channels last around convolutions and pools",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};
