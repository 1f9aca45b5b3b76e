//===-- Error.c - Failures as exceptions ----------------------------------===//

#include "Module.h"

#include <string.h>

static const char *getStatusName(UfrontStatus status) {
  switch (status) {
#define X(name, value, text)                                                   \
  case UFRONT_##name:                                                          \
    return #name;
    UFRONT_STATUS_LIST(X)
#undef X
  }
  return "?";
}

static PyObject *getMessage(PyObject *self, void *closure) {
  (void)closure;
  return PyObject_Str(self);
}

static PyGetSetDef getters[] = {
    {"message", getMessage, NULL, "What is wrong, and where.", NULL},
    {0},
};
static PyType_Slot slots[] = {
    {Py_tp_doc,
     "A failure of ufront: `message` says what is wrong and where,\n"
     "`status` is the name of a UfrontStatus (\"FORMAT\", \"ARGUMENT\",\n"
     "...)."},
    {Py_tp_getset, getters},
    {0},
};
static PyType_Spec spec = {
    .name = "ufront.Error",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};
static PyType_Slot unsupportedSlots[] = {
    {Py_tp_doc,
     "The model uses something ufront does not know; the message names all\n"
     "of it."},
    {0},
};
static PyType_Spec unsupportedSpec = {
    .name = "ufront.UnsupportedError",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = unsupportedSlots,
};

static PyObject *create(PyObject *module, PyType_Spec *of, PyObject *bases,
                        UfrontStatus status) {
  PyObject *type = bases ? PyType_FromModuleAndSpec(module, of, bases) : NULL;
  Py_XDECREF(bases);
  PyObject *name = PyUnicode_FromString(getStatusName(status));
  if (!type || !name || PyObject_SetAttrString(type, "status", name) < 0 ||
      PyModule_AddType(module, (PyTypeObject *)type) < 0)
    Py_CLEAR(type);
  Py_XDECREF(name);
  return type;
}

bool ufErrorsCreate(PyObject *module, UfState *state) {
  state->error =
      create(module, &spec, PyTuple_Pack(1, PyExc_Exception), UFRONT_RUNTIME);
  if (state->error)
    state->unsupported =
        create(module, &unsupportedSpec,
               PyTuple_Pack(2, state->error, PyExc_NotImplementedError),
               UFRONT_UNSUPPORTED);
  return state->unsupported;
}

PyObject *ufRaise(const UfState *state, UfrontStatus status,
                  const char *message) {
  PyObject *type =
      status == UFRONT_UNSUPPORTED ? state->unsupported : state->error;
  // Names of a model's file may be in any encoding.
  PyObject *text =
      PyUnicode_DecodeUTF8(message, (Py_ssize_t)strlen(message), "replace");
  PyObject *name = PyUnicode_FromString(getStatusName(status));
  PyObject *error =
      text && name ? PyObject_CallFunctionObjArgs(type, text, NULL) : NULL;
  if (error && PyObject_SetAttrString(error, "status", name) == 0)
    PyErr_SetObject(type, error);
  Py_XDECREF(text);
  Py_XDECREF(name);
  Py_XDECREF(error);
  return NULL;
}
