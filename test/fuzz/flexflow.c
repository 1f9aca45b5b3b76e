//===-- flexflow.c - Fuzzing the FlexFlow importer and writer -------------===//
//
// Through the public interface, as a program would read a file it was given.
// Inputs called x and y have shapes.
//
//===----------------------------------------------------------------------===//

#include "ufront/Session.h"

// A session costs more than an import, but keeps every name it has seen.
enum { INPUTS_PER_SESSION = 1000 };

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's name
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // NOLINTEND(readability-identifier-naming)
  static const UfrontTensorInfo shapes[] = {
      {.name = "x", .rank = 2, .shape = {4, 8}},
      {.name = "y", .rank = 4, .shape = {2, 3, 8, 8}},
  };
  static UfrontSession *session;
  static int inputs;
  if (inputs++ % INPUTS_PER_SESSION == 0) {
    ufrontSessionDestroy(session);
    if (ufrontSessionCreate(&session) != UFRONT_OK)
      __builtin_trap();
  }
  UfrontImportOptions options = {
      .format = "flexflow", .shapes = shapes, .numShapes = 2};
  UfrontModel *model = NULL;
  UfrontStatus status =
      ufrontSessionImportMemory(session, data, size, &options, &model);
  if (status == UFRONT_OK)
    status = ufrontModelWriteFlexFlow(model, "/dev/null");
  else if (model)
    __builtin_trap();
  // Every failure has a message.
  if (status != UFRONT_OK && !ufrontSessionGetMessage(session)[0])
    __builtin_trap();
  ufrontModelDestroy(model);
  return 0;
}
