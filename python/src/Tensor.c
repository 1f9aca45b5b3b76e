//===-- Tensor.c - Results, by buffer protocol and DLPack -----------------===//

#include "DLPack.h"
#include "Module.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT ((size_t)64)

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

struct UfMemory {
  atomic_int owners;
  _Alignas(ALIGNMENT) char data[];
};

/// Null when memory is exhausted.
static UfMemory *createMemory(size_t size) {
  // The size is to be a multiple of the alignment.
  size_t all =
      sizeof(UfMemory) + (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  UfMemory *memory = aligned_alloc(ALIGNMENT, all);
  if (memory)
    atomic_init(&memory->owners, 1);
  return memory;
}

static void releaseMemory(UfMemory *memory) {
  if (memory && atomic_fetch_sub(&memory->owners, 1) == 1)
    free(memory);
}

bool ufTensorGetSize(UfrontType type, int32_t rank, const int64_t *shape,
                     Py_ssize_t *size) {
  size_t total = ufrontTypeGetSize(type);
  bool isEmpty = false, fits = true;
  for (int32_t i = 0; i < rank; ++i) {
    if (shape[i] == 0)
      isEmpty = true;
    else if (__builtin_mul_overflow(total, (size_t)shape[i], &total))
      fits = false;
  }
  // Room for the rounding up of createMemory().
  if (!isEmpty && (!fits || total > PY_SSIZE_T_MAX - 2 * ALIGNMENT)) {
    PyErr_SetString(PyExc_MemoryError,
                    "a tensor of more bytes than there can be");
    return false;
  }
  *size = isEmpty ? 0 : (Py_ssize_t)total;
  return true;
}

PyObject *ufTensorCreate(const UfState *state, UfrontType type, int32_t rank,
                         const int64_t *shape) {
  Py_ssize_t size;
  if (!ufTensorGetSize(type, rank, shape, &size))
    return NULL;
  UfTensorObject *self = ufNewObject(state->tensor);
  if (!self)
    return NULL;
  self->memory = createMemory((size_t)size);
  if (!self->memory) {
    Py_DECREF(self);
    return PyErr_NoMemory();
  }
  self->size = size;
  self->tensor = (UfrontTensor){self->memory->data, type, rank, {0}};
  Py_ssize_t stride = (Py_ssize_t)ufrontTypeGetSize(type);
  for (int32_t i = rank - 1; i >= 0; --i) {
    self->tensor.shape[i] = shape[i];
    self->shape[i] = (Py_ssize_t)shape[i];
    self->strides[i] = stride;
    stride *= shape[i] ? (Py_ssize_t)shape[i] : 1;
  }
  return (PyObject *)self;
}

static void destroy(PyObject *self) {
  releaseMemory(((UfTensorObject *)self)->memory);
  Py_CLEAR(((UfTensorObject *)self)->texts);
  ufFreeObject(self);
}

//===----------------------------------------------------------------------===//
// Buffer protocol
//===----------------------------------------------------------------------===//

/// In the notation of the module struct, which has neither bf16 nor narrow
/// types: those are handed out as the integers of their bits.
static const char *const formats[] = {
    [UFRONT_F32] = "f",    [UFRONT_F64] = "d",        [UFRONT_F16] = "e",
    [UFRONT_BF16] = "H",   [UFRONT_BOOL] = "?",       [UFRONT_I8] = "b",
    [UFRONT_I16] = "h",    [UFRONT_I32] = "i",        [UFRONT_I64] = "q",
    [UFRONT_U8] = "B",     [UFRONT_U16] = "H",        [UFRONT_U32] = "I",
    [UFRONT_U64] = "Q",    [UFRONT_F8E4M3FN] = "B",   [UFRONT_F8E4M3FNUZ] = "B",
    [UFRONT_F8E5M2] = "B", [UFRONT_F8E5M2FNUZ] = "B", [UFRONT_F8E8M0] = "B",
    [UFRONT_F6E2M3] = "B", [UFRONT_F6E3M2] = "B",     [UFRONT_F4E2M1] = "B",
    [UFRONT_I4] = "B",     [UFRONT_U4] = "B",         [UFRONT_I2] = "B",
    [UFRONT_U2] = "B",
};

static int getBuffer(PyObject *object, Py_buffer *view, int flags) {
  UfTensorObject *self = (UfTensorObject *)object;
  if (self->tensor.type == UFRONT_STRING) {
    view->obj = NULL;
    PyErr_SetString(PyExc_BufferError, "strings have no buffer, but `texts`");
    return -1;
  }
  *view = (Py_buffer){
      .buf = self->tensor.data,
      .obj = Py_NewRef(object),
      .len = self->size,
      .itemsize = (Py_ssize_t)ufrontTypeGetSize(self->tensor.type),
      .ndim = flags & PyBUF_ND ? self->tensor.rank : 1,
      .format =
          flags & PyBUF_FORMAT ? (char *)formats[self->tensor.type] : NULL,
      .shape = flags & PyBUF_ND ? self->shape : NULL,
      .strides =
          (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? self->strides : NULL,
  };
  return 0;
}

//===----------------------------------------------------------------------===//
// DLPack
//===----------------------------------------------------------------------===//

/// What a capsule holds; both forms begin differently.
typedef struct Exported {
  union {
    UfDlManaged managed;
    UfDlVersioned versioned;
  };
  UfMemory *memory;
  int64_t shape[UFRONT_MAX_RANK], strides[UFRONT_MAX_RANK];
} Exported;

static void destroyManaged(UfDlManaged *self) {
  Exported *exported = self->context;
  releaseMemory(exported->memory);
  free(exported);
}

static void destroyVersioned(UfDlVersioned *self) {
  Exported *exported = self->context;
  releaseMemory(exported->memory);
  free(exported);
}

/// A capsule that nobody took is still called as it was.
static void dropManaged(PyObject *capsule) {
  if (PyCapsule_IsValid(capsule, "dltensor"))
    destroyManaged(PyCapsule_GetPointer(capsule, "dltensor"));
}

static void dropVersioned(PyObject *capsule) {
  if (PyCapsule_IsValid(capsule, "dltensor_versioned"))
    destroyVersioned(PyCapsule_GetPointer(capsule, "dltensor_versioned"));
}

static uint8_t getCode(UfrontType type) {
  switch (type) {
  case UFRONT_F32:
  case UFRONT_F64:
  case UFRONT_F16:
    return UF_DL_FLOAT;
  case UFRONT_BF16:
    return UF_DL_BFLOAT;
  case UFRONT_BOOL:
    return UF_DL_BOOL;
  case UFRONT_I8:
  case UFRONT_I16:
  case UFRONT_I32:
  case UFRONT_I64:
    return UF_DL_INT;
  case UFRONT_F8E4M3FN:
    return UF_DL_FLOAT8_E4M3FN;
  case UFRONT_F8E4M3FNUZ:
    return UF_DL_FLOAT8_E4M3FNUZ;
  case UFRONT_F8E5M2:
    return UF_DL_FLOAT8_E5M2;
  case UFRONT_F8E5M2FNUZ:
    return UF_DL_FLOAT8_E5M2FNUZ;
  case UFRONT_F8E8M0:
    return UF_DL_FLOAT8_E8M0FNU;
  default: // and what takes less than a byte, which DLPack packs
    return UF_DL_UINT;
  }
}

static UfDlTensor describe(const UfTensorObject *self, Exported *exported) {
  const UfrontTensor *tensor = &self->tensor;
  int64_t element = (int64_t)ufrontTypeGetSize(tensor->type);
  for (int32_t i = 0; i < tensor->rank; ++i) {
    exported->shape[i] = tensor->shape[i];
    exported->strides[i] = self->strides[i] / element;
  }
  return (UfDlTensor){
      .data = tensor->data,
      .deviceType = UF_DL_CPU,
      .rank = tensor->rank,
      .code = getCode(tensor->type),
      .bits = (uint8_t)(8 * element),
      .lanes = 1,
      .shape = exported->shape,
      .strides = exported->strides,
  };
}

/// Whether `version`, a tuple or None, allows the form with a version.
static bool allowsVersion(PyObject *version) {
  if (!version || !PyTuple_Check(version) || PyTuple_Size(version) < 1)
    return false;
  long major = PyLong_AsLong(PyTuple_GetItem(version, 0));
  PyErr_Clear();
  return major >= 1;
}

/// What DLPack hands out, with an owner more of the memory; null with an
/// exception.
static Exported *export(const UfTensorObject *self) {
  if (self->tensor.type == UFRONT_STRING) {
    PyErr_SetString(PyExc_BufferError, "DLPack has no strings");
    return NULL;
  }
  Exported *exported = calloc(1, sizeof *exported);
  if (!exported) {
    PyErr_NoMemory();
    return NULL;
  }
  exported->memory = self->memory;
  atomic_fetch_add(&self->memory->owners, 1);
  return exported;
}

static UfDlVersioned *exportVersioned(const UfTensorObject *self) {
  Exported *exported = export(self);
  if (!exported)
    return NULL;
  exported->versioned = (UfDlVersioned){
      .major = 1, .context = exported, .destroy = destroyVersioned};
  exported->versioned.tensor = describe(self, exported);
  return &exported->versioned;
}

static UfDlManaged *exportManaged(const UfTensorObject *self) {
  Exported *exported = export(self);
  if (!exported)
    return NULL;
  exported->managed =
      (UfDlManaged){.context = exported, .destroy = destroyManaged};
  exported->managed.tensor = describe(self, exported);
  return &exported->managed;
}

static PyObject *toDlpack(PyObject *object, PyObject *args,
                          PyObject *keywords) {
  static char *names[] = {"stream", "max_version", "dl_device", "copy", NULL};
  PyObject *stream = NULL, *version = NULL, *device = NULL, *copy = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$OOOO:__dlpack__", names,
                                   &stream, &version, &device, &copy))
    return NULL;
  if (copy == Py_True) {
    PyErr_SetString(PyExc_BufferError, "a Tensor is exported without a copy");
    return NULL;
  }
  const UfTensorObject *self = (const UfTensorObject *)object;
  PyObject *capsule;
  if (allowsVersion(version)) {
    UfDlVersioned *tensor = exportVersioned(self);
    capsule = tensor
                  ? PyCapsule_New(tensor, "dltensor_versioned", dropVersioned)
                  : NULL;
    if (tensor && !capsule)
      destroyVersioned(tensor);
  } else {
    UfDlManaged *tensor = exportManaged(self);
    capsule = tensor ? PyCapsule_New(tensor, "dltensor", dropManaged) : NULL;
    if (tensor && !capsule)
      destroyManaged(tensor);
  }
  return capsule;
}

/// As array.from_dlpack() does, by the exchange function of the type of arrays.
static PyObject *give(PyObject *self, PyObject *type) {
  const UfDlExchange *exchange = ufFindExchange(ufGetState(self), type);
  if (!exchange)
    return Py_NewRef(Py_None);
  UfDlVersioned *tensor = exportVersioned((UfTensorObject *)self);
  void *array = NULL;
  if (!tensor || exchange->give(tensor, &array) == 0)
    return array;
  destroyVersioned(tensor);
  return NULL;
}

static PyObject *getDevice(PyObject *self, PyObject *unused) {
  (void)self;
  (void)unused;
  return Py_BuildValue("(ii)", UF_DL_CPU, 0);
}

//===----------------------------------------------------------------------===//
// The type
//===----------------------------------------------------------------------===//

static PyObject *getShape(PyObject *self, void *closure) {
  (void)closure;
  const UfrontTensor *tensor = &((UfTensorObject *)self)->tensor;
  return ufShapeCreate(tensor->rank, tensor->shape);
}

static PyObject *getDtype(PyObject *self, void *closure) {
  (void)closure;
  return PyUnicode_FromString(
      ufTypeGetPythonName(((UfTensorObject *)self)->tensor.type));
}

static PyObject *getTexts(PyObject *self, void *closure) {
  (void)closure;
  PyObject *texts = ((UfTensorObject *)self)->texts;
  return Py_NewRef(texts ? texts : Py_None);
}

static PyMethodDef methods[] = {
    {"__dlpack__", UF_METHOD(toDlpack), METH_VARARGS | METH_KEYWORDS,
     "Hands the data out as a DLPack capsule."},
    {"__dlpack_device__", getDevice, METH_NOARGS,
     "The CPU, as DLPack says it."},
    {"give", give, METH_O,
     "give($self, type, /)\n--\n\n"
     "An array of a type with DLPack's exchange functions, which shares\n"
     "the memory; None if the type has none."},
    {0},
};
static PyGetSetDef getters[] = {
    {"shape", getShape, NULL, "A tuple of sizes.", NULL},
    {"dtype", getDtype, NULL, "The name of its element type: \"float32\".",
     NULL},
    {"texts", getTexts, NULL,
     "Of strings, its elements in order as a list; else None.", NULL},
    {0},
};
static PyType_Slot slots[] = {
    {Py_tp_doc,
     "A result: contiguous data for the buffer protocol and DLPack."},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {Py_tp_dealloc, (void *)destroy},
    {Py_bf_getbuffer, (void *)getBuffer},
    {0},
};
static PyType_Spec spec = {
    .name = "ufront._ufront.Tensor",
    .basicsize = sizeof(UfTensorObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};

bool ufTensorTypeCreate(PyObject *module, UfState *state) {
  state->tensor = (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
  return state->tensor && PyModule_AddType(module, state->tensor) == 0;
}
