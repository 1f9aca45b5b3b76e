//===-- ufront/Runtime.h - What a compiled model runs on ----------*- C -*-===//
//
// libufront_rt: parameters, inputs and outputs, the arena, the thread pool.
// It needs no compiler and no LLVM. A program compiled ahead of time links it,
// and the JIT uses the very same functions.
//
// Ownership: an instance borrows its program and its weights, which must
//            outlive it; outputs belong to the instance until its next run.
// Threads:   an instance belongs to one thread at a time. Any number of
//            instances may share a program and its weights.
// Errors:    a UfrontStatus, with its text in ufrtInstanceGetMessage().
//
//===----------------------------------------------------------------------===//

#ifndef UFRONT_RUNTIME_H
#define UFRONT_RUNTIME_H

#include "ufront/Profile.h"
#include "ufront/Tensor.h"

UFRONT_BEGIN_DECLS

/// One call of a compiled function: what generated code sees of an instance.
typedef struct UfrtCall UfrtCall;

/// A compiled function: reads its inputs and parameters through `call`, writes
/// its outputs there, and returns 0.
typedef int32_t (*UfrtFunction)(UfrtCall *call);

/// A place in `forward` that calls a kernel; see UfrontKernelTime.
typedef struct UfrtSite {
  const char *name, *kind, *loops, *where;
} UfrtSite;

/// A compiled model: constant data emitted beside its code. The layout is the
/// contract between the compiler and the runtime; `abi` guards it.
typedef struct UfrtProgram {
  int32_t abi; ///< UFRT_ABI.
  int32_t numInputs, numOutputs;
  int32_t numParams;  ///< Read from the weights file, by name.
  int32_t numDerived; ///< Computed once by `init`; indexed after the params.
  int32_t numSites;   ///< 0 unless compiled to be profiled.
  const UfrontTensorInfo *inputs;
  const UfrontTensorInfo *outputs;
  const UfrontTensorInfo *params; ///< numParams, then numDerived of them.
  UfrtFunction forward;
  UfrtFunction init; ///< Null when nothing is derived.
  int64_t arenaSize; ///< Bytes of the planned, static part of forward's arena.
  int64_t initArenaSize;
  const UfrtSite *sites; ///< Kernels called by forward, in the code's order.
  const UfrontString *strings; ///< By handle; all different, the first is "".
  int64_t numStrings; ///< 0 when the model has nothing to do with them.
} UfrtProgram;

#define UFRT_ABI 3

/// A program with its weights bound and a thread pool, ready to run.
typedef struct UfrtInstance UfrtInstance;

/// Looks up parameter `name`. Writes its bytes, which must stay valid as long
/// as the instance, or leaves `tensor->data` null when there is none.
typedef void (*UfrtFindParam)(void *userData, const char *name,
                              UfrontTensor *tensor);

/// Binds every parameter of `program`, runs `init`, and returns an instance the
/// caller destroys. `threads` counts the caller; 0 means one per core. On
/// failure `*instance` still holds the message, and is still to be destroyed;
/// it is null only when memory is exhausted. Fails when a parameter is missing
/// or has another type or shape.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrtInstanceCreate(const UfrtProgram *program, UfrtFindParam find,
                   void *userData, int32_t threads, UfrtInstance **instance);

/// As above, with the weights mapped from a .safetensors file.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrtInstanceCreateFromFile(const UfrtProgram *program, const char *weights,
                           int32_t threads, UfrtInstance **instance);

/// Null is a no-op.
UFRONT_API void ufrtInstanceDestroy(UfrtInstance *instance);

/// Runs the model. `inputs` holds numInputs tensors of the program's types and
/// ranks whose static dimensions match. `outputs` holds numOutputs tensors: one
/// whose `data` is null receives a tensor owned by the instance and valid until
/// its next run; otherwise its `data` has room for the shape it states, which
/// must turn out to be the shape of the result.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrtInstanceRun(
    UfrtInstance *instance, const UfrontTensor *inputs, UfrontTensor *outputs);

/// The text of the last failure, "" if none. Borrowed until the next call.
UFRONT_API const char *ufrtInstanceGetMessage(const UfrtInstance *instance);

/// Bytes the instance holds: arena, outputs and derived parameters.
UFRONT_API int64_t ufrtInstanceGetMemory(const UfrtInstance *instance);

/// Starts or stops measuring the runs. Fails when the program was not compiled
/// to be profiled.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrtInstanceSetProfiling(UfrtInstance *instance, UfrontProfiling profiling);

/// What has been measured since, null if nothing. Borrowed until the next call
/// that runs, profiles or destroys the instance. The first time takes tens of
/// milliseconds, to measure what the machine can do.
UFRONT_API const UfrontProfile *ufrtInstanceGetProfile(UfrtInstance *instance);

/// Writes the same; a trace needs UFRONT_PROFILING_TRACE.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrtInstanceWriteProfile(UfrtInstance *instance, UfrontProfileFormat format,
                         UfrontWrite write, void *userData);

//===----------------------------------------------------------------------===//
// Called by generated code only.
//===----------------------------------------------------------------------===//

/// Data, and size of dimension `dim`, of input `index`. Checked before the
/// call.
UFRONT_API void *ufrtCallGetInput(UfrtCall *call, int64_t index);
UFRONT_API int64_t ufrtCallGetInputDim(UfrtCall *call, int64_t index,
                                       int64_t dim);

/// Data of parameter `index`.
UFRONT_API void *ufrtCallGetParam(UfrtCall *call, int64_t index);

/// Makes room for output `index`, whose shape is the `rank` numbers at `shape`.
/// May be called once per output and run.
UFRONT_API void *ufrtCallGetOutput(UfrtCall *call, int64_t index, int64_t rank,
                                   const int64_t *shape);

/// The start of the planned arena, aligned to 64 bytes.
UFRONT_API void *ufrtCallGetArena(UfrtCall *call);

/// A block of at least `bytes`, aligned to 64, from the instance's pool, and
/// its return. After the first runs the pool serves every request without
/// asking the system. What is not returned is at the end of the run.
UFRONT_API void *ufrtCallAlloc(UfrtCall *call, int64_t bytes);
UFRONT_API void ufrtCallFree(UfrtCall *call, void *block);

/// Part of a kernel: works on the tiles [begin, end), reading its operands from
/// `slots`, 8 bytes each.
typedef void (*UfrtTask)(UfrtCall *call, const int64_t *slots, int64_t begin,
                         int64_t end);

/// Runs `task` over [0, tiles) on the instance's threads; returns when all of
/// it is done. Tasks do not nest: a call from within a task runs in place.
UFRONT_API void ufrtCallParallel(UfrtCall *call, UfrtTask task,
                                 const int64_t *slots, int64_t tiles);

/// Around the call of a kernel in code that is profiled: where, how many
/// operations it does and how many bytes it needs, or -1.
UFRONT_API void ufrtCallEnter(UfrtCall *call, int64_t site, int64_t flops,
                              int64_t bytes);
UFRONT_API void ufrtCallLeave(UfrtCall *call);

/// 64 random bits of the system's.
UFRONT_API int64_t ufrtCallGetSeed(UfrtCall *call);

/// Before the first code that uses AMX. Ends the run with UFRONT_RUNTIME when
/// the system does not allow it.
UFRONT_API void ufrtCallUseTiles(UfrtCall *call);

/// Ends the run with UFRONT_RUNTIME and `message` when `ok` is 0. Only from the
/// thread that runs the function, not from a task.
UFRONT_API void ufrtCallCheck(UfrtCall *call, int32_t ok, const char *message);

// Strings are handles: indices into the instance's table, in which no two are
// equal. Those of the program come first, what a run adds goes with the next.

/// x followed by y.
UFRONT_API int64_t ufrtCallStringConcat(UfrtCall *call, int64_t x, int64_t y);

/// Every letter in upper case, or lower, where Unicode has one letter for it.
UFRONT_API int64_t ufrtCallStringCase(UfrtCall *call, int64_t x, int64_t upper);

/// 1 when all of `x` matches the regular expression `pattern`, else 0.
UFRONT_API int64_t ufrtCallStringMatch(UfrtCall *call, int64_t x,
                                       int64_t pattern);

/// Splits `x` at `delimiter`, or where that is empty at white space. The number
/// of parts, with at most `most` splits unless that is negative; the part that
/// begins at or after byte `from`; and where the one after it begins, -1 when
/// there is none. From -1 on there is the empty string, and nothing after it.
/// `isLast` takes everything that is left.
UFRONT_API int64_t ufrtCallStringSplitCount(UfrtCall *call, int64_t x,
                                            int64_t delimiter, int64_t most);
UFRONT_API int64_t ufrtCallStringSplitPart(UfrtCall *call, int64_t x,
                                           int64_t delimiter, int64_t from,
                                           int64_t isLast);
UFRONT_API int64_t ufrtCallStringSplitNext(UfrtCall *call, int64_t x,
                                           int64_t delimiter, int64_t from,
                                           int64_t isLast);

/// Numbers as text: the fewest digits that are read back as the same number of
/// `kind`, 16, 32 or 64 bits of a float, or -16 for bf16; and text as numbers,
/// which ends the run where it is none.
UFRONT_API int64_t ufrtCallStringFromFloat(UfrtCall *call, double x,
                                           int64_t kind);
UFRONT_API int64_t ufrtCallStringFromInt(UfrtCall *call, int64_t x,
                                         int64_t isUnsigned);
UFRONT_API double ufrtCallStringToFloat(UfrtCall *call, int64_t x,
                                        int64_t kind);
UFRONT_API int64_t ufrtCallStringToInt(UfrtCall *call, int64_t x,
                                       int64_t isUnsigned);

UFRONT_END_DECLS

#endif // UFRONT_RUNTIME_H
