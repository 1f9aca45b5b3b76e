//===-- Weights.c - The weights beside another file -----------------------===//

#include "Weights.h"

#include <stdio.h>

/// Whether the .safetensors file at `path` has bytes after its header, which
/// starts with its own length in eight bytes. A model's weights are never
/// empty, so that without such bytes there are none.
static bool holdsValues(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return false;
  uint8_t start[8];
  uint64_t header = 0;
  bool ok = fread(start, 1, sizeof(start), file) == sizeof(start);
  for (int i = 7; ok && i >= 0; --i)
    header = header << 8 | start[i];
  ok = ok && header < INT64_MAX / 2 &&
       !fseeko(file, (off_t)(sizeof(start) + header), SEEK_SET) &&
       getc(file) != EOF;
  fclose(file);
  return ok;
}

bool ufWeightsWrite(UfOpened *opened, const char *path, UfOutput *output) {
  if (!ufOutputOpen(opened->tool, path, output))
    return false;
  if (!ufModelCheck(opened, ufrontModelWriteWeights(opened->model,
                                                    ufOutputGetPath(output)))) {
    ufOutputDiscard(output);
    return false;
  }
  if (!holdsValues(ufOutputGetPath(output)))
    ufOutputDiscard(output);
  return true;
}

bool ufWeightsCommit(UfOpened *opened, UfOutput *output) {
  if (!output->file)
    return true;
  const char *path = output->path;
  if (!ufOutputCommit(opened->tool, output))
    return false;
  if (opened->progress.terminal)
    ufToolReport(opened->tool, "the weights are in %s", path);
  return true;
}
