//===-- Scan.h - From bytes to an unpacked ONNX model -------------*- C -*-===//

#ifndef UF_IMPORT_ONNX_SCAN_H
#define UF_IMPORT_ONNX_SCAN_H

#include "Import/ONNX/onnx.pb-c.h"
#include "Support/Arena.h"
#include "Support/Message.h"

/// Unpacks the model in the `size` bytes at `data` into `arena`, whose limit it
/// sets by `size`. Tensor data larger than a kilobyte is not copied: its place
/// in the file is in the tensor's `lifted_*` fields. Messages begin with
/// `name`.
UFRONT_NODISCARD UfrontStatus ufOnnxUnpack(UfMessage *message, UfArena *arena,
                                           const char *name,
                                           const uint8_t *data, size_t size,
                                           UfOnnx__Model **model);

/// Unpacks a message of another `type` likewise, as a file of its own.
UFRONT_NODISCARD UfrontStatus ufOnnxUnpackMessage(
    UfMessage *message, UfArena *arena, const char *name, const uint8_t *data,
    size_t size, const ProtobufCMessageDescriptor *type,
    ProtobufCMessage **result);

/// Whether the bytes are UTF-8 without control characters, so that they can be
/// a name and part of a message.
bool ufOnnxIsText(const uint8_t *data, size_t size);

#endif // UF_IMPORT_ONNX_SCAN_H
