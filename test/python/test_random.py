"""Random numbers without a seed: how they are distributed, and that they differ.

What they are with a seed is in test/numerics/random_numbers.py. The limits are so
wide that a right generator fails them once in a billion runs."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto as T
from onnx import helper as h

from ufront import _compiled, _ufront

SIGMAS = 6.5  # a standard normal number is outside once in ten billion times


def compiled(nodes, inputs, outputs, *, opset=22, threads=2, via_tosa=False):
    graph = h.make_graph(nodes, "g", inputs, [h.make_value_info(o, onnx.TypeProto()) for o in outputs])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=10)
    model = onnx.shape_inference.infer_shapes(model)
    imported = _ufront.Session().import_memory(model.SerializeToString(), "onnx")
    program = imported.compile(threads=threads, via_tosa=via_tosa)
    return lambda *values: [_compiled.to_numpy(y) for y in program.run(values)]


def info(name, dtype, shape):
    return h.make_tensor_value_info(name, dtype, shape)


def check_moments(x, mean, deviation):
    """Mean and variance of independent numbers, none of them like the next."""
    z = (x.astype(np.float64).ravel() - mean) / deviation
    n = z.size
    assert abs(z.mean()) < SIGMAS / np.sqrt(n)
    fourth = np.mean(z**4)
    assert abs(np.mean(z**2) - 1) < SIGMAS * np.sqrt((fourth - 1) / n)
    assert abs(np.mean(z[1:] * z[:-1])) < SIGMAS / np.sqrt(n)


@pytest.mark.parametrize("via_tosa", [False, True])
def test_uniform(via_tosa):
    node = h.make_node("RandomUniform", [], ["y"], shape=[100, 300], low=-1.0, high=3.0)
    run = compiled([node], [], ["y"], via_tosa=via_tosa)
    (first,), (second,) = run(), run()
    assert first.min() >= -1 and first.max() <= 3
    assert len(np.unique(first)) > 29000
    check_moments(first, 1, 4 / np.sqrt(12))
    check_moments(first - second, 0, 4 / np.sqrt(6))


def test_normal():
    node = h.make_node("RandomNormalLike", ["x"], ["y"], mean=2.0, scale=0.5, dtype=T.DOUBLE)
    run = compiled([node], [info("x", T.FLOAT, ["n"])], ["y"])
    (x,) = run(np.zeros(40001, np.float32))
    check_moments(x, 2, 0.5)
    assert 0.67 < np.mean(abs(x - 2) < 0.5) < 0.695


def test_two_nodes_differ():
    nodes = [h.make_node("RandomUniform", [], [y], shape=[20]) for y in ("a", "b")]
    a, b = compiled(nodes, [], ["a", "b"])()
    assert not np.array_equal(a, b)


def test_iterations_differ():
    """A loop's body draws anew each time."""
    body = h.make_graph(
        [h.make_node("RandomUniform", [], ["r"], shape=[4]),
         h.make_node("Identity", ["c"], ["d"])],
        "body",
        [info("i", T.INT64, []), info("c", T.BOOL, [])],
        [info("d", T.BOOL, []), info("r", T.FLOAT, [4])],
    )
    nodes = [h.make_node("Loop", ["n", ""], ["y"], body=body)]
    (y,) = compiled(nodes, [info("n", T.INT64, [])], ["y"])(np.array(5))
    assert y.shape == (5, 4)
    assert len(np.unique(y)) == 20


def test_bernoulli():
    p = np.linspace(0, 1, 50000, dtype=np.float32)
    run = compiled([h.make_node("Bernoulli", ["p"], ["y"])], [info("p", T.FLOAT, ["n"])], ["y"])
    (y,) = run(p)
    assert set(np.unique(y)) == {0, 1} and y[0] == 0 and y[-1] == 1
    spread = np.sqrt(np.sum(p * (1 - p)))
    assert abs(np.sum(y - p)) < SIGMAS * spread


def test_multinomial():
    weights = np.array([[0.1, 0.2, 0.7], [5, 0, 5]])
    with np.errstate(divide="ignore"):
        logits = np.log(weights)
    node = h.make_node("Multinomial", ["x"], ["y"], sample_size=20000, dtype=T.INT64)
    (y,) = compiled([node], [info("x", T.DOUBLE, [2, 3])], ["y"])(logits)
    for row, weight in zip(y, weights / weights.sum(1, keepdims=True)):
        shares = np.bincount(row, minlength=3) / row.size
        assert np.all(abs(shares - weight) <= SIGMAS * np.sqrt(weight * (1 - weight) / row.size))


def test_dropout_keeps_the_mean():
    node = h.make_node("Dropout", ["x", "r", "t"], ["y", "m"])
    inputs = [info("x", T.FLOAT, ["n"]), info("r", T.FLOAT, []), info("t", T.BOOL, [])]
    run = compiled([node], inputs, ["y", "m"])
    x, on = np.ones(40000, np.float32), np.array(True)
    y, mask = run(x, np.float32(0.3), on)
    np.testing.assert_allclose(y, mask / np.float32(0.7), rtol=1e-6)
    assert abs(mask.mean() - 0.7) < SIGMAS * np.sqrt(0.21 / x.size)
    assert not np.array_equal(mask, run(x, np.float32(0.3), on)[1])
    y, mask = run(x, np.float32(0.3), np.array(False))
    assert mask.all() and np.array_equal(y, x)


def test_threads_do_not_matter():
    node = h.make_node("RandomNormal", [], ["y"], shape=[999], seed=1.0)
    one, four = (compiled([node], [], ["y"], threads=n)()[0] for n in (1, 4))
    assert np.array_equal(one, four)
