//===-- Inputs.c - The tensors a model is run on --------------------------===//

#include "Inputs.h"

#include "Npy.h"
#include "Random.h"
#include "Tensor.h"

#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Which input a file is for
//===----------------------------------------------------------------------===//

/// Finds the input that `text` is for, and where in it the file's name starts.
/// Names and files may contain '=': the longest name that matches is meant.
static bool findInput(const UfTool *tool, const UfrontModel *model,
                      const UfInputs *inputs, const char *text, int32_t *index,
                      const char **file) {
  size_t longest = 0;
  *index = -1;
  for (int32_t i = 0; i < inputs->count; ++i) {
    const char *name = ufrontModelGetInput(model, i)->name;
    size_t size = strlen(name);
    if (!strncmp(text, name, size) && text[size] == '=' &&
        (*index < 0 || size > longest)) {
      *index = i;
      longest = size;
    }
  }
  *file = text + longest + 1;
  if (*index >= 0)
    return true;
  const char *equals = strchr(text, '=');
  if (equals)
    return ufModelLacksInput(tool, model, "input", text,
                             (size_t)(equals - text));
  *file = text;
  for (*index = 0; *index < inputs->count; ++*index)
    if (!inputs->tensors[*index].data)
      return true;
  return UF_ERROR(tool, "--input: '%s' is one more than the model has", text);
}

//===----------------------------------------------------------------------===//
// Whether it fits
//===----------------------------------------------------------------------===//

static bool shapeFits(const UfrontTensorInfo *info,
                      const UfrontTensor *tensor) {
  if (info->rank != tensor->rank)
    return false;
  for (int32_t i = 0; i < info->rank; ++i)
    if (info->shape[i] >= 0 && info->shape[i] != tensor->shape[i])
      return false;
  return true;
}

static bool checkInput(const UfTool *tool, const char *file,
                       const UfrontTensorInfo *info, UfrontTensor *tensor) {
  if (ufNpyHoldsBits(info->type, tensor->type))
    tensor->type = info->type;
  bool isBits = ufNpyHoldsBits(info->type, UFRONT_U8) ||
                ufNpyHoldsBits(info->type, UFRONT_U16);
  if (info->type != tensor->type)
    return UF_ERROR(tool, "%s: holds %s, but input '%s' is %s: save %s%s)",
                    file, ufrontTypeGetName(tensor->type), info->name,
                    ufrontTypeGetName(info->type),
                    isBits ? "its bits (numpy." : "a.astype(numpy.",
                    ufNpyGetTypeName(info->type));
  if (shapeFits(info, tensor))
    return true;
  char found[UF_SHAPE_SIZE], expected[UF_SHAPE_SIZE];
  ufShapeFormat(tensor->rank, tensor->shape, found);
  ufShapeFormat(info->rank, info->shape, expected);
  return UF_ERROR(tool, "%s: its shape is %s, but input '%s' is %s", file,
                  found, info->name, expected);
}

static bool readInput(const UfTool *tool, const UfrontModel *model,
                      const char *text, UfInputs *inputs) {
  int32_t index;
  const char *file;
  if (!findInput(tool, model, inputs, text, &index, &file))
    return false;
  const UfrontTensorInfo *info = ufrontModelGetInput(model, index);
  UfrontTensor *tensor = &inputs->tensors[index];
  if (tensor->data)
    return UF_ERROR(tool, "--input: '%s' is given twice", info->name);
  return ufNpyRead(tool, file, tensor) && checkInput(tool, file, info, tensor);
}

//===----------------------------------------------------------------------===//
// Inputs without a file
//===----------------------------------------------------------------------===//

/// Lists every input that has no value yet, and how to give it one.
static bool reportMissing(const UfTool *tool, const UfrontModel *model,
                          const UfInputs *inputs) {
  char *text = ufFormat("these inputs have no values:");
  for (int32_t i = 0; text && i < inputs->count; ++i) {
    if (inputs->tensors[i].data)
      continue;
    const UfrontTensorInfo *info = ufrontModelGetInput(model, i);
    char shape[UF_SHAPE_SIZE];
    ufShapeFormat(info->rank, info->shape, shape);
    char *longer =
        ufFormat("%s\n  %s: %s %s    --input %s=FILE.npy", text, info->name,
                 ufrontTypeGetName(info->type), shape, info->name);
    free(text);
    text = longer;
  }
  ufToolReport(tool, "%s\nor use --random-inputs", text ? text : "");
  free(text);
  return false;
}

static bool makeInput(const UfTool *tool, const UfrontTensorInfo *info,
                      uint64_t seed, int64_t max, UfrontTensor *tensor) {
  char shape[UF_SHAPE_SIZE];
  ufShapeFormat(info->rank, info->shape, shape);
  bool open = false;
  if (info->type == UFRONT_STRING)
    return UF_ERROR(tool,
                    "input '%s' takes strings, which are not made up and are "
                    "no type of .npy: only --test-data has them",
                    info->name);
  tensor->type = info->type;
  tensor->rank = info->rank;
  for (int32_t i = 0; i < info->rank; ++i) {
    open |= info->shape[i] < 0;
    tensor->shape[i] = info->shape[i] < 0 ? 1 : info->shape[i];
  }
  if (!ufTensorAllocate(tensor))
    return UF_ERROR(tool, "no memory for input '%s' of shape %s", info->name,
                    shape);
  if (open)
    ufToolReport(tool,
                 "input '%s' is %s: 1 is used for '?', --shape %s=... "
                 "sets it",
                 info->name, shape, info->name);
  ufRandomFill(tensor, seed, max);
  return true;
}

bool ufInputsCreate(const UfTool *tool, const UfrontModel *model,
                    const UfInputOptions *options, UfInputs *inputs) {
  *inputs = (UfInputs){.count = ufrontModelGetNumInputs(model)};
  inputs->tensors = calloc((size_t)inputs->count + 1, sizeof(UfrontTensor));
  if (!inputs->tensors)
    return UF_ERROR(tool, "out of memory");
  for (int32_t i = 0; i < options->files.count; ++i)
    if (!readInput(tool, model, options->files.items[i], inputs))
      return false;
  for (int32_t i = 0; i < inputs->count; ++i) {
    UfrontTensor *tensor = &inputs->tensors[i];
    if (tensor->data)
      continue;
    if (options->seed < 0)
      return reportMissing(tool, model, inputs);
    // Inputs of one shape must not be equal, hence a seed for each.
    uint64_t own = (uint64_t)options->seed ^ (uint64_t)i << 32;
    if (!makeInput(tool, ufrontModelGetInput(model, i), own, options->max,
                   tensor))
      return false;
  }
  return true;
}

void ufInputsDestroy(UfInputs *inputs) {
  for (int32_t i = 0; inputs->tensors && i < inputs->count; ++i)
    free(inputs->tensors[i].data);
  free(inputs->tensors);
  *inputs = (UfInputs){0};
}
