"""The best elements: ties go to the first, NaN comes first."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(21)
X = RNG.integers(0, 9, (3, 20, 4)).astype(np.float32)
X[0, 3, 1] = np.nan
X[1, 5, 2], X[1, 6, 2] = -np.inf, np.inf
LONG = RNG.integers(0, 50, (2, 300))
BYTES = RNG.integers(0, 255, (2, 100)).astype(np.uint8)


def best(x, k, axis, largest):
    key = np.where(np.isnan(x), np.inf if largest else -np.inf, x.astype(np.float64))
    order = np.argsort(-key if largest else key, axis=axis, kind="stable")
    order = np.take(order, np.arange(k), axis)
    return [np.take_along_axis(x, order, axis), order]


def case(name, x, k, axis=-1, largest=1, late=False, **more):
    number = {"k": np.array([k], np.int64)}
    inputs = {"x": x, **number} if late else {"x": x}
    return {
        "name": f"TopK-{name}-{k}-{largest}",
        "model": lambda: node_model(
            "TopK", inputs, 2, initializers=None if late else number,
            axis=axis, largest=largest, **more,
        ),
        "inputs": inputs,
        "reference": best(x, k, axis, largest),
    }  # fmt: skip


CASES = [case("few", X, k, 1, n) for k in (0, 1, 5, 20) for n in (0, 1)]
CASES += [case("dynamic", X, 5, 1, dynamic={"x": [0, 1, 2]})]
CASES += [case("run-time", X, k, 1, late=True) for k in (0, 7)]
CASES += [case("ints", LONG, 5), case("many", LONG, 100), case("all", LONG, 300, largest=0)]
CASES += [case("bytes", BYTES, 70), case("many-dynamic", LONG, 80, dynamic={"x": [0, 1]})]
