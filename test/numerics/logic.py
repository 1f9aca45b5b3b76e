"""Comparing, choosing, truth values and bits."""

import numpy as np
from models import node_model

SPECIAL = np.array([0, -0.0, 1, -1, 2.5, np.inf, -np.inf, np.nan], np.float32)
X, Y = (np.ascontiguousarray(m) for m in np.meshgrid(SPECIAL, SPECIAL))
P, Q = np.array([[True, False]]), np.array([[True], [False]])
RNG = np.random.default_rng(3)


def integers(dtype):
    info = np.iinfo(dtype)
    row = np.array([0, 1, 5, info.max, info.min, info.max - 1], dtype)
    return [np.ascontiguousarray(m) for m in np.meshgrid(row, row)]


def case(op, name, inputs, reference=None, opset=21, order=None, initializers=None,
         dynamic=None, **attrs):
    named = {f"x{i}": np.asarray(array) for i, array in enumerate(inputs)}
    positional = reference and (lambda **given: [reference(*given.values())])
    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(op, named, opset=opset, order=order, dynamic=dynamic,
                                    initializers=initializers, **attrs),
        "inputs": named,
        "reference": positional,
    }


COMPARISONS = {"Equal": np.equal, "Less": np.less, "LessOrEqual": np.less_equal,
               "Greater": np.greater, "GreaterOrEqual": np.greater_equal}
CASES = []
for op, function in COMPARISONS.items():
    CASES.append(case(op, "special", [X, Y], function))
    CASES.append(case(op, "dynamic", [X, Y], function, dynamic={"x0": [0], "x1": [0, 1]}))
    for dtype in (np.int8, np.int64, np.uint8, np.uint64):
        CASES.append(case(op, np.dtype(dtype).name, integers(dtype), function))
CASES.append(case("Equal", "bool", [P, Q]))
for op in ("And", "Or", "Xor"):
    CASES.append(case(op, "broadcast", [P, Q]))
    for dtype in (np.int32, np.uint8):
        CASES.append(case("Bitwise" + op, np.dtype(dtype).name, integers(dtype)))
CASES += [
    case("Not", "bool", [P]),
    case("BitwiseNot", "i32", [integers(np.int32)[0]]),
    case("BitwiseNot", "u8", [integers(np.uint8)[0]]),
    case("IsNaN", "special", [X], np.isnan),
    case("IsInf", "special", [X], np.isinf),
    case("IsInf", "positive", [X], np.isposinf, detect_negative=0),
    case("IsInf", "negative", [X], np.isneginf, detect_positive=0),
    case("IsInf", "none", [X], lambda x: np.zeros(x.shape, bool), detect_positive=0,
         detect_negative=0),
    case("Where", "broadcast", [Q, X[:2, :2], np.float32(3)]),
    case("Where", "bool", [P, Q, ~Q]),
    case("Where", "i64", [P, np.array([[7], [8]]), np.array([1, 2])]),
]
for dtype in (np.uint8, np.uint32, np.uint64):
    bits = np.iinfo(dtype).bits
    numbers = np.array([[0, 1, 5, 200, np.iinfo(dtype).max]], dtype)
    amounts = np.array([[0], [1], [7], [bits - 1]], dtype)
    for direction in ("LEFT", "RIGHT"):
        CASES.append(case("BitShift", f"{direction}-{bits}", [numbers, amounts],
                          direction=direction))

LOW, HIGH = np.float32(-1), np.float32(2)
CASES += [
    case("Clip", "opset6", [X], lambda x: np.clip(x, -1, 2), opset=7, min=-1.0, max=2.0),
    case("Clip", "constant", [X], lambda x: np.clip(x, -1, 2),
         initializers={"low": LOW, "high": HIGH}),
    case("Clip", "operands", [X, LOW, HIGH]),
    case("Clip", "crossed", [X, HIGH, LOW], lambda x, low, high: np.clip(x, low, high)),
    case("Clip", "low", [X, LOW]),
    case("Clip", "high", [X, HIGH], lambda x, high: np.minimum(x, high),
         order=["x0", "", "x1"]),
    case("Clip", "none", [X], lambda x: x),
    case("Clip", "i8", [integers(np.int8)[0], np.int8(-3), np.int8(4)]),
    case("Clip", "i64-constant", [integers(np.int64)[0]],
         lambda x: np.clip(x, -3, 2**62),
         initializers={"low": np.int64(-3), "high": np.int64(2**62)}),
    case("Clip", "u64", [integers(np.uint64)[0], np.uint64(3), np.uint64(2**63)]),
]
