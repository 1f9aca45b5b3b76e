//===-- GraphModel.c - Models in graphs, and graphs as models -------------===//

#include "Module.h"

#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Adding a model
//===----------------------------------------------------------------------===//

/// Reads a sequence of Values that has `count` of them.
static bool readValues(PyObject *object, int32_t count, int32_t *values) {
  Py_ssize_t size = PySequence_Size(object);
  if (size < 0)
    return false;
  if (size != count) {
    PyErr_Format(PyExc_ValueError, "the model has %d inputs, but gets %zd",
                 (int)count, size);
    return false;
  }
  for (Py_ssize_t i = 0; i < size; ++i) {
    PyObject *item = PySequence_GetItem(object, i);
    bool ok = item && ufValueRead(item, &values[i]);
    Py_XDECREF(item);
    if (!ok)
      return false;
  }
  return true;
}

/// A new tuple of Values.
static PyObject *createValues(const UfGraphObject *self, const int32_t *values,
                              int32_t count) {
  PyObject *tuple = PyTuple_New(count);
  for (int32_t i = 0; tuple && i < count; ++i) {
    PyObject *value = ufValueCreate(self, values[i]);
    if (!value || PyTuple_SetItem(tuple, i, value) < 0)
      Py_CLEAR(tuple);
  }
  return tuple;
}

static PyObject *addModel(UfGraphObject *self, PyObject *object,
                          const UfrontModel *model, PyObject *values,
                          UfScratch *scratch) {
  int32_t numInputs = ufrontModelGetNumInputs(model);
  int32_t numOutputs = ufrontModelGetNumOutputs(model);
  int32_t *inputs = ufScratchAlloc(scratch, (size_t)numInputs, sizeof *inputs);
  int32_t *outputs =
      ufScratchAlloc(scratch, (size_t)numOutputs, sizeof *outputs);
  // The graph borrows the model's weights.
  if (!inputs || !outputs || !readValues(values, numInputs, inputs) ||
      PyList_Append(self->kept, object) < 0 || !ufGraphBegin(self))
    return NULL;
  int32_t first = -1, count = 0;
  UfrontStatus status =
      ufrontGraphAddModel(self->graph, model, inputs, &first, &count, outputs);
  if (!ufGraphEnd(self, status, "a graph that only records takes no models"))
    return NULL;
  return Py_BuildValue("(NiN)", ufValueCreate(self, first), (int)count,
                       createValues(self, outputs, numOutputs));
}

PyObject *ufGraphAddModel(PyObject *object, PyObject *args,
                          PyObject *keywords) {
  static char *names[] = {"model", "inputs", NULL};
  PyObject *given, *inputs;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO:add_model", names,
                                   &given, &inputs))
    return NULL;
  const UfrontModel *model = ufModelGet(ufGetState(object), given);
  if (!model)
    return NULL;
  UfScratch scratch;
  scratch.blocks = NULL;
  scratch.used = 0;
  PyObject *result =
      addModel((UfGraphObject *)object, given, model, inputs, &scratch);
  ufScratchDestroy(&scratch);
  return result;
}

//===----------------------------------------------------------------------===//
// What defines a value
//===----------------------------------------------------------------------===//

/// Appends the text of `*text` to `into` and points `*text` there.
static char *copyText(char *into, const char **text) {
  size_t size = strlen(*text) + 1;
  memcpy(into, *text, size);
  *text = into;
  return into + size;
}

/// A copy of `from`, which is lent only while the session is locked, in one
/// block; null when memory is exhausted.
static UfrontDefinition *copyDefinition(const UfrontDefinition *from) {
  size_t inputs = (size_t)from->numInputs * sizeof *from->inputs;
  size_t attributes = (size_t)from->numAttributes * sizeof *from->attributes;
  size_t text = strlen(from->op) + strlen(from->name) + 2;
  for (int32_t i = 0; i < from->numAttributes; ++i)
    text +=
        strlen(from->attributes[i].name) + strlen(from->attributes[i].text) + 2;
  UfrontDefinition *to = malloc(sizeof *to + inputs + attributes + text);
  if (!to)
    return NULL;
  *to = *from;
  UfrontTensorInfo *toInputs = (UfrontTensorInfo *)(to + 1);
  UfrontAttribute *toAttributes =
      (UfrontAttribute *)(toInputs + from->numInputs);
  char *at = (char *)(toAttributes + from->numAttributes);
  if (inputs)
    memcpy(toInputs, from->inputs, inputs);
  if (attributes)
    memcpy(toAttributes, from->attributes, attributes);
  at = copyText(at, &to->op);
  at = copyText(at, &to->name);
  for (int32_t i = 0; i < from->numAttributes; ++i) {
    at = copyText(at, &toAttributes[i].name);
    at = copyText(at, &toAttributes[i].text);
  }
  for (int32_t i = 0; i < from->numInputs; ++i)
    toInputs[i].name = "";
  to->inputs = toInputs;
  to->attributes = toAttributes;
  return to;
}

static PyObject *createDefinition(const UfGraphObject *self,
                                  const UfrontDefinition *from) {
  const UfState *state = ufGetState((PyObject *)self);
  PyObject *inputs = PyTuple_New(from->numInputs);
  for (int32_t i = 0; inputs && i < from->numInputs; ++i) {
    PyObject *info = ufInfoCreate(state, &from->inputs[i]);
    if (!info || PyTuple_SetItem(inputs, i, info) < 0)
      Py_CLEAR(inputs);
  }
  PyObject *attributes = PyDict_New();
  for (int32_t i = 0; attributes && i < from->numAttributes; ++i) {
    const UfrontAttribute *attribute = &from->attributes[i];
    PyObject *text = PyUnicode_DecodeUTF8(
        attribute->text, (Py_ssize_t)strlen(attribute->text), "replace");
    if (!text || PyDict_SetItemString(attributes, attribute->name, text) < 0)
      Py_CLEAR(attributes);
    Py_XDECREF(text);
  }
  return Py_BuildValue("{sssssNsNsisOsNsN}", "op", from->op, "name", from->name,
                       "address", PyLong_FromVoidPtr((void *)from->address),
                       "first", ufValueCreate(self, from->first), "outputs",
                       (int)from->numOutputs, "is_used",
                       from->isUsed ? Py_True : Py_False, "inputs", inputs,
                       "attributes", attributes);
}

PyObject *ufGraphGetDefinition(PyObject *object, PyObject *value) {
  UfGraphObject *self = (UfGraphObject *)object;
  int32_t number;
  if (!ufValueRead(value, &number) || !ufGraphBegin(self))
    return NULL;
  const UfrontDefinition *lent = ufrontGraphGetDefinition(self->graph, number);
  UfrontDefinition *definition = lent ? copyDefinition(lent) : NULL;
  ufGraphEnd(self, UFRONT_OK, "");
  if (!definition)
    return lent ? PyErr_NoMemory() : Py_NewRef(Py_None);
  PyObject *result = createDefinition(self, definition);
  free(definition);
  return result;
}

//===----------------------------------------------------------------------===//
// A model of the graph so far
//===----------------------------------------------------------------------===//

/// Reads pairs of a name, which is lent by its string, and a Value.
static bool readOutputs(PyObject *outputs, Py_ssize_t count, const char **names,
                        int32_t *values) {
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject *pair = PySequence_GetItem(outputs, i);
    bool ok = pair && PyTuple_Check(pair) && PyTuple_Size(pair) == 2;
    if (pair && !ok)
      PyErr_Format(PyExc_TypeError, "%R is not a pair of a name and a Value",
                   pair);
    names[i] =
        ok ? PyUnicode_AsUTF8AndSize(PyTuple_GetItem(pair, 0), NULL) : NULL;
    ok = names[i] && ufValueRead(PyTuple_GetItem(pair, 1), &values[i]);
    Py_XDECREF(pair); // the list has it
    if (!ok)
      return false;
  }
  return true;
}

/// What the model keeps is what there is now: if it is added to the graph
/// later, they do not keep each other.
static PyObject *createModel(UfGraphObject *self, UfrontModel *model) {
  PyObject *kept = PyList_GetSlice(self->kept, 0, PyList_Size(self->kept));
  if (!kept) {
    ufrontModelDestroy(model);
    return NULL;
  }
  PyObject *result =
      ufModelCreate(ufGetState((PyObject *)self), self->session, model, kept);
  Py_DECREF(kept);
  return result;
}

PyObject *ufGraphCreateModel(PyObject *object, PyObject *args,
                             PyObject *keywords) {
  static char *keys[] = {"outputs", NULL};
  UfGraphObject *self = (UfGraphObject *)object;
  PyObject *outputs;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!:create_model", keys,
                                   &PyList_Type, &outputs))
    return NULL;
  Py_ssize_t count = PyList_Size(outputs);
  UfScratch scratch;
  scratch.blocks = NULL;
  scratch.used = 0;
  const char **names = ufScratchAlloc(&scratch, (size_t)count, sizeof *names);
  int32_t *values = ufScratchAlloc(&scratch, (size_t)count, sizeof *values);
  PyObject *result = NULL;
  UfrontModel *model = NULL;
  if (names && values && readOutputs(outputs, count, names, values) &&
      ufGraphBegin(self)) {
    UfrontStatus status = ufrontGraphCreateModel(self->graph, values, names,
                                                 (int32_t)count, &model);
    if (ufGraphEnd(self, status, "a graph that only records makes no model"))
      result = createModel(self, model);
  }
  ufScratchDestroy(&scratch);
  return result;
}
