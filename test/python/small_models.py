"""Small ONNX models for the tests of the package."""

import numpy as np
import onnx
from onnx import TensorProto, helper

FLOAT = TensorProto.FLOAT


def model(nodes, inputs, outputs, weights=(), opset=18):
    """A ModelProto; inputs and outputs are (name, element type, shape)."""
    graph = helper.make_graph(
        [
            helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {}))
            for node in nodes
        ],
        "small",
        [helper.make_tensor_value_info(*value) for value in inputs],
        [helper.make_tensor_value_info(*value) for value in outputs],
        [onnx.numpy_helper.from_array(array, name) for name, array in weights],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    made.ir_version = 10
    onnx.checker.check_model(made)
    return made


def unary(op="Relu", kind=FLOAT, shape=(2, 3), opset=18):
    values = [("x", kind, shape)], [("y", kind, shape)]
    return model([(op, ["x"], ["y"])], *values, opset=opset)


def scale(weight):
    """y = x * weight, z = x + y."""
    shape = ["n", len(weight)]
    return model(
        [("Mul", ["x", "w"], ["y"]), ("Add", ["x", "y"], ["z"])],
        [("x", FLOAT, shape)],
        [("y", FLOAT, shape), ("z", FLOAT, shape)],
        [("w", weight)],
    )


def slow(layers=12):
    """Takes long to compile: matrices of a size of its own in each layer."""
    nodes, weights, last = [], [], 33
    for i in range(layers):
        width = 34 + i
        weights.append((f"w{i}", np.zeros((last, width), np.float32)))
        nodes.append(("MatMul", [f"x{i}", f"w{i}"], [f"m{i}"]))
        nodes.append(("Softmax", [f"m{i}"], [f"x{i + 1}"]))
        last = width
    return model(
        nodes, [("x0", FLOAT, (7, 33))], [(f"x{layers}", FLOAT, (7, last))], weights
    )
