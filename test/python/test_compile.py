"""ufront.compile and what it returns."""

import copy
import json
import os
import subprocess
import sys
import timeit
from pathlib import Path

import numpy as np
import onnx
import pytest
import small_models
import torch

PACKAGE = Path(__file__).resolve().parents[2] / "python"
sys.path.insert(0, str(PACKAGE))

import ufront
from ufront import _compiled

WEIGHT = np.float32([1, 2, 3])
X = np.float32([[-1, 2, -3], [4, -5, 6]])


@pytest.fixture(scope="module")
def scale():
    return small_models.scale(WEIGHT)


@pytest.fixture(scope="module")
def fast(scale):
    """y = x * [1, 2, 3], z = x + y; x of any length times 3."""
    return ufront.compile(scale, threads=1)


# --- What can be compiled ------------------------------------------------------------


def test_kinds_of_models(scale, tmp_path):
    path = tmp_path / "scale.onnx"
    onnx.save(scale, path)
    data = path.read_bytes()
    for model in (scale, path, str(path), data, bytearray(data), memoryview(data)):
        y, z = ufront.compile(model, threads=1)(X)
        np.testing.assert_array_equal(y, X * WEIGHT)
        np.testing.assert_array_equal(z, X + X * WEIGHT)


def test_external_data(scale, tmp_path):
    path = tmp_path / "scale.onnx"
    model = copy.deepcopy(scale)  # saving changes it
    onnx.save(model, path, save_as_external_data=True, size_threshold=0, location="w")
    np.testing.assert_array_equal(ufront.compile(path)(X)[0], X * WEIGHT)


def test_mlir():
    text = b"""func.func @forward(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
      %0 = "ufront.relu"(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
      return %0 : tensor<2x3xf32>
    }"""
    np.testing.assert_array_equal(ufront.compile(text)(X), np.maximum(X, 0))


class Two(torch.nn.Module):
    def forward(self, a, b):
        return torch.relu(a) + b


def test_module():
    a, b = torch.tensor(X), torch.ones(2, 3)
    for examples in ((a, b), [a, b], {"a": a, "b": b}):
        fast = ufront.compile(Two(), examples, threads=1)
        result = fast(**examples) if isinstance(examples, dict) else fast(*examples)
        assert torch.equal(result, torch.relu(a) + b)
    relu = ufront.compile(torch.nn.ReLU(), a)
    assert torch.equal(relu(a), torch.relu(a)) and "linalg." in relu.ir("linalg")


def test_exported_program():
    a, b = torch.tensor(X), torch.ones(2, 3)
    fast = ufront.compile(torch.export.export(Two(), (a, b)))
    assert torch.equal(fast(a, b), torch.relu(a) + b)


def test_module_on_disk(tmp_path):
    linear = torch.nn.Linear(3, 50)
    a = torch.tensor(X)
    ufront.compile(linear, (a,)).save(tmp_path / "linear.so")
    loaded = ufront.load(tmp_path / "linear.so", threads=1)
    torch.testing.assert_close(loaded(a), linear(a))


def test_examples_set_sizes(scale):
    for examples in (X, (X,), [torch.tensor(X)], {"x": X}):
        fast = ufront.compile(scale, examples, threads=1)
        assert fast.inputs[0].shape == fast.outputs[1].shape == (2, 3)
    fast = ufront.compile(scale, X, dynamic_shapes={"x": {0: "n"}}, threads=1)
    assert fast.inputs[0].shape == (None, 3)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"precision": "f8"}, ValueError, "there is no precision 'f8', only 'f32'"),
        ({"example_inputs": (X, X)}, TypeError, "takes 1 inputs, got 2 example_inputs"),
        ({"example_inputs": {"a": X}}, ValueError, "the model has no inputs ['a']"),
        ({"example_inputs": X[0]}, ValueError, "the example of input 'x' has rank 1"),
        ({"threads": -1}, ufront.Error, "-1 threads, expected 0 to 4096"),
        ({"cpu": "i686"}, ufront.Error, "'i686' is no 64-bit CPU that LLVM knows"),
        ({"cpu_features": "-avx5"}, ufront.Error, "there is no CPU feature 'avx5'"),
    ],
    ids=str,
)
def test_wrong_options(options, error, text, scale):
    with pytest.raises(error) as caught:
        ufront.compile(scale, **options)
    assert text in str(caught.value)


def test_wrong_models(tmp_path):
    with pytest.raises(TypeError, match="a dict is no model; expected a path"):
        ufront.compile({})
    with pytest.raises(ufront.Error, match="No such file") as caught:
        ufront.compile(tmp_path / "nothing.onnx")
    assert caught.value.status == "IO"


def test_imports_nothing_it_does_not_use(scale, tmp_path):
    path = tmp_path / "scale.onnx"
    onnx.save(scale, path)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import numpy, ufront\n"
        "ufront.compile(sys.argv[2])(numpy.zeros((1, 3), 'f4'))\n"
        "print(*{'torch', 'onnx', 'keras', 'ml_dtypes'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, PACKAGE, path], capture_output=True, text=True
    )
    assert (result.returncode, result.stdout) == (0, "\n"), result.stderr


# --- Calling -------------------------------------------------------------------------


def test_results_in_kind(fast):
    for result in fast(X):
        assert type(result) is np.ndarray
    for result in fast(torch.tensor(X)):
        assert type(result) is torch.Tensor
    assert type(fast(memoryview(X))[0]) is np.ndarray
    assert type(ufront.compile(small_models.unary())(X)) is np.ndarray  # not a tuple


def test_by_name(fast):
    np.testing.assert_array_equal(fast(x=X)[0], X * WEIGHT)
    with pytest.raises(TypeError, match=r"missing inputs \['x'\]"):
        fast(y=X)
    with pytest.raises(TypeError, match=r"no such inputs: \['y'\]"):
        fast(X, y=X)


def test_out(fast):
    out = np.empty_like(X), np.empty_like(X)
    assert fast(X, out=out) is out
    np.testing.assert_array_equal(out[1], X + X * WEIGHT)
    given = np.empty_like(X)
    y, z = fast(X, out=(None, given))
    assert z is given
    np.testing.assert_array_equal(y, X * WEIGHT)
    single = ufront.compile(small_models.unary(), threads=1)
    assert single(X, out=given) is given
    np.testing.assert_array_equal(given, np.maximum(X, 0))
    t = torch.empty(2, 3)
    assert single(torch.tensor(X), out=t) is t and torch.equal(t, torch.tensor(given))


def test_call_is_cheap():
    """A call with out= costs less than 5 us, its one tiny kernel included."""
    relu = ufront.compile(small_models.unary(), threads=1)
    out = np.empty_like(X)
    times = timeit.repeat(lambda: relu(X, out=out), number=500, repeat=40)
    assert min(times) / 500 < 5e-6
    x, out = torch.tensor(X), torch.empty(2, 3)
    times = timeit.repeat(lambda: relu(x, out=out), number=500, repeat=40)
    assert min(times) / 500 < 15e-6


# --- Showing -------------------------------------------------------------------------


def test_description(fast):
    assert fast.inputs == (("x", "float32", (None, 3)),)
    assert fast.inputs[0].name == "x" and fast.outputs[1].dtype == "float32"
    assert repr(fast) == (
        "<ufront.CompiledModel 'small': (x: float32[?, 3]) -> "
        "(y: float32[?, 3], z: float32[?, 3])>"
    )


def test_ir(tmp_path):
    weight = np.arange(200, dtype=np.float32)
    fast = ufront.compile(small_models.scale(weight), threads=1)
    assert 'ufront.sym = "w"' in fast.ir() and "ufront.param" not in fast.ir()
    assert "ufront.param" in fast.ir("ufront", "file")
    assert "dense<" in fast.ir("linalg", weights="inline")
    fast.write_weights(tmp_path / "m.safetensors")
    # The two together are a model.
    (tmp_path / "m.mlir").write_text(fast.ir("ufront", "file"))
    x = np.ones((1, 200), np.float32)
    np.testing.assert_array_equal(ufront.compile(tmp_path / "m.mlir")(x)[0], [weight])


def test_cpu(scale, tmp_path):
    exported = torch.export.export(torch.nn.ReLU(), (torch.tensor(X),))
    for model, x in [(scale, None), (torch.nn.ReLU(), X), (exported, None)]:
        x = None if x is None else torch.tensor(x)
        fast = ufront.compile(model, x, cpu="x86-64-v2", cpu_features="+ssse3,-avx512")
        assert "vector_bits = 128" in fast.ir("kernels")
        assert "ymm" not in fast.ir("asm")
        result = fast(torch.tensor(X))
        result = result[0] if isinstance(result, tuple) else result
        expected = X * WEIGHT if model is scale else np.maximum(X, 0)
        np.testing.assert_array_equal(np.asarray(result), expected)
    fast.save(tmp_path / "m.so")  # for the same CPU
    code = (tmp_path / "m.so").read_bytes()
    ufront.compile(exported, cpu="x86-64-v3").save(tmp_path / "m.so")
    assert code != (tmp_path / "m.so").read_bytes()


def test_cache(scale, tmp_path, monkeypatch):
    def compiled(where, **options):
        for model, x in [(scale, None), (torch.nn.ReLU(), torch.tensor(X))]:
            ufront.compile(model, x, threads=1, **options)
        return len(list(where.iterdir())) if where.exists() else 0

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert compiled(tmp_path, cache_dir=None) == 0
    assert compiled(tmp_path / "mine", cache_dir=tmp_path / "mine") == 2
    assert compiled(tmp_path / "mine", cache_dir=str(tmp_path / "mine")) == 2
    for _ in range(2):
        assert compiled(tmp_path / "xdg" / "ufront") == 2
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert compiled(tmp_path / "home" / ".cache" / "ufront") == 2
    result = ufront.compile(scale, threads=1)(X)[0]
    np.testing.assert_array_equal(result, X * WEIGHT)


def test_profile(fast):
    profile = fast.profile(runs=5)
    assert len(profile.times) == 5 and profile.memory > 0 and profile.kernels >= 1
    assert 0 < profile.minimum <= profile.median
    assert "of 5 calls" in repr(profile) and "kernel" in repr(profile)
    assert fast.profile(np.ones((9, 3), np.float32), runs=1).median > 0


def test_profile_rows(tmp_path):
    def node(op, inputs, output, **attributes):
        return onnx.helper.make_node(op, inputs, [output], f"{op} {output}", **attributes)

    f32 = onnx.TensorProto.FLOAT
    rng = np.random.default_rng(0)
    weights = {
        "w": rng.normal(size=(8, 4, 3, 3)),
        "v": rng.normal(size=(8 * 30 * 30, 16)),
    }
    graph = onnx.helper.make_graph(
        [
            node("Conv", ["x", "w"], "y"),
            node("Reshape", ["y", "shape"], "flat"),
            node("MatMul", ["flat", "v"], "z"),
        ],
        "g",
        [onnx.helper.make_tensor_value_info("x", f32, [2, 4, 32, 32])],
        [onnx.helper.make_tensor_value_info("z", f32, [2, 16])],
        [
            *(onnx.numpy_helper.from_array(w.astype("f4"), n) for n, w in weights.items()),
            onnx.numpy_helper.from_array(np.array([2, -1]), "shape"),
        ],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)])
    fast = ufront.compile(model, threads=2, cache_dir=None)
    trace = tmp_path / "trace.json"
    profile = fast.profile(runs=3, trace=trace)
    conv = [row for row in profile if "Conv y" in row["where"] and row["flops"]]
    product = [row for row in profile if "MatMul z" in row["where"] and row["flops"]]
    # What else there is, such as a change of layout, computes nothing.
    assert sum(row["flops"] for row in conv) == 2 * 2 * 8 * 30 * 30 * 4 * 3 * 3
    assert sum(row["flops"] for row in product) == 2 * 2 * 16 * 8 * 30 * 30
    assert all(row["calls"] >= 1 and row["seconds"] >= 0 for row in profile)
    assert sum(row["share"] for row in profile) <= 1 + 1e-9
    assert profile == sorted(profile, key=lambda row: -row["seconds"])
    assert product[0]["gflops"] > 0 and product[0]["bound"] in ("compute", "memory")
    assert profile.peak_flops > 1e9 and profile.outside >= 0
    assert product[0]["name"] in repr(profile) and "outside kernels" in repr(profile)
    events = json.loads(trace.read_text())["traceEvents"]
    kernels = [event for event in events if event.get("cat") == "kernel"]
    assert len(kernels) == sum(row["calls"] for row in profile)
    assert {event["args"]["kernel"] for event in kernels} == {r["name"] for r in profile}
    # Again, of the same program, without a trace.
    assert [row["calls"] for row in fast.profile(runs=1)]


def test_profile_of_library(tmp_path):
    model = tmp_path / "m.mlir"
    model.write_text(
        """func.func @forward(%x: tensor<64x512xf32>) -> tensor<64x512xf32> {
             %y = "ufront.relu"(%x) : (tensor<64x512xf32>) -> tensor<64x512xf32>
             return %y : tensor<64x512xf32>
           }"""
    )
    tool = _compiled.find_tool("compile")
    output = tmp_path / "m.so"
    subprocess.run([tool, model, "--profile", "--output", output], check=True)
    profile = ufront.load(output, threads=1).profile(runs=2)
    assert [row["bytes"] for row in profile] == [2 * 4 * 64 * 512]


# --- Saving and loading --------------------------------------------------------------


@pytest.mark.parametrize("stem", ["libscale", "scale", "2 scales"])
def test_save_and_load(stem, fast, tmp_path):
    path = tmp_path / f"{stem}.so"
    fast.save(path)
    found = {p.name for p in tmp_path.iterdir()}
    assert found >= {path.name, f"{stem}.h"} and not any(n[0] == "." for n in found)
    loaded = ufront.load(path, threads=1)
    assert (loaded.inputs, loaded.outputs) == (fast.inputs, fast.outputs)
    for mine, theirs in zip(loaded(X), fast(X)):
        np.testing.assert_array_equal(mine, theirs)
    assert loaded.profile(runs=2).kernels is None
    with pytest.raises(ufront.Error, match="input 'x' is tensor<2x3xf64>"):
        loaded(X.astype("f8"))
    with pytest.raises(ValueError, match="was loaded from a shared library"):
        loaded.ir()


def test_save_with_weights(tmp_path):
    weight = np.arange(2000, dtype=np.float32)
    ufront.compile(small_models.scale(weight), threads=1).save(tmp_path / "m.so")
    x = np.ones((1, 2000), np.float32)
    np.testing.assert_array_equal(ufront.load(tmp_path / "m.so")(x)[0], [weight])
    (tmp_path / "m.safetensors").rename(tmp_path / "other.safetensors")
    with pytest.raises(FileNotFoundError, match="its weights are missing"):
        ufront.load(tmp_path / "m.so")


def test_wrong_files(fast, tmp_path):
    with pytest.raises(ValueError, match="'m.o' does not end in .so"):
        fast.save(tmp_path / "m.o")
    with pytest.raises(FileNotFoundError):
        ufront.load(tmp_path / "nothing.so")
    with pytest.raises(FileNotFoundError):
        fast.save(tmp_path / "nowhere" / "m.so")
    (tmp_path / "m.so").write_bytes(b"not a library")
    with pytest.raises(ImportError, match="m.so"):
        ufront.load(tmp_path / "m.so")
    fast.save(tmp_path / "scale.so")
    with pytest.raises(ImportError, match="there is no 'other' in it"):
        ufront.load(tmp_path / "scale.so", name="other")


# --- python -m ufront ----------------------------------------------------------------


def command(*args):
    return subprocess.run(
        [sys.executable, "-m", "ufront", *map(str, args)],
        env={"PYTHONPATH": str(PACKAGE), **os.environ},
        capture_output=True,
        text=True,
    )


def test_command(scale, tmp_path):
    path = tmp_path / "scale.onnx"
    onnx.save(scale, path)
    assert "multiply" in command("import", path).stdout
    result = command("run", path, "--random-inputs=1")
    assert result.returncode == 0 and "z" in result.stdout, result.stderr
    assert command("compile", path, "-o", tmp_path / "a.o").returncode == 0
    assert (tmp_path / "a.h").exists()
    assert command("--version").stdout == f"ufront {ufront.__version__}\n"
    assert "COMMAND" in command("--help").stdout
    result = command("nothing")
    assert result.returncode == 2 and "no command 'nothing'" in result.stderr
    assert command("run", tmp_path / "nothing").returncode == 1
