"""Pools, against plain loops over positions and window."""

import itertools

import numpy as np
from models import node_model

RNG = np.random.default_rng(0)


def random(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def windows_along(n, k, s, d, low, high, ceil, auto_pad):
    """The number of windows, and the padding."""
    reach = (k - 1) * d + 1
    if auto_pad.startswith("SAME"):
        count = -(-n // s)
        total = max((count - 1) * s + reach - n, 0)
        low = total // 2 if auto_pad == "SAME_UPPER" else total - total // 2
        return count, low, total - low
    span = n + low + high - reach
    if not ceil:
        return span // s + 1, low, high
    count = -(-span // s) + 1
    return count - ((count - 1) * s >= n + low), low, high


def take(kind, values, counted, p):
    if kind == "MaxPool":
        return values.max()
    if kind == "AveragePool":
        return values.astype(np.float64).sum() / counted
    return (np.abs(values.astype(np.float64)) ** p).sum() ** (1 / p)


def pool(
    kind,
    x,
    *,
    kernel_shape,
    strides=None,
    pads=None,
    dilations=None,
    ceil_mode=0,
    count_include_pad=0,
    p=2,
    auto_pad="NOTSET",
    storage_order=0,
):
    m = x.ndim - 2
    strides, dilations = strides or [1] * m, dilations or [1] * m
    pads = pads or [0] * (2 * m)
    counts, low, high = zip(
        *(
            windows_along(*along, ceil_mode, auto_pad)
            for along in zip(
                x.shape[2:], kernel_shape, strides, dilations, pads[:m], pads[m:]
            )
        )
    )
    y = np.zeros((*x.shape[:2], *counts), x.dtype)
    indices = np.zeros(y.shape, np.int64)
    plane = int(np.prod(x.shape[2:]))
    for n, c, *at in np.ndindex(y.shape):
        places, counted = [], 0
        for k in itertools.product(*map(range, kernel_shape)):
            q = [a * s + i * d - l for a, s, i, d, l in zip(at, strides, k, dilations, low)]
            places += [q] if all(0 <= i < e for i, e in zip(q, x.shape[2:])) else []
            counted += all(i < e + h for i, e, h in zip(q, x.shape[2:], high))
        values = np.array([x[(n, c, *q)] for q in places])
        y[(n, c, *at)] = take(kind, values, counted if count_include_pad else len(places), p)
        first = places[int(np.argmax(values))]
        order = "F" if storage_order else "C"
        indices[(n, c, *at)] = (n * x.shape[1] + c) * plane + np.ravel_multi_index(
            first, x.shape[2:], order=order
        )
    return [y, indices]


def case(name, op, x, opset=19, outputs=1, dynamic=(), **attrs):
    opset = 22 if op == "LpPool" else opset
    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(
            op, {"x": x}, outputs, opset=opset, dynamic={"x": list(dynamic)}, **attrs
        ),
        "inputs": {"x": x},
        "reference": lambda x: pool(op, x, **attrs)[:outputs],
    }


X = random(2, 3, 7, 10)
NAN = X.copy()
NAN[0, 0, 3, 3] = np.nan
OVER = random(1, 2, 6, 8)  # ceil_mode drops a window that begins in the padding
ODD = {"kernel_shape": [3, 2], "strides": [2, 3], "pads": [1, 0, 1, 1]}
PLAIN = {"kernel_shape": [3, 2], "strides": [2, 3]}

CASES = [
    case("ones", op, X, kernel_shape=[3, 2]) for op in ("MaxPool", "AveragePool", "LpPool")
]
for operator in ("MaxPool", "AveragePool"):
    CASES += [
        case("odd", operator, X, **ODD),
        case("ceil", operator, X, ceil_mode=1, **ODD),
        case("overhang", operator, X, ceil_mode=1, **PLAIN),
        case("dropped", operator, OVER, ceil_mode=1, kernel_shape=[2, 3], strides=[3, 3], pads=[1, 1, 1, 1]),
        case("dilated", operator, X, dilations=[2, 3], kernel_shape=[3, 2], pads=[1, 1, 1, 1]),
        case("same-upper", operator, X, auto_pad="SAME_UPPER", **PLAIN),
        case("same-lower", operator, X, auto_pad="SAME_LOWER", **PLAIN),
        case("valid", operator, X, auto_pad="VALID", **PLAIN),
        case("dynamic", operator, X, dynamic=(0, 2, 3), ceil_mode=1, **ODD),
        case("dynamic-same", operator, X, dynamic=(2, 3), auto_pad="SAME_UPPER", **PLAIN),
        case("empty-batch", operator, X[:0], **ODD),
        case("1d", operator, random(2, 3, 11), kernel_shape=[3], strides=[2], pads=[1, 2]),
        case("3d", operator, random(1, 2, 4, 5, 6), kernel_shape=[3, 2, 2], strides=[2, 1, 2]),
        case("half", operator, X.astype(np.float16), **ODD),
        case("double", operator, X.astype(np.float64), **ODD),
    ]
CASES += [
    case("nan", "MaxPool", NAN, **ODD),
    case("opset7", "MaxPool", X, opset=7, **ODD),
    case("opset7", "AveragePool", X, opset=7, **ODD),
    case("i8", "MaxPool", RNG.integers(-128, 127, (1, 2, 6, 7)).astype(np.int8), **ODD),
    case("u8", "MaxPool", RNG.integers(0, 255, (1, 2, 6, 7)).astype(np.uint8), **ODD),
    case("counted", "AveragePool", X, count_include_pad=1, **ODD),
    case("counted-ceil", "AveragePool", X, count_include_pad=1, ceil_mode=1, **ODD),
    case("counted-dynamic", "AveragePool", X, count_include_pad=1, dynamic=(2, 3), ceil_mode=1, **ODD),
    case("counted-dilated", "AveragePool", X, count_include_pad=1, dilations=[2, 3], kernel_shape=[3, 2], pads=[1, 1, 1, 1]),
    case("p1", "LpPool", X, p=1, **ODD),
    case("p3", "LpPool", X, p=3, **ODD),
    case("indices", "MaxPool", X, outputs=2, **ODD),
    case("indices-ceil", "MaxPool", X, outputs=2, ceil_mode=1, **ODD),
    case("indices-columns", "MaxPool", X, outputs=2, storage_order=1, **ODD),
    case("indices-dynamic", "MaxPool", X, outputs=2, dynamic=(0, 2, 3), **ODD),
    case("indices-1d", "MaxPool", random(2, 3, 11), outputs=2, kernel_shape=[3], dilations=[2]),
]


def unpool():
    y, indices = pool("MaxPool", X, kernel_shape=[2, 2], strides=[2, 2])
    big = np.zeros((2, 3, 6, 10), np.float32)
    plane = np.prod(X.shape[2:])
    # The window covers 6 of the 7 rows, so indices count in the smaller image.
    rest = indices % plane
    small = indices // plane * 60 + rest // 10 * 10 + rest % 10
    big.ravel()[small.ravel()] = y.ravel()
    return {
        "name": "MaxUnpool",
        "model": lambda: node_model(
            "MaxUnpool", {"x": y, "i": small}, opset=11, kernel_shape=[2, 2], strides=[2, 2]
        ),
        "inputs": {"x": y, "i": small},
        "reference": [big],
    }


def global_case(op, reference, x=X, opset=22, **attrs):
    return {
        "name": f"{op}-{x.dtype.name}-{x.ndim}{attrs or ''}",
        "model": lambda: node_model(op, {"x": x}, opset=opset, **attrs),
        "inputs": {"x": x},
        "reference": lambda x: [reference(x, tuple(range(2, x.ndim))).astype(x.dtype)],
    }


def mean(x, axes):
    return x.astype(np.float64).mean(axes, keepdims=True)


def largest(x, axes):
    return x.max(axes, keepdims=True)


def norm(p):
    return lambda x, axes: (np.abs(x) ** p).sum(axes, keepdims=True) ** (1 / p)


CASES += [
    unpool(),
    global_case("GlobalAveragePool", mean),
    global_case("GlobalAveragePool", mean, random(2, 3, 5)),
    global_case("GlobalAveragePool", mean, X.astype(np.float16)),
    global_case("GlobalMaxPool", largest, NAN),
    global_case("GlobalMaxPool", largest, random(2, 3, 2, 3, 4)),
    global_case("GlobalLpPool", norm(2)),
    global_case("GlobalLpPool", norm(3), p=3),
]
