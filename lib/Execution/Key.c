//===-- Key.c - What decides the code of a model --------------------------===//
//
// Code that was made for the same key is the same code. The key covers the
// module, without the weights' values, every option that matters, the CPU, and
// which builds of ufront, MLIR and LLVM are at work.
//
//===----------------------------------------------------------------------===//

#include "Dialect/Shim.h"
#include "Execution/Compile.h"
#include "IR/Function.h"

#include <elf.h>
#include <link.h>
#include <llvm-c/Core.h>
#include <string.h>

// A new option comes here: it goes into the key unless it cannot change code.
_Static_assert(sizeof(UfrontCompileOptions) == 48 || sizeof(void *) != 8,
               "appendOptions() says which options decide the code");

/// Appends a field with its size, so that no two lists of fields look alike.
static void append(UfMessage *into, const void *data, size_t size) {
  ufMessageAppend(into, "%zu:", size);
  ufMessageAppendBytes(into, data, size);
}

static void appendText(UfMessage *into, const char *text) {
  append(into, text ? text : "", text ? strlen(text) : 0);
}

//===----------------------------------------------------------------------===//
// Builds
//===----------------------------------------------------------------------===//

typedef struct Builds {
  UfMessage *key;
  bool hasOurs;
} Builds;

/// Whether what is loaded as `info` has this file's code in it.
static bool isOurs(const struct dl_phdr_info *info) {
  uintptr_t here = (uintptr_t)ufKeyFind;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t begin = info->dlpi_addr + part->p_vaddr;
    if (part->p_type == PT_LOAD && here >= begin &&
        here - begin < part->p_memsz)
      return true;
  }
  return false;
}

/// Appends the build id among the notes at `notes`, which the linker put there;
/// false when there is none.
static bool appendBuildId(UfMessage *key, const char *notes, size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    memcpy(&note, notes, sizeof note);
    size_t name = (note.n_namesz + 3u) & ~3u,
           value = (note.n_descsz + 3u) & ~3u;
    size_t whole = sizeof note + name + value;
    if (whole > size)
      return false;
    const char *text = notes + sizeof note;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
        memcmp(text, "GNU", 4) == 0) {
      append(key, text + name, note.n_descsz);
      return true;
    }
    notes += whole;
    size -= whole;
  }
  return false;
}

/// Appends the build id of our own library, MLIR's and LLVM's.
static int appendLibrary(struct dl_phdr_info *info, size_t size,
                         void *userData) {
  (void)size;
  Builds *builds = userData;
  bool ours = isOurs(info);
  if (!ours && !strstr(info->dlpi_name, "libMLIR") &&
      !strstr(info->dlpi_name, "libLLVM"))
    return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type == PT_NOTE &&
        appendBuildId(builds->key,
                      (const char *)(info->dlpi_addr + part->p_vaddr),
                      part->p_memsz) &&
        ours)
      builds->hasOurs = true;
  }
  return 0;
}

/// False when our own library does not say which build it is.
static bool appendBuilds(UfMessage *key) {
  unsigned major, minor, patch;
  LLVMGetVersion(&major, &minor, &patch);
  ufMessageAppend(key, "%s LLVM %u.%u.%u ", UFRONT_VERSION, major, minor,
                  patch);
  Builds builds = {.key = key};
  dl_iterate_phdr(appendLibrary, &builds);
  return builds.hasOurs;
}

//===----------------------------------------------------------------------===//
// Options and CPU
//===----------------------------------------------------------------------===//

/// How many threads there are decides how code is divided into objects, not
/// what it is.
static void appendOptions(UfMessage *key, const UfCompile *compile) {
  const UfrontCompileOptions *options = compile->options;
  const UfTarget *target = &compile->cpu->target;
  ufMessageAppend(key, " tosa %d profile %d precision %d ", options->viaTosa,
                  options->profile, (int)options->precision);
  appendText(key, compile->cpu->triple);
  appendText(key, compile->cpu->name);
  appendText(key, compile->cpu->features);
  append(key, target, sizeof *target);
}

static void appendWeights(UfMessage *key, const UfWeights *weights) {
  for (size_t i = 0; i < weights->count; ++i) {
    const UfrontTensor *tensor = weights->tensors[i];
    appendText(key, weights->names[i]);
    ufMessageAppend(key, "%d ", (int)tensor->type);
    append(key, tensor->shape, (size_t)tensor->rank * sizeof *tensor->shape);
  }
}

//===----------------------------------------------------------------------===//
// Module
//===----------------------------------------------------------------------===//

/// The part of a location that shows in the code, in messages: names of the
/// model's nodes. Files and lines go, so that a model may move.
static MlirLocation keepNames(MlirLocation loc) {
  MlirContext ctx = mlirLocationGetContext(loc);
  if (!mlirLocationIsAName(loc))
    return mlirLocationUnknownGet(ctx);
  MlirIdentifier name = mlirLocationNameGetName(loc);
  return mlirLocationNameGet(ctx, mlirIdentifierStr(name),
                             keepNames(mlirLocationNameGetChildLoc(loc)));
}

static MlirWalkResult stripOp(MlirOperation op, void *userData) {
  (void)userData;
  mlirOperationSetLocation(op, keepNames(mlirOperationGetLocation(op)));
  for (intptr_t r = 0; r < mlirOperationGetNumRegions(op); ++r)
    for (MlirBlock block =
             mlirRegionGetFirstBlock(mlirOperationGetRegion(op, r));
         block.ptr; block = mlirBlockGetNextInRegion(block))
      for (intptr_t i = 0; i < mlirBlockGetNumArguments(block); ++i) {
        MlirValue argument = mlirBlockGetArgument(block, i);
        mlirBlockArgumentSetLocation(argument,
                                     keepNames(mlirValueGetLocation(argument)));
      }
  return MlirWalkResultAdvance;
}

static void appendPiece(MlirStringRef piece, void *userData) {
  ufMessageAppendBytes(userData, piece.data, piece.length);
}

/// A profile shows all of a location.
static void appendModule(UfMessage *key, MlirModule module, bool profile) {
  UF_SCOPED(MlirModule)
  copy = mlirModuleFromOperation(
      mlirOperationClone(mlirModuleGetOperation(module)));
  MlirOperation root = mlirModuleGetOperation(copy);
  if (!profile)
    mlirOperationWalk(root, stripOp, NULL, MlirWalkPreOrder);
  mlirOperationWriteBytecode(root, appendPiece, key);
}

bool ufKeyFind(const UfCompile *compile, MlirModule module, const char *name,
               UfKey *out) {
  UF_SCOPED(UfMessage) key = {0};
  if (!appendBuilds(&key))
    return false;
  appendOptions(&key, compile);
  appendText(&key, name);
  appendWeights(&key, compile->weights);
  appendModule(&key, module, compile->options->profile);
  ufrontHashSha256(ufMessageGet(&key), key.size, out->bytes);
  return true;
}
