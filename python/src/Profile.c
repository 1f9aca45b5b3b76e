//===-- Profile.c - Where a program's time goes ---------------------------===//
//
// What a profile borrows from the program is copied while that is locked, and
// made objects of Python's after.
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Calls of the program, which may be ours or a library's
//===----------------------------------------------------------------------===//

static UfrontStatus setProfiling(const UfProgramObject *self,
                                 UfrontProfiling profiling) {
  return self->program ? ufrontProgramSetProfiling(self->program, profiling)
                       : self->runtime.setProfiling(self->instance, profiling);
}

static const UfrontProfile *getProfile(const UfProgramObject *self) {
  return self->program ? ufrontProgramGetProfile(self->program)
                       : self->runtime.getProfile(self->instance);
}

static UfrontStatus writeProfile(const UfProgramObject *self,
                                 UfrontProfileFormat format, UfrontWrite write,
                                 void *userData) {
  return self->program
             ? ufrontProgramWriteProfile(self->program, format, write, userData)
             : self->runtime.writeProfile(self->instance, format, write,
                                          userData);
}

static char *copyMessage(const UfProgramObject *self) {
  return strdup(self->program ? ufrontSessionGetMessage(self->session->session)
                              : self->runtime.getMessage(self->instance));
}

static PyObject *raise(PyObject *object, UfrontStatus status, char *message) {
  ufRaise(ufGetState(object), status, message ? message : "out of memory");
  free(message);
  return NULL;
}

//===----------------------------------------------------------------------===//
// Methods
//===----------------------------------------------------------------------===//

PyObject *ufProgramProfile(PyObject *object, PyObject *argument) {
  UfProgramObject *self = (UfProgramObject *)object;
  long profiling = PyLong_AsLong(argument);
  if (profiling == -1 && PyErr_Occurred())
    return NULL;
  if (profiling < UFRONT_PROFILING_OFF || profiling > UFRONT_PROFILING_TRACE) {
    PyErr_SetString(PyExc_ValueError,
                    "profiling is 0 for off, 1 for times, or 2 for a trace");
    return NULL;
  }
  ufLock(self->lock);
  UfrontStatus status = setProfiling(self, (UfrontProfiling)profiling);
  char *message = status == UFRONT_OK ? NULL : copyMessage(self);
  PyThread_release_lock(self->lock);
  if (status != UFRONT_OK)
    return raise(object, status, message);
  Py_RETURN_NONE;
}

/// A copy that is free()d at once; null when memory is exhausted.
static UfrontProfile *copyProfile(const UfrontProfile *from) {
  size_t count = (size_t)from->numKernels;
  size_t size = sizeof *from + count * sizeof *from->kernels;
  for (size_t i = 0; i < count; ++i) {
    const UfrontKernelTime *kernel = &from->kernels[i];
    size += strlen(kernel->name) + strlen(kernel->kind) +
            strlen(kernel->loops) + strlen(kernel->where) + 4;
  }
  UfrontProfile *copy = malloc(size);
  if (!copy)
    return NULL;
  *copy = *from;
  UfrontKernelTime *kernels = (UfrontKernelTime *)(copy + 1);
  char *texts = (char *)(kernels + count);
  copy->kernels = kernels;
  for (size_t i = 0; i < count; ++i) {
    kernels[i] = from->kernels[i];
    const char **const fields[] = {&kernels[i].name, &kernels[i].kind,
                                   &kernels[i].loops, &kernels[i].where};
    for (int k = 0; k < 4; ++k) {
      size_t length = strlen(*fields[k]) + 1;
      *fields[k] = memcpy(texts, *fields[k], length);
      texts += length;
    }
  }
  return copy;
}

/// A str; names of a model's file may be in any encoding.
static PyObject *makeText(const char *text) {
  return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

static PyObject *makeRow(const UfrontKernelTime *kernel) {
  static const char *const bounds[] = {NULL, "compute", "memory"};
  return Py_BuildValue(
      "{sNsNsNsNsLsdsdsdsdsdsdsz}", "name", makeText(kernel->name), "kind",
      makeText(kernel->kind), "loops", makeText(kernel->loops), "where",
      makeText(kernel->where), "calls", (long long)kernel->calls, "seconds",
      kernel->seconds, "mean", kernel->mean, "threads", kernel->threads,
      "flops", kernel->flops, "bytes", kernel->bytes, "limit", kernel->limit,
      "bound", bounds[kernel->bound]);
}

PyObject *ufProgramGetProfile(PyObject *object, PyObject *unused) {
  (void)unused;
  UfProgramObject *self = (UfProgramObject *)object;
  ufLock(self->lock);
  const UfrontProfile *found;
  Py_BEGIN_ALLOW_THREADS; // it may measure the machine
  found = getProfile(self);
  Py_END_ALLOW_THREADS;
  UfrontProfile *profile = found ? copyProfile(found) : NULL;
  PyThread_release_lock(self->lock);
  if (!found)
    Py_RETURN_NONE;
  if (!profile)
    return PyErr_NoMemory();
  PyObject *rows = PyList_New(profile->numKernels);
  for (int32_t i = 0; rows && i < profile->numKernels; ++i) {
    PyObject *row = makeRow(&profile->kernels[i]);
    if (!row || PyList_SetItem(rows, i, row) < 0)
      Py_CLEAR(rows);
  }
  PyObject *result = NULL;
  if (rows)
    result = Py_BuildValue(
        "{sNsisLsdsdsdsdsd}", "kernels", rows, "threads", (int)profile->threads,
        "runs", (long long)profile->runs, "fastest", profile->fastest, "mean",
        profile->mean, "outside", profile->outside, "peak_flops",
        profile->peakFlops, "peak_bytes", profile->peakBytes);
  free(profile);
  return result;
}

typedef struct Text {
  char *data;
  size_t size, capacity;
} Text;

/// A UfrontWrite.
static bool append(void *userData, const char *data, size_t size) {
  Text *text = userData;
  if (text->size + size > text->capacity) {
    size_t capacity = 2 * (text->size + size);
    char *grown = realloc(text->data, capacity);
    if (!grown)
      return false;
    text->data = grown;
    text->capacity = capacity;
  }
  memcpy(text->data + text->size, data, size);
  text->size += size;
  return true;
}

PyObject *ufProgramWriteProfile(PyObject *object, PyObject *argument) {
  UfProgramObject *self = (UfProgramObject *)object;
  int isTrace = PyObject_IsTrue(argument);
  if (isTrace < 0)
    return NULL;
  Text text = {0};
  ufLock(self->lock);
  UfrontStatus status;
  Py_BEGIN_ALLOW_THREADS;
  status =
      writeProfile(self, isTrace ? UFRONT_PROFILE_TRACE : UFRONT_PROFILE_TABLE,
                   append, &text);
  Py_END_ALLOW_THREADS;
  char *message = status == UFRONT_OK ? NULL : copyMessage(self);
  PyThread_release_lock(self->lock);
  PyObject *result =
      status == UFRONT_OK
          ? PyUnicode_DecodeUTF8(text.data ? text.data : "",
                                 (Py_ssize_t)text.size, "replace")
          : raise(object, status, message);
  free(text.data);
  return result;
}
