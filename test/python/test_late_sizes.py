"""Sizes that come as inputs, and cannot be: they are reported, and nothing is
written beyond a buffer whose size in bytes no number holds."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto as T
from onnx import helper as h

import ufront
from ufront import _ufront


@pytest.mark.parametrize("length", [0, -1, 2**61, 2**62, 2**63 - 1])
def test_transform(length):
    inputs = [
        h.make_tensor_value_info("x", T.FLOAT, [4, 1]),
        h.make_tensor_value_info("n", T.INT64, []),
    ]
    graph = h.make_graph(
        [h.make_node("DFT", ["x", "n"], ["y"])], "g", inputs,
        [h.make_tensor_value_info("y", T.FLOAT, ["k", 2])],
    )
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 20)], ir_version=10)
    imported = _ufront.Session().import_memory(model.SerializeToString(), "onnx")
    program = imported.compile(threads=2)
    with pytest.raises(ufront.Error, match="length is not positive|bytes was asked for"):
        program.run((np.zeros((4, 1), np.float32), np.array(length)))
