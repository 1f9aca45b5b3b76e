"""Elements around a tensor, in all modes, and taken away."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(16)
X = RNG.standard_normal((5, 1, 7)).astype(np.float32)
MODES = ["constant", "reflect", "edge", "wrap"]
PADS = np.array([1, 0, 2, 0, 3, 1], np.int64)


def case(name, op, inputs, **more):
    return {"name": name, "model": lambda: node_model(op, inputs, **more), "inputs": inputs}


def pad(name, pads, mode="constant", **more):
    reference = None
    if mode != "constant":
        n = X.ndim
        around = [(pads[i], pads[n + i]) for i in range(n)]
        reference = lambda x, **_: [np.pad(x, around, mode=mode)]  # noqa: E731
    inputs = {"x": X}
    one = case(name, "Pad", inputs, initializers={"pads": pads}, mode=mode, **more)
    return one | {"reference": reference}


def late(mode):
    inputs = {"x": X, "pads": PADS}
    return case(f"Pad-run-time-{mode}", "Pad", inputs, mode=mode) | {
        "reference": pad("", PADS, mode)["reference"]
    }


def with_axes():
    lists = {
        "pads": np.array([1, -2, 0, 1], np.int64),
        "value": np.array(2.5, np.float32),
        "axes": np.array([0, -1], np.int64),
    }
    expected = np.pad(X, [(1, 0), (0, 0), (0, 1)], constant_values=2.5)[:, :, 2:]
    one = case("Pad-axes", "Pad", {"x": X}, initializers=lists, dynamic={"x": [0, 2]})
    return one | {"reference": [expected]}


def crop(name, x, shape, **more):
    lists = {"shape": np.array(shape, np.int64)}
    return case(f"CenterCropPad-{name}", "CenterCropPad", {"x": x}, initializers=lists, **more)


FAR = np.array([11, 0, 2, 13, 0, 1], np.int64)

CASES = [
    *[pad(f"Pad-{m}", PADS, m) for m in MODES],
    *[pad(f"Pad-dynamic-{m}", PADS, m, dynamic={"x": [0, 1]}) for m in MODES],
    *[pad(f"Pad-far-{m}", FAR, m) for m in MODES],
    *[late(m) for m in MODES],
    with_axes(),
    case("Pad-attributes", "Pad", {"x": X}, pads=[0, 1, 0, 1, 0, 1], value=3.0, opset=9),
    case("Pad-uint8", "Pad", {"x": np.array([200, 7], np.uint8)}, initializers={"pads": PADS[[0, 2]]}),
    crop("both", X, (2, 4, 7)),
    crop("axes", X, (8, 3), axes=[-1, 0]),
]
