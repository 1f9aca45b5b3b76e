"""Normalisations: by the input's own statistics, and by given ones."""

import numpy as np
from models import node_model, value_info

RNG = np.random.default_rng(5)
X = (RNG.standard_normal((2, 6, 5, 7)) * 3 + 1).astype(np.float32)
# A mean far larger than the deviation: squares must not be subtracted.
FAR = (RNG.standard_normal((4, 33)) + 1000).astype(np.float32)


def normal(*shape, dtype=np.float32):
    return RNG.standard_normal(shape).astype(dtype)


def normalize(x, axes, eps, centered=True):
    x = x.astype(np.float64)
    mean = x.mean(axes, keepdims=True) if centered else 0
    inverse = 1 / np.sqrt(np.square(x - mean).mean(axes, keepdims=True) + eps)
    return (x - mean) * inverse, mean, inverse


def spread(c, rank):
    return c.reshape(1, -1, *[1] * (rank - 2))


def declared(model, x):
    """Declares the result like `x` where onnx infers nothing."""
    for output in model.graph.output:
        if not output.type.tensor_type.HasField("shape"):
            output.CopyFrom(value_info(output.name, x, range(x.ndim)))
    return model


def case(op, name, arrays, reference, *, outputs=1, weights=None, opset=23, dynamic=None,
         tolerance=None, statistics=None, output=None, **attrs):  # fmt: skip
    names = list(arrays)
    weights = names[1:] if weights is None else weights
    inputs = {k: v for k, v in arrays.items() if k not in weights}
    kept = {k: v for k, v in arrays.items() if k in weights}
    x = arrays[names[0]]

    def expected(**_):
        with np.errstate(all="ignore"):
            results = reference(*arrays.values())
        others = statistics or (np.float32 if x.dtype == np.float16 else x.dtype)
        return [np.asarray(r).astype(others if i else output or x.dtype)
                for i, r in enumerate(results)]

    return {
        "name": f"{op}-{name}",
        "model": lambda: declared(
            node_model(op, inputs, outputs, initializers=kept, opset=opset, dynamic=dynamic,
                       order=names, **attrs), x),
        "inputs": inputs,
        "reference": expected,
        "tolerance": tolerance,
    }  # fmt: skip


def layer_norm(name, x, s, b=None, axis=-1, eps=1e-5, outputs=1, **more):
    arrays = {"x": x, "s": s, **({} if b is None else {"b": b})}

    def reference(x, s, b=0):
        y, mean, inverse = normalize(x, tuple(range(axis % x.ndim, x.ndim)), eps)
        return [y * s + b, mean, inverse][:outputs]

    return case("LayerNormalization", name, arrays, reference, outputs=outputs, axis=axis,
                epsilon=eps, statistics=np.float32, **more)  # fmt: skip


def rms_norm(name, x, s, axis=-1, eps=1e-5, **more):
    def reference(x, s):
        axes = tuple(range(axis % x.ndim, x.ndim))
        return [normalize(x, axes, eps, centered=False)[0] * s]

    return case("RMSNormalization", name, {"x": x, "s": s}, reference, axis=axis,
                epsilon=eps, **more)  # fmt: skip


def group_norm(name, x, groups, eps=1e-5, **more):
    arrays = {"x": x, "s": normal(x.shape[1]), "b": normal(x.shape[1])}

    def reference(x, s, b):
        split = x.reshape(x.shape[0], groups, -1)
        y = normalize(split, (2,), eps)[0].reshape(x.shape)
        return [y * spread(s, x.ndim) + spread(b, x.ndim)]

    return case("GroupNormalization", name, arrays, reference, opset=21,
                num_groups=groups, epsilon=eps, **more)  # fmt: skip


def instance_norm(name, x, eps=1e-5, **more):
    arrays = {"x": x, "s": normal(x.shape[1]), "b": normal(x.shape[1])}

    def reference(x, s, b):
        y = normalize(x, tuple(range(2, x.ndim)), eps)[0]
        return [y * spread(s, x.ndim) + spread(b, x.ndim)]

    return case("InstanceNormalization", name, arrays, reference, opset=22, epsilon=eps,
                **more)  # fmt: skip


def batch_norm(name, x, eps=1e-5, momentum=0.9, training=False, outputs=1, opset=15, **more):
    c = x.shape[1]
    arrays = {"x": x, "s": normal(c), "b": normal(c), "m": normal(c),
              "v": np.abs(normal(c)) + np.float32(0.1)}  # fmt: skip
    if training:
        more["training_mode"] = 1

    def reference(x, s, b, m, v):
        x = x.astype(np.float64)
        axes = (0, *range(2, x.ndim))
        mean, var = (x.mean(axes), x.var(axes)) if training else (m, v)
        y = (x - spread(mean, x.ndim)) / np.sqrt(spread(var, x.ndim) + eps)
        y = y * spread(s, x.ndim) + spread(b, x.ndim)
        mix = [old * momentum + new * (1 - momentum) for old, new in ((m, mean), (v, var))]
        return [y, *mix][:outputs]

    return case("BatchNormalization", name, arrays, reference, outputs=outputs, opset=opset,
                epsilon=eps, momentum=momentum, **more)  # fmt: skip


def mean_variance(name, x, axes=None, **more):
    attrs = {} if axes is None else {"axes": list(axes)}

    def reference(x):
        along = (0, 2, 3) if axes is None else tuple(axes)
        low = x - x.mean(along, keepdims=True, dtype=np.float64)
        return [low / (np.sqrt(np.square(low).mean(along, keepdims=True)) + 1e-9)]

    return case("MeanVarianceNormalization", name, {"x": x}, reference, opset=13,
                **attrs, **more)  # fmt: skip


def lp(name, x, p, axis=-1, **more):
    def reference(x):
        norm = np.linalg.norm(x.astype(np.float64), p, axis, keepdims=True)
        return [np.where(norm == 0, 0, x / norm)]

    return case("LpNormalization", name, {"x": x}, reference, opset=22, p=p, axis=axis, **more)


def lrn(name, x, size, alpha=1e-4, beta=0.75, bias=1.0, **more):
    def reference(x):
        squares = np.square(x.astype(np.float64))
        sums = np.zeros_like(squares)
        for c in range(x.shape[1]):
            begin = max(0, c - (size - 1) // 2)
            sums[:, c] = squares[:, begin : c + size // 2 + 1].sum(1)
        return [x / (bias + alpha / size * sums) ** beta]

    return case("LRN", name, {"x": x}, reference, opset=13, size=size, alpha=alpha, beta=beta,
                bias=bias, **more)  # fmt: skip


ZERO = X[0, 0].copy()
ZERO[2] = 0
SPECIAL = FAR.copy()
SPECIAL[1, 3], SPECIAL[2, 5] = np.nan, np.inf
HALF = X.astype(np.float16)

CASES = [
    layer_norm("last", X, normal(7), normal(7)),
    layer_norm("no-bias", X, normal(7), eps=0.1),
    layer_norm("two", X, normal(5, 7), normal(5, 7), axis=2, dynamic={"x": [0, 1]}),
    layer_norm("all", X, normal(*X.shape), normal(*X.shape), axis=0),
    layer_norm("broadcast", X, normal(5, 1), normal(7), axis=-2, dynamic={"x": [0, 1, 2]}),
    layer_norm("statistics", X, normal(7), normal(7), outputs=3),
    layer_norm("statistics-two", X, normal(7), normal(7), axis=1, outputs=3),
    layer_norm("far", FAR, normal(33), normal(33), tolerance=(1e-3, 2e-3)),
    layer_norm("special", SPECIAL, normal(33), normal(33), tolerance=(1e-3, 2e-3)),
    layer_norm("computed", X, normal(7), normal(7), weights=()),
    layer_norm("dynamic", X, normal(7), normal(7), dynamic={"x": [0, 1, 2, 3]}),
    layer_norm("empty", X[:0], normal(7), normal(7)),
    layer_norm("one", X[..., :1], normal(1), normal(1)),
    layer_norm("double", X.astype(np.float64), normal(7, dtype=np.float64)),
    layer_norm("double-statistics", X.astype(np.float64), normal(7, dtype=np.float64), outputs=3),
    layer_norm("half", HALF, normal(7, dtype=np.float16), normal(7, dtype=np.float16)),
    rms_norm("last", X, normal(7)),
    rms_norm("two", X, normal(5, 7), axis=-2, dynamic={"x": [0, 1]}),
    rms_norm("far", FAR, normal(33), eps=0.5),
    rms_norm("half", HALF, normal(7, dtype=np.float16)),
    rms_norm("half-wide-scale", HALF, normal(7), output=np.float32),
    rms_norm("half-scale", X, normal(7, dtype=np.float16), output=np.float16),
    rms_norm("double-scale", HALF, normal(7, dtype=np.float64), output=np.float64,
             tolerance=(1e-7, 1e-9)),
    group_norm("two", X, 2),
    group_norm("each", X, 6, eps=0.01),
    group_norm("one", X, 1, dynamic={"x": [0]}),
    group_norm("dynamic", X, 3, dynamic={"x": [0, 2, 3]}),
    group_norm("flat", X[:, :, 0, 0], 2),
    instance_norm("image", X),
    instance_norm("line", X[..., 0], eps=0.1),
    instance_norm("dynamic", X, dynamic={"x": [0, 2, 3]}),
    instance_norm("volume", normal(2, 3, 4, 3, 2)),
    batch_norm("image", X),
    batch_norm("old", X, opset=9),
    batch_norm("dynamic", X, eps=0.01, dynamic={"x": [0, 2, 3]}),
    batch_norm("computed", X, weights=()),
    batch_norm("flat", X[:, :, 0, 0]),
    batch_norm("volume", normal(2, 3, 4, 3, 2)),
    batch_norm("empty", X[:0]),
    batch_norm("half", HALF),
    batch_norm("training", X, training=True, outputs=3),
    batch_norm("training-flat", X[:, :, 0, 0], training=True, momentum=0.3, outputs=3),
    mean_variance("default", X),
    mean_variance("channels", X, (1,), dynamic={"x": [0, 1]}),
    lp("l2", X, 2),
    lp("l1", X, 1, 1, dynamic={"x": [0, 1]}),
    lp("zero", ZERO, 2),
    lp("zero-l1", ZERO, 1),
    lrn("odd", X, 3),
    lrn("even", X, 4, alpha=0.5, beta=0.6, bias=2.0),
    lrn("wide", X, 25, alpha=1.0),
    lrn("dynamic", X, 5, alpha=0.3, dynamic={"x": [0, 1, 2, 3]}),
]
