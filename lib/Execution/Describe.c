//===-- Describe.c - A program's description as data beside its code ------===//
//
// Emits the structs of ufront/Runtime.h and ufront/Tensor.h as LLVM constants.
// The static assertions hold the two layouts together.
//
//===----------------------------------------------------------------------===//

#include "Execution/Compile.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(UfrontTensorInfo) == 16 + 8 * UFRONT_MAX_RANK &&
                   offsetof(UfrontTensorInfo, rank) == 12 &&
                   offsetof(UfrontTensorInfo, shape) == 16,
               "emitInfos() writes this layout");
_Static_assert(sizeof(UfrtSite) == 4 * sizeof(void *),
               "emitSites() writes this layout");
_Static_assert(offsetof(UfrtProgram, inputs) == 24 &&
                   offsetof(UfrtProgram, forward) == 48 &&
                   offsetof(UfrtProgram, arenaSize) == 64 &&
                   offsetof(UfrtProgram, sites) == 80 &&
                   offsetof(UfrtProgram, numStrings) == 96,
               "ufEmitDescription() writes this layout");
_Static_assert(sizeof(UfrontString) == 16 && offsetof(UfrontString, size) == 8,
               "emitStrings() writes this layout");

static LLVMTypeRef intType(LLVMModuleRef module, unsigned bits) {
  return LLVMIntTypeInContext(LLVMGetModuleContext(module), bits);
}

static LLVMValueRef emitInt(LLVMModuleRef module, unsigned bits,
                            int64_t value) {
  return LLVMConstInt(intType(module, bits), (unsigned long long)value, true);
}

static LLVMValueRef emitConstant(LLVMModuleRef module, LLVMValueRef value) {
  LLVMValueRef global = LLVMAddGlobal(module, LLVMTypeOf(value), "");
  LLVMSetInitializer(global, value);
  LLVMSetGlobalConstant(global, true);
  LLVMSetLinkage(global, LLVMPrivateLinkage);
  return global;
}

static LLVMValueRef emitText(LLVMModuleRef module, const char *text) {
  return emitConstant(module,
                      LLVMConstStringInContext(LLVMGetModuleContext(module),
                                               text, (unsigned)strlen(text),
                                               /*DontNullTerminate=*/false));
}

/// An array of UfrontTensorInfo, or a null pointer.
static LLVMValueRef emitInfos(LLVMModuleRef module,
                              const UfrontTensorInfo *infos, int32_t count) {
  LLVMContextRef ctx = LLVMGetModuleContext(module);
  LLVMTypeRef pointer = LLVMPointerTypeInContext(ctx, 0);
  if (count == 0)
    return LLVMConstNull(pointer);
  LLVMTypeRef fields[] = {pointer, intType(module, 32), intType(module, 32),
                          LLVMArrayType2(intType(module, 64), UFRONT_MAX_RANK)};
  LLVMTypeRef type = LLVMStructTypeInContext(ctx, fields, 4, false);
  LLVMValueRef list =
      LLVMAddGlobal(module, LLVMArrayType2(type, (uint64_t)count), "");
  LLVMValueRef *values = malloc(sizeof(LLVMValueRef) * (size_t)count);
  if (!values)
    abort(); // a list of one model's tensors
  for (int32_t i = 0; i < count; ++i) {
    LLVMValueRef dims[UFRONT_MAX_RANK];
    for (int d = 0; d < UFRONT_MAX_RANK; ++d)
      dims[d] = emitInt(module, 64, infos[i].shape[d]);
    LLVMValueRef members[] = {
        emitText(module, infos[i].name), emitInt(module, 32, infos[i].type),
        emitInt(module, 32, infos[i].rank),
        LLVMConstArray2(intType(module, 64), dims, UFRONT_MAX_RANK)};
    values[i] = LLVMConstStructInContext(ctx, members, 4, false);
  }
  LLVMSetInitializer(list, LLVMConstArray2(type, values, (uint64_t)count));
  LLVMSetGlobalConstant(list, true);
  LLVMSetLinkage(list, LLVMPrivateLinkage);
  free(values);
  return list;
}

/// An array of UfrtSite, or a null pointer.
static LLVMValueRef emitSites(LLVMModuleRef module, const UfrtSite *sites,
                              int32_t count) {
  LLVMTypeRef pointer =
      LLVMPointerTypeInContext(LLVMGetModuleContext(module), 0);
  if (count == 0)
    return LLVMConstNull(pointer);
  LLVMValueRef *values = malloc(sizeof(LLVMValueRef) * 4 * (size_t)count);
  if (!values)
    abort(); // a list of one model's kernels
  for (int32_t i = 0; i < count; ++i) {
    const char *const texts[] = {sites[i].name, sites[i].kind, sites[i].loops,
                                 sites[i].where};
    for (int k = 0; k < 4; ++k)
      values[4 * i + k] = emitText(module, texts[k]);
  }
  LLVMValueRef list = emitConstant(
      module, LLVMConstArray2(pointer, values, 4 * (uint64_t)count));
  free(values);
  return list;
}

/// An array of UfrontString, or a null pointer.
static LLVMValueRef emitStrings(LLVMModuleRef module,
                                const UfrontString *strings, int64_t count) {
  LLVMContextRef ctx = LLVMGetModuleContext(module);
  LLVMTypeRef pointer = LLVMPointerTypeInContext(ctx, 0);
  if (count == 0)
    return LLVMConstNull(pointer);
  LLVMTypeRef fields[] = {pointer, intType(module, 64)};
  LLVMTypeRef type = LLVMStructTypeInContext(ctx, fields, 2, false);
  LLVMValueRef *values = malloc(sizeof(LLVMValueRef) * (size_t)count);
  if (!values)
    abort(); // a list of one model's strings
  for (int64_t i = 0; i < count; ++i) {
    LLVMValueRef text = emitConstant(
        module,
        LLVMConstStringInContext2(ctx, strings[i].data, (size_t)strings[i].size,
                                  /*DontNullTerminate=*/false));
    LLVMValueRef members[] = {text, emitInt(module, 64, strings[i].size)};
    values[i] = LLVMConstStructInContext(ctx, members, 2, false);
  }
  LLVMValueRef list =
      emitConstant(module, LLVMConstArray2(type, values, (uint64_t)count));
  free(values);
  return list;
}

/// A UfrtFunction of the program; `prefix` may be null.
static LLVMValueRef findFunction(LLVMModuleRef module, const char *prefix,
                                 const char *name) {
  char text[512];
  snprintf(text, sizeof text, "%s%s%s", prefix ? prefix : "", prefix ? "_" : "",
           name);
  LLVMValueRef found = LLVMGetNamedFunction(module, text);
  LLVMTypeRef pointer =
      LLVMPointerTypeInContext(LLVMGetModuleContext(module), 0);
  return found ? found
               : LLVMAddFunction(module, text,
                                 LLVMFunctionType(intType(module, 32), &pointer,
                                                  1, /*IsVarArg=*/false));
}

void ufEmitDescription(LLVMModuleRef module, const char *name,
                       const UfrtProgram *program) {
  LLVMTypeRef pointer =
      LLVMPointerTypeInContext(LLVMGetModuleContext(module), 0);
  LLVMValueRef members[] = {
      emitInt(module, 32, program->abi),
      emitInt(module, 32, program->numInputs),
      emitInt(module, 32, program->numOutputs),
      emitInt(module, 32, program->numParams),
      emitInt(module, 32, program->numDerived),
      emitInt(module, 32, program->numSites),
      emitInfos(module, program->inputs, program->numInputs),
      emitInfos(module, program->outputs, program->numOutputs),
      emitInfos(module, program->params,
                program->numParams + program->numDerived),
      findFunction(module, name, "forward"),
      program->numDerived ? findFunction(module, name, "init")
                          : LLVMConstNull(pointer),
      emitInt(module, 64, program->arenaSize),
      emitInt(module, 64, program->initArenaSize),
      emitSites(module, program->sites, program->numSites),
      emitStrings(module, program->strings, program->numStrings),
      emitInt(module, 64, program->numStrings),
  };
  LLVMValueRef value =
      LLVMConstStructInContext(LLVMGetModuleContext(module), members,
                               sizeof members / sizeof *members, false);
  LLVMValueRef global =
      LLVMAddGlobal(module, LLVMTypeOf(value), name ? name : UF_PROGRAM);
  LLVMSetInitializer(global, value);
  LLVMSetGlobalConstant(global, true);
}
