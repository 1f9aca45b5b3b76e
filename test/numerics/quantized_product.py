"""Products of 8-bit integers with zero points, as sums and as bytes again."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(11)
KINDS = (np.uint8, np.int8)


def full(dtype, *shape):
    """All values of the type are likely, the limits certain."""
    info = np.iinfo(dtype)
    array = RNG.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)
    array.flat[0], array.flat[-1] = info.min, info.max
    return array


def wide(x, zero=0):
    return x.astype(np.int64) - np.asarray(zero).astype(np.int64)


def requantized(sums, factor, zero):
    info = np.iinfo(zero.dtype)
    result = np.rint(sums.astype(np.float32) * np.asarray(factor, np.float32))
    return np.clip(result + zero, info.min, info.max).astype(zero.dtype)


def column(x):
    return x[:, None] if x.ndim == 1 and x.size > 1 else x


def convolution(x, w, attrs):
    """Sums in int64; torch counts in f64, which holds them."""
    import torch

    pads = attrs.get("pads")
    m = x.ndim - 2
    if pads:
        x = np.pad(x, [(0, 0), (0, 0), *zip(pads[:m], pads[m:], strict=True)])
    run = getattr(torch.nn.functional, f"conv{m}d")
    result = run(
        torch.from_numpy(x.astype(np.float64)),
        torch.from_numpy(w.astype(np.float64)),
        stride=attrs.get("strides", 1),
        dilation=attrs.get("dilations", 1),
        groups=attrs.get("group", 1),
    )
    return result.numpy().astype(np.int64)


def per_output(zero, rank):
    zero = np.asarray(zero)
    return zero.reshape(-1, *[1] * (rank - 1)) if zero.ndim else zero


def case(name, op, inputs, reference, dynamic=None, order=None, weights=(), **attrs):
    weights = {k: inputs[k] for k in weights}
    given = {k: v for k, v in inputs.items() if k not in weights}
    order = order or list(inputs)
    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(
            op, given, initializers=weights, dynamic=dynamic, order=order, **attrs
        ),
        "inputs": given,
        "reference": lambda **values: [reference(**values, **weights)],
    }


# --- Matrices ---------------------------------------------------------------------


def matmul(name, a, b, za=None, zb=None, **more):
    inputs = {"a": a, "b": b}
    order = ["a", "b", "za" if za is not None else "", "zb" if zb is not None else ""]
    inputs |= {k: v for k, v in (("za", za), ("zb", zb)) if v is not None}

    def reference(a, b, za=np.int8(0), zb=np.int8(0)):
        za = column(np.asarray(za)) if a.ndim > 1 else za
        return (wide(a, za) @ wide(b, zb)).astype(np.int32)

    while not order[-1]:
        order.pop()
    label = f"{name}-{a.dtype.name}-{b.dtype.name}"
    return case(label, "MatMulInteger", inputs, reference, order=order, **more)


def qlinear_matmul(name, a, b, za, zb, zy, scales, **more):
    sa, sb, sy = (np.asarray(s, np.float32) for s in scales)
    inputs = {"a": a, "sa": sa, "za": za, "b": b, "sb": sb, "zb": zb, "sy": sy, "zy": zy}

    def reference(a, sa, za, b, sb, zb, sy, zy):
        sums = (wide(a, column(za)) @ wide(b, zb)).astype(np.int32)
        factor = column(np.asarray(sa)) * np.asarray(sb) / column(np.asarray(sy))
        return requantized(sums, factor, column(np.asarray(zy)))

    label = f"{name}-{a.dtype.name}-{b.dtype.name}"
    return case(label, "QLinearMatMul", inputs, reference, **more)


# --- Convolutions -----------------------------------------------------------------


def conv_integer(name, x, w, zx=None, zw=None, **more):
    inputs = {"x": x, "w": w}
    order = ["x", "w", "zx" if zx is not None else "", "zw" if zw is not None else ""]
    inputs |= {k: v for k, v in (("zx", zx), ("zw", zw)) if v is not None}
    attrs = {k: v for k, v in more.items() if k not in ("dynamic", "weights")}

    def reference(x, w, zx=np.int8(0), zw=np.int8(0)):
        image, weight = wide(x, zx), wide(w, per_output(zw, w.ndim))
        return convolution(image, weight, attrs).astype(np.int32)

    while not order[-1]:
        order.pop()
    label = f"{name}-{x.dtype.name}-{w.dtype.name}"
    return case(label, "ConvInteger", inputs, reference, order=order, **more)


def qlinear_conv(name, x, w, zx, zw, zy, scales, bias=None, **more):
    sx, sw, sy = (np.asarray(s, np.float32) for s in scales)
    inputs = {"x": x, "sx": sx, "zx": zx, "w": w, "sw": sw, "zw": zw, "sy": sy, "zy": zy}
    inputs |= {} if bias is None else {"bias": bias}
    attrs = {k: v for k, v in more.items() if k not in ("dynamic", "weights")}

    def reference(x, sx, zx, w, sw, zw, sy, zy, bias=None):
        sums = convolution(wide(x, zx), wide(w, per_output(zw, w.ndim)), attrs)
        if bias is not None:
            sums = sums + bias.reshape(-1, *[1] * (x.ndim - 2))
        factor = per_output(sw, x.ndim - 1) * sx / sy
        return requantized(sums.astype(np.int32), factor, zy)

    label = f"{name}-{x.dtype.name}-{w.dtype.name}"
    return case(label, "QLinearConv", inputs, reference, **more)


CASES = []
for left in KINDS:
    for right in KINDS:
        a, b = full(left, 5, 37), full(right, 37, 19)
        x, w = full(left, 2, 6, 9, 7), full(right, 4, 6, 3, 3)
        za, zb = left(3), right(7)
        CASES += [
            matmul("plain", a, b),
            matmul("points", a, b, np.array(za), np.array(zb)),
            matmul("rows-columns", a, b, full(left, 5), full(right, 19)),
            matmul("only-right", a, b, None, np.array([zb])),
            qlinear_matmul(
                "one", a, b, np.array(za), np.array(zb), np.array(za), (0.02, 0.03, 1.7)
            ),
            conv_integer("pads", x, w, np.array(za), pads=[1, 2, 0, 1]),
            conv_integer("outputs", x, w, np.array(za), full(right, 4), strides=[2, 1],
                         pads=[1, 1, 1, 1], weights=["w", "zw"]),
            qlinear_conv(
                "bias", x, w, np.array(za), np.array(zb), np.array(za), (0.02, 0.03, 5.3),
                RNG.integers(-9999, 9999, 4).astype(np.int32), pads=[1, 1, 1, 1],
            ),
        ]
FOUR = RNG.uniform(0.01, 0.2, 4).astype(np.float32)
a, b = full(np.uint8, 2, 3, 4, 33), full(np.int8, 2, 1, 33, 5)
x, w = full(np.uint8, 1, 8, 6, 6), full(np.int8, 4, 2, 3, 3)
CASES += [
    matmul("batches", a, b, full(np.uint8, 2, 3, 4, 1), full(np.int8, 2, 1, 1, 5)),
    matmul("vectors", full(np.int8, 9), full(np.uint8, 9), np.array(4, np.int8)),
    matmul("row", full(np.uint8, 9), full(np.int8, 9, 3), np.array(200, np.uint8)),
    matmul("column", full(np.int8, 4, 9), full(np.int8, 9), np.array(-4, np.int8),
           np.array(2, np.int8)),
    matmul("nothing", full(np.uint8, 3, 1)[:, :0], full(np.int8, 1, 4)[:0]),
    matmul("dynamic", full(np.int8, 3, 5), full(np.int8, 5, 4), np.array(-4, np.int8),
           np.array(2, np.int8), dynamic={"a": [0, 1], "b": [0, 1]}),
    matmul("wraps", np.full((2, 70000), 255, np.uint8), np.full((70000, 2), 127, np.int8)),
    qlinear_matmul("rows-columns", full(np.uint8, 4, 21), full(np.int8, 21, 6),
                   full(np.uint8, 4), full(np.int8, 6), full(np.int8, 4),
                   (FOUR, RNG.uniform(0.01, 0.2, 6), FOUR * 40)),
    qlinear_matmul("batches", a, b, full(np.uint8, 2, 3, 4, 1), full(np.int8, 2, 1, 1, 5),
                   full(np.uint8, 2, 3, 4, 1),
                   (RNG.uniform(0.1, 0.2, (2, 3, 4, 1)), RNG.uniform(0.1, 0.2, (2, 1, 1, 5)),
                    RNG.uniform(3, 9, (2, 3, 4, 1)))),
    conv_integer("groups", x, w, np.array(9, np.uint8), full(np.int8, 4), group=4,
                 pads=[1, 0, 1, 0]),
    conv_integer("depthwise", full(np.int8, 1, 4, 6, 6), full(np.int8, 4, 1, 3, 3),
                 np.array(-9, np.int8), group=4, pads=[1, 1, 1, 1]),
    conv_integer("1d", full(np.uint8, 2, 5, 17), full(np.uint8, 3, 5, 4),
                 np.array(77, np.uint8), np.array(8, np.uint8), dilations=[2], pads=[3, 1]),
    conv_integer("3d", full(np.uint8, 1, 2, 4, 5, 6), full(np.int8, 3, 2, 2, 3, 2),
                 np.array([77], np.uint8), pads=[1, 0, 1, 0, 1, 0]),
    conv_integer("dynamic", full(np.int8, 2, 3, 6, 7), full(np.int8, 4, 3, 3, 3),
                 np.array(-9, np.int8), np.array(3, np.int8), pads=[1, 1, 1, 1],
                 dynamic={"x": [0, 2, 3]}),
    qlinear_conv("outputs", x, full(np.int8, 4, 8, 1, 1), np.array(128, np.uint8),
                 np.zeros(4, np.int8), np.array(3, np.uint8), (0.3, FOUR, 9.0),
                 weights=["sx", "zx", "w", "sw", "zw", "sy", "zy"]),
]
# Sums whose results lie between two integers: the even one counts, and only then
# is the zero point added.
HALVES = np.arange(-8, 8, dtype=np.int8)[:, None]
CASES += [
    qlinear_matmul("halves", HALVES, np.array([[1]], np.int8), np.array(0, np.int8),
                   np.array(0, np.int8), np.array(odd, np.int8), (0.5, 1, 1))
    for odd in (1,)
]
