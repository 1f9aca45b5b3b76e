//===-- Weights.h - The weights beside another file ---------------*- C -*-===//

#ifndef UF_TOOLS_WEIGHTS_H
#define UF_TOOLS_WEIGHTS_H

#include "Model.h"
#include "Output.h"

/// Writes the model's weights in safetensors format for `path`, which must
/// outlive `output`. Leaves `output` to be committed, or closed when the model
/// has no weights.
bool ufWeightsWrite(UfOpened *opened, const char *path, UfOutput *output);

/// Commits `output` unless it is closed, and says so on a terminal.
bool ufWeightsCommit(UfOpened *opened, UfOutput *output);

#endif // UF_TOOLS_WEIGHTS_H
