//===-- Session.c - Sessions, and waiting for what they do ----------------===//

#include "Module.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

void ufLock(PyThread_type_lock lock) {
  if (PyThread_acquire_lock(lock, NOWAIT_LOCK))
    return;
  Py_BEGIN_ALLOW_THREADS;
  PyThread_acquire_lock(lock, WAIT_LOCK);
  Py_END_ALLOW_THREADS;
}

/// Work on a thread of its own.
typedef struct Job {
  UfSessionObject *session;
  UfWork work;
  void *userData;
  UfrontStatus status;
  char *message; ///< Of a failure; null when memory is exhausted.
  pthread_mutex_t mutex;
  pthread_cond_t condition;
  bool isDone; ///< Guarded by `mutex`.
} Job;

/// Works, then unlocks the session: handlers of signals, which run meanwhile in
/// the thread that locked it, may wait for that.
static void *runJob(void *userData) {
  Job *job = userData;
  job->status = job->work(job->userData);
  if (job->status != UFRONT_OK)
    job->message = strdup(ufrontSessionGetMessage(job->session->session));
  PyThread_release_lock(job->session->lock);
  pthread_mutex_lock(&job->mutex);
  job->isDone = true;
  pthread_cond_signal(&job->condition);
  pthread_mutex_unlock(&job->mutex);
  return NULL;
}

/// How often signals are looked for, in nanoseconds.
static const long second = 1000000000, interval = 50000000;

/// Waits a while; returns whether the job is done. Without the GIL.
static bool waitForJob(Job *job) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += interval;
  if (until.tv_nsec >= second) {
    until.tv_nsec -= second;
    ++until.tv_sec;
  }
  pthread_mutex_lock(&job->mutex);
  int error = 0;
  while (!job->isDone && !error)
    error = pthread_cond_timedwait(&job->condition, &job->mutex, &until);
  bool isDone = job->isDone;
  pthread_mutex_unlock(&job->mutex);
  return isDone;
}

/// Returns false when a signal's handler has raised.
static bool superviseJob(Job *job) {
  bool isInterrupted = false, isDone = false;
  while (!isDone) {
    Py_BEGIN_ALLOW_THREADS;
    isDone = waitForJob(job);
    Py_END_ALLOW_THREADS;
    if (!isInterrupted && PyErr_CheckSignals() < 0)
      isInterrupted = true;
    // Once more each time: the call may only just have begun.
    if (isInterrupted && !isDone)
      ufrontSessionCancel(job->session->session);
  }
  return !isInterrupted;
}

bool ufSessionWork(UfSessionObject *session, UfWork work, void *userData) {
  Job job = {.session = session,
             .work = work,
             .userData = userData,
             .mutex = PTHREAD_MUTEX_INITIALIZER,
             .condition = PTHREAD_COND_INITIALIZER};
  ufLock(session->lock);
  pthread_t thread;
  int error = pthread_create(&thread, NULL, runJob, &job);
  if (error) {
    PyThread_release_lock(session->lock);
    PyErr_Format(PyExc_RuntimeError, "no thread could be started: %s",
                 strerror(error));
    return false;
  }
  bool isInterrupted = !superviseJob(&job);
  pthread_join(thread, NULL);
  if (!isInterrupted && job.status != UFRONT_OK)
    ufRaise(ufGetState((PyObject *)session), job.status,
            job.message ? job.message : "out of memory");
  free(job.message);
  return !isInterrupted && job.status == UFRONT_OK;
}

//===----------------------------------------------------------------------===//
// Importing
//===----------------------------------------------------------------------===//

typedef struct Import {
  UfrontSession *session;
  const char *path; ///< Null: from memory.
  UfrontTensor data;
  UfrontImportOptions options;
  UfrontModel *model;
} Import;

static UfrontStatus import(void *userData) {
  Import *work = userData;
  if (work->path)
    return ufrontSessionImport(work->session, work->path, &work->options,
                               &work->model);
  return ufrontSessionImportMemory(work->session, work->data.data,
                                   (size_t)work->data.shape[0], &work->options,
                                   &work->model);
}

/// Writes to `entry` what `value` says of the input `name`; false, raising,
/// when it makes no sense.
typedef bool (*ReadEntry)(const char *name, PyObject *value, void *entry);

/// An array with an entry of `size` bytes for each name in `dict`, and how many
/// those are; null with an exception raised.
static void *readDict(PyObject *dict, UfScratch *scratch, size_t size,
                      ReadEntry read, int32_t *count) {
  Py_ssize_t at = 0;
  PyObject *key, *value;
  *count = (int32_t)PyDict_Size(dict);
  char *entries = ufScratchAlloc(scratch, (size_t)*count, size), *to = entries;
  for (; to && PyDict_Next(dict, &at, &key, &value); to += size) {
    const char *name = PyUnicode_AsUTF8AndSize(key, NULL);
    if (!name || !read(name, value, to))
      return NULL;
  }
  return entries;
}

static bool readShape(const char *name, PyObject *value, void *entry) {
  UfrontTensorInfo *info = entry;
  info->name = name;
  return ufShapeRead(value, &info->rank, info->shape);
}

/// How many tensors a sequence holds, or None for an optional input that holds
/// nothing.
static bool readSequence(const char *name, PyObject *value, void *entry) {
  UfrontSequenceInfo *info = entry;
  long length = value == Py_None ? UFRONT_ABSENT : PyLong_AsLong(value);
  if (length == -1 && PyErr_Occurred())
    return false;
  *info = (UfrontSequenceInfo){name, (int32_t)length};
  if (info->length == length)
    return true;
  PyErr_Format(PyExc_OverflowError, "%s has too many tensors: %ld", name,
               length);
  return false;
}

/// Reads `fixed`, a dict from names of inputs to arrays, which `loans` then
/// has; they are to be returned whatever this returns.
static bool readFixed(const UfState *state, PyObject *object,
                      UfScratch *scratch, UfLoan **loans,
                      UfrontImportOptions *options) {
  if (!object)
    return true;
  Py_ssize_t count = PyDict_Size(object), at = 0;
  const char **names = ufScratchAlloc(scratch, (size_t)count, sizeof *names);
  UfrontTensor *values = ufScratchAlloc(scratch, (size_t)count, sizeof *values);
  *loans = ufScratchAlloc(scratch, (size_t)count, sizeof **loans);
  if (!names || !values || !*loans)
    return false;
  options->valueNames = names;
  options->values = values;
  options->numValues = (int32_t)count;
  PyObject *name, *value;
  for (Py_ssize_t i = 0; PyDict_Next(object, &at, &name, &value); ++i) {
    names[i] = PyUnicode_AsUTF8AndSize(name, NULL);
    if (!names[i] ||
        !ufBorrow(state, value, UF_READ, "fixed value", i, &(*loans)[i]))
      return false;
    values[i] = (*loans)[i].tensor;
  }
  return true;
}

/// Dicts from names of inputs that Python gives beside the model; each may be
/// null.
typedef struct Given {
  PyObject *shapes, *fixed, *sequences;
} Given;

/// As readFixed.
static bool readGiven(const UfState *state, const Given *given,
                      UfScratch *scratch, UfLoan **loans,
                      UfrontImportOptions *options) {
  if (given->shapes) {
    options->shapes = readDict(given->shapes, scratch, sizeof *options->shapes,
                               readShape, &options->numShapes);
    if (!options->shapes)
      return false;
  }
  if (given->sequences) {
    options->sequences =
        readDict(given->sequences, scratch, sizeof *options->sequences,
                 readSequence, &options->numSequences);
    if (!options->sequences)
      return false;
  }
  return readFixed(state, given->fixed, scratch, loans, options);
}

/// Imports as `work` says; `kept` is what the model borrows, or null.
static PyObject *importWith(UfSessionObject *self, Import *work,
                            const Given *given, PyObject *kept) {
  const UfState *state = ufGetState((PyObject *)self);
  UfScratch scratch = {0};
  UfLoan *loans = NULL;
  PyObject *result = NULL;
  work->session = self->session;
  if (readGiven(state, given, &scratch, &loans, &work->options) &&
      ufSessionWork(self, import, work)) {
    result = ufModelCreate(state, self, work->model, kept);
    work->model = NULL;
  }
  ufrontModelDestroy(work->model); // of an import that was interrupted
  for (int32_t i = 0; loans && i < work->options.numValues; ++i)
    ufLoanReturn(&loans[i]);
  ufScratchDestroy(&scratch);
  return result;
}

static PyObject *importFile(PyObject *self, PyObject *args,
                            PyObject *keywords) {
  static char *names[] = {"path",  "format",    "shapes",
                          "fixed", "sequences", NULL};
  PyObject *path = NULL;
  Given given = {NULL};
  Import work = {0};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&|z$O!O!O!:import_file",
                                   names, PyUnicode_FSConverter, &path,
                                   &work.options.format, &PyDict_Type,
                                   &given.shapes, &PyDict_Type, &given.fixed,
                                   &PyDict_Type, &given.sequences))
    return NULL;
  work.path = PyBytes_AsString(path);
  PyObject *result = importWith((UfSessionObject *)self, &work, &given, NULL);
  Py_DECREF(path);
  return result;
}

int ufOptionalPath(PyObject *object, void *path) {
  return object == Py_None ? 1 : PyUnicode_FSConverter(object, path);
}

static PyObject *importMemory(PyObject *self, PyObject *args,
                              PyObject *keywords) {
  static char *names[] = {"data",      "format",    "shapes", "fixed",
                          "sequences", "directory", NULL};
  PyObject *data, *directory = NULL;
  Given given = {NULL};
  Import work = {0};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|z$O!O!O!O&:import_memory",
                                   names, &data, &work.options.format,
                                   &PyDict_Type, &given.shapes, &PyDict_Type,
                                   &given.fixed, &PyDict_Type, &given.sequences,
                                   ufOptionalPath, &directory))
    return NULL;
  if (directory)
    work.options.directory = PyBytes_AsString(directory);
  UfLoan loan = {0};
  PyObject *kept = NULL, *result = NULL;
  if (PyObject_GetBuffer(data, &loan.view, PyBUF_SIMPLE) == 0) {
    work.data.data = loan.view.buf;
    work.data.shape[0] = loan.view.len;
    kept = ufLoanKeep(&loan);
  }
  if (kept)
    result = importWith((UfSessionObject *)self, &work, &given, kept);
  Py_XDECREF(kept);
  Py_XDECREF(directory);
  return result;
}

//===----------------------------------------------------------------------===//
// The type
//===----------------------------------------------------------------------===//

static PyObject *create(PyTypeObject *type, PyObject *args,
                        PyObject *keywords) {
  static char *names[] = {NULL};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, ":Session", names))
    return NULL;
  UfSessionObject *self = ufNewObject(type);
  if (!self)
    return NULL;
  self->lock = PyThread_allocate_lock();
  if (!self->lock || ufrontSessionCreate(&self->session) != UFRONT_OK) {
    Py_DECREF(self);
    return PyErr_NoMemory();
  }
  return (PyObject *)self;
}

static void destroy(PyObject *object) {
  UfSessionObject *self = (UfSessionObject *)object;
  ufrontSessionDestroy(self->session);
  if (self->lock)
    PyThread_free_lock(self->lock);
  ufFreeObject(object);
}

static PyMethodDef methods[] = {
    {"import_file", UF_METHOD(importFile), METH_VARARGS | METH_KEYWORDS,
     "import_file($self, path, format=None, *, shapes={}, fixed={}, "
     "sequences={})\n--\n\n"
     "Reads a model from a file. `shapes` sets those of inputs by name,\n"
     "`fixed` makes inputs constants, `sequences` says how many tensors an\n"
     "input holds that is a sequence: \"name[0]\" and so on are the model's\n"
     "inputs. None: an optional input that holds nothing."},
    {"import_memory", UF_METHOD(importMemory), METH_VARARGS | METH_KEYWORDS,
     "import_memory($self, data, format=None, *, shapes={}, fixed={}, "
     "sequences={}, directory=None)\n--\n\n"
     "Reads a model from bytes; `directory` is where its external data\n"
     "lies."},
    {0},
};
static PyType_Slot slots[] = {
    {Py_tp_doc, "A compiler instance."},
    {Py_tp_new, (void *)create},
    {Py_tp_methods, methods},
    {Py_tp_dealloc, (void *)destroy},
    {0},
};
static PyType_Spec spec = {
    .name = "ufront._ufront.Session",
    .basicsize = sizeof(UfSessionObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

bool ufSessionTypeCreate(PyObject *module, UfState *state) {
  state->session =
      (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
  return state->session && PyModule_AddType(module, state->session) == 0;
}
