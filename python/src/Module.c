//===-- Module.c - The module ufront._ufront ------------------------------===//

#include "Module.h"

/// A new list of names, from a function that returns null past the end.
static PyObject *operators(PyObject *module, PyObject *frontend) {
  (void)module;
  const char *from = PyUnicode_AsUTF8AndSize(frontend, NULL);
  PyObject *list = from ? PyList_New(0) : NULL;
  const char *name;
  for (int32_t i = 0; list && (name = ufrontGetOperatorName(from, i)); ++i) {
    PyObject *item = PyUnicode_FromString(name);
    if (!item || PyList_Append(list, item) < 0)
      Py_CLEAR(list);
    Py_XDECREF(item);
  }
  return list;
}

static PyMethodDef functions[] = {
    {"describe", ufTableDescribe, METH_O,
     "describe($module, op, /)\n--\n\n"
     "A row of the op table: its summary, operands, results and\n"
     "attributes. Each of these has a name, a text, a type, the value when\n"
     "absent as MLIR writes it, the choices and whether it may be absent."},
    {"load", UF_METHOD(ufProgramLoad), METH_VARARGS | METH_KEYWORDS,
     "load($module, path, name, weights=None, threads=0)\n--\n\n"
     "A Program from the shared library that ufront-compile wrote."},
    {"operators", operators, METH_O,
     "operators($module, frontend, /)\n--\n\n"
     "The names of the operators that a frontend can be imported with."},
    {0},
};

/// A tuple of the names of import formats.
static PyObject *listFormats(void) {
  int32_t count = 0;
  while (ufrontGetFormatName(count))
    ++count;
  PyObject *formats = PyTuple_New(count);
  for (int32_t i = 0; formats && i < count; ++i) {
    PyObject *name = PyUnicode_FromString(ufrontGetFormatName(i));
    if (!name || PyTuple_SetItem(formats, i, name) < 0)
      Py_CLEAR(formats);
  }
  return formats;
}

static int addConstants(PyObject *module) {
  PyObject *formats = listFormats();
  int result = formats ? PyModule_AddObjectRef(module, "formats", formats) : -1;
  Py_XDECREF(formats);
  return result < 0 ? result
                    : PyModule_AddStringConstant(module, "version",
                                                 ufrontGetVersion());
}

static int start(PyObject *module) {
  UfState *state = PyModule_GetState(module);
  state->dlpack = PyUnicode_InternFromString("__dlpack__");
  state->exchange = PyUnicode_InternFromString("__dlpack_c_exchange_api__");
  state->isNeg = PyUnicode_InternFromString("is_neg");
  state->detach = PyUnicode_InternFromString("detach");
  bool ok =
      state->dlpack && state->exchange && state->detach && state->isNeg &&
      ufErrorsCreate(module, state) && ufTypesCreate(module, state) &&
      ufTensorTypeCreate(module, state) && ufSessionTypeCreate(module, state) &&
      ufModelTypeCreate(module, state) && ufProgramTypeCreate(module, state) &&
      ufGraphTypeCreate(module, state) && addConstants(module) == 0;
  return ok ? 0 : -1;
}

enum {
  NUM_TYPES = sizeof((UfState *)NULL)->all / sizeof *((UfState *)NULL)->all
};

static int visit(PyObject *object, visitproc visitor, void *arg) {
  return object ? visitor(object, arg) : 0;
}

static int traverse(PyObject *module, visitproc visitor, void *arg) {
  const UfState *state = PyModule_GetState(module);
  PyTypeObject *const *types = state->all;
  for (int i = 0; i < NUM_TYPES; ++i) {
    int result = visit((PyObject *)types[i], visitor, arg);
    if (result)
      return result;
  }
  int result = visit(state->error, visitor, arg);
  return result ? result : visit(state->unsupported, visitor, arg);
}

static void drop(PyObject **object) { Py_CLEAR(*object); }

static int clear(PyObject *module) {
  UfState *state = PyModule_GetState(module);
  for (int i = 0; i < NUM_TYPES; ++i) {
    PyObject *type = (PyObject *)state->all[i];
    state->all[i] = NULL;
    Py_XDECREF(type);
  }
  for (size_t i = 0; i < sizeof state->types / sizeof *state->types; ++i)
    drop(&state->types[i]);
  PyObject **others[] = {&state->error,    &state->unsupported, &state->dlpack,
                         &state->exchange, &state->detach,      &state->isNeg};
  for (size_t i = 0; i < sizeof others / sizeof *others; ++i)
    drop(others[i]);
  return 0;
}

static void destroy(void *module) { clear(module); }

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)start},
    {0},
};
static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_ufront",
    .m_doc = "The C ABI of ufront.",
    .m_size = sizeof(UfState),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = destroy,
};

PyMODINIT_FUNC PyInit__ufront(void); // NOLINT: Python looks for this name

PyMODINIT_FUNC PyInit__ufront(void) { // NOLINT
  return PyModuleDef_Init(&definition);
}
