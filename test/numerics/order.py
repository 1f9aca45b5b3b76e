"""Where the largest and smallest elements are: ties, NaN, infinities."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(20)
X = RNG.integers(0, 4, (3, 5, 4)).astype(np.float32)
X[1, 2, 1] = X[1, 4, 1] = np.nan
X[2, :, 2] = -np.inf
X[2, :, 3] = np.inf


def arg(op, x, axis, last):
    find = np.argmax if op == "ArgMax" else np.argmin
    if last:
        return x.shape[axis] - 1 - find(np.flip(x, axis), axis)
    return find(x, axis)


def case(op, x, axis, keepdims=1, last=0, **more):
    expected = arg(op, x, axis, last)
    if keepdims:
        expected = np.expand_dims(expected, axis)
    attrs = {"axis": axis, "keepdims": keepdims, **more}
    if last:
        attrs["select_last_index"] = 1
    return {
        "name": f"{op}-{x.dtype.name}-{axis}-{keepdims}-{last}-{'dynamic' in more}",
        "model": lambda: node_model(op, {"x": x}, **attrs),
        "inputs": {"x": x},
        "reference": [expected],
    }


LOW = np.full((2, 3), np.iinfo(np.int64).min)
BYTES = np.array([[3, 200, 200], [0, 0, 0]], np.uint8)
DYNAMIC = {"x": [0, 1, 2]}

CASES = []
for op in ("ArgMax", "ArgMin"):
    CASES += [case(op, X, a, k, n) for a in (0, 1, -1) for k in (0, 1) for n in (0, 1)]
    CASES += [case(op, X, 1, dynamic=DYNAMIC), case(op, LOW, 1), case(op, BYTES, 1)]
