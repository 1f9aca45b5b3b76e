//===-- Outputs.c - Running, and what comes out ---------------------------===//

#include "Outputs.h"

#include "Npy.h"
#include "Output.h"
#include "Print.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/// Before anything is timed: the first runs fill caches and the memory pool.
enum { WARM_UPS = 2 };

/// How many runs a profile is of, unless the user says.
enum { PROFILED_RUNS = 20 };

/// Empty outputs make the program provide the memory, every time.
static bool runOnce(UfRun *run) {
  size_t count = (size_t)ufrontModelGetNumOutputs(run->opened->model);
  memset(run->outputs, 0, count * sizeof(*run->outputs));
  return ufModelCheck(
      run->opened,
      ufrontProgramRun(run->program, run->inputs->tensors, run->outputs));
}

bool ufRunStart(UfOpened *opened, const UfrontCompileOptions *options,
                const UfInputs *inputs, UfRun *run) {
  *run = (UfRun){.opened = opened, .inputs = inputs};
  size_t count = (size_t)ufrontModelGetNumOutputs(opened->model);
  run->outputs = calloc(count + 1, sizeof(*run->outputs));
  if (!run->outputs)
    return UF_ERROR(opened->tool, "out of memory");
  return ufModelCheck(opened, ufrontModelCompile(opened->model, options,
                                                 &run->program)) &&
         runOnce(run);
}

void ufRunPrint(const UfRun *run) {
  const UfrontModel *model = run->opened->model;
  for (int32_t i = 0; i < ufrontModelGetNumOutputs(model); ++i)
    ufPrintTensor(stdout, ufrontModelGetOutput(model, i)->name,
                  &run->outputs[i]);
}

/// What an output is called as a file, without suffix, to be freed with free().
/// A hostile model's names must not lead out of the folder.
static char *makeFileName(const UfrontModel *model, int32_t index) {
  const char *name = ufrontModelGetOutput(model, index)->name;
  char *result = *name && *name != '.' ? ufFormat("%s", name)
                                       : ufFormat("output%d%s", index, name);
  for (char *c = result; c && *c; ++c)
    if (*c == '/')
      *c = '_';
  return result;
}

/// The file for an output, to be freed with free(). Its position tells it from
/// one before it that would be the same file.
static char *getFilePath(const UfrontModel *model, const char *directory,
                         int32_t index) {
  char *name = makeFileName(model, index);
  bool taken = false;
  for (int32_t i = 0; name && i < index && !taken; ++i) {
    char *other = makeFileName(model, i);
    taken = other && !strcmp(name, other);
    free(other);
  }
  char *path = !name   ? NULL
               : taken ? ufFormat("%s/%s.%d.npy", directory, name, index)
                       : ufFormat("%s/%s.npy", directory, name);
  free(name);
  return path;
}

static bool writeOutput(const UfTool *tool, const char *path,
                        const UfrontTensor *tensor) {
  UfOutput output = {0};
  if (tensor->type == UFRONT_STRING)
    return UF_ERROR(tool, "%s: .npy files cannot hold strings", path);
  if (!ufOutputOpen(tool, path, &output))
    return false;
  if (!ufNpyWrite(output.file, tensor))
    output.error = errno ? errno : EIO;
  return ufOutputCommit(tool, &output);
}

bool ufRunWrite(const UfRun *run, const char *directory) {
  const UfTool *tool = run->opened->tool;
  const UfrontModel *model = run->opened->model;
  if (mkdir(directory, 0777) && errno != EEXIST)
    return UF_ERROR(tool, "%s: %s", directory, strerror(errno));
  for (int32_t i = 0; i < ufrontModelGetNumOutputs(model); ++i) {
    char *path = getFilePath(model, directory, i);
    bool ok = path ? writeOutput(tool, path, &run->outputs[i])
                   : UF_ERROR(tool, "out of memory");
    free(path);
    if (!ok)
      return false;
  }
  return true;
}

static int compareTimes(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

bool ufRunBenchmark(UfRun *run, int64_t runs) {
  if (runs < 1)
    return true;
  double *times = calloc((size_t)runs, sizeof(*times));
  if (!times)
    return UF_ERROR(run->opened->tool, "out of memory");
  bool ok = true;
  for (int64_t i = -WARM_UPS; ok && i < runs; ++i) {
    double start = ufSeconds();
    ok = runOnce(run);
    if (i >= 0)
      times[i] = 1e3 * (ufSeconds() - start);
  }
  if (ok) {
    qsort(times, (size_t)runs, sizeof(*times), compareTimes);
    printf("%lld runs: min %.3f ms, median %.3f ms, p90 %.3f ms\n",
           (long long)runs, times[0], times[runs / 2], times[runs * 9 / 10]);
  }
  free(times);
  return ok;
}

static bool writeTrace(UfRun *run, const char *path) {
  const UfTool *tool = run->opened->tool;
  UfOutput output = {0};
  if (!ufOutputOpen(tool, path, &output))
    return false;
  UfrontStatus status = ufrontProgramWriteProfile(
      run->program, UFRONT_PROFILE_TRACE, ufOutputWrite, &output);
  if (!output.error && !ufModelCheck(run->opened, status)) {
    ufOutputDiscard(&output);
    return false;
  }
  return ufOutputCommit(tool, &output);
}

static bool writeToStandard(void *userData, const char *data, size_t size) {
  (void)userData;
  return fwrite(data, 1, size, stdout) == size;
}

bool ufRunProfile(UfRun *run, int64_t runs, const char *trace) {
  UfrontProfiling profiling =
      *trace ? UFRONT_PROFILING_TRACE : UFRONT_PROFILING_TIMES;
  for (int64_t i = 0; i < WARM_UPS; ++i)
    if (!runOnce(run))
      return false;
  if (!ufModelCheck(run->opened,
                    ufrontProgramSetProfiling(run->program, profiling)))
    return false;
  for (int64_t i = 0; i < (runs ? runs : PROFILED_RUNS); ++i)
    if (!runOnce(run))
      return false;
  return ufModelCheck(run->opened, ufrontProgramWriteProfile(
                                       run->program, UFRONT_PROFILE_TABLE,
                                       writeToStandard, NULL)) &&
         (!*trace || writeTrace(run, trace));
}

void ufRunDestroy(UfRun *run) {
  ufrontProgramDestroy(run->program);
  free(run->outputs);
  *run = (UfRun){0};
}
