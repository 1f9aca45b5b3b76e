//===-- onnx.c - Fuzzing the ONNX readers ---------------------------------===//
//
// The same bytes as a model and as a tensor's file: most say soon which they
// are not. Through the public interface, as a program would read a file it was
// given.
//
//===----------------------------------------------------------------------===//

#include "ufront/TensorFile.h"

// A session costs more than an import, but keeps every name it has seen.
enum { INPUTS_PER_SESSION = 1000 };

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's name
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void readTensor(UfrontSession *session, const uint8_t *data,
                       size_t size) {
  UfrontTensorFile *file = NULL;
  UfrontStatus status =
      ufrontSessionReadTensorMemory(session, data, size, &file);
  if (status != UFRONT_OK) {
    if (file || !ufrontSessionGetMessage(session)[0])
      __builtin_trap();
    return;
  }
  // All bytes that it claims must be there.
  const UfrontTensor *tensor = ufrontTensorFileGetTensor(file);
  size_t bytes = ufrontTypeGetSize(tensor->type);
  for (int32_t i = 0; i < tensor->rank; ++i)
    bytes *= (size_t)tensor->shape[i];
  volatile uint8_t sum = 0;
  for (size_t i = 0; i < bytes; ++i)
    sum ^= ((const uint8_t *)tensor->data)[i];
  ufrontTensorFileDestroy(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // NOLINTEND(readability-identifier-naming)
  static UfrontSession *session;
  static int inputs;
  if (inputs++ % INPUTS_PER_SESSION == 0) {
    ufrontSessionDestroy(session);
    if (ufrontSessionCreate(&session) != UFRONT_OK)
      __builtin_trap();
  }
  readTensor(session, data, size);
  UfrontImportOptions options = {.format = "onnx"};
  UfrontModel *model = NULL;
  UfrontStatus status =
      ufrontSessionImportMemory(session, data, size, &options, &model);
  // Every failure has a message, and nothing else.
  if (status != UFRONT_OK && (model || !ufrontSessionGetMessage(session)[0]))
    __builtin_trap();
  ufrontModelDestroy(model);
  return 0;
}
