"""Changing the element type: all pairs of types, and what does not fit."""

import math

import ml_dtypes
import numpy as np
from models import graph_model, node_model
from onnx import TensorProto, helper

FLOATS = [0, -0.0, 0.4, -0.4, 1.9, -1.9, 127.5, -128.5, 255.9, 3e4, 1e9, 3e9, -3e9]
FLOATS += [5e9, 1e19, 2e19, -1e19, np.inf, -np.inf, np.nan]
TYPES = [np.float32, np.float64, np.float16, np.int8, np.int16, np.int32, np.int64,
         np.uint8, np.uint16, np.uint32, np.uint64, np.bool_]  # fmt: skip


def values(dtype):
    if dtype == np.bool_:
        return np.array([True, False])
    if np.issubdtype(dtype, np.floating):
        with np.errstate(over="ignore"):
            return np.array(FLOATS).astype(dtype)
    info = np.iinfo(dtype)
    return np.array([0, 1, 77, info.max, info.min, info.max // 2 + 1], dtype)


def saturate(x, to):
    """Rounded toward 0; what does not fit is the limit, NaN 0."""
    info = np.iinfo(to)
    numbers = [float(n) for n in x]
    return np.array([0 if math.isnan(n) else info.max if n >= info.max else
                     info.min if n <= info.min else int(n) for n in numbers], to)


def convert(x, to):
    if np.issubdtype(x.dtype, np.floating) and np.issubdtype(to, np.integer):
        return saturate(x, to)
    with np.errstate(over="ignore"):
        return x.astype(to)


def case(source, to, number=None):
    x = values(source)
    kind = number or helper.np_dtype_to_tensor_dtype(np.dtype(to))
    return {
        "name": f"Cast-{np.dtype(source).name}-{np.dtype(to).name}",
        "model": lambda: node_model("Cast", {"x": x}, to=kind),
        "inputs": {"x": x},
        "reference": lambda x: [convert(x, to)],
        "tolerance": (0, 0),
    }


def like():
    inputs = {"x": values(np.float32), "like": np.array([1], np.int16)}
    return {
        "name": "CastLike",
        "model": lambda: node_model("CastLike", inputs),
        "inputs": inputs,
        "reference": lambda x, like: [saturate(x, np.int16)],
    }


def bits(x, to):
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(to))
    return {
        "name": f"BitCast-{x.dtype.name}-{np.dtype(to).name}",
        "model": lambda: node_model("BitCast", {"x": x}, opset=26, to=kind),
        "inputs": {"x": x},
        "reference": lambda x: [x.view(to)],
        "tolerance": (0, 0),
    }


def through_bfloat16(source, name):
    """f64 is rounded to f32 first, as in every framework. A long array is converted
    by vectors."""
    nodes = [
        helper.make_node("Cast", ["x"], ["h"], to=TensorProto.BFLOAT16),
        helper.make_node("Cast", ["h"], ["y"], to=TensorProto.FLOAT),
    ]
    noise = np.random.default_rng(4).standard_normal(500)
    x = np.concatenate([values(source), noise.astype(source)])
    return {
        "name": name,
        "model": lambda: graph_model(nodes, {"x": x}, ["y"]),
        "inputs": {"x": x},
        "reference": lambda x: [
            x.astype(np.float32).astype(ml_dtypes.bfloat16).astype(np.float32)
        ],
        "tolerance": (0, 0),
    }


CASES = [case(source, to) for source in TYPES for to in TYPES if source != to]
CASES += [
    like(),
    through_bfloat16(np.float32, "Cast-bfloat16"),
    through_bfloat16(np.float64, "Cast-float64-bfloat16"),
]
CASES += [
    bits(values(np.float32), np.int32),
    bits(np.arange(-2, 3), np.uint64),
    bits(np.array([1, 255], np.uint8), np.int8),
]
