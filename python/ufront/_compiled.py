"""Compiled models: calling, showing, saving and loading them."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ufront import _ufront
from ufront._profile import is_profiled, measure

_DTYPES = {}


def to_dtype(name):
    """The numpy dtype of an element type."""
    if name not in _DTYPES:
        try:
            _DTYPES[name] = np.dtype(name)
        except TypeError:
            import ml_dtypes  # only models with the types it adds need it

            _DTYPES[name] = np.dtype(getattr(ml_dtypes, name))
    return _DTYPES[name]


def to_numpy(tensor):
    """The array of a result, which shares its memory; of strings, of objects."""
    if tensor.dtype == "string":
        return np.array(tensor.texts, object).reshape(tensor.shape)
    return np.ndarray(tensor.shape, to_dtype(tensor.dtype), tensor)


def to_torch(tensor):
    """The torch tensor of a result, which shares its memory."""
    import torch

    result = tensor.give(torch.Tensor)
    return torch.from_dlpack(tensor) if result is None else result


def converter(inputs):
    """What makes results of the kind that the inputs are."""
    for value in inputs:
        if hasattr(value, "__torch_function__"):
            return to_torch
    return to_numpy


def _signature(infos):
    def one(info):
        sizes = ", ".join("?" if size is None else str(size) for size in info.shape)
        return f"{info.name}: {info.dtype}[{sizes}]"

    return f"({', '.join(map(one, infos))})"


class CompiledModel:
    """A model compiled for this machine.

    Call it with an array for each input, in order or by name: of numpy, torch, or
    anything with the buffer protocol or DLPack on the CPU. It gives torch tensors
    if it gets one, else numpy arrays: one, or a tuple if the model has several
    outputs. `out=` is an array, or a tuple or list of one for each output, that
    the results are written to instead; None in its place makes a new one.

    One call runs at a time; calls from several threads wait for each other.
    """

    def __init__(self, program, model=None, name="model", options=None):
        self._program = program
        self._model = model  # the imported one; None if only its code is here
        self._options = options or {}
        # Those that say what it is compiled for.
        self._cpu = {
            key: self._options[key]
            for key in ("cpu", "cpu_features", "precision")
            if key in self._options
        }
        self._name = name
        self._run = program.run
        self._profiled = None  # the same program, made to be profiled
        self.inputs = program.inputs
        self.outputs = program.outputs

    def __call__(self, *inputs, out=None, **named):
        if named:
            inputs = self._ordered(inputs, named)
        results = self._run(inputs, out)
        if results is None:
            return out
        convert = converter(inputs)
        if out is None:
            if len(results) == 1:
                return convert(results[0])
            return tuple([convert(result) for result in results])
        return tuple(
            given if result is None else convert(result)
            for given, result in zip(out, results)
        )

    def _ordered(self, inputs, named):
        names = [info.name for info in self.inputs[len(inputs) :]]
        missing = [name for name in names if name not in named]
        extra = [name for name in named if name not in names]
        if missing or extra:
            raise TypeError(
                f"missing inputs {missing}" if missing else f"no such inputs: {extra}"
            )
        return (*inputs, *(named[name] for name in names))

    def __repr__(self):
        return (
            f"<ufront.CompiledModel {self._name!r}: "
            f"{_signature(self.inputs)} -> {_signature(self.outputs)}>"
        )

    def _imported(self):
        if self._model is None:
            raise ValueError(
                f"{self._name!r} was loaded from a shared library, "
                "which has code and no MLIR"
            )
        return self._model

    def ir(self, stage="ufront", weights="elide"):
        """The model as text of MLIR, or assembly.

        `stage` is "ufront", "tosa", "linalg", "kernels", "llvm" or "asm". `weights`
        are "elide": arguments of the function; "inline": in the text; or "file":
        named, with their values in what write_weights() writes.
        """
        return self._imported().emit(stage, weights, **self._cpu)

    def write_weights(self, path):
        """Writes the weights as a .safetensors file."""
        self._imported().write_weights(path)

    def save(self, path):
        """Writes X.so, X.h and, if there are weights, X.safetensors.

        They run without Python or ufront: from C, or here by ufront.load(). To link
        them takes a C compiler.
        """
        path = Path(path).absolute()
        if path.suffix != ".so":
            raise ValueError(f"{path.name!r} does not end in .so")
        model = self._imported()
        options = [
            f"--{name.replace('_', '-')}={value}"
            for name, value in self._cpu.items()
            if value is not None
        ]
        # Beside the result: weights may be larger than where temporary files go.
        with tempfile.TemporaryDirectory(prefix=".ufront-", dir=path.parent) as folder:
            source = Path(folder, "model.mlir")
            source.write_text(model.emit("ufront", "file"), encoding="utf-8")
            model.write_weights(source.with_suffix(".safetensors"))
            result = subprocess.run(
                [find_tool("compile"), source, "--output", path, *options],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
        if result.returncode:
            raise _ufront.Error(result.stderr.strip() or "ufront-compile failed")

    def profile(self, *inputs, runs=None, trace=None):
        """Measures where the time goes; returns a Profile, which prints as a table.

        Without inputs it makes some up: zeros, with 1 for sizes that are not known.
        It makes `runs` calls, or as many as take about a second, at least three, and
        again as many of the same model compiled to be profiled. Of the fastest of
        these it writes a trace to the file `trace`, which Perfetto shows.
        """
        inputs = inputs or tuple(map(_made_up, self.inputs))
        if self._profiled is None and self._model is not None:
            options = to_c(**self._options)
            self._profiled = self._model.compile(**options, profile=True)
        elif self._profiled is None and is_profiled(self._program):
            self._profiled = self._program
        return measure(self._program, self._profiled, inputs, runs, trace)


def _made_up(info):
    shape = [1 if size is None else size for size in info.shape]
    return np.zeros(shape, to_dtype(info.dtype))


# --- Compiling ---------------------------------------------------------------------


def compile(
    model,
    example_inputs=None,
    *,
    dynamic_shapes=None,
    threads=None,
    precision="f32",
    cpu=None,
    cpu_features=None,
    cache_dir="auto",
):
    """Compiles a model for this machine; returns a callable.

    `model` is the path of a file, the bytes of one, an onnx.ModelProto, an nn.Module
    or a torch.export.ExportedProgram.

    `example_inputs` are a sequence, a dict by name, or the only one. An nn.Module is
    exported with them as its arguments, and `dynamic_shapes` is torch.export's:
    sizes it does not name are those of the examples. Other models say themselves
    what they take; where they leave sizes open the examples set them, except for the
    axes that `dynamic_shapes` names: a dict from names to dicts or sets of axes.

    `threads` is how many run it, one per core if None.

    `precision` is "f32" or "bf16", which rounds the factors of matrix products and
    convolutions, and values in memory between them, to bf16; sums and all else are
    f32. Where the CPU has instructions for that it is about twice as fast, at an
    error a thousand times larger. Values above 3.39e38 become infinite. "bf16x2" and
    "bf16x3" split each factor into the sum of two or three bf16, on CPUs with AMX: two
    have an error of 2**-16, three that of f32. Elsewhere they are "f32".

    `cpu` is the CPU to compile for, by LLVM's name, such as "x86-64-v3"; None is
    this one. `cpu_features` change its features: "-avx512f,-fma"; "-avx512" takes
    away all that begin so. The code is to run here, so that it may have no feature
    that this machine lacks.

    Code is kept in the folder `cache_dir`, so that compiling the same model again
    takes no time. "auto" is the user's, $XDG_CACHE_HOME/ufront or ~/.cache/ufront;
    with None nothing is kept.
    """
    options = {
        "threads": threads,
        "cpu": cpu,
        "cpu_features": cpu_features,
        "cache_dir": cache_dir,
        "precision": precision,
    }
    kinds = {
        (kind.__module__.split(".")[0], kind.__name__) for kind in type(model).__mro__
    }
    if ("torch", "Module") in kinds:
        from ufront import torch as door

        args, kwargs = _arguments(example_inputs)
        return door.compile(
            model, args, kwargs, dynamic_shapes=dynamic_shapes, **options
        )
    if ("torch", "ExportedProgram") in kinds:
        from ufront import torch as door

        return door.compile_exported(model, **options)
    if ("onnx", "ModelProto") in kinds:
        name = model.graph.name or "model"
        source, load = model.SerializeToString(), _load_onnx
    elif isinstance(model, (bytes, bytearray, memoryview)):
        source, load, name = model, _load_bytes, "model"
    elif isinstance(model, (str, os.PathLike)):
        source, load, name = model, _load_file, Path(model).name
    else:
        raise TypeError(
            f"a {type(model).__name__} is no model; expected a path, bytes, an "
            "onnx.ModelProto, an nn.Module or an ExportedProgram"
        )
    imported = load(source, {})
    if example_inputs is not None:
        shapes = _example_shapes(imported, example_inputs, dynamic_shapes or {})
        imported = load(source, shapes) if shapes else imported
    return CompiledModel(imported.compile(**to_c(**options)), imported, name, options)


def to_c(*, threads=None, cache_dir="auto", **options):
    """The options of Model.compile() that those of compile() come to."""
    if cache_dir == "auto":
        caches = os.environ.get("XDG_CACHE_HOME", "")
        if not os.path.isabs(caches):  # then it does not count
            caches = os.path.join(os.path.expanduser("~"), ".cache")
        # Without a home there is no cache.
        cache_dir = os.path.join(caches, "ufront") if os.path.isabs(caches) else None
    return {"threads": threads or 0, "cache_dir": cache_dir, **options}


def _arguments(examples):
    """Positional arguments and those by name, of which a module gets one kind."""
    if isinstance(examples, Mapping):
        return (), dict(examples)
    if isinstance(examples, (list, tuple)):
        return tuple(examples), None
    return (() if examples is None else (examples,)), None


def _load_onnx(data, shapes):
    return _ufront.Session().import_memory(data, "onnx", shapes=shapes)


def _load_bytes(data, shapes):
    return _ufront.Session().import_memory(data, shapes=shapes)


def _load_file(path, shapes):
    return _ufront.Session().import_file(path, shapes=shapes)


def _example_shapes(model, examples, dynamic):
    """Shapes of the inputs that have sizes which the examples set."""
    if not isinstance(examples, Mapping):
        if not isinstance(examples, (list, tuple)):
            examples = (examples,)
        if len(examples) != len(model.inputs):
            raise TypeError(
                f"the model takes {len(model.inputs)} inputs, got {len(examples)} "
                "example_inputs"
            )
        examples = {info.name: x for info, x in zip(model.inputs, examples)}
    unknown = {*examples, *dynamic} - {info.name for info in model.inputs}
    if unknown:
        raise ValueError(f"the model has no inputs {sorted(unknown)}")
    shapes = {}
    for info in model.inputs:
        if info.name not in examples or None not in info.shape:
            continue
        given = tuple(np.shape(examples[info.name]))
        if len(given) != len(info.shape):
            raise ValueError(
                f"the example of input {info.name!r} has rank {len(given)}, "
                f"expected {len(info.shape)}"
            )
        open_axes = dynamic.get(info.name) or ()
        shapes[info.name] = tuple(
            None if size is None and axis in open_axes else example
            for axis, (size, example) in enumerate(zip(info.shape, given))
        )
    return shapes


# --- Programs on disk --------------------------------------------------------------


def load(path, *, name=None, threads=None):
    """Loads what CompiledModel.save() or ufront-compile wrote: X.so, with its weights
    in X.safetensors. `name` is the program's, if X does not say. This runs code of
    the file: load only what you trust."""
    path = Path(path).absolute()
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file")
    if name is None:
        name = re.sub(r"\W", "_", path.stem.removeprefix("lib"), flags=re.ASCII)
        if name[:1].isdigit():
            name = f"model_{name}"
    weights = path.with_suffix(".safetensors")
    program = _ufront.load(
        path, name, weights if weights.exists() else None, threads or 0
    )
    return CompiledModel(program, name=path.name)


def find_tool(name):
    """The path of ufront-NAME: installed with the package, or in a build folder."""
    package = Path(_ufront.__file__).parent
    for folder in (package / "bin", package.parents[1] / "bin"):
        tool = folder / f"ufront-{name}"
        if tool.exists():
            return str(tool)
    raise FileNotFoundError(f"ufront-{name} is not beside {package}")


def run_tool(name, args):
    """Becomes ufront-NAME."""
    tool = find_tool(name)
    sys.stdout.flush()
    os.execv(tool, [tool, *args])
