//===-- Outline.c - The ufront-outline-kernels pass -----------------------===//
//
// Cuts a function on tensors into kernels: a root (contraction, reduction, copy
// or elementwise op), the fill of its destination, and the elementwise ops that
// use its result and nothing else does. Each becomes a private function in
// destination style; equal ones are one function. What stays behind is shape
// arithmetic, control flow and calls.
//
// Outlining comes before any tiling: 80 convolutions in one function compile in
// seconds, outlined and shared in tenths of one.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Passes.h"

#include "mlir-c/AffineMap.h"
#include "mlir-c/Dialect/Linalg.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CLUSTER = 16, MAX_CAPTURES = 128 };

/// Ops that become one kernel, in order. The last defines the results.
typedef struct Cluster {
  MlirOperation ops[MAX_CLUSTER];
  int count;
  int root; ///< The op whose loops are tiled.
} Cluster;

static bool isLinalg(MlirOperation op) {
  MlirStringRef name = ufOpName(op);
  return name.length > 7 && memcmp(name.data, "linalg.", 7) == 0;
}

static bool inSameBlock(MlirOperation x, MlirOperation y) {
  return mlirBlockEqual(mlirOperationGetBlock(x), mlirOperationGetBlock(y));
}

static bool hasOneUse(MlirValue value) {
  MlirOpOperand use = mlirValueGetFirstUse(value);
  return !mlirOpOperandIsNull(use) &&
         mlirOpOperandIsNull(mlirOpOperandGetNextUse(use));
}

static MlirOperation onlyUser(MlirValue value) {
  return hasOneUse(value) ? mlirOpOperandGetOwner(mlirValueGetFirstUse(value))
                          : (MlirOperation){NULL};
}

//===----------------------------------------------------------------------===//
// Elementwise ops that can work in place
//===----------------------------------------------------------------------===//

static bool allParallel(MlirOperation generic) {
  MlirAttribute list =
      mlirOperationGetInherentAttributeByName(generic, ufStr("iterator_types"));
  MlirAttribute parallel =
      mlirAttributeParseGet(mlirOperationGetContext(generic),
                            ufStr("#linalg.iterator_type<parallel>"));
  for (intptr_t i = 0; i < mlirArrayAttrGetNumElements(list); ++i)
    if (!mlirAttributeEqual(mlirArrayAttrGetElement(list, i), parallel))
      return false;
  return true;
}

static MlirAffineMap mapAt(MlirOperation generic, intptr_t i) {
  MlirAttribute maps = mlirLinalgGetIndexingMapsAttribute(generic);
  return mlirAffineMapAttrGetValue(mlirArrayAttrGetElement(maps, i));
}

/// The operand of elementwise `user` that is `value` and can be overwritten by
/// the result, or -1.
static intptr_t overwritable(MlirOperation user, MlirValue value) {
  if (!ufOpIs(user, "linalg.generic") ||
      mlirOperationGetNumResults(user) != 1 || !allParallel(user))
    return -1;
  intptr_t last = mlirOperationGetNumOperands(user) - 1;
  MlirOperation init = ufDefiningOp(mlirOperationGetOperand(user, last));
  if (!init.ptr || !ufOpIs(init, "tensor.empty") ||
      !mlirTypeEqual(mlirValueGetType(value),
                     mlirValueGetType(ufResultOf(user, 0))) ||
      !mlirAffineMapIsIdentity(mapAt(user, last)))
    return -1;
  for (intptr_t i = 0; i < last; ++i)
    if (mlirValueEqual(mlirOperationGetOperand(user, i), value))
      return mlirAffineMapIsIdentity(mapAt(user, i)) ? i : -1;
  return -1;
}

/// Rebuilds elementwise `user` so that operand `which` is its destination.
static MlirOperation makeInPlace(MlirOperation user, intptr_t which) {
  intptr_t last = mlirOperationGetNumOperands(user) - 1;
  MlirContext ctx = mlirOperationGetContext(user);
  MlirValue operands[MAX_CAPTURES];
  MlirAttribute maps[MAX_CAPTURES];
  MlirAttribute oldMaps = mlirLinalgGetIndexingMapsAttribute(user);
  intptr_t count = 0;
  for (intptr_t i = 0; i < last; ++i)
    if (i != which) {
      maps[count] = mlirArrayAttrGetElement(oldMaps, i);
      operands[count++] = mlirOperationGetOperand(user, i);
    }
  maps[count] = mlirArrayAttrGetElement(oldMaps, last);
  operands[count] = mlirOperationGetOperand(user, which);
  MlirRegion region = mlirRegionCreate();
  mlirRegionTakeBody(region, mlirOperationGetRegion(user, 0));
  MlirBlock body = mlirRegionGetFirstBlock(region);
  MlirValue in = mlirBlockGetArgument(body, which);
  mlirValueReplaceAllUsesOfWith(in, mlirBlockGetArgument(body, last));
  mlirBlockEraseArgument(body, (unsigned)which);

  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  mlirRewriterBaseSetInsertionPointBefore(rewriter, user);
  UfBuilder b = {.ctx = ctx,
                 .loc = mlirOperationGetLocation(user),
                 .rewriter = rewriter,
                 .op = user};
  MlirAttribute segments =
      mlirDenseI32ArrayGet(ctx, 2, (int32_t[]){(int32_t)count, 1});
  MlirOperation made = ufBuildOp(
      &b, "linalg.generic", UF_TYPES(ufResultType(&b, 0)),
      (UfValues){operands, count + 1},
      UF_ATTRS({"indexing_maps", mlirArrayAttrGet(ctx, count + 1, maps)},
               {"iterator_types", mlirOperationGetInherentAttributeByName(
                                      user, ufStr("iterator_types"))},
               {"operandSegmentSizes", segments}),
      &region, 1);
  mlirValueReplaceAllUsesOfWith(ufResultOf(user, 0), ufResultOf(made, 0));
  mlirOperationDestroy(user);
  return made;
}

//===----------------------------------------------------------------------===//
// Forming clusters
//===----------------------------------------------------------------------===//

/// Whether `op` only prepares the destination of its one user, which then takes
/// it into its own kernel.
static bool isDestinationOf(MlirOperation op, MlirOperation user) {
  if (!ufOpIs(op, "linalg.fill") && !ufOpIs(op, "linalg.broadcast"))
    return false;
  if (!user.ptr || !isLinalg(user) || !inSameBlock(op, user) ||
      ufOpIs(user, "linalg.copy"))
    return false;
  intptr_t last = mlirOperationGetNumOperands(user) - 1;
  return mlirOperationGetNumResults(user) == 1 &&
         mlirValueEqual(mlirOperationGetOperand(user, last), ufResultOf(op, 0));
}

/// insert_slice(copy(x, extract_slice(into)), into), or copy(extract_slice(x)).
static void takeSlices(Cluster *cluster, MlirOperation copy) {
  MlirValue from = mlirOperationGetOperand(copy, 0);
  MlirValue into = mlirOperationGetOperand(copy, 1);
  MlirOperation slice = ufDefiningOp(from), hole = ufDefiningOp(into);
  if (slice.ptr && ufOpIs(slice, "tensor.extract_slice") && hasOneUse(from))
    cluster->ops[cluster->count++] = slice;
  if (hole.ptr && ufOpIs(hole, "tensor.extract_slice") && hasOneUse(into))
    cluster->ops[cluster->count++] = hole;
  cluster->root = cluster->count;
  cluster->ops[cluster->count++] = copy;
  MlirOperation insert = onlyUser(ufResultOf(copy, 0));
  if (insert.ptr && ufOpIs(insert, "tensor.insert_slice") &&
      inSameBlock(copy, insert) &&
      mlirValueEqual(mlirOperationGetOperand(insert, 0), ufResultOf(copy, 0)))
    cluster->ops[cluster->count++] = insert;
}

/// The fill of `root`'s destination, for `root` alone: CSE makes one of all
/// equal fills, which would then be copied for every user.
static MlirOperation ownFill(MlirOperation root) {
  intptr_t last = mlirOperationGetNumOperands(root) - 1;
  MlirOperation fill = ufDefiningOp(mlirOperationGetOperand(root, last));
  if (!fill.ptr || !isDestinationOf(fill, root))
    return (MlirOperation){NULL};
  if (hasOneUse(ufResultOf(fill, 0)))
    return fill;
  MlirOperation copy = mlirOperationClone(fill);
  mlirBlockInsertOwnedOperationBefore(mlirOperationGetBlock(root), root, copy);
  mlirOperationSetOperand(root, last, ufResultOf(copy, 0));
  return copy;
}

static void takeRoot(Cluster *cluster, MlirOperation root) {
  MlirOperation init = ownFill(root);
  if (init.ptr)
    cluster->ops[cluster->count++] = init;
  cluster->root = cluster->count;
  cluster->ops[cluster->count++] = root;
  while (cluster->count < MAX_CLUSTER &&
         mlirOperationGetNumResults(root) == 1) {
    MlirValue result = ufResultOf(root, 0);
    MlirOperation user = onlyUser(result);
    intptr_t which =
        user.ptr && inSameBlock(root, user) ? overwritable(user, result) : -1;
    if (which < 0)
      return;
    root = makeInPlace(user, which);
    cluster->root = cluster->count;
    cluster->ops[cluster->count++] = root;
  }
}

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

/// Whether `value` is defined inside the kernel's body.
static bool isInside(MlirBlock body, MlirValue value) {
  MlirBlock block = mlirValueIsAOpResult(value)
                        ? mlirOperationGetBlock(mlirOpResultGetOwner(value))
                        : mlirBlockArgumentGetOwner(value);
  while (!mlirBlockIsNull(block)) {
    if (mlirBlockEqual(block, body))
      return true;
    MlirOperation parent = mlirBlockGetParentOperation(block);
    if (!parent.ptr)
      return false;
    block = mlirOperationGetBlock(parent);
  }
  return false;
}

/// The kernel's argument for a value of the caller.
static MlirValue capture(Kernel *kernel, MlirValue value) {
  MlirOperation from = ufDefiningOp(value);
  MlirType type = mlirValueGetType(value);
  if (from.ptr && ufOpIs(from, "arith.constant") && !ufIsRankedTensor(type)) {
    MlirOperation copy = mlirOperationClone(from);
    mlirBlockInsertOwnedOperation(kernel->body, 0, copy);
    return ufResultOf(copy, 0);
  }
  // Two empty tensors are two destinations, even when CSE made them one.
  bool empty = from.ptr && ufOpIs(from, "tensor.empty");
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
    if (!isInside(kernel->body, operand))
      mlirOperationSetOperand(op, i, capture(kernel, operand));
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

/// "linalg.conv_2d_nchw_fchw" -> "conv_2d_nchw_fchw".
static void kernelName(const Cluster *cluster, int number, char *name,
                       size_t size) {
  MlirOperation first = cluster->ops[cluster->root];
  for (int i = 0; i < cluster->count; ++i)
    if (isLinalg(cluster->ops[i]) && !ufOpIs(cluster->ops[i], "linalg.fill") &&
        !ufOpIs(cluster->ops[i], "linalg.broadcast")) {
      first = cluster->ops[i];
      break;
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

static MlirLogicalResult outline(MlirOperation module, const Cluster *cluster,
                                 int number) {
  MlirOperation last = cluster->ops[cluster->count - 1];
  MlirContext ctx = mlirOperationGetContext(last);
  MlirLocation loc = mlirOperationGetLocation(last);
  char name[128];
  kernelName(cluster, number, name, sizeof name);
  Kernel kernel = {.func = ufCreateFunction(module, loc, name, (UfTypes){0},
                                            (UfTypes){0}, "private")};
  kernel.body = ufFunctionBody(kernel.func);
  ufMark(kernel.func, UF_KERNEL_ATTR);
  forbidInlining(kernel.func);
  if (isLinalg(cluster->ops[cluster->root]))
    ufMark(cluster->ops[cluster->root], UF_ROOT_ATTR);

  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  mlirRewriterBaseSetInsertionPointAfter(rewriter, last);
  UfBuilder b = {.ctx = ctx, .loc = loc, .rewriter = rewriter};
  // The call stands where the last op stood: all operands are ready there.
  MlirOperation marker = ufBuildOp(
      &b, "arith.constant", UF_TYPES(ufIndexType(&b)), UF_NO_VALUES,
      UF_ATTRS({"value", mlirIntegerAttrGet(ufIndexType(&b), 0)}), NULL, 0);
  for (int i = 0; i < cluster->count; ++i) {
    mlirOperationRemoveFromParent(cluster->ops[i]);
    mlirBlockAppendOwnedOperation(kernel.body, cluster->ops[i]);
  }
  for (int i = 0; i < cluster->count; ++i)
    mlirOperationWalk(cluster->ops[i], captureOperands, &kernel,
                      MlirWalkPreOrder);
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
// Sharing
//===----------------------------------------------------------------------===//

typedef struct Text {
  char *data;
  size_t size, capacity;
} Text;

static void appendText(MlirStringRef piece, void *userData) {
  Text *text = userData;
  if (text->size + piece.length + 1 > text->capacity) {
    text->capacity = 2 * (text->size + piece.length + 1);
    char *grown = realloc(text->data, text->capacity);
    if (!grown)
      abort(); // the text of one function
    text->data = grown;
  }
  memcpy(text->data + text->size, piece.data, piece.length);
  text->size += piece.length;
  text->data[text->size] = 0;
}

/// The function's text without its name.
static char *kernelText(MlirOperation func) {
  MlirAttribute name =
      mlirOperationGetInherentAttributeByName(func, ufStr("sym_name"));
  mlirOperationSetInherentAttributeByName(
      func, ufStr("sym_name"),
      mlirStringAttrGet(mlirOperationGetContext(func), ufStr("k")));
  Text text = {0};
  // In its own scope: the numbers of aliases depend on the rest of the module.
  MlirOpPrintingFlags flags = mlirOpPrintingFlagsCreate();
  mlirOpPrintingFlagsUseLocalScope(flags);
  mlirOperationPrintWithFlags(func, flags, appendText, &text);
  mlirOpPrintingFlagsDestroy(flags);
  mlirOperationSetInherentAttributeByName(func, ufStr("sym_name"), name);
  return text.data;
}

typedef struct Shared {
  char *text;
  MlirAttribute name; ///< Of the first kernel with this text.
} Shared;

typedef struct Renames {
  MlirAttribute *from, *to;
  size_t count;
} Renames;

static MlirWalkResult renameCall(MlirOperation op, void *userData) {
  const Renames *renames = userData;
  if (!ufOpIs(op, "func.call"))
    return MlirWalkResultAdvance;
  MlirAttribute callee =
      mlirOperationGetInherentAttributeByName(op, ufStr("callee"));
  for (size_t i = 0; i < renames->count; ++i)
    if (mlirStringRefEqual(mlirFlatSymbolRefAttrGetValue(callee),
                           mlirStringAttrGetValue(renames->from[i])))
      mlirOperationSetInherentAttributeByName(
          op, ufStr("callee"),
          mlirFlatSymbolRefAttrGet(mlirOperationGetContext(op),
                                   mlirStringAttrGetValue(renames->to[i])));
  return MlirWalkResultAdvance;
}

/// Keeps one of several equal kernels.
static void shareKernels(MlirOperation module, size_t numKernels) {
  Shared *kept = calloc(numKernels + 1, sizeof *kept);
  Renames renames = {calloc(numKernels + 1, sizeof(MlirAttribute)),
                     calloc(numKernels + 1, sizeof(MlirAttribute)), 0};
  size_t numKept = 0;
  MlirOperation next;
  for (MlirOperation op = mlirBlockGetFirstOperation(ufFunctionBody(module));
       op.ptr; op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (!ufIsMarked(op, UF_KERNEL_ATTR))
      continue;
    char *text = kernelText(op);
    MlirAttribute name =
        mlirOperationGetInherentAttributeByName(op, ufStr("sym_name"));
    size_t i = 0;
    while (i < numKept && strcmp(kept[i].text, text) != 0)
      ++i;
    if (i == numKept) {
      kept[numKept++] = (Shared){text, name};
      continue;
    }
    renames.from[renames.count] = name;
    renames.to[renames.count++] = kept[i].name;
    mlirOperationDestroy(op);
    free(text);
  }
  mlirOperationWalk(module, renameCall, &renames, MlirWalkPreOrder);
  for (size_t i = 0; i < numKept; ++i)
    free(kept[i].text);
  free(kept);
  free(renames.from);
  free(renames.to);
}

//===----------------------------------------------------------------------===//

/// Whether every user of `op` takes it, or a copy of it, into its own kernel.
static bool onlyPreparesDestinations(MlirOperation op) {
  MlirOpOperand use = mlirValueGetFirstUse(ufResultOf(op, 0));
  if (mlirOpOperandIsNull(use))
    return ufOpIs(op, "linalg.fill");
  for (; !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use))
    if (!isDestinationOf(op, mlirOpOperandGetOwner(use)))
      return false;
  return true;
}

/// Work that is left to do, and is not the business of another cluster.
static bool isWork(MlirOperation op) {
  if (!isLinalg(op) || mlirOperationGetNumResults(op) == 0 ||
      ufOpIs(op, "linalg.index") || ufOpIs(op, "linalg.yield"))
    return false;
  return !onlyPreparesDestinations(op);
}

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
  MlirOperation op = mlirBlockGetFirstOperation(block);
  while (op.ptr) {
    if (!isWork(op)) {
      if (!isLinalg(op))
        outlineRegions(outlining, op);
      op = mlirOperationGetNextInBlock(op);
      continue;
    }
    Cluster cluster = {0};
    if (ufOpIs(op, "linalg.copy"))
      takeSlices(&cluster, op);
    else
      takeRoot(&cluster, op);
    // Ops of the cluster are scattered over the block; go on after the first
    // that stays.
    MlirOperation next = mlirOperationGetNextInBlock(op);
    for (int i = 0; i < cluster.count; ++i)
      if (mlirOperationEqual(cluster.ops[i], next)) {
        next = mlirOperationGetNextInBlock(next);
        i = -1;
      }
    if (mlirLogicalResultIsFailure(
            outline(outlining->module, &cluster, outlining->numKernels++)))
      outlining->result = mlirLogicalResultFailure();
    op = next;
  }
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
  shareKernels(module, (size_t)outlining.numKernels);
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
