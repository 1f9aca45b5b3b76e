"""Operators of a Model."""

import math
import re

from ufront import _ufront
from ufront._compiled import to_dtype
from ufront.tensor import Tensor

_LIST = re.compile(r"array<\w+(?:: (.*))?>")


def _bytes(info):
    """What a value takes; sizes that are not known count as 1."""
    if info is None or info.dtype is None:
        return 0
    size = to_dtype(info.dtype).itemsize
    return size * math.prod(1 if dim is None else dim for dim in info.shape)


def _plain(text):
    """An attribute without MLIR's types: "[1, 1]" for "array<i64: 1, 1>"."""
    found = _LIST.fullmatch(text)
    if found:
        return f"[{found[1] or ''}]"
    return text.rsplit(" : ", 1)[0].strip('"')


class PyOperator:
    """An operator of a Model's graph.

    `op_type` is its op without "ufront."; `params` has its name and its attributes
    as text.
    """

    def __init__(self, model, value):
        found = model._graph.get_definition(value)
        self._model = model
        self._first = found["first"]
        self._inputs = found["inputs"]
        self.op_type = found["op"]
        self.params = {"name": found["name"]}
        self.params.update(
            (name, _plain(text)) for name, text in found["attributes"].items()
        )
        self.raw_ptr = found["address"]
        values = [_ufront.Value(self._first + i) for i in range(found["outputs"])]
        self._results = [model._graph.get_value(value) for value in values]
        self.outputs = [
            Tensor._result(model, value, self._name(i))
            for i, value in enumerate(values)
        ]

    def _name(self, index):
        name = self.params["name"] or self.op_type
        return f"{name}_{index}" if index else name

    def num_of_outputs(self):
        """How many results it has."""
        return len(self.outputs)

    def get_output(self, index):
        """A result, a Tensor."""
        return self.outputs[index]

    def memory_usage(self):
        """The bytes of all tensors that it reads and writes."""
        return sum(map(_bytes, (*self._inputs, *self._results)))

    @property
    def ir(self):
        """Its MLIR text."""
        return self._model._graph.get_text(self._first)

    def __repr__(self):
        return f"PyOperator({self.op_type}, {self.params['name']!r})"
