//===-- Bind.c - The ufront-bind-runtime pass -----------------------------===//
//
// Gives @forward and @init the signature of a UfrtFunction: arguments come from
// the runtime's inputs and parameters, results go to its outputs, buffers come
// from the arena (when their size and life are known) or from the pool,
// cf.assert becomes a check of the runtime, and the cycle counter random bits.
//
// It leaves on the module what the program's description needs:
//   ufront.params      names of the parameters, by index
//   ufront.derived     how many more @init computes; they follow the others
//   ufront.arena, ufront.init_arena   bytes of the planned arenas
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "IR/MemRef.h"
#include "Kernels/Binding/Buffers.h"
#include "Kernels/Clusters/Profile.h"
#include "Kernels/Passes.h"
#include "Kernels/Vector/AmxCode.h"

#include <stdlib.h>
#include <string.h>

typedef struct Names {
  MlirAttribute *data;
  size_t count, capacity;
} Names;

typedef struct Binding {
  MlirOperation module;
  Names params;
  int64_t derived; ///< Results of @init.
} Binding;

/// Index of parameter `sym`.
static int64_t paramIndex(Binding *binding, MlirAttribute sym) {
  Names *names = &binding->params;
  for (size_t i = 0; i < names->count; ++i)
    if (mlirAttributeEqual(names->data[i], sym))
      return (int64_t)i;
  if (names->count == names->capacity) {
    names->capacity = names->capacity ? 2 * names->capacity : 64;
    MlirAttribute *grown =
        realloc(names->data, names->capacity * sizeof *grown);
    if (!grown)
      abort(); // a list of one model's weights
    names->data = grown;
  }
  names->data[names->count++] = sym;
  return (int64_t)names->count - 1;
}

static MlirValue callRuntime(UfBuilder *b, const Binding *binding,
                             const char *name, MlirType result,
                             UfValues operands) {
  return ufResultOf(
      ufCallExternal(b, binding->module, name, UF_TYPES(result), operands), 0);
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// Replaces every argument but the call; derived parameters are numbered after
/// the others, so all others must have been seen first.
static void bindArguments(UfBuilder *b, Binding *binding, MlirOperation func) {
  MlirBlock body = ufFunctionBody(func);
  MlirValue call = mlirBlockGetArgument(body, 0);
  intptr_t count = mlirBlockGetNumArguments(body);
  int64_t input = 0;
  for (intptr_t i = 1; i < count; ++i) {
    MlirValue argument = mlirBlockGetArgument(body, i);
    MlirType type = mlirValueGetType(argument);
    MlirAttribute sym = ufArgAttr(func, i, "ufront.sym");
    MlirAttribute init = ufArgAttr(func, i, "ufront.init");
    MlirValue dynamic[2 * UF_MAX_RANK], pointer;
    int numDynamic = 0;
    if (mlirAttributeIsNull(sym) && mlirAttributeIsNull(init)) {
      UfShape shape = ufShapeOfType(type);
      MlirValue index = ufI64Constant(b, input++);
      pointer = callRuntime(b, binding, "ufrtCallGetInput", ufPointerType(b),
                            UF_VALUES(call, index));
      for (int d = 0; d < shape.rank; ++d)
        if (shape.dims[d] == UF_DYNAMIC)
          dynamic[numDynamic++] =
              callRuntime(b, binding, "ufrtCallGetInputDim", ufI64(b),
                          UF_VALUES(call, index, ufI64Constant(b, d)));
    } else {
      int64_t index = mlirAttributeIsNull(init)
                          ? paramIndex(binding, sym)
                          : (int64_t)binding->params.count +
                                mlirIntegerAttrGetValueInt(init);
      pointer = callRuntime(b, binding, "ufrtCallGetParam", ufPointerType(b),
                            UF_VALUES(call, ufI64Constant(b, index)));
    }
    mlirValueReplaceAllUsesOfWith(argument,
                                  ufMemRefAt(b, pointer, type, dynamic));
  }
  for (intptr_t i = count - 1; i >= 1; --i)
    mlirBlockEraseArgument(body, (unsigned)i);
  mlirOperationRemoveAttributeByName(func, ufStr("arg_attrs"));
}

//===----------------------------------------------------------------------===//
// Asserts
//===----------------------------------------------------------------------===//

/// A null-terminated string constant's address.
static MlirValue stringConstant(UfBuilder *b, const Binding *binding,
                                MlirStringRef text) {
  char name[64], type[64];
  int number = 0;
  do
    snprintf(name, sizeof name, "message_%d", number++);
  while (ufFindSymbol(binding->module, name).ptr);
  snprintf(type, sizeof type, "!llvm.array<%zu x i8>", text.length + 1);
  char *data = calloc(text.length + 1, 1);
  memcpy(data, text.data, text.length);
  MlirAttribute value =
      mlirStringAttrGet(b->ctx, mlirStringRefCreate(data, text.length + 1));
  free(data);
  UfBuilder top = {
      .ctx = b->ctx, .loc = b->loc, .block = ufFunctionBody(binding->module)};
  MlirRegion region = mlirRegionCreate();
  ufBuildOp(&top, "llvm.mlir.global", (UfTypes){0}, UF_NO_VALUES,
            UF_ATTRS({"sym_name", ufStrAttr(b, name)},
                     {"global_type",
                      mlirTypeAttrGet(mlirTypeParseGet(b->ctx, ufStr(type)))},
                     {"value", value},
                     {"linkage", mlirAttributeParseGet(
                                     b->ctx, ufStr("#llvm.linkage<internal>"))},
                     {"constant", mlirUnitAttrGet(b->ctx)}),
            &region, 1);
  return ufBuild(
      b, "llvm.mlir.addressof", ufPointerType(b), UF_NO_VALUES,
      UF_ATTRS({"global_name", mlirFlatSymbolRefAttrGet(b->ctx, ufStr(name))}));
}

static void bindAssert(UfBuilder *b, const Binding *binding, MlirValue call,
                       MlirOperation assertion) {
  MlirStringRef text = mlirStringAttrGetValue(
      mlirOperationGetInherentAttributeByName(assertion, ufStr("msg")));
  MlirValue ok =
      ufBuild(b, "arith.extui", ufIntType(b, 32),
              UF_VALUES(mlirOperationGetOperand(assertion, 0)), UF_NO_ATTRS);
  ufCallExternal(b, binding->module, "ufrtCallCheck", (UfTypes){0},
                 UF_VALUES(call, ok, stringConstant(b, binding, text)));
  mlirOperationDestroy(assertion);
}

//===----------------------------------------------------------------------===//
// Seeds
//===----------------------------------------------------------------------===//

/// The cycle counter stands for random bits, which the runtime has.
static void bindSeeds(UfBuilder *b, const Binding *binding, MlirValue call,
                      MlirOperation func) {
  UfOps seeds = ufCollectOps(func, "llvm.call_intrinsic");
  for (size_t i = 0; i < seeds.count; ++i) {
    MlirStringRef name = mlirStringAttrGetValue(
        mlirOperationGetInherentAttributeByName(seeds.ops[i], ufStr("intrin")));
    if (!mlirStringRefEqual(name, ufStr("llvm.readcyclecounter")))
      continue;
    mlirRewriterBaseSetInsertionPointBefore(b->rewriter, seeds.ops[i]);
    MlirValue seed =
        callRuntime(b, binding, "ufrtCallGetSeed", ufI64(b), UF_VALUES(call));
    mlirValueReplaceAllUsesOfWith(ufResultOf(seeds.ops[i], 0), seed);
    mlirOperationDestroy(seeds.ops[i]);
  }
  ufOpsFree(&seeds);
}

//===----------------------------------------------------------------------===//

static void bindFunction(Binding *binding, MlirOperation func,
                         const char *arenaAttr) {
  MlirContext ctx = mlirOperationGetContext(func);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfBuilder b = {
      .ctx = ctx, .loc = mlirOperationGetLocation(func), .rewriter = rewriter};
  MlirBlock body = ufFunctionBody(func);
  MlirValue call = mlirBlockGetArgument(body, 0);
  ufBindOutputs(&b, binding->module, func);
  int64_t arena = ufBindBuffers(&b, binding->module, func);
  UfOps asserts = ufCollectOps(func, "cf.assert");
  for (size_t i = 0; i < asserts.count; ++i) {
    mlirRewriterBaseSetInsertionPointBefore(rewriter, asserts.ops[i]);
    bindAssert(&b, binding, call, asserts.ops[i]);
  }
  ufOpsFree(&asserts);
  bindSeeds(&b, binding, call, func);
  mlirRewriterBaseSetInsertionPointToStart(rewriter, body);
  bindArguments(&b, binding, func);
  if (ufIsMarked(binding->module, UF_AMX_ATTR)) {
    mlirRewriterBaseSetInsertionPointToStart(rewriter, body);
    ufCallExternal(&b, binding->module, "ufrtCallUseTiles", (UfTypes){0},
                   UF_VALUES(call));
  }

  MlirOperation end = mlirBlockGetTerminator(body);
  mlirRewriterBaseSetInsertionPointBefore(rewriter, end);
  MlirValue zero = ufInteger(&b, ufIntType(&b, 32), 0);
  mlirOperationSetOperands(end, 1, &zero);
  mlirOperationRemoveAttributeByName(func, ufStr("res_attrs"));
  ufUpdateFunctionType(func);
  mlirOperationSetDiscardableAttributeByName(binding->module, ufStr(arenaAttr),
                                             ufIntAttr(&b, arena));
}

/// Besides calls, an entry has copies between buffers. LLVM would unroll dozens
/// of them into one block, in whose length instruction selection is quadratic.
static void forbidUnrolling(MlirOperation func) {
  MlirContext ctx = mlirOperationGetContext(func);
  MlirAttribute forSize = mlirStringAttrGet(ctx, ufStr("optsize"));
  mlirOperationSetDiscardableAttributeByName(
      func, ufStr("passthrough"), mlirArrayAttrGet(ctx, 1, &forSize));
}

/// Buffers that kernels and the bodies of their tasks need for themselves.
static void bindOthers(MlirOperation module) {
  MlirContext ctx = mlirOperationGetContext(module);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfOps funcs = ufCollectFunctions(module);
  for (size_t i = 0; i < funcs.count; ++i) {
    UfBuilder b = {.ctx = ctx,
                   .loc = mlirOperationGetLocation(funcs.ops[i]),
                   .rewriter = rewriter};
    if (ufIsMarked(funcs.ops[i], UF_KERNEL_ATTR))
      ufBindScratch(&b, module, funcs.ops[i]);
  }
  ufOpsFree(&funcs);
}

static MlirLogicalResult run(MlirOperation module, MlirPass pass) {
  (void)pass;
  Binding binding = {.module = module};
  MlirOperation forward = ufFindFunction(module, "forward");
  MlirOperation init = ufFindFunction(module, "init");
  if (!forward.ptr)
    return ufError(mlirOperationGetLocation(module),
                   "the module has no function @forward");
  // @forward's own parameters first, so that derived ones can be numbered.
  MlirOperation both[2] = {forward, init};
  for (int f = 0; f < 2; ++f)
    for (intptr_t i = 1;
         both[f].ptr && i < mlirBlockGetNumArguments(ufFunctionBody(both[f]));
         ++i) {
      MlirAttribute sym = ufArgAttr(both[f], i, "ufront.sym");
      if (!mlirAttributeIsNull(sym))
        paramIndex(&binding, sym);
    }
  if (init.ptr) {
    binding.derived = mlirOperationGetNumOperands(
        mlirBlockGetTerminator(ufFunctionBody(init)));
    bindFunction(&binding, init, "ufront.init_arena");
    forbidUnrolling(init);
  }
  bindFunction(&binding, forward, "ufront.arena");
  forbidUnrolling(forward);
  MlirContext ctx = mlirOperationGetContext(module);
  bindOthers(module);
  ufPlaceProfile(module);
  ufBindCopies(module);
  mlirOperationSetDiscardableAttributeByName(
      module, ufStr("ufront.params"),
      mlirArrayAttrGet(ctx, (intptr_t)binding.params.count,
                       binding.params.data));
  mlirOperationSetDiscardableAttributeByName(
      module, ufStr("ufront.derived"),
      mlirIntegerAttrGet(mlirIntegerTypeGet(ctx, 64), binding.derived));
  free(binding.params.data);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassBindRuntime = {
    .name = "UfrontBindRuntime",
    .argument = "ufront-bind-runtime",
    .description =
        "Takes inputs, weights, outputs and buffers from the runtime",
    .opName = "builtin.module",
    .dialects = (const char *const[]){"llvm", "func", "scf", "memref", "linalg",
                                      "arith", NULL},
    .run = run,
};
