"""Elements that are chosen by their values."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(23)
X = RNG.integers(0, 2, (3, 4, 2)).astype(np.float32)
X[0, 0, 0] = np.nan


def case(name, op, inputs, **more):
    return {"name": name, "model": lambda: node_model(op, inputs, **more), "inputs": inputs}


MASK = {"x": X, "c": np.array([True, False, True])}

CASES = [
    case("NonZero", "NonZero", {"x": X}, dynamic={"x": [0, 1]}),
    case("NonZero-bool", "NonZero", {"x": X > 0}),
    case("NonZero-none", "NonZero", {"x": np.zeros(3, np.int64)}),
    case("Compress", "Compress", MASK, axis=1),
    case("Compress-dynamic", "Compress", MASK, axis=0, dynamic={"x": [0], "c": [0]}),
    case("Compress-flat", "Compress", MASK),
]
