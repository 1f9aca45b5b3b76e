"""Tensors made from few numbers."""

import numpy as np
from models import TensorProto, node_model

RNG = np.random.default_rng(19)
X = RNG.standard_normal((2, 4, 5)).astype(np.float32)


def case(name, op, inputs, **more):
    return {"name": name, "model": lambda: node_model(op, inputs, **more), "inputs": inputs}


def ranges(start, limit, delta, dtype):
    values = [np.array(v, dtype) for v in (start, limit, delta)]
    bounds = dict(zip(["start", "limit", "delta"], values))
    name = f"Range-{start}-{limit}-{delta}-{np.dtype(dtype).name}"
    some = {"start": bounds["start"]}
    rest = {k: v for k, v in bounds.items() if k != "start"}
    return [
        case(name, "Range", bounds),
        case(f"{name}-fixed", "Range", some, initializers=rest),
    ]


def eye(name, **more):
    return case(f"EyeLike-{name}", "EyeLike", {"x": X[0]}, **more)


def trilu(k, upper, late):
    number = {"k": np.array(k, np.int64)}
    name = f"Trilu-{k}-{upper}-{late}"
    if late:
        return case(name, "Trilu", {"x": X, **number}, upper=upper, dynamic={"x": [0, 1]})
    return case(name, "Trilu", {"x": X}, initializers=number, upper=upper)


def one_hot(name, indices, values, depth=4, **more):
    inputs = {"i": np.asarray(indices), "d": np.array(depth), "v": np.asarray(values)}
    return case(f"OneHot-{name}", "OneHot", inputs, **more)


HOT = [[0, 2], [-1, 3]]

CASES = [
    *ranges(1, 9, 2, np.int64),
    *ranges(5, -4, -3, np.int32),
    *ranges(3, 3, 1, np.int64),
    *ranges(3, 0, 1, np.int64),
    *ranges(0.5, 3, 0.25, np.float32),
    *ranges(1, -1, -0.5, np.float64),
    eye("same"),
    eye("above", k=1, dtype=TensorProto.INT64),
    eye("below", k=-2, dtype=TensorProto.UINT8, dynamic={"x": [0, 1]}),
    *[trilu(k, u, late) for k in (-1, 0, 2, 9) for u in (0, 1) for late in (False, True)],
    one_hot("last", HOT, np.array([2, 5], np.float32)),
    one_hot("axis", HOT, np.array([0, 1]), axis=1),
    one_hot("bool", np.array(HOT, np.float32), [False, True])
    | {"reference": [(np.array(HOT)[..., None] % 4) == np.arange(4)]},
    one_hot("outside", [9, -9], np.array([0, 1])) | {"reference": [np.zeros((2, 4), np.int64)]},
]
