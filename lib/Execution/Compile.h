//===-- Compile.h - From a module of ufront ops to code -----------*- C -*-===//
//
// lower -> split -> generate objects in parallel -> load (JIT) or write (AOT).
//
//===----------------------------------------------------------------------===//

#ifndef UF_EXECUTION_COMPILE_H
#define UF_EXECUTION_COMPILE_H

#include "Kernels/Target.h"
#include "Support/Arena.h"
#include "Support/Result.h"
#include "Support/Weights.h"
#include "ufront/Runtime.h"
#include "ufront/Session.h"

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>
#include <stdatomic.h>

/// The CPU to generate code for.
typedef struct UfCpu {
  const char *triple, *name;
  const char *features; ///< What `name` does not say, for LLVM.
  UfTarget target;
} UfCpu;

/// What a step of compiling needs beside the module.
typedef struct UfCompile {
  const UfrontCompileOptions *options; ///< Never null.
  const UfCpu *cpu;                    ///< Null before kernels are made.
  const UfWeights *weights;
  UfMessage *message;
  UfrontProgress progress; ///< May be null.
  void *progressData;
  const atomic_bool *cancelled; ///< Set by another thread, to stop.
} UfCompile;

/// Called before step `done` of compiling, which is called `what`: says so to
/// whoever watches. Fails with UFRONT_CANCELLED when compiling is to stop.
UfrontStatus ufCompileStep(const UfCompile *compile, const char *what,
                           int64_t done);

/// Names, types and shapes a program states about itself, in `arena`.
typedef struct UfDescription {
  UfArena arena;
  UfrtProgram program; ///< Without its functions.
} UfDescription;

static inline void ufScoped_UfDescription(UfDescription *description) {
  ufArenaDestroy(&description->arena);
}

//===----------------------------------------------------------------------===//
// Cpu.c
//===----------------------------------------------------------------------===//

/// Finds the CPU that `options` mean; its texts are in `arena`. Fails when they
/// name what LLVM does not know, or, if the code is `toRun` here, what this
/// machine lacks.
UfrontStatus ufCpuFind(const UfrontCompileOptions *options, bool toRun,
                       MlirContext ctx, UfMessage *message, UfArena *arena,
                       UfCpu *cpu);

//===----------------------------------------------------------------------===//
// Lower.c
//===----------------------------------------------------------------------===//

/// Runs a textual pipeline on `module`; diagnostics say why it fails.
UfrontStatus ufRunPipeline(MlirModule module, const char *pipeline,
                           UfMessage *message);

/// Lowers `module` from ufront to `stage`, at most UFRONT_STAGE_LLVM. For
/// stages after linalg, weight-only work is in @init.
UfrontStatus ufLower(const UfCompile *compile, MlirModule module,
                     UfrontStage stage);

/// Lowers `module` to the LLVM dialect, filling the description on the way.
UfrontStatus ufLowerProgram(const UfCompile *compile, MlirModule module,
                            UfDescription *description);

/// Reads the inputs and outputs of @forward. Lists are in `arena`.
UfrontStatus
ufDescribeSignature(MlirModule module, UfArena *arena, UfMessage *message,
                    const UfrontTensorInfo **inputs, int32_t *numInputs,
                    const UfrontTensorInfo **outputs, int32_t *numOutputs);

/// The type of a tensor's elements, UFRONT_NO_TYPE when it has none.
UfrontType ufTypeFromMlir(MlirType element);

//===----------------------------------------------------------------------===//
// Codegen.c
//===----------------------------------------------------------------------===//

/// Machine code, ready to be linked.
typedef struct UfObjects {
  LLVMMemoryBufferRef *data;
  int count;
} UfObjects;

void ufObjectsDestroy(UfObjects *objects);

/// Generates code for a module in the LLVM dialect on as many threads as the
/// options say, one object each. `type` is LLVMObjectFile or LLVMAssemblyFile.
/// With `name`, there is one object, all symbols start with it, and it defines
/// `const UfrtProgram <name>` from `description`; without, with a description,
/// one of the objects defines `const UfrtProgram UF_PROGRAM`.
UfrontStatus ufGenerateCode(const UfCompile *compile, MlirModule module,
                            LLVMCodeGenFileType type, const char *name,
                            const UfDescription *description,
                            UfObjects *objects);

/// The description's symbol in code without a name.
#define UF_PROGRAM "program"

//===----------------------------------------------------------------------===//
// Objects.c
//===----------------------------------------------------------------------===//

/// Makes the code of a `module` of ufront ops, or takes it from the cache.
/// `name` is as above. On a failure, too, `objects` are to be destroyed.
UfrontStatus ufCompileObjects(const UfCompile *compile, MlirModule module,
                              const char *name, UfObjects *objects);

//===----------------------------------------------------------------------===//
// Key.c
//===----------------------------------------------------------------------===//

/// What the same code is made from has the same key.
typedef struct UfKey {
  uint8_t bytes[32];
} UfKey;

/// Writes the key of a `module` of ufront ops. False when our own library was
/// linked without a build id, by which versions of it are told apart.
bool ufKeyFind(const UfCompile *compile, MlirModule module, const char *name,
               UfKey *key);

//===----------------------------------------------------------------------===//
// Cache.c
//===----------------------------------------------------------------------===//

/// Bytes of files in the cache when the options do not say.
#define UF_CACHE_LIMIT (INT64_C(1) << 30)

/// Takes the objects of `key` from `folder`; false when they are not there. A
/// file that is damaged is removed.
bool ufCacheLoad(const char *folder, const UfKey *key, UfObjects *objects);

/// Puts them there, and removes what was used least recently beyond `limit`
/// bytes. Does nothing when it cannot.
void ufCacheStore(const char *folder, int64_t limit, const UfKey *key,
                  const UfObjects *objects);

/// Takes the objects of `key` from the bytes of a file. On a failure, too,
/// `objects` are to be destroyed.
bool ufCacheParse(const char *data, size_t size, const UfKey *key,
                  UfObjects *objects);

//===----------------------------------------------------------------------===//
// Split.c
//===----------------------------------------------------------------------===//

/// Moves the functions of a module in the LLVM dialect into `count` modules of
/// about the same size, each with declarations of what it calls. Data and what
/// uses it stays in the first. `module` is left empty.
void ufSplit(MlirModule module, MlirModule *parts, int count);

//===----------------------------------------------------------------------===//
// Describe.c
//===----------------------------------------------------------------------===//

/// Adds `const UfrtProgram <name>` to `module`, UF_PROGRAM when `name` is null.
/// Functions that `module` lacks are in another one.
void ufEmitDescription(LLVMModuleRef module, const char *name,
                       const UfrtProgram *program);

//===----------------------------------------------------------------------===//
// Jit.c
//===----------------------------------------------------------------------===//

/// Loaded code. Destroyed after everything that runs it.
typedef struct UfJit UfJit;

/// Links `objects`, which it takes, into this process.
UfrontStatus ufJitCreate(UfObjects *objects, UfMessage *message, UfJit **jit);
/// Writes the address of `name`. Links the code first; says what it lacks.
UfrontStatus ufJitFind(UfJit *jit, const char *name, UfMessage *message,
                       const void **address);
void ufJitDestroy(UfJit *jit);

#endif // UF_EXECUTION_COMPILE_H
