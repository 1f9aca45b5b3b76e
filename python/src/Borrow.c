//===-- Borrow.c - Tensors that Python lends us ---------------------------===//
//
// By the buffer protocol where an object has it, else by DLPack (Exchange.c).
//
//===----------------------------------------------------------------------===//

#include "Module.h"

#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

bool ufIsContiguous(const UfrontTensor *tensor, const int64_t *strides) {
  int64_t expected = (int64_t)ufrontTypeGetSize(tensor->type);
  bool result = true;
  for (int32_t i = tensor->rank - 1; i >= 0; --i) {
    if (tensor->shape[i] == 0)
      return true;
    // Where there is one element no stride leads anywhere.
    if (tensor->shape[i] != 1 && strides[i] != expected)
      result = false;
    expected *= tensor->shape[i];
  }
  return result;
}

/// Copies dimensions `axis` and up. Returns the end of what it wrote.
static char *copyStrided(char *to, const char *from, const UfrontTensor *tensor,
                         const int64_t *strides, int32_t axis, size_t element) {
  if (axis == tensor->rank) {
    memcpy(to, from, element);
    return to + element;
  }
  for (int64_t i = 0; i < tensor->shape[axis]; ++i)
    to = copyStrided(to, from + i * strides[axis], tensor, strides, axis + 1,
                     element);
  return to;
}

bool ufLoanCopy(UfLoan *loan, const int64_t *strides) {
  UfrontTensor *tensor = &loan->tensor;
  Py_ssize_t size;
  if (!ufTensorGetSize(tensor->type, tensor->rank, tensor->shape, &size))
    return false;
  loan->copy = malloc((size_t)size + 1); // malloc(0) may be null
  if (!loan->copy) {
    PyErr_NoMemory();
    return false;
  }
  if (size)
    copyStrided(loan->copy, tensor->data, tensor, strides, 0,
                ufrontTypeGetSize(tensor->type));
  tensor->data = loan->copy;
  return true;
}

//===----------------------------------------------------------------------===//
// Loans
//===----------------------------------------------------------------------===//

void ufLoanReturn(UfLoan *loan) {
  if (loan->view.obj)
    PyBuffer_Release(&loan->view);
  Py_CLEAR(loan->capsule);
  free(loan->copy);
  loan->copy = NULL;
}

static const char keptName[] = "ufront.loan";

static void destroyKept(PyObject *capsule) {
  UfLoan *loan = PyCapsule_GetPointer(capsule, keptName);
  ufLoanReturn(loan);
  free(loan);
}

PyObject *ufLoanKeep(UfLoan *loan) {
  UfLoan *kept = malloc(sizeof *kept);
  PyObject *capsule = kept ? PyCapsule_New(kept, keptName, destroyKept) : NULL;
  if (!kept || !capsule) {
    ufLoanReturn(loan);
    free(kept);
    return kept ? NULL : PyErr_NoMemory();
  }
  // The lender finds its view by the object alone, so that it may move.
  *kept = *loan;
  *loan = (UfLoan){0};
  return capsule;
}

const UfLoan *ufLoanGet(PyObject *capsule) {
  return PyCapsule_GetPointer(capsule, keptName);
}

//===----------------------------------------------------------------------===//
// The buffer protocol
//===----------------------------------------------------------------------===//

/// The type of an element of `size` bytes in the notation of the module struct;
/// UFRONT_NO_TYPE if we have none such or its bytes are in another order.
static UfrontType readFormat(const char *format, Py_ssize_t size) {
  if (!format)
    format = "B";
  if ((*format == '>' || *format == '!') && size > 1)
    return UFRONT_NO_TYPE;
  if (*format && strchr("@=<>!", *format))
    ++format;
  if (!*format || format[1])
    return UFRONT_NO_TYPE;
  static const UfrontType signedTypes[] = {
      [1] = UFRONT_I8, [2] = UFRONT_I16, [4] = UFRONT_I32, [8] = UFRONT_I64};
  static const UfrontType unsignedTypes[] = {
      [1] = UFRONT_U8, [2] = UFRONT_U16, [4] = UFRONT_U32, [8] = UFRONT_U64};
  if (size < 1 || size > 8)
    return UFRONT_NO_TYPE;
  if (strchr("bhilqn", *format))
    return signedTypes[size];
  if (strchr("BHILQN", *format))
    return unsignedTypes[size];
  switch (*format) {
  case 'e':
    return UFRONT_F16;
  case 'f':
    return UFRONT_F32;
  case 'd':
    return UFRONT_F64;
  case '?':
    return UFRONT_BOOL;
  default:
    return UFRONT_NO_TYPE;
  }
}

/// The element type of an array of ml_dtypes, for which the buffer protocol has
/// no formats; UFRONT_NO_TYPE if `object` is none of ours.
static UfrontType readDtype(PyObject *object) {
  PyObject *dtype = PyObject_GetAttrString(object, "dtype");
  PyObject *name = dtype ? PyObject_GetAttrString(dtype, "name") : NULL;
  UfrontType type = name ? ufTypeFind(name) : UFRONT_NO_TYPE;
  Py_XDECREF(dtype);
  Py_XDECREF(name);
  PyErr_Clear();
  return type;
}

/// Gets the view. Of an array of ml_dtypes it is one of the integers of its
/// bits, and `type` what they stand for; else UFRONT_NO_TYPE.
static bool getView(PyObject *object, int flags, UfLoan *loan,
                    UfrontType *type) {
  *type = UFRONT_NO_TYPE;
  if (PyObject_GetBuffer(object, &loan->view, flags) == 0)
    return true;
  if (PyErr_ExceptionMatches(PyExc_BufferError))
    return false;
  PyObject *error, *value, *trace;
  PyErr_Fetch(&error, &value, &trace);
  *type = readDtype(object);
  size_t size = ufrontTypeGetSize(*type);
  if (size != 1 && size != 2) {
    PyErr_Restore(error, value, trace);
    return false;
  }
  Py_XDECREF(error);
  Py_XDECREF(value);
  Py_XDECREF(trace);
  PyObject *bits =
      PyObject_CallMethod(object, "view", "s", size == 1 ? "uint8" : "uint16");
  bool ok = bits && PyObject_GetBuffer(bits, &loan->view, flags) == 0;
  Py_XDECREF(bits);
  return ok;
}

static bool borrowBuffer(PyObject *object, UfAccess access, const char *what,
                         Py_ssize_t index, UfLoan *loan) {
  UfrontType type;
  if (!getView(object, access == UF_WRITE ? PyBUF_RECORDS : PyBUF_RECORDS_RO,
               loan, &type)) {
    if (PyErr_ExceptionMatches(PyExc_BufferError) && access == UF_WRITE)
      PyErr_Format(PyExc_ValueError, "%s %zd cannot be written to", what,
                   index);
    return false;
  }
  const Py_buffer *view = &loan->view;
  UfrontTensor *tensor = &loan->tensor;
  tensor->type = type ? type : readFormat(view->format, view->itemsize);
  if (!tensor->type && access == UF_READ && view->format &&
      strpbrk(view->format, "Ow")) {
    PyBuffer_Release(&loan->view);
    return ufBorrowStrings(object, what, index, loan);
  }
  if (!tensor->type) {
    PyErr_Format(
        PyExc_TypeError,
        "%s %zd has elements of format '%s', which ufront does not have", what,
        index, view->format);
    return false;
  }
  if (view->ndim > UFRONT_MAX_RANK) {
    PyErr_Format(PyExc_ValueError,
                 "%s %zd is of rank %d, at most %d are possible", what, index,
                 view->ndim, UFRONT_MAX_RANK);
    return false;
  }
  tensor->data = view->buf;
  tensor->rank = view->ndim;
  // Those of ctypes have none, though they were asked for: they are contiguous.
  int64_t strides[UFRONT_MAX_RANK] = {0}, stride = view->itemsize;
  for (int i = view->ndim - 1; i >= 0; --i) {
    tensor->shape[i] = view->shape[i];
    strides[i] = view->strides ? view->strides[i] : stride;
    stride *= view->shape[i];
  }
  bool isAligned = (uintptr_t)view->buf % (size_t)view->itemsize == 0;
  if (isAligned && ufIsContiguous(tensor, strides))
    return true;
  if (access == UF_READ)
    return ufLoanCopy(loan, strides);
  PyErr_Format(PyExc_ValueError, "%s %zd is not C-contiguous and aligned", what,
               index);
  return false;
}

bool ufBorrow(const UfState *state, PyObject *object, UfAccess access,
              const char *what, Py_ssize_t index, UfLoan *loan) {
  *loan = (UfLoan){0};
  bool ok;
  if (PyObject_CheckBuffer(object))
    ok = borrowBuffer(object, access, what, index, loan);
  else
    ok = ufBorrowDlpack(state, object, access, what, index, loan);
  if (!ok)
    ufLoanReturn(loan);
  return ok;
}
