"""Quantisation: rounding, saturation, and the three ways to give scales."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(4)
TIES = [0.5, 1.5, -0.5, -1.5, 1e9, -1e9, np.inf, -np.inf]
X = np.concatenate([RNG.normal(0, 40, 20), TIES]).astype(np.float32).reshape(2, 7, 2)
PER_AXIS = RNG.uniform(0.1, 2, 7).astype(np.float32)
BLOCKS = RNG.uniform(0.1, 2, (2, 4, 2)).astype(np.float32)


def quantized(x, scale, zero):
    info = np.iinfo(zero.dtype)
    with np.errstate(invalid="ignore"):
        result = np.rint(x / scale) + zero.astype(np.float32)
    return np.clip(result, info.min, info.max).astype(zero.dtype)


def spread(array, block):
    """One scale (or zero point) for each element of X."""
    if array.ndim == 1:
        return array[:, None]
    return np.repeat(array, block, 1)[:, :7] if array.ndim == 3 else array


def name(op, scale, zero):
    return f"{op}-{zero.dtype.name}-rank{np.ndim(scale)}"


def quantize(scale, zero, block=0):
    inputs = {"x": X, "scale": scale, "zero": zero}
    more = {"block_size": block} if block else {}
    return {
        "name": name("QuantizeLinear", scale, zero),
        "model": lambda: node_model("QuantizeLinear", inputs, axis=-2, **more),
        "inputs": inputs,
        "reference": lambda x, scale, zero: [
            quantized(x, spread(scale, block), spread(zero, block))
        ],
    }


def dequantize(scale, zero, block=0, dynamic=None):
    info = np.iinfo(zero.dtype)
    q = RNG.integers(info.min, info.max, X.shape, dtype=zero.dtype, endpoint=True)
    inputs = {"q": q, "scale": scale, "zero": zero}
    more = {"block_size": block} if block else {}
    return {
        "name": name("DequantizeLinear", scale, zero) + ("-dynamic" if dynamic else ""),
        "model": lambda: node_model("DequantizeLinear", inputs, dynamic=dynamic, **more),
        "inputs": inputs,
        "reference": lambda q, scale, zero: [
            ((q.astype(np.int64) - spread(zero, block)) * spread(scale, block)).astype(np.float32)
        ],
    }


def plain(op, inputs, outputs=1, **attrs):
    return {
        "name": f"{op}-plain-{len(inputs)}",
        "model": lambda: node_model(op, inputs, outputs, **attrs),
        "inputs": inputs,
        "reference": None,
    }


ONE = np.float32(0.5)
CASES = []
for dtype, point in ((np.uint8, 128), (np.int8, -3), (np.uint16, 999), (np.int16, -7)):
    points = RNG.integers(0, 99, 7).astype(dtype)
    CASES += [
        quantize(ONE, np.array(point, dtype)),
        quantize(PER_AXIS, points),
        quantize(BLOCKS, RNG.integers(0, 99, BLOCKS.shape).astype(dtype), block=2),
        dequantize(ONE, np.array(point, dtype)),
        dequantize(PER_AXIS, points),
        dequantize(BLOCKS, RNG.integers(0, 99, BLOCKS.shape).astype(dtype), block=2),
    ]
FINITE = np.clip(X, -200, 150)
CASES += [
    dequantize(PER_AXIS, points, dynamic={"q": [0, 1], "scale": [0], "zero": [0]}),
    plain("DequantizeLinear", {
        "x": RNG.integers(-(2**30), 2**30, (2, 3)).astype(np.int32), "scale": np.float32(1e-3)
    }),
    plain("QuantizeLinear", {"x": FINITE, "scale": ONE}),
    plain("DynamicQuantizeLinear", {"x": FINITE}, outputs=3),
]
