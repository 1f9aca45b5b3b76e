"""Parts of a tensor: steps, from the end, empty, known late."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(15)
X = RNG.standard_normal((5, 6, 7)).astype(np.float32)
END = np.iinfo(np.int64).max
RANGES = {
    "range": ([1, 2], [4, -1], [0, -1], [1, 1]),
    "steps": ([1, 0], [4, END], [0, 1], [1, 2]),
    "backwards": ([-1, 4], [-END, 0], [0, 1], [-1, -2]),
    "outside": ([-100, 3], [100, 2], [1, 2], [1, 1]),
    "behind": ([7], [9], [0], [1]),
    "wide": ([1], [END], [2], [END]),
}


def case(name, op, inputs, **more):
    return {"name": name, "model": lambda: node_model(op, inputs, **more), "inputs": inputs}


def slices(name):
    names = ["starts", "ends", "axes", "steps"]
    lists = {k: np.array(v, np.int64) for k, v in zip(names, RANGES[name])}
    dynamic = {"x": [0, 2]}
    return [
        case(f"Slice-{name}", "Slice", {"x": X}, initializers=lists),
        case(f"Slice-dynamic-{name}", "Slice", {"x": X}, initializers=lists, dynamic=dynamic),
        case(f"Slice-run-time-{name}", "Slice", {"x": X, **lists}),
    ]


LENS = {"x": X, "lens": np.array([2, 5, 0, 1, 4, 3], np.int64)}

CASES = [
    *[one for name in RANGES for one in slices(name)],
    case("Slice-attributes", "Slice", {"x": X}, starts=[1], ends=[3], axes=[1], opset=9),
    case("ReverseSequence", "ReverseSequence", LENS),
    case("ReverseSequence-dynamic", "ReverseSequence", LENS, dynamic={"x": [0, 1], "lens": [0]}),
]
