//===-- Cpu.c - What CPU code is generated for ----------------------------===//
//
// The options name a CPU and change its features; LLVM says what comes to that.
// Its C API tells the host's features and those of no other CPU, so these are
// asked for with a pass of MLIR's LLVM dialect.
//
//===----------------------------------------------------------------------===//

#include "Execution/Compile.h"

#include "Dialect/Shim.h"
#include "IR/Build.h"
#include "Runtime/Tiles.h"

#include <llvm-c/Target.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Words for all features whose names begin with them, which can only be
/// removed: no CPU has them all.
static const char *const families[] = {"avx512", "amx"};

/// The features of this machine, "+sse2,-avx,...", which are also the names
/// that there are.
typedef struct Host {
  char *name, *features;
} Host;

static void ufScoped_Host(Host *host) {
  LLVMDisposeMessage(host->name);
  LLVMDisposeMessage(host->features);
}

/// Moves `*at` behind the next word of a list that commas separate; false when
/// there is none.
static bool nextWord(const char **at, MlirStringRef *word) {
  if (!**at)
    return false;
  *word = (MlirStringRef){*at, strcspn(*at, ",")};
  *at += word->length + ((*at)[word->length] == ',');
  return true;
}

/// The sign that `name` has in a list of features, 0 when it is not there.
static char signOf(const char *features, MlirStringRef name) {
  MlirStringRef word;
  while (nextWord(&features, &word))
    if (word.length == name.length + 1 &&
        memcmp(word.data + 1, name.data, name.length) == 0)
      return word.data[0];
  return 0;
}

static bool isFamily(MlirStringRef name) {
  for (int i = 0; i < UF_COUNT(families); ++i)
    if (strlen(families[i]) == name.length &&
        memcmp(families[i], name.data, name.length) == 0)
      return true;
  return false;
}

/// Appends a minus and its name for every feature that begins with `family`.
static void removeFamily(UfMessage *into, const char *known,
                         MlirStringRef family) {
  MlirStringRef word;
  while (nextWord(&known, &word))
    if (word.length > family.length &&
        memcmp(word.data + 1, family.data, family.length) == 0)
      ufMessageAppend(into, ",-%.*s", (int)word.length - 1, word.data + 1);
}

/// Appends the changes that the user asks for, in LLVM's words, to `into`.
static UfrontStatus appendChanges(UfMessage *into, const char *changes,
                                  const char *known, UfMessage *message) {
  MlirStringRef word;
  while (nextWord(&changes, &word)) {
    MlirStringRef name = {word.data + 1, word.length ? word.length - 1 : 0};
    int size = (int)word.length;
    if (!word.length || (word.data[0] != '+' && word.data[0] != '-'))
      return ufFail(message, UFRONT_ARGUMENT,
                    "CPU feature '%.*s' begins with neither '+' nor '-'", size,
                    word.data);
    if (isFamily(name) && word.data[0] == '-') {
      removeFamily(into, known, name);
      continue;
    }
    if (!signOf(known, name))
      return ufFail(message, UFRONT_ARGUMENT,
                    isFamily(name) ? "CPU feature '%.*s' stands for several, "
                                     "which can only be removed together"
                                   : "there is no CPU feature '%.*s'",
                    (int)name.length, name.data);
    ufMessageAppend(into, ",%.*s", size, word.data);
  }
  return UFRONT_OK;
}

static void appendText(MlirStringRef text, void *userData) {
  ufMessageAppendBytes(userData, text.data, text.length);
}

/// Writes every feature that `cpu` has, with those it implies, as "+a,+b".
static UfrontStatus expandFeatures(MlirContext ctx, const UfCpu *cpu,
                                   UfMessage *message, UfMessage *out) {
  UF_SCOPED(UfMessage) text = {0};
  ufMessageAppend(&text,
                  "module attributes {llvm.target = #llvm.target<triple = "
                  "\"%s\", chip = \"%s\", features = <[",
                  cpu->triple, cpu->name);
  const char *at = cpu->features, *separator = "";
  for (MlirStringRef word; nextWord(&at, &word); separator = ", ")
    ufMessageAppend(&text, "%s\"%.*s\"", separator, (int)word.length,
                    word.data);
  ufMessageAppend(&text, "]>>} {}");
  mlirContextGetOrLoadDialect(ctx, ufStr("llvm"));
  UF_SCOPED(MlirModule)
  module = mlirModuleCreateParse(ctx, ufStr(ufMessageGet(&text)));
  if (mlirModuleIsNull(module))
    return UFRONT_ARGUMENT; // the parser said why
  UF_TRY(ufRunPipeline(module, "llvm-target-to-target-features", message));
  UF_SCOPED(UfMessage) printed = {0};
  mlirAttributePrint(mlirOperationGetDiscardableAttributeByName(
                         mlirModuleGetOperation(module), ufStr("llvm.target")),
                     appendText, &printed);
  for (const char *mark = ufMessageGet(&printed); (mark = strstr(mark, "\"+"));
       ++mark)
    ufMessageAppend(out, "%s%.*s", out->size ? "," : "",
                    (int)strcspn(mark + 1, "\""), mark + 1);
  return UFRONT_OK;
}

/// Fails when `features` has one that this machine is known to lack. What LLVM
/// does not look for on a machine is no instruction set but advice on speed.
static UfrontStatus checkHost(const char *features, const char *host,
                              UfMessage *message) {
  MlirStringRef word;
  while (nextWord(&features, &word)) {
    MlirStringRef name = {word.data + 1, word.length - 1};
    if (signOf(host, name) == '-')
      return ufFail(message, UFRONT_ARGUMENT,
                    "the code would use CPU feature '%.*s', which this machine "
                    "lacks",
                    (int)name.length, name.data);
  }
  return UFRONT_OK;
}

static bool has(const char *features, const char *name) {
  return signOf(features, ufStr(name)) == '+';
}

/// Bytes of one of the host's caches, `otherwise` when it does not say.
static int64_t cacheSize(int name, int64_t otherwise) {
  long size = sysconf(name);
  return size > 0 ? size : otherwise;
}

/// What kernels are to know of a CPU with these features.
static UfTarget targetFor(const char *features, bool isHost) {
  UfTarget target = {.vectorBits = 128,
                     .registers = 16,
                     .l1Bytes = 32 << 10,
                     .l2Bytes = 1 << 20};
  if (has(features, "avx512f")) {
    target.vectorBits = 512;
    target.registers = 32;
  } else if (has(features, "avx2") && has(features, "fma"))
    target.vectorBits = 256;
  // Without avx512vl, AVX-512 has its instructions for 512 bits only.
  bool isWide = target.vectorBits == 512, has256 = has(features, "avx512vl");
  bool hasVectors = isWide || (target.vectorBits == 256 && has256);
  target.vnni = (hasVectors && has(features, "avx512vnni")) ||
                (target.vectorBits == 256 && has(features, "avxvnni"));
  target.bf16Dot = hasVectors && has(features, "avx512bf16");
  target.amxInt8 = isWide && has(features, "amx-int8");
  target.amxBf16 = isWide && has(features, "amx-bf16");
  if (isHost) {
    target.l1Bytes = cacheSize(_SC_LEVEL1_DCACHE_SIZE, target.l1Bytes);
    target.l2Bytes = cacheSize(_SC_LEVEL2_CACHE_SIZE, target.l2Bytes);
  }
  return target;
}

UfrontStatus ufCpuFind(const UfrontCompileOptions *options, bool toRun,
                       MlirContext ctx, UfMessage *message, UfArena *arena,
                       UfCpu *cpu) {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  UF_SCOPED(Host) host = {LLVMGetHostCPUName(), LLVMGetHostCPUFeatures()};
  UF_SCOPED(UfMessage) features = {0};
  UF_SCOPED(UfMessage) expanded = {0};
  if (options->cpu && !ufrontCpuIsKnown(options->cpu))
    return ufFail(message, UFRONT_ARGUMENT,
                  "'%s' is no 64-bit CPU that LLVM knows", options->cpu);
  if (!options->cpu)
    ufMessageAppend(&features, "%s", host.features);
  if (options->cpuFeatures)
    UF_TRY(
        appendChanges(&features, options->cpuFeatures, host.features, message));
  const char *changed = ufMessageGet(&features);
  char *triple = LLVMGetDefaultTargetTriple();
  const char *name = options->cpu ? options->cpu : host.name;
  cpu->triple = ufAllocText(arena, triple, strlen(triple));
  cpu->name = ufAllocText(arena, name, strlen(name));
  changed += changed[0] == ',';
  cpu->features = ufAllocText(arena, changed, strlen(changed));
  LLVMDisposeMessage(triple);
  if (!cpu->triple || !cpu->name || !cpu->features)
    return ufFail(message, UFRONT_NO_MEMORY, "no memory for the CPU's name");
  UF_TRY(expandFeatures(ctx, cpu, message, &expanded));
  const char *all = ufMessageGet(&expanded);
  if (toRun)
    UF_TRY(checkHost(all, host.features, message));
  cpu->target = targetFor(all, !options->cpu);
  // A container or a virtual machine may have the instructions alone.
  if (toRun && (cpu->target.amxBf16 || cpu->target.amxInt8) &&
      !ufRequestTiles())
    cpu->target.amxBf16 = cpu->target.amxInt8 = false;
  return UFRONT_OK;
}
