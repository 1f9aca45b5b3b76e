//===-- Header.h - The C header of a compiled model ---------------*- C -*-===//

#ifndef UF_TOOLS_HEADER_H
#define UF_TOOLS_HEADER_H

#include "Model.h"
#include "Output.h"

/// Writes the header of the program `name`, compiled from `model` to `object`,
/// with its weights in `weights`, which is null when it has none. A failure
/// shows when `output` is committed.
void ufHeaderWrite(UfOutput *output, const UfrontModel *model, const char *name,
                   const char *object, const char *weights);

/// Whether `name` can name a C variable.
bool ufIsIdentifier(const char *name);

/// Makes a C identifier of `size` characters at `text`, to be freed with
/// free(); null when memory is exhausted.
char *ufMakeIdentifier(const char *text, size_t size);

#endif // UF_TOOLS_HEADER_H
