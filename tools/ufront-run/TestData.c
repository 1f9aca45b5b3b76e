//===-- TestData.c - ONNX's test folders ----------------------------------===//

#include "TestData.h"

#include "Output.h"
#include "Print.h"
#include "Tensor.h"

#include "ufront/TensorFile.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Inputs up to this size may hold axes, shapes or sizes that a model is to be
/// compiled for.
enum { MAX_FIXED = 64, MAX_FILES = 4096 };

/// Zero-initialised is empty.
typedef struct Values {
  UfrontTensorFile **files; ///< Owned.
  UfrontTensor *tensors;    ///< Aligned copies of what is in them.
  int32_t count;
} Values;

/// One data set.
typedef struct Set {
  const char *name; ///< The folder's own.
  char *path;       ///< Owned.
  Values inputs, outputs;
} Set;

/// One run of the tool. The model and its program serve every data set, unless
/// the inputs' values must be known to compile it.
typedef struct Test {
  UfOpened *opened;
  const UfModelOptions *model;
  UfTolerance limit;
  int32_t threads;
  bool quiet;
  bool fixed; ///< The model only takes the inputs that are not small.
  UfrontProgram *program;
} Test;

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

static int isSet(const struct dirent *entry) {
  return !strncmp(entry->d_name, "test_data_set_", 14);
}

static int isValue(const struct dirent *entry) {
  const char *suffix = ufPathGetSuffix(entry->d_name);
  return !strcmp(suffix, ".pb") && (!strncmp(entry->d_name, "input_", 6) ||
                                    !strncmp(entry->d_name, "output_", 7));
}

static void freeEntries(struct dirent **entries, int count) {
  for (int i = 0; i < count; ++i)
    free(entries[i]);
  free(entries);
}

/// How many files WHAT_N.pb are in the folder, whatever N is.
static int countFiles(const char *path, const char *what) {
  struct dirent **entries = NULL;
  int all = scandir(path, &entries, isValue, NULL), count = 0;
  for (int i = 0; i < all; ++i)
    count += !strncmp(entries[i]->d_name, what, strlen(what)) &&
             entries[i]->d_name[strlen(what)] == '_';
  freeEntries(entries, all);
  return count;
}

//===----------------------------------------------------------------------===//
// Data sets
//===----------------------------------------------------------------------===//

static void freeValues(Values *values) {
  for (int32_t i = 0; i < values->count; ++i) {
    ufrontTensorFileDestroy(values->files[i]);
    free(values->tensors[i].data);
  }
  free(values->files);
  free(values->tensors);
  *values = (Values){0};
}

/// Reads one tensor. It is copied, since files align their values to nothing.
static bool readValue(UfOpened *opened, const char *path,
                      UfrontTensorFile **file, UfrontTensor *tensor) {
  if (!ufModelCheck(opened,
                    ufrontSessionReadTensor(opened->session, path, file)))
    return false;
  const UfrontTensor *read = ufrontTensorFileGetTensor(*file);
  *tensor = *read;
  int64_t elements;
  size_t bytes;
  if (!ufTensorMeasure(read, &elements, &bytes) || !ufTensorAllocate(tensor))
    return UF_ERROR(opened->tool, "%s: no memory for its values", path);
  if (bytes)
    memcpy(tensor->data, read->data, bytes);
  return true;
}

/// Reads WHAT_0.pb, WHAT_1.pb, ... of the set, as many as there are.
static bool readValues(UfOpened *opened, const Set *set, const char *what,
                       Values *values) {
  int count = countFiles(set->path, what);
  if (count > MAX_FILES)
    return UF_ERROR(opened->tool, "%s: %d files %s_*.pb, the most is %d",
                    set->path, count, what, MAX_FILES);
  values->files = calloc((size_t)count + 1, sizeof(*values->files));
  values->tensors = calloc((size_t)count + 1, sizeof(*values->tensors));
  if (!values->files || !values->tensors)
    return UF_ERROR(opened->tool, "out of memory");
  for (bool ok = true; values->count < count; ++values->count) {
    int32_t i = values->count;
    char *path = ufFormat("%s/%s_%d.pb", set->path, what, i);
    ok = path ? readValue(opened, path, &values->files[i], &values->tensors[i])
              : UF_ERROR(opened->tool, "out of memory");
    free(path);
    if (!ok)
      return false;
  }
  return true;
}

static bool readSet(UfOpened *opened, Set *set) {
  if (!readValues(opened, set, "input", &set->inputs) ||
      !readValues(opened, set, "output", &set->outputs))
    return false;
  return set->outputs.count ||
         UF_ERROR(opened->tool, "%s: has no output_0.pb", set->path);
}

static void freeSet(Set *set) {
  freeValues(&set->inputs);
  freeValues(&set->outputs);
  free(set->path);
  *set = (Set){0};
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

static bool isFixed(const UfrontTensorFile *file, const UfrontTensor *tensor) {
  int64_t elements;
  size_t bytes;
  return tensor->rank <= 1 && *ufrontTensorFileGetName(file) &&
         ufTensorMeasure(tensor, &elements, &bytes) && elements <= MAX_FIXED;
}

/// Imports the model for the values that the set's small inputs have.
static bool importFixed(Test *test, const Set *set) {
  const Values *inputs = &set->inputs;
  UfModelFixed fixed = {0};
  const char **names = calloc((size_t)inputs->count + 1, sizeof(*names));
  UfrontTensor *values = calloc((size_t)inputs->count + 1, sizeof(*values));
  for (int32_t i = 0; names && values && i < inputs->count; ++i) {
    if (!isFixed(inputs->files[i], &inputs->tensors[i]))
      continue;
    names[fixed.count] = ufrontTensorFileGetName(inputs->files[i]);
    values[fixed.count++] = inputs->tensors[i];
  }
  fixed.names = names;
  fixed.values = values;
  bool ok = names && values
                ? ufModelImport(test->opened, test->model, &fixed, NULL)
                : UF_ERROR(test->opened->tool, "out of memory");
  free(names);
  free(values);
  return ok;
}

static void dropProgram(Test *test) {
  ufrontProgramDestroy(test->program);
  test->program = NULL;
  ufrontModelDestroy(test->opened->model);
  test->opened->model = NULL;
}

/// Makes the program for a set, unless the one there is serves.
static bool compile(Test *test, const Set *set) {
  UfOpened *opened = test->opened;
  if (test->program && !test->fixed)
    return true;
  dropProgram(test);
  UfrontStatus status = UFRONT_OK;
  if (!test->fixed && !ufModelImport(opened, test->model, NULL, &status)) {
    // What it lacks may be the value of an input.
    test->fixed = status == UFRONT_UNSUPPORTED;
    if (!test->fixed)
      return false;
  }
  if (test->fixed && !importFixed(test, set))
    return false;
  UfrontCompileOptions how = ufModelCompileOptions(opened, test->model);
  how.threads = test->threads;
  return ufModelCheck(opened,
                      ufrontModelCompile(opened->model, &how, &test->program));
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// The set's inputs that the program takes, to be freed with free().
static UfrontTensor *chooseInputs(const Test *test, const Set *set) {
  const UfrontModel *model = test->opened->model;
  int32_t wanted = ufrontModelGetNumInputs(model), count = 0;
  UfrontTensor *inputs = calloc((size_t)set->inputs.count + 1, sizeof(*inputs));
  if (!inputs) {
    ufToolReport(test->opened->tool, "out of memory");
    return NULL;
  }
  for (int32_t i = 0; i < set->inputs.count; ++i)
    if (!test->fixed || !isFixed(set->inputs.files[i], &set->inputs.tensors[i]))
      inputs[count++] = set->inputs.tensors[i];
  if (count == wanted)
    return inputs;
  ufToolReport(test->opened->tool, "%s: has %d inputs, the model takes %d",
               set->path, count, wanted);
  free(inputs);
  return NULL;
}

/// Compares one output and prints a line about it.
static bool compareOutput(const Test *test, const Set *set, int32_t index,
                          const UfrontTensor *got) {
  char *line = NULL;
  size_t size;
  FILE *text = open_memstream(&line, &size);
  if (!text)
    return UF_ERROR(test->opened->tool, "out of memory");
  const char *name = ufrontModelGetOutput(test->opened->model, index)->name;
  bool same =
      ufTensorCompare(text, got, &set->outputs.tensors[index], &test->limit);
  if (fclose(text))
    same = UF_ERROR(test->opened->tool, "out of memory");
  else if (!same || !test->quiet) {
    ufPrintText(stdout, set->name);
    printf(": ");
    ufPrintText(stdout, name);
    printf(": %s", line);
  }
  free(line);
  return same;
}

static bool runSet(Test *test, const Set *set) {
  UfOpened *opened = test->opened;
  int32_t count = ufrontModelGetNumOutputs(opened->model);
  if (count != set->outputs.count)
    return UF_ERROR(opened->tool, "%s: has %d outputs, the model gives %d",
                    set->path, set->outputs.count, count);
  UfrontTensor *inputs = chooseInputs(test, set);
  if (!inputs)
    return false;
  UfrontTensor *outputs = calloc((size_t)count + 1, sizeof(*outputs));
  bool ok = outputs ? ufModelCheck(opened, ufrontProgramRun(test->program,
                                                            inputs, outputs))
                    : UF_ERROR(opened->tool, "out of memory");
  bool same = ok;
  for (int32_t i = 0; ok && i < count; ++i)
    same &= compareOutput(test, set, i, &outputs[i]);
  free(inputs);
  free(outputs);
  return same;
}

/// Takes over `path`.
static bool testSet(Test *test, char *path) {
  Set set = {.path = path, .name = path ? ufPathGetName(path) : ""};
  bool ok = path ? readSet(test->opened, &set) && compile(test, &set) &&
                       runSet(test, &set)
                 : UF_ERROR(test->opened->tool, "out of memory");
  freeSet(&set);
  return ok;
}

/// Tests every data set in the folder, or the one it is.
static bool testFolder(Test *test, const char *folder) {
  const UfTool *tool = test->opened->tool;
  if (countFiles(folder, "output"))
    return testSet(test, ufFormat("%s", folder));
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, isSet, versionsort), passed = 0;
  if (count < 0)
    return UF_ERROR(tool, "%s: %s", folder, strerror(errno));
  for (int i = 0; i < count; ++i)
    passed += testSet(test, ufFormat("%s/%s", folder, entries[i]->d_name));
  freeEntries(entries, count);
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
