//===-- Codegen.c - From the LLVM dialect to machine code -----------------===//
//
// The parts of a program are translated, optimised and emitted side by side,
// each in an LLVM context of its own.
//
//===----------------------------------------------------------------------===//

#include "Execution/Compile.h"
#include "IR/Function.h"

#include "mlir-c/Target/LLVMIR.h"

#include <llvm-c/Error.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Several parts a thread: what is done with one does not wait for the longest,
/// and between two of them a thread sees that compiling is to stop.
enum { MAX_THREADS = 16, PARTS_PER_THREAD = 4 };
enum { MAX_PARTS = MAX_THREADS * PARTS_PER_THREAD };

/// A module of its own.
typedef struct Part {
  MlirModule module;
  const UfCpu *cpu;
  LLVMCodeGenFileType type;
  const char *name;           ///< Null for the JIT.
  const UfrtProgram *program; ///< Null for parts without the description.
  const atomic_bool *cancelled;
  LLVMMemoryBufferRef object;
  UfMessage message;
  UfrontStatus status;
} Part;

void ufObjectsDestroy(UfObjects *objects) {
  for (int i = 0; i < objects->count; ++i)
    if (objects->data[i])
      LLVMDisposeMemoryBuffer(objects->data[i]);
  free(objects->data);
  *objects = (UfObjects){0};
}

static void addAttribute(LLVMModuleRef module, LLVMValueRef function,
                         const char *key, const char *value) {
  LLVMContextRef ctx = LLVMGetModuleContext(module);
  LLVMAddAttributeAtIndex(
      function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
      LLVMCreateStringAttribute(ctx, key, (unsigned)strlen(key), value,
                                (unsigned)strlen(value)));
}

/// Gives a symbol the prefix of its program, so that several can be linked.
static void addPrefix(LLVMValueRef symbol, const char *prefix) {
  size_t size;
  const char *old = LLVMGetValueName2(symbol, &size);
  char text[512];
  int length = snprintf(text, sizeof text, "%s_%.*s", prefix, (int)size, old);
  LLVMSetValueName2(symbol, text, (size_t)length);
}

/// Weights are read where their file has them, which need not be aligned, and
/// any load may be of a weight. Vector loads cost the same either way.
static void allowMisaligned(LLVMValueRef op) {
  if (LLVMGetInstructionOpcode(op) == LLVMLoad)
    LLVMSetAlignment(op, 1);
}

static bool isBool(LLVMValueRef value) {
  LLVMTypeRef type = LLVMTypeOf(value);
  return LLVMGetTypeKind(type) == LLVMIntegerTypeKind &&
         LLVMGetIntTypeWidth(type) == 1;
}

/// Reads and writes a truth value as the byte that it is in memory: loops with
/// loads and stores of i1 are not vectorised.
static void accessBytes(LLVMBuilderRef builder, LLVMValueRef op) {
  LLVMTypeRef byte = LLVMInt8TypeInContext(LLVMGetValueContext(op));
  LLVMOpcode code = LLVMGetInstructionOpcode(op);
  LLVMPositionBuilderBefore(builder, op);
  if (code == LLVMLoad && isBool(op)) {
    LLVMValueRef load =
        LLVMBuildLoad2(builder, byte, LLVMGetOperand(op, 0), "");
    LLVMReplaceAllUsesWith(op,
                           LLVMBuildTrunc(builder, load, LLVMTypeOf(op), ""));
    LLVMInstructionEraseFromParent(op);
  } else if (code == LLVMStore && isBool(LLVMGetOperand(op, 0))) {
    LLVMValueRef value =
        LLVMBuildZExt(builder, LLVMGetOperand(op, 0), byte, "");
    LLVMBuildStore(builder, value, LLVMGetOperand(op, 1));
    LLVMInstructionEraseFromParent(op);
  }
}

static void prepareAccesses(LLVMValueRef function) {
  LLVMBuilderRef builder =
      LLVMCreateBuilderInContext(LLVMGetValueContext(function));
  for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
       block = LLVMGetNextBasicBlock(block))
    for (LLVMValueRef op = LLVMGetFirstInstruction(block), next; op;
         op = next) {
      next = LLVMGetNextInstruction(op);
      allowMisaligned(op);
      accessBytes(builder, op);
    }
  LLVMDisposeBuilder(builder);
}

/// Attributes and names of everything the part defines.
static void prepare(const Part *part, LLVMModuleRef module) {
  // 512-bit vectors pay where the CPU has them; LLVM's tuning often stops at
  // 256 for fear of clock changes that kernels like these do not meet.
  const UfTarget *target = &part->cpu->target;
  bool wide = target->vectorBits == 512;
  // Where CPUs are described as wanting it, LLVM 22 renames registers after it
  // has allocated them, those of tiles too although their shapes differ.
  bool hasAmx = target->amxBf16 || target->amxInt8;
  for (LLVMValueRef f = LLVMGetFirstFunction(module); f;
       f = LLVMGetNextFunction(f)) {
    if (LLVMIsDeclaration(f))
      continue;
    prepareAccesses(f);
    addAttribute(module, f, "target-cpu", part->cpu->name);
    addAttribute(module, f, "target-features", part->cpu->features);
    if (wide)
      addAttribute(module, f, "prefer-vector-width", "512");
    if (hasAmx)
      addAttribute(module, f, "tune-cpu", "sapphirerapids");
    if (part->name) {
      addPrefix(f, part->name);
      LLVMSetVisibility(f, LLVMHiddenVisibility);
    }
  }
  for (LLVMValueRef g = LLVMGetFirstGlobal(module); g && part->name;
       g = LLVMGetNextGlobal(g))
    addPrefix(g, part->name);
}

static UfrontStatus emitPart(Part *part, LLVMModuleRef module,
                             LLVMTargetMachineRef machine) {
  LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(machine);
  LLVMSetModuleDataLayout(module, layout);
  LLVMSetTarget(module, part->cpu->triple);
  LLVMDisposeTargetData(layout);
  prepare(part, module);
  if (part->program)
    ufEmitDescription(module, part->name, part->program);

  LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
  LLVMErrorRef error = LLVMRunPasses(module, "default<O3>", machine, options);
  LLVMDisposePassBuilderOptions(options);
  char *text = NULL;
  if (error) {
    text = LLVMGetErrorMessage(error);
    ufFail(&part->message, UFRONT_INVALID_IR, "LLVM: %s", text);
    LLVMDisposeErrorMessage(text);
    return UFRONT_INVALID_IR;
  }
  if (atomic_load(part->cancelled))
    return ufFail(&part->message, UFRONT_CANCELLED, "compiling was cancelled");
  if (LLVMTargetMachineEmitToMemoryBuffer(machine, module, part->type, &text,
                                          &part->object)) {
    ufFail(&part->message, UFRONT_INVALID_IR, "LLVM: %s", text);
    LLVMDisposeMessage(text);
    return UFRONT_INVALID_IR;
  }
  return UFRONT_OK;
}

static UfrontStatus generatePart(Part *part) {
  LLVMTargetRef target;
  char *text = NULL;
  if (LLVMGetTargetFromTriple(part->cpu->triple, &target, &text)) {
    ufFail(&part->message, UFRONT_UNSUPPORTED, "LLVM: %s", text);
    LLVMDisposeMessage(text);
    return UFRONT_UNSUPPORTED;
  }
  LLVMContextRef ctx = LLVMContextCreate();
  LLVMModuleRef module =
      mlirTranslateModuleToLLVMIR(mlirModuleGetOperation(part->module), ctx);
  UfrontStatus status = UFRONT_INVALID_IR;
  if (module) {
    LLVMTargetMachineRef machine = LLVMCreateTargetMachine(
        target, part->cpu->triple, part->cpu->name, part->cpu->features,
        LLVMCodeGenLevelDefault, LLVMRelocPIC, LLVMCodeModelDefault);
    status = emitPart(part, module, machine);
    LLVMDisposeTargetMachine(machine);
    LLVMDisposeModule(module);
  } else
    ufFail(&part->message, UFRONT_INVALID_IR,
           "the module does not translate to LLVM IR");
  LLVMContextDispose(ctx);
  return status;
}

/// What the threads share.
typedef struct Parts {
  Part *parts;
  int count;
  atomic_int next; ///< The first that no thread has taken.
} Parts;

static void *generateParts(void *userData) {
  Parts *all = userData;
  for (int i; (i = atomic_fetch_add(&all->next, 1)) < all->count;) {
    Part *part = &all->parts[i];
    part->status = atomic_load(part->cancelled)
                       ? ufFail(&part->message, UFRONT_CANCELLED,
                                "compiling was cancelled")
                       : generatePart(part);
  }
  return NULL;
}

/// Threads to compile on.
static int numThreads(const UfCompile *compile) {
  int threads = compile->options->threads;
  cpu_set_t set;
  if (threads <= 0)
    threads = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return threads > MAX_THREADS ? MAX_THREADS : threads;
}

/// Parts to make of `module`: no more than it has functions.
static int numParts(MlirModule module, int threads) {
  int functions = 0, most = threads * PARTS_PER_THREAD;
  for (MlirOperation op = mlirBlockGetFirstOperation(mlirModuleGetBody(module));
       op.ptr; op = mlirOperationGetNextInBlock(op))
    functions +=
        ufOpIs(op, "llvm.func") && !mlirBlockIsNull(ufFunctionBody(op));
  return functions < 1 ? 1 : functions < most ? functions : most;
}

static UfrontStatus runParts(const UfCompile *compile, Part *parts, int count,
                             UfObjects *objects) {
  Parts all = {.parts = parts, .count = count};
  pthread_t threads[MAX_THREADS];
  bool started[MAX_THREADS] = {false};
  int numHelpers = numThreads(compile) < count ? numThreads(compile) : count;
  for (int i = 1; i < numHelpers; ++i)
    started[i] = pthread_create(&threads[i], NULL, generateParts, &all) == 0;
  generateParts(&all);
  for (int i = 1; i < numHelpers; ++i)
    if (started[i])
      pthread_join(threads[i], NULL);
  UfrontStatus status = UFRONT_OK;
  for (int i = 0; i < count; ++i) {
    if (parts[i].status != UFRONT_OK && status == UFRONT_OK)
      status = ufFail(compile->message, parts[i].status, "%s",
                      ufMessageGet(&parts[i].message));
    objects->data[objects->count++] = parts[i].object;
    ufMessageClear(&parts[i].message);
    mlirModuleDestroy(parts[i].module);
  }
  return status;
}

UfrontStatus ufGenerateCode(const UfCompile *compile, MlirModule module,
                            LLVMCodeGenFileType type, const char *name,
                            const UfDescription *description,
                            UfObjects *objects) {
  UF_TRY(ufCompileStep(compile, "Generating code", 4));
  bool isWhole = name || type == LLVMAssemblyFile;
  int count = isWhole ? 1 : numParts(module, numThreads(compile));
  MlirModule modules[MAX_PARTS];
  Part parts[MAX_PARTS] = {0};
  ufSplit(module, modules, count);
  const UfrtProgram *described = description ? &description->program : NULL;
  objects->data = calloc((size_t)count, sizeof(LLVMMemoryBufferRef));
  for (int i = 0; i < count; ++i)
    parts[i] = (Part){.module = modules[i],
                      .cpu = compile->cpu,
                      .type = type,
                      .name = name,
                      .program = described && i == 0 ? described : NULL,
                      .cancelled = compile->cancelled};
  return objects->data
             ? runParts(compile, parts, count, objects)
             : ufFail(compile->message, UFRONT_NO_MEMORY, "no memory");
}
