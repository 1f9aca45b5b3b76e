"""PyTorch models in ufront.Model.

    operators = []
    outputs, operators = PyTorchModel(net).apply(ufront_model, [tensor])
    ufront_model.softmax(input=outputs[0], name="softmax")

    net = UFrontTorch(torchvision.models.resnet18(), batch_size=1)
    outputs = net(inputs=[array])
"""

import contextlib
from pathlib import Path

import numpy as np
import torch

from ufront.model import Model
from ufront.pytorch import flexflow
from ufront.pytorch._names import NamingWalk
from ufront.tensor import Tensor, as_inputs
from ufront.torch import export
from ufront.torch._export import import_program


@contextlib.contextmanager
def _evaluating(module):
    """The module as it is for inference; every part gets its mode back."""
    training = [part for part in module.modules() if part.training]
    module.eval()
    try:
        yield
    finally:
        for part in training:
            part.training = True


def _example(tensor):
    """A torch tensor like this one. Each has memory of its own: the exporter takes
    those that share it for one."""
    if tensor._array is None:
        return torch.zeros(tensor.shape, dtype=getattr(torch, tensor.dtype))
    return torch.from_numpy(tensor._array.copy())


def _walk(model, pass_weights):
    """What walks a graph for `model`; new weights take the place of the module's
    unless they are passed."""

    class Walk(NamingWalk):
        def tensor(self, name, tensor):
            if pass_weights or not tensor.is_floating_point() or tensor.dim() < 2:
                return super().tensor(name, tensor)
            shape = list(tensor.shape)
            fan_in = tensor[0].numel()
            array = model._fresh(name, shape, fan_in, np.float32)
            return super().tensor(name, torch.from_numpy(array).to(tensor.dtype))

    return Walk


class PyTorchModel:
    """An nn.Module to be made part of a ufront.Model. Its weights are shared with it,
    unless `pass_weights` says not to use their values."""

    def __init__(self, model, pass_weights=True):
        self.model = model
        self._pass_weights = pass_weights

    def torch_to_file(self, path):
        """Writes the network, without weights and shapes, as an .ff file of
        FlexFlow's. All that the format has no place for is in one
        ufront.UnsupportedError."""
        text = "\n".join(flexflow.lines(self.model))
        Path(path).write_text(f"{text}\n", encoding="utf-8")

    @staticmethod
    def file_to_ff(path, ufront_model, input_tensors):
        """Adds the operators of an .ff file to `ufront_model`, with new weights. The
        file's inputs are `input_tensors`, in order. Returns its outputs, Tensors, and
        its PyOperators."""
        tensors = [ufront_model._tensor(tensor) for tensor in input_tensors]
        names = flexflow.input_names(path)
        if len(names) != len(tensors):
            raise ValueError(
                f"{path} has {len(names)} inputs, but gets {len(tensors)}"
            )
        shapes = {name: tensor._info[1] for name, tensor in zip(names, tensors)}
        imported = ufront_model._session.import_file(path, "flexflow", shapes=shapes)
        values = [ufront_model._value(tensor, "input", None) for tensor in tensors]
        return ufront_model._add_imported(imported, values)

    def _export(self, inputs):
        args = tuple(map(_example, inputs))
        with _evaluating(self.model):
            return export(self.model, args)

    def apply(self, ufront_model, input_tensors):
        """Adds the module's operators to `ufront_model`, for inputs like
        `input_tensors`. Returns its outputs, Tensors, and its PyOperators."""
        inputs = [ufront_model._tensor(tensor) for tensor in input_tensors]
        program = self._export(inputs)
        walk = _walk(ufront_model, self._pass_weights)
        imported = import_program(program, ufront_model._session, walk)
        values = [
            ufront_model._value(inputs[i], f"input{i}", None) for i in imported.inputs
        ]
        tensors, operators = ufront_model._add_imported(imported.model, values)
        outputs = [
            tensors[value] if kind == "output" else Tensor(value)
            for kind, value in imported.outputs
        ]
        return outputs, operators


class UFrontTorch(Model):
    """A ufront.Model of an nn.Module: call it with arrays to build the module's part.

    `batch_size` is what the first dimension of the arrays must be, if it is given.
    """

    def __init__(self, net, batch_size=None, pass_weights=True):
        super().__init__()
        self._net = PyTorchModel(net, pass_weights)
        self._batch_size = batch_size

    def __call__(self, inputs):
        """Adds the module's operators for these arrays. Returns its output Tensors."""
        tensors = as_inputs(inputs, self._batch_size)
        return self._net.apply(self, tensors)[0]
