"""Axes, shapes and sizes that a model takes as inputs: one program, compiled
once, with several values each, against ONNX's reference implementation."""

import sys
from pathlib import Path

import numpy as np
import onnx.parser
import pytest
from onnx.reference import ReferenceEvaluator

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import ufront
from ufront import _compiled, _ufront

RNG = np.random.default_rng(0)
X = RNG.normal(0, 2, (2, 3, 4)).astype(np.float32)
IMAGE = RNG.normal(0, 2, (1, 2, 5, 6)).astype(np.float32)
VECTOR = np.arange(7, dtype=np.float32)


def i64(*values):
    return np.array(values, np.int64)


def number(value):
    return np.array(value, np.int64)


# name, opset, inputs, outputs, nodes, and the values of each run
CASES = {
    "reshape": (18, "float[2,3,4] x, int64[2] s", "float[A,B] y", "y = Reshape (x, s)",
                [(X, i64(6, 4)), (X, i64(-1, 2)), (X, i64(0, 12))]),
    "reshape-dynamic": (18, "float[N,3,4] x, int64[3] s", "float[A,B,C] y",
                        "y = Reshape (x, s)",
                        [(X, i64(0, 4, 3)), (X[:1], i64(2, -1, 2))]),
    "slice": (18, "float[2,3,4] x, int64[2] a, int64[2] b, int64[2] s",
              "float[A,B,4] y",
              "axes = Constant <value_ints: ints = [0, 1]> ()\n"
              "y = Slice (x, a, b, axes, s)",
              [(X, i64(0, 1), i64(2, 3), i64(1, 1)),
               (X, i64(-1, 2), i64(99, -99), i64(1, -2))]),
    "slice-axes": (18, "float[2,3,4] x, int64[1] a, int64[1] b, int64[1] axes",
                   "float[A,B,C] y", "y = Slice (x, a, b, axes)",
                   [(X, i64(1), i64(3), i64(2)), (X, i64(-2), i64(-1), i64(-2)),
                    (X, i64(0), i64(1), i64(0))]),
    "pad": (18, "float[2,3,4] x, int64[6] p, float v", "float[A,B,C] y",
            "y = Pad (x, p, v)",
            [(X, i64(1, 0, 2, 0, 3, 0), np.float32(7)),
             (X, i64(0, 0, 0, 0, 0, 1), np.float32(-1)),
             (X, i64(0, 3, 0, 2, 0, 0), np.float32(2))]),
    "pad-axes": (18, "float[2,3,4] x, int64[2] p, int64[1] axes", "float[A,B,C] y",
                 'y = Pad (x, p, "", axes)',
                 [(X, i64(1, 2), i64(0)), (X, i64(0, 3), i64(-1))]),
    "pad-reflect": (18, "float[2,3,4] x, int64[6] p", "float[A,B,C] y",
                    'y = Pad <mode: string = "reflect"> (x, p)',
                    [(X, i64(1, 0, 2, 0, 1, 3)), (X, i64(0, 2, 0, 1, 0, 0))]),
    "tile": (18, "float[2,3,4] x, int64[3] r", "float[A,B,C] y", "y = Tile (x, r)",
             [(X, i64(1, 2, 3)), (X, i64(2, 1, 1)), (X, i64(1, 0, 1))]),
    "expand": (18, "float[3,1] x, int64[3] s", "float[A,B,C] y", "y = Expand (x, s)",
               [(X[0, :, :1], i64(2, 3, 4)), (X[0, :, :1], i64(1, 1, 5))]),
    "unsqueeze": (18, "float[2,3,4] x, int64[1] axes", "float[A,B,C,D] y",
                  "y = Unsqueeze (x, axes)", [(X, i64(0)), (X, i64(2)), (X, i64(-1))]),
    "squeeze": (18, "float[A,B,C] x, int64[1] axes", "float[D,E] y",
                "y = Squeeze (x, axes)", [(X[:1], i64(0)), (X[:, :, :1], i64(-1))]),
    "unsqueeze-two": (18, "float[3,4] x, int64[2] axes", "float[A,B,C,D] y",
                      "y = Unsqueeze (x, axes)",
                      [(X[0], i64(0, 2)), (X[0], i64(-1, 1)), (X[0], i64(3, -2))]),
    "unsqueeze-scalar": (18, "float x, int64[1] axes", "float[A] y",
                         "y = Unsqueeze (x, axes)", [(X[0, 0, 0], i64(0)),
                                                     (X[0, 0, 1], i64(-1))]),
    "squeeze-two": (18, "float[A,B,C] x, int64[2] axes", "float[D] y",
                    "y = Squeeze (x, axes)",
                    [(X[:1, :, :1], i64(2, 0)), (X[:1, :1], i64(-3, 1))]),
    "squeeze-all": (18, "float[A,B] x, int64[2] axes", "float y",
                    "y = Squeeze (x, axes)", [(X[0, :1, :1], i64(1, 0)),
                                              (X[0, :1, 1:2], i64(0, -1))]),
    **{
        f"{op}-{keep}": (20, "float[2,3,4] x, int64[1] axes",
                         "float[A,B,C] y" if keep else "float[A,B] y",
                         f"y = {op} <keepdims: int = {keep}> (x, axes)",
                         [(X, i64(0)), (X, i64(-1)), (X, i64(1))])
        for op in ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceProd", "ReduceL2",
                   "ReduceLogSumExp", "ReduceMin", "ReduceL1", "ReduceSumSquare",
                   "ReduceLogSum"]
        for keep in (1, 0)
    },
    "reduce-two-axes": (18, "float[2,3,4] x, int64[2] axes", "float[A,B,C] y",
                        "y = ReduceSum (x, axes)", [(X, i64(0, 1)), (X, i64(-1, 0))]),
    "reduce-some-axes": (18, "float[2,3,4] x, int64[N] axes", "float[A,B,C] y",
                         "y = ReduceSum (x, axes)",
                         [(X, i64(0, 1)), (X, i64(-1)), (X, i64())]),
    "resize-sizes": (18, "float[1,2,5,6] x, int64[4] s", "float[A,B,C,D] y",
                     'y = Resize <mode: string = "linear"> (x, "", "", s)',
                     [(IMAGE, i64(1, 2, 10, 3)), (IMAGE, i64(1, 2, 7, 6))]),
    "resize-scales": (18, "float[1,2,5,6] x, float[4] s", "float[A,B,C,D] y",
                      'y = Resize <mode: string = "nearest"> (x, "", s)',
                      [(IMAGE, np.float32([1, 1, 2, 0.5])),
                       (IMAGE, np.float32([1, 1, 1.5, 3]))]),
    "topk": (18, "float[2,3,4] x, int64[1] k", "float[2,3,A] y, int64[2,3,A] i",
             "y, i = TopK (x, k)", [(X, i64(1)), (X, i64(4)), (X, i64(3))]),
    "one-hot": (18, "int64[4] x, int64 d, float[2] v", "float[4,A] y",
                "y = OneHot (x, d, v)",
                [(i64(0, 2, -1, 9), number(3), np.float32([1, 5])),
                 (i64(0, 2, -1, 9), number(11), np.float32([0, 1]))]),
    "range": (18, "int64 a, int64 b, int64 s", "int64[N] y", "y = Range (a, b, s)",
              [(number(0), number(7), number(2)), (number(5), number(-3), number(-3)),
               (number(2), number(2), number(1))]),
    "range-float": (18, "float a, float b, float s", "float[N] y", "y = Range (a, b, s)",
                    [tuple(map(np.float32, (0, 1, 0.25))), tuple(map(np.float32, (5, 4.1, -0.5)))]),
    "constant-of-shape": (18, "int64[2] s", "float[A,B] y",
                          "y = ConstantOfShape <value: tensor = float[1] {2}> (s)",
                          [(i64(2, 3),), (i64(0, 4),)]),
    "split": (18, "float[7] x, int64[2] s", "float[A] y, float[B] z", "y, z = Split (x, s)",
              [(VECTOR, i64(3, 4)), (VECTOR, i64(7, 0))]),
    **{
        f"{op}": (26, "float[2,3,4] x, int64 axis", "float[2,3,4] y",
                  f"y = {op} <exclusive: int = 1, reverse: int = 1> (x, axis)",
                  [(X, number(0)), (X, number(-1)), (X, number(1))])
        for op in ["CumSum", "CumProd"]
    },
    "trilu": (18, "float[2,3,4] x, int64 k", "float[2,3,4] y", "y = Trilu (x, k)",
              [(X, number(0)), (X, number(-1)), (X, number(2)), (X, number(-9))]),
    "gather": (18, "float[2,3,4] x, int64[2] i", "float[2,2,4] y",
               "y = Gather <axis: int = 1> (x, i)", [(X, i64(0, -1)), (X, i64(2, 2))]),
    "eye": (18, "float[A,B] x", "float[A,B] y", "y = EyeLike <k: int = 1> (x)",
            [(X[0],), (X[0, :2],)]),
    "center-crop-pad": (18, "float[2,3,4] x, int64[2] s", "float[2,A,B] y",
                        "y = CenterCropPad <axes: ints = [1, 2]> (x, s)",
                        [(X, i64(5, 2)), (X, i64(2, 7)), (X, i64(3, 4))]),
    "affine-grid": (20, "float[1,2,3] t, int64[4] s", "float[1,A,B,2] y",
                    "y = AffineGrid (t, s)",
                    [(X[:1, :2, :3], i64(1, 2, 3, 4)), (X[:1, :2, :3], i64(1, 1, 2, 5))]),
    "col2im": (18, "float[1,4,9] x, int64[2] s", "float[1,1,A,B] y",
               "block = Constant <value_ints: ints = [2, 2]> ()\n"
               "y = Col2Im (x, s, block)",
               [(np.arange(36, dtype=np.float32).reshape(1, 4, 9), i64(4, 4)),
                (np.arange(36, dtype=np.float32).reshape(1, 4, 9), i64(2, 10))]),
    "compress": (18, "float[7] x, bool[7] c", "float[N] y", "y = Compress (x, c)",
                 [(VECTOR, VECTOR > 2), (VECTOR, VECTOR > 9)]),
    "max-unpool": (18, "float[1,1,2,2] x, int64[1,1,2,2] i, int64[4] s",
                   "float[1,1,A,B] y",
                   "y = MaxUnpool <kernel_shape: ints = [2, 2], strides: ints = [2, 2]> (x, i, s)",
                   [(VECTOR[:4].reshape(1, 1, 2, 2), i64(0, 3, 8, 11).reshape(1, 1, 2, 2), i64(1, 1, 4, 4)),
                    (VECTOR[:4].reshape(1, 1, 2, 2), i64(0, 3, 8, 11).reshape(1, 1, 2, 2), i64(1, 1, 5, 5))]),
    "blackman": (18, "int64 n", "float[N] y", "y = BlackmanWindow (n)", [(number(5),),
                                                                         (number(8),)]),
    "hann": (18, "int64 n", "float[N] y", "y = HannWindow <periodic: int = 0> (n)",
             [(number(5),), (number(2),), (number(4),)]),
    "hamming": (18, "int64 n", "double[N] y", "y = HammingWindow <output_datatype: int = 11> (n)",
                [(number(5),), (number(8),)]),
    "clip": (18, "float[2,3,4] x, float a, float b", "float[2,3,4] y", "y = Clip (x, a, b)",
             [(X, np.float32(-1), np.float32(1)), (X, np.float32(0), np.float32(9))]),
    "reverse-sequence": (18, "float[4,2] x, int64[2] n", "float[4,2] y",
                         "y = ReverseSequence (x, n)",
                         [(X[0, :2].T.copy(), i64(1, 3)), (X[0, :2].T.copy(), i64(4, 2))]),
}


def compile_case(name):
    opset, inputs, outputs, nodes, runs = CASES[name]
    model = onnx.parser.parse_model(
        f'<ir_version: 10, opset_import: ["" : {opset}]>'
        f" graph ({inputs}) => ({outputs}) {{ {nodes} }}"
    )
    imported = _ufront.Session().import_memory(model.SerializeToString(), "onnx")
    return model, imported.compile(threads=1), runs


@pytest.mark.parametrize("name", CASES)
def test_values_come_at_run_time(name):
    model, program, runs = compile_case(name)
    names = [value.name for value in model.graph.input]
    evaluator = ReferenceEvaluator(model)
    for values in runs:
        expected = evaluator.run(None, dict(zip(names, values)))
        actual = [_compiled.to_numpy(result) for result in program.run(values)]
        assert len(actual) == len(expected)
        for a, e in zip(actual, expected):
            e = np.asarray(e)
            assert a.shape == e.shape
            assert a.dtype == e.dtype
            np.testing.assert_allclose(a, e, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "name, values",
    [
        ("squeeze", (X, i64(1))),
        ("reshape", (X, i64(5, 5))),
        ("split", (VECTOR, i64(3, 5))),
        ("expand", (X[0, :, :1], i64(2, 4, 4))),
        ("topk", (X, i64(5))),
        ("constant-of-shape", (i64(2, -3),)),
    ],
)
def test_values_that_do_not_fit_end_the_run(name, values):
    program = compile_case(name)[1]
    with pytest.raises(ufront.Error):
        program.run(values)


@pytest.mark.parametrize("op", ["range", "stft"])
def test_steps_that_lead_nowhere(op):
    """Whatever passes make of the division, none is by 0 and none overflows."""
    lines = {
        "range": "y = Range (a, b, s)",
        "stft": "w = Constant <value_floats: floats = [1.0, 2.0, 1.0]> ()\n"
                "y = STFT (x, s, w, n)",
    }
    inputs = {
        "range": "int64 a, int64 b, int64 s",
        "stft": "float[1,9,1] x, int64 s, int64 n",
    }
    result = {"range": "int64[N]", "stft": "float[A,B,C,D]"}
    text = (f'<ir_version: 8, opset_import: ["" : 18]> g ({inputs[op]}) '
            f"=> ({result[op]} y) {{ {lines[op]} }}")
    data = onnx.parser.parse_model(text).SerializeToString()
    program = _ufront.Session().import_memory(data, "onnx").compile(threads=1)
    low = -2**63
    bad = {
        "range": [((0, 5, 0), "delta is 0"), ((0, low, -1), "too many"),
                  ((low, -low - 1, 1), "too many")],
        "stft": [((0, 3), "delta is 0"), ((-1, 3), "delta is 0")],
    }
    first = [np.ones((1, 9, 1), np.float32)] if op == "stft" else []
    for values, message in bad[op]:
        with pytest.raises(ufront.Error, match=message):
            program.run(tuple(first + [number(value) for value in values]))
    if op == "range":
        down, = program.run((number(-low - 1), number(low), number(low)))
        np.testing.assert_array_equal(_compiled.to_numpy(down), [-low - 1, -1])
