//===-- Session.h - What is behind the handles of the C ABI -------*- C -*-===//

#ifndef UF_CAPI_SESSION_H
#define UF_CAPI_SESSION_H

#include "Execution/Compile.h"
#include "Import/Import.h"

#include "mlir-c/Diagnostics.h"

#include <stdatomic.h>

struct UfrontSession {
  MlirContext ctx;
  UfMessage message;     ///< Of the last failed call.
  UfMessage diagnostics; ///< Errors reported since the call began.
  UfrontProgress progress;
  void *progressData;
  atomic_bool cancelled; ///< Set by any thread, cleared when a call begins.
};

struct UfrontModel {
  UfrontSession *session;
  UfMapping file; ///< The model's own bytes.
  UfImported imported;
  UfArena arena; ///< Of what follows.
  const UfrontTensorInfo *inputs, *outputs;
  const UfrontSequenceInfo *sequences;
  int32_t numInputs, numOutputs, numSequences;
};

struct UfrontProgram {
  UfrontSession *session;
  UfJit *jit;
  UfrtInstance *instance;
};

/// Starts a call: forgets the last failure.
void ufSessionBegin(UfrontSession *session);

/// Ends a call: the message of a failure is what `message` says, then the
/// diagnostics.
UfrontStatus ufSessionEnd(UfrontSession *session, UfrontStatus status,
                          UfMessage *message);

/// Describes the signature of a model's module.
UfrontStatus ufModelDescribe(UfrontModel *model, UfMessage *message);

/// Verifies and simplifies a model's module and describes its signature; `name`
/// is for messages.
UfrontStatus ufModelComplete(UfrontModel *model, const char *name,
                             UfMessage *message);

#endif // UF_CAPI_SESSION_H
