"""The same bits read as other types."""

import ml_dtypes
import numpy as np
from models import node_model
from onnx import helper

RNG = np.random.default_rng(59)
WIDTHS = [
    [np.int8, np.uint8, np.bool_],
    [np.int16, np.uint16, np.float16, ml_dtypes.bfloat16],
    [np.int32, np.uint32, np.float32],
    [np.int64, np.uint64, np.float64],
]


def bits(dtype):
    """Any bits; truth values are 0 or 1."""
    if dtype == np.bool_:
        return np.array([[True, False, True]])
    return RNG.integers(0, 256, (5, 3 * np.dtype(dtype).itemsize), np.uint8).view(dtype)


def read(x, to):
    return x != 0 if to == np.bool_ else x.view(to)


def case(source, to, dynamic=None):
    x = bits(source)
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(to))
    name = f"BitCast-{np.dtype(source).name}-{np.dtype(to).name}"
    return {
        "name": name + ("-dynamic" if dynamic else ""),
        "model": lambda: node_model("BitCast", {"x": x}, opset=26, to=kind, dynamic=dynamic),
        "inputs": {"x": x},
        "reference": [read(x, to)],
        "tolerance": (0, 0),
    }


CASES = [
    *[case(a, b) for types in WIDTHS for a in types for b in types],
    case(np.float32, np.int32, {"x": [0]}),
    case(np.bool_, np.int8, {"x": [0, 1]}),
]
