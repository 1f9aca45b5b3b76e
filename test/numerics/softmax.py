"""Softmax and its relatives, before and after opset 13."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(4)
X = RNG.standard_normal((3, 5, 7)).astype(np.float32) * 4
SPECIAL = np.array(
    [
        [1, 2, np.nan],
        [-np.inf, 1, 2],
        [-np.inf, -np.inf, -np.inf],
        [np.inf, 1, 2],
        [1e4, 1e4, -1e4],
        [-0.0, 0, 0],
    ],
    np.float32,
)


def softmax(x):
    e = np.exp(x - np.max(x, -1, keepdims=True))
    return e / np.sum(e, -1, keepdims=True)


def log_softmax(x):
    low = x - np.max(x, -1, keepdims=True)
    return low - np.log(np.sum(np.exp(low), -1, keepdims=True))


def hardmax(x):
    return np.eye(x.shape[-1])[np.argmax(x, -1)]


REFERENCE = {"Softmax": softmax, "LogSoftmax": log_softmax, "Hardmax": hardmax}


def case(op, name, x, axis=None, opset=21, dynamic=None):
    attrs = {} if axis is None else {"axis": axis}

    def reference(x):
        at = axis if axis is not None else (-1 if opset >= 13 else 1)
        if x.size == 0:
            return [x]
        with np.errstate(all="ignore"):
            y = x.astype(np.float64)
            if opset >= 13:
                y = np.moveaxis(REFERENCE[op](np.moveaxis(y, at, -1)), -1, at)
            else:
                rows = int(np.prod(x.shape[: at % x.ndim]))
                y = REFERENCE[op](y.reshape(rows, -1)).reshape(x.shape)
        return [y.astype(x.dtype)]

    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(op, {"x": x}, opset=opset, dynamic=dynamic, **attrs),
        "inputs": {"x": x},
        "reference": reference,
    }


def forms(op):
    return [
        case(op, "default", X),
        case(op, "axis0", X, 0),
        case(op, "axis1", X, 1, dynamic={"x": [0, 1, 2]}),
        case(op, "negative", X, -2),
        case(op, "old-default", X, opset=11),
        case(op, "old-axis0", X, 0, opset=11, dynamic={"x": [1]}),
        case(op, "old-last", X, 2, opset=11),
        case(op, "special", SPECIAL),
        case(op, "vector", X[0, 0]),
        case(op, "one", X[..., :1]),
        case(op, "empty", np.zeros((2, 0, 3), np.float32), 2),
        case(op, "double", X.astype(np.float64)),
        case(op, "half", X.astype(np.float16)),
    ]


TIES = np.array([[1, 3, 3], [2, 2, 2], [0, -0.0, 0]], np.float32)

CASES = [c for op in REFERENCE for c in forms(op)]
CASES.append(case("Hardmax", "ties", TIES))
CASES.append(case("Hardmax", "ties-flat", np.stack([TIES, -TIES]), 1, opset=11))
