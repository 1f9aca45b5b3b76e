//===-- TestSet.c - The files of a data set -------------------------------===//

#include "TestSet.h"

#include "Output.h"
#include "Tensor.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILES = 4096 };

static int isValue(const struct dirent *entry) {
  const char *suffix = ufPathGetSuffix(entry->d_name);
  return !strcmp(suffix, ".pb") && (!strncmp(entry->d_name, "input_", 6) ||
                                    !strncmp(entry->d_name, "output_", 7));
}

void ufTestFreeEntries(struct dirent **entries, int count) {
  for (int i = 0; i < count; ++i)
    free(entries[i]);
  free(entries);
}

int ufTestCountFiles(const char *path, const char *what) {
  struct dirent **entries = NULL;
  int all = scandir(path, &entries, isValue, NULL), count = 0;
  for (int i = 0; i < all; ++i)
    count += !strncmp(entries[i]->d_name, what, strlen(what)) &&
             entries[i]->d_name[strlen(what)] == '_';
  ufTestFreeEntries(entries, all);
  return count;
}

static void freeValue(UfTestValue *value) {
  int32_t count = ufTestLength(value);
  for (int32_t i = 0; i < count; ++i) {
    if (value->tensors)
      free(value->tensors[i].data);
    if (value->names && !value->isTensor)
      free((char *)value->names[i]);
  }
  free(value->tensors);
  free(value->names);
  ufrontTensorFileDestroy(value->file);
}

static void freeValues(UfTestValues *values) {
  for (int32_t i = 0; i < values->count; ++i)
    freeValue(&values->items[i]);
  free(values->items);
  *values = (UfTestValues){0};
}

/// Copies a tensor, since files align their values to nothing.
static bool copyTensor(UfOpened *opened, const char *path,
                       const UfrontTensor *from, UfrontTensor *to) {
  *to = *from;
  to->data = NULL;
  int64_t elements;
  size_t bytes;
  if (!ufTensorMeasure(from, &elements, &bytes) || !ufTensorAllocate(to))
    return UF_ERROR(opened->tool, "%s: no memory for its values", path);
  if (bytes)
    memcpy(to->data, from->data, bytes);
  return true;
}

static bool readValue(UfOpened *opened, const char *path, UfTestValue *value) {
  if (!ufModelCheck(
          opened, ufrontSessionReadValue(opened->session, path, &value->file)))
    return false;
  value->name = ufrontTensorFileGetName(value->file);
  value->isTensor = ufrontTensorFileIsTensor(value->file);
  if (!value->isTensor && !*value->name)
    return UF_ERROR(opened->tool, "%s: is no tensor and has no name", path);
  size_t count = (size_t)ufTestLength(value);
  value->tensors = calloc(count + 1, sizeof(*value->tensors));
  value->names = calloc(count + 1, sizeof(*value->names));
  if (!value->tensors || !value->names)
    return UF_ERROR(opened->tool, "out of memory");
  for (int32_t i = 0; i < ufTestLength(value); ++i) {
    value->names[i] =
        value->isTensor ? value->name : ufFormat("%s[%d]", value->name, i);
    if (!value->names[i])
      return UF_ERROR(opened->tool, "out of memory");
    if (!copyTensor(opened, path, ufrontTensorFileGetElement(value->file, i),
                    &value->tensors[i]))
      return false;
  }
  return true;
}

/// Reads WHAT_0.pb, WHAT_1.pb, ... of the set, as many as there are.
static bool readValues(UfOpened *opened, const UfTestSet *set, const char *what,
                       UfTestValues *values) {
  int count = ufTestCountFiles(set->path, what);
  if (count > MAX_FILES)
    return UF_ERROR(opened->tool, "%s: %d files %s_*.pb, the most is %d",
                    set->path, count, what, MAX_FILES);
  values->items = calloc((size_t)count + 1, sizeof(*values->items));
  if (!values->items)
    return UF_ERROR(opened->tool, "out of memory");
  for (bool ok = true; values->count < count; ++values->count) {
    char *path = ufFormat("%s/%s_%d.pb", set->path, what, values->count);
    ok = path ? readValue(opened, path, &values->items[values->count])
              : UF_ERROR(opened->tool, "out of memory");
    free(path);
    if (!ok) {
      ++values->count; // what there is of it is to be freed
      return false;
    }
  }
  return true;
}

bool ufTestSetRead(UfOpened *opened, UfTestSet *set) {
  if (!readValues(opened, set, "input", &set->inputs) ||
      !readValues(opened, set, "output", &set->outputs))
    return false;
  return set->outputs.count ||
         UF_ERROR(opened->tool, "%s: has no output_0.pb", set->path);
}

void ufTestSetFree(UfTestSet *set) {
  freeValues(&set->inputs);
  freeValues(&set->outputs);
  free(set->path);
  *set = (UfTestSet){0};
}
