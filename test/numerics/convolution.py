"""Convolutions and transposed ones, against plain loops over the window."""

import itertools

import numpy as np
from models import node_model

RNG = np.random.default_rng(0)


def random(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def same_pads(x, w, strides, dilations, upper):
    low, high = [], []
    for n, k, s, d in zip(x.shape[2:], w.shape[2:], strides, dilations):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        low.append(total // 2 if upper else total - total // 2)
        high.append(total - low[-1])
    return low + high


def conv(x, w, b=None, *, strides, pads, dilations, group, auto_pad="NOTSET"):
    m = x.ndim - 2
    if auto_pad.startswith("SAME"):
        pads = same_pads(x, w, strides, dilations, auto_pad == "SAME_UPPER")
    around = [(0, 0), (0, 0), *zip(pads[:m], pads[m:])]
    padded = np.pad(x.astype(np.float64), around)
    reach = [(k - 1) * d + 1 for k, d in zip(w.shape[2:], dilations)]
    out = [(n - r) // s + 1 for n, r, s in zip(padded.shape[2:], reach, strides)]
    y = np.zeros((x.shape[0], group, w.shape[0] // group, *out))
    for k in itertools.product(*map(range, w.shape[2:])):
        part = padded[
            (slice(None), slice(None))
            + tuple(
                slice(i * d, i * d + (o - 1) * s + 1, s)
                for i, d, o, s in zip(k, dilations, out, strides)
            )
        ]
        part = part.reshape(x.shape[0], group, w.shape[1], *out)
        factors = w[(slice(None), slice(None), *k)].reshape(group, -1, w.shape[1])
        y += np.einsum("ngc...,gfc->ngf...", part, factors)
    y = y.reshape(x.shape[0], w.shape[0], *out)
    if b is not None:
        y += b.reshape(-1, *[1] * m)
    return [y.astype(x.dtype)]


def conv_transpose(x, w, b=None, *, strides, pads, dilations, group, output_padding):
    m = x.ndim - 2
    each = w.shape[1]
    wide = [
        (n - 1) * s + (k - 1) * d + 1 + p
        for n, s, k, d, p in zip(
            x.shape[2:], strides, w.shape[2:], dilations, output_padding
        )
    ]
    y = np.zeros((x.shape[0], group, each, *wide))
    parts = x.reshape(x.shape[0], group, -1, *x.shape[2:])
    for k in itertools.product(*map(range, w.shape[2:])):
        factors = w[(slice(None), slice(None), *k)].reshape(group, -1, each)
        at = tuple(
            slice(i * d, i * d + (n - 1) * s + 1, s)
            for i, d, n, s in zip(k, dilations, x.shape[2:], strides)
        )
        y[(slice(None),) * 3 + at] += np.einsum("ngc...,gcf->ngf...", parts, factors)
    y = y.reshape(x.shape[0], -1, *wide)
    y = y[
        (slice(None), slice(None))
        + tuple(slice(l, n - h) for l, h, n in zip(pads[:m], pads[m:], wide))
    ]
    if b is not None:
        y = y + b.reshape(-1, *[1] * m)
    return [y.astype(x.dtype)]


def case(name, op, reference, arrays, opset=11, dynamic=(), **attrs):
    inputs = dict(zip("xwb", arrays))
    m = arrays[0].ndim - 2
    full = {
        "strides": [1] * m,
        "pads": [0] * (2 * m),
        "dilations": [1] * m,
        "group": 1,
        **attrs,
    }
    given = {k: v for k, v in full.items() if k != "pads" or "auto_pad" not in attrs}
    return {
        "name": name,
        "model": lambda: node_model(
            op, inputs, opset=opset, dynamic={"x": list(dynamic)}, **given
        ),
        "inputs": inputs,
        "reference": lambda **values: reference(*values.values(), **full),
    }


def forward(name, *arrays, **more):
    return case("Conv-" + name, "Conv", conv, arrays, **more)


def transposed(name, *arrays, output_padding=None, **more):
    return case(
        "ConvTranspose-" + name,
        "ConvTranspose",
        conv_transpose,
        arrays,
        output_padding=output_padding or [0] * (arrays[0].ndim - 2),
        **more,
    )


X, W, B = random(2, 3, 7, 9), random(4, 3, 3, 2), random(4)
ODD = {"strides": [2, 3], "pads": [1, 0, 2, 1]}
ONE = {"strides": [2, 2], "pads": [1, 1, 1, 1]}
FAR = {"pads": [3, 2, 2, 3]}

CASES = [
    forward("odd", X, W, B, **ODD),
    forward("opset1-no-bias", X, W, dilations=[2, 1], opset=7, **ODD),
    forward("dynamic", X, W, B, dynamic=(0, 2, 3), **ODD),
    forward("dynamic-batch", X, W, B, dynamic=(0,), **ODD),
    forward("same-upper", X, W, B, strides=[2, 3], auto_pad="SAME_UPPER"),
    forward("same-lower", X, W, B, strides=[2, 3], auto_pad="SAME_LOWER"),
    forward("same-dynamic", X, W, auto_pad="SAME_UPPER", strides=[2, 2], dynamic=(2, 3)),
    forward("valid", X, W, B, auto_pad="VALID"),
    forward("empty-batch", X[:0], W, B, **ODD),
    forward("half", *(a.astype(np.float16) for a in (X, W, B)), **ODD),
    forward("double", *(a.astype(np.float64) for a in (X, W, B)), **ODD),
    forward("depthwise", random(2, 4, 7, 9), random(4, 1, 3, 3), B, group=4, **ONE),
    forward("multiplied", random(2, 4, 7, 9), random(8, 1, 3, 3), group=4, **ONE),
    forward("groups", random(2, 4, 7, 9), random(6, 2, 3, 3), random(6), group=2, **ONE),
    forward(
        "groups-dynamic",
        random(2, 4, 7, 9),
        random(6, 2, 3, 3),
        random(6),
        group=2,
        dynamic=(0, 2, 3),
        **ONE,
    ),
    # Parts of the window that only ever meet padding.
    forward("pixel", random(2, 5, 1, 1), random(4, 5, 3, 3), B, pads=[1] * 4),
    forward("corner", random(2, 5, 2, 1), random(4, 5, 5, 3), B, pads=[2, 1, 2, 1]),
    forward("pixel-kept", random(2, 4, 1, 1), random(4, 4, 3, 2), pads=[2, 0, 0, 3]),
    forward(
        "dilated-far",
        random(1, 4, 3, 5),
        random(4, 4, 3, 3),
        pads=[6, 6, 5, 7],
        dilations=[6, 6],
    ),
    forward(
        "between-pixels",
        random(1, 4, 1, 2),
        random(4, 2, 4, 4),
        group=2,
        strides=[4, 3],
        pads=[6, 5, 8, 9],
        dilations=[2, 3],
    ),
    forward("depthwise-pixel", random(1, 4, 1, 3), random(4, 1, 5, 5), group=4, pads=[2] * 4),
    forward("only-padding", random(1, 4, 1, 1), random(4, 4, 1, 1), strides=[9, 9], **FAR),
    forward("1d", random(2, 4, 11), random(6, 4, 4), random(6), strides=[3], pads=[1, 2]),
    forward("1d-groups", random(2, 4, 11), random(6, 2, 4), group=2, dilations=[2]),
    forward("1d-depthwise", random(2, 4, 11), random(4, 1, 4), group=4),
    forward("3d", random(2, 4, 5, 6, 7), random(6, 4, 2, 3, 2), strides=[1, 2, 3]),
    forward("3d-groups", random(2, 4, 5, 6, 7), random(6, 2, 2, 3, 2), group=2),
    transposed("odd", X, random(3, 4, 3, 2), B, output_padding=[1, 2], **ODD),
    transposed(
        "groups",
        random(2, 4, 5, 6),
        random(4, 3, 3, 2),
        random(6),
        group=2,
        dilations=[1, 2],
        output_padding=[1, 0],
        **ODD,
    ),
    transposed("crop", X, random(3, 4, 1, 2), pads=[2, 1, 1, 2]),
    transposed("crop-rows", X, random(3, 4, 5, 4), pads=[5, 4, 3, 6], strides=[2, 1]),
    transposed("view", X, random(3, 20, 2, 3), random(20), strides=[2, 3]),
    transposed("small-window", X, random(3, 20, 1, 2), strides=[2, 4], pads=[0, 1, 2, 1]),
    transposed("wide-output", X, W[:3], strides=[2, 1], output_padding=[5, 4]),
    transposed("spread", X, W[:3], B[:3], dilations=[3, 2], **ODD),
    transposed("plain", X, W[:3], B[:3], dilations=[1, 2], pads=[1, 0, 2, 1]),
    transposed("half", *(a.astype(np.float16) for a in (X, W[:3], B[:3])), **ODD),
    transposed("depthwise", random(2, 16, 5, 6), random(16, 1, 4, 4), group=16, **ONE),
    transposed(
        "groups-dynamic",
        random(2, 8, 5, 6),
        random(8, 9, 3, 5),
        random(18),
        group=2,
        dynamic=(0, 2, 3),
        **ODD,
    ),
    transposed("dynamic", X, random(3, 4, 2, 2), strides=[2, 2], dynamic=(0, 2, 3)),
    transposed("1d", random(2, 4, 5), random(4, 2, 4), random(2), strides=[3]),
    transposed("3d", random(2, 4, 3, 4, 5), random(4, 2, 2, 3, 1), strides=[3, 2, 1]),
    transposed(
        "3d-groups",
        random(2, 4, 3, 4, 5),
        random(4, 9, 3, 2, 3),
        strides=[2, 2, 2],
        group=2,
    ),
]
