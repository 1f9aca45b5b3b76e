//===-- onnx.c - Fuzzing the ONNX importer --------------------------------===//
//
// Through the public interface, as a program would read a file it was given.
//
//===----------------------------------------------------------------------===//

#include "ufront/Session.h"

// A session costs more than an import, but keeps every name it has seen.
enum { INPUTS_PER_SESSION = 1000 };

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's name
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // NOLINTEND(readability-identifier-naming)
  static UfrontSession *session;
  static int inputs;
  if (inputs++ % INPUTS_PER_SESSION == 0) {
    ufrontSessionDestroy(session);
    if (ufrontSessionCreate(&session) != UFRONT_OK)
      __builtin_trap();
  }
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
