"""Other shapes for the same elements: inferred, copied, empty, dynamic."""

import numpy as np
from models import graph_model, node_model
from onnx import helper

RNG = np.random.default_rng(11)
X = RNG.standard_normal((2, 3, 4)).astype(np.float32)


def case(name, op, inputs, **more):
    return {"name": name, "model": lambda: node_model(op, inputs, **more), "inputs": inputs}


def sizes(*values):
    return {"shape": np.array(values, np.int64)}


def split_heads():
    """The shape is computed from that of the input, whose batch is dynamic."""
    x = RNG.standard_normal((2, 5, 12)).astype(np.float32)
    nodes = [
        helper.make_node("Shape", ["x"], ["all"]),
        helper.make_node("Gather", ["all", "zero"], ["batch"]),
        helper.make_node("Unsqueeze", ["batch", "first"], ["batches"]),
        helper.make_node("Concat", ["batches", "rest"], ["shape"], axis=0),
        helper.make_node("Reshape", ["x", "shape"], ["y"]),
    ]
    constants = {
        "zero": np.array(0, np.int64),
        "first": np.array([0], np.int64),
        "rest": np.array([5, 3, 4], np.int64),
    }
    inputs = {"x": x}
    return {
        "name": "Reshape-split-heads",
        "model": lambda: graph_model(
            nodes, inputs, ["y"], initializers=constants, dynamic={"x": [0]}
        ),
        "inputs": inputs,
    }


def run_time(name, shape, **more):
    inputs = {"x": X, "shape": np.array(shape, np.int64)}
    return case(name, "Reshape", inputs, dynamic={"x": [0, 1]}, **more)


EMPTY = {"x": np.zeros((0, 3, 4), np.float32)}
ONES = {"x": RNG.standard_normal((1, 3, 1, 2)).astype(np.float32)}
AXES = {"axes": np.array([0, -2], np.int64)}

CASES = [
    case("Reshape-inferred", "Reshape", {"x": X}, initializers=sizes(4, -1)),
    case("Reshape-copied", "Reshape", {"x": X}, initializers=sizes(0, 2, -1)),
    case("Reshape-dynamic", "Reshape", {"x": X}, initializers=sizes(0, -1), dynamic={"x": [0]}),
    case("Reshape-empty", "Reshape", EMPTY, initializers=sizes(3, 4, 0), allowzero=1),
    case("Reshape-scalar", "Reshape", {"x": X[:1, :1, :1].copy()}, initializers=sizes()),
    case("Reshape-bool", "Reshape", {"x": X > 0}, initializers=sizes(24)),
    run_time("Reshape-run-time", (4, 6)),
    run_time("Reshape-run-time-inferred", (0, -1)),
    run_time("Reshape-run-time-rank", (2, 0, 2, -1)),
    split_heads(),
    *[case(f"Flatten-{a}", "Flatten", {"x": X}, axis=a) for a in (0, 1, 2, 3, -1)],
    case("Flatten-dynamic", "Flatten", {"x": X}, dynamic={"x": [0]}),
    case("Squeeze-all", "Squeeze", ONES),
    case("Squeeze-axes", "Squeeze", ONES, initializers=AXES, dynamic={"x": [1]}),
    case("Squeeze-attribute", "Squeeze", ONES, axes=[0], opset=11),
    case("Unsqueeze", "Unsqueeze", {"x": X}, initializers=AXES, dynamic={"x": [0, 2]}),
    case("Unsqueeze-attribute", "Unsqueeze", {"x": X}, axes=[1], opset=11),
]
