"""Quantisation to and from numbers of 8 bits and fewer, and what quotients are
rounded to."""

import ml_dtypes
import numpy as np
import onnx.numpy_helper
from models import node_model
from onnx import helper

RNG = np.random.default_rng(8)
F16, BF16 = np.float16, ml_dtypes.bfloat16
FLOAT8 = ["float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz"]
INTEGERS = ["int4", "uint4", "int2", "uint2"]
LIMITS = {"int4": (-8, 7), "uint4": (0, 15), "int2": (-2, 1), "uint2": (0, 3)}
BITS = {"int4": 4, "uint4": 4, "int2": 2, "uint2": 2, "float4_e2m1fn": 4}


def dtype(name):
    return np.dtype(getattr(ml_dtypes, name))


def kind(name):
    return helper.np_dtype_to_tensor_dtype(np.dtype(name))


def codes(name):
    return np.arange(1 << BITS.get(name, 8), dtype=np.uint8).view(dtype(name))


def case(name, op, inputs, reference, **attrs):
    def quiet(**values):
        with np.errstate(all="ignore"):
            return [reference(**values)]

    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(op, inputs, opset=25, **attrs),
        "inputs": inputs,
        "reference": quiet,
        "tolerance": (0, 0),
    }


X = np.concatenate([
    RNG.normal(0, 300, 40), RNG.normal(0, 1, 40), RNG.normal(0, 1e-3, 20),
    [0.0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30, 0.5, 1.5, 2.5, -0.5, -1.5],
]).astype(np.float32)  # fmt: skip
SCALE = np.float32(0.75)


# --- Floats of 8 bits -------------------------------------------------------------


def to_float8(x, scale, zero, name, saturates):
    """The zero point is zero, as the specification has it."""
    quotient = x / scale
    if saturates:
        return onnx.numpy_helper.saturate_cast(quotient, dtype=dtype(name))
    return quotient.astype(dtype(name))


CASES = []
for name in FLOAT8:
    nothing = np.zeros((), dtype(name))
    for saturates in (1, 0):
        CASES.append(
            case(
                f"{name}-{saturates}",
                "QuantizeLinear",
                {"x": X, "scale": SCALE, "zero": nothing},
                lambda x, scale, zero, n=name, s=saturates: to_float8(x, scale, zero, n, s),
                saturate=saturates,
            )
        )
    for wide in (np.float32, F16):
        CASES.append(
            case(
                f"{name}-{np.dtype(wide).name}",
                "DequantizeLinear",
                {"q": codes(name), "scale": wide(0.375)},
                lambda q, scale: (q.astype(np.float32) * np.float32(scale)).astype(scale.dtype),
            )
        )

# --- Integers of 4 and 2 bits, and floats of 4 ------------------------------------


def to_integers(x, scale, zero, name):
    low, high = LIMITS[name]
    result = np.rint(x / scale) + zero.astype(np.float32)
    result = np.where(np.isnan(result), low, np.clip(result, low, high))
    return result.astype(np.int8).astype(dtype(name))


TABLE = X[:96].reshape(4, 3, 8)
CHANNELS = RNG.uniform(0.5, 20, 3).astype(np.float32)
BLOCKS = RNG.uniform(0.5, 20, (4, 3, 3)).astype(np.float32)
for name in INTEGERS:
    low, high = LIMITS[name]
    for scale, spread, attrs in (
        (SCALE, lambda s: s, {}),
        (CHANNELS, lambda s: s[:, None], {"axis": -2}),
        (BLOCKS, lambda s: np.repeat(s, 3, 2)[:, :, :8], {"axis": 2, "block_size": 3}),
    ):
        scale = np.asarray(scale)
        zero = RNG.integers(low, high, scale.shape, endpoint=True).astype(dtype(name))
        label = f"{name}-rank{scale.ndim}"
        CASES.append(
            case(
                label,
                "QuantizeLinear",
                {"x": TABLE, "scale": scale, "zero": zero},
                lambda x, scale, zero, n=name, f=spread: to_integers(x, f(scale), f(zero), n),
                **attrs,
            )
        )
        numbers = RNG.integers(low, high, TABLE.shape, endpoint=True).astype(dtype(name))
        CASES.append(
            case(
                label,
                "DequantizeLinear",
                {"q": numbers, "scale": scale, "zero": zero},
                lambda q, scale, zero, f=spread: (
                    q.astype(np.float32) - f(zero).astype(np.float32)
                ) * f(scale),
                **attrs,
            )
        )
CASES += [
    case(
        "float4",
        "QuantizeLinear",
        {"x": X[~np.isnan(X)], "scale": SCALE},
        lambda x, scale: (x / scale).astype(dtype("float4_e2m1fn")),
        output_dtype=kind(dtype("float4_e2m1fn")),
    ),
    case(
        "float4",
        "DequantizeLinear",
        {"q": codes("float4_e2m1fn"), "scale": np.array([2.5], BF16)},
        lambda q, scale: (q.astype(np.float32) * scale.astype(np.float32)).astype(BF16),
    ),
]

# --- Quotients --------------------------------------------------------------------

# Many lie so near to the middle of two integers that halves do not see it.
HALVES = RNG.normal(0, 40, 4000).astype(F16)
FINE = RNG.normal(0, 40, 4000).astype(np.float32)
WHOLE = RNG.integers(-(2**20), 2**20, 500).astype(np.int32)
POWER = np.array(0.25, dtype("float8_e8m0fnu"))


def to_bytes(quotient):
    return np.clip(np.rint(quotient.astype(np.float64)), 0, 255).astype(np.uint8)


CASES += [
    case("of-f16", "QuantizeLinear", {"x": HALVES, "scale": F16(0.3)},
         lambda x, scale: to_bytes(x / scale)),
    case("of-bf16", "QuantizeLinear", {"x": HALVES.astype(BF16), "scale": np.array(0.3, BF16)},
         lambda x, scale: to_bytes(x / scale)),
    case("of-f16-in-f32", "QuantizeLinear", {"x": HALVES, "scale": F16(0.3)},
         lambda x, scale: to_bytes(x.astype(np.float32) / np.float32(scale)), precision=1),
    case("of-f32-in-f16", "QuantizeLinear", {"x": FINE, "scale": np.float32(0.3)},
         lambda x, scale: to_bytes(x.astype(F16) / scale.astype(F16)), precision=10),
    case("by-f16", "QuantizeLinear", {"x": FINE, "scale": F16(0.3)},
         lambda x, scale: to_bytes(x / scale.astype(np.float32))),
    case("by-power", "QuantizeLinear", {"x": FINE, "scale": POWER},
         lambda x, scale: to_bytes(x / np.float32(0.25))),
    case("by-integer", "QuantizeLinear", {"x": WHOLE, "scale": np.int32(9973)},
         lambda x, scale: to_bytes(x / np.float64(scale))),
    case("by-power", "DequantizeLinear", {"q": codes("int4"), "scale": POWER},
         lambda q, scale: q.astype(F16) * F16(0.25), output_dtype=10),
]  # fmt: skip
