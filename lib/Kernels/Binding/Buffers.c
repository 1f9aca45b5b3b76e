//===-- Buffers.c - Where a function's buffers live -----------------------===//

#include "Kernels/Binding/Buffers.h"

#include "IR/Function.h"
#include "IR/MemRef.h"

#include "mlir-c/Dialect/Linalg.h"

#include <stdlib.h>

enum {
  ALIGNMENT = 64,
  /// What a function may take of the stack, which may be a thread's.
  MAX_STACK_BYTES = 128 << 10,
};

static bool isMemRef(MlirValue value) {
  return mlirTypeIsAMemRef(mlirValueGetType(value));
}

/// Static and dynamic sizes of a memref.alloc.
static void allocSizes(MlirOperation alloc, UfSize *sizes) {
  UfShape shape = ufShape(ufResultOf(alloc, 0));
  intptr_t at = 0;
  for (int i = 0; i < shape.rank; ++i) {
    sizes[i] = ufStatic(shape.dims[i]);
    if (shape.dims[i] == UF_DYNAMIC)
      sizes[i].dynamic = mlirOperationGetOperand(alloc, at++);
  }
}

/// The buffer of `type` and `sizes` at `pointer`.
static MlirValue bufferAt(UfBuilder *b, MlirValue pointer, MlirType type,
                          const UfSize *sizes) {
  MlirValue dynamic[UF_MAX_RANK] = {{NULL}};
  int count = 0;
  for (int i = 0; i < (int)mlirShapedTypeGetRank(type); ++i)
    if (!ufIsStatic(sizes[i]))
      dynamic[count++] = ufIndexToI64(b, sizes[i].dynamic);
  return ufMemRefAt(b, pointer, type, dynamic);
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

/// Output `index`, of the given shape, from the runtime.
static MlirValue outputPointer(UfBuilder *b, MlirOperation module,
                               MlirValue call, int64_t index, int rank,
                               const UfSize *sizes) {
  MlirType pointer = ufPointerType(b);
  MlirValue shape = ufBuild(b, "llvm.alloca", pointer,
                            UF_VALUES(ufI64Constant(b, rank ? rank : 1)),
                            UF_ATTRS({"elem_type", mlirTypeAttrGet(ufI64(b))}));
  for (int i = 0; i < rank; ++i) {
    MlirAttribute at = mlirDenseI32ArrayGet(b->ctx, 1, (int32_t[]){i});
    MlirValue slot = ufBuild(
        b, "llvm.getelementptr", pointer, UF_VALUES(shape),
        UF_ATTRS({"rawConstantIndices", at},
                 {"elem_type", mlirTypeAttrGet(ufI64(b))},
                 {"noWrapFlags", mlirIntegerAttrGet(ufIntType(b, 32), 0)}));
    MlirValue size = ufIsStatic(sizes[i]) ? ufI64Constant(b, sizes[i].value)
                                          : ufIndexToI64(b, sizes[i].dynamic);
    ufBuildOp(b, "llvm.store", (UfTypes){0}, UF_VALUES(size, slot), UF_NO_ATTRS,
              NULL, 0);
  }
  MlirOperation made = ufCallExternal(
      b, module, "ufrtCallGetOutput", UF_TYPES(pointer),
      UF_VALUES(call, ufI64Constant(b, index), ufI64Constant(b, rank), shape));
  return ufResultOf(made, 0);
}

/// Follows views of the whole of a buffer to its memref.alloc at the top level
/// of `body`; a null op when there is none.
static MlirOperation allocBehind(MlirValue value, MlirBlock body) {
  static const char *const views[] = {"memref.expand_shape",
                                      "memref.collapse_shape", "memref.cast"};
  for (;;) {
    MlirOperation op = ufDefiningOp(value);
    if (!op.ptr || !mlirBlockEqual(mlirOperationGetBlock(op), body))
      return (MlirOperation){NULL};
    if (ufOpIs(op, "memref.alloc"))
      return op;
    bool isView = false;
    for (int i = 0; i < UF_COUNT(views); ++i)
      isView |= ufOpIs(op, views[i]);
    if (!isView)
      return (MlirOperation){NULL};
    value = mlirOperationGetOperand(op, 0);
  }
}

/// Makes the buffer behind `result` output `index`; false when it is not a
/// buffer of this function, or its final shape is not known where it is made.
static bool becomeOutput(UfBuilder *b, MlirOperation module, MlirValue call,
                         MlirValue result, int64_t index) {
  MlirOperation alloc = allocBehind(result, mlirBlockArgumentGetOwner(call));
  MlirType type = mlirValueGetType(result);
  if (!alloc.ptr || !ufIsContiguous(type))
    return false;
  MlirValue buffer = ufResultOf(alloc, 0);
  UfShape shape = ufShapeOfType(type);
  UfSize sizes[UF_MAX_RANK], bufferSizes[UF_MAX_RANK];
  allocSizes(alloc, bufferSizes);
  for (int i = 0; i < shape.rank; ++i)
    sizes[i] = mlirValueEqual(buffer, result) ? bufferSizes[i]
                                              : ufStatic(shape.dims[i]);
  if (!mlirValueEqual(buffer, result) && ufNumElements(&shape) == UF_DYNAMIC)
    return false;
  mlirRewriterBaseSetInsertionPointBefore(b->rewriter, alloc);
  MlirValue pointer = outputPointer(b, module, call, index, shape.rank, sizes);
  mlirValueReplaceAllUsesOfWith(
      buffer, bufferAt(b, pointer, mlirValueGetType(buffer), bufferSizes));
  mlirOperationDestroy(alloc);
  return true;
}

void ufBindOutputs(UfBuilder *b, MlirOperation module, MlirOperation func) {
  MlirBlock body = ufFunctionBody(func);
  MlirValue call = mlirBlockGetArgument(body, 0);
  MlirOperation end = mlirBlockGetTerminator(body);
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(end); ++i) {
    MlirValue result = mlirOperationGetOperand(end, i);
    if (becomeOutput(b, module, call, result, i))
      continue;
    UfSize sizes[UF_MAX_RANK];
    mlirRewriterBaseSetInsertionPointBefore(b->rewriter, end);
    ufMemRefSizes(b, result, sizes);
    UfShape shape = ufShape(result);
    MlirType type = mlirMemRefTypeContiguousGet(
        shape.element, shape.rank, shape.dims, mlirAttributeGetNull());
    MlirValue pointer = outputPointer(b, module, call, i, shape.rank, sizes);
    MlirValue output = bufferAt(b, pointer, type, sizes);
    ufBuildOp(b, "memref.copy", (UfTypes){0}, UF_VALUES(result, output),
              UF_NO_ATTRS, NULL, 0);
  }
  mlirOperationSetOperands(end, 0, NULL);
}

//===----------------------------------------------------------------------===//
// Lives
//===----------------------------------------------------------------------===//

/// The op of `block` that `op` is or lies in.
static MlirOperation ancestorIn(MlirBlock block, MlirOperation op) {
  while (op.ptr && !mlirBlockEqual(mlirOperationGetBlock(op), block))
    op = mlirOperationGetParentOperation(op);
  return op;
}

typedef struct Life {
  MlirBlock block;    ///< Where the buffer is made.
  MlirOperation last; ///< Its last user there.
  bool escapes;       ///< The block's terminator passes it on.
} Life;

typedef struct Aliases {
  MlirValue *data;
  size_t count, capacity;
} Aliases;

static void addAlias(Aliases *aliases, MlirValue value) {
  for (size_t i = 0; i < aliases->count; ++i)
    if (mlirValueEqual(aliases->data[i], value))
      return;
  if (aliases->count == aliases->capacity) {
    size_t capacity = aliases->capacity ? 2 * aliases->capacity : 16;
    MlirValue *grown = realloc(aliases->data, capacity * sizeof *grown);
    if (!grown)
      abort(); // a list of one module's values
    aliases->data = grown;
    aliases->capacity = capacity;
  }
  aliases->data[aliases->count++] = value;
}

/// Results that may be the operand's memory: all memrefs that come out, and
/// all that is computed from an address as a number.
static void followUse(Aliases *aliases, Life *life, MlirOperation user,
                      bool isAddress) {
  isAddress |= ufOpIs(user, "memref.extract_aligned_pointer_as_index");
  for (intptr_t i = 0; i < mlirOperationGetNumResults(user); ++i)
    if (isAddress || isMemRef(ufResultOf(user, (int)i)))
      addAlias(aliases, ufResultOf(user, (int)i));
  // A buffer that enters a loop may come back as its argument.
  for (intptr_t r = 0; r < mlirOperationGetNumRegions(user); ++r)
    for (MlirBlock block =
             mlirRegionGetFirstBlock(mlirOperationGetRegion(user, r));
         !mlirBlockIsNull(block); block = mlirBlockGetNextInRegion(block))
      for (intptr_t i = 0; i < mlirBlockGetNumArguments(block); ++i)
        if (isMemRef(mlirBlockGetArgument(block, i)))
          addAlias(aliases, mlirBlockGetArgument(block, i));
  bool isTerminator = !mlirOperationGetNextInBlock(user).ptr;
  if (!isTerminator)
    return;
  if (mlirBlockEqual(mlirOperationGetBlock(user), life->block)) {
    life->escapes = true;
    return;
  }
  MlirOperation parent = mlirOperationGetParentOperation(user);
  for (intptr_t i = 0; i < mlirOperationGetNumResults(parent); ++i)
    if (isMemRef(ufResultOf(parent, (int)i)))
      addAlias(aliases, ufResultOf(parent, (int)i));
}

static Life lifeOf(MlirOperation alloc) {
  Life life = {.block = mlirOperationGetBlock(alloc), .last = alloc};
  Aliases aliases = {0};
  addAlias(&aliases, ufResultOf(alloc, 0));
  for (size_t i = 0; i < aliases.count; ++i)
    for (MlirOpOperand use = mlirValueGetFirstUse(aliases.data[i]);
         !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
      MlirOperation user = mlirOpOperandGetOwner(use);
      MlirOperation here = ancestorIn(life.block, user);
      if (here.ptr && mlirOperationIsBeforeInBlock(life.last, here))
        life.last = here;
      followUse(&aliases, &life, user, !isMemRef(aliases.data[i]));
    }
  free(aliases.data);
  return life;
}

//===----------------------------------------------------------------------===//
// Arena and pool
//===----------------------------------------------------------------------===//

/// Whether `value` is defined in `op` or its regions.
static bool isWithin(MlirOperation op, MlirValue value) {
  MlirOperation at =
      mlirValueIsAOpResult(value)
          ? mlirOpResultGetOwner(value)
          : mlirBlockGetParentOperation(mlirBlockArgumentGetOwner(value));
  while (at.ptr && !mlirOperationEqual(at, op))
    at = mlirOperationGetParentOperation(at);
  return at.ptr;
}

/// The loop around `alloc` of which every step can use the same buffer: the
/// outermost of those that its sizes are known before. A null op without one.
static MlirOperation loopToLeave(MlirOperation alloc) {
  MlirOperation loop = {NULL};
  for (MlirOperation parent = mlirOperationGetParentOperation(alloc);
       parent.ptr && ufOpIs(parent, "scf.for");
       parent = mlirOperationGetParentOperation(parent)) {
    for (intptr_t i = 0; i < mlirOperationGetNumOperands(alloc); ++i)
      if (isWithin(parent, mlirOperationGetOperand(alloc, i)))
        return loop;
    loop = parent;
  }
  return loop;
}

/// How many bytes a buffer takes: -1, of which there is no block, when there
/// can not be so many.
static MlirValue bytesOf(UfBuilder *b, MlirType type, const UfSize *sizes) {
  UfSize bytes = ufStatic(ufElementBytes(mlirShapedTypeGetElementType(type)));
  MlirType index = ufIndexType(b);
  MlirValue fits = ufInteger(b, ufI1(b), 1), zero = ufIndex(b, 0);
  for (int i = 0; i < (int)mlirShapedTypeGetRank(type); ++i) {
    if (ufIsStatic(bytes) && ufIsStatic(sizes[i])) {
      bytes = ufSizeMul(b, bytes, sizes[i]);
      continue;
    }
    MlirOperation product =
        ufBuildOp(b, "arith.mului_extended", UF_TYPES(index, index),
                  UF_VALUES(ufSizeValue(b, bytes), ufSizeValue(b, sizes[i])),
                  UF_NO_ATTRS, NULL, 0);
    bytes = (UfSize){.dynamic = ufResultOf(product, 0)};
    fits = ufBinary(b, "arith.andi", fits,
                    ufCompare(b, UF_EQ, ufResultOf(product, 1), zero, false));
  }
  return ufSelect(b, fits, ufSizeValue(b, bytes), ufIndex(b, -1));
}

static void takeFromPool(UfBuilder *b, MlirOperation module, MlirValue call,
                         MlirOperation alloc) {
  Life life = lifeOf(alloc);
  MlirValue buffer = ufResultOf(alloc, 0);
  MlirType type = mlirValueGetType(buffer);
  UfSize sizes[UF_MAX_RANK] = {0};
  MlirOperation loop = {NULL};
  if (!life.escapes)
    loop = loopToLeave(alloc);
  allocSizes(alloc, sizes);
  mlirRewriterBaseSetInsertionPointBefore(b->rewriter, loop.ptr ? loop : alloc);
  MlirValue bytes = bytesOf(b, type, sizes);
  MlirOperation made =
      ufCallExternal(b, module, "ufrtCallAlloc", UF_TYPES(ufPointerType(b)),
                     UF_VALUES(call, ufIndexToI64(b, bytes)));
  MlirValue pointer = ufResultOf(made, 0);
  MlirValue view = bufferAt(b, pointer, type, sizes);
  mlirValueReplaceAllUsesOfWith(buffer, view);
  if (!life.escapes) {
    MlirOperation last = loop.ptr ? loop : life.last;
    if (mlirOperationEqual(last, alloc))
      last = ufDefiningOp(view);
    mlirRewriterBaseSetInsertionPointAfter(b->rewriter, last);
    ufCallExternal(b, module, "ufrtCallFree", (UfTypes){0},
                   UF_VALUES(call, pointer));
  }
  mlirOperationDestroy(alloc);
}

/// An op, and how many ops of the function begin before it and before its end.
typedef struct Position {
  const void *op;
  int32_t begin, end;
} Position;

typedef struct Positions {
  Position *data;
  size_t count, capacity;
} Positions;

static int byOp(const void *x, const void *y) {
  uintptr_t a = (uintptr_t)((const Position *)x)->op;
  uintptr_t b = (uintptr_t)((const Position *)y)->op;
  return a < b ? -1 : a > b;
}

static MlirWalkResult countOp(MlirOperation op, void *userData) {
  (void)op;
  ++*(int32_t *)userData;
  return MlirWalkResultAdvance;
}

static MlirWalkResult addPosition(MlirOperation op, void *userData) {
  Positions *positions = userData;
  if (positions->count == positions->capacity)
    abort(); // they have been counted
  int32_t begin = (int32_t)positions->count, size = 0;
  if (mlirOperationGetNumRegions(op) > 0)
    mlirOperationWalk(op, countOp, &size, MlirWalkPreOrder);
  else
    size = 1;
  positions->data[positions->count++] =
      (Position){op.ptr, begin, begin + size - 1};
  return MlirWalkResultAdvance;
}

/// Where the ops of `func` are, regions included, to be found by byOp().
static Positions listPositions(MlirOperation func) {
  int32_t count = 0;
  mlirOperationWalk(func, countOp, &count, MlirWalkPreOrder);
  Positions positions = {.capacity = (size_t)count};
  positions.data = calloc(positions.capacity, sizeof *positions.data);
  if (!positions.data)
    abort(); // a list of one module's ops
  mlirOperationWalk(func, addPosition, &positions, MlirWalkPreOrder);
  qsort(positions.data, positions.count, sizeof *positions.data, byOp);
  return positions;
}

static const Position *positionOf(const Positions *positions,
                                  MlirOperation op) {
  Position key = {.op = op.ptr};
  return bsearch(&key, positions->data, positions->count,
                 sizeof *positions->data, byOp);
}

/// Whether one buffer does for all that `alloc` makes while the function runs,
/// one after the other: it is in no region but those of ordinary control flow.
static bool isMadeInTurn(MlirBlock body, MlirOperation alloc) {
  MlirOperation op = alloc;
  while (!mlirBlockEqual(mlirOperationGetBlock(op), body)) {
    op = mlirOperationGetParentOperation(op);
    if (!ufOpIs(op, "scf.for") && !ufOpIs(op, "scf.if") &&
        !ufOpIs(op, "scf.while"))
      return false;
  }
  return true;
}

static void takeFromArena(UfBuilder *b, MlirValue arena, MlirOperation alloc,
                          int64_t offset) {
  MlirValue buffer = ufResultOf(alloc, 0);
  mlirRewriterBaseSetInsertionPointBefore(b->rewriter, alloc);
  MlirAttribute dynamic =
      mlirDenseI32ArrayGet(b->ctx, 1, (int32_t[]){INT32_MIN});
  MlirValue pointer = ufBuild(
      b, "llvm.getelementptr", ufPointerType(b),
      UF_VALUES(arena, ufI64Constant(b, offset)),
      UF_ATTRS({"rawConstantIndices", dynamic},
               {"elem_type", mlirTypeAttrGet(ufIntType(b, 8))},
               {"noWrapFlags", mlirIntegerAttrGet(ufIntType(b, 32), 0)}));
  mlirValueReplaceAllUsesOfWith(
      buffer, ufMemRefAt(b, pointer, mlirValueGetType(buffer), NULL));
  mlirOperationDestroy(alloc);
}

int64_t ufBindBuffers(UfBuilder *b, MlirOperation module, MlirOperation func) {
  MlirBlock body = ufFunctionBody(func);
  MlirValue call = mlirBlockGetArgument(body, 0);
  UfOps allocs = ufCollectOps(func, "memref.alloc"), planned = {0};
  Positions positions = listPositions(func);
  UfBufferLife *lives = calloc(allocs.count + 1, sizeof *lives);
  if (!lives)
    abort(); // a list of one module's buffers
  for (size_t i = 0; i < allocs.count; ++i) {
    MlirOperation alloc = allocs.ops[i];
    UfShape shape = ufShape(ufResultOf(alloc, 0));
    int64_t count = ufNumElements(&shape);
    if (count == UF_DYNAMIC || !isMadeInTurn(body, alloc))
      continue;
    Life life = lifeOf(alloc);
    if (life.escapes)
      continue; // the next step of a loop reads it while it makes another
    lives[planned.count] =
        (UfBufferLife){.bytes = count * ufElementBytes(shape.element),
                       .first = positionOf(&positions, alloc)->begin,
                       .last = positionOf(&positions, life.last)->end};
    ufOpsAdd(&planned, alloc);
    allocs.ops[i] = (MlirOperation){NULL};
  }
  int64_t arena = ufPlanArena(lives, planned.count);
  if (planned.count > 0) {
    mlirRewriterBaseSetInsertionPointToStart(b->rewriter, body);
    MlirOperation made =
        ufCallExternal(b, module, "ufrtCallGetArena",
                       UF_TYPES(ufPointerType(b)), UF_VALUES(call));
    for (size_t i = 0; i < planned.count; ++i)
      takeFromArena(b, ufResultOf(made, 0), planned.ops[i], lives[i].offset);
  }
  for (size_t i = 0; i < allocs.count; ++i)
    if (allocs.ops[i].ptr)
      takeFromPool(b, module, call, allocs.ops[i]);
  free(lives);
  free(positions.data);
  ufOpsFree(&planned);
  ufOpsFree(&allocs);
  return arena;
}

/// Puts a small buffer of known size on the stack, at the function's start, so
/// that a loop uses the same one in every step. False when it must not.
static bool takeFromStack(MlirRewriterBase rewriter, MlirOperation func,
                          MlirOperation alloc, int64_t *stackBytes) {
  UfShape shape = ufShape(ufResultOf(alloc, 0));
  int64_t count = ufNumElements(&shape);
  if (count == UF_DYNAMIC || count > MAX_STACK_BYTES)
    return false;
  int64_t bytes = count * ufElementBytes(shape.element);
  if (*stackBytes + bytes > MAX_STACK_BYTES || lifeOf(alloc).escapes)
    return false;
  *stackBytes += bytes;
  mlirRewriterBaseSetInsertionPointToStart(rewriter, ufFunctionBody(func));
  UfBuilder b = {.ctx = mlirOperationGetContext(func),
                 .loc = mlirOperationGetLocation(alloc),
                 .rewriter = rewriter};
  MlirAttribute segments = mlirDenseI32ArrayGet(b.ctx, 2, (int32_t[]){0, 0});
  MlirAttribute alignment = mlirIntegerAttrGet(ufI64(&b), ALIGNMENT);
  MlirValue buffer = ufBuild(
      &b, "memref.alloca", mlirValueGetType(ufResultOf(alloc, 0)), UF_NO_VALUES,
      UF_ATTRS({"operandSegmentSizes", segments}, {"alignment", alignment}));
  mlirValueReplaceAllUsesOfWith(ufResultOf(alloc, 0), buffer);
  mlirOperationDestroy(alloc);
  return true;
}

void ufBindScratch(UfBuilder *b, MlirOperation module, MlirOperation func) {
  MlirValue call = mlirBlockGetArgument(ufFunctionBody(func), 0);
  UfOps allocs = ufCollectOps(func, "memref.alloc");
  int64_t stackBytes = 0;
  for (size_t i = 0; i < allocs.count; ++i)
    if (!takeFromStack(b->rewriter, func, allocs.ops[i], &stackBytes))
      takeFromPool(b, module, call, allocs.ops[i]);
  ufOpsFree(&allocs);
}

void ufBindCopies(MlirOperation module) {
  MlirContext ctx = mlirOperationGetContext(module);
  UfOps copies = ufCollectOps(module, "memref.copy");
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  for (size_t i = 0; i < copies.count; ++i) {
    MlirOperation op = copies.ops[i];
    UfBuilder b = ufBuilderAt(rewriter, op);
    MlirAttribute segments = mlirDenseI32ArrayGet(ctx, 2, (int32_t[]){1, 1});
    MlirRegion region = mlirRegionCreate();
    MlirOperation copy =
        ufBuildOp(&b, "linalg.copy", (UfTypes){0},
                  UF_VALUES(mlirOperationGetOperand(op, 0),
                            mlirOperationGetOperand(op, 1)),
                  UF_ATTRS({"operandSegmentSizes", segments}), &region, 1);
    mlirLinalgFillBuiltinNamedOpRegion(copy);
    mlirOperationDestroy(op);
  }
  ufOpsFree(&copies);
}
