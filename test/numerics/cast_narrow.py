"""Numbers of 8 bits and fewer: every code read, every f16 and all that lies at the
edge between two codes written, against ml_dtypes; and what moves them."""

import ml_dtypes
import numpy as np
import onnx
from models import graph_model, node_model
from onnx import TensorProto, helper, numpy_helper

FLOAT8 = ["float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz"]
SMALLER = ["float6_e2m3fn", "float6_e3m2fn", "float4_e2m1fn"]
INTEGERS = ["int4", "uint4", "int2", "uint2"]
BITS = {name: 8 for name in [*FLOAT8, "float8_e8m0fnu"]}
BITS |= {"float6_e2m3fn": 6, "float6_e3m2fn": 6, "float4_e2m1fn": 4}
BITS |= {"int4": 4, "uint4": 4, "int2": 2, "uint2": 2}
WIDE = [np.float32, np.float64, np.float16, ml_dtypes.bfloat16, np.int8, np.uint8,
        np.int64, np.bool_]  # fmt: skip


def dtype(name):
    return np.dtype(getattr(ml_dtypes, name))


def kind(numpy_type):
    return helper.np_dtype_to_tensor_dtype(np.dtype(numpy_type))


def codes(name):
    return np.arange(1 << BITS[name], dtype=np.uint8).view(dtype(name))


def quiet(function):
    def run(x):
        with np.errstate(all="ignore"):
            return [function(x)]

    return run


def cast(name, x, to, reference, **attributes):
    return {
        "name": f"Cast-{name}",
        "model": lambda: node_model("Cast", {"x": x}, opset=28, to=to, **attributes),
        "inputs": {"x": x},
        "reference": quiet(reference),
        "tolerance": (0, 0),
    }


def read(name, to):
    to = np.dtype(to)
    x = codes(name)
    wide = np.int64 if name in INTEGERS else np.float32
    if to.kind in "iu" and wide == np.float32:  # where all numbers fit
        x = x[abs(x.astype(np.float32)) <= (100 if to != np.uint8 else 0)]
    return cast(f"{name}-{to.name}", x, kind(to), lambda x: x.astype(wide).astype(to))


def edges(name):
    """All finite numbers, what lies in the middle between two, and the neighbours of
    both; and what is far away."""
    numbers = codes(name).astype(np.float64)
    numbers = np.unique(numbers[np.isfinite(numbers)])
    most = numbers[-1]
    step = most - numbers[-2]
    middles = (numbers[1:] + numbers[:-1]) / 2
    far = [0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30, 1e-30, -1e-30, 1e-40]
    far += [most + step / 2, -most - step / 2, most + step, 2 * most]
    x = np.concatenate([numbers, middles, far]).astype(np.float32)
    above, below = np.nextafter(x, np.float32(np.inf)), np.nextafter(x, np.float32(-np.inf))
    return np.concatenate([x, above, below])


def sources(name):
    x = edges(name)
    halves = np.arange(65536, dtype=np.uint16)
    return [x, x.astype(np.float64), halves.view(np.float16),
            halves.view(ml_dtypes.bfloat16)]  # fmt: skip


def write(name, x, saturate=1):
    to = dtype(name)
    limited = saturate and name in FLOAT8
    return cast(
        f"{x.dtype.name}-{name}-{'saturated' if saturate else 'unlimited'}",
        x,
        kind(to),
        lambda x: numpy_helper.saturate_cast(x, to) if limited else x.astype(to),
        saturate=saturate,
    )


def power(mode, saturate):
    exponents = 2.0 ** np.arange(-126, 128)
    x = np.concatenate([exponents, 1.5 * exponents, 1.25 * exponents[:-1], [np.nan]])
    x = x[x < 1.5 * 2.0**127].astype(np.float32)
    return cast(
        f"power-{mode}-{saturate}",
        x,
        TensorProto.FLOAT8E8M0,
        lambda x: numpy_helper.to_float8e8m0(x, bool(saturate), mode),
        round_mode=mode,
        saturate=saturate,
    )


def power_limits(mode, saturate, expected):
    """What ONNX's table says, where its reference does not follow it."""
    x = np.array([0, np.inf, 1.75 * 2.0**127, 2.0**-127, 2.0**-140, -1], np.float32)
    return cast(
        f"power-limits-{mode}-{saturate}",
        x,
        TensorProto.FLOAT8E8M0,
        lambda x: np.array(expected, np.uint8).view(ml_dtypes.float8_e8m0fnu),
        round_mode=mode,
        saturate=saturate,
    )


def integers(source, name):
    """Integers keep their low bits."""
    info = np.iinfo(source)
    x = np.arange(max(info.min, -300), min(info.max, 300) + 1).astype(source)
    to = dtype(name)
    return cast(f"{x.dtype.name}-{name}", x, kind(to), lambda x: x.astype(to))


def rounded(name):
    """Floats are rounded toward 0 first."""
    x = np.concatenate([np.arange(-300, 300), np.arange(-30, 30) + 0.5, [np.nan]])
    to = dtype(name)
    return cast(
        f"float-{name}",
        x.astype(np.float32),
        kind(to),
        lambda x: np.nan_to_num(x).astype(np.int64).astype(to),
    )


def between(source, name):
    wide = np.int64 if source in INTEGERS else np.float32
    to = dtype(name)
    x = codes(source)
    return cast(
        f"{source}-{name}",
        x,
        kind(to),
        lambda x: x.astype(wide).astype(to),
        saturate=0,
    )


def like(name):
    inputs = {"x": edges(name), "like": codes(name)[:1]}
    to = dtype(name)
    return {
        "name": f"CastLike-{name}",
        "model": lambda: node_model("CastLike", inputs, opset=25, saturate=0),
        "inputs": inputs,
        "reference": lambda x, like: quiet(lambda x: x.astype(to))(x),
        "tolerance": (0, 0),
    }


def stored(name, count):
    """As a weight, packed where its bits are fewer than 8: raw, and by the field of
    integers. The shape is not a multiple of what a byte holds."""
    rng = np.random.default_rng(count)
    w = rng.integers(0, 1 << BITS[name], (count, 3), np.uint8).view(dtype(name))
    x = rng.integers(0, 1 << BITS[name], (2, 3), np.uint8).view(dtype(name))
    raw = numpy_helper.from_array(w, "raw")
    typed = helper.make_tensor("typed", raw.data_type, w.shape, w.ravel())
    assert typed.int32_data and raw.raw_data
    nodes = [helper.make_node("Transpose", [k], [k + "_t"]) for k in ("raw", "typed", "x")]

    def model():
        result = graph_model(nodes, {"x": x}, ["raw_t", "typed_t", "x_t"], opset=28)
        result.graph.initializer.extend([raw, typed])
        return onnx.shape_inference.infer_shapes(result)

    return {
        "name": f"stored-{name}-{count}",
        "model": model,
        "inputs": {"x": x},
        "reference": lambda x: [w.T, numpy_helper.to_array(typed).T, x.T],
        "tolerance": (0, 0),
    }


CASES = [read(name, to) for name in [*FLOAT8, *SMALLER, *INTEGERS] for to in WIDE]
CASES += [read("float8_e8m0fnu", to) for to in [*WIDE[:4], np.bool_]]
CASES += [
    write(name, x, saturate)
    for name in [*FLOAT8, *SMALLER]
    for x in sources(name)
    for saturate in (1, 0)
]
CASES += [power(mode, limit) for mode in ("up", "down", "nearest") for limit in (1, 0)]
CASES += [
    power_limits("up", 1, [0, 254, 254, 0, 0, 255]),
    power_limits("up", 0, [255, 255, 255, 0, 255, 255]),
    power_limits("down", 1, [0, 254, 254, 0, 0, 255]),
    power_limits("down", 0, [255, 255, 254, 0, 255, 255]),
    power_limits("nearest", 1, [0, 254, 254, 0, 0, 255]),
    power_limits("nearest", 0, [255, 255, 255, 0, 255, 255]),
]
CASES += [
    integers(source, name)
    for name in INTEGERS
    for source in (np.int8, np.uint8, np.int32, np.int64, np.uint64)
]
CASES += [integers(np.int32, "float8_e4m3fn"), integers(np.uint8, "float8_e5m2")]
CASES += [rounded(name) for name in INTEGERS]
CASES += [
    between("int4", "uint2"),
    between("uint2", "int4"),
    between("uint4", "int4"),
    between("int4", "float4_e2m1fn"),
    between("float4_e2m1fn", "float8_e5m2"),
    between("float8_e5m2", "float8_e4m3fn"),
    between("float8_e4m3fn", "float8_e5m2fnuz"),
    between("float6_e3m2fn", "float6_e2m3fn"),
]
CASES += [like("float8_e4m3fnuz"), like("float8_e5m2"), like("float4_e2m1fn")]
CASES += [stored(name, count) for name in BITS for count in (3, 101)]
