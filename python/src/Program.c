//===-- Program.c - Running what has been compiled ------------------------===//
//
// The hot path: inputs are borrowed, outputs are the caller's arrays or new
// tensors the program writes to directly.
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Inputs and outputs
//===----------------------------------------------------------------------===//

/// One run. The arrays have an element for each input or output.
typedef struct Run {
  UfProgramObject *self;
  UfLoan *loans; ///< Of the inputs, then of the outputs.
  UfrontTensor *inputs, *outputs;
  PyObject **results; ///< New tensors; null where the caller gave an array.
  void *block;        ///< What all of these are in.
} Run;

static bool createRun(UfProgramObject *self, Run *run) {
  size_t in = (size_t)self->numInputs, out = (size_t)self->numOutputs;
  char *block =
      calloc(1, (in + out) * (sizeof *run->loans + sizeof *run->inputs) +
                    out * sizeof *run->results + 1);
  if (!block) {
    PyErr_NoMemory();
    return false;
  }
  run->self = self;
  run->block = block;
  run->loans = (UfLoan *)block;
  run->inputs = (UfrontTensor *)(run->loans + in + out);
  run->outputs = run->inputs + in;
  run->results = (PyObject **)(run->outputs + out);
  return true;
}

static void destroyRun(Run *run) {
  int32_t numLoans = run->self->numInputs + run->self->numOutputs;
  for (int32_t i = 0; i < numLoans; ++i)
    ufLoanReturn(&run->loans[i]);
  for (int32_t i = 0; i < run->self->numOutputs; ++i)
    Py_XDECREF(run->results[i]);
  free(run->block);
}

/// Makes a number of Python's a tensor without dimensions of the type that
/// `info` asks for. Returns 0 if it is none for us, -1 with an exception.
static int borrowNumber(PyObject *object, const UfrontTensorInfo *info,
                        UfLoan *loan) {
  bool isInt = PyLong_Check(object), isFloat = PyFloat_Check(object);
  bool wantsFloat = info->type == UFRONT_F32 || info->type == UFRONT_F64;
  bool wantsInt = info->type >= UFRONT_BOOL && info->type <= UFRONT_U64;
  if (info->rank != 0 || !(isInt || isFloat) || (isFloat && !wantsFloat) ||
      !(wantsFloat || wantsInt))
    return 0;
  union {
    double f64;
    float f32;
    long long integer; // its low bytes are those of the narrower types
  } value = {0};
  if (info->type == UFRONT_F64)
    value.f64 = PyFloat_AsDouble(object);
  else if (info->type == UFRONT_F32)
    value.f32 = (float)PyFloat_AsDouble(object);
  else if (info->type == UFRONT_BOOL)
    value.integer = PyObject_IsTrue(object);
  else
    value.integer = PyLong_AsLongLong(object);
  if (PyErr_Occurred())
    return -1;
  *loan =
      (UfLoan){.tensor = {.type = info->type}, .copy = malloc(sizeof value)};
  if (!loan->copy) {
    PyErr_NoMemory();
    return -1;
  }
  memcpy(loan->copy, &value, sizeof value);
  loan->tensor.data = loan->copy;
  return 1;
}

static bool borrowInputs(const UfState *state, PyObject *inputs, Run *run) {
  const UfProgramObject *self = run->self;
  Py_ssize_t count = PyTuple_Size(inputs);
  if (count != self->numInputs) {
    PyErr_Format(PyExc_TypeError, "the model takes %d input%s, got %zd",
                 self->numInputs, self->numInputs == 1 ? "" : "s", count);
    return false;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject *object = PyTuple_GetItem(inputs, i);
    if (self->inputs[i].type == UFRONT_STRING) {
      if (!ufBorrowStrings(object, "input", i, &run->loans[i]))
        return false;
      run->inputs[i] = run->loans[i].tensor;
      continue;
    }
    int number = borrowNumber(object, &self->inputs[i], &run->loans[i]);
    if (number < 0 || (number == 0 && !ufBorrow(state, object, UF_READ, "input",
                                                i, &run->loans[i])))
      return false;
    run->inputs[i] = run->loans[i].tensor;
  }
  return true;
}

/// A new tensor for an output whose shape is known; the others are copied when
/// the program has run.
static bool createOutput(const UfState *state, Run *run, int32_t index) {
  const UfrontTensorInfo *info = &run->self->outputs[index];
  for (int32_t i = 0; i < info->rank; ++i)
    if (info->shape[i] == UFRONT_DYNAMIC)
      return true;
  run->results[index] =
      ufTensorCreate(state, info->type, info->rank, info->shape);
  if (!run->results[index])
    return false;
  run->outputs[index] = ((UfTensorObject *)run->results[index])->tensor;
  return true;
}

/// How many arrays `out` has: a tuple or list, or the array of the only output.
static Py_ssize_t countGiven(PyObject *out) {
  return PyTuple_Check(out)  ? PyTuple_Size(out)
         : PyList_Check(out) ? PyList_Size(out)
                             : 1;
}

/// The array for output `index`; null if a new one is wanted.
static PyObject *getGiven(PyObject *out, int32_t index) {
  PyObject *given = !out                 ? NULL
                    : PyTuple_Check(out) ? PyTuple_GetItem(out, index)
                    : PyList_Check(out)  ? PyList_GetItem(out, index)
                                         : out;
  return given == Py_None ? NULL : given;
}

static bool borrowOutputs(const UfState *state, PyObject *out, Run *run) {
  const UfProgramObject *self = run->self;
  if (out && countGiven(out) != self->numOutputs) {
    PyErr_Format(PyExc_TypeError, "the model has %d output%s, out= has %zd",
                 self->numOutputs, self->numOutputs == 1 ? "" : "s",
                 countGiven(out));
    return false;
  }
  UfLoan *loans = run->loans + self->numInputs;
  for (int32_t i = 0; i < self->numOutputs; ++i) {
    PyObject *given = getGiven(out, i);
    if (!given) {
      if (!createOutput(state, run, i))
        return false;
      continue;
    }
    if (!ufBorrow(state, given, UF_WRITE, "output", i, &loans[i]))
      return false;
    run->outputs[i] = loans[i].tensor;
  }
  return true;
}

static size_t getSize(const UfrontTensor *tensor) {
  size_t size = ufrontTypeGetSize(tensor->type);
  for (int32_t i = 0; i < tensor->rank; ++i)
    size *= (size_t)tensor->shape[i];
  return size;
}

static bool overlap(const UfrontTensor *a, const UfrontTensor *b) {
  uintptr_t aBegin = (uintptr_t)a->data, bBegin = (uintptr_t)b->data;
  return aBegin < bBegin + getSize(b) && bBegin < aBegin + getSize(a);
}

/// The program may write outputs before it has read all inputs: an input that
/// shares memory with an output of the caller's is copied.
static bool separate(Run *run) {
  const UfProgramObject *self = run->self;
  const UfLoan *given = run->loans + self->numInputs;
  for (int32_t i = 0; i < self->numOutputs; ++i) {
    if (!given[i].tensor.data)
      continue;
    for (int32_t j = 0; j < i; ++j)
      if (given[j].tensor.data && overlap(&given[i].tensor, &given[j].tensor)) {
        PyErr_Format(PyExc_ValueError, "outputs %d and %d share memory", j, i);
        return false;
      }
    for (int32_t j = 0; j < self->numInputs; ++j) {
      UfLoan *loan = &run->loans[j];
      if (!overlap(&given[i].tensor, &loan->tensor))
        continue;
      size_t size = getSize(&loan->tensor);
      loan->copy = malloc(size); // not empty, since it overlaps
      if (!loan->copy) {
        PyErr_NoMemory();
        return false;
      }
      run->inputs[j].data = memcpy(loan->copy, loan->tensor.data, size);
      loan->tensor.data = loan->copy;
    }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Strings belong to the program until its next run: they become Python's.
static bool takeTexts(Run *run) {
  for (int32_t i = 0; i < run->self->numOutputs; ++i) {
    UfTensorObject *result = (UfTensorObject *)run->results[i];
    if (result && result->tensor.type == UFRONT_STRING) {
      result->texts = ufStringsList(&result->tensor);
      if (!result->texts)
        return false;
    }
  }
  return true;
}

/// Copies outputs that are the program's own.
static bool copyOutputs(const UfState *state, Run *run) {
  const UfLoan *given = run->loans + run->self->numInputs;
  for (int32_t i = 0; i < run->self->numOutputs; ++i) {
    const UfrontTensor *from = &run->outputs[i];
    if (run->results[i] || given[i].tensor.type)
      continue;
    run->results[i] =
        ufTensorCreate(state, from->type, from->rank, from->shape);
    if (!run->results[i])
      return false;
    UfTensorObject *to = (UfTensorObject *)run->results[i];
    if (to->size)
      memcpy(to->tensor.data, from->data, (size_t)to->size);
  }
  return true;
}

static UfrontStatus runProgram(const UfProgramObject *self,
                               const UfrontTensor *inputs,
                               UfrontTensor *outputs) {
  return self->program ? ufrontProgramRun(self->program, inputs, outputs)
                       : self->runtime.run(self->instance, inputs, outputs);
}

/// Runs with the program locked.
static bool execute(const UfState *state, Run *run) {
  UfProgramObject *self = run->self;
  UfrontStatus status;
  char *message = NULL;
  bool ok = false;
  ufLock(self->lock);
  Py_BEGIN_ALLOW_THREADS;
  status = runProgram(self, run->inputs, run->outputs);
  Py_END_ALLOW_THREADS;
  if (status == UFRONT_OK)
    ok = copyOutputs(state, run) && takeTexts(run);
  else
    message =
        strdup(self->program ? ufrontSessionGetMessage(self->session->session)
                             : self->runtime.getMessage(self->instance));
  PyThread_release_lock(self->lock);
  if (status != UFRONT_OK)
    ufRaise(state, status, message ? message : "out of memory");
  free(message);
  return ok;
}

/// A tuple of the new tensors, None where the caller gave an array. None when
/// there are no new ones.
static PyObject *takeResults(const Run *run) {
  int32_t numNew = 0, count = run->self->numOutputs;
  for (int32_t i = 0; i < count; ++i)
    numNew += run->results[i] != NULL;
  if (!numNew && count)
    return Py_NewRef(Py_None);
  PyObject *tuple = PyTuple_New(count);
  for (int32_t i = 0; tuple && i < count; ++i) {
    PyObject *result = run->results[i] ? run->results[i] : Py_None;
    PyTuple_SetItem(tuple, i, Py_NewRef(result));
  }
  return tuple;
}

static PyObject *call(PyObject *object, PyObject *const *args,
                      Py_ssize_t count) {
  if (count < 1 || count > 2 || !PyTuple_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError,
                    "run() takes a tuple of inputs and, perhaps, outputs");
    return NULL;
  }
  const UfState *state = ufGetState(object);
  PyObject *out = count == 2 && args[1] != Py_None ? args[1] : NULL;
  Run run;
  if (!createRun((UfProgramObject *)object, &run))
    return NULL;
  PyObject *results = NULL;
  if (borrowInputs(state, args[0], &run) && borrowOutputs(state, out, &run) &&
      (!out || separate(&run)) && execute(state, &run))
    results = takeResults(&run);
  destroyRun(&run);
  return results;
}

//===----------------------------------------------------------------------===//
// The type
//===----------------------------------------------------------------------===//

static PyObject *describe(PyObject *self, const UfrontTensorInfo *infos,
                          int32_t count) {
  PyObject *tuple = PyTuple_New(count);
  for (int32_t i = 0; tuple && i < count; ++i) {
    PyObject *info = ufInfoCreate(ufGetState(self), &infos[i]);
    if (!info || PyTuple_SetItem(tuple, i, info) < 0)
      Py_CLEAR(tuple);
  }
  return tuple;
}

static PyObject *getInputs(PyObject *object, void *closure) {
  (void)closure;
  const UfProgramObject *self = (UfProgramObject *)object;
  return describe(object, self->inputs, self->numInputs);
}

static PyObject *getOutputs(PyObject *object, void *closure) {
  (void)closure;
  const UfProgramObject *self = (UfProgramObject *)object;
  return describe(object, self->outputs, self->numOutputs);
}

static PyObject *getMemory(PyObject *object, void *closure) {
  (void)closure;
  UfProgramObject *self = (UfProgramObject *)object;
  ufLock(self->lock);
  int64_t memory = self->program ? ufrontProgramGetMemory(self->program)
                                 : self->runtime.getMemory(self->instance);
  PyThread_release_lock(self->lock);
  return PyLong_FromLongLong(memory);
}

static void destroy(PyObject *object) {
  UfProgramObject *self = (UfProgramObject *)object;
  if (self->program) {
    ufLock(self->lock);
    ufrontProgramDestroy(self->program);
    PyThread_release_lock(self->lock);
  }
  ufProgramUnload(self);
  free(self->inputs);
  Py_XDECREF((PyObject *)self->session);
  Py_XDECREF(self->model);
  ufFreeObject(object);
}

bool ufProgramDescribe(UfProgramObject *self, int32_t numInputs,
                       int32_t numOutputs) {
  size_t count = (size_t)numInputs + (size_t)numOutputs;
  self->inputs = calloc(count + 1, sizeof *self->inputs);
  if (!self->inputs) {
    PyErr_NoMemory();
    return false;
  }
  self->outputs = self->inputs + numInputs;
  self->numInputs = numInputs;
  self->numOutputs = numOutputs;
  return true;
}

PyObject *ufProgramCreate(const UfState *state, UfSessionObject *session,
                          PyObject *model, const UfrontModel *description,
                          UfrontProgram *program) {
  UfProgramObject *self = ufNewObject(state->program);
  if (!self) {
    ufrontProgramDestroy(program);
    return NULL;
  }
  self->program = program;
  self->lock = session->lock;
  self->session = (UfSessionObject *)Py_NewRef((PyObject *)session);
  self->model = Py_NewRef(model);
  if (!ufProgramDescribe(self, ufrontModelGetNumInputs(description),
                         ufrontModelGetNumOutputs(description))) {
    Py_DECREF(self);
    return NULL;
  }
  for (int32_t i = 0; i < self->numInputs; ++i)
    self->inputs[i] = *ufrontModelGetInput(description, i);
  for (int32_t i = 0; i < self->numOutputs; ++i)
    self->outputs[i] = *ufrontModelGetOutput(description, i);
  return (PyObject *)self;
}

static PyMethodDef methods[] = {
    {"run", UF_METHOD(call), METH_FASTCALL,
     "run($self, inputs, out=None, /)\n--\n\n"
     "Runs on a tuple of arrays. Returns a tuple with a new Tensor for\n"
     "each output that `out` has no array for; None if it has all."},
    {"set_profiling", ufProgramProfile, METH_O,
     "set_profiling($self, profiling, /)\n--\n\n"
     "0 measures nothing, 1 each kernel's times, 2 a trace as well. The\n"
     "program is one that was compiled to be profiled."},
    {"get_profile", ufProgramGetProfile, METH_NOARGS,
     "get_profile($self, /)\n--\n\n"
     "What was measured since; None if nothing."},
    {"write_profile", ufProgramWriteProfile, METH_O,
     "write_profile($self, trace, /)\n--\n\n"
     "The same as a table, or, if `trace`, as trace events in JSON."},
    {0},
};
static PyGetSetDef getters[] = {
    {"inputs", getInputs, NULL, "A TensorInfo for each input.", NULL},
    {"outputs", getOutputs, NULL, "A TensorInfo for each output.", NULL},
    {"memory", getMemory, NULL, "Bytes it holds beside its weights.", NULL},
    {0},
};
static PyType_Slot slots[] = {
    {Py_tp_doc, "A compiled model, ready to run."},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {Py_tp_dealloc, (void *)destroy},
    {0},
};
static PyType_Spec spec = {
    .name = "ufront._ufront.Program",
    .basicsize = sizeof(UfProgramObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};

bool ufProgramTypeCreate(PyObject *module, UfState *state) {
  state->program =
      (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
  return state->program && PyModule_AddType(module, state->program) == 0;
}
