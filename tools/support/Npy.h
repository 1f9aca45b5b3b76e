//===-- Npy.h - NumPy's .npy files --------------------------------*- C -*-===//
//
// Reads versions 1 to 3 of the format, in C order and little-endian, and writes
// version 1. The format has neither bf16 nor types of 8 bits and fewer but the
// usual ones: they are written as the '<u2' or '|u1' of their bits.
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

/// What NumPy calls `type`: "float32". Its bits' type if NumPy has it not.
const char *ufNpyGetTypeName(UfrontType type);

/// Whether numbers of `type` are in a file as integers of type `bits`.
bool ufNpyHoldsBits(UfrontType type, UfrontType bits);

#endif // UF_TOOLS_NPY_H
