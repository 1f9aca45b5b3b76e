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
# So many programs are kept of one model: those that ran last.
_KEPT = 16


def _draws(graph):
    """Whether a node of the graph or of those within draws random numbers."""
    return any(
        (node.op_type in _RANDOM and node.domain in ("", "ai.onnx"))
        or any(_draws(attr.g) for attr in node.attribute if attr.HasField("g"))
        for node in graph.node
    )


class _Compiled:
    """A program whose outputs are as the file has them: sequences are lists, and
    optional values that are not there are None."""

    def __init__(self, data, outputs, options, **known):
        # UnsupportedError is a NotImplementedError, as onnx wants it.
        model = _ufront.Session().import_memory(data, "onnx", **known)
        self.program = model.compile(**to_c(**options))
        self._outputs, self._sequences = outputs, model.sequences

    def _value(self, name, results):
        length = self._sequences.get(name, 0)
        if name not in self._sequences:
            return results[name]
        if length == "*":
            return [np.asarray(row) for row in results[f"{name}[*]"]]
        if length is None:
            return None
        return [results[f"{name}[{i}]"] for i in range(length)]

    def run(self, arrays):
        try:
            results = self.program.run(tuple(arrays))
        except TypeError as error:  # an element type that ufront lacks
            raise NotImplementedError(str(error)) from error
        results = tuple(map(to_numpy, results))
        if not self._sequences:
            return results
        names = [info.name for info in self.program.outputs]
        results = dict(zip(names, results))
        return tuple(self._value(name, results) for name in self._outputs)


class Rep(BackendRep):
    """A model that has been compiled."""

    def __init__(self, compiled):
        self._compiled = compiled

    def run(self, inputs, **kwargs):
        if isinstance(inputs, dict):
            inputs = [inputs[info.name] for info in self._compiled.program.inputs]
        return self._compiled.run(map(np.asarray, inputs))


def _content(array):
    """What tells arrays of one type and shape apart."""
    return tuple(array.flat) if array.dtype == object else array.tobytes()


class SpecializedRep(BackendRep):
    """A model whose shapes depend on the values of its inputs, or on the lengths
    of sequences: compiled for each set of small inputs and lengths it meets, and
    again for one that has not been met for long."""

    def __init__(self, data, inputs, outputs, options):
        self._data, self._options = data, options
        self._inputs, self._outputs = inputs, outputs
        self._compiled = {}

    def run(self, inputs, **kwargs):
        if isinstance(inputs, dict):
            inputs = [inputs[name] for name in self._inputs]
        lengths, arrays = {}, {}
        for name, value in zip(self._inputs, inputs):
            if value is None:
                lengths[name] = None
            elif isinstance(value, list):
                lengths[name] = len(value)
                for i, element in enumerate(value):
                    arrays[f"{name}[{i}]"] = np.asarray(element)
            else:
                arrays[name] = np.asarray(value)
        fixed = {k: v for k, v in arrays.items() if v.size <= _SMALL and v.ndim <= 1}
        rest = {k: v for k, v in arrays.items() if k not in fixed}
        key = tuple((k, v.dtype.str, v.shape, _content(v)) for k, v in fixed.items())
        key += tuple((k, v.shape) for k, v in rest.items()) + tuple(lengths.items())
        compiled = self._compiled.pop(key, None) or _Compiled(
            self._data,
            self._outputs,
            self._options,
            fixed=fixed,
            shapes={k: v.shape for k, v in rest.items()},
            sequences=lengths,
        )
        self._compiled[key] = compiled  # the last of them
        while len(self._compiled) > _KEPT:
            self._compiled.pop(next(iter(self._compiled)), None)
        return compiled.run(rest.values())


class UfrontBackend(Backend):
    """Compiles for the CPU; what ufront lacks raises NotImplementedError. Options
    of prepare() are those of Model.compile(): threads, via_tosa, cpu,
    cpu_features, cache_dir."""

    @classmethod
    def prepare(cls, model, device="CPU", **kwargs):
        super().prepare(model, device, **kwargs)
        data = model.SerializeToString()
        initialized = {tensor.name for tensor in model.graph.initializer}
        inputs = [v for v in model.graph.input if v.name not in initialized]
        outputs = [v.name for v in model.graph.output]
        has_optional = any(v.type.HasField("optional_type") for v in inputs)
        try:
            compiled = _Compiled(data, outputs, kwargs)
            if not has_optional:
                return Rep(compiled)
        except ufront.UnsupportedError as error:
            # What it lacks may be the value or the length of an input.
            known = ("run time", "constant", "must be given")
            if not any(words in error.message for words in known):
                raise
        return SpecializedRep(data, [v.name for v in inputs], outputs, kwargs)

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
