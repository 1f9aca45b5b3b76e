//===-- Program.h - What is behind a Program ----------------------*- C -*-===//

#ifndef UF_PYTHON_PROGRAM_H
#define UF_PYTHON_PROGRAM_H

#include "Module.h"
#include "ufront/Runtime.h"

/// The functions of the runtime that a shared library brings along, which may
/// be of another version than ours.
typedef struct UfRuntime {
  UfrontStatus (*create)(const UfrtProgram *program, UfrtFindParam find,
                         void *userData, int32_t threads,
                         UfrtInstance **instance);
  UfrontStatus (*createFromFile)(const UfrtProgram *program,
                                 const char *weights, int32_t threads,
                                 UfrtInstance **instance);
  UfrontStatus (*run)(UfrtInstance *instance, const UfrontTensor *inputs,
                      UfrontTensor *outputs);
  const char *(*getMessage)(const UfrtInstance *instance);
  int64_t (*getMemory)(const UfrtInstance *instance);
  void (*destroy)(UfrtInstance *instance);
  UfrontStatus (*setProfiling)(UfrtInstance *instance,
                               UfrontProfiling profiling);
  const UfrontProfile *(*getProfile)(UfrtInstance *instance);
  UfrontStatus (*writeProfile)(UfrtInstance *instance,
                               UfrontProfileFormat format, UfrontWrite write,
                               void *userData);
} UfRuntime;

/// Compiled here (`program`), or loaded from a shared library (`instance`).
typedef struct UfProgramObject {
  PyObject_HEAD UfrontProgram *program;
  UfSessionObject *session;
  PyObject *model;
  void *library;
  UfRuntime runtime;
  UfrtInstance *instance;
  PyThread_type_lock lock; ///< The session's, or its own.
  /// The outputs follow the inputs; names are the model's or the library's.
  UfrontTensorInfo *inputs, *outputs;
  int32_t numInputs, numOutputs;
} UfProgramObject;

/// Makes room for descriptions.
bool ufProgramDescribe(UfProgramObject *self, int32_t numInputs,
                       int32_t numOutputs);

/// Methods of Profile.c.
PyObject *ufProgramProfile(PyObject *object, PyObject *argument);
PyObject *ufProgramGetProfile(PyObject *object, PyObject *unused);
PyObject *ufProgramWriteProfile(PyObject *object, PyObject *argument);

/// Releases what Load.c acquired.
void ufProgramUnload(UfProgramObject *self);

#endif // UF_PYTHON_PROGRAM_H
