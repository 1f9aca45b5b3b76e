"""Sizes as values; repeating values."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(13)
X = RNG.standard_normal((3, 1)).astype(np.float32)
Y = RNG.standard_normal((2, 3, 4)).astype(np.float32)
ALL = {"x": [0, 1, 2]}


def ints(*values):
    return np.array(values, np.int64)


def case(name, op, inputs, **more):
    return {"name": name, "model": lambda: node_model(op, inputs, **more), "inputs": inputs}


def expand(name, x, shape, dynamic=()):
    fixed = case(f"Expand-{name}", "Expand", {"x": x}, initializers={"shape": ints(*shape)})
    inputs = {"x": x, "shape": ints(*shape)}
    late = case(f"Expand-run-time-{name}", "Expand", inputs, dynamic={"x": list(dynamic)})
    return [fixed, late]


FILL = {"value": np.array([7], np.int32)}


def filled(name, shape, **more):
    from onnx import numpy_helper

    value = numpy_helper.from_array(FILL["value"])
    inputs = {"shape": ints(*shape)}
    return case(f"ConstantOfShape-{name}", "ConstantOfShape", inputs, value=value, **more)


CASES = [
    case("Shape", "Shape", {"x": Y}, dynamic=ALL),
    case("Shape-range", "Shape", {"x": Y}, dynamic=ALL, start=-2, end=9),
    case("Shape-nothing", "Shape", {"x": Y}, start=2, end=1),
    case("Size", "Size", {"x": Y}, dynamic=ALL),
    *expand("stretched", X, (2, 1, 4)),
    *expand("same", X, (3, 1), dynamic=[0]),
    *expand("new", X, (1, 1, 3, 1), dynamic=[0]),
    *expand("perhaps-one", X[:1], (5, 1), dynamic=[0]),
    *expand("scalar", np.array(3, np.int64), (2, 2)),
    *expand("bool", X > 0, (3, 2)),
    case("Tile", "Tile", {"x": Y}, initializers={"m": ints(1, 2, 3)}),
    case("Tile-dynamic", "Tile", {"x": Y}, initializers={"m": ints(2, 1, 2)}, dynamic=ALL),
    case("Tile-run-time", "Tile", {"x": Y, "m": ints(2, 1, 3)}),
    case("Tile-nothing", "Tile", {"x": X}, initializers={"m": ints(2, 0)}),
    case("Tile-ones", "Tile", {"x": X}, initializers={"m": ints(1, 4)}),
    filled("run-time", (2, 3)),
    filled("scalar", ()),
    filled("empty", (0, 3)),
]
