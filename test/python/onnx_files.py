"""Models for the ONNX importer's tests, and ways to run it on them."""

import json
import os
import struct
import subprocess

import numpy as np
import pytest
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

TOOL = os.path.join(
    os.environ.get("UFRONT_BUILD_DIR", "build/release"), "bin", "ufront-import"
)


def info(name, shape=None, element=T.FLOAT):
    return h.make_tensor_value_info(name, element, shape)


def node(op, inputs, outputs, name=None, **attrs):
    return h.make_node(op, inputs, outputs, name=name, **attrs)


def floats(name, *shape):
    count = int(np.prod(shape))
    values = np.arange(count, dtype=np.float32).reshape(shape)
    return nh.from_array(values, name)


def varint(value):
    """A number in protobuf's wire format."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, content):
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def model(nodes, outputs, inputs=None, opset=20, functions=(), opsets=(), **more):
    """A model of one float input x: 2x3 unless `inputs` says otherwise."""
    inputs = [info("x", [2, 3])] if inputs is None else inputs
    outputs = [info(name) for name in outputs]
    graph = h.make_graph(nodes, "g", inputs, outputs, **more)
    return h.make_model(
        graph,
        opset_imports=[h.make_opsetid("", opset), *opsets],
        functions=list(functions),
        ir_version=10,
    )


def call(path, *args):
    """Runs the importer; a hang or a crash is a failure whatever is expected."""
    done = subprocess.run(
        [TOOL, str(path), "--weights=file", *args], capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (0, 1), done.stderr
    return done


@pytest.fixture
def accept(tmp_path):
    """Imports a model, or a file, and returns the module's text."""

    def run(given, *args):
        path = given
        if not isinstance(given, os.PathLike):
            path = tmp_path / "m.onnx"
            path.write_bytes(
                given if isinstance(given, bytes) else given.SerializeToString()
            )
        done = call(path, *args)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout

    return run


@pytest.fixture
def refuse(tmp_path):
    """Imports what cannot be imported, and returns the messages."""

    def run(given, *args):
        path = given
        if not isinstance(given, os.PathLike):
            path = tmp_path / "m.onnx"
            path.write_bytes(
                given if isinstance(given, bytes) else given.SerializeToString()
            )
        done = call(path, *args)
        assert done.returncode == 1, done.stdout
        assert "m.onnx" in done.stderr
        assert "Sanitizer" not in done.stderr, done.stderr
        return done.stderr

    return run


def weights(tmp_path, given):
    """Imports with the weights written, and returns {name: (dtype, shape, bytes)}."""
    source, target = tmp_path / "w.onnx", tmp_path / "w.mlir"
    source.write_bytes(given.SerializeToString())
    done = call(source, "-o", str(target))
    assert done.returncode == 0, done.stderr
    data = (tmp_path / "w.safetensors").read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    return {
        name: (
            entry["dtype"],
            entry["shape"],
            data[8 + size :][slice(*entry["data_offsets"])],
        )
        for name, entry in header.items()
    }


LOCAL = h.make_opsetid("local", 1)


def function(name, inputs, outputs, nodes, attributes=(), defaults=()):
    return h.make_function(
        "local",
        name,
        inputs,
        outputs,
        nodes,
        [h.make_opsetid("", 20), LOCAL],
        list(attributes),
        list(defaults),
    )
