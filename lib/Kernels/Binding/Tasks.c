//===-- Tasks.c - The ufront-forall-to-tasks pass -------------------------===//
//
// Turns every outermost scf.forall into a function over a range [begin, end) of
// its iterations, which the runtime shares out between threads:
//
//   func @k_body(%call, <captures>, %begin, %end)  the loop; pointers noalias
//   func @k_task(%call, %slots, %begin, %end)      a UfrtTask: reads captures
//   ufrtCallParallel(%call, @k_task, %slots, %n)   in place of the forall
//
// Every function gets the runtime's UfrtCall as its first argument.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "IR/MemRef.h"
#include "IR/StringCalls.h"
#include "Kernels/Passes.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CAPTURES = 160, MAX_SLOTS = 768 };

//===----------------------------------------------------------------------===//
// The call argument
//===----------------------------------------------------------------------===//

static MlirWalkResult passCall(MlirOperation op, void *userData) {
  MlirValue *call = userData;
  if (!ufOpIs(op, "func.call"))
    return MlirWalkResultAdvance;
  MlirValue operands[MAX_SLOTS];
  intptr_t count = mlirOperationGetNumOperands(op);
  operands[0] = *call;
  for (intptr_t i = 0; i < count; ++i)
    operands[i + 1] = mlirOperationGetOperand(op, i);
  mlirOperationSetOperands(op, count + 1, operands);
  return MlirWalkResultAdvance;
}

/// Puts `call` before the function's arguments and those of calls in it.
static void addCallArgument(MlirOperation func) {
  MlirContext ctx = mlirOperationGetContext(func);
  UfBuilder b = {.ctx = ctx, .loc = mlirOperationGetLocation(func)};
  MlirBlock body = ufFunctionBody(func);
  MlirValue call = mlirBlockInsertArgument(body, 0, ufPointerType(&b), b.loc);
  mlirOperationWalk(func, passCall, &call, MlirWalkPreOrder);
  MlirAttribute attrs =
      mlirOperationGetInherentAttributeByName(func, ufStr("arg_attrs"));
  if (!mlirAttributeIsNull(attrs)) {
    intptr_t count = mlirArrayAttrGetNumElements(attrs);
    MlirAttribute *moved = malloc(sizeof *moved * (size_t)(count + 1));
    moved[0] = mlirDictionaryAttrGet(ctx, 0, NULL);
    for (intptr_t i = 0; i < count; ++i)
      moved[i + 1] = mlirArrayAttrGetElement(attrs, i);
    mlirOperationSetInherentAttributeByName(
        func, ufStr("arg_attrs"), mlirArrayAttrGet(ctx, count + 1, moved));
    free(moved);
  }
  ufUpdateFunctionType(func);
}

/// The same in the type of an external function.
static void declareCallArgument(MlirOperation func) {
  UfBuilder b = {.ctx = mlirOperationGetContext(func)};
  MlirType types[UF_MAX_VALUES];
  MlirType old = mlirTypeAttrGetValue(
      mlirOperationGetInherentAttributeByName(func, ufStr("function_type")));
  intptr_t count = mlirFunctionTypeGetNumInputs(old);
  intptr_t numResults = mlirFunctionTypeGetNumResults(old);
  if (count >= UF_MAX_VALUES || numResults > 1)
    return;
  MlirType result =
      numResults ? mlirFunctionTypeGetResult(old, 0) : (MlirType){NULL};
  types[0] = ufPointerType(&b);
  for (intptr_t i = 0; i < count; ++i)
    types[i + 1] = mlirFunctionTypeGetInput(old, i);
  mlirOperationSetInherentAttributeByName(
      func, ufStr("function_type"),
      mlirTypeAttrGet(
          mlirFunctionTypeGet(b.ctx, count + 1, types, numResults, &result)));
}

//===----------------------------------------------------------------------===//
// Captures
//===----------------------------------------------------------------------===//

typedef struct Task {
  MlirOperation module, func, forall;
  MlirBlock loopBody; ///< Of the forall, then of the loop it becomes.
  MlirValue outer[MAX_CAPTURES]; ///< Values of the function around.
  MlirValue inner[MAX_CAPTURES]; ///< What they are in the body function.
  int numCaptures;
  bool tooMany;
} Task;

static bool isScalarConstant(MlirValue value) {
  MlirOperation op = ufDefiningOp(value);
  return op.ptr && ufOpIs(op, "arith.constant");
}

static MlirWalkResult collectCaptures(MlirOperation op, void *userData) {
  Task *task = userData;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue value = mlirOperationGetOperand(op, i);
    if (ufIsInside(task->loopBody, value))
      continue;
    if (isScalarConstant(value)) {
      MlirOperation copy = mlirOperationClone(ufDefiningOp(value));
      mlirBlockInsertOwnedOperation(task->loopBody, 0, copy);
      mlirOperationSetOperand(op, i, ufResultOf(copy, 0));
      continue;
    }
    int known = 0;
    while (known < task->numCaptures &&
           !mlirValueEqual(task->outer[known], value))
      ++known;
    if (known == MAX_CAPTURES)
      task->tooMany = true;
    else if (known == task->numCaptures)
      task->outer[task->numCaptures++] = value;
  }
  return MlirWalkResultAdvance;
}

static MlirWalkResult replaceCaptures(MlirOperation op, void *userData) {
  Task *task = userData;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
    for (int k = 0; k < task->numCaptures; ++k)
      if (mlirValueEqual(mlirOperationGetOperand(op, i), task->outer[k])) {
        mlirOperationSetOperand(op, i, task->inner[k]);
        break;
      }
  return MlirWalkResultAdvance;
}

static bool isMemRef(MlirType type) { return mlirTypeIsAMemRef(type); }

/// Types of the body function's arguments that stand for captures.
static int captureTypes(UfBuilder *b, const Task *task, MlirType *types) {
  int count = 0;
  for (int i = 0; i < task->numCaptures; ++i) {
    MlirType type = mlirValueGetType(task->outer[i]);
    if (!isMemRef(type)) {
      types[count++] = type;
      continue;
    }
    types[count++] = ufPointerType(b);
    for (int k = ufNumOpen(type); k > 0; --k)
      types[count++] = ufI64(b);
  }
  return count;
}

//===----------------------------------------------------------------------===//
// The body: a loop over the range
//===----------------------------------------------------------------------===//

/// Bounds of a forall, and its number of iterations per dimension.
typedef struct Range {
  int rank;
  UfSize lower[UF_MAX_RANK], step[UF_MAX_RANK], count[UF_MAX_RANK];
} Range;

static void readBounds(MlirOperation forall, const char *name, intptr_t *at,
                       UfSize *sizes) {
  MlirAttribute list =
      mlirOperationGetInherentAttributeByName(forall, ufStr(name));
  for (intptr_t i = 0; i < mlirDenseArrayGetNumElements(list); ++i) {
    sizes[i] = ufStatic(mlirDenseI64ArrayGetElement(list, i));
    if (sizes[i].value == UF_DYNAMIC)
      sizes[i].dynamic = mlirOperationGetOperand(forall, (*at)++);
  }
}

static void readRange(UfBuilder *b, MlirOperation forall, Range *range) {
  UfSize upper[UF_MAX_RANK] = {0};
  intptr_t at = 0;
  range->rank = (int)mlirDenseArrayGetNumElements(
      mlirOperationGetInherentAttributeByName(forall, ufStr("staticStep")));
  readBounds(forall, "staticLowerBound", &at, range->lower);
  readBounds(forall, "staticUpperBound", &at, upper);
  readBounds(forall, "staticStep", &at, range->step);
  for (int i = 0; i < range->rank; ++i) {
    UfSize length = ufSizeSub(b, upper[i], range->lower[i]);
    UfSize rounded =
        ufSizeAdd(b, length, ufSizeSub(b, range->step[i], ufStatic(1)));
    range->count[i] = ufSizeDiv(b, rounded, range->step[i]);
  }
}

/// A size as seen from the body function.
static UfSize innerSize(const Task *task, UfSize size) {
  for (int i = 0; i < task->numCaptures && !ufIsStatic(size); ++i)
    if (mlirValueEqual(task->outer[i], size.dynamic)) {
      size.dynamic = task->inner[i];
      break;
    }
  return size;
}

/// Adds the range's run-time sizes to the captures.
static void captureSizes(Task *task, const UfSize *sizes, int rank) {
  for (int i = 0; i < rank; ++i) {
    if (ufIsStatic(sizes[i]))
      continue;
    int known = 0;
    while (known < task->numCaptures &&
           !mlirValueEqual(task->outer[known], sizes[i].dynamic))
      ++known;
    if (known == MAX_CAPTURES)
      task->tooMany = true;
    else if (known == task->numCaptures)
      task->outer[task->numCaptures++] = sizes[i].dynamic;
  }
}

/// Moves the forall's body into `scf.for %i = %begin to %end` in `func`.
static void buildBody(Task *task, const Range *range, MlirOperation func) {
  UfBuilder b = {.ctx = mlirOperationGetContext(func),
                 .loc = mlirOperationGetLocation(task->forall),
                 .block = ufFunctionBody(func)};
  int at = 1;
  for (int i = 0; i < task->numCaptures; ++i) {
    MlirType type = mlirValueGetType(task->outer[i]);
    MlirValue argument = mlirBlockGetArgument(b.block, at++);
    MlirValue dynamic[2 * UF_MAX_RANK];
    task->inner[i] = argument;
    if (!isMemRef(type))
      continue;
    ufSetArgAttr(func, at - 1, "llvm.noalias", mlirUnitAttrGet(b.ctx));
    int numDynamic = ufNumOpen(type);
    for (int k = 0; k < numDynamic; ++k)
      dynamic[k] = mlirBlockGetArgument(b.block, at++);
    MlirType plain = ufWithoutOpenOffset(type);
    task->inner[i] = ufMemRefAt(&b, argument, plain, dynamic);
    if (!mlirTypeEqual(plain, type))
      task->inner[i] = ufBuild(&b, "memref.cast", type,
                               UF_VALUES(task->inner[i]), UF_NO_ATTRS);
  }
  MlirValue begin = mlirBlockGetArgument(b.block, at);
  MlirValue end = mlirBlockGetArgument(b.block, at + 1);
  MlirType index = ufIndexType(&b);
  MlirRegion region = mlirRegionCreate();
  MlirBlock loop = mlirBlockCreate(1, &index, &b.loc);
  mlirRegionAppendOwnedBlock(region, loop);
  UfBuilder in = ufBuilderIn(&b, loop);
  // The last dimension runs fastest.
  MlirValue rest = mlirBlockGetArgument(loop, 0);
  MlirValue ivs[UF_MAX_RANK];
  for (int i = range->rank - 1; i >= 0; --i) {
    MlirValue count = ufSizeValue(&in, innerSize(task, range->count[i]));
    MlirValue at0 = i ? ufBinary(&in, "arith.remui", rest, count) : rest;
    if (i)
      rest = ufBinary(&in, "arith.divui", rest, count);
    MlirValue step = ufSizeValue(&in, innerSize(task, range->step[i]));
    MlirValue lower = ufSizeValue(&in, innerSize(task, range->lower[i]));
    ivs[i] = ufBinary(&in, "arith.addi", ufBinary(&in, "arith.muli", at0, step),
                      lower);
  }
  for (int i = 0; i < range->rank; ++i)
    mlirValueReplaceAllUsesOfWith(mlirBlockGetArgument(task->loopBody, i),
                                  ivs[i]);
  MlirOperation next;
  for (MlirOperation op = mlirBlockGetFirstOperation(task->loopBody); op.ptr;
       op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (ufOpIs(op, "scf.forall.in_parallel"))
      continue;
    mlirOperationRemoveFromParent(op);
    mlirBlockAppendOwnedOperation(loop, op);
    mlirOperationWalk(op, replaceCaptures, task, MlirWalkPreOrder);
  }
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS, NULL, 0);
  ufBuildOp(&b, "scf.for", (UfTypes){0}, UF_VALUES(begin, end, ufIndex(&b, 1)),
            UF_NO_ATTRS, &region, 1);
  ufBuildOp(&b, "func.return", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS, NULL,
            0);
}

//===----------------------------------------------------------------------===//
// The task: captures from slots
//===----------------------------------------------------------------------===//

static MlirValue slotAt(UfBuilder *b, MlirValue slots, int slot) {
  MlirAttribute index = mlirDenseI32ArrayGet(b->ctx, 1, (int32_t[]){slot});
  return ufBuild(
      b, "llvm.getelementptr", ufPointerType(b), UF_VALUES(slots),
      UF_ATTRS({"rawConstantIndices", index},
               {"elem_type", mlirTypeAttrGet(ufI64(b))},
               {"noWrapFlags", mlirIntegerAttrGet(ufIntType(b, 32), 0)}));
}

/// The type a capture has in its slot.
static MlirType slotType(UfBuilder *b, MlirType type) {
  return mlirTypeIsAIndex(type) ? ufI64(b) : type;
}

static void buildTask(const Task *task, MlirOperation taskFunc,
                      const char *bodyName, const MlirType *types, int count) {
  UfBuilder b = {.ctx = mlirOperationGetContext(taskFunc),
                 .loc = mlirOperationGetLocation(task->forall),
                 .block = ufFunctionBody(taskFunc)};
  MlirValue operands[MAX_SLOTS];
  operands[0] = mlirBlockGetArgument(b.block, 0);
  for (int i = 0; i < count; ++i) {
    MlirValue slot = slotAt(&b, mlirBlockGetArgument(b.block, 1), i);
    MlirValue value = ufBuild(&b, "llvm.load", slotType(&b, types[i]),
                              UF_VALUES(slot), UF_NO_ATTRS);
    operands[i + 1] = mlirTypeIsAIndex(types[i])
                          ? ufBuild(&b, "arith.index_cast", types[i],
                                    UF_VALUES(value), UF_NO_ATTRS)
                          : value;
  }
  for (int i = 0; i < 2; ++i)
    operands[count + 1 + i] =
        ufBuild(&b, "arith.index_cast", ufIndexType(&b),
                UF_VALUES(mlirBlockGetArgument(b.block, 2 + i)), UF_NO_ATTRS);
  ufBuildOp(
      &b, "func.call", (UfTypes){0}, (UfValues){operands, count + 3},
      UF_ATTRS({"callee", mlirFlatSymbolRefAttrGet(b.ctx, ufStr(bodyName))}),
      NULL, 0);
  ufBuildOp(&b, "func.return", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS, NULL,
            0);
}

/// Stores the captures into slots on the stack and calls the runtime.
static void buildParallelCall(UfBuilder *b, const Task *task,
                              const Range *range, MlirOperation taskFunc,
                              int numSlots) {
  MlirBlock entry = ufFunctionBody(task->func);
  UF_SCOPED(MlirRewriterBase) top = mlirIRRewriterCreate(b->ctx);
  mlirRewriterBaseSetInsertionPointToStart(top, entry);
  UfBuilder start = {.ctx = b->ctx, .loc = b->loc, .rewriter = top};
  MlirValue slots =
      ufBuild(&start, "llvm.alloca", ufPointerType(b),
              UF_VALUES(ufI64Constant(&start, numSlots ? numSlots : 1)),
              UF_ATTRS({"elem_type", mlirTypeAttrGet(ufI64(b))}));
  int slot = 0;
  for (int i = 0; i < task->numCaptures; ++i) {
    MlirValue values[1 + 2 * UF_MAX_RANK];
    MlirType type = mlirValueGetType(task->outer[i]);
    int count = 1;
    if (isMemRef(type)) {
      values[0] = ufMemRefPointer(b, task->outer[i], values + 1);
      count += ufNumOpen(type);
    } else
      values[0] = mlirTypeIsAIndex(type) ? ufIndexToI64(b, task->outer[i])
                                         : task->outer[i];
    for (int k = 0; k < count; ++k)
      ufBuildOp(b, "llvm.store", (UfTypes){0},
                UF_VALUES(values[k], slotAt(b, slots, slot++)), UF_NO_ATTRS,
                NULL, 0);
  }
  UfSize tiles = ufStatic(1);
  for (int i = 0; i < range->rank; ++i)
    tiles = ufSizeMul(b, tiles, range->count[i]);
  MlirAttribute name =
      mlirOperationGetInherentAttributeByName(taskFunc, ufStr("sym_name"));
  MlirAttribute type =
      mlirOperationGetInherentAttributeByName(taskFunc, ufStr("function_type"));
  MlirValue pointer =
      ufBuild(b, "func.constant", mlirTypeAttrGetValue(type), UF_NO_VALUES,
              UF_ATTRS({"value", mlirFlatSymbolRefAttrGet(
                                     b->ctx, mlirStringAttrGetValue(name))}));
  ufCallExternal(b, task->module, "ufrtCallParallel", (UfTypes){0},
                 UF_VALUES(mlirBlockGetArgument(entry, 0), pointer, slots,
                           ufIndexToI64(b, ufSizeValue(b, tiles))));
}

//===----------------------------------------------------------------------===//

static MlirLogicalResult makeTask(MlirOperation module, MlirOperation func,
                                  MlirOperation forall, int number) {
  MlirContext ctx = mlirOperationGetContext(func);
  MlirLocation loc = mlirOperationGetLocation(forall);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfBuilder b = ufBuilderAt(rewriter, forall);
  Task task = {.module = module, .func = func, .forall = forall};
  task.loopBody = mlirRegionGetFirstBlock(mlirOperationGetRegion(forall, 0));
  Range range = {0};
  readRange(&b, forall, &range);
  for (MlirOperation op = mlirBlockGetFirstOperation(task.loopBody); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    mlirOperationWalk(op, collectCaptures, &task, MlirWalkPreOrder);
  captureSizes(&task, range.lower, range.rank);
  captureSizes(&task, range.step, range.rank);
  captureSizes(&task, range.count, range.rank);

  MlirType types[MAX_SLOTS + 4];
  types[0] = ufPointerType(&b);
  int count = task.tooMany ? 0 : captureTypes(&b, &task, types + 1);
  if (task.tooMany || count > MAX_SLOTS - 4)
    return ufError(loc, "a kernel reads more than %d values", MAX_CAPTURES);
  types[count + 1] = types[count + 2] = ufIndexType(&b);

  MlirStringRef parent = mlirStringAttrGetValue(
      mlirOperationGetInherentAttributeByName(func, ufStr("sym_name")));
  char bodyName[256], taskName[256];
  snprintf(bodyName, sizeof bodyName, "%.*s_body%d", (int)parent.length,
           parent.data, number);
  snprintf(taskName, sizeof taskName, "%.*s_task%d", (int)parent.length,
           parent.data, number);
  MlirOperation body =
      ufCreateFunction(module, loc, bodyName, (UfTypes){types, count + 3},
                       (UfTypes){0}, "private");
  ufMark(body, UF_KERNEL_ATTR);
  MlirOperation taskFunc = ufCreateFunction(
      module, loc, taskName, UF_TYPES(types[0], types[0], ufI64(&b), ufI64(&b)),
      (UfTypes){0}, "private");
  ufMark(taskFunc, UF_TASK_ATTR);
  buildParallelCall(&b, &task, &range, taskFunc, count);
  buildBody(&task, &range, body);
  buildTask(&task, taskFunc, bodyName, types + 1, count);
  mlirOperationDestroy(forall);
  return mlirLogicalResultSuccess();
}

static MlirWalkResult collectForall(MlirOperation op, void *userData) {
  if (!ufOpIs(op, "scf.forall"))
    return MlirWalkResultAdvance;
  ufOpsAdd(userData, op);
  return MlirWalkResultSkip; // inner ones run in place
}

static MlirLogicalResult run(MlirOperation module, MlirPass pass) {
  (void)pass;
  MlirLogicalResult result = mlirLogicalResultSuccess();
  UfOps funcs = ufCollectFunctions(module);
  MlirOperation enter = ufFindFunction(module, "ufrtCallEnter");
  if (enter.ptr)
    declareCallArgument(enter);
  for (const UfStringCall *call = ufStringCalls; call->name; ++call) {
    MlirOperation declared = ufFindFunction(module, call->name);
    if (declared.ptr)
      declareCallArgument(declared);
  }
  for (size_t f = 0; f < funcs.count; ++f)
    addCallArgument(funcs.ops[f]);
  for (size_t f = 0; f < funcs.count; ++f) {
    UfOps foralls = {0};
    mlirOperationWalk(funcs.ops[f], collectForall, &foralls, MlirWalkPreOrder);
    for (size_t i = 0; i < foralls.count; ++i)
      if (mlirLogicalResultIsFailure(
              makeTask(module, funcs.ops[f], foralls.ops[i], (int)i)))
        result = mlirLogicalResultFailure();
    ufOpsFree(&foralls);
  }
  ufOpsFree(&funcs);
  return result;
}

const UfShimPass ufPassTasks = {
    .name = "UfrontForallToTasks",
    .argument = "ufront-forall-to-tasks",
    .description = "Makes parallel loops functions that threads share out",
    .opName = "builtin.module",
    .dialects =
        (const char *const[]){"llvm", "func", "scf", "memref", "arith", NULL},
    .run = run,
};
