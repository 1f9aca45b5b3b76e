//===-- HoistWeights.c - The ufront-hoist-weights pass --------------------===//
//
// Moves what linalg and tensor ops of @forward compute from weights alone, such
// as their packing, into @init, which runs once when the model is loaded. A
// weight that only such an op read is no argument of @forward any more, and
// what only @init itself reads is no result of it.
//
// ufront-hoist-params did the same before lowering; this is about the work that
// lowering added.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Passes.h"

#include <stdlib.h>
#include <string.h>

enum {
  /// How far back ops that compute nothing are followed.
  MAX_DEPTH = 8,
  /// Results may have this many elements more than twice those of the weights:
  /// repeating a weight is done where it is needed.
  MAX_GROWTH = 1024,
};

/// Marks put on ops while the pass runs; gone when it ends.
#define HOISTED_ATTR "ufront.hoisted"

static bool isOneOf(MlirOperation op, const char *const *names) {
  for (; *names; ++names)
    if (ufOpIs(op, *names))
      return true;
  return false;
}

static bool isLinalg(MlirOperation op) {
  MlirStringRef name = ufOpName(op);
  return name.length > 7 && memcmp(name.data, "linalg.", 7) == 0;
}

/// Ops that are copied along with what reads them.
static bool isFree(MlirOperation op) {
  static const char *const names[] = {
      "tensor.expand_shape", "tensor.collapse_shape",
      "tensor.cast",         "tensor.extract_slice",
      "tensor.empty",        "arith.constant",
      "linalg.fill",         NULL};
  return isOneOf(op, names);
}

/// Ops that are moved.
static bool isWork(MlirOperation op) {
  static const char *const notWork[] = {"linalg.fill", "linalg.index",
                                        "linalg.yield", NULL};
  static const char *const work[] = {"tensor.pad", "tensor.concat",
                                     "tensor.insert_slice", NULL};
  return isLinalg(op) ? !isOneOf(op, notWork) : isOneOf(op, work);
}

//===----------------------------------------------------------------------===//
// What depends on weights alone
//===----------------------------------------------------------------------===//

typedef enum Source { OTHER, CONSTANT, WEIGHT } Source;

static MlirOperation ownerOf(MlirValue argument) {
  return mlirBlockGetParentOperation(mlirBlockArgumentGetOwner(argument));
}

bool ufIsWeight(MlirOperation func, intptr_t i) {
  return !mlirAttributeIsNull(ufArgAttr(func, i, "ufront.sym")) ||
         !mlirAttributeIsNull(ufArgAttr(func, i, "ufront.init"));
}

static bool isWeightArgument(MlirValue value) {
  MlirOperation func = ownerOf(value);
  return func.ptr && ufOpIs(func, "func.func") &&
         ufIsWeight(func, mlirBlockArgumentGetArgNumber(value));
}

static Source sourceOf(MlirValue value, int depth) {
  MlirOperation op = ufDefiningOp(value);
  if (!op.ptr)
    return isWeightArgument(value) ? WEIGHT : OTHER;
  if (ufIsMarked(op, HOISTED_ATTR))
    return WEIGHT;
  if (!isFree(op) || depth == MAX_DEPTH)
    return OTHER;
  Source source = CONSTANT;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    Source from = sourceOf(mlirOperationGetOperand(op, i), depth + 1);
    if (from == OTHER)
      return OTHER;
    source = from == WEIGHT ? WEIGHT : source;
  }
  return source;
}

bool ufDependsOnWeights(MlirValue value) {
  return sourceOf(value, 0) == WEIGHT;
}

/// Whether `value` is defined in a region of `op`.
static bool isInside(MlirOperation op, MlirValue value) {
  MlirOperation parent =
      mlirValueIsAOpResult(value)
          ? mlirOperationGetParentOperation(mlirOpResultGetOwner(value))
          : ownerOf(value);
  for (; parent.ptr; parent = mlirOperationGetParentOperation(parent))
    if (mlirOperationEqual(parent, op))
      return true;
  return false;
}

typedef struct Reading {
  MlirOperation op;
  bool isOther;
  int64_t elements; ///< Of the weights that are read.
} Reading;

static int64_t numElements(MlirValue value) {
  MlirType type = mlirValueGetType(value);
  if (!ufIsRankedTensor(type))
    return 1;
  UfShape shape = ufShapeOfType(type);
  return ufNumElements(&shape);
}

/// Adds what `op`, which is reading->op or inside it, reads from outside.
static MlirWalkResult readOperands(MlirOperation op, void *userData) {
  Reading *reading = userData;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (isInside(reading->op, operand))
      continue;
    Source source = sourceOf(operand, 0);
    reading->isOther |= source == OTHER;
    int64_t elements = numElements(operand);
    if (source == WEIGHT && elements != UF_DYNAMIC)
      reading->elements += elements;
  }
  return reading->isOther ? MlirWalkResultInterrupt : MlirWalkResultAdvance;
}

/// Whether a use overwrites `value`, which arguments do not allow.
static bool isOverwritten(MlirValue value) {
  for (MlirOpOperand use = mlirValueGetFirstUse(value);
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    intptr_t operand = (intptr_t)mlirOpOperandGetOperandNumber(use);
    intptr_t numInputs =
        mlirOperationGetNumOperands(user) - mlirOperationGetNumResults(user);
    if (isLinalg(user) ? operand >= numInputs
                       : ufOpIs(user, "tensor.insert_slice") && operand == 1)
      return true;
  }
  return false;
}

/// Marks `op` if it can be computed when the model is loaded. What is in the
/// body of a loop can, too: weights are the same in every iteration.
static MlirWalkResult markOp(MlirOperation op, void *userData) {
  UfOps *moved = userData;
  if (!isWork(op) || mlirOperationGetNumResults(op) != 1)
    return MlirWalkResultAdvance;
  MlirValue result = ufResultOf(op, 0);
  int64_t elements = numElements(result);
  if (elements == UF_DYNAMIC ||
      mlirOpOperandIsNull(mlirValueGetFirstUse(result)) ||
      isOverwritten(result))
    return MlirWalkResultAdvance;
  Reading reading = {.op = op};
  mlirOperationWalk(op, readOperands, &reading, MlirWalkPreOrder);
  if (reading.isOther || reading.elements == 0 ||
      elements > 2 * reading.elements + MAX_GROWTH)
    return MlirWalkResultAdvance;
  ufMark(op, HOISTED_ATTR);
  ufOpsAdd(moved, op);
  return MlirWalkResultAdvance;
}

//===----------------------------------------------------------------------===//
// Moving
//===----------------------------------------------------------------------===//

typedef struct Hoisting {
  MlirOperation forward, init;
  MlirOperation op; ///< Being moved.
} Hoisting;

static MlirBlock initBody(const Hoisting *hoisting) {
  return ufFunctionBody(hoisting->init);
}

static void appendOp(const Hoisting *hoisting, MlirOperation op) {
  MlirBlock body = initBody(hoisting);
  mlirBlockInsertOwnedOperationBefore(body, mlirBlockGetTerminator(body), op);
}

/// What @init has for the weight that is an argument of @forward.
static MlirValue weightInInit(const Hoisting *hoisting, MlirValue argument) {
  intptr_t i = mlirBlockArgumentGetArgNumber(argument);
  MlirAttribute index = ufArgAttr(hoisting->forward, i, "ufront.init");
  MlirBlock body = initBody(hoisting);
  if (!mlirAttributeIsNull(index))
    return mlirOperationGetOperand(mlirBlockGetTerminator(body),
                                   mlirIntegerAttrGetValueInt(index));
  MlirAttribute sym = ufArgAttr(hoisting->forward, i, "ufront.sym");
  intptr_t count = mlirBlockGetNumArguments(body);
  for (intptr_t k = 0; k < count; ++k)
    if (mlirAttributeEqual(ufArgAttr(hoisting->init, k, "ufront.sym"), sym))
      return mlirBlockGetArgument(body, k);
  MlirValue added =
      mlirBlockAddArgument(body, mlirValueGetType(argument),
                           mlirOperationGetLocation(hoisting->forward));
  ufSetArgAttr(hoisting->init, count, "ufront.sym", sym);
  return added;
}

/// `value` as @init has it; ops that compute nothing are copied.
static MlirValue bring(const Hoisting *hoisting, MlirValue value) {
  MlirOperation from = ufDefiningOp(value);
  if (!from.ptr)
    return weightInInit(hoisting, value);
  if (mlirBlockEqual(mlirOperationGetBlock(from), initBody(hoisting)))
    return value;
  MlirOperation copy = mlirOperationClone(from);
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(copy); ++i)
    mlirOperationSetOperand(copy, i,
                            bring(hoisting, mlirOperationGetOperand(from, i)));
  appendOp(hoisting, copy);
  return ufResultOf(copy, 0);
}

static MlirWalkResult bringOperands(MlirOperation op, void *userData) {
  const Hoisting *hoisting = userData;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!isInside(hoisting->op, operand))
      mlirOperationSetOperand(op, i, bring(hoisting, operand));
  }
  return MlirWalkResultAdvance;
}

static void moveOp(Hoisting *hoisting, MlirOperation op) {
  mlirOperationRemoveDiscardableAttributeByName(op, ufStr(HOISTED_ATTR));
  hoisting->op = op;
  mlirOperationWalk(op, bringOperands, hoisting, MlirWalkPreOrder);
  mlirOperationRemoveFromParent(op);
  appendOp(hoisting, op);
}

/// A use of `value` in @forward; null when there is none.
static MlirOpOperand useOutside(const Hoisting *hoisting, MlirValue value) {
  MlirOpOperand use = mlirValueGetFirstUse(value);
  for (; !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    while (user.ptr && !mlirOperationEqual(user, hoisting->init))
      user = mlirOperationGetParentOperation(user);
    if (!user.ptr)
      return use;
  }
  return use;
}

/// Gives every use of `value` in @forward a new argument for result `index` of
/// @init. False when there is no use.
static bool replaceOutside(const Hoisting *hoisting, MlirValue value,
                           intptr_t index) {
  MlirOpOperand use = useOutside(hoisting, value);
  if (mlirOpOperandIsNull(use))
    return false;
  MlirBlock body = ufFunctionBody(hoisting->forward);
  intptr_t count = mlirBlockGetNumArguments(body);
  MlirValue argument =
      mlirBlockAddArgument(body, mlirValueGetType(value),
                           mlirOperationGetLocation(hoisting->forward));
  MlirType i64 =
      mlirIntegerTypeGet(mlirOperationGetContext(hoisting->forward), 64);
  ufSetArgAttr(hoisting->forward, count, "ufront.init",
               mlirIntegerAttrGet(i64, index));
  for (; !mlirOpOperandIsNull(use); use = useOutside(hoisting, value))
    mlirOperationSetOperand(mlirOpOperandGetOwner(use),
                            mlirOpOperandGetOperandNumber(use), argument);
  return true;
}

/// Makes results of @init of what moved and @forward reads.
static void returnMoved(const Hoisting *hoisting, const UfOps *moved) {
  MlirOperation end = mlirBlockGetTerminator(initBody(hoisting));
  intptr_t count = mlirOperationGetNumOperands(end);
  MlirValue *results = calloc((size_t)count + moved->count, sizeof *results);
  if (!results)
    abort(); // one entry per moved op
  for (intptr_t i = 0; i < count; ++i)
    results[i] = mlirOperationGetOperand(end, i);
  for (size_t i = 0; i < moved->count; ++i) {
    MlirValue result = ufResultOf(moved->ops[i], 0);
    if (replaceOutside(hoisting, result, count))
      results[count++] = result;
  }
  mlirOperationSetOperands(end, count, results);
  free(results);
}

//===----------------------------------------------------------------------===//
// Dropping what is not read any more
//===----------------------------------------------------------------------===//

static void eraseUnread(MlirBlock body) {
  UfOps all = {0};
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    if (isFree(op))
      ufOpsAdd(&all, op);
  for (size_t i = all.count; i-- > 0;)
    if (mlirOpOperandIsNull(mlirValueGetFirstUse(ufResultOf(all.ops[i], 0))))
      mlirOperationDestroy(all.ops[i]);
  ufOpsFree(&all);
}

/// Drops the weights that @forward does not read.
static void dropArguments(MlirOperation forward) {
  MlirContext ctx = mlirOperationGetContext(forward);
  MlirBlock body = ufFunctionBody(forward);
  intptr_t count = mlirBlockGetNumArguments(body), numKept = 0;
  MlirAttribute attrs =
      mlirOperationGetInherentAttributeByName(forward, ufStr("arg_attrs"));
  intptr_t numAttrs =
      mlirAttributeIsNull(attrs) ? 0 : mlirArrayAttrGetNumElements(attrs);
  MlirAttribute *kept = calloc((size_t)count + 1, sizeof *kept);
  if (!kept)
    abort(); // one entry per argument
  for (intptr_t i = 0, at = 0; i < count; ++i) {
    MlirValue argument = mlirBlockGetArgument(body, at);
    MlirAttribute entry = i < numAttrs ? mlirArrayAttrGetElement(attrs, i)
                                       : mlirDictionaryAttrGet(ctx, 0, NULL);
    bool isWeight =
        !mlirAttributeIsNull(
            mlirDictionaryAttrGetElementByName(entry, ufStr("ufront.sym"))) ||
        !mlirAttributeIsNull(
            mlirDictionaryAttrGetElementByName(entry, ufStr("ufront.init")));
    if (isWeight && mlirOpOperandIsNull(mlirValueGetFirstUse(argument))) {
      mlirBlockEraseArgument(body, (unsigned)at);
      continue;
    }
    kept[numKept++] = entry;
    ++at;
  }
  mlirOperationSetInherentAttributeByName(forward, ufStr("arg_attrs"),
                                          mlirArrayAttrGet(ctx, numKept, kept));
  free(kept);
}

/// Drops the results of @init that @forward does not read, and numbers the
/// others again.
static void dropResults(const Hoisting *hoisting) {
  MlirOperation forward = hoisting->forward;
  MlirOperation end = mlirBlockGetTerminator(initBody(hoisting));
  intptr_t count = mlirOperationGetNumOperands(end), numKept = 0;
  intptr_t numArguments = mlirBlockGetNumArguments(ufFunctionBody(forward));
  intptr_t *readers = calloc((size_t)count + 1, sizeof *readers);
  MlirValue *kept = calloc((size_t)count + 1, sizeof *kept);
  if (!readers || !kept)
    abort(); // one entry per result
  for (intptr_t i = 0; i < numArguments; ++i) {
    MlirAttribute index = ufArgAttr(forward, i, "ufront.init");
    if (!mlirAttributeIsNull(index))
      readers[mlirIntegerAttrGetValueInt(index)] = i + 1;
  }
  MlirType i64 = mlirIntegerTypeGet(mlirOperationGetContext(forward), 64);
  for (intptr_t i = 0; i < count; ++i) {
    if (!readers[i])
      continue;
    if (numKept != i)
      ufSetArgAttr(forward, readers[i] - 1, "ufront.init",
                   mlirIntegerAttrGet(i64, numKept));
    kept[numKept++] = mlirOperationGetOperand(end, i);
  }
  mlirOperationSetOperands(end, numKept, kept);
  free(readers);
  free(kept);
}

//===----------------------------------------------------------------------===//

static MlirOperation createInit(MlirOperation module, MlirLocation loc) {
  MlirOperation init =
      ufCreateFunction(module, loc, "init", (UfTypes){0}, (UfTypes){0}, NULL);
  UfBuilder b = {.ctx = mlirOperationGetContext(module),
                 .loc = loc,
                 .block = ufFunctionBody(init)};
  ufBuildOp(&b, "func.return", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS, NULL,
            0);
  return init;
}

static MlirLogicalResult run(MlirOperation module, MlirPass pass) {
  (void)pass;
  Hoisting hoisting = {.forward = ufFindFunction(module, "forward"),
                       .init = ufFindFunction(module, "init")};
  UfOps moved = {0};
  if (!hoisting.forward.ptr ||
      mlirBlockIsNull(ufFunctionBody(hoisting.forward)))
    return mlirLogicalResultSuccess();
  mlirOperationWalk(hoisting.forward, markOp, &moved, MlirWalkPreOrder);
  if (moved.count == 0)
    return mlirLogicalResultSuccess();
  if (!hoisting.init.ptr)
    hoisting.init =
        createInit(module, mlirOperationGetLocation(hoisting.forward));
  for (size_t i = 0; i < moved.count; ++i)
    moveOp(&hoisting, moved.ops[i]);
  returnMoved(&hoisting, &moved);
  ufOpsFree(&moved);
  eraseUnread(ufFunctionBody(hoisting.forward));
  dropArguments(hoisting.forward);
  dropResults(&hoisting);
  ufUpdateFunctionType(hoisting.forward);
  ufUpdateFunctionType(hoisting.init);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassHoistWeights = {
    .name = "UfrontHoistWeights",
    .argument = "ufront-hoist-weights",
    .description = "Moves what lowering computes from weights alone into @init",
    .opName = "builtin.module",
    .dialects =
        (const char *const[]){"linalg", "tensor", "func", "arith", NULL},
    .run = run,
};
