//===-- Module.h - What the files of the extension share ----------*- C -*-===//
//
// ufront._ufront: the C ABI as Python types, written against the limited API of
// Python 3.11. Arrays come and go by the buffer protocol and by DLPack, without
// a word of NumPy's or PyTorch's own C.
//
// Threads: importing, compiling and running release the GIL. A session is
//          locked while it works, so any thread may use any object.
//
//===----------------------------------------------------------------------===//

#ifndef UF_PYTHON_MODULE_H
#define UF_PYTHON_MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "ufront/Graph.h"
#include "ufront/Session.h"

/// A function with another signature than PyCFunction, to be a method's.
#define UF_METHOD(function) ((PyCFunction)(void (*)(void))(function))

/// What the module owns.
/// More than the largest UfrontType.
enum { UF_MAX_TYPES = 32 };

typedef struct UfState {
  PyObject *error, *unsupported; ///< Exceptions.
  union {
    struct {
      PyTypeObject *session, *model, *program, *graph, *value;
      PyTypeObject *type, *tensor, *info;
    };
    PyTypeObject *all[8]; ///< The same, one after another.
  };
  PyObject *types[UF_MAX_TYPES];                ///< A Type for each UfrontType.
  PyObject *dlpack, *exchange, *detach, *isNeg; ///< Names that calls look up.
} UfState;

/// The state of the module that defines the type of `self`.
static inline UfState *ufGetState(PyObject *self) {
  return PyType_GetModuleState(Py_TYPE(self));
}

/// Destroys an object of ours without fields left to release.
static inline void ufFreeObject(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  release(self);
  Py_DECREF(type);
}

/// A new object of one of our types, all zero; null with an exception.
static inline void *ufNewObject(PyTypeObject *type) {
  return PyType_GenericAlloc(type, 0);
}

//===----------------------------------------------------------------------===//
// Errors: Error.c
//===----------------------------------------------------------------------===//

/// Creates Error and UnsupportedError.
bool ufErrorsCreate(PyObject *module, UfState *state);

/// Sets the exception of a failed call. Returns null.
PyObject *ufRaise(const UfState *state, UfrontStatus status,
                  const char *message);

//===----------------------------------------------------------------------===//
// Element types and descriptions: Type.c
//===----------------------------------------------------------------------===//

/// A UfrontType in Python: `value` of enum UfrontType.
typedef struct UfTypeObject {
  PyObject_HEAD UfrontType value;
} UfTypeObject;

/// Creates Type, one object for each type, and TensorInfo.
bool ufTypesCreate(PyObject *module, UfState *state);

/// Python's spelling of `type` ("float32").
const char *ufTypeGetPythonName(UfrontType type);

/// Reads a type given as a Type or by name, MLIR's or Python's, or None.
bool ufTypeRead(const UfState *state, PyObject *object, UfrontType *type);

/// The type called `name`, UFRONT_NO_TYPE if there is none; no exception.
UfrontType ufTypeFind(PyObject *name);

/// Reads a shape: a sequence of sizes, None or -1 where unknown. None: a rank
/// of -1.
bool ufShapeRead(PyObject *object, int32_t *rank, int64_t *shape);

/// A new TensorInfo.
PyObject *ufInfoCreate(const UfState *state, const UfrontTensorInfo *info);

/// A new tuple of `rank` integers, None for UFRONT_DYNAMIC.
PyObject *ufShapeCreate(int32_t rank, const int64_t *shape);

//===----------------------------------------------------------------------===//
// Our tensors: Tensor.c
//===----------------------------------------------------------------------===//

/// Memory that several owners share; DLPack's may not hold the GIL.
typedef struct UfMemory UfMemory;

/// Contiguous data of ours, which the buffer protocol and DLPack hand out.
typedef struct UfTensorObject {
  PyObject_HEAD UfrontTensor tensor;
  Py_ssize_t size; ///< In bytes.
  Py_ssize_t shape[UFRONT_MAX_RANK], strides[UFRONT_MAX_RANK];
  UfMemory *memory;
  PyObject *texts; ///< Of strings, the elements in order: a list of str.
} UfTensorObject;

/// Creates the type Tensor.
bool ufTensorTypeCreate(PyObject *module, UfState *state);

/// A new tensor with arbitrary contents. Null with an exception.
PyObject *ufTensorCreate(const UfState *state, UfrontType type, int32_t rank,
                         const int64_t *shape);

/// Bytes of a tensor; false with an exception if there can be no such tensor.
bool ufTensorGetSize(UfrontType type, int32_t rank, const int64_t *shape,
                     Py_ssize_t *size);

//===----------------------------------------------------------------------===//
// Their tensors: Borrow.c, Exchange.c
//===----------------------------------------------------------------------===//

/// A tensor that an object of Python's lends us.
typedef struct UfLoan {
  UfrontTensor tensor;
  Py_buffer view;    ///< When it came by the buffer protocol.
  PyObject *capsule; ///< When it came by DLPack.
  void *copy;        ///< When it had to be copied.
} UfLoan;

/// Borrows an array of strings, as below; to be read only.
bool ufBorrowStrings(PyObject *object, const char *what, Py_ssize_t index,
                     UfLoan *loan);
/// The elements of a tensor of strings: a new list of str, or null.
PyObject *ufStringsList(const UfrontTensor *tensor);

/// What the borrower needs.
typedef enum UfAccess { UF_READ, UF_WRITE } UfAccess;

/// Borrows `object`, which messages call `what` `index`. Data that is not
/// contiguous or not aligned is copied to be read and refused to be written.
bool ufBorrow(const UfState *state, PyObject *object, UfAccess access,
              const char *what, Py_ssize_t index, UfLoan *loan);

/// The same for what lends by DLPack, with `strides` in elements.
bool ufBorrowDlpack(const UfState *state, PyObject *object, UfAccess access,
                    const char *what, Py_ssize_t index, UfLoan *loan);

/// The exchange functions of a type of arrays, null if it has none.
const struct UfDlExchange *ufFindExchange(const UfState *state, PyObject *type);

/// Makes the loan's tensor one of its own with the values of the elements that
/// `strides`, in bytes, lead to.
bool ufLoanCopy(UfLoan *loan, const int64_t *strides);

/// Whether `strides`, in bytes, are those of contiguous data.
bool ufIsContiguous(const UfrontTensor *tensor, const int64_t *strides);

/// Returns what was lent. A zero-initialised loan is a no-op.
void ufLoanReturn(UfLoan *loan);

/// A capsule that holds `loan`, which it takes. Null with an exception.
PyObject *ufLoanKeep(UfLoan *loan);
/// What such a capsule holds.
const UfLoan *ufLoanGet(PyObject *capsule);

//===----------------------------------------------------------------------===//
// Sessions and what they make: Session.c, Model.c, Program.c, Graph.c
//===----------------------------------------------------------------------===//

typedef struct UfSessionObject {
  PyObject_HEAD UfrontSession *session;
  PyThread_type_lock lock; ///< Held while the session works.
} UfSessionObject;

/// Something done in a session without the GIL.
typedef UfrontStatus (*UfWork)(void *userData);

/// Like PyUnicode_FSConverter(), for an argument that may be None.
int ufOptionalPath(PyObject *object, void *path);

/// Creates the type Session.
bool ufSessionTypeCreate(PyObject *module, UfState *state);

/// Locks, waiting without the GIL. While this thread has it locked it must run
/// no code of Python's, not even the garbage collector's, which may want the
/// same lock: it creates none of the objects that are collected.
void ufLock(PyThread_type_lock lock);

/// Runs `work` on another thread while this one waits for it and for signals,
/// which cancel it. Sets an exception and returns false if it fails, or if a
/// signal's handler raises; then `work` may still have succeeded.
bool ufSessionWork(UfSessionObject *session, UfWork work, void *userData);

/// Creates the type Model.
bool ufModelTypeCreate(PyObject *module, UfState *state);

/// A new Model, which takes `model`; it keeps `kept`, which may be null, alive.
PyObject *ufModelCreate(const UfState *state, UfSessionObject *session,
                        UfrontModel *model, PyObject *kept);

/// What a Model is of; null with an exception for other objects.
UfrontModel *ufModelGet(const UfState *state, PyObject *object);

/// Creates the type Program and the function `load`.
bool ufProgramTypeCreate(PyObject *module, UfState *state);

/// A new Program, which takes `program`. `model` is the Model it is of.
PyObject *ufProgramCreate(const UfState *state, UfSessionObject *session,
                          PyObject *model, const UfrontModel *description,
                          UfrontProgram *program);

/// Runs a program that ufront-compile wrote: load(path, name, weights,
/// threads).
PyObject *ufProgramLoad(PyObject *module, PyObject *args, PyObject *keywords);

/// Creates the types Graph and Value; the latter is an int.
bool ufGraphTypeCreate(PyObject *module, UfState *state);

typedef struct UfGraphObject {
  PyObject_HEAD UfrontGraph *graph; ///< Null when it is finished.
  UfSessionObject *session;         ///< Null for one that only records.
  PyObject *kept;                   ///< A list of what the graph borrows.
} UfGraphObject;

/// Every call on a graph is between these; the session is locked meanwhile.
/// Both set an exception where they return false: the first when the graph is
/// finished, the second, with the session's message or else `what`, when
/// `status` says that the call failed.
bool ufGraphBegin(UfGraphObject *self);
bool ufGraphEnd(UfGraphObject *self, UfrontStatus status, const char *what);

/// A new Value.
PyObject *ufValueCreate(const UfGraphObject *self, int32_t number);
/// Reads a Value, or an integer.
bool ufValueRead(PyObject *object, int32_t *number);

/// Methods of Graph: GraphModel.c.
PyObject *ufGraphAddModel(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *ufGraphGetDefinition(PyObject *self, PyObject *value);
PyObject *ufGraphCreateModel(PyObject *self, PyObject *args,
                             PyObject *keywords);

/// describe(op): Table.c.
PyObject *ufTableDescribe(PyObject *module, PyObject *op);

//===----------------------------------------------------------------------===//
// Arguments of nodes: Args.c
//===----------------------------------------------------------------------===//

/// Memory of one conversion: what is at hand first, then blocks. Starts with
/// `blocks` null and `used` 0.
typedef struct UfScratch {
  struct UfScratchBlock *blocks;
  size_t used;
  _Alignas(16) char first[4096];
} UfScratch;

void ufScratchDestroy(UfScratch *scratch);

/// Memory for `count` elements of `size` bytes, all zero. Null with an
/// exception.
void *ufScratchAlloc(UfScratch *scratch, size_t count, size_t size);

/// Reads named arguments: a dict, or a sequence of pairs. Graphs among them are
/// appended to the list `kept`.
bool ufArgsRead(const UfState *state, UfScratch *scratch, PyObject *object,
                PyObject *kept, const UfrontArg **args, int32_t *count);

#endif // UF_PYTHON_MODULE_H
