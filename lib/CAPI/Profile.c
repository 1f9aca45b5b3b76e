//===-- Profile.c - Where a program's time goes ---------------------------===//

#include "CAPI/Session.h"

/// Ends a call whose status the instance has set.
static UfrontStatus finish(UfrontProgram *program, UfrontStatus status) {
  UF_SCOPED(UfMessage) message = {0};
  ufSessionBegin(program->session);
  if (status != UFRONT_OK)
    ufMessageAppend(&message, "%s", ufrtInstanceGetMessage(program->instance));
  return ufSessionEnd(program->session, status, &message);
}

UfrontStatus ufrontProgramSetProfiling(UfrontProgram *program,
                                       UfrontProfiling profiling) {
  return finish(program,
                ufrtInstanceSetProfiling(program->instance, profiling));
}

const UfrontProfile *ufrontProgramGetProfile(UfrontProgram *program) {
  return ufrtInstanceGetProfile(program->instance);
}

UfrontStatus ufrontProgramWriteProfile(UfrontProgram *program,
                                       UfrontProfileFormat format,
                                       UfrontWrite write, void *userData) {
  return finish(program, ufrtInstanceWriteProfile(program->instance, format,
                                                  write, userData));
}
