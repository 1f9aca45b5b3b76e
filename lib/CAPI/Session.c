//===-- Session.c - Sessions and their messages ---------------------------===//

#include "CAPI/Session.h"

#include "Dialect/Dialect.h"
#include "Pipeline/Pipeline.h"

#include "mlir-c/RegisterEverything.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/// MLIR keeps passes in a registry of the process.
static void registerPassesOnce(void) {
  mlirRegisterAllPasses();
  ufRegisterPasses();
}

static void appendText(MlirStringRef text, void *userData) {
  ufMessageAppendBytes(userData, text.data, text.length);
}

/// "model.onnx:12: conv1: ", as far as it is known.
static void renderLocation(UfMessage *into, MlirLocation loc) {
  if (mlirLocationIsAName(loc)) {
    MlirLocation child = mlirLocationNameGetChildLoc(loc);
    renderLocation(into, child);
    if (mlirLocationIsAName(child)) // the model's own spelling of the name
      return;
    appendText(mlirIdentifierStr(mlirLocationNameGetName(loc)), into);
    ufMessageAppend(into, ": ");
  } else if (mlirLocationIsAFileLineColRange(loc)) {
    appendText(mlirIdentifierStr(mlirLocationFileLineColRangeGetFilename(loc)),
               into);
    int column = mlirLocationFileLineColRangeGetStartColumn(loc);
    ufMessageAppend(into, ":%d", mlirLocationFileLineColRangeGetStartLine(loc));
    if (column)
      ufMessageAppend(into, ":%d", column);
    ufMessageAppend(into, ": ");
  } else if (!mlirLocationEqual(
                 loc, mlirLocationUnknownGet(mlirLocationGetContext(loc)))) {
    mlirLocationPrint(loc, appendText, into);
    ufMessageAppend(into, ": ");
  }
}

/// The location, the message and its notes, one line each.
static void renderDiagnostic(UfMessage *into, MlirDiagnostic diagnostic) {
  renderLocation(into, mlirDiagnosticGetLocation(diagnostic));
  mlirDiagnosticPrint(diagnostic, appendText, into);
  ufMessageAppend(into, "\n");
  for (intptr_t i = 0; i < mlirDiagnosticGetNumNotes(diagnostic); ++i)
    renderDiagnostic(into, mlirDiagnosticGetNote(diagnostic, i));
}

static MlirLogicalResult onDiagnostic(MlirDiagnostic diagnostic,
                                      void *userData) {
  UfrontSession *session = userData;
  if (mlirDiagnosticGetSeverity(diagnostic) == MlirDiagnosticError)
    renderDiagnostic(&session->diagnostics, diagnostic);
  return mlirLogicalResultSuccess();
}

UfrontStatus ufrontSessionCreate(UfrontSession **out) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, registerPassesOnce);
  UfrontSession *session = calloc(1, sizeof *session);
  *out = session;
  if (!session)
    return UFRONT_NO_MEMORY;
  UF_SCOPED(MlirDialectRegistry) registry = mlirDialectRegistryCreate();
  mlirRegisterAllDialects(registry);
  ufRegisterDialect(registry);
  session->ctx = mlirContextCreateWithRegistry(registry, /*threading=*/true);
  mlirRegisterAllLLVMTranslations(session->ctx);
  mlirContextAttachDiagnosticHandler(session->ctx, onDiagnostic, session, NULL);
  // The frontends state sizes that shape rules cannot know, with tensor.cast.
  static const char *const dialects[] = {"ufront", "func", "tensor"};
  for (int i = 0; i < UF_COUNT(dialects); ++i)
    mlirContextGetOrLoadDialect(session->ctx, ufStr(dialects[i]));
  return UFRONT_OK;
}

void ufrontSessionDestroy(UfrontSession *session) {
  if (!session)
    return;
  mlirContextDestroy(session->ctx);
  ufMessageClear(&session->message);
  ufMessageClear(&session->diagnostics);
  free(session);
}

const char *ufrontSessionGetMessage(const UfrontSession *session) {
  return ufMessageGet(&session->message);
}

void ufrontSessionSetProgress(UfrontSession *session, UfrontProgress progress,
                              void *userData) {
  session->progress = progress;
  session->progressData = userData;
}

void ufrontSessionCancel(UfrontSession *session) {
  atomic_store(&session->cancelled, true);
}

const char *ufrontGetVersion(void) { return UFRONT_VERSION; }

const char *ufrontGetFormatName(int32_t index) {
  for (int32_t i = 0; ufFormats[i].name; ++i)
    if (i == index)
      return ufFormats[i].name;
  return NULL;
}

void ufSessionBegin(UfrontSession *session) {
  atomic_store(&session->cancelled, false);
  ufMessageClear(&session->message);
  ufMessageClear(&session->diagnostics);
}

UfrontStatus ufSessionEnd(UfrontSession *session, UfrontStatus status,
                          UfMessage *message) {
  if (status == UFRONT_OK)
    return status;
  UfMessage *into = &session->message;
  ufMessageClear(into);
  ufMessageAppend(into, "%s", ufMessageGet(message));
  if (session->diagnostics.size) {
    if (into->size)
      ufMessageAppend(into, "\n");
    // Without its last newline: whoever prints a message adds one.
    ufMessageAppendBytes(into, session->diagnostics.text,
                         session->diagnostics.size - 1);
  }
  if (!into->size)
    ufMessageAppend(into, "failed without a message");
  return status;
}
