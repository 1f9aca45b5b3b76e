//===-- Table.c - The op table --------------------------------------------===//

#include "Module.h"

static PyObject *createField(const UfrontField *field) {
  return Py_BuildValue("(sssszO)", field->name, field->doc ? field->doc : "",
                       field->type, field->fallback, field->choices,
                       field->isOptional ? Py_True : Py_False);
}

/// A new tuple of the fields of one kind.
static PyObject *createFields(const char *op, UfrontFieldKind kind) {
  PyObject *list = PyList_New(0);
  UfrontField field;
  for (int32_t i = 0; list && ufrontGetOperatorField(op, kind, i, &field);
       ++i) {
    PyObject *item = createField(&field);
    if (!item || PyList_Append(list, item) < 0)
      Py_CLEAR(list);
    Py_XDECREF(item);
  }
  PyObject *tuple = list ? PyList_AsTuple(list) : NULL;
  Py_XDECREF(list);
  return tuple;
}

PyObject *ufTableDescribe(PyObject *module, PyObject *op) {
  (void)module;
  const char *name = PyUnicode_AsUTF8AndSize(op, NULL);
  if (!name)
    return NULL;
  const char *summary = ufrontGetOperatorSummary(name);
  if (!summary) {
    PyErr_Format(PyExc_KeyError, "ufront.%s", name);
    return NULL;
  }
  return Py_BuildValue("(sNNN)", summary,
                       createFields(name, UFRONT_FIELD_OPERAND),
                       createFields(name, UFRONT_FIELD_RESULT),
                       createFields(name, UFRONT_FIELD_ATTRIBUTE));
}
