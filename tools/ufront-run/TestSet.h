//===-- TestSet.h - The files of a data set -----------------------*- C -*-===//

#ifndef UF_RUN_TESTSET_H
#define UF_RUN_TESTSET_H

#include "Model.h"

#include "ufront/TensorFile.h"

#include <dirent.h>

/// What one file holds.
typedef struct UfTestValue {
  UfrontTensorFile *file; ///< Owned, as the arrays are.
  const char *name;       ///< The file's, "" for none.
  bool isTensor;          ///< No sequence and no optional value.
  UfrontTensor *tensors;  ///< Aligned copies.
  const char **names;     ///< What a model calls them as inputs.
} UfTestValue;

/// Zero-initialised is empty.
typedef struct UfTestValues {
  UfTestValue *items;
  int32_t count;
} UfTestValues;

typedef struct UfTestSet {
  const char *name; ///< The folder's own.
  char *path;       ///< Owned.
  UfTestValues inputs, outputs;
} UfTestSet;

/// How many tensors a value is; none when it is absent.
static inline int32_t ufTestLength(const UfTestValue *value) {
  int32_t length = value->file ? ufrontTensorFileGetLength(value->file) : 0;
  return length < 0 ? 0 : length;
}

/// How many files WHAT_N.pb are in the folder, whatever N is.
int ufTestCountFiles(const char *path, const char *what);
void ufTestFreeEntries(struct dirent **entries, int count);

/// Reads the files in the folder `set->path`, or says why not; the set is to be
/// freed whatever comes of it.
bool ufTestSetRead(UfOpened *opened, UfTestSet *set);
void ufTestSetFree(UfTestSet *set);

#endif // UF_RUN_TESTSET_H
