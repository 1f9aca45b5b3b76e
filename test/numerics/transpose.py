"""Dimensions in another order, and blocks of pixels."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(12)
X = RNG.standard_normal((2, 3, 4, 5)).astype(np.float32)
UNIT = RNG.standard_normal((2, 1, 3)).astype(np.float32)
IMAGE = RNG.standard_normal((2, 12, 3, 5)).astype(np.float32)
LARGE = RNG.standard_normal((2, 3, 4, 6)).astype(np.float32)


def case(name, op, x, **more):
    inputs = {"x": x}
    return {"name": name, "model": lambda: node_model(op, inputs, **more), "inputs": inputs}


CASES = [
    case("Transpose-reversed", "Transpose", X),
    case("Transpose-perm", "Transpose", X, perm=[0, 2, 3, 1]),
    case("Transpose-dynamic", "Transpose", X, perm=[3, 0, 2, 1], dynamic={"x": [0, 2]}),
    case("Transpose-unit", "Transpose", UNIT, perm=[1, 0, 2]),
    case("Transpose-uint8", "Transpose", (np.arange(6) + 250).astype(np.uint8).reshape(2, 3)),
    case("Transpose-empty", "Transpose", np.zeros((2, 0), np.float32)),
    *[case(f"DepthToSpace-{m}", "DepthToSpace", IMAGE, blocksize=2, mode=m) for m in ("DCR", "CRD")],
    case("DepthToSpace-dynamic", "DepthToSpace", IMAGE, blocksize=2, dynamic={"x": [0, 2, 3]}),
    case("SpaceToDepth", "SpaceToDepth", LARGE, blocksize=2),
    case("SpaceToDepth-dynamic", "SpaceToDepth", LARGE, blocksize=2, dynamic={"x": [0, 2, 3]}),
]  # fmt: skip
