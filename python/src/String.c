//===-- String.c - Tensors of strings -------------------------------------===//
//
// Arrays of strings come as numpy's, of objects or of any of its string types,
// or as one str; bytes stand for themselves. Results are lists of str. What is
// no UTF-8 passes through as Python's surrogates.
//
//===----------------------------------------------------------------------===//

#include "Module.h"

#include <stdlib.h>

/// The elements in order: a new list, or null with an exception.
static PyObject *flatten(PyObject *object) {
  if (PyUnicode_Check(object) || PyBytes_Check(object)) {
    PyObject *list = PyList_New(1);
    if (list)
      PyList_SetItem(list, 0, Py_NewRef(object));
    return list;
  }
  PyObject *flat = PyObject_CallMethod(object, "ravel", NULL);
  PyObject *list = flat ? PyObject_CallMethod(flat, "tolist", NULL) : NULL;
  Py_XDECREF(flat);
  return list;
}

static bool readShape(PyObject *object, UfrontTensor *tensor) {
  if (PyUnicode_Check(object) || PyBytes_Check(object))
    return true;
  PyObject *shape = PyObject_GetAttrString(object, "shape");
  bool ok =
      shape && PyTuple_Check(shape) && PyTuple_Size(shape) <= UFRONT_MAX_RANK;
  for (Py_ssize_t i = 0; ok && i < PyTuple_Size(shape); ++i) {
    tensor->shape[i] = PyLong_AsLongLong(PyTuple_GetItem(shape, i));
    ok = tensor->shape[i] >= 0;
    ++tensor->rank;
  }
  Py_XDECREF(shape);
  return ok;
}

/// Replaces the elements of `list` by their bytes, and points `texts` to them.
static bool encode(PyObject *list, UfrontString *texts) {
  for (Py_ssize_t i = 0; i < PyList_Size(list); ++i) {
    PyObject *text = PyList_GetItem(list, i);
    PyObject *bytes =
        PyUnicode_Check(text)
            ? PyUnicode_AsEncodedString(text, "utf-8", "surrogateescape")
            : (PyBytes_Check(text) ? Py_NewRef(text) : NULL);
    char *data;
    Py_ssize_t size;
    if (!bytes || PyList_SetItem(list, i, bytes) < 0 ||
        PyBytes_AsStringAndSize(bytes, &data, &size) < 0)
      return false;
    texts[i] = (UfrontString){data, size};
  }
  return true;
}

bool ufBorrowStrings(PyObject *object, const char *what, Py_ssize_t index,
                     UfLoan *loan) {
  *loan = (UfLoan){.tensor = {.type = UFRONT_STRING}};
  PyObject *list = readShape(object, &loan->tensor) ? flatten(object) : NULL;
  int64_t count = 1;
  for (int32_t i = 0; i < loan->tensor.rank; ++i)
    count *= loan->tensor.shape[i];
  if (list && PyList_Check(list) && PyList_Size(list) == count) {
    UfrontString *texts = malloc(sizeof *texts * (size_t)(count ? count : 1));
    loan->capsule = list; // owns the bytes
    loan->copy = loan->tensor.data = texts;
    if (!texts)
      PyErr_NoMemory();
    else if (encode(list, texts))
      return true;
    list = NULL;
  }
  Py_XDECREF(list);
  ufLoanReturn(loan);
  if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_AttributeError))
    PyErr_Format(PyExc_TypeError, "%s %zd is no array of strings", what, index);
  return false;
}

PyObject *ufStringsList(const UfrontTensor *tensor) {
  const UfrontString *texts = tensor->data;
  int64_t count = 1;
  for (int32_t i = 0; i < tensor->rank; ++i)
    count *= tensor->shape[i];
  PyObject *list = PyList_New((Py_ssize_t)count);
  for (int64_t i = 0; list && i < count; ++i) {
    PyObject *text = PyUnicode_DecodeUTF8(
        texts[i].data, (Py_ssize_t)texts[i].size, "surrogateescape");
    if (!text || PyList_SetItem(list, (Py_ssize_t)i, text) < 0)
      Py_CLEAR(list);
  }
  return list;
}
