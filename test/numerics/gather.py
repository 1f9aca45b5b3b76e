"""Reading at indices that are computed."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(17)
X = RNG.standard_normal((5, 6, 7)).astype(np.float32)


def case(name, op, data, indices, reference=None, **more):
    inputs = {"x": data, "i": np.asarray(indices)}
    model = lambda: node_model(op, inputs, **more)  # noqa: E731
    return {"name": name, "model": model, "inputs": inputs, "reference": reference}


def fixed(name, op, data, indices, **more):
    model = lambda: node_model(op, {"x": data}, initializers={"i": indices}, **more)  # noqa: E731
    return {"name": name, "model": model, "inputs": {"x": data}}


def clamped(x, i, axis):
    i = np.where(i < 0, i + x.shape[axis], i)
    return [np.take(x, np.clip(i, 0, x.shape[axis] - 1), axis)]


def ints(*values):
    return np.array(values, np.int64)


PAIRS = np.array([[0, 1], [-1, 2]])
ALONG = RNG.integers(-6, 6, (5, 4, 7))
DYNAMIC = {"x": [0, 1, 2], "i": [0]}

CASES = [
    case("Gather", "Gather", X, [[0, -1], [3, 5]], axis=1),
    case("Gather-outside", "Gather", X, [0, 99, -99], lambda x, i: clamped(x, i, 2), axis=2),
    case("Gather-int32", "Gather", X, np.array([4, 0, 1], np.int32)),
    case("Gather-dynamic", "Gather", X, [[4, 0, 1]], axis=-2, dynamic=DYNAMIC),
    case("Gather-scalar", "Gather", X, np.array(-2), axis=1, dynamic={"x": [0, 1]}),
    case("Gather-empty", "Gather", X, np.zeros((0, 2), np.int64)),
    case("Gather-uint8", "Gather", np.arange(200, 220).astype(np.uint8).reshape(4, 5), [3, 1]),
    fixed("Gather-fixed", "Gather", X, ints(2, -1), axis=1),
    fixed("Gather-fixed-scalar", "Gather", X, np.array(-1), axis=2),
    case("GatherElements", "GatherElements", X, ALONG, axis=1),
    case("GatherElements-dynamic", "GatherElements", X, ALONG, axis=-2, dynamic=DYNAMIC),
    case("GatherND", "GatherND", X, PAIRS),
    case("GatherND-dynamic", "GatherND", X, PAIRS, dynamic=DYNAMIC),
    case("GatherND-batches", "GatherND", X, RNG.integers(0, 6, (5, 2, 1)), batch_dims=1),
]
