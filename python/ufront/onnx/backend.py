"""ufront as an onnx.backend.base.Backend."""

import numpy as np
import onnx
from onnx.backend.base import Backend, BackendRep

import ufront
from ufront import _ufront
from ufront._compiled import to_c, to_numpy

# Operators whose results are another implementation's only by chance: ONNX says so
# even of those with a seed.
_RANDOM = {
    "Bernoulli",
    "Multinomial",
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
}

# Inputs up to this size may hold axes, shapes or sizes.
_SMALL = 64


def _compile(data, *, fixed=None, shapes=None, **options):
    """A Program; UnsupportedError is a NotImplementedError, as onnx wants it."""
    model = _ufront.Session().import_memory(
        data, "onnx", fixed=fixed or {}, shapes=shapes or {}
    )
    return model.compile(**to_c(**options))


def _draws(graph):
    """Whether a node of the graph or of those within draws random numbers."""
    return any(
        (node.op_type in _RANDOM and node.domain in ("", "ai.onnx"))
        or any(_draws(attr.g) for attr in node.attribute if attr.HasField("g"))
        for node in graph.node
    )


def _array(value):
    if value is None or isinstance(value, list):
        raise NotImplementedError("sequences and absent inputs")
    return np.asarray(value)


def _run(program, arrays):
    try:
        results = program.run(tuple(arrays))
    except TypeError as error:  # an element type that ufront lacks
        raise NotImplementedError(str(error)) from error
    return tuple(map(to_numpy, results))


class Rep(BackendRep):
    """A model that has been compiled."""

    def __init__(self, program):
        self._program = program

    def run(self, inputs, **kwargs):
        if isinstance(inputs, dict):
            inputs = [inputs[info.name] for info in self._program.inputs]
        return _run(self._program, map(_array, inputs))


class SpecializedRep(BackendRep):
    """A model whose shapes depend on the values of its inputs: compiled for each
    set of small inputs it meets."""

    def __init__(self, data, names, options):
        self._data, self._names, self._options = data, names, options
        self._programs = {}

    def run(self, inputs, **kwargs):
        if isinstance(inputs, dict):
            inputs = [inputs[name] for name in self._names]
        arrays = dict(zip(self._names, map(_array, inputs)))
        fixed = {k: v for k, v in arrays.items() if v.size <= _SMALL and v.ndim <= 1}
        rest = {k: v for k, v in arrays.items() if k not in fixed}
        key = tuple((k, v.dtype.str, v.shape, v.tobytes()) for k, v in fixed.items())
        key += tuple(v.shape for v in rest.values())
        if key not in self._programs:
            shapes = {k: v.shape for k, v in rest.items()}
            self._programs[key] = _compile(
                self._data, fixed=fixed, shapes=shapes, **self._options
            )
        return _run(self._programs[key], rest.values())


class UfrontBackend(Backend):
    """Compiles for the CPU; what ufront lacks raises NotImplementedError. Options
    of prepare() are those of Model.compile(): threads, via_tosa, cpu,
    cpu_features, cache_dir."""

    @classmethod
    def prepare(cls, model, device="CPU", **kwargs):
        super().prepare(model, device, **kwargs)
        data = model.SerializeToString()
        try:
            return Rep(_compile(data, **kwargs))
        except ufront.UnsupportedError as error:
            # What it lacks may be the value of an input.
            if "run time" not in error.message and "constant" not in error.message:
                raise
        initialized = {tensor.name for tensor in model.graph.initializer}
        names = [v.name for v in model.graph.input if v.name not in initialized]
        return SpecializedRep(data, names, kwargs)

    @classmethod
    def is_compatible(cls, model, device="CPU", **kwargs):
        """Whether the results may be compared with another implementation's. Models
        that draw random numbers can be prepared and run all the same."""
        if _draws(model.graph):
            return False
        try:
            cls.prepare(model, device, **kwargs)
        except (NotImplementedError, ufront.Error, onnx.checker.ValidationError):
            return False
        return True

    @classmethod
    def run_model(cls, model, inputs, device="CPU", **kwargs):
        return cls.prepare(model, device, **kwargs).run(inputs)

    @classmethod
    def supports_device(cls, device):
        return device.split(":")[0] == "CPU"


prepare = UfrontBackend.prepare
run_node = UfrontBackend.run_node
run_model = UfrontBackend.run_model
is_compatible = UfrontBackend.is_compatible
supports_device = UfrontBackend.supports_device
