//===-- Split.c - One module into several, to compile side by side --------===//

#include "Execution/Compile.h"
#include "IR/Function.h"

#include <stdlib.h>
#include <string.h>

/// A function and the part it goes to.
typedef struct Piece {
  MlirOperation func;
  int64_t size;
  bool usesData; ///< Refers to a global, which is in the first part.
} Piece;

typedef struct Measure {
  MlirOperation module;
  Piece *piece;
} Measure;

static MlirWalkResult measureOp(MlirOperation op, void *userData) {
  Measure *measure = userData;
  ++measure->piece->size;
  if (ufOpIs(op, "llvm.mlir.addressof")) {
    MlirStringRef name = mlirFlatSymbolRefAttrGetValue(
        mlirOperationGetInherentAttributeByName(op, ufStr("global_name")));
    char text[256];
    snprintf(text, sizeof text, "%.*s", (int)name.length, name.data);
    MlirOperation symbol = ufFindSymbol(measure->module, text);
    measure->piece->usesData |= !symbol.ptr || !ufOpIs(symbol, "llvm.func");
  }
  return MlirWalkResultAdvance;
}

static int largestFirst(const void *x, const void *y) {
  const Piece *a = x, *b = y;
  return a->size == b->size ? 0 : a->size < b->size ? 1 : -1;
}

/// A declaration of `func` at the end of `part`.
static void declare(MlirModule part, MlirOperation func) {
  static const char *const kept[] = {"sym_name", "function_type"};
  MlirContext ctx = mlirModuleGetContext(part);
  UfBuilder b = {.ctx = ctx,
                 .loc = mlirOperationGetLocation(func),
                 .block = mlirModuleGetBody(part)};
  UfAttr attrs[2];
  for (int i = 0; i < 2; ++i)
    attrs[i] = (UfAttr){
        kept[i], mlirOperationGetInherentAttributeByName(func, ufStr(kept[i]))};
  MlirRegion region = mlirRegionCreate();
  ufBuildOp(&b, "llvm.func", (UfTypes){0}, UF_NO_VALUES, (UfAttrs){attrs, 2},
            &region, 1);
}

typedef struct Calls {
  MlirModule part;
  MlirOperation from; ///< The module everything was in.
  UfOps all;          ///< Every function, with or without a body.
} Calls;

/// Declares what `op` names and its part does not have.
static MlirWalkResult declareNamed(MlirOperation op, void *userData) {
  Calls *calls = userData;
  const char *attr = ufOpIs(op, "llvm.call")             ? "callee"
                     : ufOpIs(op, "llvm.mlir.addressof") ? "global_name"
                                                         : NULL;
  if (!attr)
    return MlirWalkResultAdvance;
  MlirAttribute symbol =
      mlirOperationGetInherentAttributeByName(op, ufStr(attr));
  if (mlirAttributeIsNull(symbol))
    return MlirWalkResultAdvance;
  MlirStringRef name = mlirFlatSymbolRefAttrGetValue(symbol);
  char text[256];
  snprintf(text, sizeof text, "%.*s", (int)name.length, name.data);
  if (ufFindSymbol(mlirModuleGetOperation(calls->part), text).ptr)
    return MlirWalkResultAdvance;
  for (size_t i = 0; i < calls->all.count; ++i) {
    MlirAttribute other = mlirOperationGetInherentAttributeByName(
        calls->all.ops[i], ufStr("sym_name"));
    if (mlirStringRefEqual(mlirStringAttrGetValue(other), name)) {
      declare(calls->part, calls->all.ops[i]);
      break;
    }
  }
  return MlirWalkResultAdvance;
}

static void moveTo(MlirModule part, MlirOperation op) {
  mlirOperationRemoveFromParent(op);
  mlirBlockAppendOwnedOperation(mlirModuleGetBody(part), op);
}

void ufSplit(MlirModule module, MlirModule *parts, int count) {
  MlirOperation root = mlirModuleGetOperation(module);
  MlirBlock body = mlirModuleGetBody(module);
  UfOps funcs = {0}, data = {0};
  Calls calls = {.from = root};
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    bool isFunc = ufOpIs(op, "llvm.func");
    if (isFunc)
      ufOpsAdd(&calls.all, op);
    if (!isFunc)
      ufOpsAdd(&data, op);
    else if (!mlirBlockIsNull(ufFunctionBody(op)))
      ufOpsAdd(&funcs, op);
  }
  Piece *pieces = calloc(funcs.count + 1, sizeof *pieces);
  int64_t *load = calloc((size_t)count, sizeof *load);
  if (!pieces || !load)
    abort(); // as small as the list of functions
  for (size_t i = 0; i < funcs.count; ++i) {
    pieces[i].func = funcs.ops[i];
    Measure measure = {root, &pieces[i]};
    mlirOperationWalk(funcs.ops[i], measureOp, &measure, MlirWalkPreOrder);
  }
  qsort(pieces, funcs.count, sizeof *pieces, largestFirst);
  for (int p = 0; p < count; ++p)
    parts[p] = mlirModuleCreateEmpty(mlirOperationGetLocation(root));
  for (size_t i = 0; i < data.count; ++i)
    moveTo(parts[0], data.ops[i]);
  for (size_t i = 0; i < funcs.count; ++i) {
    int best = 0;
    for (int p = 1; p < count && !pieces[i].usesData; ++p)
      best = load[p] < load[best] ? p : best;
    load[best] += pieces[i].size;
    moveTo(parts[best], pieces[i].func);
  }
  for (int p = 0; p < count; ++p) {
    calls.part = parts[p];
    mlirOperationWalk(mlirModuleGetOperation(parts[p]), declareNamed, &calls,
                      MlirWalkPreOrder);
  }
  free(load);
  free(pieces);
  ufOpsFree(&funcs);
  ufOpsFree(&data);
  ufOpsFree(&calls.all);
}
