//===-- Model.c - Models: text, weights, objects, compiling ---------------===//

#include "Module.h"

#include <stdlib.h>
#include <string.h>

typedef struct ModelObject {
  PyObject_HEAD UfrontModel *model;
  UfSessionObject *session;
  PyObject *kept; ///< What the model borrows; may be null.
} ModelObject;

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// Everything that is done with a model without the GIL.
typedef struct Work {
  UfrontModel *model;
  UfrontCompileOptions options;
  UfrontStage stage;
  UfrontWeights weights;
  const char *name, *path;
  UfrontProgram *program;
  char *text; ///< What was emitted.
  size_t size, capacity;
} Work;

/// A converter of arguments: a path or None, which is null. Python calls it
/// with null to undo what it did.
static int readFolder(PyObject *object, void *userData) {
  if (object != Py_None)
    return PyUnicode_FSConverter(object, userData);
  *(PyObject **)userData = NULL;
  return 1;
}

/// The position of `name` in a list that ends with null. -1 with an exception.
static int findName(const char *const *names, const char *what,
                    const char *name) {
  int last = 0;
  for (int i = 0; names[i]; last = i++)
    if (!strcmp(names[i], name))
      return i;
  PyErr_Format(PyExc_ValueError, "there is no %s '%s', only '%s' to '%s'", what,
               name, names[0], names[last]);
  return -1;
}

static bool readPrecision(const char *name, UfrontCompileOptions *options) {
  static const char *const precisions[] = {"f32", "bf16", "bf16x2", "bf16x3",
                                           NULL};
  int found = findName(precisions, "precision", name);
  options->precision = (UfrontPrecision)(found < 0 ? 0 : found);
  return found >= 0;
}

static UfrontStatus compile(void *userData) {
  Work *work = userData;
  return ufrontModelCompile(work->model, &work->options, &work->program);
}

static PyObject *compileModel(PyObject *object, PyObject *args,
                              PyObject *keywords) {
  static char *names[] = {"threads",   "via_tosa", "cpu",       "cpu_features",
                          "cache_dir", "profile",  "precision", NULL};
  ModelObject *self = (ModelObject *)object;
  Work work = {.model = self->model};
  int threads = 0, viaTosa = 0, profile = 0;
  const char *precision = "f32";
  PyObject *folder = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$ipzzO&ps:compile", names,
                                   &threads, &viaTosa, &work.options.cpu,
                                   &work.options.cpuFeatures, readFolder,
                                   &folder, &profile, &precision))
    return NULL;
  if (!readPrecision(precision, &work.options)) {
    Py_XDECREF(folder);
    return NULL;
  }
  work.options.cacheDir = folder ? PyBytes_AsString(folder) : NULL;
  work.options.profile = profile;
  work.options.threads = threads;
  work.options.viaTosa = viaTosa;
  bool ok = ufSessionWork(self->session, compile, &work);
  Py_XDECREF(folder);
  if (ok)
    return ufProgramCreate(ufGetState(object), self->session, object,
                           self->model, work.program);
  ufrontProgramDestroy(work.program); // of a call that was interrupted
  return NULL;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// A UfrontWrite that appends to the text.
static bool append(void *userData, const char *data, size_t size) {
  Work *work = userData;
  if (work->size + size > work->capacity) {
    size_t capacity = 2 * work->capacity + size + 4096;
    char *grown = realloc(work->text, capacity);
    if (!grown)
      return false;
    work->text = grown;
    work->capacity = capacity;
  }
  memcpy(work->text + work->size, data, size);
  work->size += size;
  return true;
}

static UfrontStatus emit(void *userData) {
  Work *work = userData;
  return ufrontModelEmit(work->model, work->stage, work->weights,
                         &work->options, append, work);
}

static PyObject *emitModel(PyObject *object, PyObject *args,
                           PyObject *keywords) {
  static char *names[] = {"stage",        "weights",   "via_tosa", "cpu",
                          "cpu_features", "precision", NULL};
  static const char *const stages[] = {"ufront", "tosa", "linalg", "kernels",
                                       "llvm",   "asm",  NULL};
  static const char *const places[] = {"file", "inline", "elide", NULL};
  ModelObject *self = (ModelObject *)object;
  Work work = {.model = self->model};
  const char *stage = "ufront", *weights = "elide", *precision = "f32";
  int viaTosa = 0;
  if (!PyArg_ParseTupleAndKeywords(
          args, keywords, "|ss$pzzs:emit", names, &stage, &weights, &viaTosa,
          &work.options.cpu, &work.options.cpuFeatures, &precision) ||
      !readPrecision(precision, &work.options))
    return NULL;
  int foundStage = findName(stages, "stage", stage);
  int foundPlace =
      foundStage < 0 ? -1 : findName(places, "place of weights", weights);
  if (foundPlace < 0)
    return NULL;
  work.stage = (UfrontStage)foundStage;
  work.weights = (UfrontWeights)foundPlace;
  work.options.viaTosa = viaTosa;
  PyObject *text = NULL;
  if (ufSessionWork(self->session, emit, &work))
    text = PyUnicode_DecodeUTF8(work.text ? work.text : "",
                                (Py_ssize_t)work.size, "replace");
  free(work.text);
  return text;
}

static UfrontStatus writeWeights(void *userData) {
  Work *work = userData;
  return ufrontModelWriteWeights(work->model, work->path);
}

static UfrontStatus writeObject(void *userData) {
  Work *work = userData;
  return ufrontModelWriteObject(work->model, &work->options, work->name,
                                work->path);
}

static PyObject *writeModelWeights(PyObject *object, PyObject *path) {
  ModelObject *self = (ModelObject *)object;
  PyObject *bytes;
  if (!PyUnicode_FSConverter(path, &bytes))
    return NULL;
  Work work = {.model = self->model, .path = PyBytes_AsString(bytes)};
  bool ok = ufSessionWork(self->session, writeWeights, &work);
  Py_DECREF(bytes);
  return ok ? Py_NewRef(Py_None) : NULL;
}

static PyObject *writeModelObject(PyObject *object, PyObject *args,
                                  PyObject *keywords) {
  static char *names[] = {"path",         "name",      "via_tosa", "cpu",
                          "cpu_features", "precision", NULL};
  ModelObject *self = (ModelObject *)object;
  PyObject *path = NULL;
  const char *precision = "f32";
  Work work = {.model = self->model};
  int viaTosa = 0;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&s|$pzzs:write_object",
                                   names, PyUnicode_FSConverter, &path,
                                   &work.name, &viaTosa, &work.options.cpu,
                                   &work.options.cpuFeatures, &precision))
    return NULL;
  if (!readPrecision(precision, &work.options)) {
    Py_XDECREF(path);
    return NULL;
  }
  work.path = PyBytes_AsString(path);
  work.options.viaTosa = viaTosa;
  bool ok = ufSessionWork(self->session, writeObject, &work);
  Py_DECREF(path);
  return ok ? Py_NewRef(Py_None) : NULL;
}

//===----------------------------------------------------------------------===//
// The type
//===----------------------------------------------------------------------===//

static PyObject *describe(PyObject *object, int32_t count,
                          const UfrontTensorInfo *(*get)(const UfrontModel *,
                                                         int32_t)) {
  const UfrontModel *model = ((ModelObject *)object)->model;
  PyObject *tuple = PyTuple_New(count);
  for (int32_t i = 0; tuple && i < count; ++i) {
    PyObject *info = ufInfoCreate(ufGetState(object), get(model, i));
    if (!info || PyTuple_SetItem(tuple, i, info) < 0)
      Py_CLEAR(tuple);
  }
  return tuple;
}

static PyObject *getInputs(PyObject *self, void *closure) {
  (void)closure;
  return describe(self, ufrontModelGetNumInputs(((ModelObject *)self)->model),
                  ufrontModelGetInput);
}

static PyObject *getOutputs(PyObject *self, void *closure) {
  (void)closure;
  return describe(self, ufrontModelGetNumOutputs(((ModelObject *)self)->model),
                  ufrontModelGetOutput);
}

static void destroy(PyObject *object) {
  ModelObject *self = (ModelObject *)object;
  if (self->session) {
    ufLock(self->session->lock);
    ufrontModelDestroy(self->model);
    PyThread_release_lock(self->session->lock);
  }
  Py_XDECREF((PyObject *)self->session);
  Py_XDECREF(self->kept);
  ufFreeObject(object);
}

PyObject *ufModelCreate(const UfState *state, UfSessionObject *session,
                        UfrontModel *model, PyObject *kept) {
  ModelObject *self = ufNewObject(state->model);
  if (!self) {
    ufrontModelDestroy(model);
    return NULL;
  }
  self->model = model;
  self->session = (UfSessionObject *)Py_NewRef((PyObject *)session);
  self->kept = Py_XNewRef(kept);
  return (PyObject *)self;
}

UfrontModel *ufModelGet(const UfState *state, PyObject *object) {
  if (Py_TYPE(object) == state->model)
    return ((ModelObject *)object)->model;
  PyErr_Format(PyExc_TypeError, "a Model is expected, not %R",
               (PyObject *)Py_TYPE(object));
  return NULL;
}

static PyMethodDef methods[] = {
    {"compile", UF_METHOD(compileModel), METH_VARARGS | METH_KEYWORDS,
     "compile($self, *, threads=0, via_tosa=False, cpu=None, "
     "cpu_features=None, cache_dir=None, profile=False, precision='f32')\n"
     "--\n\n"
     "Compiles for this machine; 0 threads are one per core. `cpu_features`\n"
     "change the CPU's: '-avx512,+fma'. Code is kept in `cache_dir`.\n"
     "With `profile`, Program.set_profiling() works."},
    {"emit", UF_METHOD(emitModel), METH_VARARGS | METH_KEYWORDS,
     "emit($self, stage='ufront', weights='elide', *, via_tosa=False, "
     "cpu=None, cpu_features=None, precision='f32')\n--\n\n"
     "The model as text at a stage: ufront, tosa, linalg, kernels, llvm,\n"
     "asm. Weights are in a file, inline or elided."},
    {"write_weights", writeModelWeights, METH_O,
     "write_weights($self, path, /)\n--\n\nWrites the weights as safetensors."},
    {"write_object", UF_METHOD(writeModelObject), METH_VARARGS | METH_KEYWORDS,
     "write_object($self, path, name, *, via_tosa=False, cpu=None, "
     "cpu_features=None, precision='f32')\n--\n\n"
     "Compiles ahead of time to an object that defines the program `name`."},
    {0},
};
static PyObject *getSequences(PyObject *object, void *closure) {
  (void)closure;
  const UfrontModel *model = ((ModelObject *)object)->model;
  PyObject *result = PyDict_New();
  for (int32_t i = 0; result && i < ufrontModelGetNumSequences(model); ++i) {
    const UfrontSequenceInfo *info = ufrontModelGetSequence(model, i);
    PyObject *length = info->length == UFRONT_ABSENT ? Py_NewRef(Py_None)
                       : info->length == UFRONT_STACKED
                           ? PyUnicode_FromString("*")
                           : PyLong_FromLong(info->length);
    if (!length || PyDict_SetItemString(result, info->name, length) < 0)
      Py_CLEAR(result);
    Py_XDECREF(length);
  }
  return result;
}

static PyGetSetDef getters[] = {
    {"inputs", getInputs, NULL, "A TensorInfo for each input.", NULL},
    {"sequences", getSequences, NULL,
     "By name of each output of the file that is no tensor, how many it is:\n"
     "\"name[0]\" and so on are the model's outputs. None: an optional one "
     "that\n"
     "holds nothing; \"*\": they are in output \"name[*]\", along dimension 0.",
     NULL},
    {"outputs", getOutputs, NULL, "A TensorInfo for each output.", NULL},
    {0},
};
static PyType_Slot slots[] = {
    {Py_tp_doc, "An imported model."},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {Py_tp_dealloc, (void *)destroy},
    {0},
};
static PyType_Spec spec = {
    .name = "ufront._ufront.Model",
    .basicsize = sizeof(ModelObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};

bool ufModelTypeCreate(PyObject *module, UfState *state) {
  state->model = (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
  return state->model && PyModule_AddType(module, state->model) == 0;
}
