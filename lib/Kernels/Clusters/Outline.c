//===-- Outline.c - The ufront-outline-kernels pass -----------------------===//
//
// Cuts a function on tensors into kernels, one per cluster of ops. Each becomes
// a private function in destination style; equal ones are one function. What
// stays behind is shape arithmetic, control flow and calls.
//
// Outlining comes before any tiling: 80 convolutions in one function compile in
// seconds, outlined and shared in tenths of one.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Clusters/Cluster.h"
#include "Kernels/Clusters/Share.h"
#include "Kernels/Domain.h"
#include "Kernels/Passes.h"

#include <stdlib.h>

enum { MAX_CAPTURES = 128 };

//===----------------------------------------------------------------------===//
// Making the function
//===----------------------------------------------------------------------===//

typedef struct Kernel {
  MlirOperation func;
  MlirBlock body;
  MlirValue outer[MAX_CAPTURES]; ///< Values of the caller, one per argument.
  int numOuter;
  bool tooMany;
} Kernel;

/// Whether `op` only says where in another tensor its elements are.
static bool isView(MlirOperation op) {
  if (ufOpIs(op, "tensor.expand_shape")) {
    MlirOperation from = ufDefiningOp(mlirOperationGetOperand(op, 0));
    return from.ptr && isView(from);
  }
  return ufOpIs(op, "tensor.extract_slice");
}

/// The kernel's argument, or own copy, for a value of the caller.
static MlirValue capture(Kernel *kernel, MlirOperation user, MlirValue value) {
  MlirOperation from = ufDefiningOp(value);
  MlirType type = mlirValueGetType(value);
  if (from.ptr && ufOpIs(from, "arith.constant") && !ufIsRankedTensor(type)) {
    MlirOperation copy = mlirOperationClone(from);
    mlirBlockInsertOwnedOperation(kernel->body, 0, copy);
    return ufResultOf(copy, 0);
  }
  if (from.ptr && isView(from)) {
    MlirOperation copy = mlirOperationClone(from);
    mlirBlockInsertOwnedOperation(kernel->body, 0, copy);
    for (intptr_t i = 0; i < mlirOperationGetNumOperands(copy); ++i) {
      MlirValue operand = mlirOperationGetOperand(copy, i);
      mlirOperationSetOperand(copy, i, capture(kernel, copy, operand));
    }
    return ufResultOf(copy, 0);
  }
  // Two empty tensors are two destinations, even when CSE made them one; but
  // a slice goes back to where it was taken from.
  bool empty = from.ptr && ufOpIs(from, "tensor.empty") &&
               !ufOpIs(user, "tensor.extract_slice") &&
               !ufOpIs(user, "tensor.insert_slice");
  for (int i = 0; i < kernel->numOuter && !empty; ++i)
    if (mlirValueEqual(kernel->outer[i], value))
      return mlirBlockGetArgument(kernel->body, i);
  if (kernel->numOuter == MAX_CAPTURES) {
    kernel->tooMany = true;
    return value;
  }
  kernel->outer[kernel->numOuter++] = value;
  return mlirBlockAddArgument(kernel->body, type,
                              mlirOperationGetLocation(kernel->func));
}

static MlirWalkResult captureOperands(MlirOperation op, void *userData) {
  Kernel *kernel = userData;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!ufIsInside(kernel->body, operand))
      mlirOperationSetOperand(op, i, capture(kernel, op, operand));
  }
  return MlirWalkResultAdvance;
}

/// Each destination is made anew at the call, so that no two kernels share one.
static void renewDestinations(UfBuilder *b, Kernel *kernel) {
  for (int i = 0; i < kernel->numOuter; ++i) {
    MlirOperation from = ufDefiningOp(kernel->outer[i]);
    if (!from.ptr || !ufOpIs(from, "tensor.empty"))
      continue;
    MlirOperation copy = mlirOperationClone(from);
    mlirRewriterBaseInsert(b->rewriter, copy);
    kernel->outer[i] = ufResultOf(copy, 0);
  }
}

/// "attention", or "conv_2d_nchw_fchw" after linalg.conv_2d_nchw_fchw.
static void kernelName(const UfCluster *cluster, int number, char *name,
                       size_t size) {
  if (cluster->kind) {
    snprintf(name, size, "kernel_%d_%s", number, cluster->kind);
    return;
  }
  MlirOperation first = cluster->ops.ops[cluster->root];
  for (size_t i = 0; i < cluster->ops.count; ++i) {
    MlirOperation op = cluster->ops.ops[i];
    if (ufIsLinalg(op) && !ufOpIs(op, "linalg.fill") &&
        !ufOpIs(op, "linalg.broadcast")) {
      first = op;
      break;
    }
  }
  MlirStringRef op = ufOpName(first);
  snprintf(name, size, "kernel_%d_%.*s", number, (int)op.length - 7,
           op.data + 7);
}

/// Keeps LLVM from undoing the outlining. It would inline kernels that are
/// called once, and unroll them all in @forward: the time its instruction
/// selection takes grows faster than a function does.
static void forbidInlining(MlirOperation func) {
  MlirContext ctx = mlirOperationGetContext(func);
  MlirAttribute noInline = mlirStringAttrGet(ctx, ufStr("noinline"));
  mlirOperationSetDiscardableAttributeByName(
      func, ufStr("passthrough"), mlirArrayAttrGet(ctx, 1, &noInline));
}

/// Of all ops, so that a profile can say what of the model a kernel is.
static MlirLocation clusterLocation(const UfCluster *cluster) {
  MlirContext ctx = mlirOperationGetContext(cluster->ops.ops[0]);
  MlirLocation *parts = calloc(cluster->ops.count + 1, sizeof *parts);
  if (!parts)
    return mlirLocationUnknownGet(ctx);
  for (size_t i = 0; i < cluster->ops.count; ++i)
    parts[i] = mlirOperationGetLocation(cluster->ops.ops[i]);
  MlirLocation fused = mlirLocationFusedGet(ctx, (intptr_t)cluster->ops.count,
                                            parts, mlirAttributeGetNull());
  free(parts);
  return fused;
}

static MlirLogicalResult outline(MlirOperation module, const UfCluster *cluster,
                                 int number) {
  const UfOps *ops = &cluster->ops;
  MlirOperation last = ops->ops[ops->count - 1];
  MlirContext ctx = mlirOperationGetContext(last);
  MlirLocation loc = mlirOperationGetLocation(last);
  char name[128];
  kernelName(cluster, number, name, sizeof name);
  Kernel kernel = {.func = ufCreateFunction(module, loc, name, (UfTypes){0},
                                            (UfTypes){0}, "private")};
  kernel.body = ufFunctionBody(kernel.func);
  ufMark(kernel.func, UF_KERNEL_ATTR);
  forbidInlining(kernel.func);
  ufMark(ops->ops[cluster->root], UF_ROOT_ATTR);

  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  mlirRewriterBaseSetInsertionPointAfter(rewriter, last);
  UfBuilder b = {.ctx = ctx, .loc = loc, .rewriter = rewriter};
  // The call stands where the last op stood: all operands are ready there.
  MlirOperation marker = ufBuildOp(
      &b, "arith.constant", UF_TYPES(ufIndexType(&b)), UF_NO_VALUES,
      UF_ATTRS({"value", mlirIntegerAttrGet(ufIndexType(&b), 0)}), NULL, 0);
  for (size_t i = 0; i < ops->count; ++i) {
    mlirOperationRemoveFromParent(ops->ops[i]);
    mlirBlockAppendOwnedOperation(kernel.body, ops->ops[i]);
  }
  for (size_t i = 0; i < ops->count; ++i)
    mlirOperationWalk(ops->ops[i], captureOperands, &kernel, MlirWalkPreOrder);
  if (kernel.tooMany)
    return ufError(loc, "a kernel reads more than %d values", MAX_CAPTURES);

  mlirRewriterBaseSetInsertionPointBefore(rewriter, marker);
  renewDestinations(&b, &kernel);
  intptr_t numResults = mlirOperationGetNumResults(last);
  MlirType types[UF_MAX_VALUES];
  MlirValue results[UF_MAX_VALUES];
  for (intptr_t i = 0; i < numResults; ++i) {
    results[i] = ufResultOf(last, (int)i);
    types[i] = mlirValueGetType(results[i]);
  }
  b.loc = clusterLocation(cluster);
  MlirOperation call = ufBuildOp(
      &b, "func.call", (UfTypes){types, numResults},
      (UfValues){kernel.outer, kernel.numOuter},
      UF_ATTRS({"callee", mlirFlatSymbolRefAttrGet(ctx, ufStr(name))}), NULL,
      0);
  for (intptr_t i = 0; i < numResults; ++i)
    mlirValueReplaceAllUsesOfWith(results[i], ufResultOf(call, (int)i));
  mlirOperationDestroy(marker);
  UfBuilder inside = {.ctx = ctx, .loc = loc, .block = kernel.body};
  ufBuildOp(&inside, "func.return", (UfTypes){0},
            (UfValues){results, numResults}, UF_NO_ATTRS, NULL, 0);
  ufUpdateFunctionType(kernel.func);
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//

typedef struct Outlining {
  MlirOperation module;
  int numKernels;
  MlirLogicalResult result;
} Outlining;

static void outlineBlock(Outlining *outlining, MlirBlock block);

static void outlineRegions(Outlining *outlining, MlirOperation op) {
  for (intptr_t r = 0; r < mlirOperationGetNumRegions(op); ++r)
    for (MlirBlock block =
             mlirRegionGetFirstBlock(mlirOperationGetRegion(op, r));
         !mlirBlockIsNull(block); block = mlirBlockGetNextInRegion(block))
      outlineBlock(outlining, block);
}

static void outlineBlock(Outlining *outlining, MlirBlock block) {
  for (MlirOperation op = mlirBlockGetFirstOperation(block); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    if (!ufIsLinalg(op))
      outlineRegions(outlining, op);
  UfClusters clusters = ufFormClusters(block);
  for (size_t i = 0; i < clusters.count; ++i)
    if (mlirLogicalResultIsFailure(outline(outlining->module, &clusters.data[i],
                                           outlining->numKernels++)))
      outlining->result = mlirLogicalResultFailure();
  ufClustersFree(&clusters);
}

/// Inputs and weights belong to others: bufferization must copy what it would
/// overwrite. The destinations of kernels are made to be written.
static void protectArguments(MlirOperation func) {
  MlirBlock body = ufFunctionBody(func);
  if (mlirBlockIsNull(body))
    return;
  MlirAttribute no = mlirBoolAttrGet(mlirOperationGetContext(func), 0);
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(body); ++i)
    if (ufIsRankedTensor(mlirValueGetType(mlirBlockGetArgument(body, i))))
      ufSetArgAttr(func, i, "bufferization.writable", no);
}

static MlirLogicalResult run(MlirOperation module, MlirPass pass) {
  (void)pass;
  Outlining outlining = {.module = module,
                         .result = mlirLogicalResultSuccess()};
  MlirOperation first = mlirBlockGetFirstOperation(ufFunctionBody(module));
  for (MlirOperation op = first; op.ptr; op = mlirOperationGetNextInBlock(op))
    if (ufOpIs(op, "func.func") && !ufIsMarked(op, UF_KERNEL_ATTR)) {
      outlineRegions(&outlining, op);
      protectArguments(op);
    }
  ufShareKernels(module, (size_t)outlining.numKernels);
  return outlining.result;
}

const UfShimPass ufPassOutlineKernels = {
    .name = "UfrontOutlineKernels",
    .argument = "ufront-outline-kernels",
    .description = "Cuts functions into kernels and shares equal ones",
    .opName = "builtin.module",
    .dialects =
        (const char *const[]){"linalg", "tensor", "func", "arith", NULL},
    .run = run,
};
