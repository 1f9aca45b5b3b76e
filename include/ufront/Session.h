//===-- ufront/Session.h - Import, inspect, compile, run ----------*- C -*-===//
//
// The stable C ABI of ufront. Nothing here mentions MLIR, so Python, Rust and
// Julia bind it with plain FFI. Tools that share IR with us use
// ufront/Interop.h.
//
// Ownership: Create/Import/Compile return an object the caller destroys; Get
//            borrows from its argument and lives as long as that argument.
//            A session outlives its models, a model its programs.
// Threads:   a session, its models and its programs belong to one thread at a
//            time; separate sessions are independent.
// Errors:    every fallible call returns a UfrontStatus; the text of the last
//            failure is ufrontSessionGetMessage(session).
//
//===----------------------------------------------------------------------===//

#ifndef UFRONT_SESSION_H
#define UFRONT_SESSION_H

#include "ufront/Profile.h"
#include "ufront/Tensor.h"

UFRONT_BEGIN_DECLS

/// A compiler instance: options, diagnostics and everything imported into it.
typedef struct UfrontSession UfrontSession;

/// One imported model: a module of `ufront` ops and its weights.
typedef struct UfrontModel UfrontModel;

/// A model compiled for this machine and ready to run.
typedef struct UfrontProgram UfrontProgram;

/// Creates a session the caller owns. Fails only when memory is exhausted.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontSessionCreate(UfrontSession **session);

/// Destroys a session. Null is a no-op.
UFRONT_API void ufrontSessionDestroy(UfrontSession *session);

/// Returns the rendered diagnostics of the last failed call, "" if none.
/// Borrowed: valid until the next call on `session`.
UFRONT_API const char *ufrontSessionGetMessage(const UfrontSession *session);

/// Called while something long runs: `what` says which step, `done` of `total`.
typedef void (*UfrontProgress)(void *userData, const char *what, int64_t done,
                               int64_t total);

/// Sets the progress callback; null for none, which is the default.
UFRONT_API void ufrontSessionSetProgress(UfrontSession *session,
                                         UfrontProgress progress,
                                         void *userData);

/// Asks the call that now imports, emits or compiles in `session` to stop. It
/// does before its next step, and fails with UFRONT_CANCELLED. No effect when
/// there is none. The one function that any thread may call at any time while
/// the session exists.
UFRONT_API void ufrontSessionCancel(UfrontSession *session);

/// The version of the library, UFRONT_VERSION of its headers.
UFRONT_API const char *ufrontGetVersion(void);

/// The name of import format `index` ("onnx", "mlir", ...), null past the end.
UFRONT_API const char *ufrontGetFormatName(int32_t index);

//===----------------------------------------------------------------------===//
// Importing
//===----------------------------------------------------------------------===//

/// What an input or output of a model file is made of that is a sequence of
/// tensors, or optional.
typedef struct UfrontSequenceInfo {
  const char *name;
  /// How many tensors a sequence holds: tensor i is input or output "name[i]"
  /// of the model. Or one of the two below.
  int32_t length;
} UfrontSequenceInfo;

/// An optional value that is not there.
#define UFRONT_ABSENT (-1)
/// A sequence that is output "name[*]" of the model, along the dimension 0 that
/// its tensors do not have: how many there are is known after the run.
#define UFRONT_STACKED (-2)

/// Fixes what a model file leaves open.
typedef struct UfrontImportOptions {
  /// A name from ufrontGetFormatName(), or null to decide from the first bytes.
  const char *format;
  /// `numShapes` inputs whose shape is given here instead of taken from the
  /// file. Only `name`, `rank` and `shape` are read.
  const UfrontTensorInfo *shapes;
  int32_t numShapes;
  /// `numValues` inputs that are fixed: input valueNames[i] has values[i] and
  /// is a constant of the model, which then does not have it as an input. Axes,
  /// shapes and the like that a model takes as inputs can be given so.
  const char *const *valueNames;
  const UfrontTensor *values;
  int32_t numValues;
  /// `numSequences` inputs that are sequences or optional, and what they are
  /// given. Sequences must be here; an optional tensor that is not is there. It
  /// may also be given as a sequence of one or of none.
  const UfrontSequenceInfo *sequences;
  int32_t numSequences;
  /// Where a model read from memory looks for its external data; null: nowhere.
  const char *directory;
} UfrontImportOptions;

/// Reads the model at `path`; "-" is standard input. `options` may be null.
/// Everything the model needs and ufront lacks is in one message
/// (UFRONT_UNSUPPORTED). Weights stay in the mapped file.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontSessionImport(UfrontSession *session, const char *path,
                    const UfrontImportOptions *options, UfrontModel **model);

/// Reads a model from memory, which is borrowed as long as the model lives.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontSessionImportMemory(
    UfrontSession *session, const void *data, size_t size,
    const UfrontImportOptions *options, UfrontModel **model);

/// Null is a no-op.
UFRONT_API void ufrontModelDestroy(UfrontModel *model);

/// How many inputs and outputs the model has, and what each is.
UFRONT_API int32_t ufrontModelGetNumInputs(const UfrontModel *model);
UFRONT_API int32_t ufrontModelGetNumOutputs(const UfrontModel *model);
UFRONT_API const UfrontTensorInfo *ufrontModelGetInput(const UfrontModel *model,
                                                       int32_t index);
UFRONT_API const UfrontTensorInfo *
ufrontModelGetOutput(const UfrontModel *model, int32_t index);

/// How many of the file's outputs are no tensors, and what each is made of.
UFRONT_API int32_t ufrontModelGetNumSequences(const UfrontModel *model);
UFRONT_API const UfrontSequenceInfo *
ufrontModelGetSequence(const UfrontModel *model, int32_t index);

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// The stages a model can be shown at, each lowered from the one before.
typedef enum UfrontStage {
  UFRONT_STAGE_UFRONT = 0,
  UFRONT_STAGE_TOSA = 1,
  UFRONT_STAGE_LINALG = 2,
  UFRONT_STAGE_KERNELS = 3,
  UFRONT_STAGE_LLVM = 4,
  UFRONT_STAGE_ASM = 5,
} UfrontStage;

/// Where the text says a weight's values are.
typedef enum UfrontWeights {
  UFRONT_WEIGHTS_FILE = 0,   ///< In a .safetensors file, by name.
  UFRONT_WEIGHTS_INLINE = 1, ///< In the text.
  UFRONT_WEIGHTS_ELIDE = 2,  ///< Nowhere: function arguments.
} UfrontWeights;

/// How the factors of matrix products, convolutions and other sums of products
/// of f32 are rounded before they are multiplied. Sums, and all else, are f32.
typedef enum UfrontPrecision {
  UFRONT_PRECISION_F32 = 0, ///< Not at all.
  /// To bf16, as are values in memory between products: half the bytes and, on
  /// CPUs that have instructions for it, at least twice as fast, at a relative
  /// error of 2^-9 of each factor. Values above the largest bf16, 3.39e38,
  /// become infinite; values below 1.18e-38 may become 0.
  UFRONT_PRECISION_BF16 = 1,
  /// To sums of two or three bf16 on CPUs whose AMX multiplies bf16; elsewhere
  /// not at all. Values in memory stay f32. Two keep a relative error of 2^-16
  /// of each factor, three are as exact as f32. What is infinite or NaN is so
  /// as with f32. Parts of a factor below 1.18e-38 count as 0, so that factors
  /// below 2e-31 lose digits.
  UFRONT_PRECISION_BF16X2 = 2,
  UFRONT_PRECISION_BF16X3 = 3,
} UfrontPrecision;

/// Zero-initialised options are the defaults.
typedef struct UfrontCompileOptions {
  int32_t threads; ///< 0: one per core. Compiling uses as many.
  bool viaTosa;    ///< Lower through TOSA wherever TOSA can express the op.
  /// The CPU to compile for, by LLVM's name ("x86-64-v3"); null: this one.
  const char *cpu;
  /// What to add to the CPU's features and what to take away, by LLVM's names
  /// ("+avx2,-avx512f"); null: nothing. "-avx512" and "-amx" take all away that
  /// begin so, and what needs a feature goes with it. Code that is to run here
  /// may only have features that this machine has.
  const char *cpuFeatures;
  /// Make code whose kernels can be timed: see ufrontProgramSetProfiling().
  bool profile;
  UfrontPrecision precision;
  /// A folder to keep code in, so that compiling the same model again is fast;
  /// null or "": none. It is made when it is not there, may be shared by
  /// processes, and is to be the user's own, since what is in it is run. Where
  /// that cannot be done, compiling takes as long as it does.
  const char *cacheDir;
  int64_t cacheLimit; ///< Bytes the folder may have; 0: 1 GiB.
} UfrontCompileOptions;

/// Writes the model as it is at `stage`. `options` may be null.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontModelEmit(
    UfrontModel *model, UfrontStage stage, UfrontWeights weights,
    const UfrontCompileOptions *options, UfrontWrite write, void *userData);

/// Writes the model's weights to `path` in safetensors format.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontModelWriteWeights(UfrontModel *model, const char *path);

/// Writes the model's graph to `path`, "-" for standard output, in FlexFlow's
/// .ff format, which has neither shapes nor weights. Everything that the format
/// cannot say is in one message (UFRONT_UNSUPPORTED).
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontModelWriteFlexFlow(UfrontModel *model, const char *path);

/// Compiles ahead of time. Writes one relocatable object to `path`; it defines
/// `const UfrtProgram NAME` (ufront/Runtime.h). `name` is a C identifier.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontModelWriteObject(UfrontModel *model, const UfrontCompileOptions *options,
                       const char *name, const char *path);

/// Compiles for this machine and loads the result. `options` may be null.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontModelCompile(UfrontModel *model, const UfrontCompileOptions *options,
                   UfrontProgram **program);

/// Null is a no-op.
UFRONT_API void ufrontProgramDestroy(UfrontProgram *program);

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Runs the program: see ufrtInstanceRun() in ufront/Runtime.h for the contract
/// of `inputs` and `outputs`. Makes no allocation in steady state.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontProgramRun(
    UfrontProgram *program, const UfrontTensor *inputs, UfrontTensor *outputs);

/// Bytes the program holds beside its weights: arena, outputs, derived weights.
UFRONT_API int64_t ufrontProgramGetMemory(const UfrontProgram *program);

/// Starts or stops measuring the runs of a program that was compiled with
/// `profile`; another one fails with UFRONT_ARGUMENT.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontProgramSetProfiling(UfrontProgram *program, UfrontProfiling profiling);

/// What has been measured since, null if nothing; see ufrtInstanceGetProfile()
/// in ufront/Runtime.h.
UFRONT_API const UfrontProfile *ufrontProgramGetProfile(UfrontProgram *program);

/// Writes the same as text.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontProgramWriteProfile(UfrontProgram *program, UfrontProfileFormat format,
                          UfrontWrite write, void *userData);

UFRONT_END_DECLS

#endif // UFRONT_SESSION_H
