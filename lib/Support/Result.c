//===-- Result.c - Failing at a location ----------------------------------===//

#include "Support/Result.h"

#include "mlir-c/Diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

MlirLogicalResult ufError(MlirLocation loc, const char *format, ...) {
  char *text = NULL;
  va_list args;
  va_start(args, format);
  int size = vasprintf(&text, format, args);
  va_end(args);
  mlirEmitError(loc, size < 0 ? "out of memory" : text);
  if (size >= 0)
    free(text);
  return mlirLogicalResultFailure();
}
