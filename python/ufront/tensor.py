"""Tensors of a Model: the inputs it is given and the results of its operators."""

import numpy as np


class Tensor:
    """An array with a name, to be an input of a Model; or a result of one.

    A result has its type at once and its values after Model.forward().
    """

    def __init__(self, array, name="input", dtype=None):
        self._array = np.asarray(array, dtype, order="C")
        self._model = self._value = None
        self._info = (self._array.dtype.name, self._array.shape)
        self.name = name

    @classmethod
    def _result(cls, model, value, name):
        """Value `value` of the graph of `model`."""
        self = cls.__new__(cls)
        info = model._graph.get_value(value)
        self._array, self._model, self._value = None, model, value
        self._info = (None, None) if info is None else (info.dtype, info.shape)
        self.name = name
        return self

    @property
    def dtype(self):
        """The name of the element type: "float32"."""
        return self._info[0]

    @property
    def shape(self):
        """A list of sizes, None where they are only known when the model runs."""
        return None if self._info[1] is None else list(self._info[1])

    def get_ndarray(self):
        """The values: of an input what it was made with, of a result what the last
        Model.forward() computed."""
        if self._model is None:
            return self._array
        return self._model._evaluate(self._value, self.name)

    def __repr__(self):
        return f"Tensor({self.name!r}, {self.dtype}{self.shape})"


class TensorF32(Tensor):
    """A Tensor of float32."""

    def __init__(self, array, name="input"):
        super().__init__(array, name, np.float32)


def as_inputs(arrays, batch_size=None):
    """Tensors of arrays, named input1, input2 and so on."""
    tensors = []
    for i, array in enumerate(arrays):
        tensor = array if isinstance(array, Tensor) else Tensor(array, f"input{i + 1}")
        if batch_size is not None and tensor.shape[:1] != [batch_size]:
            raise ValueError(
                f"{tensor!r} has not batch_size, {batch_size}, as its first dimension"
            )
        tensors.append(tensor)
    return tensors
