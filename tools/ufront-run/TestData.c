//===-- TestData.c - ONNX's test folders ----------------------------------===//

#include "TestData.h"

#include "Output.h"
#include "Print.h"
#include "Tensor.h"
#include "TestSet.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Inputs up to this size may hold axes, shapes or sizes that a model is to be
/// compiled for.
enum { MAX_FIXED = 64 };

/// One run of the tool. The model and its program serve every data set, unless
/// the inputs' values must be known to compile it.
typedef struct Test {
  UfOpened *opened;
  const UfModelOptions *model;
  UfTolerance limit;
  int32_t threads;
  bool quiet;
  bool fixed; ///< The model only takes the inputs that are not small.
  bool lists; ///< The model is for as many tensors as a set has.
  UfrontProgram *program;
} Test;

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

static int isSet(const struct dirent *entry) {
  return !strncmp(entry->d_name, "test_data_set_", 14);
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

static bool isFixed(const char *name, const UfrontTensor *tensor) {
  int64_t elements;
  size_t bytes;
  return tensor->rank <= 1 && *name &&
         ufTensorMeasure(tensor, &elements, &bytes) && elements <= MAX_FIXED;
}

/// What an import is told of a set's inputs.
typedef struct Given {
  UfModelGiven model;
  const char **names;
  UfrontTensor *values;
  UfrontSequenceInfo *sequences;
  UfrontTensorInfo *shapes;
} Given;

static void freeGiven(Given *given) {
  free(given->names);
  free(given->values);
  free(given->sequences);
  free(given->shapes);
}

static int32_t countTensors(const UfTestValues *values) {
  int32_t count = 0;
  for (int32_t i = 0; i < values->count; ++i)
    count += ufTestLength(&values->items[i]);
  return count;
}

static bool makeGiven(const UfTestSet *set, Given *given) {
  size_t count = (size_t)countTensors(&set->inputs) + 1;
  given->names = calloc(count, sizeof(*given->names));
  given->values = calloc(count, sizeof(*given->values));
  given->shapes = calloc(count, sizeof(*given->shapes));
  given->sequences =
      calloc((size_t)set->inputs.count + 1, sizeof(*given->sequences));
  given->model = (UfModelGiven){.names = given->names,
                                .values = given->values,
                                .sequences = given->sequences,
                                .shapes = given->shapes};
  return given->names && given->values && given->shapes && given->sequences;
}

/// Adds what is known of an input: how many tensors a sequence holds and of
/// which shapes; with `fixed`, small ones are known altogether.
static void addGiven(Given *given, const UfTestValue *value, bool fixed) {
  UfModelGiven *model = &given->model;
  if (!value->isTensor)
    given->sequences[model->numSequences++] = (UfrontSequenceInfo){
        value->name, ufrontTensorFileGetLength(value->file)};
  for (int32_t i = 0; i < ufTestLength(value); ++i) {
    const UfrontTensor *tensor = &value->tensors[i];
    if (fixed && isFixed(value->names[i], tensor)) {
      given->names[model->numValues] = value->names[i];
      given->values[model->numValues++] = *tensor;
    } else if (!value->isTensor) {
      UfrontTensorInfo *info = &given->shapes[model->numShapes++];
      *info = (UfrontTensorInfo){.name = value->names[i], .rank = tensor->rank};
      memcpy(info->shape, tensor->shape, sizeof info->shape);
    }
  }
}

/// Imports the model for a set. With `status`, nothing is reported of a model
/// that is not supported.
static bool importFor(Test *test, const UfTestSet *set, UfrontStatus *status) {
  Given given = {0};
  bool ok = makeGiven(set, &given);
  for (int32_t i = 0; ok && i < set->inputs.count; ++i)
    addGiven(&given, &set->inputs.items[i], test->fixed);
  ok = ok ? ufModelImport(test->opened, test->model, &given.model, status)
          : UF_ERROR(test->opened->tool, "out of memory");
  freeGiven(&given);
  return ok;
}

static void dropProgram(Test *test) {
  ufrontProgramDestroy(test->program);
  test->program = NULL;
  ufrontModelDestroy(test->opened->model);
  test->opened->model = NULL;
}

static bool hasLists(const UfTestValues *values) {
  for (int32_t i = 0; i < values->count; ++i)
    if (!values->items[i].isTensor)
      return true;
  return false;
}

/// Makes the program for a set, unless the one there is serves.
static bool compile(Test *test, const UfTestSet *set) {
  UfOpened *opened = test->opened;
  bool lists = hasLists(&set->inputs);
  if (test->program && !test->fixed && !test->lists && !lists)
    return true;
  dropProgram(test);
  test->lists = lists;
  UfrontStatus status = UFRONT_OK;
  if (!test->fixed && !importFor(test, set, &status)) {
    // What it lacks may be the value of an input.
    test->fixed = status == UFRONT_UNSUPPORTED;
    if (!test->fixed)
      return false;
  }
  if (test->fixed && !opened->model && !importFor(test, set, NULL))
    return false;
  UfrontCompileOptions how = ufModelCompileOptions(opened, test->model);
  how.threads = test->threads;
  return ufModelCheck(opened,
                      ufrontModelCompile(opened->model, &how, &test->program));
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// The set's tensors that the program takes, to be freed with free().
static UfrontTensor *chooseInputs(const Test *test, const UfTestSet *set) {
  const UfrontModel *model = test->opened->model;
  int32_t wanted = ufrontModelGetNumInputs(model), count = 0;
  UfrontTensor *inputs =
      calloc((size_t)countTensors(&set->inputs) + 1, sizeof(*inputs));
  if (!inputs) {
    ufToolReport(test->opened->tool, "out of memory");
    return NULL;
  }
  for (int32_t i = 0; i < set->inputs.count; ++i) {
    const UfTestValue *value = &set->inputs.items[i];
    for (int32_t k = 0; k < ufTestLength(value); ++k)
      if (!test->fixed || !isFixed(value->names[k], &value->tensors[k]))
        inputs[count++] = value->tensors[k];
  }
  if (count == wanted)
    return inputs;
  ufToolReport(test->opened->tool, "%s: has %d inputs, the model takes %d",
               set->path, count, wanted);
  free(inputs);
  return NULL;
}

/// Prints a line about an output, unless it is as expected and this is quiet.
static void tell(const Test *test, const UfTestSet *set, const char *name,
                 bool same, const char *line) {
  if (same && test->quiet)
    return;
  ufPrintText(stdout, set->name);
  printf(": ");
  ufPrintText(stdout, name);
  printf(": %s", line);
}

/// Compares one tensor and prints a line about it.
static bool compareTensor(const Test *test, const UfTestSet *set,
                          const char *name, const UfrontTensor *got,
                          const UfrontTensor *expected) {
  char *line = NULL;
  size_t size;
  FILE *text = open_memstream(&line, &size);
  if (!text)
    return UF_ERROR(test->opened->tool, "out of memory");
  bool same = ufTensorCompare(text, got, expected, &test->limit);
  if (fclose(text))
    same = UF_ERROR(test->opened->tool, "out of memory");
  else
    tell(test, set, name, same, line);
  free(line);
  return same;
}

/// Says that an output has another length, or that it has no tensors.
static bool compareLength(const Test *test, const UfTestSet *set,
                          const char *name, int32_t got, int32_t expected) {
  // An absent optional tensor may be written as an empty sequence is.
  bool same = got == expected || (got == UFRONT_ABSENT && expected == 0);
  char line[80];
  if (got == UFRONT_ABSENT || expected == UFRONT_ABSENT)
    snprintf(line, sizeof line, "FAIL, is %sabsent\n",
             got == UFRONT_ABSENT ? "" : "not ");
  else
    snprintf(line, sizeof line, "FAIL, got %d tensors, expected %d\n", got,
             expected);
  if (same && got <= 0)
    tell(test, set, name, true, got ? "pass, absent\n" : "pass, empty\n");
  else if (!same)
    tell(test, set, name, false, line);
  return same;
}

/// What the model's output `name` is made of, or null for a tensor.
static const UfrontSequenceInfo *findList(const UfrontModel *model,
                                          const char *name) {
  for (int32_t i = 0; i < ufrontModelGetNumSequences(model); ++i)
    if (!strcmp(ufrontModelGetSequence(model, i)->name, name))
      return ufrontModelGetSequence(model, i);
  return NULL;
}

/// Compares a sequence with what is one tensor, along its first dimension.
static bool compareStack(const Test *test, const UfTestSet *set,
                         const UfTestValue *expected,
                         const UfrontTensor *stack) {
  UfrontTensor row = *stack;
  int64_t elements;
  size_t bytes;
  --row.rank;
  memmove(row.shape, row.shape + 1, (size_t)row.rank * sizeof *row.shape);
  int32_t count = (int32_t)stack->shape[0];
  if (!compareLength(test, set, expected->name, count,
                     ufrontTensorFileGetLength(expected->file)) ||
      !ufTensorMeasure(&row, &elements, &bytes))
    return false;
  bool same = true;
  for (int32_t i = 0; i < count; ++i) {
    row.data = (char *)stack->data + (size_t)i * bytes;
    same &= compareTensor(test, set, expected->names[i], &row,
                          &expected->tensors[i]);
  }
  return same;
}

/// Compares what is expected as one of the set's outputs with the results from
/// `*at` on, and moves that behind them.
static bool compareValue(const Test *test, const UfTestSet *set,
                         const UfTestValue *expected,
                         const UfrontTensor *results, int32_t *at) {
  const UfrontModel *model = test->opened->model;
  const UfrontSequenceInfo *list = findList(model, expected->name);
  int32_t left = ufrontModelGetNumOutputs(model) - *at;
  int32_t length = list ? list->length : 1;
  int32_t count = length == UFRONT_STACKED ? 1 : length < 0 ? 0 : length;
  if (left < count)
    return UF_ERROR(test->opened->tool, "%s: output '%s' is none of the model",
                    set->path, expected->name);
  const UfrontTensor *first = results + *at;
  *at += count;
  if (list && expected->isTensor) {
    tell(test, set, expected->name, false, "FAIL, got no tensor\n");
    return false;
  }
  if (length == UFRONT_STACKED)
    return compareStack(test, set, expected, first);
  if (!compareLength(test, set, expected->name, length,
                     ufrontTensorFileGetLength(expected->file)))
    return false;
  bool same = true;
  for (int32_t i = 0; i < count; ++i)
    same &= compareTensor(test, set,
                          ufrontModelGetOutput(model, *at - count + i)->name,
                          &first[i], &expected->tensors[i]);
  return same;
}

/// Whether the model gives as many tensors as the set has, where it is known.
static bool checkOutputs(const Test *test, const UfTestSet *set) {
  const UfrontModel *model = test->opened->model;
  int32_t count = ufrontModelGetNumOutputs(model);
  if (ufrontModelGetNumSequences(model) || count == set->outputs.count)
    return true;
  return UF_ERROR(test->opened->tool, "%s: has %d outputs, the model gives %d",
                  set->path, set->outputs.count, count);
}

static bool compareAll(const Test *test, const UfTestSet *set,
                       const UfrontTensor *results) {
  int32_t at = 0, count = ufrontModelGetNumOutputs(test->opened->model);
  bool same = true;
  for (int32_t i = 0; i < set->outputs.count; ++i)
    same &= compareValue(test, set, &set->outputs.items[i], results, &at);
  return at == count
             ? same
             : UF_ERROR(test->opened->tool,
                        "%s: has %d tensors as outputs, the model gives %d",
                        set->path, at, count);
}

static bool runSet(Test *test, const UfTestSet *set) {
  UfOpened *opened = test->opened;
  int32_t count = ufrontModelGetNumOutputs(opened->model);
  if (!checkOutputs(test, set))
    return false;
  UfrontTensor *inputs = chooseInputs(test, set);
  if (!inputs)
    return false;
  UfrontTensor *outputs = calloc((size_t)count + 1, sizeof(*outputs));
  bool ok = outputs ? ufModelCheck(opened, ufrontProgramRun(test->program,
                                                            inputs, outputs))
                    : UF_ERROR(opened->tool, "out of memory");
  ok = ok && compareAll(test, set, outputs);
  free(inputs);
  free(outputs);
  return ok;
}

/// Takes over `path`.
static bool testSet(Test *test, char *path) {
  UfTestSet set = {.path = path, .name = path ? ufPathGetName(path) : ""};
  bool ok = path ? ufTestSetRead(test->opened, &set) && compile(test, &set) &&
                       runSet(test, &set)
                 : UF_ERROR(test->opened->tool, "out of memory");
  ufTestSetFree(&set);
  return ok;
}

/// Tests every data set in the folder, or the one it is.
static bool testFolder(Test *test, const char *folder) {
  const UfTool *tool = test->opened->tool;
  if (ufTestCountFiles(folder, "output"))
    return testSet(test, ufFormat("%s", folder));
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, isSet, versionsort), passed = 0;
  if (count < 0)
    return UF_ERROR(tool, "%s: %s", folder, strerror(errno));
  for (int i = 0; i < count; ++i)
    passed += testSet(test, ufFormat("%s/%s", folder, entries[i]->d_name));
  ufTestFreeEntries(entries, count);
  if (count == 0)
    return UF_ERROR(tool,
                    "%s: has neither folders test_data_set_* nor output_0.pb",
                    folder);
  printf("%d of %d data sets passed\n", passed, count);
  return passed == count;
}

//===----------------------------------------------------------------------===//

static bool readTolerance(const UfTool *tool, const char *option,
                          const char *text, double *value) {
  if (!text)
    return true;
  char *end;
  *value = strtod(text, &end);
  return (*text && !*end && isfinite(*value) && *value >= 0) ||
         UF_ERROR(tool, "--%s: '%s' is not a number from 0", option, text);
}

bool ufTestRun(const UfTool *tool, const UfModelOptions *model,
               const UfTestOptions *options, int32_t threads, bool quiet) {
  UfOpened opened = {0};
  Test test = {.opened = &opened,
               .model = model,
               .limit = {.rtol = 1e-3, .atol = 1e-7},
               .threads = threads,
               .quiet = quiet};
  if (!readTolerance(tool, "rtol", options->rtol, &test.limit.rtol) ||
      !readTolerance(tool, "atol", options->atol, &test.limit.atol))
    return false;
  const char *slash = strrchr(model->path, '/');
  char *folder =
      *options->directory ? ufFormat("%s", options->directory)
      : slash ? ufFormat("%.*s", (int)(slash - model->path + 1), model->path)
              : ufFormat(".");
  size_t size = folder ? strlen(folder) : 0;
  while (size > 1 && folder[size - 1] == '/') // the name is what follows one
    folder[--size] = 0;
  bool ok =
      folder ? ufModelBegin(tool, model, &opened) && testFolder(&test, folder)
             : UF_ERROR(tool, "out of memory");
  dropProgram(&test);
  free(folder);
  ufModelClose(&opened);
  return ok;
}
