//===-- ufront-import.c - Shows a model as MLIR ---------------------------===//
//
// Imports a model in any format and writes it as it is at one of the stages on
// its way to machine code.
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "Output.h"
#include "Weights.h"

#include <stdlib.h>
#include <string.h>

typedef struct Options {
  UfModelOptions model;
  const char *output;
  int32_t stage, weights;
} Options;

enum { UNSET = -1, FLEXFLOW = UFRONT_STAGE_ASM + 1 };

/// Writes the text to `output`, without committing it.
static bool emit(UfOpened *opened, const Options *options,
                 UfrontWeights weights, UfOutput *output) {
  UfrontCompileOptions how = ufModelCompileOptions(opened, &options->model);
  UfrontStatus status =
      ufrontModelEmit(opened->model, (UfrontStage)options->stage, weights, &how,
                      ufOutputWrite, output);
  // A failed write is reported when the output is committed.
  return output->error || ufModelCheck(opened, status);
}

/// Where the values go unless --weights says so.
static UfrontWeights getWeights(const Options *options) {
  if (options->weights != UNSET)
    return (UfrontWeights)options->weights;
  return strcmp(options->output, "-") ? UFRONT_WEIGHTS_FILE
                                      : UFRONT_WEIGHTS_ELIDE;
}

/// The text appears once its weights are there, so that it never refers to a
/// file that is not.
static bool writeModel(UfOpened *opened, const Options *options) {
  UfrontWeights weights = getWeights(options);
  UfOutput text = {0}, values = {0};
  char *path = ufPathReplaceSuffix(options->output, ".safetensors");
  bool ok = path || UF_ERROR(opened->tool, "out of memory");
  ok = ok && ufOutputOpen(opened->tool, options->output, &text) &&
       emit(opened, options, weights, &text);
  if (ok && !text.error && text.temporary && weights == UFRONT_WEIGHTS_FILE)
    ok = ufWeightsWrite(opened, path, &values) &&
         ufWeightsCommit(opened, &values);
  ok = ok && ufOutputCommit(opened->tool, &text);
  ufOutputDiscard(&values);
  ufOutputDiscard(&text);
  free(path);
  return ok;
}

static bool writeFlexFlow(UfOpened *opened, const Options *options) {
  UfOutput text = {0};
  bool ok = ufOutputOpen(opened->tool, options->output, &text) &&
            ufModelCheck(opened, ufrontModelWriteFlexFlow(
                                     opened->model, ufOutputGetPath(&text))) &&
            ufOutputCommit(opened->tool, &text);
  ufOutputDiscard(&text);
  return ok;
}

static int run(const UfTool *tool, const void *values) {
  const Options *options = values;
  UfOpened opened = {0};
  bool ok = ufModelOpen(tool, &options->model, &opened) &&
            (options->stage == FLEXFLOW ? writeFlexFlow(&opened, options)
                                        : writeModel(&opened, options));
  ufModelClose(&opened);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

// In the order of UfrontStage and UfrontWeights.
static const char *const stages[] = {"ufront", "tosa", "linalg",   "kernels",
                                     "llvm",   "asm",  "flexflow", NULL};
static const char *const weightPlaces[] = {"file", "inline", "elide", NULL};
static const UfOption options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = UF_OPTION_TEXT,
     .offset = offsetof(Options, output),
     .placeholder = "FILE",
     .help = "Where to write; '-' is standard output, the\n"
             "default."},
    {.name = "emit",
     .kind = UF_OPTION_CHOICE,
     .offset = offsetof(Options, stage),
     .placeholder = "STAGE",
     .choices = stages,
     .help = "What to write: ufront (the default), tosa,\n"
             "linalg, kernels, llvm or asm; or flexflow, the\n"
             "graph alone in FlexFlow's .ff format."},
    {.name = "weights",
     .kind = UF_OPTION_CHOICE,
     .offset = offsetof(Options, weights),
     .placeholder = "PLACE",
     .choices = weightPlaces,
     .help = "Where the weights' values go: file, beside FILE\n"
             "with the suffix .safetensors (the default with\n"
             "-o); inline, into the text; elide, nowhere:\n"
             "weights are function arguments (the default on\n"
             "standard output)."},
    UF_MODEL_OPTIONS(Options),
    UF_CPU_OPTIONS(Options),
    {0},
};

static const UfTool tool = {
    .name = "ufront-import",
    .usage = "MODEL [options]",
    .summary = "Writes a model as MLIR, at any stage of its lowering.\n"
               "MODEL is a file of any format ufront imports; '-' is standard "
               "input.",
    .options = options,
    .model = offsetof(Options, model.path),
    .examples =
        "  ufront-import resnet50.onnx -o resnet50.mlir\n"
        "  ufront-import resnet50.pt2 -o resnet50.mlir\n"
        "  ufront-import bert.onnx --emit=tosa --shape input_ids=1x128\n"
        "  ufront-import m.onnx --emit=linalg | mlir-opt --canonicalize\n"
        "  ufront-import cnn.ff --shape input1=32x3x32x32\n",
};

int main(int argc, char **argv) {
  Options values = {.output = "-", .weights = UNSET};
  return ufToolMain(&tool, argc, argv, &values, run);
}
