"""Sums and products so far."""

import itertools

import numpy as np
from models import node_model

RNG = np.random.default_rng(22)
X = RNG.standard_normal((3, 4, 5)).astype(np.float32)


def cumulate(x, op, axis, exclusive, reverse):
    x = np.flip(x, axis) if reverse else x
    wide = x.astype(np.float64) if x.dtype.kind == "f" else x
    y = (np.cumsum if op == "CumSum" else np.cumprod)(wide, axis)
    if exclusive:
        y = np.roll(y, 1, axis)
        np.moveaxis(y, axis, 0)[0] = 0 if op == "CumSum" else 1
    return (np.flip(y, axis) if reverse else y).astype(x.dtype)


def case(op, x, axis, exclusive=0, reverse=0, **more):
    return {
        "name": f"{op}-{x.dtype.name}-{axis}-{exclusive}-{reverse}-{'dynamic' in more}",
        "model": lambda: node_model(
            op, {"x": x}, initializers={"axis": np.array(axis, np.int64)},
            exclusive=exclusive, reverse=reverse, opset=26 if op == "CumProd" else 21, **more,
        ),
        "inputs": {"x": x},
        "reference": [cumulate(x, op, axis, exclusive, reverse)],
    }  # fmt: skip


CASES = []
for op in ("CumSum", "CumProd"):
    CASES += [case(op, X, 1, e, r) for e, r in itertools.product((0, 1), repeat=2)]
    CASES += [case(op, X, -1), case(op, X, 0, dynamic={"x": [0, 1]})]
    CASES += [case(op, RNG.integers(-9, 9, (3, 4)).astype(np.int32), 1, 0, 1)]
CASES += [case("CumSum", np.ones((2, 3000), np.float16), 1)]
