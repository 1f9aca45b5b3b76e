"""AMX on any machine: what generated code does, done by test/emulate/Amx.c
where the CPU lacks it. On a CPU that has it, this tests the CPU."""

import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python"))

import ufront

BUILD = pathlib.Path(ufront.__file__).parents[2] / "build" / "release"
BUILD = pathlib.Path(os.environ.get("UFRONT_BUILD_DIR", BUILD))
EMULATOR = BUILD / "test" / "libemulate-amx.so"

CASES = r"""
import sys

import ml_dtypes
import numpy as np
import ufront
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(11)


def halves(*shape):
    return RANDOM.standard_normal(shape).astype(ml_dtypes.bfloat16)


HALVES = "+amx-tile,+amx-bf16,+avx512bf16"


def model_of(nodes, x, result, **constants):
    # From x to y, which is of type `result`.
    element = helper.np_dtype_to_tensor_dtype(x.dtype)
    graph = helper.make_graph(
        nodes,
        "amx",
        [helper.make_tensor_value_info("x", element, x.shape)],
        [helper.make_tensor_value_info("y", result, None)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    opset = [helper.make_opsetid("", 22)]
    return helper.make_model(graph, opset_imports=opset, ir_version=10)


def check(nodes, x, w, expected):
    model = model_of(nodes, x, TensorProto.BFLOAT16, w=w)
    compiled = ufront.compile(model, threads=2, cpu_features=HALVES)
    assert "llvm.x86.tdpbf16ps" in compiled.ir("llvm")
    for _ in range(2):
        got = np.asarray(compiled(x)).astype(float)
        # The result is rounded to 8 bits.
        np.testing.assert_allclose(got, expected, rtol=2**-8, atol=1e-3)


def product(m, k, n):
    x, w = halves(m, k), halves(k, n)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    check(nodes, x, w, x.astype(float) @ w.astype(float))


def convolution(channels, size, outputs, kernel, stride, pad):
    x = halves(1, channels, size, size)
    w = halves(outputs, channels, kernel, kernel)
    attrs = {"strides": [stride] * 2, "pads": [pad] * 4}
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], **attrs)]
    spread = np.pad(x.astype(float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(spread, (kernel,) * 2, (2, 3))
    windows = windows[:, :, ::stride, ::stride]
    expected = np.einsum("bchwij,ocij->bohw", windows, w.astype(float))
    check(nodes, x, w, expected)


def integers(name, *shape):
    info = np.iinfo(name)
    return RANDOM.integers(info.min, info.max + 1, shape).astype(name)


def compiled_bytes(nodes, x, result, constants):
    model = model_of(nodes, x, result, **constants)
    compiled = ufront.compile(model, threads=2, cpu_features="+amx-tile,+amx-int8")
    assert "llvm.x86.tdpb" in compiled.ir("llvm")
    return np.asarray(compiled(x))


def bytes_product(left, right, m, k, n):
    # With a zero point of all rows and one of each column.
    m, k, n = int(m), int(k), int(n)
    x, w = integers(left, m, k), integers(right, k, n)
    zeros = {"a": np.array(7, left), "b": integers(right, n)}
    nodes = [helper.make_node("MatMulInteger", ["x", "w", "a", "b"], ["y"])]
    got = compiled_bytes(nodes, x, TensorProto.INT32, {"w": w, **zeros})
    expected = (x.astype(int) - 7) @ (w.astype(int) - zeros["b"].astype(int))
    np.testing.assert_array_equal(got, expected)


def bytes_convolution(left, right, channels, size, outputs):
    channels, size, outputs = int(channels), int(size), int(outputs)
    x, w = integers(left, 1, channels, size, size), integers(right, outputs, channels, 3, 3)
    zero, bias = np.array(5, left), RANDOM.integers(-9999, 9999, outputs).astype(np.int32)
    scales = RANDOM.uniform(1e-4, 1e-3, outputs).astype(np.float32)
    constants = {"u": np.float32(0.5), "zx": zero, "w": w, "s": scales,
                 "zw": np.zeros(outputs, right), "v": np.float32(0.25), "zy": zero, "c": bias}
    nodes = [helper.make_node("QLinearConv", ["x", *constants], ["y"], pads=[1] * 4)]
    result = helper.np_dtype_to_tensor_dtype(x.dtype)
    got = compiled_bytes(nodes, x, result, constants)
    spread = np.pad(x.astype(int) - 5, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(spread, (3, 3), (2, 3))
    sums = np.einsum("bchwij,ocij->bohw", windows, w.astype(int))
    sums = (sums + bias[:, None, None]).astype(np.float32)
    whole = np.rint(sums * (np.float32(0.5) * scales / np.float32(0.25))[:, None, None])
    info = np.iinfo(left)
    np.testing.assert_array_equal(got, np.clip(whole + 5, info.min, info.max))


def network():
    # Layers of f32 with factors of bf16, with AMX and without.
    w = [RANDOM.standard_normal(s).astype(np.float32) / 8 for s in ((64, 96), (96, 48))]
    nodes = [
        helper.make_node("MatMul", ["x", "w0"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "w1"], ["y"]),
    ]
    x = RANDOM.standard_normal((33, 64)).astype(np.float32)
    model = model_of(nodes, x, TensorProto.FLOAT, w0=w[0], w1=w[1])
    results = []
    for features in (HALVES, "-avx512"):
        compiled = ufront.compile(model, threads=1, precision="bf16", cpu_features=features)
        results.append(np.asarray(compiled(x)))
        assert ("llvm.x86.tdpbf16ps" in compiled.ir("llvm")) == ("+amx" in features)

    def halved(values):
        return values.astype(ml_dtypes.bfloat16).astype(float)

    between = np.maximum(halved(x) @ halved(w[0]), 0).astype(np.float32)
    # Sums of another order are rounded to another bf16 now and then.
    for got in results:
        error = np.abs(got - halved(between) @ halved(w[1]))
        assert np.max(error) < 2**-9 and np.median(error) < 2**-20


def split_model(nodes, x, w, precision):
    model = model_of(nodes, x, TensorProto.FLOAT, w=w)
    features = HALVES if precision != "f32" else ""
    compiled = ufront.compile(model, threads=2, precision=precision, cpu_features=features)
    assert ("llvm.x86.tdpbf16ps" in compiled.ir("llvm")) == (precision != "f32")
    for _ in range(2):
        y = np.asarray(compiled(x))
    return y


def floats(*shape):
    return RANDOM.standard_normal(shape).astype(np.float32)


# Of what is added up. Two terms lack 2^-17 of each factor, rounding included.
LIMITS = {"bf16x3": 2**-21, "bf16x2": 2**-15}


def split_product(precision, m, k, n):
    x, w = floats(int(m), int(k)), floats(int(k), int(n))
    # Large and small numbers side by side.
    x *= 2.0 ** RANDOM.integers(-20, 20, x.shape)
    y = split_model([helper.make_node("MatMul", ["x", "w"], ["y"])], x, w, precision)
    exact, added = x.astype(float) @ w.astype(float), np.abs(x).astype(float) @ np.abs(w)
    assert np.max(np.abs(y - exact) / added) <= LIMITS[precision]
    if precision == "bf16x3":  # as exact as BLAS
        ours, theirs = (np.linalg.norm((z - exact) / added) for z in (y, x @ w))
        assert ours <= theirs


def split_convolution(precision, *sizes):
    channels, size, outputs, kernel, stride, pad = map(int, sizes)
    x, w = floats(1, channels, size, size), floats(outputs, channels, kernel, kernel)
    attrs = {"strides": [stride] * 2, "pads": [pad] * 4}
    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], **attrs),
             helper.make_node("Relu", ["c"], ["y"])]
    y = split_model(nodes, x, w, precision)
    spread = np.pad(x.astype(float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(spread, (kernel,) * 2, (2, 3))
    windows = windows[:, :, ::stride, ::stride]
    sums = np.einsum("bchwij,ocij->bohw", windows, w.astype(float))
    added = np.einsum("bchwij,ocij->bohw", np.abs(windows), np.abs(w).astype(float))
    assert np.max(np.abs(y - np.maximum(sums, 0)) / added) <= LIMITS[precision]


def split_specials(precision):
    # As in f32: what is not finite, and how, and what lies beside it.
    x, w = np.abs(floats(70, 64)), np.abs(floats(64, 70))
    specials = np.array([0x7F800000, 0xFF800000, 0x7FC00000, 0xFFFFFFFF, 0x7FFFFFFF,
                         0x7F7FFFFF, 0x7F7F8000, 0x00000001], np.uint32).view(np.float32)
    for i, value in enumerate(specials):
        x[4 * i, (7 * i) % 64] = value
    w[:, 3] *= np.float32(2.0**-120)
    w[5, 40] = np.nan
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    plain, split = (split_model(nodes, x, w, kind) for kind in ("f32", precision))
    finite = np.isfinite(plain)
    assert 0 < finite.sum() < plain.size
    np.testing.assert_array_equal(split[~finite], plain[~finite])
    # All is positive. Parts of numbers below 2^-126 count as 0.
    lost = 64 * np.max(x[np.isfinite(x) & (x < 9)]) * 2.0**-126
    np.testing.assert_allclose(
        split[finite], plain[finite], rtol=2 * LIMITS[precision], atol=lost)


kind, *words = sys.argv[1:]
if kind in ("product", "convolution"):
    words = map(int, words)
globals()[kind](*words)
"""


@pytest.mark.skipif(
    not EMULATOR.exists(), reason="the build has sanitizers, so no emulator"
)
@pytest.mark.parametrize(
    "case",
    [
        "product 64 64 64",  # all tiles whole
        "product 49 768 70",  # rows, and columns of the last panel, left over
        "product 33 40 33",  # groups by tens, rows in blocks that overlap
        "product 9 96 16",  # one block of rows
        "product 1000 48 40",  # several tasks
        "convolution 64 14 64 3 1 1",  # two lines of an image in a tile
        "convolution 48 7 96 3 1 1",  # an odd number of lines
        "convolution 64 15 40 3 2 1",  # lines whose pixels are apart
        "convolution 64 20 64 3 1 1",  # a line in two blocks
        "bytes_product uint8 int8 64 64 64",
        "bytes_product int8 int8 49 96 70",
        "bytes_product int8 uint8 33 40 33",
        "bytes_product uint8 uint8 200 32 48",
        "bytes_convolution uint8 int8 64 14 64",
        "bytes_convolution int8 int8 64 15 40",
        "network",
        "split_product bf16x3 64 64 64",
        "split_product bf16x2 64 64 64",
        "split_product bf16x3 49 768 70",  # sums cut, rows and columns left over
        "split_product bf16x2 49 768 70",
        "split_product bf16x3 33 48 33",  # groups by eights
        "split_product bf16x3 16 32 16",  # one block, one step
        "split_product bf16x3 300 1056 16",  # the last cut has one step
        "split_convolution bf16x3 64 14 64 3 1 1",
        "split_convolution bf16x2 48 7 96 3 1 1",
        "split_convolution bf16x3 64 15 40 3 2 1",
        "split_convolution bf16x3 80 20 64 3 1 1",
        "split_specials bf16x3",
        "split_specials bf16x2",
    ],
)
def test_amx(case, tmp_path):
    environment = {
        **os.environ,
        "LD_PRELOAD": str(EMULATOR),
        "PYTHONPATH": str(pathlib.Path(ufront.__file__).parents[1]),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    run = subprocess.run(
        [sys.executable, "-c", CASES, *case.split()],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
