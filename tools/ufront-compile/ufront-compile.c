//===-- ufront-compile.c - Compiles a model ahead of time -----------------===//
//
// Writes an object or a shared library that runs with libufront_rt alone, the C
// header to call it by, and the weights.
//
//===----------------------------------------------------------------------===//

#include "Header.h"
#include "Link.h"
#include "Weights.h"

#include <stdlib.h>
#include <string.h>

typedef struct Options {
  UfModelOptions model;
  const char *output, *name;
  bool profile;
} Options;

/// Everything that is written, and under which names.
typedef struct Build {
  UfOpened opened;
  bool isShared;
  char *name, *headerPath, *weightsPath, *objectPath;
  UfOutput code, object, header, weights;
} Build;

/// The program's name: --name, or made of that of the file without "lib".
static char *getName(const Options *options, bool isShared) {
  if (options->name)
    return ufFormat("%s", options->name);
  const char *file = ufPathGetName(options->output);
  size_t size = strlen(file) - strlen(ufPathGetSuffix(file));
  if (isShared && size > 3 && !strncmp(file, "lib", 3)) {
    file += 3;
    size -= 3;
  }
  return ufMakeIdentifier(file, size);
}

/// Finds out what is to be written, before anything long is done.
static bool plan(const UfTool *tool, const Options *options, Build *build) {
  if (!options->output)
    return UF_ERROR(tool, "--output is missing: FILE.o or FILE.so");
  const char *suffix = ufPathGetSuffix(options->output);
  build->isShared = !strcmp(suffix, ".so");
  if (!build->isShared && strcmp(suffix, ".o"))
    return UF_ERROR(tool, "--output: '%s' ends neither in .o nor in .so",
                    options->output);
  if (options->name && !ufIsIdentifier(options->name))
    return UF_ERROR(tool, "--name: '%s' cannot name a C variable",
                    options->name);
  build->name = getName(options, build->isShared);
  build->headerPath = ufPathReplaceSuffix(options->output, ".h");
  build->weightsPath = ufPathReplaceSuffix(options->output, ".safetensors");
  build->objectPath = ufPathReplaceSuffix(options->output, ".o");
  return (build->name && build->headerPath && build->weightsPath &&
          build->objectPath) ||
         UF_ERROR(tool, "out of memory");
}

static bool writeCode(const UfTool *tool, const Options *options,
                      Build *build) {
  UfrontCompileOptions how =
      ufModelCompileOptions(&build->opened, &options->model);
  how.profile = options->profile;
  UfOutput *object = build->isShared ? &build->object : &build->code;
  if (!ufOutputOpen(tool, options->output, &build->code) ||
      (build->isShared &&
       !ufOutputOpen(tool, build->objectPath, &build->object)) ||
      !ufModelCheck(&build->opened, ufrontModelWriteObject(
                                        build->opened.model, &how, build->name,
                                        ufOutputGetPath(object))))
    return false;
  return !build->isShared || ufLinkShared(tool, ufOutputGetPath(object),
                                          ufPathGetName(options->output),
                                          ufOutputGetPath(&build->code));
}

/// All files appear together, once each is written.
static bool compile(const UfTool *tool, const Options *options, Build *build) {
  if (!ufModelOpen(tool, &options->model, &build->opened) ||
      !writeCode(tool, options, build) ||
      !ufWeightsWrite(&build->opened, build->weightsPath, &build->weights) ||
      !ufOutputOpen(tool, build->headerPath, &build->header))
    return false;
  ufHeaderWrite(&build->header, build->opened.model, build->name,
                ufPathGetName(options->output),
                build->weights.file ? ufPathGetName(build->weightsPath) : NULL);
  return ufOutputCommit(tool, &build->header) &&
         ufWeightsCommit(&build->opened, &build->weights) &&
         ufOutputCommit(tool, &build->code);
}

static int run(const UfTool *tool, const void *values) {
  const Options *options = values;
  Build build = {0};
  bool ok = plan(tool, options, &build) && compile(tool, options, &build);
  ufOutputDiscard(&build.object);
  ufOutputDiscard(&build.code);
  ufOutputDiscard(&build.header);
  ufOutputDiscard(&build.weights);
  ufModelClose(&build.opened);
  free(build.name);
  free(build.headerPath);
  free(build.weightsPath);
  free(build.objectPath);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const UfOption options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = UF_OPTION_TEXT,
     .offset = offsetof(Options, output),
     .placeholder = "FILE",
     .help = "FILE.o, an object, or FILE.so, a shared library\n"
             "with the runtime in it. FILE.h and\n"
             "FILE.safetensors, the weights, go beside it."},
    {.name = "name",
     .kind = UF_OPTION_TEXT,
     .offset = offsetof(Options, name),
     .placeholder = "NAME",
     .help = "What the program is called in C (FILE's name)."},
    UF_MODEL_OPTIONS(Options),
    UF_CPU_OPTIONS(Options),
    UF_CACHE_OPTIONS(Options),
    {.name = "profile",
     .offset = offsetof(Options, profile),
     .help = "Make code whose kernels can be timed, by\n"
             "ufrtInstanceSetProfiling() of ufront/Runtime.h."},
    {0},
};

static const UfTool tool = {
    .name = "ufront-compile",
    .usage = "MODEL -o FILE [options]",
    .summary = "Compiles a model to code that C programs call.\n"
               "MODEL is a file of any format ufront imports; '-' is standard "
               "input.",
    .options = options,
    .model = offsetof(Options, model.path),
    .examples =
        "  ufront-compile digits.onnx -o digits.o --name digits\n"
        "  cc main.c digits.o -lufront_rt -ljansson -lpthread -lm\n"
        "  ufront-compile resnet50.onnx -o libresnet50.so --cpu=x86-64-v3\n",
};

int main(int argc, char **argv) {
  Options values = {0};
  return ufToolMain(&tool, argc, argv, &values, run);
}
