//===-- Args.c - Arguments of nodes from objects of Python ----------------===//

#include "Module.h"

#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Scratch memory
//===----------------------------------------------------------------------===//

typedef struct UfScratchBlock {
  struct UfScratchBlock *next;
  _Alignas(16) char data[];
} UfScratchBlock;

void ufScratchDestroy(UfScratch *scratch) {
  while (scratch->blocks) {
    UfScratchBlock *next = scratch->blocks->next;
    free(scratch->blocks);
    scratch->blocks = next;
  }
}

void *ufScratchAlloc(UfScratch *scratch, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > PY_SSIZE_T_MAX / 2)
    return PyErr_NoMemory();
  bytes = (bytes + 15) / 16 * 16;
  if (bytes <= sizeof scratch->first - scratch->used) {
    char *data = scratch->first + scratch->used;
    scratch->used += bytes;
    return memset(data, 0, bytes);
  }
  UfScratchBlock *block = calloc(1, sizeof *block + bytes);
  if (!block)
    return PyErr_NoMemory();
  block->next = scratch->blocks;
  scratch->blocks = block;
  return block->data;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

typedef struct Reader {
  const UfState *state;
  UfScratch *scratch;
  PyObject *kept;
} Reader;

static bool readArg(const Reader *reader, PyObject *object, UfrontArg *arg);

/// Reads a list or tuple, which may hold others.
static bool readList(const Reader *reader, PyObject *object, bool isTuple,
                     UfrontArg *arg) {
  Py_ssize_t count = isTuple ? PyTuple_Size(object) : PyList_Size(object);
  UfrontArg *items =
      ufScratchAlloc(reader->scratch, (size_t)count, sizeof *items);
  if (!items || Py_EnterRecursiveCall(" in an argument"))
    return false;
  bool ok = true;
  for (Py_ssize_t i = 0; ok && i < count; ++i)
    ok = readArg(reader,
                 isTuple ? PyTuple_GetItem(object, i)
                         : PyList_GetItem(object, i),
                 &items[i]);
  Py_LeaveRecursiveCall();
  arg->kind = UFRONT_ARG_LIST;
  arg->items = items;
  arg->numItems = (int32_t)count;
  return ok;
}

static bool readGraph(const Reader *reader, PyObject *object, UfrontArg *arg) {
  const UfGraphObject *graph = (const UfGraphObject *)object;
  arg->kind = UFRONT_ARG_GRAPH;
  arg->graph = graph->graph;
  if (!graph->session)
    return PyList_Append(reader->kept, object) == 0;
  PyErr_SetString(PyExc_ValueError,
                  "a graph that is an argument is made without a session");
  return false;
}

/// What is neither of Python's nor of our own types: an integer of NumPy's.
static bool readOther(PyObject *object, UfrontArg *arg) {
  if (!PyIndex_Check(object)) {
    PyErr_Format(PyExc_TypeError, "%R cannot be an argument of a node",
                 (PyObject *)Py_TYPE(object));
    return false;
  }
  PyObject *integer = PyNumber_Index(object);
  if (!integer)
    return false;
  arg->kind = UFRONT_ARG_INT;
  arg->integer = PyLong_AsLongLong(integer);
  Py_DECREF(integer);
  return !PyErr_Occurred();
}

static bool readArg(const Reader *reader, PyObject *object, UfrontArg *arg) {
  const UfState *state = reader->state;
  if (object == Py_None) {
    arg->kind = UFRONT_ARG_NONE;
  } else if (Py_TYPE(object) == state->value) {
    arg->kind = UFRONT_ARG_VALUE;
    arg->integer = PyLong_AsLongLong(object);
  } else if (PyBool_Check(object)) {
    arg->kind = UFRONT_ARG_BOOL;
    arg->integer = object == Py_True;
  } else if (PyLong_Check(object)) {
    arg->kind = UFRONT_ARG_INT;
    arg->integer = PyLong_AsLongLong(object);
    return arg->integer != -1 || !PyErr_Occurred();
  } else if (PyFloat_Check(object)) {
    arg->kind = UFRONT_ARG_FLOAT;
    arg->number = PyFloat_AsDouble(object);
  } else if (PyUnicode_Check(object)) {
    arg->kind = UFRONT_ARG_STRING;
    arg->text = PyUnicode_AsUTF8AndSize(object, NULL);
    return arg->text;
  } else if (PyTuple_Check(object)) {
    return readList(reader, object, true, arg);
  } else if (PyList_Check(object)) {
    return readList(reader, object, false, arg);
  } else if (Py_TYPE(object) == state->type) {
    arg->kind = UFRONT_ARG_TYPE;
    arg->integer = ((UfTypeObject *)object)->value;
  } else if (Py_TYPE(object) == state->graph) {
    return readGraph(reader, object, arg);
  } else {
    return readOther(object, arg);
  }
  return true;
}

static bool readNamed(const Reader *reader, PyObject *name, PyObject *object,
                      UfrontArg *arg) {
  if (!PyUnicode_Check(name)) {
    PyErr_Format(PyExc_TypeError, "the name of an argument is %R", name);
    return false;
  }
  arg->name = PyUnicode_AsUTF8AndSize(name, NULL);
  return arg->name && readArg(reader, object, arg);
}

static bool readDict(const Reader *reader, PyObject *dict, UfrontArg *args) {
  PyObject *name, *object;
  for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &name, &object);)
    if (!readNamed(reader, name, object, args++))
      return false;
  return true;
}

/// Pairs in a tuple or list.
static bool readPairs(const Reader *reader, PyObject *pairs, Py_ssize_t count,
                      UfrontArg *args) {
  bool isTuple = PyTuple_Check(pairs);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject *pair =
        isTuple ? PyTuple_GetItem(pairs, i) : PyList_GetItem(pairs, i);
    if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
      PyErr_Format(PyExc_TypeError, "%R is not a pair of a name and a value",
                   pair);
      return false;
    }
    if (!readNamed(reader, PyTuple_GetItem(pair, 0), PyTuple_GetItem(pair, 1),
                   &args[i]))
      return false;
  }
  return true;
}

bool ufArgsRead(const UfState *state, UfScratch *scratch, PyObject *object,
                PyObject *kept, const UfrontArg **args, int32_t *count) {
  Reader reader = {state, scratch, kept};
  Py_ssize_t size = PyDict_Check(object)    ? PyDict_Size(object)
                    : PyTuple_Check(object) ? PyTuple_Size(object)
                    : PyList_Check(object)  ? PyList_Size(object)
                                            : -1;
  if (size < 0) {
    PyErr_SetString(PyExc_TypeError,
                    "arguments are a dict, or a sequence of pairs");
    return false;
  }
  UfrontArg *list = ufScratchAlloc(scratch, (size_t)size, sizeof *list);
  if (!list)
    return false;
  *args = list;
  *count = (int32_t)size;
  return PyDict_Check(object) ? readDict(&reader, object, list)
                              : readPairs(&reader, object, size, list);
}
