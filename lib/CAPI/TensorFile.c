//===-- TensorFile.c - Tensors in ONNX's files ----------------------------===//

#include "CAPI/Session.h"

#include "ufront/TensorFile.h"

#include <stdlib.h>

struct UfrontTensorFile {
  UfMapping mapping; ///< The file's own bytes.
  UfArena arena;     ///< Of what is not there as it is in the file.
  UfrontTensor tensor;
  const char *name;
};

static UfrontStatus readTensor(UfrontSession *session, const char *path,
                               const UfMapping *memory, UfMessage *message,
                               UfrontTensorFile *file) {
  static const UfrontImportOptions options = {0};
  UfSource source = {.name = path ? path : "<memory>", .options = &options};
  if (memory)
    file->mapping = *memory;
  else if (!path)
    return ufFail(message, UFRONT_ARGUMENT, "no path is given");
  else
    UF_TRY(ufMapFile(message, NULL, path, &file->mapping));
  source.data = file->mapping.data;
  source.size = file->mapping.size;
  return ufReadOnnxTensor(&source, session->ctx, message, &file->arena,
                          &file->tensor, &file->name);
}

static UfrontStatus readAny(UfrontSession *session, const char *path,
                            const UfMapping *memory, UfrontTensorFile **out) {
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(session);
  *out = NULL;
  UfrontTensorFile *file = calloc(1, sizeof *file);
  if (!file)
    return ufSessionEnd(session, UFRONT_NO_MEMORY, &message);
  UfrontStatus status = readTensor(session, path, memory, &message, file);
  if (status == UFRONT_OK)
    *out = file;
  else
    ufrontTensorFileDestroy(file);
  return ufSessionEnd(session, status, &message);
}

UfrontStatus ufrontSessionReadTensor(UfrontSession *session, const char *path,
                                     UfrontTensorFile **file) {
  return readAny(session, path, NULL, file);
}

UfrontStatus ufrontSessionReadTensorMemory(UfrontSession *session,
                                           const void *data, size_t size,
                                           UfrontTensorFile **file) {
  UfMapping memory = {.data = data, .size = size};
  return readAny(session, NULL, &memory, file);
}

const UfrontTensor *ufrontTensorFileGetTensor(const UfrontTensorFile *file) {
  return &file->tensor;
}

const char *ufrontTensorFileGetName(const UfrontTensorFile *file) {
  return file->name;
}

void ufrontTensorFileDestroy(UfrontTensorFile *file) {
  if (!file)
    return;
  ufMappingDestroy(&file->mapping);
  ufArenaDestroy(&file->arena);
  free(file);
}
