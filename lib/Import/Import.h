//===-- Import.h - From a model file to a module ------------------*- C -*-===//

#ifndef UF_IMPORT_IMPORT_H
#define UF_IMPORT_IMPORT_H

#include "IR/Build.h"
#include "Support/Weights.h"
#include "ufront/Session.h"

/// Attribute of @forward: for each output of the file that is no tensor, how
/// many tensors it is, or UFRONT_ABSENT or UFRONT_STACKED.
#define UF_SEQUENCES_ATTR "ufront.sequences"

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

/// Import/ONNX/Import.c, Import/Torch/Import.c, Import/FlexFlow/Import.c,
/// Import/Mlir.c.
UfrontStatus ufImportOnnx(const UfSource *source, MlirContext ctx,
                          UfMessage *message, UfImported *out);
bool ufMatchesOnnx(const UfSource *source);

/// What is in a file of ONNX's values.
typedef struct UfTensorList {
  const char *name;
  bool isTensor;         ///< No sequence and no optional value.
  int32_t length;        ///< Of `tensors`, or UFRONT_ABSENT.
  UfrontTensor *tensors; ///< Aligned to nothing.
} UfTensorList;

/// Reads a file of one ONNX tensor, sequence or optional value, or with
/// `onlyTensor` of a tensor (Import/ONNX/TensorFile.c). Bytes stay in `source`
/// or are in `arena`, as all else is; `arena` is the caller's to destroy,
/// whatever comes of it.
UfrontStatus ufReadOnnxValue(const UfSource *source, MlirContext ctx,
                             bool onlyTensor, UfMessage *message,
                             UfArena *arena, UfTensorList *out);
UfrontStatus ufImportTorch(const UfSource *source, MlirContext ctx,
                           UfMessage *message, UfImported *out);
bool ufMatchesTorch(const UfSource *source);
UfrontStatus ufImportFlexFlow(const UfSource *source, MlirContext ctx,
                              UfMessage *message, UfImported *out);
bool ufMatchesFlexFlow(const UfSource *source);
/// Appends `module` to `text` in FlexFlow's format. Everything that it cannot
/// say is in one message.
UfrontStatus ufWriteFlexFlow(MlirModule module, UfMessage *message,
                             UfMessage *text);
UfrontStatus ufImportMlir(const UfSource *source, MlirContext ctx,
                          UfMessage *message, UfImported *out);
bool ufMatchesMlir(const UfSource *source);

/// The newest operator set of ONNX's default domain whose operators are known.
enum { UF_ONNX_NEWEST = 28 };

//===----------------------------------------------------------------------===//
// What readers share
//===----------------------------------------------------------------------===//

/// `loc` called `name`, unless that is empty. The outermost name is one that a
/// value can be printed with ("/conv1/Conv" as %conv1.Conv), the next one the
/// file's own. `arena` is for temporaries.
MlirLocation ufNamedLocation(UfArena *arena, const char *name,
                             MlirLocation loc);

/// Whether the tensor is small enough to be part of the module, where shape
/// rules and folds see it, instead of a parameter.
bool ufIsSmallTensor(const UfrontTensor *tensor);

/// The builtin type of an element.
MlirType ufElementTypeOf(MlirContext ctx, UfrontType type);

/// `tensor` as dense elements; null when memory is exhausted.
MlirAttribute ufTensorElements(MlirContext ctx, UfArena *arena,
                               const UfrontTensor *tensor);

/// Adds `ufront.param` called `name` for `tensor` to the block `entry` after
/// `*last`, or first when that is null, and moves `*last` to it.
MlirValue ufAddParam(MlirBlock entry, MlirOperation *last, MlirLocation loc,
                     const char *name, const UfrontTensor *tensor);

/// The bytes that parameters without values may take together in a model of so
/// many nodes.
size_t ufInventable(int64_t numNodes);

/// Fills a parameter of f32 or f64 that has no values as a fresh layer would:
/// uniformly within 1/sqrt(fan in), the same for every import of the same
/// names.
void ufInvent(const char *name, UfrontTensor *tensor);

/// Operators without an import rule, collected to be reported all at once.
enum { UF_MAX_MISSING = 64 };

typedef struct UfMissing {
  struct UfMissingKind {
    const char *op;
    int version; ///< 0: its operators have none.
    size_t count;
    const char *first;  ///< The first node of the kind...
    const char *source; ///< ...and where it was written; may be null.
  } kinds[UF_MAX_MISSING];
  int numKinds;
  size_t others; ///< Nodes of kinds beyond those.
} UfMissing;

/// Counts a node. The text must live as long as `missing`.
void ufMissingAdd(UfMissing *missing, const char *op, int version,
                  const char *node, const char *source);

/// Fails with one message about `name` when something is missing.
UfrontStatus ufMissingReport(const UfMissing *missing, const char *name,
                             UfMessage *message);

#endif // UF_IMPORT_IMPORT_H
