//===-- Import.h - From a model file to a module ------------------*- C -*-===//

#ifndef UF_IMPORT_IMPORT_H
#define UF_IMPORT_IMPORT_H

#include "IR/Build.h"
#include "Support/Weights.h"
#include "ufront/Session.h"

/// What a reader fills in. Zero-initialised is empty.
typedef struct UfImported {
  MlirModule module; ///< func.func @forward of `ufront` ops.
  UfWeights weights; ///< Values of its `ufront.param`s, by `sym`.
} UfImported;

/// Where a model comes from.
typedef struct UfSource {
  const char *name; ///< File name for messages and locations.
  /// Folder that external data must lie in; null: external data is refused.
  const char *directory;
  const uint8_t *data;
  size_t size;
  const UfrontImportOptions *options; ///< Never null.
  UfrontProgress progress;            ///< May be null.
  void *progressData;
} UfSource;

/// One file format.
typedef struct UfFormat {
  const char *name;
  /// Whether the first bytes (and the file's name) look like it.
  bool (*matches)(const UfSource *source);
  /// Fills `out`. Errors are reported as diagnostics in `ctx` where there is a
  /// location, and the message says what went wrong in one line.
  UfrontStatus (*import)(const UfSource *source, MlirContext ctx,
                         UfMessage *message, UfImported *out);
} UfFormat;

/// Every format, zero-terminated.
extern const UfFormat ufFormats[];

/// Import/ONNX/Import.c, Import/Mlir.c.
UfrontStatus ufImportOnnx(const UfSource *source, MlirContext ctx,
                          UfMessage *message, UfImported *out);
bool ufMatchesOnnx(const UfSource *source);
UfrontStatus ufImportMlir(const UfSource *source, MlirContext ctx,
                          UfMessage *message, UfImported *out);
bool ufMatchesMlir(const UfSource *source);

#endif // UF_IMPORT_IMPORT_H
