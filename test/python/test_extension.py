"""The extension: tensors in and out, errors, threads and interrupts."""

import array
import contextlib
import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import pytest
import small_models
import torch
from onnx import TensorProto

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import ufront
from ufront import _ufront
from ufront._compiled import to_numpy, to_torch

KINDS = {
    "float32": TensorProto.FLOAT,
    "float64": TensorProto.DOUBLE,
    "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16,
    "bool": TensorProto.BOOL,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16,
    "uint32": TensorProto.UINT32,
    "uint64": TensorProto.UINT64,
}


def imported(model, **options):
    data = model.SerializeToString()
    return _ufront.Session().import_memory(data, "onnx", **options)


def compiled(model, **options):
    return imported(model).compile(threads=1, **options)


def numpy_dtype(name):
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


@pytest.fixture(scope="module")
def relu():
    """relu of a 2x3 matrix."""
    return compiled(small_models.unary())


@pytest.fixture(scope="module")
def twice():
    """y = x * w, z = x + y, for x of any length times 3."""
    return compiled(small_models.scale(np.float32([1, 2, 3])))


@pytest.fixture(scope="module")
def long():
    """Import of what takes long to compile."""
    return imported(small_models.slow())


def run(program, *inputs):
    return [to_numpy(result) for result in program.run(inputs)]


X = np.float32([[-1, 2, -3], [4, -5, 6]])
RELU = np.maximum(X, 0)


# --- Inputs ----------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("shape", [(2, 3), (), (0, 3)], ids=str)
def test_every_type(name, shape):
    """From and to numpy and torch, also without dimensions and without elements."""
    x = np.arange(np.prod(shape)).reshape(shape).astype(numpy_dtype(name))
    program = compiled(small_models.unary("Identity", KINDS[name], shape))
    assert program.inputs[0].dtype == name
    (y,) = run(program, x)
    assert y.dtype == x.dtype and y.shape == x.shape and y.flags.writeable
    np.testing.assert_array_equal(y, x)
    t = torch.ones(shape, dtype=getattr(torch, name))
    (u,) = map(to_torch, program.run((t,)))
    assert u.dtype == t.dtype and torch.equal(u, t)
    out = torch.zeros_like(t)
    assert program.run((t,), out) is None and torch.equal(out, t)
    filled = np.zeros_like(x)
    assert program.run((x,), filled) is None
    np.testing.assert_array_equal(filled, x)


def odd_bytes():
    """An array that does not lie aligned."""
    buffer = np.zeros(X.nbytes + 1, np.uint8)
    x = buffer[1:].view(np.float32).reshape(X.shape)
    x[:] = X
    assert not x.flags.aligned
    return x


def read_only():
    x = X.copy()
    x.flags.writeable = False
    return x


def requires_grad():
    return torch.nn.Parameter(torch.tensor(X))


LENDERS = {
    "fortran": lambda: np.asfortranarray(X),
    "strided": lambda: np.repeat(np.repeat(X, 2, 0), 3, 1)[::2, ::3],
    "reversed": lambda: X[::-1, ::-1].copy()[::-1, ::-1],
    "broadcast": lambda: np.broadcast_to(X, (1, 2, 3))[0],
    "unaligned": odd_bytes,
    "read_only": read_only,
    "memoryview": lambda: memoryview(X),
    "ctypes": lambda: np.ctypeslib.as_ctypes(X.copy()),
    "torch": lambda: torch.tensor(X),
    "torch_strided": lambda: torch.tensor(X.T.copy()).T,
    "torch_expanded": lambda: torch.tensor(X)[None].expand(4, 2, 3)[2],
    "torch_offset": lambda: torch.tensor(np.concatenate([X, X]))[2:],
    "torch_parameter": requires_grad,
    "torch_negated": lambda: torch.complex(torch.zeros(2, 3), torch.tensor(-X))
    .conj()
    .imag,
}


@pytest.mark.parametrize("name", LENDERS)
def test_lender(name, relu):
    x = LENDERS[name]()
    np.testing.assert_array_equal(run(relu, x)[0], RELU)


class OnlyDlpack:
    """An array that has DLPack and nothing else."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)


def test_dlpack_of_anybody(relu):
    np.testing.assert_array_equal(run(relu, OnlyDlpack(X))[0], RELU)
    # A read-only one is lent in the form with a version alone.
    np.testing.assert_array_equal(run(relu, OnlyDlpack(read_only()))[0], RELU)
    with pytest.raises(ValueError, match="output 0 is read-only"):
        relu.run((X,), OnlyDlpack(read_only()))
    out = np.zeros_like(X)
    relu.run((X,), OnlyDlpack(out))
    np.testing.assert_array_equal(out, RELU)


def test_bytes_are_uint8():
    program = compiled(small_models.unary("Identity", TensorProto.UINT8, (3,)))
    for x in (b"abc", bytearray(b"abc"), array.array("B", b"abc")):
        assert run(program, x)[0].tobytes() == b"abc"


def test_numbers():
    """Numbers of Python for inputs without dimensions."""
    program = compiled(small_models.unary("Neg", TensorProto.FLOAT, ()))
    assert run(program, 2.5)[0] == -2.5 and run(program, 3)[0] == -3
    program = compiled(small_models.unary("Neg", TensorProto.INT64, ()))
    assert run(program, 2**40)[0] == -(2**40)
    program = compiled(small_models.unary("Not", TensorProto.BOOL, ()))
    assert not run(program, True)[0]
    with pytest.raises(OverflowError):
        run(compiled(small_models.unary("Neg", TensorProto.INT64, ())), 2**70)


@pytest.mark.parametrize(
    ("inputs", "error", "text"),
    [
        ((), TypeError, "the model takes 1 input, got 0"),
        ((X, X), TypeError, "the model takes 1 input, got 2"),
        (([1.0],), TypeError, "input 0 is of type <class 'list'>, expected an array"),
        ((X.astype("c8"),), TypeError, "input 0 has elements of format 'Zf'"),
        ((X.astype(">f4"),), TypeError, "input 0 has elements of format '>f'"),
        ((np.array([[1j]]),), TypeError, "input 0 has elements of format 'Zd'"),
        ((np.zeros((1,) * 17, "f4"),), ValueError, "input 0 is of rank 17, at most 16"),
        (
            (X.astype("f8"),),
            ufront.Error,
            "input 'x' is tensor<2x3xf64>, expected tensor<2x3xf32>",
        ),
        (
            (X[:1],),
            ufront.Error,
            "input 'x' is tensor<1x3xf32>, expected tensor<2x3xf32>",
        ),
        ((torch.zeros(2, 3, device="meta"),), (BufferError, ValueError), ""),
        (
            (torch.zeros(2, 3, dtype=torch.cfloat),),
            TypeError,
            "input 0 has elements of DLPack's",
        ),
    ],
    ids=str,
)
def test_wrong_inputs(inputs, error, text, relu):
    with pytest.raises(error) as caught:
        relu.run(inputs)
    assert text in str(caught.value)


# --- Outputs ----------------------------------------------------------------------


def test_out(twice):
    x = np.float32([[1, 1, 1], [2, 2, 2]])
    want_y, want_z = x * np.float32([1, 2, 3]), x + x * np.float32([1, 2, 3])
    y, z = np.empty_like(x), torch.empty(2, 3)
    for out in ((y, z), [y, z]):
        y[:], z[:] = 0, 0
        assert twice.run((x,), out) is None
        np.testing.assert_array_equal(y, want_y)
        np.testing.assert_array_equal(z, want_z)
    # None asks for a new one.
    results = twice.run((x,), (None, z))
    assert results[1] is None
    np.testing.assert_array_equal(to_numpy(results[0]), want_y)


def test_out_may_be_the_input(twice):
    x = np.float32([[1, 1, 1]])
    other = np.empty_like(x)
    assert twice.run((x,), (x, other)) is None
    np.testing.assert_array_equal(x, [[1, 2, 3]])
    np.testing.assert_array_equal(other, [[2, 3, 4]])


@pytest.mark.parametrize(
    ("out", "error", "text"),
    [
        ((np.empty((1, 3), "f4"),), TypeError, "the model has 2 outputs, out= has 1"),
        (np.empty((1, 3), "f4"), TypeError, "the model has 2 outputs, out= has 1"),
        ((np.empty((3, 1), "f4").T, None), ValueError, None),
        (
            (np.empty((1, 6), "f4")[:, ::2], None),
            ValueError,
            "output 0 is not C-contiguous",
        ),
        ((None, torch.empty(1, 6)[:, ::2]), ValueError, "output 1 is not C-contiguous"),
        ((b"123456789012", None), ValueError, "output 0 cannot be written to"),
        (
            (np.empty((1, 3)), None),
            ufront.Error,
            "output 'y' is tensor<1x3xf64>, expected",
        ),
        (
            (np.empty((2, 3), "f4"), None),
            ufront.Error,
            "output 'y' is tensor<1x3xf32>, the buffer",
        ),
    ],
    ids=str,
)
def test_wrong_out(out, error, text, twice):
    if text is None:  # a matrix of one row is contiguous whatever its strides are
        assert twice.run((X[:1],), out)[0] is None
        return
    with pytest.raises(error) as caught:
        twice.run((X[:1],), out)
    assert text in str(caught.value)


def test_outputs_that_share_memory(twice):
    out = np.empty((2, 3), np.float32)
    with pytest.raises(ValueError, match="outputs 0 and 1 share memory"):
        twice.run((X,), (out, out))


def test_sizes_that_change(twice):
    kept = []
    for rows in (1, 5, 0, 3):
        x = np.ones((rows, 3), np.float32)
        y, z = run(twice, x)
        assert y.shape == z.shape == (rows, 3)
        kept.append((rows, y))
    for rows, y in kept:  # no run has written to what an earlier one gave
        np.testing.assert_array_equal(y, np.ones((rows, 1)) * [1, 2, 3])


def test_result_is_lent(relu):
    (result,) = relu.run((X,))
    assert result.shape == (2, 3) and result.dtype == "float32"
    view = memoryview(result)
    assert view.format == "f" and view.shape == (2, 3) and view.c_contiguous
    a, b, c = np.from_dlpack(result), torch.from_dlpack(result), to_torch(result)
    d = torch.utils.dlpack.from_dlpack(result.__dlpack__())
    assert result.__dlpack_device__() == (1, 0)
    a[0, 0] = 7  # all have the same memory
    assert view[0, 0] == b[0, 0] == c[0, 0] == d[0, 0] == 7
    unused = result.__dlpack__(max_version=(1, 0)), result.__dlpack__()
    del result, view, a, unused
    gc.collect()
    assert b[1, 2] == c[1, 2] == d[1, 2] == 6  # which outlives what lent it
    with pytest.raises(BufferError):
        relu.run((X,))[0].__dlpack__(copy=True)


def test_result_outlives_everything():
    model = small_models.scale(np.float32([1, 2, 3]))
    y = run(compiled(model), X)[0]
    gc.collect()
    np.testing.assert_array_equal(y, X * [1, 2, 3])


# --- Errors --------------------------------------------------------------------------


def test_error_classes():
    assert issubclass(ufront.UnsupportedError, (ufront.Error, NotImplementedError))
    assert not issubclass(ufront.Error, NotImplementedError)
    error = ufront.UnsupportedError("by hand")
    assert (error.status, error.message) == ("UNSUPPORTED", "by hand")


def test_unsupported():
    nodes = [("Foo", ["x"], ["a"], {"domain": "my.own", "name": "first"})]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node(n[0], n[1], n[2], **n[3]) for n in nodes],
        "g",
        [onnx.helper.make_tensor_value_info("x", 1, [1])],
        [onnx.helper.make_tensor_value_info("a", 1, [1])],
    )
    with pytest.raises(ufront.UnsupportedError) as caught:
        imported(onnx.helper.make_model(graph))
    assert caught.value.status == "UNSUPPORTED"
    assert "Foo" in caught.value.message and "first" in caught.value.message


@pytest.mark.parametrize(
    ("call", "status", "text"),
    [
        (lambda s: s.import_file("/nowhere.onnx"), "IO", "/nowhere.onnx: No such file"),
        (lambda s: s.import_memory(b"what"), "FORMAT", "the format is not recognised"),
        (lambda s: s.import_memory(b"\x08\x09\xff", "onnx"), "FORMAT", ""),
        (lambda s: s.import_memory(b"", "foo"), "ARGUMENT", "no import format 'foo'"),
    ],
)
def test_import_errors(call, status, text):
    with pytest.raises(ufront.Error) as caught:
        call(_ufront.Session())
    assert caught.value.status == status
    assert text in caught.value.message == str(caught.value)


def test_error_has_a_location():
    text = b"func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {\n  foo\n}"
    with pytest.raises(ufront.Error) as caught:
        _ufront.Session().import_memory(text, "mlir")
    assert ":2:" in caught.value.message


def test_arguments():
    model = imported(small_models.unary())
    with pytest.raises(ValueError, match="no stage 'foo', only 'ufront' to 'asm'"):
        model.emit("foo")
    with pytest.raises(
        ValueError, match="no place of weights 'foo', only 'file' to 'elide'"
    ):
        model.emit("tosa", "foo")
    with pytest.raises(ufront.Error, match="-1 threads"):
        model.compile(threads=-1)
    for kind in (_ufront.Model, _ufront.Program, _ufront.Tensor):
        with pytest.raises(TypeError):
            kind()


def test_shapes_and_fixed_values():
    model = small_models.scale(np.float32([1, 2, 3]))
    assert imported(model).inputs == (("x", "float32", (None, 3)),)
    assert imported(model, shapes={"x": (4, 3)}).outputs[0].shape == (4, 3)
    assert imported(model, shapes={"x": (None, 3)}).outputs[0].shape == (None, 3)
    fixed = imported(model, fixed={"x": np.ones((1, 3), np.float32)})
    assert fixed.inputs == ()
    np.testing.assert_array_equal(run(fixed.compile())[0], [[1, 2, 3]])


def test_texts(tmp_path):
    model = imported(small_models.scale(np.arange(100, dtype=np.float32)))
    assert '"ufront.multiply"' in model.emit() or "ufront.mul" in model.emit()
    assert "ufront.sym" in model.emit("linalg")
    assert "linalg." in model.emit("linalg") and "tosa." in model.emit("tosa")
    assert "llvm.func" in model.emit("llvm") and ".text" in model.emit("asm")
    model.write_weights(tmp_path / "w.safetensors")
    assert (tmp_path / "w.safetensors").stat().st_size > 400
    model.write_object(tmp_path / "m.o", "model")
    assert (tmp_path / "m.o").read_bytes()[:4] == b"\x7fELF"


# --- Memory ------------------------------------------------------------------------


def megabytes():
    return (
        int(Path("/proc/self/statm").read_text().split()[1])
        * resource.getpagesize()
        / 1e6
    )


def test_calls_leak_nothing(relu, twice):
    t, out = torch.tensor(X), np.empty_like(X)
    big = np.ones((20_000, 3), np.float32)

    def calls(count):
        for _ in range(count):
            relu.run((X,))
            relu.run((t,))
            relu.run((LENDERS["strided"](),))
            relu.run((X,), out)
            to_torch(relu.run((t,))[0])
            relu.run((X,))[0].__dlpack__()
            run(twice, big)
            for wrong in ((X.astype("f8"),), ([],), (X, X)):
                with pytest.raises((TypeError, ufront.Error)):
                    relu.run(wrong)

    calls(20)
    gc.collect()
    counts = [sys.getrefcount(o) for o in (X, t, out, relu, None)]
    tracemalloc.start()
    blocks, before = sys.getallocatedblocks(), megabytes()
    calls(300)
    gc.collect()
    current, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert current < 100_000
    assert sys.getallocatedblocks() - blocks < 500
    assert megabytes() - before < 20  # 300 calls give 144 MB in all
    after = [sys.getrefcount(o) for o in (X, t, out, relu, None)]
    assert after[:4] == counts[:4] and abs(after[4] - counts[4]) < 50


def test_models_leak_nothing():
    data = small_models.scale(np.ones(500_000, np.float32)).SerializeToString()

    def make():
        model = _ufront.Session().import_memory(data, "onnx")
        model.compile(threads=1).run((np.ones((1, 500_000), np.float32),))
        with pytest.raises(ufront.Error):
            _ufront.Session().import_memory(data[:-7], "onnx")

    for _ in range(3):
        make()
    count, before = sys.getrefcount(data), megabytes()
    for _ in range(10):
        make()
    assert sys.getrefcount(data) == count
    assert megabytes() - before < 40


def test_weights_are_borrowed():
    """The bytes of a model live as long as what uses them."""
    data = bytearray(small_models.scale(np.float32([1, 2, 3])).SerializeToString())
    program = _ufront.Session().import_memory(data, "onnx").compile()
    with pytest.raises(BufferError):
        data.clear()
    np.testing.assert_array_equal(run(program, X)[0], X * [1, 2, 3])
    del program
    gc.collect()
    data.clear()


# --- Threads and signals -----------------------------------------------------------


def test_compiling_releases_the_gil(long):
    done, ticks = threading.Event(), 0
    thread = threading.Thread(target=lambda: (long.compile(threads=1), done.set()))
    thread.start()
    while not done.wait(0.01):
        ticks += 1
    thread.join()
    assert ticks > 1


def in_threads(work, count=4):
    errors = []

    def guarded(i):
        try:
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


def test_programs_in_threads():
    def work(i):
        program = compiled(small_models.scale(np.float32([i, 2, 3])))
        for _ in range(200):
            np.testing.assert_array_equal(run(program, X)[0], X * [i, 2, 3])

    in_threads(work)


def test_one_program_in_threads(twice):
    def work(i):
        x = np.full((i + 1, 3), i, np.float32)
        for _ in range(200):
            np.testing.assert_array_equal(run(twice, x)[0], x * [1, 2, 3])
            with pytest.raises(ufront.Error, match=f"tensor<{i + 1}x3xf64>"):
                twice.run((x.astype("f8"),))

    in_threads(work)


@contextlib.contextmanager
def signalled(number, after):
    """The process has got the signal, `after` seconds from now, when this ends."""
    timer = threading.Timer(after, os.kill, (os.getpid(), number))
    timer.start()
    try:
        yield
    finally:
        timer.join()


@pytest.fixture
def ctrl_c():
    """Python's own handler: a shell's background jobs start without it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("what", ["compile", "emit"])
def test_interrupt(what, long, ctrl_c):
    with pytest.raises(KeyboardInterrupt), signalled(signal.SIGINT, 0.03):
        long.compile(threads=1) if what == "compile" else long.emit("asm")
    program = long.compile()  # the session is as good as before
    assert run(program, np.zeros((7, 33), np.float32))[0].shape == (7, 45)


def test_handler_may_use_the_session(long):
    """A handler that returns does not stop what it interrupts, and may touch what
    is busy."""
    seen = []
    text = long.emit

    def handle(number, frame):
        seen.append(len(text()))

    before = signal.signal(signal.SIGUSR1, handle)
    try:
        with signalled(signal.SIGUSR1, 0.1):
            assert long.compile(threads=1).inputs == long.inputs
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert seen and seen[0] > 1000


def test_ends_cleanly():
    """Whatever is alive when the interpreter ends."""
    code = (
        "import sys, numpy; sys.path[:0] = sys.argv[1:]\n"
        "import small_models\nfrom ufront import _ufront\n"
        "data = small_models.unary().SerializeToString()\n"
        "p = _ufront.Session().import_memory(data).compile()\n"
        "r = p.run((numpy.ones((2, 3), 'f4'),))\n"
        "g = _ufront.Graph('ufront', _ufront.Session())\n"
        "v = g.add_input('x', 'f32', ())\n"
    )
    folders = [str(Path(ufront.__file__).parents[1]), str(Path(__file__).parent)]
    result = subprocess.run([sys.executable, "-c", code, *folders], capture_output=True)
    assert (result.returncode, result.stderr) == (0, b"")
