//===-- Model.h - A model the user named, opened ------------------*- C -*-===//

#ifndef UF_TOOLS_MODEL_H
#define UF_TOOLS_MODEL_H

#include "Options.h"
#include "Progress.h"

#include "ufront/Session.h"

/// What a tool works on. Not to be moved once opened.
typedef struct UfOpened {
  const UfTool *tool;
  UfrontSession *session;
  UfrontModel *model;
  UfProgress progress;
  char *cacheDir; ///< Owned; null for no cache.
} UfOpened;

/// What the command line says of the model and its lowering. `format` may be
/// null; `shapes` are "NAME=1x3x224x224".
typedef struct UfModelOptions {
  const char *path, *format;
  UfTexts shapes;
  int32_t via;             ///< 1: through TOSA.
  const char *cpu;         ///< Null: this one.
  const char *cpuFeatures; ///< Null: the CPU's own.
  int precision;           ///< A UfrontPrecision.
  const char *cacheDir;    ///< Null: the user's.
  bool noCache;
} UfModelOptions;

/// What is known of inputs: those that are no longer the model's, since they
/// have values, how many tensors sequences hold, and shapes.
typedef struct UfModelGiven {
  const char *const *names;
  const UfrontTensor *values;
  int32_t numValues;
  const UfrontSequenceInfo *sequences;
  int32_t numSequences;
  const UfrontTensorInfo *shapes;
  int32_t numShapes;
} UfModelGiven;

/// Starts a session without a model. `opened` is to be closed also when this
/// fails.
bool ufModelBegin(const UfTool *tool, const UfModelOptions *options,
                  UfOpened *opened);

/// Imports the model into a session that has none; `given` may be null. With
/// `status`, which then says what happened, nothing is reported of a model that
/// is not supported.
bool ufModelImport(UfOpened *opened, const UfModelOptions *options,
                   const UfModelGiven *given, UfrontStatus *status);

/// Does both, with progress on a terminal. `opened` is to be closed also when
/// this fails.
bool ufModelOpen(const UfTool *tool, const UfModelOptions *options,
                 UfOpened *opened);

/// How the command line says to compile it, on one thread per core.
UfrontCompileOptions ufModelCompileOptions(const UfOpened *opened,
                                           const UfModelOptions *options);

/// True when `status` is UFRONT_OK; otherwise says what happened. To be called
/// with the result of every function of a session.
bool ufModelCheck(UfOpened *opened, UfrontStatus status);

/// Says that --`option` names an input the model lacks, and which it has; the
/// name is `size` characters at `name`. Returns false.
bool ufModelLacksInput(const UfTool *tool, const UfrontModel *model,
                       const char *option, const char *name, size_t size);

void ufModelClose(UfOpened *opened);

/// The values of --via; ends with null.
extern const char *const ufVias[];
/// Those of --precision, in the order of UfrontPrecision.
extern const char *const ufPrecisions[];

// clang-format off
/// Rows for a table whose values are a `T` with a UfModelOptions `model`.
#define UF_MODEL_OPTIONS(T)                                                    \
  {.name = "shape", .kind = UF_OPTION_LIST,                                    \
   .offset = offsetof(T, model.shapes), .placeholder = "NAME=1x3x224x224",     \
   .help = "Fix the shape of an input; '?' leaves a\n"                         \
           "dimension open. May be repeated."},                                \
  {.name = "format", .kind = UF_OPTION_TEXT,                                   \
   .offset = offsetof(T, model.format), .placeholder = "FORMAT",               \
   .help = "The model's format, if its first bytes do not\n"                   \
           "tell: onnx, torch, flexflow, mlir."},                                           \
  {.name = "via", .kind = UF_OPTION_CHOICE,                                    \
   .offset = offsetof(T, model.via), .placeholder = "tosa",                    \
   .choices = ufVias, .help = "Lower through TOSA what TOSA can express."}
#define UF_CPU_OPTIONS(T)                                                      \
  {.name = "cpu", .kind = UF_OPTION_TEXT, .offset = offsetof(T, model.cpu),    \
   .placeholder = "CPU",                                                       \
   .help = "The CPU to compile for, by LLVM's name, such as\n"                 \
           "x86-64-v3 (this machine's)."},                                     \
  {.name = "cpu-features", .kind = UF_OPTION_TEXT,                             \
   .offset = offsetof(T, model.cpuFeatures), .placeholder = "+A,-B",           \
   .help = "What to add to the CPU's features and what to\n"                   \
           "take away; -avx512 and -amx take all away that\n"                  \
           "begin so."},                                                       \
  {.name = "precision", .kind = UF_OPTION_CHOICE,                              \
   .offset = offsetof(T, model.precision), .placeholder = "NAME",              \
   .choices = ufPrecisions,                                                    \
   .help = "What factors of products of f32 are rounded to:\n"                 \
           "f32 (they are not), bf16, or with AMX the sum of\n"                \
           "two or three bf16 (bf16x2, bf16x3)."}
#define UF_CACHE_OPTIONS(T)                                                    \
  {.name = "cache-dir", .kind = UF_OPTION_TEXT,                                \
   .offset = offsetof(T, model.cacheDir), .placeholder = "FOLDER",             \
   .help = "Where compiled code is kept for the next time\n"                   \
           "($XDG_CACHE_HOME/ufront or ~/.cache/ufront)."},                    \
  {.name = "no-cache", .offset = offsetof(T, model.noCache),                   \
   .help = "Compile anew and keep nothing."}
// clang-format on

#endif // UF_TOOLS_MODEL_H
