"""Sequences, which are gone when the model has been imported."""

import numpy as np
from models import graph_model, value_info
from onnx import TensorProto, helper

RNG = np.random.default_rng(0)
X = RNG.normal(0, 1, (5, 3)).astype(np.float32)


def node(op, inputs, outputs, **attrs):
    return helper.make_node(op, inputs.split(","), outputs.split(","), **attrs)


def constant(name, value):
    value = np.asarray(value)
    kind = helper.np_dtype_to_tensor_dtype(value.dtype)
    tensor = helper.make_tensor(name, kind, value.shape, value.flatten().tolist())
    return helper.make_node("Constant", [], [name], value=tensor)


def case(name, nodes, output, reference):
    return {
        "name": name,
        "model": lambda: graph_model(nodes, {"x": X}, [output]),
        "inputs": {"x": X},
        "reference": lambda x: [reference(x)],
    }


def split(name, attrs, sizes, position, reference):
    nodes = [constant("at", position)]
    inputs = "x"
    if sizes is not None:
        nodes.append(constant("sizes", sizes))
        inputs += ",sizes"
    nodes.append(node("SplitToSequence", inputs, "s", **attrs))
    nodes.append(node("SequenceAt", "s,at", "p"))
    nodes.append(node("Neg", "p", "y"))
    return case(f"split-{name}", nodes, "y", reference)


def unrolled():
    """A list is filled by a loop and joined behind it."""
    body = helper.make_graph(
        [
            node("Identity", "c_in", "c_out"),
            node("Gather", "x,i", "row"),
            node("SequenceInsert", "s_in,row", "s_out"),
            node("ReduceSum", "row", "total", keepdims=0),
        ],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("c_in", TensorProto.BOOL, []),
            helper.make_tensor_sequence_value_info("s_in", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("c_out", TensorProto.BOOL, []),
            helper.make_tensor_sequence_value_info("s_out", TensorProto.FLOAT, None),
            helper.make_tensor_value_info("total", TensorProto.FLOAT, []),
        ],
    )
    nodes = [
        constant("n", 4),
        constant("c", True),
        helper.make_node("SequenceEmpty", [], ["s"], dtype=TensorProto.FLOAT),
        helper.make_node("Loop", ["n", "c", "s"], ["s_end", "totals"], body=body),
        node("ConcatFromSequence", "s_end", "all", axis=1, new_axis=1),
        node("Add", "all,totals", "y"),
    ]
    results = [(lambda x: x[:4].T + x[:4].sum(1))(X)]
    graph = helper.make_graph(
        nodes, "graph", [value_info("x", X)], [value_info("y", results[0], (0, 1))]
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10
    )
    return {
        "name": "loop",
        "model": lambda: model,
        "inputs": {"x": X},
        "reference": results,
    }


def edited():
    nodes = [
        constant("zero", 0),
        constant("last", -1),
        node("Neg", "x", "a"),
        node("Abs", "x", "b"),
        node("SequenceConstruct", "x,a", "s0"),
        node("SequenceInsert", "s0,b,zero", "s1"),
        node("SequenceErase", "s1,last", "s2"),
        node("SequenceLength", "s2", "n"),
        node("Cast", "n", "f", to=TensorProto.FLOAT),
        node("ConcatFromSequence", "s2", "all", axis=0),
        node("Mul", "all,f", "y"),
    ]
    return case("edited", nodes, "y", lambda x: np.concatenate([abs(x), x]) * 2)


CASES = [
    split("sizes", {"axis": 0}, [1, 3, 1], 1, lambda x: -x[1:4]),
    split("chunks", {"axis": 0}, 2, -1, lambda x: -x[4:]),
    split("rows", {"axis": 1, "keepdims": 0}, None, 2, lambda x: -x[:, 2]),
    split("kept", {"axis": -1, "keepdims": 1}, None, 0, lambda x: -x[:, :1]),
    unrolled(),
    edited(),
]
