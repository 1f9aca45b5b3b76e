//===-- Vectorize.c - The ufront-vectorize-kernels pass -------------------===//
//
// Rewrites what reduces in kernels - matrix products, convolutions, pools - as
// loops over register tiles (TileCode.h) of sizes that Blocking.h chooses. The
// op that gives the output its first value and elementwise ops that work on it
// in place afterwards become part of the tile. Copies that change the innermost
// dimension become squares of vectors (TransposeCode.h).
//
// Whatever has no form as vectors stays a linalg op, and becomes plain loops
// later.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Passes.h"
#include "Kernels/Vector/AmxCode.h"
#include "Kernels/Vector/ReduceCode.h"
#include "Kernels/Vector/TaskLoops.h"
#include "Kernels/Vector/TransposeCode.h"
#include "Kernels/Vector/VectorBody.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

/// Steps of a nest that are worth a tile's code, also for one inside of loops.
enum { MIN_WORK = 1024, MIN_INNER_WORK = 32 };

static bool startsWith(MlirStringRef name, const char *prefix) {
  size_t length = strlen(prefix);
  return name.length >= length && memcmp(name.data, prefix, length) == 0;
}

static bool isStructured(MlirOperation op) {
  return startsWith(ufOpName(op), "linalg.") && !ufOpIs(op, "linalg.pack") &&
         !ufOpIs(op, "linalg.unpack") && !ufOpIs(op, "linalg.softmax") &&
         mlirOperationGetNumRegions(op) == 1 &&
         mlirOperationGetNumResults(op) == 0;
}

/// Whether ops on memory may be moved past `op`.
static bool isTransparent(MlirOperation op) {
  static const char *const names[] = {
      "memref.subview",      "memref.cast",           "memref.dim",
      "memref.expand_shape", "memref.collapse_shape", "memref.alloc",
      "memref.alloca"};
  MlirStringRef name = ufOpName(op);
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (mlirStringRefEqual(name, ufStr(names[i])))
      return true;
  return startsWith(name, "arith.") || startsWith(name, "affine.");
}

static MlirValue outputOf(MlirOperation op) {
  return mlirOperationGetOperand(op, mlirOperationGetNumOperands(op) - 1);
}

static int64_t numOutputs(MlirOperation op) {
  MlirAttribute segments =
      mlirOperationGetInherentAttributeByName(op, ufStr("operandSegmentSizes"));
  return mlirAttributeIsNull(segments)
             ? 1
             : mlirDenseI32ArrayGetElement(segments, 1);
}

/// The next structured op after `op` with nothing that counts between, or null.
static MlirOperation following(MlirOperation op) {
  do
    op = mlirOperationGetNextInBlock(op);
  while (op.ptr && isTransparent(op));
  return op.ptr && isStructured(op) ? op : (MlirOperation){NULL};
}

/// Whether `op` sets its output without reading it.
static bool isInit(MlirOperation op) {
  if (ufOpIs(op, "linalg.fill"))
    return true;
  return !ufBodyUses(op, mlirOperationGetNumOperands(op) - 1);
}

/// Whether `op` can become part of a tile. What has no form as vectors, such as
/// a mask that asks where it is, must not keep the root from having one.
static bool canJoin(MlirOperation op) {
  return ufOpIs(op, "linalg.fill") || ufCanVectorizeBody(op);
}

static bool hasReduction(MlirOperation op) {
  MlirAffineMap map = mlirAffineMapAttrGetValue(
      mlirArrayAttrGetElement(mlirLinalgGetIndexingMapsAttribute(op),
                              mlirOperationGetNumOperands(op) - 1));
  return mlirAffineMapGetNumResults(map) < mlirAffineMapGetNumDims(map);
}

/// Adds the op that writes the output before the root reads it.
static void addInit(UfBuilder *b, MlirOperation init, UfGroup *group) {
  UfStatement statement;
  if (init.ptr && numOutputs(init) == 1 &&
      mlirValueEqual(outputOf(init), group->output.memref) && isInit(init) &&
      canJoin(init) && ufReadElementwise(b, init, group, &statement))
    group->init = statement;
}

static void addEpilogues(UfBuilder *b, UfGroup *group) {
  MlirOperation op = following(group->root.op);
  while (op.ptr && group->numEpilogues < UF_MAX_STATEMENTS &&
         numOutputs(op) == 1 && !ufOpIs(op, "linalg.fill") && canJoin(op) &&
         mlirValueEqual(outputOf(op), group->output.memref)) {
    mlirRewriterBaseSetInsertionPointBefore(b->rewriter, op);
    if (!ufReadElementwise(b, op, group,
                           &group->epilogues[group->numEpilogues]))
      return;
    ++group->numEpilogues;
    op = following(op);
  }
}

/// Whether `buffer` is made where the group is and no op but those of the group
/// needs what is in it.
static bool isOnlyOf(const UfGroup *group, MlirValue buffer,
                     MlirOperation sink) {
  MlirOperation alloc = ufDefiningOp(buffer);
  if (!alloc.ptr || !ufOpIs(alloc, "memref.alloc"))
    return false;
  for (MlirOpOperand use = mlirValueGetFirstUse(buffer);
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    bool isMine =
        mlirOperationEqual(user, group->root.op) ||
        mlirOperationEqual(user, sink) ||
        (group->init.op.ptr && mlirOperationEqual(user, group->init.op)) ||
        ufOpIs(user, "memref.dealloc") || ufOpIs(user, "memref.dim") ||
        ufOpIs(user, "memref.extract_strided_metadata");
    for (int i = 0; i < group->numEpilogues; ++i)
      isMine |= mlirOperationEqual(user, group->epilogues[i].op);
    if (!isMine)
      return false;
  }
  return true;
}

/// The group's last op.
static MlirOperation lastOf(const UfGroup *group) {
  if (group->sink.op.ptr)
    return group->sink.op;
  return group->numEpilogues ? group->epilogues[group->numEpilogues - 1].op
                             : group->root.op;
}

/// Adds the op that reads the output when it is done, into another buffer.
static void addSink(UfBuilder *b, UfGroup *group) {
  MlirOperation op = following(lastOf(group));
  if (!op.ptr || !group->init.op.ptr || !ufOpIs(op, "linalg.generic") ||
      numOutputs(op) != 1 || !canJoin(op) ||
      ufBodyUses(op, mlirOperationGetNumOperands(op) - 1) ||
      !isOnlyOf(group, group->output.memref, op))
    return;
  mlirRewriterBaseSetInsertionPointBefore(b->rewriter, op);
  ufReadSink(b, op, group);
}

static bool isLarge(const UfGroup *group, int64_t least) {
  int64_t work = 1;
  for (int l = 0; l < group->loops.count; ++l) {
    UfSize extent = group->loops.extent[l];
    if (ufIsStatic(extent) && work < least)
      work *= extent.value;
    else
      work = least;
    if (ufIsSize(extent, 0))
      return false;
  }
  return work >= least;
}

/// Whether `op` is at the top of a function rather than in a loop.
static bool isAtTop(MlirOperation op) {
  return ufOpIs(mlirOperationGetParentOperation(op), "func.func");
}

/// Writes the loops of the group, once for each chunk of its sums: the first
/// begins them, the last applies what comes after them.
static void emitChunks(UfBuilder *b, const UfGroup *group,
                       const UfBlocking *blocking, bool inParallel) {
  int loop = blocking->chunkedLoop;
  if (loop == UF_NO_LOOP) {
    ufEmitTasks(b, group, blocking, inParallel);
    return;
  }
  int64_t length = group->loops.extent[loop].value;
  for (int64_t at = 0; at < length; at += blocking->chunk) {
    int64_t left = length - at;
    UfGroup part = *group;
    if (at > 0)
      part.init = (UfStatement){0};
    if (left > blocking->chunk) {
      part.numEpilogues = 0;
      part.sink = (UfStatement){0};
    }
    part.loops.extent[loop] =
        ufStatic(left < blocking->chunk ? left : blocking->chunk);
    for (int i = 0; i < part.root.numInputs; ++i) {
      UfAccess *access = &part.root.inputs[i];
      access->offset = ufSizeAdd(
          b, access->offset, ufSizeMul(b, access->stride[loop], ufStatic(at)));
    }
    ufEmitTasks(b, &part, blocking, inParallel);
  }
}

/// `*before` is the group's init, or not the group's.
static void destroyGroup(const UfGroup *group, MlirOperation *before) {
  if (group->init.op.ptr) {
    mlirOperationDestroy(group->init.op);
    before->ptr = NULL;
  }
  mlirOperationDestroy(group->root.op);
  for (int i = 0; i < group->numEpilogues; ++i)
    mlirOperationDestroy(group->epilogues[i].op);
  if (group->sink.op.ptr)
    mlirOperationDestroy(group->sink.op);
  MlirOperation alloc = ufDefiningOp(group->output.memref);
  if (alloc.ptr && ufOpIs(alloc, "memref.alloc") &&
      mlirOpOperandIsNull(mlirValueGetFirstUse(group->output.memref)))
    mlirOperationDestroy(alloc); // it was only ever in registers
}

/// Says on the module that some of its code uses AMX.
static void noteAmx(MlirOperation op) {
  for (MlirOperation up = op; up.ptr; up = mlirOperationGetParentOperation(up))
    op = up;
  mlirOperationSetDiscardableAttributeByName(
      op, ufStr(UF_AMX_ATTR), mlirUnitAttrGet(mlirOperationGetContext(op)));
}

/// Rewrites `root`, which reduces along memory, without what comes after it.
static bool vectorizeReduction(UfBuilder *b, MlirOperation *before,
                               MlirOperation root, const UfTarget *target,
                               MlirOperation *next) {
  UfGroup group;
  mlirRewriterBaseSetInsertionPointBefore(b->rewriter, root);
  if (!ufReadRoot(b, root, &group))
    return false;
  addInit(b, *before, &group);
  ufMergeLoops(b, &group);
  if (!ufEmitReduction(b, &group, target))
    return false;
  *next = mlirOperationGetNextInBlock(root);
  destroyGroup(&group, before);
  return true;
}

/// Rewrites the group around `root` and sets `*next` to the op after it, or
/// returns false. `*before` is the structured op that runs before it, or null,
/// which it also becomes when the group has it.
static bool vectorizeGroup(MlirOperation *before, MlirOperation root,
                           const UfTarget *target, MlirOperation *next) {
  MlirContext ctx = mlirOperationGetContext(root);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfBuilder b = ufBuilderAt(rewriter, root);
  UfGroup group;
  UfBlocking blocking;
  if (numOutputs(root) != 1 || !ufReadRoot(&b, root, &group) ||
      !isLarge(&group, isAtTop(root) ? MIN_WORK : MIN_INNER_WORK))
    return false;
  addInit(&b, *before, &group);
  addEpilogues(&b, &group);
  addSink(&b, &group);
  MlirOperation last = lastOf(&group);
  mlirRewriterBaseSetInsertionPointBefore(rewriter, last);
  if (!ufUseDots(&group, target))
    return false;
  ufMergeLoops(&b, &group);
  if (!ufCanEmitTile(&group) || !ufChooseBlocking(&group, target, &blocking))
    return vectorizeReduction(&b, before, root, target, next);
  emitChunks(&b, &group, &blocking, !blocking.isSmall && isAtTop(root));
  if (blocking.amxRows)
    noteAmx(root);
  *next = mlirOperationGetNextInBlock(last);
  destroyGroup(&group, before);
  return true;
}

/// Rewrites a copy that changes the innermost dimension when it can.
static bool transpose(MlirOperation op, const UfTarget *target) {
  MlirContext ctx = mlirOperationGetContext(op);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfBuilder b = ufBuilderAt(rewriter, op);
  if (!ufEmitTransposition(&b, op, target, isAtTop(op)))
    return false;
  mlirOperationDestroy(op);
  return true;
}

static void vectorizeBlock(MlirBlock block, const UfTarget *target);

static void vectorizeInside(MlirOperation op, const UfTarget *target) {
  for (intptr_t r = 0; r < mlirOperationGetNumRegions(op); ++r)
    for (MlirBlock inner =
             mlirRegionGetFirstBlock(mlirOperationGetRegion(op, r));
         !mlirBlockIsNull(inner); inner = mlirBlockGetNextInRegion(inner))
      vectorizeBlock(inner, target);
}

/// Whether `op` may give the sums of the structured op after it their first
/// value: it waits for that one's group.
static bool mayBeginSums(MlirOperation op) {
  MlirOperation root = following(op);
  return root.ptr && numOutputs(op) == 1 && numOutputs(root) == 1 &&
         mlirValueEqual(outputOf(op), outputOf(root)) && !hasReduction(op) &&
         hasReduction(root) && isInit(op) && canJoin(op) && ufSuitsVectors(op);
}

/// Rewrites `op`, and `before` if it waited in vain. Returns `op` if it is
/// still there, or null.
static MlirOperation vectorizeOp(MlirOperation before, MlirOperation op,
                                 const UfTarget *target, MlirOperation *next) {
  MlirOperation none = {NULL}, ignored;
  bool isWaiting = before.ptr && mayBeginSums(before);
  bool isDone = (!hasReduction(op) && transpose(op, target)) ||
                vectorizeGroup(&before, op, target, next);
  if (isWaiting && before.ptr)
    vectorizeGroup(&none, before, target, &ignored);
  return isDone ? none : op;
}

static void vectorizeBlock(MlirBlock block, const UfTarget *target) {
  MlirOperation before = {NULL}, next;
  for (MlirOperation op = mlirBlockGetFirstOperation(block); op.ptr;
       op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (isStructured(op)) {
      before = mayBeginSums(op) ? op : vectorizeOp(before, op, target, &next);
    } else if (!isTransparent(op)) {
      vectorizeInside(op, target);
      before.ptr = NULL;
    }
  }
}

static MlirLogicalResult run(MlirOperation module, MlirPass pass) {
  (void)pass;
  UfTarget target = ufTargetOf(module);
  for (MlirOperation op = mlirBlockGetFirstOperation(ufFunctionBody(module));
       op.ptr; op = mlirOperationGetNextInBlock(op))
    if (ufIsMarked(op, UF_KERNEL_ATTR))
      vectorizeBlock(ufFunctionBody(op), &target);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassVectorizeKernels = {
    .name = "UfrontVectorizeKernels",
    .argument = "ufront-vectorize-kernels",
    .description = "Makes register tiles of what reduces in kernels",
    .opName = "builtin.module",
    .dialects = (const char *const[]){"vector", "scf", "memref", "arith",
                                      "affine", "llvm", NULL},
    .run = run,
};
