"""How exact sums of products are, on data that is hard in different ways.

The yardstick is a product in double precision. Errors are measured against what
each sum could lose at best: the sum of the magnitudes of its terms.
"""

import sys
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import ufront

MASKS = ["", "-avx512", "-avx2"]

# The root mean square of errors over the root of the number of terms, in units
# of the format's rounding and of the terms' root mean square. A chain of
# additions has up to 0.25, of any length; sums of partial sums, which BLAS makes
# too, have ever less where there are more terms.
UNIT = 2.0**-24
WORST = 0.25
WORST_OF_MANY = 0.12


def gaussian(random, *shape):
    return random.standard_normal(shape)


def uniform(random, *shape):
    return random.random(shape)


def rectified(random, *shape):
    return np.maximum(random.standard_normal(shape), 0)


def wide(random, *shape):
    return random.standard_normal(shape) * np.exp2(random.integers(-20, 21, shape))


def product(x, w):
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    return nodes, [x.shape[0], w.shape[1]], x.astype(float) @ w.astype(float)


def convolution(x, w):
    """The same numbers as images: 5x5 pixels, K channels, a window of 3x3."""
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], pads=[1, 1, 1, 1])]
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
    expected = np.einsum("bchwij,ocij->bohw", windows, w.astype(float), optimize=True)
    return nodes, list(expected.shape), expected


def run(make, x, w, **options):
    """What ufront computes, and the reference."""
    with np.errstate(invalid="ignore", over="ignore"):
        nodes, shape, expected = make(x, w)
    graph = helper.make_graph(
        nodes,
        "accuracy",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(w, "w")],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    return np.asarray(ufront.compile(model, threads=1, **options)(x)), expected


def operands(make, data, k, seed=3):
    random = np.random.default_rng(seed)
    shapes = ((33, k), (k, 70))
    if make is convolution:
        shapes = ((1, k, 5, 5), (70, k, 3, 3))
    return [data(random, *shape).astype(np.float32) for shape in shapes]


def scale_of(make, x, w):
    """The root of the sum of squared terms, per element of the result."""
    return np.sqrt(make(x.astype(float) ** 2, w.astype(float) ** 2)[2])


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("data", [gaussian, uniform, rectified, wide])
@pytest.mark.parametrize(
    ("make", "k"),
    [(product, 64), (product, 3072), (convolution, 67), (convolution, 129)],
)
def test_error(make, k, data, mask):
    x, w = operands(make, data, k)
    got, expected = run(make, x, w, cpu_features=mask)
    # Roundings of a running sum are as large as the sum has become.
    growth = np.abs(expected) / scale_of(make, x, w)
    unit = UNIT * scale_of(make, x, w) * (1 + growth)
    terms = k * (9 if make is convolution else 1)
    error = np.abs(got - expected) / unit / np.sqrt(terms)
    worst = WORST if terms < 1000 else WORST_OF_MANY
    assert np.sqrt(np.mean(error**2)) < worst


@pytest.mark.parametrize("mask", MASKS)
def test_cancellation(mask):
    """Terms that cancel but for a millionth of them."""
    random = np.random.default_rng(5)
    half = gaussian(random, 33, 500).astype(np.float32)
    small = (1e-6 * gaussian(random, 33, 24)).astype(np.float32)
    w = gaussian(random, 500, 70).astype(np.float32)
    rest = gaussian(random, 24, 70).astype(np.float32)
    x = np.concatenate([half, -half, small], axis=1)
    w = np.concatenate([w, w, rest])
    got, expected = run(product, x, w, cpu_features=mask)
    magnitude = np.abs(x.astype(float)) @ np.abs(w.astype(float))
    assert np.max(np.abs(got - expected) / magnitude) < 2.0**-22


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("make", [product, convolution])
def test_non_finite(make, mask):
    """Infinities, NaN and numbers at both ends go where arithmetic takes them."""
    x, w = operands(make, gaussian, 40)
    # Nothing but these is anywhere near overflowing.
    flat = x.reshape(-1)
    flat[[3, 207, 411, 615]] = [np.inf, -np.inf, np.nan, 1e37]
    flat[[900, 901]] = [1e-45, -0.0]
    w.reshape(-1)[77] = np.inf
    got, _ = run(make, x, w, cpu_features=mask)
    with np.errstate(invalid="ignore", over="ignore"):
        expected = make(x, w)[2].astype(np.float32)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    finite = ~np.isnan(expected)
    np.testing.assert_allclose(got[finite], expected[finite], rtol=1e-3, atol=1e-4)
