//===-- Jit.c - Loading objects into this process -------------------------===//
//
// ORC's LLJIT links the objects that Codegen.c made; nothing is compiled here.
// Code may call the runtime and libm, which are given by address: the library
// may be loaded where the process cannot see its symbols.
//
//===----------------------------------------------------------------------===//

#include "Execution/Compile.h"

#include <llvm-c/Error.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct UfJit {
  LLVMOrcLLJITRef jit;
  UfMessage errors; ///< What the JIT reported beside what it returned.
};

// Conversions that LLVM calls where the CPU has no instruction, from the
// compiler's own support library, or the last one from Rounding.c. They are
// only ever named, not called, here.
extern char __truncsfhf2[], __truncdfhf2[], __extendhfsf2[]; // NOLINT
extern char __truncsfbf2[];                                  // NOLINT

#define SYMBOL(name) {#name, (const void *)name}
#define BOTH(name) SYMBOL(name), SYMBOL(name##f)

// clang-format off
static const struct { const char *name; const void *address; } symbols[] = {
    SYMBOL(ufrtCallGetInput), SYMBOL(ufrtCallGetInputDim),
    SYMBOL(ufrtCallGetParam), SYMBOL(ufrtCallGetOutput),
    SYMBOL(ufrtCallGetArena), SYMBOL(ufrtCallAlloc), SYMBOL(ufrtCallFree),
    SYMBOL(ufrtCallParallel), SYMBOL(ufrtCallCheck),
    SYMBOL(ufrtCallGetSeed),
    SYMBOL(ufrtCallEnter), SYMBOL(ufrtCallLeave),
    SYMBOL(ufrtCallUseTiles),
    SYMBOL(ufrtCallStringConcat), SYMBOL(ufrtCallStringCase),
    SYMBOL(ufrtCallStringMatch), SYMBOL(ufrtCallStringSplitCount),
    SYMBOL(ufrtCallStringSplitPart), SYMBOL(ufrtCallStringSplitNext),
    SYMBOL(ufrtCallStringFromFloat), SYMBOL(ufrtCallStringFromInt),
    SYMBOL(ufrtCallStringToFloat), SYMBOL(ufrtCallStringToInt),
    SYMBOL(memcpy), SYMBOL(memmove), SYMBOL(memset), SYMBOL(malloc), SYMBOL(free),
    BOTH(sin), BOTH(cos), BOTH(tan), BOTH(asin), BOTH(acos), BOTH(atan),
    BOTH(atan2), BOTH(sinh), BOTH(cosh), BOTH(tanh), BOTH(asinh), BOTH(acosh),
    BOTH(atanh), BOTH(exp), BOTH(exp2), BOTH(expm1), BOTH(log), BOTH(log2),
    BOTH(log10), BOTH(log1p), BOTH(pow), BOTH(sqrt), BOTH(cbrt), BOTH(erf),
    BOTH(erfc), BOTH(ceil), BOTH(floor), BOTH(trunc), BOTH(round),
    BOTH(roundeven), BOTH(rint), BOTH(nearbyint), BOTH(fmod), BOTH(fma),
    BOTH(fabs), BOTH(fmin), BOTH(fmax), BOTH(ldexp), BOTH(frexp),
    SYMBOL(__truncsfhf2), SYMBOL(__truncdfhf2), SYMBOL(__extendhfsf2),
    SYMBOL(__truncsfbf2),
};
// clang-format on

static UfrontStatus fail(UfMessage *message, LLVMErrorRef error) {
  char *text = LLVMGetErrorMessage(error);
  ufFail(message, UFRONT_INVALID_IR, "loading the code: %s", text);
  LLVMDisposeErrorMessage(text);
  return UFRONT_INVALID_IR;
}

static LLVMErrorRef defineSymbols(LLVMOrcLLJITRef jit) {
  enum { COUNT = sizeof symbols / sizeof *symbols };
  LLVMOrcCSymbolMapPair pairs[COUNT];
  for (size_t i = 0; i < COUNT; ++i)
    pairs[i] = (LLVMOrcCSymbolMapPair){
        LLVMOrcLLJITMangleAndIntern(jit, symbols[i].name),
        {(LLVMOrcJITTargetAddress)(uintptr_t)symbols[i].address,
         {LLVMJITSymbolGenericFlagsExported | LLVMJITSymbolGenericFlagsCallable,
          0}}};
  return LLVMOrcJITDylibDefine(LLVMOrcLLJITGetMainJITDylib(jit),
                               LLVMOrcAbsoluteSymbols(pairs, COUNT));
}

/// Other functions that LLVM may call, such as __truncsfhf2.
static LLVMErrorRef searchProcess(LLVMOrcLLJITRef jit) {
  LLVMOrcDefinitionGeneratorRef generator;
  LLVMErrorRef error = LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(
      &generator, LLVMOrcLLJITGetGlobalPrefix(jit), NULL, NULL);
  if (!error)
    LLVMOrcJITDylibAddGenerator(LLVMOrcLLJITGetMainJITDylib(jit), generator);
  return error;
}

/// The JIT says here what it could not find.
static void reportError(void *userData, LLVMErrorRef error) {
  UfJit *jit = userData;
  char *text = LLVMGetErrorMessage(error);
  ufMessageAppend(&jit->errors, "%s%s", jit->errors.size ? "; " : "", text);
  LLVMDisposeErrorMessage(text);
}

UfrontStatus ufJitCreate(UfObjects *objects, UfMessage *message, UfJit **out) {
  UfJit *jit = calloc(1, sizeof *jit);
  *out = jit;
  if (!jit)
    return ufFail(message, UFRONT_NO_MEMORY, "no memory for the JIT");
  LLVMErrorRef error = LLVMOrcCreateLLJIT(&jit->jit, NULL);
  if (!error) {
    LLVMOrcExecutionSessionSetErrorReporter(
        LLVMOrcLLJITGetExecutionSession(jit->jit), reportError, jit);
    error = defineSymbols(jit->jit);
  }
  if (!error)
    error = searchProcess(jit->jit);
  for (int i = 0; !error && i < objects->count; ++i) {
    error = LLVMOrcLLJITAddObjectFile(
        jit->jit, LLVMOrcLLJITGetMainJITDylib(jit->jit), objects->data[i]);
    objects->data[i] = NULL; // the JIT took it, even when it failed
  }
  if (!error)
    return UFRONT_OK;
  ufJitDestroy(jit);
  *out = NULL;
  return fail(message, error);
}

UfrontStatus ufJitFind(UfJit *jit, const char *name, UfMessage *message,
                       const void **out) {
  LLVMOrcExecutorAddress address = 0;
  LLVMErrorRef error = LLVMOrcLLJITLookup(jit->jit, &address, name);
  if (!error) {
    *out = (const void *)(uintptr_t)address;
    return UFRONT_OK;
  }
  if (!jit->errors.size)
    return fail(message, error);
  LLVMConsumeError(error);
  return ufFail(message, UFRONT_INVALID_IR, "loading the code: %s",
                jit->errors.text);
}

void ufJitDestroy(UfJit *jit) {
  if (!jit)
    return;
  if (jit->jit) {
    LLVMErrorRef error = LLVMOrcDisposeLLJIT(jit->jit);
    if (error)
      LLVMConsumeError(error);
  }
  ufMessageClear(&jit->errors);
  free(jit);
}
