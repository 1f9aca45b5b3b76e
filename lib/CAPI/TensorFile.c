//===-- TensorFile.c - Tensors in ONNX's files ----------------------------===//

#include "CAPI/Session.h"

#include "ufront/TensorFile.h"

#include <stdlib.h>

struct UfrontTensorFile {
  UfMapping mapping; ///< The file's own bytes.
  UfArena arena;     ///< Of what is not there as it is in the file.
  UfTensorList list;
};

/// What is to be read: the file at `path`, or `memory` when there is some.
typedef struct Reading {
  const char *path;
  const UfMapping *memory;
  bool onlyTensor;
} Reading;

static UfrontStatus readValue(UfrontSession *session, const Reading *what,
                              UfMessage *message, UfrontTensorFile *file) {
  static const UfrontImportOptions options = {0};
  UfSource source = {.name = what->memory ? "<memory>" : what->path,
                     .options = &options};
  if (what->memory)
    file->mapping = *what->memory;
  else if (!what->path)
    return ufFail(message, UFRONT_ARGUMENT, "no path is given");
  else
    UF_TRY(ufMapFile(message, NULL, what->path, &file->mapping));
  source.data = file->mapping.data;
  source.size = file->mapping.size;
  return ufReadOnnxValue(&source, session->ctx, what->onlyTensor, message,
                         &file->arena, &file->list);
}

static UfrontStatus readAny(UfrontSession *session, const Reading *what,
                            UfrontTensorFile **out) {
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(session);
  *out = NULL;
  UfrontTensorFile *file = calloc(1, sizeof *file);
  if (!file)
    return ufSessionEnd(session, UFRONT_NO_MEMORY, &message);
  UfrontStatus status = readValue(session, what, &message, file);
  if (status == UFRONT_OK)
    *out = file;
  else
    ufrontTensorFileDestroy(file);
  return ufSessionEnd(session, status, &message);
}

UfrontStatus ufrontSessionReadTensor(UfrontSession *session, const char *path,
                                     UfrontTensorFile **file) {
  Reading what = {.path = path, .onlyTensor = true};
  return readAny(session, &what, file);
}

UfrontStatus ufrontSessionReadTensorMemory(UfrontSession *session,
                                           const void *data, size_t size,
                                           UfrontTensorFile **file) {
  UfMapping memory = {.data = data, .size = size};
  Reading what = {.memory = &memory, .onlyTensor = true};
  return readAny(session, &what, file);
}

UfrontStatus ufrontSessionReadValue(UfrontSession *session, const char *path,
                                    UfrontTensorFile **file) {
  Reading what = {.path = path};
  return readAny(session, &what, file);
}

bool ufrontTensorFileIsTensor(const UfrontTensorFile *file) {
  return file->list.isTensor;
}

int32_t ufrontTensorFileGetLength(const UfrontTensorFile *file) {
  return file->list.length;
}

const UfrontTensor *ufrontTensorFileGetElement(const UfrontTensorFile *file,
                                               int32_t index) {
  return index >= 0 && index < file->list.length ? &file->list.tensors[index]
                                                 : NULL;
}

const UfrontTensor *ufrontTensorFileGetTensor(const UfrontTensorFile *file) {
  return ufrontTensorFileGetElement(file, 0);
}

const char *ufrontTensorFileGetName(const UfrontTensorFile *file) {
  return file->list.name;
}

void ufrontTensorFileDestroy(UfrontTensorFile *file) {
  if (!file)
    return;
  ufMappingDestroy(&file->mapping);
  ufArenaDestroy(&file->arena);
  free(file);
}
