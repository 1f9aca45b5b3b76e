//===-- Load.c - Programs from shared libraries ---------------------------===//
//
// Runs what ufront-compile wrote, with the runtime that is in it.
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/// The address of `name`, null with an exception.
static void *find(void *library, const char *path, const char *name) {
  void *address = dlsym(library, name);
  if (!address)
    PyErr_Format(PyExc_ImportError, "%s: there is no '%s' in it", path, name);
  return address;
}

static bool findRuntime(void *library, const char *path, UfRuntime *runtime) {
  struct {
    const char *name;
    void **address;
  } functions[] = {
      {"ufrtInstanceCreate", (void **)&runtime->create},
      {"ufrtInstanceCreateFromFile", (void **)&runtime->createFromFile},
      {"ufrtInstanceRun", (void **)&runtime->run},
      {"ufrtInstanceGetMessage", (void **)&runtime->getMessage},
      {"ufrtInstanceGetMemory", (void **)&runtime->getMemory},
      {"ufrtInstanceDestroy", (void **)&runtime->destroy},
      {"ufrtInstanceSetProfiling", (void **)&runtime->setProfiling},
      {"ufrtInstanceGetProfile", (void **)&runtime->getProfile},
      {"ufrtInstanceWriteProfile", (void **)&runtime->writeProfile},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; ++i) {
    *functions[i].address = find(library, path, functions[i].name);
    if (!*functions[i].address)
      return false;
  }
  return true;
}

void ufProgramUnload(UfProgramObject *self) {
  if (self->instance)
    self->runtime.destroy(self->instance);
  if (self->library)
    dlclose(self->library);
  if (!self->session && self->lock)
    PyThread_free_lock(self->lock);
}

/// Creates the instance; an exception says why not.
static bool start(const UfState *state, UfProgramObject *self,
                  const UfrtProgram *program, const char *weights,
                  int threads) {
  UfrontStatus status;
  Py_BEGIN_ALLOW_THREADS;
  status = weights ? self->runtime.createFromFile(program, weights, threads,
                                                  &self->instance)
                   : self->runtime.create(program, NULL, NULL, threads,
                                          &self->instance);
  Py_END_ALLOW_THREADS;
  if (status == UFRONT_OK)
    return true;
  ufRaise(state, status,
          self->instance ? self->runtime.getMessage(self->instance)
                         : "out of memory");
  return false;
}

static bool load(const UfState *state, UfProgramObject *self, const char *path,
                 const char *name, const char *weights, int threads) {
  self->lock = PyThread_allocate_lock();
  if (!self->lock) {
    PyErr_NoMemory();
    return false;
  }
  self->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!self->library) {
    PyErr_SetString(PyExc_ImportError, dlerror());
    return false;
  }
  const UfrtProgram *program = find(self->library, path, name);
  if (!program || !findRuntime(self->library, path, &self->runtime))
    return false;
  if (program->abi != UFRT_ABI) {
    PyErr_Format(PyExc_ImportError,
                 "%s: is of runtime version %d, this ufront reads version %d",
                 path, program->abi, UFRT_ABI);
    return false;
  }
  if (program->numParams && !weights) {
    PyErr_Format(PyExc_FileNotFoundError,
                 "%s: its weights are missing, a .safetensors file beside it",
                 path);
    return false;
  }
  if (!ufProgramDescribe(self, program->numInputs, program->numOutputs))
    return false;
  for (int32_t i = 0; i < self->numInputs; ++i)
    self->inputs[i] = program->inputs[i];
  for (int32_t i = 0; i < self->numOutputs; ++i)
    self->outputs[i] = program->outputs[i];
  return start(state, self, program, weights, threads);
}

PyObject *ufProgramLoad(PyObject *module, PyObject *args, PyObject *keywords) {
  static char *names[] = {"path", "name", "weights", "threads", NULL};
  PyObject *path = NULL, *weights = NULL;
  const char *name;
  int threads = 0;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&s|O&i:load", names,
                                   PyUnicode_FSConverter, &path, &name,
                                   ufOptionalPath, &weights, &threads))
    return NULL;
  const UfState *state = PyModule_GetState(module);
  PyObject *self = ufNewObject(state->program);
  if (self && !load(state, (UfProgramObject *)self, PyBytes_AsString(path),
                    name, weights ? PyBytes_AsString(weights) : NULL, threads))
    Py_CLEAR(self);
  Py_DECREF(path);
  Py_XDECREF(weights);
  return self;
}
