//===-- Type.c - Element types, shapes, descriptions ----------------------===//

#include "Module.h"

#include <string.h>

/// MLIR's and Python's names; the latter are those of NumPy, PyTorch and
/// ml_dtypes alike.
static const struct {
  const char *mlir, *python;
} names[] = {
    [UFRONT_F32] = {"f32", "float32"},
    [UFRONT_F64] = {"f64", "float64"},
    [UFRONT_F16] = {"f16", "float16"},
    [UFRONT_BF16] = {"bf16", "bfloat16"},
    [UFRONT_BOOL] = {"i1", "bool"},
    [UFRONT_I8] = {"i8", "int8"},
    [UFRONT_I16] = {"i16", "int16"},
    [UFRONT_I32] = {"i32", "int32"},
    [UFRONT_I64] = {"i64", "int64"},
    [UFRONT_U8] = {"ui8", "uint8"},
    [UFRONT_U16] = {"ui16", "uint16"},
    [UFRONT_U32] = {"ui32", "uint32"},
    [UFRONT_U64] = {"ui64", "uint64"},
    [UFRONT_F8E4M3FN] = {"f8E4M3FN", "float8_e4m3fn"},
    [UFRONT_F8E4M3FNUZ] = {"f8E4M3FNUZ", "float8_e4m3fnuz"},
    [UFRONT_F8E5M2] = {"f8E5M2", "float8_e5m2"},
    [UFRONT_F8E5M2FNUZ] = {"f8E5M2FNUZ", "float8_e5m2fnuz"},
    [UFRONT_F8E8M0] = {"f8E8M0FNU", "float8_e8m0fnu"},
    [UFRONT_F6E2M3] = {"f6E2M3FN", "float6_e2m3fn"},
    [UFRONT_F6E3M2] = {"f6E3M2FN", "float6_e3m2fn"},
    [UFRONT_F4E2M1] = {"f4E2M1FN", "float4_e2m1fn"},
    [UFRONT_I4] = {"i4", "int4"},
    [UFRONT_U4] = {"ui4", "uint4"},
    [UFRONT_I2] = {"i2", "int2"},
    [UFRONT_U2] = {"ui2", "uint2"},
    [UFRONT_STRING] = {"!ufront.string", "string"},
};
enum { NUM_TYPES = sizeof names / sizeof *names };
_Static_assert(NUM_TYPES <= UF_MAX_TYPES, "the state has too few types");

const char *ufTypeGetPythonName(UfrontType type) { return names[type].python; }

UfrontType ufTypeFind(PyObject *name) {
  for (int i = 1; PyUnicode_Check(name) && i < NUM_TYPES; ++i)
    if (names[i].mlir &&
        (PyUnicode_CompareWithASCIIString(name, names[i].mlir) == 0 ||
         PyUnicode_CompareWithASCIIString(name, names[i].python) == 0))
      return (UfrontType)i;
  return UFRONT_NO_TYPE;
}

//===----------------------------------------------------------------------===//
// Type
//===----------------------------------------------------------------------===//

static PyObject *getName(PyObject *self, void *closure) {
  (void)closure;
  return PyUnicode_FromString(names[((UfTypeObject *)self)->value].python);
}

static PyObject *represent(PyObject *self) {
  return PyUnicode_FromFormat("<ufront type %s>",
                              names[((UfTypeObject *)self)->value].mlir);
}

/// Type(name) is the one object there is of that type.
static PyObject *create(PyTypeObject *type, PyObject *args,
                        PyObject *keywords) {
  static char *parameters[] = {"name", NULL};
  const UfState *state = PyType_GetModuleState(type);
  PyObject *name;
  UfrontType value;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "U:Type", parameters,
                                   &name) ||
      !ufTypeRead(state, name, &value))
    return NULL;
  return Py_NewRef(state->types[value]);
}

static void destroy(PyObject *self) { ufFreeObject(self); }

static PyGetSetDef getters[] = {
    {"name", getName, NULL, "As Python spells it: \"float32\".", NULL},
    {0},
};
static PyType_Slot slots[] = {
    {Py_tp_doc,
     "Type(name)\n--\n\n"
     "The type of a tensor's elements, to be an argument of a node. Names\n"
     "are MLIR's or Python's."},
    {Py_tp_new, (void *)create},
    {Py_tp_getset, getters},
    {Py_tp_repr, (void *)represent},
    {Py_tp_dealloc, (void *)destroy},
    {0},
};
static PyType_Spec spec = {
    .name = "ufront._ufront.Type",
    .basicsize = sizeof(UfTypeObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

static bool createTypes(UfState *state) {
  for (int i = 1; i < NUM_TYPES; ++i) {
    if (!names[i].mlir) // a number that is not given
      continue;
    UfTypeObject *type = ufNewObject(state->type);
    if (!type)
      return false;
    type->value = (UfrontType)i;
    state->types[i] = (PyObject *)type;
  }
  return true;
}

bool ufTypeRead(const UfState *state, PyObject *object, UfrontType *type) {
  *type = UFRONT_NO_TYPE;
  if (object == Py_None)
    return true;
  if (Py_TYPE(object) == state->type) {
    *type = ((UfTypeObject *)object)->value;
    return true;
  }
  if (!PyUnicode_Check(object)) {
    PyErr_Format(PyExc_TypeError, "an element type is a Type or a name, not %R",
                 object);
    return false;
  }
  *type = ufTypeFind(object);
  if (!*type)
    PyErr_Format(PyExc_ValueError, "there is no element type %R", object);
  return *type != UFRONT_NO_TYPE;
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

PyObject *ufShapeCreate(int32_t rank, const int64_t *shape) {
  PyObject *tuple = PyTuple_New(rank);
  for (int32_t i = 0; tuple && i < rank; ++i) {
    PyObject *size = shape[i] == UFRONT_DYNAMIC ? Py_NewRef(Py_None)
                                                : PyLong_FromLongLong(shape[i]);
    if (!size || PyTuple_SetItem(tuple, i, size) < 0)
      Py_CLEAR(tuple);
  }
  return tuple;
}

bool ufShapeRead(PyObject *object, int32_t *rank, int64_t *shape) {
  *rank = -1;
  if (object == Py_None)
    return true;
  Py_ssize_t count = PySequence_Size(object);
  if (count < 0)
    return false;
  if (count > UFRONT_MAX_RANK) {
    PyErr_Format(PyExc_ValueError,
                 "a shape of rank %zd, at most %d are possible", count,
                 UFRONT_MAX_RANK);
    return false;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject *size = PySequence_GetItem(object, i);
    if (!size)
      return false;
    shape[i] = size == Py_None ? UFRONT_DYNAMIC : PyLong_AsLongLong(size);
    Py_DECREF(size);
    if (PyErr_Occurred())
      return false;
    if (shape[i] < UFRONT_DYNAMIC) {
      PyErr_Format(PyExc_ValueError, "a size of %lld in shape %R",
                   (long long)shape[i], object);
      return false;
    }
  }
  *rank = (int32_t)count;
  return true;
}

//===----------------------------------------------------------------------===//
// TensorInfo
//===----------------------------------------------------------------------===//

static PyStructSequence_Field infoFields[] = {
    {"name", "What the model calls it."},
    {"dtype", "The name of its element type: \"float32\"."},
    {"shape", "A tuple, None where a size is only known when the model runs."},
    {0},
};
static PyStructSequence_Desc infoDesc = {
    .name = "ufront.TensorInfo",
    .doc = "What a model says of one input or output.",
    .fields = infoFields,
    .n_in_sequence = 3,
};

PyObject *ufInfoCreate(const UfState *state, const UfrontTensorInfo *info) {
  const char *name = info->name ? info->name : "";
  PyObject *items[] = {
      PyUnicode_DecodeUTF8(name, (Py_ssize_t)strlen(name), "replace"),
      info->type ? PyUnicode_FromString(names[info->type].python)
                 : Py_NewRef(Py_None),
      info->rank < 0 ? Py_NewRef(Py_None)
                     : ufShapeCreate(info->rank, info->shape),
  };
  PyObject *result = items[0] && items[1] && items[2]
                         ? PyStructSequence_New(state->info)
                         : NULL;
  for (int i = 0; i < 3; ++i)
    if (result)
      PyStructSequence_SetItem(result, i, items[i]);
    else
      Py_XDECREF(items[i]);
  return result;
}

bool ufTypesCreate(PyObject *module, UfState *state) {
  state->type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
  state->info = PyStructSequence_NewType(&infoDesc);
  return state->type && state->info &&
         PyModule_AddType(module, state->type) == 0 &&
         PyModule_AddType(module, state->info) == 0 && createTypes(state);
}
