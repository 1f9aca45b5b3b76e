"""AMX on any machine: what generated code does, done by test/emulate/Amx.c
where the CPU lacks it. On a CPU that has it, this tests the CPU."""

import os
import pathlib
import subprocess
import sys

import pytest
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


def check(nodes, x, w, expected):
    graph = helper.make_graph(
        nodes,
        "amx",
        [helper.make_tensor_value_info("x", TensorProto.BFLOAT16, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.BFLOAT16, expected.shape)],
        [numpy_helper.from_array(w, "w")],
    )
    opset = [helper.make_opsetid("", 22)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=10)
    compiled = ufront.compile(
        model, threads=2, cpu_features="+amx-tile,+amx-bf16,+avx512bf16"
    )
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


kind, *sizes = sys.argv[1:]
{"product": product, "convolution": convolution}[kind](*map(int, sizes))
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
    ],
)
def test_amx(case, tmp_path):
    environment = {
        **os.environ,
        "LD_PRELOAD": str(EMULATOR),
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
