"""ONNX models in ufront.Model.

    outputs, operators = ONNXModel("cnn.onnx").apply(ufront_model, [tensor])

A model that was exported without its weights gets new ones, if it still says what
their shapes are: torch.onnx.export(..., export_params=False, dynamo=False) does.
"""

import math

from ufront.model import Model
from ufront.tensor import Tensor, as_inputs


class ONNXModel:
    """An ONNX model, a path or a ModelProto, to be made part of a ufront.Model."""

    def __init__(self, model):
        self.model = model

    def _import(self, session, shapes):
        if hasattr(self.model, "SerializeToString"):
            return session.import_memory(
                self.model.SerializeToString(), "onnx", shapes=shapes
            )
        return session.import_file(self.model, "onnx", shapes=shapes)

    def apply(self, ufront_model, input_tensors):
        """Adds the model's operators to `ufront_model`. `input_tensors` are for its
        inputs of the same names, else for its first ones in order; inputs beyond
        them are weights. Returns its outputs, Tensors, and its PyOperators."""
        imported = self._import(ufront_model._session, {})
        tensors = [ufront_model._tensor(tensor) for tensor in input_tensors]
        given = _bind(imported.inputs, tensors)
        shapes = {
            info.name: given[info.name]._info[1]
            for info in imported.inputs
            if info.name in given and None in info.shape
        }
        if shapes:
            imported = self._import(ufront_model._session, shapes)
        values = [_value(ufront_model, info, given) for info in imported.inputs]
        return ufront_model._add_imported(imported, values)


def _bind(infos, tensors):
    """The tensors by the names of the inputs that they are for."""
    names = [info.name for info in infos]
    if len(tensors) > len(names):
        raise ValueError(f"the model has {len(names)} inputs, but gets {len(tensors)}")
    given = {tensor.name: tensor for tensor in tensors}
    if len(given) == len(tensors) and set(given) <= set(names):
        return given
    return dict(zip(names, tensors))


def _value(model, info, given):
    if info.name in given:
        return model._value(given[info.name], info.name, None)
    if None in info.shape or not info.dtype.startswith("float"):
        raise ValueError(f"input {info.name!r} gets no tensor, and can be no weight")
    fan_in = math.prod(info.shape[1:] or info.shape)
    array = model._fresh(info.name, info.shape, fan_in, info.dtype)
    return model.parameter(array, info.name)._value


class ONNXModelKeras(ONNXModel):
    """An ONNX model that was exported from Keras."""


class UFrontONNX(Model):
    """A ufront.Model of an ONNX model: call it with arrays to build the model's part.

    `batch_size` is what the first dimension of the arrays must be, if it is given.
    """

    def __init__(self, onnx_model, batch_size=None):
        super().__init__()
        self._onnx = ONNXModel(onnx_model)
        self._batch_size = batch_size

    def __call__(self, inputs):
        """Adds the model's operators for these arrays. Returns its output Tensors."""
        tensors = as_inputs(inputs, self._batch_size)
        return self._onnx.apply(self, tensors)[0]
