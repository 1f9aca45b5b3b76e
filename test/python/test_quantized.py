"""Scales and zero points that do not go with what they are for."""

import numpy as np
import pytest
import ufront
from onnx import TensorProto, helper, numpy_helper


def compile_node(op, inputs, result, constants, **attrs):
    """`inputs`: names, elements and shapes, in the order of the node's inputs
    with the `constants` after them."""
    graph = helper.make_graph(
        [helper.make_node(op, [*inputs, *constants], ["y"], **attrs)],
        "quantized",
        [helper.make_tensor_value_info(k, t, shape) for k, (t, shape) in inputs.items()],
        [helper.make_tensor_value_info("y", result, None)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    opset = [helper.make_opsetid("", 23)]
    return ufront.compile(helper.make_model(graph, opset_imports=opset, ir_version=10), threads=1)


@pytest.mark.parametrize("block", [0, 2])
@pytest.mark.parametrize("op", ["QuantizeLinear", "DequantizeLinear"])
def test_sizes_that_come_late(op, block):
    scale = np.arange(1, 4, dtype=np.float32)
    x = np.arange(12).reshape(6, 2)
    element, result = TensorProto.FLOAT, TensorProto.UINT8
    if op == "DequantizeLinear":
        element, result = result, element
    attrs = {"block_size": block} if block else {}
    constant = np.stack([scale, scale], 1) if block else scale
    inputs = {"x": (element, ["n", 2])}
    run = compile_node(op, inputs, result, {"s": constant}, axis=0, **attrs)
    x = x.astype(helper.tensor_dtype_to_np_dtype(element))
    for rows in (5, 6) if block else (3,):
        each = np.repeat(scale, max(block, 1))[:rows, None]
        expected = np.rint(x[:rows] / each) if op == "QuantizeLinear" else x[:rows] * each
        np.testing.assert_array_equal(np.asarray(run(x[:rows])), expected)
    for rows in (4, 2) if block else (6, 2):
        with pytest.raises(ufront.Error, match="not as many as the input needs"):
            run(x[:rows])


@pytest.mark.parametrize(
    ("which", "shape"),
    [("a", (4,)), ("a", (4, 4)), ("a", (1, 4)), ("a", (2,)), ("a", (1, 1, 1)),
     ("b", (3,)), ("b", (4, 4)), ("b", (4, 1)), ("b", (1, 1, 4))],
)  # fmt: skip
def test_zero_points_of_products(which, shape):
    """Of rows on the left and of columns on the right."""
    zeros = {"a": np.uint8(1), "b": np.uint8(1), which: np.ones(shape, np.uint8)}
    inputs = {"x": (TensorProto.UINT8, [3, 4]), "w": (TensorProto.UINT8, [4, 4])}
    kind = "row" if which == "a" else "column"
    with pytest.raises(ufront.Error, match=f"one for each {kind}"):
        compile_node("MatMulInteger", inputs, TensorProto.INT32, zeros)
