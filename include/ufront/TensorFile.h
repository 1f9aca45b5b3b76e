//===-- ufront/TensorFile.h - Tensors in ONNX's files -------------*- C -*-===//
//
// ONNX keeps a model's test data as files of one tensor each (TensorProto),
// input_0.pb and so on; or of a sequence of tensors (SequenceProto), or an
// optional one of either (OptionalProto). This reads them; they are trusted no
// more than models.
//
// Ownership: a tensor file belongs to whoever read it, and may outlive the
//            session.
// Threads:   as in ufront/Session.h.
//
//===----------------------------------------------------------------------===//

#ifndef UFRONT_TENSORFILE_H
#define UFRONT_TENSORFILE_H

#include "ufront/Session.h"

UFRONT_BEGIN_DECLS

/// A tensor that was read from a file, and its bytes.
typedef struct UfrontTensorFile UfrontTensorFile;

/// Reads the tensor in the file at `path`. What its bytes are in the format of
/// (UFRONT_FORMAT) or which element type ufront lacks (UFRONT_UNSUPPORTED), the
/// session's message says.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontSessionReadTensor(
    UfrontSession *session, const char *path, UfrontTensorFile **file);

/// Reads a tensor from memory, which is borrowed as long as the result lives.
UFRONT_API UFRONT_NODISCARD UfrontStatus
ufrontSessionReadTensorMemory(UfrontSession *session, const void *data,
                              size_t size, UfrontTensorFile **file);

/// As ufrontSessionReadTensor, but the file may also hold a sequence of tensors
/// or an optional value. Which it is the file does not say: what has the fields
/// of a tensor is one, and an empty sequence is read where an optional tensor
/// may be meant that is not there.
UFRONT_API UFRONT_NODISCARD UfrontStatus ufrontSessionReadValue(
    UfrontSession *session, const char *path, UfrontTensorFile **file);

/// Whether the file is of a tensor, of no sequence or optional value.
UFRONT_API bool ufrontTensorFileIsTensor(const UfrontTensorFile *file);

/// How many tensors the file holds, or UFRONT_ABSENT for an optional value that
/// is not there.
UFRONT_API int32_t ufrontTensorFileGetLength(const UfrontTensorFile *file);

/// Tensor `index`, null past the end: read-only, and aligned to nothing.
UFRONT_API const UfrontTensor *
ufrontTensorFileGetElement(const UfrontTensorFile *file, int32_t index);

/// The first tensor.
UFRONT_API const UfrontTensor *
ufrontTensorFileGetTensor(const UfrontTensorFile *file);

/// The name that the file gives the value, "" for none.
UFRONT_API const char *ufrontTensorFileGetName(const UfrontTensorFile *file);

/// Null is a no-op.
UFRONT_API void ufrontTensorFileDestroy(UfrontTensorFile *file);

UFRONT_END_DECLS

#endif // UFRONT_TENSORFILE_H
