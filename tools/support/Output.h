//===-- Output.h - Files that appear whole or not at all ----------*- C -*-===//
//
// An output is written to a temporary file beside its place and renamed at the
// end. Standard output ("-") and what is no regular file, such as /dev/null,
// are written directly.
//
//===----------------------------------------------------------------------===//

#ifndef UF_TOOLS_OUTPUT_H
#define UF_TOOLS_OUTPUT_H

#include "Options.h"

#include <stdio.h>

/// Zero-initialised is closed.
typedef struct UfOutput {
  const char *path; ///< As the user wrote it.
  char *temporary;  ///< Owned; null when written directly.
  FILE *file;
  int error; ///< errno of the first failed write.
} UfOutput;

/// Opens an output at `path`, which must outlive it.
bool ufOutputOpen(const UfTool *tool, const char *path, UfOutput *output);

/// Where somebody else is to write the bytes.
const char *ufOutputGetPath(const UfOutput *output);

/// A UfrontWrite; `output` is a UfOutput.
bool ufOutputWrite(void *output, const char *data, size_t size);

/// Puts the file in its place and closes `output`; false, with the error
/// reported, when something could not be written.
bool ufOutputCommit(const UfTool *tool, UfOutput *output);

/// Removes what was written and closes `output`. Closed is a no-op.
void ufOutputDiscard(UfOutput *output);

/// `path` with everything from its suffix on replaced, to be freed with
/// free(): ("a/m.mlir", ".h") is "a/m.h". Null when memory is exhausted.
char *ufPathReplaceSuffix(const char *path, const char *suffix);

/// What follows the last '/' of `path`.
const char *ufPathGetName(const char *path);

/// The suffix of `path` with its dot, "" when it has none.
const char *ufPathGetSuffix(const char *path);

#endif // UF_TOOLS_OUTPUT_H
