//===-- Exchange.c - Tensors that Python lends us by DLPack ---------------===//

#include "DLPack.h"
#include "Module.h"

#include <string.h>

const UfDlExchange *ufFindExchange(const UfState *state, PyObject *type) {
  PyObject *capsule = PyObject_GetAttr(type, state->exchange);
  const UfDlExchange *exchange =
      capsule ? PyCapsule_GetPointer(capsule, "dlpack_exchange_api") : NULL;
  Py_XDECREF(capsule); // what it points to lives as long as the process
  PyErr_Clear();
  return exchange && exchange->major == 1 ? exchange : NULL;
}

static void dropTaken(PyObject *capsule) {
  UfDlVersioned *taken = PyCapsule_GetPointer(capsule, "dltensor_versioned");
  if (taken && taken->destroy)
    taken->destroy(taken);
}

/// What the type's exchange function lends, in a capsule like that of
/// __dlpack__(), which is slow in PyTorch. Null without an exception if there
/// is no such thing.
static PyObject *take(const UfState *state, PyObject *object) {
  const UfDlExchange *exchange =
      ufFindExchange(state, (PyObject *)Py_TYPE(object));
  UfDlVersioned *taken = NULL;
  if (!exchange)
    return NULL;
  if (exchange->take(object, &taken) || !taken) {
    PyErr_Clear();
    return NULL;
  }
  PyObject *capsule = PyCapsule_New(taken, "dltensor_versioned", dropTaken);
  if (!capsule && taken->destroy)
    taken->destroy(taken);
  return capsule;
}

/// Whether the elements of `object` are the negatives of what its memory says,
/// as those of PyTorch's tensors may be, of which their __dlpack__() says
/// nothing.
static bool isNegated(const UfState *state, PyObject *object) {
  PyObject *result = PyObject_CallMethodObjArgs(object, state->isNeg, NULL);
  bool isNegated = result == Py_True;
  Py_XDECREF(result);
  PyErr_Clear();
  return isNegated;
}

/// object.__dlpack__(), with the form that says what is read-only if the other
/// cannot be had.
static PyObject *callDlpack(const UfState *state, PyObject *object) {
  PyObject *method = PyObject_GetAttr(object, state->dlpack);
  if (!method)
    return NULL;
  PyObject *capsule = PyObject_CallNoArgs(method);
  if (!capsule && PyErr_ExceptionMatches(PyExc_BufferError)) {
    PyObject *error, *value, *trace;
    PyErr_Fetch(&error, &value, &trace);
    PyObject *none = PyTuple_New(0);
    PyObject *keywords = Py_BuildValue("{s(ii)}", "max_version", 1, 0);
    if (none && keywords)
      capsule = PyObject_Call(method, none, keywords);
    Py_XDECREF(none);
    Py_XDECREF(keywords);
    if (capsule) {
      Py_XDECREF(error);
      Py_XDECREF(value);
      Py_XDECREF(trace);
    } else {
      PyErr_Restore(error, value, trace);
    }
  }
  Py_DECREF(method);
  return capsule;
}

/// What a method without arguments returns, in place of the exception there is,
/// which stays if it fails.
static PyObject *callInstead(PyObject *object, PyObject *method) {
  PyObject *error, *value, *trace;
  PyErr_Fetch(&error, &value, &trace);
  PyObject *result = PyObject_CallMethodObjArgs(object, method, NULL);
  if (!result) {
    PyErr_Restore(error, value, trace);
    return NULL;
  }
  Py_XDECREF(error);
  Py_XDECREF(value);
  Py_XDECREF(trace);
  return result;
}

/// The capsule of `object`. PyTorch's tensors that require a gradient lend
/// nothing; what they are detached to does.
static PyObject *getCapsule(const UfState *state, PyObject *object,
                            const char *what, Py_ssize_t index) {
  PyObject *capsule = take(state, object);
  if (!capsule && !PyErr_Occurred())
    capsule = callDlpack(state, object);
  if (capsule)
    return capsule;
  if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
    PyErr_Format(
        PyExc_TypeError,
        "%s %zd is of type %R, expected an array: of NumPy, PyTorch or "
        "anything else with the buffer protocol or DLPack",
        what, index, (PyObject *)Py_TYPE(object));
    return NULL;
  }
  PyObject *detached = callInstead(object, state->detach);
  if (!detached)
    return NULL;
  capsule = callDlpack(state, detached);
  Py_DECREF(detached);
  return capsule;
}

static UfrontType readType(const UfDlTensor *from) {
  if (from->lanes != 1 || from->bits % 8)
    return UFRONT_NO_TYPE;
  static const struct {
    uint8_t code, bits;
    UfrontType type;
  } types[] = {
      {UF_DL_FLOAT, 32, UFRONT_F32},
      {UF_DL_INT, 64, UFRONT_I64},
      {UF_DL_BOOL, 8, UFRONT_BOOL},
      {UF_DL_FLOAT, 64, UFRONT_F64},
      {UF_DL_FLOAT, 16, UFRONT_F16},
      {UF_DL_BFLOAT, 16, UFRONT_BF16},
      {UF_DL_INT, 8, UFRONT_I8},
      {UF_DL_INT, 16, UFRONT_I16},
      {UF_DL_INT, 32, UFRONT_I32},
      {UF_DL_UINT, 8, UFRONT_U8},
      {UF_DL_UINT, 16, UFRONT_U16},
      {UF_DL_UINT, 32, UFRONT_U32},
      {UF_DL_UINT, 64, UFRONT_U64},
      {UF_DL_FLOAT8_E4M3FN, 8, UFRONT_F8E4M3FN},
      {UF_DL_FLOAT8_E4M3FNUZ, 8, UFRONT_F8E4M3FNUZ},
      {UF_DL_FLOAT8_E5M2, 8, UFRONT_F8E5M2},
      {UF_DL_FLOAT8_E5M2FNUZ, 8, UFRONT_F8E5M2FNUZ},
      {UF_DL_FLOAT8_E8M0FNU, 8, UFRONT_F8E8M0},
  };
  for (size_t i = 0; i < sizeof types / sizeof *types; ++i)
    if (types[i].code == from->code && types[i].bits == from->bits)
      return types[i].type;
  return UFRONT_NO_TYPE;
}

/// What the capsule holds, and whether it may be written.
static const UfDlTensor *open(PyObject *capsule, bool *isReadOnly) {
  *isReadOnly = false;
  if (PyCapsule_IsValid(capsule, "dltensor")) {
    const UfDlManaged *managed = PyCapsule_GetPointer(capsule, "dltensor");
    return &managed->tensor;
  }
  const UfDlVersioned *versioned =
      PyCapsule_GetPointer(capsule, "dltensor_versioned");
  if (!versioned)
    return NULL;
  if (versioned->major != 1) {
    PyErr_Format(PyExc_BufferError, "DLPack of version %u, expected 1",
                 versioned->major);
    return NULL;
  }
  *isReadOnly = versioned->flags & UF_DL_READ_ONLY;
  return &versioned->tensor;
}

static bool isEmpty(const UfDlTensor *tensor) {
  for (int32_t i = 0; i < tensor->rank; ++i)
    if (tensor->shape[i] == 0)
      return true;
  return false;
}

static bool check(const UfDlTensor *from, UfrontType type, const char *what,
                  Py_ssize_t index) {
  if (from->deviceType != UF_DL_CPU && from->deviceType != UF_DL_CUDA_HOST)
    PyErr_Format(PyExc_ValueError,
                 "%s %zd is on another device, expected the CPU", what, index);
  else if (!type)
    PyErr_Format(PyExc_TypeError,
                 "%s %zd has elements of DLPack's code %d with %d bits, which "
                 "ufront does not have",
                 what, index, from->code, from->bits);
  else if (from->rank > UFRONT_MAX_RANK)
    PyErr_Format(PyExc_ValueError,
                 "%s %zd is of rank %d, at most %d are possible", what, index,
                 from->rank, UFRONT_MAX_RANK);
  else if (!from->data && !isEmpty(from))
    PyErr_Format(PyExc_ValueError, "%s %zd has a shape but no data", what,
                 index);
  else
    return true;
  return false;
}

/// Lends what `object` says its elements are.
static PyObject *getPlainCapsule(const UfState *state, PyObject *object,
                                 UfAccess access, const char *what,
                                 Py_ssize_t index) {
  if (!isNegated(state, object))
    return getCapsule(state, object, what, index);
  if (access == UF_WRITE) {
    PyErr_Format(PyExc_ValueError, "%s %zd is the negative of its memory", what,
                 index);
    return NULL;
  }
  PyObject *plain = PyObject_CallMethod(object, "resolve_neg", NULL);
  PyObject *capsule = plain ? getCapsule(state, plain, what, index) : NULL;
  Py_XDECREF(plain);
  return capsule;
}

bool ufBorrowDlpack(const UfState *state, PyObject *object, UfAccess access,
                    const char *what, Py_ssize_t index, UfLoan *loan) {
  // The capsule is not marked as taken: its destructor returns the tensor.
  loan->capsule = getPlainCapsule(state, object, access, what, index);
  if (!loan->capsule)
    return false;
  bool isReadOnly;
  const UfDlTensor *from = open(loan->capsule, &isReadOnly);
  if (!from)
    return false;
  UfrontTensor *tensor = &loan->tensor;
  tensor->type = readType(from);
  if (!check(from, tensor->type, what, index))
    return false;
  tensor->data = (char *)from->data + from->offset;
  tensor->rank = from->rank;
  size_t element = ufrontTypeGetSize(tensor->type);
  int64_t strides[UFRONT_MAX_RANK] = {0};
  for (int32_t i = 0; i < from->rank; ++i) {
    tensor->shape[i] = from->shape[i];
    strides[i] = from->strides ? from->strides[i] * (int64_t)element : 0;
  }
  bool isAligned = (uintptr_t)tensor->data % element == 0;
  bool isContiguous = !from->strides || ufIsContiguous(tensor, strides);
  if (access == UF_WRITE && (isReadOnly || !isAligned || !isContiguous)) {
    PyErr_Format(PyExc_ValueError, "%s %zd is %s", what, index,
                 isReadOnly ? "read-only" : "not C-contiguous and aligned");
    return false;
  }
  if (isAligned && isContiguous)
    return true;
  if (!from->strides) { // contiguous, but not aligned
    int64_t stride = (int64_t)element;
    for (int32_t i = from->rank - 1; i >= 0; stride *= from->shape[i--])
      strides[i] = stride;
  }
  return ufLoanCopy(loan, strides);
}
