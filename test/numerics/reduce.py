"""Reductions: axes as attribute and input, empty ones, integers, specials."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(3)
OPS = ["Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"]


def wide(x):
    return x.astype(np.float64) if x.dtype.kind == "f" else x


def log_sum_exp(x, axis, keepdims):
    m = np.max(x, axis, keepdims=True, initial=-np.inf)
    m = np.where(np.isinf(m), 0, m)
    y = np.log(np.sum(np.exp(x - m), axis, keepdims=True)) + m
    return y if keepdims else np.squeeze(y, axis)


def mean(x, **along):
    if x.dtype.kind == "f":
        return np.mean(x, **along)
    count = np.sum(np.ones_like(x, np.int64), **along)
    return np.trunc(np.sum(x, dtype=np.float64, **along) / count)


def lowest(dtype):
    if dtype.kind == "b":
        return False
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def highest(dtype):
    if dtype.kind == "b":
        return True
    return np.inf if dtype.kind == "f" else np.iinfo(dtype).max


REFERENCE = {
    "Sum": np.sum,
    "Mean": mean,
    "Max": lambda x, **along: np.max(x, initial=lowest(x.dtype), **along),
    "Min": lambda x, **along: np.min(x, initial=highest(x.dtype), **along),
    "Prod": np.prod,
    "L1": lambda x, **along: np.sum(np.abs(x), **along),
    "L2": lambda x, **along: np.sqrt(np.sum(np.square(x), **along)),
    "SumSquare": lambda x, **along: np.sum(np.square(x), **along),
    "LogSum": lambda x, **along: np.log(np.sum(x, **along)),
    "LogSumExp": log_sum_exp,
}


def case(op, name, x, axes=None, keepdims=1, *, opset=21, as_input=False, noop=0,
         dynamic=None):  # fmt: skip
    inputs, attrs, kept = {"x": x}, {"keepdims": keepdims}, {}
    takes_input = opset >= (13 if op == "Sum" else 18)
    if axes is not None and not takes_input:
        attrs["axes"] = axes
    elif axes is not None:
        (inputs if as_input else kept)["axes"] = np.array(axes, np.int64)
    if noop:
        attrs["noop_with_empty_axes"] = noop
    along = tuple(axes) if axes else (() if noop else tuple(range(x.ndim)))

    def reference(**arrays):
        with np.errstate(all="ignore"):
            y = REFERENCE[op](wide(x), axis=along, keepdims=bool(keepdims))
            return [np.asarray(y).astype(x.dtype)]

    def model():
        made = node_model(f"Reduce{op}", inputs, initializers=kept, opset=opset,
                          dynamic=dynamic, **attrs)
        if as_input:  # onnx infers no rank, but wants one declared
            shape = made.graph.output[0].type.tensor_type.shape
            while len(shape.dim) < (x.ndim if keepdims else x.ndim - len(axes)):
                shape.dim.add()
        return made

    return {
        "name": f"Reduce{op}-{name}",
        "model": model,
        "inputs": inputs,
        "reference": reference,
    }  # fmt: skip


def forms(op):
    x = RNG.standard_normal((3, 5, 7)).astype(np.float32)
    if op in ("LogSum",):
        x = np.abs(x)
    positive = np.abs(x) + 1
    half = positive.astype(np.float16)
    return [
        case(op, "last", x, [-1]),
        case(op, "first", x, [0], 0),
        case(op, "middle", x, [1], 0, dynamic={"x": [0, 1]}),
        case(op, "two", x, [2, 0], dynamic={"x": [1, 2]}),
        case(op, "all", x, None, 0),
        case(op, "all-kept", x, None, 1),
        case(op, "old", x, [1, -1], 1, opset=11),
        case(op, "none", positive, [], noop=1),
        case(op, "empty-list", x, [], 0),
        case(op, "computed", x, [-2], 0, as_input=True),
        case(op, "computed-two", x, [2, 0], 1, as_input=True),
        case(op, "computed-dynamic", x, [1, 2], 0, as_input=True, dynamic={"x": [0, 2]}),
        case(op, "nothing", np.zeros((2, 0, 3), np.float32), [1]),
        case(op, "scalar", np.array(2.5, np.float32), None),
        case(op, "double", positive.astype(np.float64), [1]),
        case(op, "half", half / 8 if op == "Prod" else half, [2]),
    ]


def integers(op):
    cases = []
    for dtype in (np.int32, np.int64, np.uint32, np.uint64):
        low = -40 if np.dtype(dtype).kind == "i" else 1
        x = RNG.integers(low, 40, (4, 6)).astype(dtype)
        cases.append(case(op, np.dtype(dtype).name, x, [1]))
    return cases


def extremes(op):
    cases = [
        case(op, np.dtype(t).name, RNG.integers(0, 200, (3, 5)).astype(t), [0], opset=20)
        for t in (np.int8, np.uint8)
    ]
    cases.append(case(op, "bool", RNG.integers(0, 2, (3, 5)) != 0, [1], opset=20))
    cases.append(case(op, "bool-nothing", np.zeros((3, 0), bool), [1], opset=20))
    return cases


SPECIAL = np.array(
    [
        [1, np.nan, 2],
        [np.inf, -np.inf, 1],
        [np.inf, np.inf, np.inf],
        [-np.inf, -np.inf, -np.inf],
        [0, -0.0, 0],
        [3e38, -3e38, 1],
    ],
    np.float32,
)

CASES = [c for op in OPS for c in forms(op)]
CASES += [c for op in ("Sum", "Mean", "Prod", "L1", "SumSquare") for c in integers(op)]
CASES += [c for op in ("Max", "Min") for c in integers(op) + extremes(op)]
CASES += [case(op, "special", SPECIAL, [1]) for op in ("Sum", "Max", "Min", "L1")]
CASES.append(case("LogSumExp", "special", SPECIAL[1:5], [1]))
CASES.append(case("LogSumExp", "large", np.array([[1e4, 1e4], [-1e4, -1e4]], np.float32), [1]))
