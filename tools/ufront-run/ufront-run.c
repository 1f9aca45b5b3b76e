//===-- ufront-run.c - Runs a model ---------------------------------------===//
//
// Imports a model in any format, compiles it for this machine, runs it on files
// or made-up inputs, and prints what it computes.
//
//===----------------------------------------------------------------------===//

#include "Outputs.h"
#include "TestData.h"

#include <stdlib.h>

typedef struct Options {
  UfModelOptions model;
  UfInputOptions inputs;
  UfTestOptions test;
  const char *directory;
  const char *profile; ///< Where the trace goes, "" for nowhere.
  int64_t threads, benchmark;
  bool quiet;
} Options;

static bool show(UfRun *state, const Options *options) {
  if (!options->quiet)
    ufRunPrint(state);
  if (options->directory && !ufRunWrite(state, options->directory))
    return false;
  if (options->profile)
    return ufRunProfile(state, options->benchmark, options->profile);
  return !options->benchmark || ufRunBenchmark(state, options->benchmark);
}

/// Compares with the data sets, which is all that this run then does.
static bool test(const UfTool *tool, const Options *options) {
  if (options->inputs.files.count || options->inputs.seed >= 0 ||
      options->directory || options->benchmark || options->profile)
    return UF_ERROR(tool, "--test-data goes with no --input, --random-inputs, "
                          "--output-dir, --benchmark or --profile");
  return ufTestRun(tool, &options->model, &options->test,
                   (int32_t)options->threads, options->quiet);
}

static int run(const UfTool *tool, const void *values) {
  const Options *options = values;
  if (options->test.directory)
    return test(tool, options) ? EXIT_SUCCESS : EXIT_FAILURE;
  UfOpened opened = {0};
  UfInputs inputs = {0};
  UfRun state = {0};
  bool ok = ufModelOpen(tool, &options->model, &opened) &&
            ufInputsCreate(tool, opened.model, &options->inputs, &inputs);
  UfrontCompileOptions how = ufModelCompileOptions(&opened, &options->model);
  how.threads = (int32_t)options->threads;
  how.profile = options->profile != NULL;
  ok =
      ok && ufRunStart(&opened, &how, &inputs, &state) && show(&state, options);
  ufRunDestroy(&state);
  ufInputsDestroy(&inputs);
  ufModelClose(&opened);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const UfOption options[] = {
    {.name = "input",
     .letter = 'i',
     .kind = UF_OPTION_LIST,
     .offset = offsetof(Options, inputs.files),
     .placeholder = "NAME=x.npy",
     .help = "The values of an input; without NAME=, of the\n"
             "next one. May be repeated."},
    {.name = "random-inputs",
     .kind = UF_OPTION_NUMBER,
     .offset = offsetof(Options, inputs.seed),
     .placeholder = "SEED",
     .implied = "0",
     .high = INT64_MAX,
     .help = "Make up the inputs that have no values: floats\n"
             "are standard normal, integers small."},
    {.name = "random-max",
     .kind = UF_OPTION_NUMBER,
     .offset = offsetof(Options, inputs.max),
     .placeholder = "N",
     .low = 1,
     .high = INT32_MAX,
     .help = "Random integers are below this (10)."},
    UF_TEST_OPTIONS(Options),
    UF_MODEL_OPTIONS(Options),
    UF_CPU_OPTIONS(Options),
    UF_CACHE_OPTIONS(Options),
    {.name = "output-dir",
     .letter = 'o',
     .kind = UF_OPTION_TEXT,
     .offset = offsetof(Options, directory),
     .placeholder = "FOLDER",
     .help = "Write each output as FOLDER/NAME.npy. The format\n"
             "has neither bf16 nor narrower floats: their bits\n"
             "are written as uint16 and uint8."},
    {.name = "threads",
     .kind = UF_OPTION_NUMBER,
     .offset = offsetof(Options, threads),
     .placeholder = "N",
     .high = 4096,
     .help = "How many threads to use (one per core)."},
    {.name = "benchmark",
     .kind = UF_OPTION_NUMBER,
     .offset = offsetof(Options, benchmark),
     .placeholder = "RUNS",
     .implied = "20",
     .low = 1,
     .high = 1000000,
     .help = "Run 20 or RUNS times more and print how long\n"
             "that takes."},
    {.name = "profile",
     .kind = UF_OPTION_TEXT,
     .offset = offsetof(Options, profile),
     .placeholder = "TRACE.json",
     .implied = "",
     .help = "Run as often as --benchmark says (20) and print\n"
             "where the time goes, kernel by kernel. The file\n"
             "is for Perfetto or chrome://tracing."},
    {.name = "quiet",
     .letter = 'q',
     .offset = offsetof(Options, quiet),
     .help = "Do not print the outputs."},
    {0},
};

static const UfTool tool = {
    .name = "ufront-run",
    .usage = "MODEL [options]",
    .summary = "Runs a model on this machine and prints what it computes.\n"
               "MODEL is a file of any format ufront imports; '-' is standard "
               "input.",
    .options = options,
    .model = offsetof(Options, model.path),
    .examples =
        "  ufront-run resnet50.onnx --input image.npy\n"
        "  ufront-run resnet50.pt2 --input image.npy\n"
        "  ufront-run bert.onnx --random-inputs=1 --shape input_ids=1x128\n"
        "  ufront-run m.onnx -i x=x.npy -i y=y.npy --output-dir results\n"
        "  ufront-run resnet50/model.onnx --test-data --rtol=1e-4\n"
        "  ufront-run m.onnx --random-inputs --quiet --benchmark=100\n"
        "  ufront-run m.onnx --random-inputs --quiet --profile=trace.json\n",
};

int main(int argc, char **argv) {
  Options values = {
      .inputs = {.seed = -1, .max = 10},
  };
  return ufToolMain(&tool, argc, argv, &values, run);
}
