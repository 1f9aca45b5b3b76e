//===-- Graph.c - Graphs handed over node by node -------------------------===//
//
// Building is quick, so it keeps the GIL; only finishing, which simplifies the
// module, does not.
//
//===----------------------------------------------------------------------===//

#include "Module.h"

#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

bool ufGraphBegin(UfGraphObject *self) {
  if (!self->graph) {
    PyErr_SetString(PyExc_ValueError, "the graph is finished");
    return false;
  }
  if (self->session)
    ufLock(self->session->lock);
  return true;
}

bool ufGraphEnd(UfGraphObject *self, UfrontStatus status, const char *what) {
  char *message = NULL;
  if (self->session) {
    if (status != UFRONT_OK)
      message = strdup(ufrontSessionGetMessage(self->session->session));
    PyThread_release_lock(self->session->lock);
  }
  if (status == UFRONT_OK)
    return true;
  ufRaise(ufGetState((PyObject *)self), status, message ? message : what);
  free(message);
  return false;
}

PyObject *ufValueCreate(const UfGraphObject *self, int32_t number) {
  const UfState *state = ufGetState((PyObject *)self);
  PyObject *integer = PyLong_FromLong(number);
  PyObject *value = integer ? PyObject_CallFunctionObjArgs(
                                  (PyObject *)state->value, integer, NULL)
                            : NULL;
  Py_XDECREF(integer);
  return value;
}

bool ufValueRead(PyObject *object, int32_t *number) {
  long value = PyLong_AsLong(object);
  if (value == -1 && PyErr_Occurred())
    return false;
  *number = value < 0 || value > INT32_MAX ? -1 : (int32_t)value;
  return true;
}

//===----------------------------------------------------------------------===//
// Adding
//===----------------------------------------------------------------------===//

static PyObject *addInput(PyObject *object, PyObject *args,
                          PyObject *keywords) {
  static char *names[] = {"name", "type", "shape", NULL};
  UfGraphObject *self = (UfGraphObject *)object;
  PyObject *type = Py_None, *shape = Py_None;
  UfrontTensorInfo info = {0};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "s|OO:add_input", names,
                                   &info.name, &type, &shape) ||
      !ufTypeRead(ufGetState(object), type, &info.type) ||
      !ufShapeRead(shape, &info.rank, info.shape) || !ufGraphBegin(self))
    return NULL;
  int32_t value = -1;
  UfrontStatus status = ufrontGraphAddInput(self->graph, &info, &value);
  return ufGraphEnd(self, status, "the graph cannot have this input")
             ? ufValueCreate(self, value)
             : NULL;
}

static PyObject *addParameter(PyObject *object, PyObject *args,
                              PyObject *keywords) {
  static char *names[] = {"name", "tensor", NULL};
  UfGraphObject *self = (UfGraphObject *)object;
  const char *name;
  PyObject *tensor;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "sO:add_parameter", names,
                                   &name, &tensor))
    return NULL;
  UfLoan loan;
  if (!ufBorrow(ufGetState(object), tensor, UF_READ, "parameter",
                PyList_Size(self->kept), &loan))
    return NULL;
  PyObject *kept = ufLoanKeep(&loan);
  if (!kept)
    return NULL;
  int append = PyList_Append(self->kept, kept);
  Py_DECREF(kept); // the list has it
  if (append < 0 || !ufGraphBegin(self))
    return NULL;
  int32_t value = -1;
  UfrontStatus status = ufrontGraphAddParameter(
      self->graph, name, &ufLoanGet(kept)->tensor, &value);
  return ufGraphEnd(self, status, "a graph that only records has no parameters")
             ? ufValueCreate(self, value)
             : NULL;
}

/// Reads what is said of a result: None, or its name, type and shape.
static bool readOutput(const UfState *state, PyObject *object,
                       UfrontTensorInfo *info) {
  info->rank = -1;
  if (object == Py_None)
    return true;
  if (!PyTuple_Check(object) || PyTuple_Size(object) != 3) {
    PyErr_Format(PyExc_TypeError,
                 "%R is not a tuple of a name, a type and a shape", object);
    return false;
  }
  PyObject *name = PyTuple_GetItem(object, 0);
  if (name != Py_None) {
    info->name = PyUnicode_AsUTF8AndSize(name, NULL);
    if (!info->name)
      return false;
  }
  return ufTypeRead(state, PyTuple_GetItem(object, 1), &info->type) &&
         ufShapeRead(PyTuple_GetItem(object, 2), &info->rank, info->shape);
}

static bool readOutputs(const UfState *state, UfScratch *scratch,
                        PyObject *object, UfrontNode *node) {
  Py_ssize_t count = PySequence_Size(object);
  if (count < 0)
    return false;
  UfrontTensorInfo *outputs =
      ufScratchAlloc(scratch, (size_t)count, sizeof *outputs);
  if (!outputs)
    return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject *item = PySequence_GetItem(object, i);
    bool ok = item && readOutput(state, item, &outputs[i]);
    Py_XDECREF(item); // the sequence has it
    if (!ok)
      return false;
  }
  node->outputs = outputs;
  node->numOutputs = (int32_t)count;
  return true;
}

static PyObject *addNode(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"op", "name", "source", "args", "outputs", NULL};
  UfGraphObject *self = (UfGraphObject *)object;
  const UfState *state = ufGetState(object);
  UfrontNode node = {0};
  PyObject *arguments, *outputs;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "szzOO:add_node", names,
                                   &node.op, &node.name, &node.source,
                                   &arguments, &outputs))
    return NULL;
  if (!node.name)
    node.name = "";
  UfScratch scratch;
  scratch.blocks = NULL;
  scratch.used = 0;
  PyObject *result = NULL;
  if (ufArgsRead(state, &scratch, arguments, self->kept, &node.args,
                 &node.numArgs) &&
      readOutputs(state, &scratch, outputs, &node) && ufGraphBegin(self)) {
    int32_t first = -1;
    UfrontStatus status = ufrontGraphAddNode(self->graph, &node, &first);
    if (ufGraphEnd(self, status, "the graph cannot have this node"))
      result = ufValueCreate(self, first);
  }
  ufScratchDestroy(&scratch);
  return result;
}

static PyObject *addOutput(PyObject *object, PyObject *args,
                           PyObject *keywords) {
  static char *names[] = {"name", "value", NULL};
  UfGraphObject *self = (UfGraphObject *)object;
  const char *name;
  PyObject *value;
  int32_t number;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "sO:add_output", names,
                                   &name, &value) ||
      !ufValueRead(value, &number) || !ufGraphBegin(self))
    return NULL;
  UfrontStatus status = ufrontGraphAddOutput(self->graph, name, number);
  return ufGraphEnd(self, status, "the graph has no such value")
             ? Py_NewRef(Py_None)
             : NULL;
}

//===----------------------------------------------------------------------===//
// Asking
//===----------------------------------------------------------------------===//

static PyObject *getValue(PyObject *object, PyObject *value) {
  UfGraphObject *self = (UfGraphObject *)object;
  int32_t number;
  if (!ufValueRead(value, &number) || !ufGraphBegin(self))
    return NULL;
  const UfrontTensorInfo *found = ufrontGraphGetValue(self->graph, number);
  UfrontTensorInfo info = found ? *found : (UfrontTensorInfo){0};
  ufGraphEnd(self, UFRONT_OK, "");
  // Its name is lent no longer than the lock is held, and is empty.
  info.name = "";
  return found ? ufInfoCreate(ufGetState(object), &info) : Py_NewRef(Py_None);
}

static PyObject *getText(PyObject *object, PyObject *value) {
  UfGraphObject *self = (UfGraphObject *)object;
  int32_t number;
  if (!ufValueRead(value, &number) || !ufGraphBegin(self))
    return NULL;
  const char *text = ufrontGraphGetText(self->graph, number);
  // A string is none of the objects that are collected.
  PyObject *result =
      text ? PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace")
           : Py_NewRef(Py_None);
  ufGraphEnd(self, UFRONT_OK, "");
  return result;
}

//===----------------------------------------------------------------------===//
// Finishing
//===----------------------------------------------------------------------===//

typedef struct Finish {
  UfrontGraph *graph;
  UfrontModel *model;
} Finish;

static UfrontStatus finish(void *userData) {
  Finish *work = userData;
  return ufrontGraphFinish(work->graph, &work->model);
}

static void destroyGraph(UfGraphObject *self) {
  if (!self->graph)
    return;
  if (self->session)
    ufLock(self->session->lock);
  ufrontGraphDestroy(self->graph);
  self->graph = NULL;
  if (self->session)
    PyThread_release_lock(self->session->lock);
}

static PyObject *finishGraph(PyObject *object, PyObject *unused) {
  (void)unused;
  UfGraphObject *self = (UfGraphObject *)object;
  if (!self->graph || !self->session) {
    PyErr_SetString(PyExc_ValueError,
                    self->graph ? "a graph that only records makes no model"
                                : "the graph is finished");
    return NULL;
  }
  // Taken first: no other thread may use it meanwhile.
  Finish work = {.graph = self->graph};
  self->graph = NULL;
  bool ok = ufSessionWork(self->session, finish, &work);
  self->graph = work.graph;
  destroyGraph(self);
  if (ok)
    return ufModelCreate(ufGetState(object), self->session, work.model,
                         self->kept);
  ufrontModelDestroy(work.model); // of a call that was interrupted
  return NULL;
}

//===----------------------------------------------------------------------===//
// The types
//===----------------------------------------------------------------------===//

static PyObject *create(PyTypeObject *type, PyObject *args,
                        PyObject *keywords) {
  static char *names[] = {"frontend", "session", NULL};
  const UfState *state = PyType_GetModuleState(type);
  const char *frontend;
  PyObject *session = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "s|O:Graph", names,
                                   &frontend, &session))
    return NULL;
  if (session != Py_None && Py_TYPE(session) != state->session) {
    PyErr_Format(PyExc_TypeError, "a Session is expected, not %R",
                 (PyObject *)Py_TYPE(session));
    return NULL;
  }
  UfGraphObject *self = ufNewObject(type);
  if (!self)
    return NULL;
  self->kept = PyList_New(0);
  if (session != Py_None) {
    self->session = (UfSessionObject *)Py_NewRef(session);
    ufLock(self->session->lock);
  }
  UfrontStatus status = ufrontGraphCreate(
      self->session ? self->session->session : NULL, frontend, &self->graph);
  if (self->kept &&
      ufGraphEnd(self, status, "there is no such frontend for graphs"))
    return (PyObject *)self;
  Py_DECREF(self);
  return NULL;
}

static void destroy(PyObject *object) {
  UfGraphObject *self = (UfGraphObject *)object;
  destroyGraph(self);
  Py_XDECREF((PyObject *)self->session);
  Py_XDECREF(self->kept);
  ufFreeObject(object);
}

static PyMethodDef methods[] = {
    {"add_input", UF_METHOD(addInput), METH_VARARGS | METH_KEYWORDS,
     "add_input($self, name, type=None, shape=None)\n--\n\n"
     "Adds an input; returns its Value. Sizes are None where unknown."},
    {"add_parameter", UF_METHOD(addParameter), METH_VARARGS | METH_KEYWORDS,
     "add_parameter($self, name, tensor)\n--\n\n"
     "Adds a weight, which is borrowed, not copied, if it is contiguous;\n"
     "returns its Value."},
    {"add_node", UF_METHOD(addNode), METH_VARARGS | METH_KEYWORDS,
     "add_node($self, op, name, source, args, outputs)\n--\n\n"
     "Adds an operator; returns the Value of its first result, the others\n"
     "follow it. `args` is a dict or a sequence of pairs, `outputs` has\n"
     "(name, type, shape) or None for each result."},
    {"add_output", UF_METHOD(addOutput), METH_VARARGS | METH_KEYWORDS,
     "add_output($self, name, value)\n--\n\nMakes a value the next output."},
    {"get_value", getValue, METH_O,
     "get_value($self, value, /)\n--\n\n"
     "The TensorInfo of a value, None if it is no tensor or could not be\n"
     "built."},
    {"get_text", getText, METH_O,
     "get_text($self, value, /)\n--\n\n"
     "The ops that the node of a value became."},
    {"add_model", UF_METHOD(ufGraphAddModel), METH_VARARGS | METH_KEYWORDS,
     "add_model($self, model, inputs)\n--\n\n"
     "Adds what a Model of the same session computes. Returns the Value of\n"
     "the first result of its ops, how many there are, and the Values of\n"
     "its outputs."},
    {"get_definition", ufGraphGetDefinition, METH_O,
     "get_definition($self, value, /)\n--\n\n"
     "A dict about the op that defines a value: op, name, address, first\n"
     "(its first result), outputs (how many), is_used, inputs\n"
     "(TensorInfos) and attributes. None for inputs."},
    {"create_model", UF_METHOD(ufGraphCreateModel),
     METH_VARARGS | METH_KEYWORDS,
     "create_model($self, outputs)\n--\n\n"
     "Makes a Model of what there is so far, with outputs given as pairs\n"
     "of a name and a Value. The graph goes on."},
    {"finish", finishGraph, METH_NOARGS,
     "finish($self)\n--\n\n"
     "Makes a Model of the graph. All that is not supported is in one\n"
     "UnsupportedError."},
    {0},
};
static PyType_Slot slots[] = {
    {Py_tp_doc,
     "Graph(frontend, session=None)\n--\n\n"
     "A graph handed over node by node. Without a session it only records,\n"
     "to be an argument of a node."},
    {Py_tp_new, (void *)create},
    {Py_tp_methods, methods},
    {Py_tp_dealloc, (void *)destroy},
    {0},
};
static PyType_Spec spec = {
    .name = "ufront._ufront.Graph",
    .basicsize = sizeof(UfGraphObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

static PyObject *representValue(PyObject *self) {
  return PyUnicode_FromFormat("Value(%ld)", PyLong_AsLong(self));
}

static PyType_Slot valueSlots[] = {
    {Py_tp_doc, "A value of a Graph: its number."},
    {Py_tp_repr, (void *)representValue},
    {0},
};
static PyType_Spec valueSpec = {
    .name = "ufront._ufront.Value",
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = valueSlots,
};

bool ufGraphTypeCreate(PyObject *module, UfState *state) {
  state->graph = (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
  state->value = (PyTypeObject *)PyType_FromModuleAndSpec(
      module, &valueSpec, (PyObject *)&PyLong_Type);
  return state->graph && state->value &&
         PyModule_AddType(module, state->graph) == 0 &&
         PyModule_AddType(module, state->value) == 0;
}
