//===-- Instance.h - An instance and its calls --------------------*- C -*-===//
//
// What is behind the handles of ufront/Runtime.h.
//
//===----------------------------------------------------------------------===//

#ifndef UF_RUNTIME_INSTANCE_H
#define UF_RUNTIME_INSTANCE_H

#include "Runtime/Pool.h"
#include "Runtime/Profile.h"
#include "Runtime/Strings.h"
#include "Runtime/Workers.h"
#include "Support/Message.h"
#include "Support/Weights.h"
#include "ufront/Runtime.h"

#include <pthread.h>
#include <setjmp.h>

struct UfrtInstance {
  const UfrtProgram *program;
  bool ready; ///< Created without a failure.
  UfMessage message;
  UfWorkers *workers; ///< Null for a single thread.
  int64_t threads;
  void **params;         ///< The bound ones, then the derived ones.
  UfBlock **derived;     ///< Where derived parameters lie.
  UfBlock **outputs;     ///< Where outputs lie, null if never asked for.
  UfrontTensor *results; ///< The outputs of this run; no data: not yet there.
  bool *given;           ///< Which outputs go to buffers of the caller's.
  UfBlock *arena;
  UfPool pool;
  pthread_mutex_t lock; ///< Guards `pool`, and `message` during a run.
  UfArena tables;       ///< What the pointers to arrays above point to.
  UfWeights weights;    ///< When they are the instance's own.
  UfProfile *profile;   ///< Null when nothing is measured.
  UfStrings *strings;   ///< Null when the program has none.
};

/// A run, or the part of it that one task is. A task has its own so that its
/// failure can unwind its own thread.
struct UfrtCall {
  UfrtInstance *instance;
  const UfrontTensor *inputs;
  const UfrontTensor *outputs; ///< The caller's.
  bool isInit;                 ///< The outputs are the derived parameters.
  UfrtCall *run;               ///< Null in a run, the run in a task.
  UfrontStatus status;
  jmp_buf exit;
};

/// Calls `function`; whatever happens, what it borrowed is returned.
UfrontStatus ufCallRun(UfrtCall *call, UfrtFunction function);

/// Ends the run, or the task when it is one, with `status` and `message`, which
/// is the caller's no more. Of several tasks that fail the first is reported.
_Noreturn void ufCallLeave(UfrtCall *call, UfrontStatus status,
                           UfMessage message);

/// Before a run: writes the inputs as the program takes them, with handles in
/// place of strings, to `*taken`; what they need is the pool's until the run
/// ends. And after it: puts strings into the outputs in place of handles.
UfrontStatus ufStringsBeginRun(UfrtInstance *instance,
                               const UfrontTensor *inputs,
                               const UfrontTensor **taken);
void ufStringsEndRun(const UfrtInstance *instance, UfrontTensor *outputs);

/// Appends "tensor<2x?xf32>".
void ufMessageAppendType(UfMessage *message, UfrontType type, int32_t rank,
                         const int64_t *shape);

/// Fails unless `tensor` has the type and shape of `info`, and data that, with
/// `isAligned`, lies aligned to its elements. The message calls it `what`
/// ("input").
UfrontStatus ufTensorCheck(UfMessage *message, const char *what,
                           const UfrontTensor *tensor,
                           const UfrontTensorInfo *info, bool isAligned);

#endif // UF_RUNTIME_INSTANCE_H
