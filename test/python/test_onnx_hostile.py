"""ONNX files that are broken, hostile or very large: one clear error each."""

import random

import numpy as np
import pytest
from onnx import TensorProto as T
from onnx import helper as h
# The fixtures are used by name.
from onnx_files import (  # noqa: F401
    LOCAL,
    accept,
    call,
    field,
    floats,
    function,
    info,
    model,
    node,
    refuse,
    varint,
    weights,
)

# --- External data -----------------------------------------------------------


def external(location, size=8 * 16 * 4, offset=None, length=None):
    tensor = T(name="w", data_type=T.FLOAT, dims=[8, 16], data_location=T.EXTERNAL)
    entries = {"location": location, "offset": offset, "length": length}
    for key, value in entries.items():
        if value is not None:
            tensor.external_data.add(key=key, value=str(value))
    return model([node("Identity", ["w"], ["y"])], ["y"], initializer=[tensor])


def test_external_data(tmp_path):
    (tmp_path / "sub").mkdir()
    values = np.arange(128, dtype=np.float32)
    (tmp_path / "sub" / "w.bin").write_bytes(bytes(64) + values.tobytes())
    for given in (
        external("sub/w.bin", offset=64, length=512),
        external("sub/w.bin", offset=64),
    ):
        assert weights(tmp_path, given)["w"][2] == values.tobytes()


@pytest.mark.parametrize(
    "location, message",
    [
        ("../w.bin", "'..' is not allowed"),
        ("sub/../../w.bin", "'..' is not allowed"),
        ("/etc/passwd", "an absolute path is not allowed"),
        ("", "the path is empty"),
        ("absent.bin", "No such file"),
        ("link.bin", "'link.bin' is a symbolic link"),
        ("linked/w.bin", "'linked' is a symbolic link"),
        ("sub", "not a regular file"),
        ("x" * 5000, "too long"),
        (None, "external data without a location"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_external_paths(tmp_path, refuse, location, message):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "w.bin").write_bytes(bytes(512))
    (tmp_path.parent / "w.bin").write_bytes(bytes(512))
    (tmp_path / "link.bin").symlink_to(tmp_path / "sub" / "w.bin")
    (tmp_path / "linked").symlink_to(tmp_path / "sub")
    assert message in refuse(external(location))


@pytest.mark.parametrize(
    "offset, length, message",
    [
        (1, None, "needs 512 bytes from byte 1 of 'w.bin', which has only 512"),
        (2**64 - 1, None, "which has only 512"),
        (2**64, None, "is not a size"),
        (-1, None, "is not a size"),
        (0, 511, "needs 512 bytes, but has 511"),
        (0, 513, "needs 512 bytes, but has 513"),
        (0, "1e3", "is not a size"),
    ],
)
def test_external_ranges(tmp_path, refuse, offset, length, message):
    (tmp_path / "w.bin").write_bytes(bytes(512))
    assert message in refuse(external("w.bin", offset=offset, length=length))


# --- Hostile files -----------------------------------------------------------


@pytest.fixture(scope="module")
def sample():
    branch = h.make_graph(
        [node("Relu", ["x"], ["z"])], "b", [], [info("z")], [floats("k", 40)]
    )
    return model(
        [
            node("Add", ["x", "w"], ["a"], name="add"),
            node("Relu", ["a"], ["b"]),
            node("Constant", [], ["k"], value=floats("", 2)),
            node("F", ["b"], ["y"], domain="local", alpha=0.5, axes=[1, 2], mode="m"),
            node("Identity", ["y"], ["z"], body=branch),
        ],
        ["z", "k"],
        [info("x", ["N", 16])],
        initializer=[floats("w", 20, 16)],
        functions=[function("F", ["u"], ["v"], [node("Relu", ["u"], ["v"])])],
        opsets=[LOCAL],
    ).SerializeToString()


def test_sample_is_sound(accept, sample):
    assert "@forward" in accept(sample)


def test_truncated(tmp_path, sample):
    """Cut inside a message, a file is refused; between fields it may be whole."""
    path = tmp_path / "m.onnx"
    random.seed(1)
    for end in sorted(random.sample(range(len(sample)), 40)):
        path.write_bytes(sample[:end])
        done = call(path)
        if done.returncode:
            assert "m.onnx: " in done.stderr


def test_flipped(tmp_path, sample):
    path = tmp_path / "m.onnx"
    random.seed(2)
    for _ in range(60):
        data = bytearray(sample)
        for _ in range(random.randint(1, 4)):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        path.write_bytes(bytes(data))
        done = call(path)
        if done.returncode:
            assert "m.onnx: " in done.stderr


def test_deeply_nested(refuse):
    content = b""
    for _ in range(20000):  # graph { node { attribute { g ... } } }
        content = field(6, field(1, field(5, content)))
        if len(content) > 200000:
            break
    graph = field(1, field(5, content))
    message = refuse(b"\x08\x08" + field(7, graph))
    assert "messages nested more than 64 deep at offset" in message


def test_messages_name_the_offset(refuse):
    head = b"\x08\x08"
    assert "field of 100 bytes where 0 are left at offset 2" in refuse(head + b"\x3a\x64")
    assert "broken field tag at offset 2" in refuse(head + b"\x00")
    assert "unknown wire type 3 at offset 2" in refuse(head + b"\x3b")
    assert "broken number at offset 2" in refuse(head + b"\x08" + b"\xff" * 11)
    assert "broken length at offset 2" in refuse(head + b"\x3a" + b"\xff" * 11)
    assert "field 'graph' has wire type 0, not 2" in refuse(head + b"\x38\x01")
    assert "'graph' is there twice" in refuse(head + field(7, b"") * 2)
    assert "'name' is not text" in refuse(head + field(7, field(2, b"a\0b")))
    assert "'name' is not text" in refuse(head + field(7, field(2, b"a\x1b[2J")))
    assert "'name' is not text" in refuse(head + field(7, field(2, b"\xc3(")))
    assert "'name' is not text" in refuse(head + field(7, field(2, b"\xe0\x80\x80")))
    assert "has no outputs" in refuse(
        head + field(7, field(2, "größe 大 😀".encode())) + field(8, b"\x10\x14")
    )
    tensor = field(9, bytes(2000)) * 2
    assert "a tensor has its data twice" in refuse(head + field(7, field(5, tensor)))
    assert "'float_data' ends inside a number" in refuse(
        head + field(7, field(5, field(4, b"abc")))
    )


def test_private_fields_are_not_read(refuse):
    """A file must not say itself where lifted data lies."""
    tensor = (
        b"\x08\x80\x08\x10\x01"  # dims: 1024, data_type: float
        + field(8, b"w")
        + b"\x88\x7d\x80\x80\x40"  # lifted_offset: 1 MB
        + b"\x90\x7d\x80\x20"  # lifted_size: 4096
        + b"\x98\x7d\x09"  # lifted_field: raw_data
    )
    graph = field(5, tensor) + field(12, field(1, b"w"))
    given = b"\x08\x08" + field(7, graph) + field(8, b"\x10\x14")
    assert "tensor 'w' needs 1024 values, but has 0" in refuse(given)


def test_memory_is_capped(refuse):
    """Two bytes of file for each empty tensor, some 250 of memory."""
    given = b"\x08\x08" + field(7, b"\x2a\x00" * 1_000_000)
    assert "takes more than" in refuse(given)


def test_empty_and_foreign_files(refuse):
    assert "has no graph" in refuse(b"")
    assert "not a valid ONNX file" in refuse(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "not a valid ONNX file" in refuse(b"version https://git-lfs.github.com\n")


def test_more_than_two_gigabytes(tmp_path, accept):
    """In one file, which protobuf itself cannot read."""
    count = 2**29 + 1024
    head = b"\x08\x08" + field(8, b"\x10\x14")  # ir_version, opset 20
    output = field(12, field(1, b"w"))
    tensor = b"\x08" + varint(count) + b"\x10\x01" + field(8, b"w") + b"\x4a"
    tensor += varint(4 * count)
    rest = len(tensor) + 4 * count
    graph = output + b"\x2a" + varint(rest) + tensor
    start = head + b"\x3a" + varint(len(graph) + 4 * count) + graph
    padding = field(2, b" " * (-(len(start) + 2) % 4))  # producer_name: aligns
    start = padding + start
    path = tmp_path / "m.onnx"
    with open(path, "wb") as file:
        file.write(start)
        file.truncate(len(start) + 4 * count)
    text = accept(path)
    assert f'"ufront.param"() {{sym = "w"}} : () -> tensor<{count}xf32>' in text


# --- Operators that are given what they do not take --------------------------


@pytest.mark.parametrize(
    "op, inputs, attrs, dtype",
    [
        ("OneHot", ["x", "", "x"], {}, T.FLOAT),
        ("TopK", ["x"], {"k": ["a"]}, T.FLOAT),
        ("Pad", ["x"], {"pads": [0, 0], "value": 1.0}, T.STRING),
        ("Constant", [], {"value_int": ["a"]}, T.FLOAT),
        ("Constant", [], {"value_ints": [h.make_tensor("t", T.BOOL, [1], [1])]}, T.FLOAT),
        ("SplitToSequence", ["x", "s"], {}, T.FLOAT),
        ("SequenceAt", ["s", "s"], {}, T.FLOAT),
        ("SequenceAt", ["s", "x"], {}, T.FLOAT),
        ("SequenceErase", ["s", "s"], {}, T.FLOAT),
        ("SequenceInsert", ["s", "x", "s"], {}, T.FLOAT),
    ],
    ids=lambda value: str(value)[:24],
)
def test_wrong_kinds(refuse, op, inputs, attrs, dtype):
    nodes = [node("SequenceConstruct", ["x"], ["s"])] if "s" in inputs else []
    nodes.append(node(op, inputs, ["y"], **attrs))
    opset = {"TopK": 1, "Pad": 2}.get(op, 17)
    assert op in refuse(model(nodes, ["y"], inputs=[info("x", [3], dtype)], opset=opset))
