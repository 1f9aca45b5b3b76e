"""Graphs handed over node by node through the extension."""

import gc
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import ufront
from ufront import _ufront
from ufront._compiled import to_numpy

X = np.float32([[-1, 2, -3], [4, -5, 6]])


def run(program, *inputs):
    return [to_numpy(result) for result in program.run(inputs)]


@pytest.fixture
def graph():
    return _ufront.Graph("ufront", _ufront.Session())


def test_graph():
    graph = _ufront.Graph("ufront", _ufront.Session())
    x = graph.add_input("x", "float32", (None, 3))
    w = np.float32([1, 2, 3])
    weight = graph.add_parameter("w", w)
    y = graph.add_node(
        "multiply",
        "mul",
        "model.py:3",
        {"lhs": x, "rhs": weight},
        [("mul", None, None)],
    )
    z = graph.add_node(
        "relu", "relu", None, [("input", y)], [("relu", _ufront.Type("f32"), (None, 3))]
    )
    assert (x, weight, y, z) == (0, 1, 2, 3) and repr(z) == "Value(3)"
    assert graph.get_value(y) == ("", "float32", (None, 3))
    assert graph.get_value(99) is None and graph.get_text(99) is None
    assert graph.get_text(z).startswith('%relu = "ufront.relu"(%mul)')
    graph.add_output("z", z)
    model = graph.finish()
    assert model.inputs == (("x", "float32", (None, 3)),)
    assert model.outputs == (("z", "float32", (None, 3)),)
    program = model.compile(threads=1)
    del graph, model
    w_refs = sys.getrefcount(w)
    np.testing.assert_array_equal(run(program, X)[0], np.maximum(X * [1, 2, 3], 0))
    del program
    gc.collect()
    assert sys.getrefcount(w) < w_refs  # it was borrowed


def test_graph_that_is_finished(graph):
    graph.add_output("x", graph.add_input("x", "f32", (2,)))
    graph.finish()
    for call in (graph.finish, lambda: graph.add_input("y")):
        with pytest.raises(ValueError, match="the graph is finished"):
            call()


def test_graph_reports_everything():
    graph = _ufront.Graph("torch", _ufront.Session())
    x = graph.add_input("x", "f32", (2,))
    for name in ("foo", "bar", "foo"):
        args = {"input": x}
        y = graph.add_node(name, f"a_{name}", "net.py:7", args, [("y", "f32", (2,))])
    graph.add_output("y", y)
    with pytest.raises(ufront.UnsupportedError) as caught:
        graph.finish()
    for text in ("'foo': 2 nodes", "'bar': 1 node", "net.py:7"):
        assert text in caught.value.message


def test_graph_arguments(graph):
    """What arguments may be; nodes that only record take anything."""
    record = _ufront.Graph("torch")
    inner = _ufront.Graph("torch")
    x = record.add_input("x", "f32", (2,))
    values = [None, x, 3, -(2**63), 2.5, True, "text", _ufront.Type("int64"), inner]
    values += [np.int64(7), np.float64(2.5), (), [1, [2.5, (x, None)], "b"]]
    args = [(f"a{i}", value) for i, value in enumerate([*values, values])]
    outputs = [("y", None, None), None, (None, "f32", (None, 2))]
    y = record.add_node("aten.foo.default", "y", None, args, outputs)
    record.add_output("y", y)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for wrong, error in [
        ({"a": object()}, TypeError),
        ({"a": 2**63}, OverflowError),
        ({1: 2}, TypeError),
        ([("a",)], TypeError),
        (3, TypeError),
        ({"a": deep}, RecursionError),
        ({"a": graph}, ValueError),
        ({"a": torch.zeros(2)}, TypeError),
    ]:
        with pytest.raises(error):
            record.add_node("foo", "", None, wrong, [])
    while deep:
        deep = deep[0]
    with pytest.raises(ValueError, match="only records"):
        record.finish()
    with pytest.raises(ufront.Error, match="only records"):
        record.add_parameter("w", X)


def test_graph_types(graph):
    assert _ufront.Type("bf16") is _ufront.Type("bfloat16")
    assert _ufront.Type("i1").name == "bool"
    for wrong, error in (("foo", ValueError), (3, TypeError)):
        with pytest.raises(error):
            graph.add_input("x", wrong, ())
    with pytest.raises(ValueError):
        graph.add_input("x", "f32", (-2,))
    with pytest.raises(ValueError):
        graph.add_input("x", "f32", (1,) * 17)
    with pytest.raises(ufront.Error, match="no frontend 'foo'"):
        _ufront.Graph("foo", _ufront.Session())
    with pytest.raises(TypeError):
        _ufront.Graph("ufront", 3)


def test_parameters_of_torch(graph):
    x = graph.add_input("x", "f32", (2, 3))
    weight = torch.nn.Parameter(torch.tensor(X.T.copy()).T)  # strided, with gradient
    w = graph.add_parameter("w", weight)
    y = graph.add_node("multiply", "y", None, {"lhs": x, "rhs": w}, [("y", None, None)])
    graph.add_output("y", y)
    np.testing.assert_array_equal(run(graph.finish().compile(), X)[0], X * X)


def test_large_graph(graph):
    value = graph.add_input("x", "f32", (2, 3))
    for i in range(500):
        args = {"input": value}
        value = graph.add_node(
            "relu", f"relu_{i}", "m.py:1", args, [("r", "f32", (2, 3))]
        )
    graph.add_output("y", value)
    assert graph.finish().emit().count("ufront.relu") == 500


def test_operators():
    names = _ufront.operators("onnx")
    assert "Relu" in names and "relu" in _ufront.operators("ufront")
    assert _ufront.operators("foo") == []
    assert {"onnx", "mlir"} <= set(_ufront.formats)


def test_models_of_graphs_that_go_on():
    """Neither keeps the other for ever."""
    weight = np.float32([1, 2, 3])
    count = sys.getrefcount(weight)
    graph = _ufront.Graph("ufront", _ufront.Session())
    x, w = graph.add_input("x", "f32", (3,)), graph.add_parameter("w", weight)
    y = graph.add_node("multiply", "y", None, {"lhs": x, "rhs": w}, [("y", None, None)])
    model = graph.create_model([("y", y)])
    _, _, (z,) = graph.add_model(model, [y])
    graph.add_output("z", z)
    program = graph.finish().compile(threads=1)
    np.testing.assert_array_equal(run(program, weight)[0], [1, 8, 27])
    del program, graph, model
    gc.collect()
    assert sys.getrefcount(weight) == count
