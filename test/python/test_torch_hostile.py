""".pt2 files that are broken, hostile or very large: one clear error each."""

import io
import json
import random
import struct
import zipfile

import numpy as np
import pytest
# The fixtures are used by name.
from pt2_files import (  # noqa: F401
    accept,
    archive,
    call,
    graph,
    meta,
    node,
    program,
    refuse,
    sample,
    tensor,
    user,
    weight,
    weights_program,
    written,
)

DATA = np.arange(128, dtype=np.float32)


def one(*args, files=None, **more):
    """An archive with one weight of this description."""
    files = {"weight_0": DATA.tobytes()} if files is None else files
    return archive(weights_program(["w"]), {"w": weight(*args, **more)}, files)


# --- Weights -----------------------------------------------------------------


def test_windows(tmp_path):
    """Windows of one storage: contiguous, strided, expanded; one of them twice."""
    given = {
        "plain": weight([8, 12], offset=8),
        "twice": weight([8, 12], offset=8),
        "turned": weight([8, 12], strides=[1, 8], offset=3),
        "spread": weight([20, 6], strides=[0, 2]),
        "single": weight([1, 96], strides=[7, 1]),
    }
    data = written(
        tmp_path,
        archive(weights_program(list(given)), given, {"weight_0": DATA.tobytes()}),
    )
    expected = {
        "plain": DATA[8:104].reshape(8, 12),
        "turned": DATA[3:99].reshape(12, 8).T,
        "spread": np.broadcast_to(DATA[:12:2], (20, 6)),
        "single": DATA[:96].reshape(1, 96),
    }
    assert data.keys() == expected.keys()
    for name, value in expected.items():
        assert data[name] == (list(value.shape), value.tobytes()), name


def test_deflated(tmp_path):
    given = archive(
        weights_program(["w", "v"]),
        {"w": weight([2, 40]), "v": weight([2, 40], strides=[1, 2], offset=4)},
        {"weight_0": DATA.tobytes()},
        deflate=True,
    )
    data = written(tmp_path, given)
    assert data["w"][1] == DATA[:80].tobytes()
    assert data["v"][1] == DATA[4:84].reshape(40, 2).T.tobytes()


def test_empty_weight(accept):
    assert "tensor<0x3xf32>" in accept(one([0, 3], files={"weight_0": b""}))
    assert accept(one([0, 2**62, 2**62], strides=[1, 2, 3], offset=2**40))


@pytest.mark.parametrize(
    "given, message",
    [
        (lambda: one([129]), "needs 516 bytes of 'net/data/weights/weight_0', which has 512"),
        (lambda: one([2], offset=127), "needs 516 bytes"),
        (lambda: one([3, 3], strides=[63, 1]), "needs 516 bytes"),
        (lambda: one([3], strides=[2**62]), "is too large"),
        (lambda: one([2**40, 2**40]), "is too large"),
        (lambda: one([2**33, 2], strides=[0, 0]), "too large for its file"),
        (lambda: one([2], strides=[-1]), "no valid type, sizes and strides"),
        (lambda: one([2], strides=[1, 1]), "no valid type, sizes and strides"),
        (lambda: one([-2], strides=[1]), "no valid type, sizes and strides"),
        (lambda: one([1] * 17), "no valid type, sizes and strides"),
        (lambda: one(["Symbol('s0', positive=True, integer=True)"]), "no valid type"),
        (lambda: one([2], dtype=10), "a type that is not supported"),
        (lambda: one([2], dtype=2**40), "a type that is not supported"),
        (lambda: one([2], pickled=True), "is pickled"),
        (lambda: one([128], files={}), "has no file in the archive"),
        (lambda: one([128], path="../../etc/passwd"), "has no file in the archive"),
        (lambda: one([2000], dtype="bool", files={"weight_0": b"\2" * 2000}), "a bool beyond"),
        (lambda: archive(weights_program(["w"])), "'w' is not in the file"),
        (lambda: archive(weights_program(["w"]), {"w": []}), "no valid type"),
        (lambda: archive(weights_program(["w"]), {"w": None}), "no valid type"),
    ],
)
def test_bad_weights(refuse, given, message):
    assert message in refuse(given())


# --- The archive -------------------------------------------------------------


def test_sample_is_sound(accept):
    assert "@forward" in accept(sample())
    assert "@forward" in accept(sample(deflate=True))
    assert "@forward" in accept(sample(model="other"))


def test_recognised_without_suffix(tmp_path):
    path = tmp_path / "no-suffix"
    path.write_bytes(sample())
    assert call(path).returncode == 0


def test_truncated(tmp_path):
    path, whole = tmp_path / "m.pt2", sample()
    random.seed(1)
    for end in sorted(random.sample(range(len(whole)), 40)):
        path.write_bytes(whole[:end])
        done = call(path)
        assert done.returncode == 1
        assert "m.pt2: not a zip archive, or cut off" in done.stderr


@pytest.mark.parametrize("deflate", [False, True])
def test_flipped(tmp_path, deflate):
    path, whole = tmp_path / "m.pt2", sample(deflate=deflate)
    random.seed(2)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(random.randint(1, 4)):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        path.write_bytes(bytes(data))
        done = call(path)
        if done.returncode:
            assert "m.pt2: " in done.stderr


def patched(signature, offset, form, *values):
    """The sample with a field of the first record with `signature` changed."""
    data = bytearray(sample())
    at = data.index(b"PK" + signature)
    struct.pack_into(form, data, at + offset, *values)
    return bytes(data)


@pytest.mark.parametrize(
    "given, message",
    [
        (b"", "not a zip archive"),
        (b"PK\3\4" + bytes(100), "not a zip archive"),
        (patched(b"\1\2", 8, "<H", 1), "is encrypted"),
        (patched(b"\1\2", 10, "<H", 12), "compressed by method 12"),
        (patched(b"\1\2", 20, "<I", 5), "do not fit each other"),
        (patched(b"\1\2", 42, "<I", 2**31), "starts behind its end"),
        (patched(b"\1\2", 42, "<I", 1), "has no header"),
        (patched(b"\1\2", 20, "<II", 2**30, 2**30), "ends behind its end"),
        (patched(b"\1\2", 24, "<I", 2**32 - 1), "zip64 sizes of an entry are missing"),
        (patched(b"\1\2", 28, "<H", 60000), "directory is shorter"),
        (patched(b"\5\6", 4, "<H", 1), "several parts"),
        (patched(b"\5\6", 10, "<H", 500), "directory does not fit"),
        (patched(b"\5\6", 10, "<H", 0xFFFF), "zip64 record is missing"),
        (patched(b"\5\6", 12, "<I", 2**31), "directory does not fit"),
    ],
)
def test_bad_archive(refuse, given, message):
    assert message in refuse(given)


def test_checksum(refuse):
    data = sample()
    assert "wrong checksum" in refuse(data.replace(b"relu", b"sinh"))
    data = bytearray(sample(deflate=True))
    # The directory's copy of the checksum is the one that counts.
    for at in (i for i in range(len(data)) if data[i : i + 4] == b"PK\1\2"):
        data[at + 16] ^= 1
    assert "wrong checksum" in refuse(bytes(data))


def test_duplicate(refuse):
    name = "archive_format"
    given = sample(archive_formaT="pt2")
    given = given.replace(b"archive_formaT", name.encode())
    assert "'net/archive_format' is there twice" in refuse(given)


def test_what_is_missing(refuse):
    assert "models/*.json is missing" in refuse(sample(**{"models/model.json": None}))
    assert "several models" in refuse(sample(**{"models/other.json": {}}))
    assert "'net/archive_format' is not \"pt2\"" in refuse(sample(archive_format="x"))
    assert "'net/byteorder' is not \"little\"" in refuse(sample(byteorder="big"))
    assert "byte " in refuse(sample(**{"models/model.json": "{"}))
    assert "duplicate object key" in refuse(sample(**{"models/model.json": '{"a":1,"a":2}'}))


def test_old_archive(refuse):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("serialized_exported_program.json", "{}")
    assert "by a torch before 2.8" in refuse(out.getvalue())


def test_bombs(refuse):
    """What expands beyond all bounds is refused before it does."""
    nested = b"[" * 3_000_000 + b"]" * 3_000_000
    assert "m.pt2: " in refuse(sample(deflate=True, **{"models/model.json": nested}))
    objects = "[" + ",".join(["{}"] * 3_000_000) + "]"
    given = sample(deflate=True, **{"models/model.json": objects})
    assert "is too large for a file of" in refuse(given)
    spaces = b" " * (600 << 20)
    given = sample(deflate=True, **{"models/model.json": spaces})
    assert "too large for the archive" in refuse(given)


# --- The graph ---------------------------------------------------------------


X = {"x": meta([2, 3]), "y": meta([2, 3])}
RELU = [("self", tensor("x"))]


def relu(inputs=RELU, outputs=("y",), values=X, results=("y",), **more):
    nodes = [node("torch.ops.aten.relu.default", inputs, list(outputs), **more)]
    return program([user(tensor("x"))], [tensor(r) for r in results], nodes, values)


def changed(**more):
    return {**relu(), **more}


def with_graph(key, value):
    given = relu()
    given["graph_module"]["graph"][key] = value
    return given


@pytest.mark.parametrize(
    "given, message",
    [
        (changed(schema_version={"major": 9, "minor": 1}), "version 9 of torch.export's schema"),
        (changed(schema_version=None), "version 0 of torch.export's schema"),
        (changed(opset_version={"aten": 11}), "version 11 of the ATen operators"),
        (changed(graph_module=[]), "the list of nodes is malformed"),
        (with_graph("nodes", 3), "the list of nodes is malformed"),
        (with_graph("nodes", [3]), "a node is malformed"),
        (relu([("self", tensor("z"))]), "node 'y' reads 'z', which is not defined"),
        (relu([("self", tensor("y"))]), "node 'y' reads 'y', which is not defined"),
        (relu([("self", {})]), "an argument of node 'y' is malformed"),
        (relu([("self", {"as_tensor": {}})]), "an argument of node 'y' is malformed"),
        (relu([("self", {"as_what": 1})]), "an argument of node 'y' is malformed"),
        (relu([("self", {"as_tensors": {}})]), "an argument of node 'y' is malformed"),
        (relu([("self", {"as_int": "1"})]), "an argument of node 'y' is malformed"),
        (relu([("self", {"as_float": "inf"})]), "an argument of node 'y' is malformed"),
        (relu([("self", {"as_complex": {"real": 1, "imag": 1}})]), "a complex number"),
        (relu([("self", {"as_scalar_type": 9})]), "a type that ufront lacks"),
        (relu([("self", {"as_custom_obj": {}})]), "a custom object"),
        (relu(outputs=("x",)), "'x' is defined twice"),
        (relu(outputs=("y", "y")), "'y' is defined twice"),
        (relu(values={"x": meta([2, 3]), "y": {"dtype": 7}}), "whose sizes are malformed"),
        (relu(values={"y": meta([2])}), "input 'x' has no valid sizes"),
        (relu(values={"x": meta([-2])}), "input 'x' has no valid sizes"),
        (relu(values={"x": meta([2], dtype=10)}), "input 'x' has an unsupported element type"),
        (relu(results=("q",)), "output_0 reads 'q'"),
    ],
)
def test_bad_graph(refuse, given, message):
    assert message in refuse(archive(given))


@pytest.mark.parametrize(
    "specs, outputs, message",
    [
        ([{"token": {"arg": {"name": "t"}}}], [], "an input of kind 'token'"),
        ([{"custom_obj": {"arg": {"name": "t"}}}], [], "an input of kind 'custom_obj'"),
        ([{"parameter": {"parameter_name": "w"}}], [], "kind 'parameter' has no name"),
        ([3], [], "an input of kind 'nothing'"),
        ([], [{"user_output": {"arg": {"as_string": "a"}}}], "neither a tensor nor a number"),
        ([], [{"user_output": {"arg": {}}}], "output_0 is malformed"),
        (
            [user(tensor("x"))],
            [{"user_input_mutation": {"arg": {"name": "x"}, "user_input_name": "x"}}],
            "changes its input 'x'",
        ),
    ],
)
def test_bad_signature(refuse, specs, outputs, message):
    assert message in refuse(archive(program(specs, outputs, values=X)))


@pytest.mark.parametrize(
    "size, ranges, expected",
    [
        ("Symbol('s0', positive=True, integer=True)", {}, "?"),
        ("Symbol('s0', positive=True, integer=True)", {"s0": {"min_val": 2, "max_val": 9}}, "?"),
        ("Symbol('s0', positive=True, integer=True)", {"s0": {"min_val": 4, "max_val": 4}}, "4"),
        ("Symbol('s0', positive=True, integer=True)", {"s0": {"min_val": 4}}, "?"),
        ("Mul(Integer(2), Symbol('s0', positive=True, integer=True))", {}, "?"),
        ("Integer(6)", {}, "6"),
        ("Symbol('", {}, "?"),
        ("", {}, "?"),
    ],
)
def test_symbolic_sizes(accept, size, ranges, expected):
    given = program([user(tensor("x"))], [tensor("x")], values={"x": meta([size, 3])}, ranges=ranges)
    assert f"%x: tensor<{expected}x3xf32>" in accept(archive(given))


def nested(depth):
    inner = graph([], [], [], {})
    for _ in range(depth):
        arg = {"as_graph": {"name": "g", "graph": inner}}
        inner = graph([], [], [node("torch.ops.higher_order.f", [("", arg)], [])], {})
    given = program([], [])
    given["graph_module"]["graph"] = inner
    return given


def test_deep_graphs(refuse):
    assert "'higher_order.f': 1 node" in refuse(archive(nested(10)))
    assert "graphs are nested more than 64 deep" in refuse(archive(nested(80)))
    # Beyond what a JSON parser, or the test's own, takes.
    text = json.dumps(nested(60))
    deep = text.replace('"nodes": []', '"nodes": ' + "[" * 5000 + "]" * 5000)
    assert "maximum parsing depth" in refuse(archive(program([], []), **{"models/model.json": deep}))


# --- Arguments that are too far ----------------------------------------------

LOW, HIGH = -(2**63), 2**63 - 1


def number(value):
    return {"as_int": value}


def numbers(*values):
    return {"as_ints": list(values)}


OPEN = "Symbol('s0', positive=True, integer=True)"
SELF = ("self", tensor("x"))
# (operator, arguments, shape of x, message); without a message they are accepted.
FAR = [
    ("narrow.default", [SELF, ("start", number(1)), ("length", number(HIGH))], [2, 3],
     "has 9223372036854775807 elements from 1 on"),
    ("select.int", [SELF, ("index", number(HIGH))], [OPEN, 3], None),
    ("diagonal.default", [SELF, ("offset", number(LOW))], [2, 3], None),
    ("diagonal_scatter.default", [SELF, ("src", tensor("x")), ("offset", number(LOW))],
     [2, 3], "needs argument 'src' of rank 1"),
    ("diagonal_scatter.default", [SELF], [2, 3], "needs argument 'src' of rank 1"),
    ("roll.default", [("shifts", numbers(1)), ("dims", numbers(0))], [2, 3],
     "needs argument 'self'"),
    ("roll.default", [SELF, ("shifts", numbers()), ("dims", numbers())], [2, 3],
     "has 0 shifts for 0 dimensions"),
    ("as_strided.default", [SELF, ("size", numbers(HIGH, 4)), ("stride", numbers(4, 1))],
     [2, 3], "reads memory outside of its input"),
    ("im2col.default",
     [SELF, ("kernel_size", numbers(HIGH, 2)), ("dilation", numbers(2, 2)),
      ("padding", numbers(0, 0)), ("stride", numbers(1, 1))],
     [1, 1, 4, 4], "argument 'kernel_size' must be two numbers from 1 to 2147483647"),
    ("tril_indices.default", [("row", number(2**40)), ("col", number(2**40))], [2, 3],
     "has 1099511627776 rows and 1099511627776 columns"),
    ("triu_indices.default", [("row", number(2**30)), ("col", number(3)),
     ("offset", number(HIGH))], [2, 3], None),
    ("var.correction", [SELF, ("dim", numbers(7))], [2, 3], "axis 7 is outside [-2, 2)"),
    ("l1_loss.default", [SELF, ("target", tensor("x")), ("reduction", number(2**31))],
     [2, 3], "argument 'reduction' must be 0, 1 or 2"),
    ("upsample_nearest1d.vec",
     [("input", tensor("x")), ("output_size", numbers()),
      ("scale_factors", {"as_floats": [2.0, 3.0]})],
     [1, 2, 4], "needs 'output_size' or factors of 1 dimensions"),
    ("convolution_backward.default",
     [("grad_output", tensor("x")), ("input", tensor("x")), ("weight", tensor("x")),
      ("stride", numbers(HIGH, 2)), ("padding", numbers(LOW, 0)),
      ("dilation", numbers(HIGH, 1)), ("groups", number(1))],
     [2, 2, 4, 4], "has windows that hang over the end of dimension 2"),
    ("convolution_backward.default",
     [("grad_output", tensor("x")), ("input", tensor("x")), ("weight", tensor("x")),
      ("groups", number(0))], [2, 2, 4, 4], "has 0 groups"),
    ("avg_pool2d_backward.default",
     [("grad_output", tensor("w")), SELF, ("kernel_size", numbers(2, 2))], [2, 2, 4, 4],
     "needs tensors of rank 4"),
]  # fmt: skip


def far(operator, arguments, shape):
    nodes = [node(f"torch.ops.aten.{operator}", arguments, ["y"])]
    values = {"x": meta(shape), "w": meta([3])}
    given = [user(tensor("x")), user(tensor("w"))]
    return program(given, [tensor("y")], nodes, values)


@pytest.mark.parametrize("operator, arguments, shape, message", FAR)
def test_far_arguments(accept, refuse, operator, arguments, shape, message):
    given = archive(far(operator, arguments, shape))
    if message:
        assert message in refuse(given)
    else:
        accept(given)


def test_results_of_no_stated_type(accept):
    """What the exporter does not say follows from the inputs."""
    nodes = [
        node("torch.ops.aten.var.correction", [SELF], ["v"]),
        node("torch.ops.aten.norm.ScalarOpt_dim", [SELF, ("dim", numbers(0))], ["n"]),
    ]
    text = accept(
        archive(
            program([user(tensor("x"))], [tensor("v"), tensor("n")], nodes, {"x": meta([2, 3])})
        )
    )
    assert ": tensor<f32>, tensor<3xf32>\n" in text
