//===-- Model.c - A model the user named, opened --------------------------===//

#include "Model.h"

#include "Tensor.h"

#include <stdlib.h>
#include <string.h>

/// Fills `info` from "NAME=1x3", whose name is copied to memory that
/// info->name then points to.
static bool parseShape(const UfTool *tool, const char *text,
                       UfrontTensorInfo *info) {
  const char *equals = strrchr(text, '=');
  if (!equals || equals == text)
    return UF_ERROR(tool, "--shape: '%s' is not NAME=1x3x224x224", text);
  if (!ufShapeParse(equals + 1, &info->rank, info->shape))
    return UF_ERROR(tool, "--shape: '%s' is not a shape like 1x3x224x224",
                    equals + 1);
  info->name = ufFormat("%.*s", (int)(equals - text), text);
  return info->name || UF_ERROR(tool, "out of memory");
}

/// Whether the imported model is as --shape says. A reader may not be able to
/// change what its file fixes.
static bool checkShape(const UfTool *tool, const UfrontModel *model,
                       const UfrontTensorInfo *shape) {
  for (int32_t i = 0; i < ufrontModelGetNumInputs(model); ++i) {
    const UfrontTensorInfo *input = ufrontModelGetInput(model, i);
    if (strcmp(input->name, shape->name))
      continue;
    if (input->rank == shape->rank &&
        !memcmp(input->shape, shape->shape,
                (size_t)shape->rank * sizeof(*shape->shape)))
      return true;
    char text[UF_SHAPE_SIZE];
    ufShapeFormat(input->rank, input->shape, text);
    return UF_ERROR(tool, "--shape: input '%s' is %s, which cannot be changed",
                    input->name, text);
  }
  return ufModelLacksInput(tool, model, "shape", shape->name,
                           strlen(shape->name));
}

static bool knowsFormat(const UfTool *tool, const char *format) {
  char known[200] = "";
  size_t used = 0;
  const char *name;
  for (int32_t i = 0; (name = ufrontGetFormatName(i)); ++i) {
    if (!strcmp(name, format))
      return true;
    if (used + strlen(name) + 3 < sizeof(known))
      used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
                               i ? ", " : "", name);
  }
  return UF_ERROR(tool, "--format: '%s' is not one of %s", format, known);
}

static bool importShaped(UfOpened *opened, const UfModelOptions *options,
                         const UfModelGiven *given, UfrontTensorInfo *shapes,
                         UfrontStatus *status) {
  for (int32_t i = 0; i < options->shapes.count; ++i)
    if (!parseShape(opened->tool, options->shapes.items[i], &shapes[i]))
      return false;
  UfrontImportOptions how = {
      .format = options->format,
      .shapes = shapes,
      .numShapes = options->shapes.count,
  };
  if (given) {
    how.valueNames = given->names;
    how.values = given->values;
    how.numValues = given->numValues;
    how.sequences = given->sequences;
    how.numSequences = given->numSequences;
    how.numShapes += given->numShapes;
    for (int32_t i = 0; i < given->numShapes; ++i)
      shapes[options->shapes.count + i] = given->shapes[i];
  }
  UfrontStatus found =
      ufrontSessionImport(opened->session, options->path, &how, &opened->model);
  if (status)
    *status = found;
  if (status && found == UFRONT_UNSUPPORTED)
    return false;
  if (!ufModelCheck(opened, found))
    return false;
  for (int32_t i = 0; i < options->shapes.count; ++i)
    if (!checkShape(opened->tool, opened->model, &shapes[i]))
      return false;
  return true;
}

bool ufModelImport(UfOpened *opened, const UfModelOptions *options,
                   const UfModelGiven *given, UfrontStatus *status) {
  size_t count = (size_t)options->shapes.count;
  size_t more = given ? (size_t)given->numShapes : 0;
  UfrontTensorInfo *shapes = calloc(count + more + 1, sizeof(*shapes));
  bool ok = shapes ? importShaped(opened, options, given, shapes, status)
                   : UF_ERROR(opened->tool, "out of memory");
  for (size_t i = 0; shapes && i < count; ++i)
    free((char *)shapes[i].name);
  free(shapes);
  return ok;
}

/// The user's folder for code that has been compiled, to be freed with free();
/// null when the environment does not say where files go.
static char *findCache(void) {
  const char *caches = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (caches && caches[0] == '/') // otherwise it does not count
    return ufFormat("%s/ufront", caches);
  return home && home[0] == '/' ? ufFormat("%s/.cache/ufront", home) : NULL;
}

bool ufModelBegin(const UfTool *tool, const UfModelOptions *options,
                  UfOpened *opened) {
  *opened = (UfOpened){.tool = tool};
  if (!options->noCache)
    opened->cacheDir =
        options->cacheDir ? ufFormat("%s", options->cacheDir) : findCache();
  if (options->format && !knowsFormat(tool, options->format))
    return false;
  ufProgressStart(&opened->progress);
  if (ufrontSessionCreate(&opened->session) != UFRONT_OK)
    return UF_ERROR(tool, "out of memory");
  ufrontSessionSetProgress(opened->session, ufProgressShow, &opened->progress);
  return true;
}

bool ufModelOpen(const UfTool *tool, const UfModelOptions *options,
                 UfOpened *opened) {
  return ufModelBegin(tool, options, opened) &&
         ufModelImport(opened, options, NULL, NULL);
}

UfrontCompileOptions ufModelCompileOptions(const UfOpened *opened,
                                           const UfModelOptions *options) {
  return (UfrontCompileOptions){.viaTosa = options->via == 1,
                                .cpu = options->cpu,
                                .cpuFeatures = options->cpuFeatures,
                                .precision =
                                    (UfrontPrecision)options->precision,
                                .cacheDir = opened->cacheDir};
}

static const char *statusText(UfrontStatus status) {
  switch (status) {
#define X(name, value, text)                                                   \
  case UFRONT_##name:                                                          \
    return text;
    UFRONT_STATUS_LIST(X)
#undef X
  }
  return "failed";
}

bool ufModelCheck(UfOpened *opened, UfrontStatus status) {
  ufProgressClear(&opened->progress);
  if (status == UFRONT_OK)
    return true;
  const char *message = ufrontSessionGetMessage(opened->session);
  return UF_ERROR(opened->tool, "%s", *message ? message : statusText(status));
}

/// "'x', 'y'", to be freed with free(); null when memory is exhausted.
static char *listInputs(const UfrontModel *model) {
  char *names = ufFormat("%s", "");
  for (int32_t i = 0; names && i < ufrontModelGetNumInputs(model); ++i) {
    char *longer = ufFormat("%s%s'%s'", names, i ? ", " : "",
                            ufrontModelGetInput(model, i)->name);
    free(names);
    names = longer;
  }
  return names;
}

bool ufModelLacksInput(const UfTool *tool, const UfrontModel *model,
                       const char *option, const char *name, size_t size) {
  char *names = listInputs(model);
  ufToolReport(tool, "--%s: the model has no input '%.*s', only %s", option,
               (int)size, name, names && *names ? names : "no input at all");
  free(names);
  return false;
}

void ufModelClose(UfOpened *opened) {
  ufrontModelDestroy(opened->model);
  ufrontSessionDestroy(opened->session);
  free(opened->cacheDir);
  *opened = (UfOpened){0};
}

const char *const ufVias[] = {"default", "tosa", NULL};
const char *const ufPrecisions[] = {"f32", "bf16", "bf16x2", "bf16x3", NULL};
