"""The C ABI of libufront (include/ufront/Session.h) through ctypes."""

import ctypes
import os
from pathlib import Path

import numpy as np

MAX_RANK = 16
NO_MEMORY, UNSUPPORTED = 1, 4

# UFRONT_TYPE_LIST of include/ufront/Tensor.h.
_TYPE_NAMES = {
    1: "float32",
    2: "float64",
    3: "float16",
    4: "bfloat16",
    5: "bool",
    6: "int8",
    7: "int16",
    8: "int32",
    9: "int64",
    10: "uint8",
    11: "uint16",
    12: "uint32",
    13: "uint64",
}


def _dtype(name):
    if name == "bfloat16":
        import ml_dtypes  # only models with bf16 need it

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)


_TYPES = {name: value for value, name in _TYPE_NAMES.items()}


class Error(Exception):
    """A failure of the library; `status` is the UfrontStatus."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class _TensorInfo(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("type", ctypes.c_int),
        ("rank", ctypes.c_int32),
        ("shape", ctypes.c_int64 * MAX_RANK),
    ]


class _Tensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("type", ctypes.c_int),
        ("rank", ctypes.c_int32),
        ("shape", ctypes.c_int64 * MAX_RANK),
    ]


class _ImportOptions(ctypes.Structure):
    _fields_ = [
        ("format", ctypes.c_char_p),
        ("shapes", ctypes.POINTER(_TensorInfo)),
        ("numShapes", ctypes.c_int32),
        ("valueNames", ctypes.POINTER(ctypes.c_char_p)),
        ("values", ctypes.POINTER(_Tensor)),
        ("numValues", ctypes.c_int32),
        ("directory", ctypes.c_char_p),
    ]


class _CompileOptions(ctypes.Structure):
    _fields_ = [
        ("threads", ctypes.c_int32),
        ("viaTosa", ctypes.c_bool),
        ("cpu", ctypes.c_char_p),
    ]


def _load():
    here = Path(__file__).resolve()
    build = os.environ.get("UFRONT_BUILD_DIR")
    places = [here.parent / "libufront.so"]
    if build:
        places.insert(0, Path(build) / "lib" / "libufront.so")
    places.append(here.parents[2] / "build" / "release" / "lib" / "libufront.so")
    for place in places:
        if place.exists():
            lib = ctypes.CDLL(str(place))
            break
    else:
        raise ImportError(f"libufront.so is in none of {', '.join(map(str, places))}")
    pointer, integer = ctypes.c_void_p, ctypes.c_int32
    lib.ufrontSessionCreate.argtypes = [ctypes.POINTER(pointer)]
    lib.ufrontSessionDestroy.argtypes = [pointer]
    lib.ufrontSessionGetMessage.argtypes = [pointer]
    lib.ufrontSessionGetMessage.restype = ctypes.c_char_p
    lib.ufrontSessionImport.argtypes = [
        pointer,
        ctypes.c_char_p,
        ctypes.POINTER(_ImportOptions),
        ctypes.POINTER(pointer),
    ]
    lib.ufrontSessionImportMemory.argtypes = [
        pointer,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.POINTER(_ImportOptions),
        ctypes.POINTER(pointer),
    ]
    lib.ufrontModelDestroy.argtypes = [pointer]
    lib.ufrontModelCompile.argtypes = [
        pointer,
        ctypes.POINTER(_CompileOptions),
        ctypes.POINTER(pointer),
    ]
    for name in ("Input", "Output"):
        count = getattr(lib, f"ufrontModelGetNum{name}s")
        count.argtypes, count.restype = [pointer], integer
        get = getattr(lib, f"ufrontModelGet{name}")
        get.argtypes, get.restype = [pointer, integer], ctypes.POINTER(_TensorInfo)
    lib.ufrontProgramDestroy.argtypes = [pointer]
    lib.ufrontProgramRun.argtypes = [
        pointer,
        ctypes.POINTER(_Tensor),
        ctypes.POINTER(_Tensor),
    ]
    lib.ufrontGetVersion.restype = ctypes.c_char_p
    return lib


_lib = _load()


def version():
    """The version of the library."""
    return _lib.ufrontGetVersion().decode()


class Info:
    """Name, numpy dtype and shape (None where unknown) of an input or output."""

    def __init__(self, info):
        self.name = info.name.decode()
        self.dtype = _dtype(_TYPE_NAMES[info.type])
        dims = info.shape[: info.rank]
        self.shape = tuple(None if size < 0 else size for size in dims)

    def __repr__(self):
        return f"Info({self.name!r}, {self.dtype}, {self.shape})"


class Program:
    """A compiled model: call it with one array per input."""

    def __init__(self, load, *, threads=0, via_tosa=False):
        self._session = ctypes.c_void_p()
        self._model = ctypes.c_void_p()
        self._program = ctypes.c_void_p()
        if _lib.ufrontSessionCreate(ctypes.byref(self._session)):
            raise Error(NO_MEMORY, "out of memory")
        self._check(load(self._session, ctypes.byref(self._model)))
        options = _CompileOptions(threads=threads, viaTosa=via_tosa)
        self._check(
            _lib.ufrontModelCompile(
                self._model, ctypes.byref(options), ctypes.byref(self._program)
            )
        )
        self.inputs = [
            Info(_lib.ufrontModelGetInput(self._model, i).contents)
            for i in range(_lib.ufrontModelGetNumInputs(self._model))
        ]
        self.outputs = [
            Info(_lib.ufrontModelGetOutput(self._model, i).contents)
            for i in range(_lib.ufrontModelGetNumOutputs(self._model))
        ]

    def _check(self, status):
        if status:
            raise Error(status, _lib.ufrontSessionGetMessage(self._session).decode())

    def __call__(self, *arrays):
        """Runs the model; returns a list of new arrays."""
        if len(arrays) != len(self.inputs):
            raise TypeError(f"takes {len(self.inputs)} inputs, got {len(arrays)}")
        tensors, kept = _tensors(arrays)
        results = (_Tensor * max(1, len(self.outputs)))()
        self._check(_lib.ufrontProgramRun(self._program, tensors, results))
        del kept
        return [_copy(result) for result in results[: len(self.outputs)]]

    def __del__(self):
        if getattr(self, "_program", None):
            _lib.ufrontProgramDestroy(self._program)
        if getattr(self, "_model", None):
            _lib.ufrontModelDestroy(self._model)
        if getattr(self, "_session", None):
            _lib.ufrontSessionDestroy(self._session)


def _tensors(arrays):
    """A C array that describes `arrays`, and what must live as long as it."""
    tensors = (_Tensor * max(1, len(arrays)))()
    kept = [np.require(array, requirements=["C", "A"]) for array in arrays]
    for tensor, array in zip(tensors, kept):
        if array.dtype.name not in _TYPES:
            raise TypeError(f"arrays of {array.dtype} are not supported")
        tensor.data = array.ctypes.data
        tensor.type = _TYPES[array.dtype.name]
        tensor.rank = array.ndim
        tensor.shape[: array.ndim] = array.shape
    return tensors, kept


def _copy(tensor):
    """A new array with the values of a tensor the library owns."""
    shape = tuple(tensor.shape[: tensor.rank])
    dtype = _dtype(_TYPE_NAMES[tensor.type])
    array = np.empty(shape, dtype)
    if array.nbytes:
        ctypes.memmove(array.ctypes.data, tensor.data, array.nbytes)
    return array


def compile_file(path, **options):
    """Compiles the model file at `path`."""

    def load(session, model):
        return _lib.ufrontSessionImport(session, os.fsencode(path), None, model)

    return Program(load, **options)


def compile_onnx(data, *, fixed=None, shapes=None, **options):
    """Compiles an ONNX model from its bytes, without external data.

    `fixed` holds arrays by the name of inputs that become constants, `shapes`
    tuples by the name of inputs whose shape is set.
    """

    def load(session, model):
        settings = _ImportOptions(format=b"onnx")
        names = [name.encode() for name in fixed or {}]
        values, kept = _tensors(list((fixed or {}).values()))
        settings.valueNames = (ctypes.c_char_p * max(1, len(names)))(*names)
        settings.values, settings.numValues = values, len(names)
        infos = (_TensorInfo * max(1, len(shapes or {})))()
        for info, (name, shape) in zip(infos, (shapes or {}).items()):
            info.name, info.rank = name.encode(), len(shape)
            info.shape[: len(shape)] = shape
        settings.shapes, settings.numShapes = infos, len(shapes or {})
        del kept
        return _lib.ufrontSessionImportMemory(
            session, data, len(data), ctypes.byref(settings), model
        )

    program = Program(load, **options)
    program._data = data  # weights may lie in it
    return program
