//===-- Params.c - Moving work on weights to load time --------------------===//
//
// ufront-hoist-params moves every subgraph of @forward that depends on weights,
// constants and large fills alone into a function @init, which runs once when
// the model is loaded; its results are weights themselves, called "init.0",
// "init.1", ...
//
// ufront-params-to-arguments turns every ufront.param into an argument that
// carries `ufront.sym`, or `ufront.init` when @init computes it, which is how
// weights look from linalg down.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"
#include "IR/Function.h"

#include <stdlib.h>
#include <string.h>

static bool isRow(MlirOperation op, const char *name) {
  const UfOp *row = op.ptr ? ufOpOf(op) : NULL;
  return row && strcmp(row->name, name) == 0;
}

//===----------------------------------------------------------------------===//
// ufront-hoist-params
//===----------------------------------------------------------------------===//

/// Marks put on ops while the pass runs; gone when it ends.
static const char hoisted[] = "ufront.hoisted";

static bool isMarked(MlirOperation op) {
  return op.ptr &&
         !mlirAttributeIsNull(
             mlirOperationGetDiscardableAttributeByName(op, ufStr(hoisted)));
}

/// Whether an op reads nothing but weights, constants and hoisted values, and
/// at least one weight or hoisted value.
static bool dependsOnParams(MlirOperation op) {
  const UfOp *row = ufOpOf(op);
  if (!row || row->regions || (row->traits & (UF_IMPURE | UF_TERMINATOR)))
    return false;
  bool any = false;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirOperation from = ufDefiningOp(mlirOperationGetOperand(op, i));
    if (isRow(from, "param") || isMarked(from))
      any = true;
    else if (!isRow(from, "constant") && !isRow(from, "none"))
      return false;
  }
  return any;
}

static bool isStatic(MlirOperation op) {
  for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i) {
    UfShape shape = ufShape(ufResultOf(op, (int)i));
    if (ufNumElements(&shape) == UF_DYNAMIC)
      return false;
  }
  return true;
}

/// Copies the weights and constants `op` reads into @init, once each.
static void bringOperands(UfBuilder *b, MlirOperation op) {
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    MlirOperation from = ufDefiningOp(operand);
    if (mlirBlockEqual(mlirOperationGetBlock(from), b->block))
      continue;
    MlirOperation copy = mlirOperationClone(from);
    mlirBlockAppendOwnedOperation(b->block, copy);
    mlirOperationSetOperand(op, i, ufResultOf(copy, 0));
  }
}

/// Gives every use of `value` outside @init the derived weight `index`.
static bool replaceOutside(UfBuilder *forward, MlirBlock init, MlirValue value,
                           int index) {
  MlirValue derived = {NULL};
  for (;;) {
    MlirOpOperand use = mlirValueGetFirstUse(value);
    while (
        !mlirOpOperandIsNull(use) &&
        mlirBlockEqual(mlirOperationGetBlock(mlirOpOperandGetOwner(use)), init))
      use = mlirOpOperandGetNextUse(use);
    if (mlirOpOperandIsNull(use))
      return derived.ptr;
    if (!derived.ptr) {
      char sym[32];
      snprintf(sym, sizeof sym, "init.%d", index);
      derived = ufBuild(forward, "ufront.param", mlirValueGetType(value),
                        UF_NO_VALUES,
                        UF_ATTRS({"sym", ufStrAttr(forward, sym)},
                                 {"init", ufIntAttr(forward, index)}));
    }
    mlirOperationSetOperand(mlirOpOperandGetOwner(use),
                            mlirOpOperandGetOperandNumber(use), derived);
  }
}

/// Marks `op` if it can be computed when the model is loaded. Ops in regions
/// are as good as others: what they read is the same in every iteration.
static MlirWalkResult markOp(MlirOperation op, void *moved) {
  if (!(dependsOnParams(op) || ufIsLargeFill(op)) || !isStatic(op))
    return MlirWalkResultAdvance;
  mlirOperationSetDiscardableAttributeByName(
      op, ufStr(hoisted), mlirUnitAttrGet(mlirOperationGetContext(op)));
  ufOpsAdd(moved, op);
  return MlirWalkResultAdvance;
}

static MlirLogicalResult hoist(MlirOperation module, MlirPass pass) {
  (void)pass;
  MlirOperation forward = ufFindFunction(module, "forward");
  if (!forward.ptr || ufFindFunction(module, "init").ptr)
    return mlirLogicalResultSuccess();
  MlirContext ctx = mlirOperationGetContext(module);
  MlirLocation loc = mlirOperationGetLocation(forward);
  MlirBlock body = ufFunctionBody(forward);
  UfOps moved = {0};
  mlirOperationWalk(forward, markOp, &moved, MlirWalkPreOrder);
  if (moved.count == 0)
    return mlirLogicalResultSuccess();

  MlirOperation init =
      ufCreateFunction(module, loc, "init", (UfTypes){0}, (UfTypes){0}, NULL);
  UfBuilder inside = {.ctx = ctx, .loc = loc, .block = ufFunctionBody(init)};
  for (size_t i = 0; i < moved.count; ++i) {
    mlirOperationRemoveDiscardableAttributeByName(moved.ops[i], ufStr(hoisted));
    mlirOperationRemoveFromParent(moved.ops[i]);
    bringOperands(&inside, moved.ops[i]);
    mlirBlockAppendOwnedOperation(inside.block, moved.ops[i]);
  }
  // Only now: the first op of the body may have been among them.
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  mlirRewriterBaseSetInsertionPointToStart(rewriter, body);
  UfBuilder outside = {.ctx = ctx, .loc = loc, .rewriter = rewriter};
  MlirValue *results = malloc(sizeof *results * moved.count * UF_MAX_RESULTS);
  int numResults = 0;
  for (size_t i = 0; i < moved.count; ++i)
    for (intptr_t r = 0;
         r < mlirOperationGetNumResults(moved.ops[i]) && r < UF_MAX_RESULTS;
         ++r)
      if (replaceOutside(&outside, inside.block,
                         ufResultOf(moved.ops[i], (int)r), numResults))
        results[numResults++] = ufResultOf(moved.ops[i], (int)r);
  ufBuildOp(&inside, "func.return", (UfTypes){0},
            (UfValues){results, numResults}, UF_NO_ATTRS, NULL, 0);
  ufUpdateFunctionType(init);
  free(results);
  ufOpsFree(&moved);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassHoistParams = {
    .name = "UfrontHoistParams",
    .argument = "ufront-hoist-params",
    .description = "Moves work on weights alone from @forward into @init",
    .opName = "builtin.module",
    .dialects = (const char *const[]){"ufront", "func", NULL},
    .run = hoist,
};

//===----------------------------------------------------------------------===//
// ufront-params-to-arguments
//===----------------------------------------------------------------------===//

/// The argument that stands for a weight, added when there is none yet.
static MlirValue argumentFor(MlirOperation func, MlirOperation param) {
  MlirBlock body = ufFunctionBody(func);
  bool derived = ufHasAttr(param, "init");
  const char *kind = derived ? "ufront.init" : "ufront.sym";
  MlirAttribute which = ufGetAttr(param, derived ? "init" : "sym");
  intptr_t count = mlirBlockGetNumArguments(body);
  for (intptr_t i = 0; i < count; ++i)
    if (mlirAttributeEqual(ufArgAttr(func, i, kind), which))
      return mlirBlockGetArgument(body, i);
  MlirValue argument =
      mlirBlockAddArgument(body, mlirValueGetType(ufResultOf(param, 0)),
                           mlirOperationGetLocation(param));
  ufSetArgAttr(func, count, kind, which);
  return argument;
}

static MlirLogicalResult toArguments(MlirOperation func, MlirPass pass) {
  (void)pass;
  if (mlirBlockIsNull(ufFunctionBody(func)))
    return mlirLogicalResultSuccess();
  UfOps params = ufCollectOps(func, "ufront.param");
  MlirLogicalResult result = mlirLogicalResultSuccess();
  for (size_t i = 0; i < params.count; ++i) {
    MlirOperation op = params.ops[i];
    MlirValue value = ufResultOf(op, 0), argument = argumentFor(func, op);
    if (!mlirTypeEqual(mlirValueGetType(argument), mlirValueGetType(value))) {
      result = ufOpError(op, "has another type than '%s' has elsewhere",
                         ufGetStr(op, "sym"));
      continue;
    }
    mlirValueReplaceAllUsesOfWith(value, argument);
    mlirOperationDestroy(op);
  }
  ufOpsFree(&params);
  ufUpdateFunctionType(func);
  return result;
}

const UfShimPass ufPassParamsToArguments = {
    .name = "UfrontParamsToArguments",
    .argument = "ufront-params-to-arguments",
    .description = "Turns weights into function arguments with ufront.sym or "
                   "ufront.init",
    .opName = "func.func",
    .dialects = (const char *const[]){"ufront", NULL},
    .run = toArguments,
};
