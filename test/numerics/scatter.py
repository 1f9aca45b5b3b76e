"""Writing at indices that are computed: the last update wins, or all add up."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(18)
X = RNG.standard_normal((4, 5, 3)).astype(np.float32)
REDUCTIONS = ["none", "add", "mul", "max", "min"]


def case(name, op, inputs, **more):
    return {"name": name, "model": lambda: node_model(op, inputs, **more), "inputs": inputs}


def floats(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


ALONG = {"x": X, "i": RNG.integers(-5, 5, (4, 7, 2)), "u": floats(4, 7, 2)}
ROWS = {"x": X, "i": np.array([[0, 1], [3, -1], [0, 1]]), "u": floats(3, 3)}
SLICES = {"x": X, "i": RNG.integers(-4, 4, (2, 3, 1)), "u": floats(2, 3, 5, 3)}
BYTES = {
    "x": np.arange(200, 220).astype(np.uint8).reshape(4, 5),
    "i": RNG.integers(0, 4, (2, 5)),
    "u": RNG.integers(0, 255, (2, 5)).astype(np.uint8),
}
NONE = {"x": X, "i": np.zeros((0, 5, 3), np.int64), "u": floats(0, 5, 3)}
CACHE = {"x": floats(2, 3, 6, 4), "u": floats(2, 3, 2, 4)}
ALL = {"x": [0], "i": [0, 1], "u": [0, 1]}


def last_wins(x, i, u):
    y = x.copy()
    for at in np.ndindex(i.shape):
        y[i[at], at[1]] = u[at]
    return [y]


def cache(name, starts, **more):
    inputs = dict(CACHE)
    if starts:
        inputs["i"] = np.array(starts, np.int64)
    return case(f"TensorScatter-{name}", "TensorScatter", inputs, opset=24, **more)


CASES = [
    *[case(f"ScatterElements-{r}", "ScatterElements", ALONG, axis=1, reduction=r) for r in REDUCTIONS],
    case("ScatterElements-dynamic", "ScatterElements", ALONG, axis=-2, reduction="add", dynamic=ALL),
    case("ScatterElements-bytes", "ScatterElements", BYTES, reduction="max"),
    case("ScatterElements-nothing", "ScatterElements", NONE),
    case("Scatter", "Scatter", BYTES, opset=10) | {"reference": last_wins},
    *[case(f"ScatterND-{r}", "ScatterND", ROWS, reduction=r) for r in REDUCTIONS],
    case("ScatterND-slices", "ScatterND", SLICES, reduction="add"),
    case("ScatterND-dynamic", "ScatterND", ROWS, dynamic={"x": [0, 2], "u": [1]}),
    cache("linear", [0, 4]),
    cache("circular", [5, 3], mode="circular"),
    cache("beginning", None),
    cache("dynamic", [1, 2], dynamic={"x": [0, 2], "u": [0, 2]}),
]  # fmt: skip
