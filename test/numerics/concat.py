"""Putting tensors together and taking them apart."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(14)


def floats(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def case(name, op, inputs, outputs=1, **more):
    model = lambda: node_model(op, inputs, outputs, **more)  # noqa: E731
    return {"name": name, "model": model, "inputs": inputs}


X, Y, EMPTY = floats(2, 3, 4), floats(2, 5, 4), floats(2, 0, 4)
S = floats(7, 3)
SIZES = np.array([2, 1, 4], np.int64)
INTS = {"a": np.array([1, 2], np.int64), "b": np.array([3], np.int64)}


def split_late():
    """The checker wants to know the ranks, which inference does not tell it."""
    inputs = {"x": S, "sizes": SIZES}

    def model():
        made = node_model("Split", inputs, 3, axis=0)
        for output in made.graph.output:
            for name in (f"{output.name}_rows", "columns"):
                output.type.tensor_type.shape.dim.add().dim_param = name
        return made

    return {"name": "Split-run-time", "model": model, "inputs": inputs}


CASES = [
    case("Concat", "Concat", {"a": X, "b": Y, "c": X}, axis=-2),
    case("Concat-dynamic", "Concat", {"a": X, "b": Y}, axis=1, dynamic={"a": [0, 1], "b": [0]}),
    case("Concat-empty", "Concat", {"a": X, "b": EMPTY}, axis=1),
    case("Concat-ints", "Concat", INTS, axis=0),
    case("Concat-one", "Concat", {"a": X}, axis=0),
    case("Concat-bool", "Concat", {"a": X > 0, "b": X < 0}, axis=0),
    case("Split-sizes", "Split", {"x": S}, 3, initializers={"sizes": SIZES}, axis=0),
    case("Split-equal", "Split", {"x": Y}, 2, axis=-1, opset=13),
    case("Split-attribute", "Split", {"x": S}, 3, axis=0, split=[2, 1, 4], opset=11),
    case("Split-uneven", "Split", {"x": S}, 3, axis=0, num_outputs=3),
    case("Split-dynamic", "Split", {"x": S}, 3, axis=0, num_outputs=3, dynamic={"x": [0, 1]}),
    split_late(),
]
