//===-- Print.h - Tensors for people to read ----------------------*- C -*-===//

#ifndef UF_TOOLS_PRINT_H
#define UF_TOOLS_PRINT_H

#include "ufront/Tensor.h"

#include <stdio.h>

/// Prints `text` with its control characters masked.
void ufPrintText(FILE *file, const char *text);

/// Prints "name: f32 1x10", the first values, minimum, maximum and mean, and
/// the five largest of each row when the values look like scores of classes.
void ufPrintTensor(FILE *file, const char *name, const UfrontTensor *tensor);

#endif // UF_TOOLS_PRINT_H
