"""Arithmetic, with broadcasting, wrapping and dividing by zero."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(1)
A = RNG.normal(size=(3, 1, 5)).astype(np.float32)
B = RNG.normal(size=(4, 1)).astype(np.float32)
SPECIAL = np.array([0, -0.0, 1, -1, 2.5, np.inf, -np.inf, np.nan, 7], np.float32)
X, Y = (np.ascontiguousarray(m) for m in np.meshgrid(SPECIAL, SPECIAL))
EMPTY = np.zeros((0, 1, 5), np.float32)


def edges(dtype):
    """All pairs of an integer type's small and extreme numbers."""
    info = np.iinfo(dtype)
    numbers = {0, 1, 2, 3, 7, 100, info.max, info.max - 1, info.min}
    if info.min < 0:
        numbers |= {-1, -2, -3, -7}
    row = np.array(sorted(numbers), dtype)
    return [np.ascontiguousarray(m) for m in np.meshgrid(row, row)]


def case(op, name, inputs, reference=None, opset=21, dynamic=None, **attrs):
    named = {f"x{i}": array for i, array in enumerate(inputs)}
    positional = reference and (lambda **given: [reference(*given.values())])
    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(op, named, opset=opset, dynamic=dynamic, **attrs),
        "inputs": named,
        "reference": positional,
    }


def integer(op, dtype, function, name="", **attrs):
    """A case whose reference is computed with Python's integers, and wraps."""
    x, y = edges(dtype)
    info = np.iinfo(dtype)
    wrap = lambda n: (n - info.min) % 2**info.bits + info.min
    values = [wrap(function(int(p), int(q))) for p, q in zip(x.flat, y.flat)]
    expected = np.array(values, dtype).reshape(x.shape)
    label = np.dtype(dtype).name + name
    return case(op, label, [x, y], lambda *_: expected, **attrs)


def truncated(p, q):
    if q == 0:
        return 0
    quotient = abs(p) // abs(q)
    return quotient if (p < 0) == (q < 0) else -quotient


def power_case(base, exponent, name):
    with np.errstate(all="ignore"):
        expected = np.power(base, exponent).astype(base.dtype)
    return case("Pow", name, [base, exponent], lambda *_: expected)


def constant_power(exponent):
    """An exponent that is known becomes products or a root."""
    x = np.abs(A) + 0.5
    power = np.float32(exponent)
    return {
        "name": f"Pow-constant-{exponent}",
        "model": lambda: node_model("Pow", {"x": x}, initializers={"p": power}),
        "inputs": {"x": x},
        "reference": lambda x: [np.power(x, power)],
    }


FUNCTIONS = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}
CASES = []
for op, function in FUNCTIONS.items():
    CASES += [
        case(op, "broadcast", [A, B]),
        case(op, "scalar", [np.float32(2.5), B]),
        case(op, "empty", [EMPTY, B]),
        case(op, "special", [X, Y], function),
        case(op, "dynamic", [A, B], dynamic={"x0": [0], "x1": [0]}),
        case(op, "f16", [A.astype(np.float16), B.astype(np.float16)]),
        case(op, "f64", [A.astype(np.float64), B.astype(np.float64)]),
    ]
for dtype in (np.int8, np.int32, np.int64, np.uint8, np.uint64):
    CASES += [
        integer("Add", dtype, lambda p, q: p + q),
        integer("Sub", dtype, lambda p, q: p - q),
        integer("Mul", dtype, lambda p, q: p * q),
        integer("Div", dtype, truncated),
        integer("Mod", dtype, lambda p, q: p % q if q else 0),
        integer("Mod", dtype, lambda p, q: p - q * truncated(p, q) if q else 0,
                name="-fmod", fmod=1),
        integer("Max", dtype, max),
        integer("Min", dtype, min),
    ]
MOD_X = np.array([-5.5, 5.5, 0.3, -0.3, np.inf, 4], np.float32)
MOD_Y = np.array([2, -2, 0.1, 0.1, 3, 0], np.float32)
POW_X = np.array([[0, 1, 2, 3, -1, -3]], np.int64)
CASES += [
    case("Mod", "float", [MOD_X, MOD_Y], np.fmod, fmod=1),
    case("Max", "special", [X, Y], np.maximum),
    case("Min", "special", [X, Y], np.minimum),
    case("Max", "one", [A]),
    case("Max", "three", [A, B, np.float32(0.1)]),
    case("Min", "three", [A, B, np.float32(0.1)]),
    case("Sum", "one", [A]),
    case("Sum", "three", [A, B, A], lambda x, y, z: x + y + z),
    case("Mean", "one", [A]),
    case("Mean", "three", [A, B, A], lambda x, y, z: (x + y + z) / np.float32(3)),
    power_case(np.abs(A), B, "broadcast"),
    power_case(X, Y, "special"),
    power_case(POW_X, np.arange(24, dtype=np.int64).reshape(24, 1), "integers"),
    power_case(POW_X.astype(np.int32), np.array([[2.0], [3.0]], np.float32), "i32-f32"),
    power_case(A, np.array([3], np.int64), "f32-i64"),
    *[constant_power(exponent) for exponent in (1, 2, 3, 0.5, -0.5, -1, 2.5)],
]
