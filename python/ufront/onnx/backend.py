"""ufront as an onnx.backend.base.Backend."""

import numpy as np
import onnx
from onnx.backend.base import Backend, BackendRep

import ufront
from ufront._capi import UNSUPPORTED

# Inputs up to this size may hold axes, shapes or sizes.
_SMALL = 64


def _compile(data, **options):
    try:
        return ufront.compile_onnx(data, **options)
    except ufront.Error as error:
        if error.status == UNSUPPORTED:
            raise NotImplementedError(str(error)) from error
        raise


class Rep(BackendRep):
    """A model that has been compiled."""

    def __init__(self, program):
        self._program = program

    def run(self, inputs, **kwargs):
        names = [info.name for info in self._program.inputs]
        if isinstance(inputs, dict):
            inputs = [inputs[name] for name in names]
        return tuple(self._program(*inputs))


class SpecializedRep(BackendRep):
    """A model whose shapes depend on the values of its inputs: compiled for each
    set of small inputs it meets."""

    def __init__(self, data, names, options):
        self._data, self._names, self._options = data, names, options
        self._programs = {}

    def run(self, inputs, **kwargs):
        if isinstance(inputs, dict):
            inputs = [inputs[name] for name in self._names]
        arrays = {}
        for name, value in zip(self._names, inputs):
            if value is None or isinstance(value, list):
                raise NotImplementedError("sequences and absent inputs")
            arrays[name] = np.asarray(value)
        fixed = {k: v for k, v in arrays.items() if v.size <= _SMALL and v.ndim <= 1}
        rest = [v for k, v in arrays.items() if k not in fixed]
        key = tuple((k, v.dtype.str, v.shape, v.tobytes()) for k, v in fixed.items())
        key += tuple(v.shape for v in rest)
        if key not in self._programs:
            shapes = {k: v.shape for k, v in arrays.items() if k not in fixed}
            self._programs[key] = _compile(
                self._data, fixed=fixed, shapes=shapes, **self._options
            )
        return tuple(self._programs[key](*rest))


class UfrontBackend(Backend):
    """Compiles for the CPU; what ufront lacks raises NotImplementedError."""

    @classmethod
    def prepare(cls, model, device="CPU", **kwargs):
        super().prepare(model, device, **kwargs)
        data = model.SerializeToString()
        try:
            return Rep(_compile(data, **kwargs))
        except NotImplementedError as error:
            # What it lacks may be the value of an input.
            if "run time" not in str(error) and "constant" not in str(error):
                raise
        initialized = {tensor.name for tensor in model.graph.initializer}
        names = [v.name for v in model.graph.input if v.name not in initialized]
        return SpecializedRep(data, names, kwargs)

    @classmethod
    def is_compatible(cls, model, device="CPU", **kwargs):
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
