//===-- Npy.h - NumPy's .npy files --------------------------------*- C -*-===//
//
// Reads versions 1 to 3 of the format, in C order and little-endian, and writes
// version 1. The format has no bf16: it is written as the '<u2' of its bits.
//
//===----------------------------------------------------------------------===//

#ifndef UF_TOOLS_NPY_H
#define UF_TOOLS_NPY_H

#include "Options.h"

#include "ufront/Tensor.h"

#include <stdio.h>

/// Reads the file at `path`. `tensor->data` is then to be freed with free().
/// Says what is wrong with the file when it fails.
bool ufNpyRead(const UfTool *tool, const char *path, UfrontTensor *tensor);

/// Writes `tensor`; false when writing failed, for errno to tell why.
bool ufNpyWrite(FILE *file, const UfrontTensor *tensor);

/// What NumPy calls `type`: "float32". Its bits' type for bf16.
const char *ufNpyGetTypeName(UfrontType type);

#endif // UF_TOOLS_NPY_H
