"""Archives for the torch.export reader's tests, written without torch."""

import io
import json
import os
import struct
import subprocess
import zipfile

import numpy as np
import pytest

TOOL = os.path.join(
    os.environ.get("UFRONT_BUILD_DIR", "build/release"), "bin", "ufront-import"
)
TYPES = {"uint8": 1, "int32": 4, "int64": 5, "float32": 7, "float64": 8, "bool": 12}


def integers(values):
    return [{"as_int": value} for value in values]


def meta(sizes, dtype="float32", strides=None, offset=0):
    """A TensorMeta; sizes may be symbolic expressions."""
    if strides is None:
        strides = [1] * len(sizes)
        for i in reversed(range(len(sizes) - 1)):
            size = sizes[i + 1]
            strides[i] = strides[i + 1] * (size if isinstance(size, int) else 1)
    return {
        "dtype": TYPES.get(dtype, dtype),
        "sizes": [
            {"as_int": size}
            if isinstance(size, int)
            else {"as_expr": {"expr_str": size, "hint": {"as_int": 4}}}
            for size in sizes
        ],
        "requires_grad": False,
        "device": {"type": "cpu", "index": None},
        "strides": integers(strides),
        "storage_offset": {"as_int": offset},
        "layout": 7,
    }


def tensor(name):
    return {"as_tensor": {"name": name}}


def node(target, inputs, outputs, **more):
    """`inputs` are pairs of a name and a union, `outputs` names."""
    return {
        "target": target,
        "inputs": [{"name": n, "arg": arg, "kind": 1} for n, arg in inputs],
        "outputs": [tensor(name) for name in outputs],
        "metadata": {},
        "name": outputs[0] if outputs else "nothing",
        **more,
    }


def graph(inputs, outputs, nodes, values):
    return {
        "inputs": inputs,
        "outputs": outputs,
        "nodes": nodes,
        "tensor_values": values,
        "sym_int_values": {},
        "sym_bool_values": {},
    }


def user(argument):
    return {"user_input": {"arg": argument}}


def program(specs, outputs, nodes=(), values=None, ranges=None, **more):
    """`specs` are InputSpecs, `outputs` OutputSpecs or unions."""
    outputs = [
        output if next(iter(output)).endswith(("put", "mutation")) else
        {"user_output": {"arg": output}}
        for output in outputs
    ]
    return {
        "graph_module": {
            "graph": graph([], [], list(nodes), values or {}),
            "signature": {"input_specs": specs, "output_specs": outputs},
        },
        "opset_version": {"aten": 10},
        "range_constraints": ranges or {},
        "schema_version": {"major": 8, "minor": 20},
        **more,
    }


def weight(sizes, path="weight_0", pickled=False, **more):
    return {
        "path_name": path,
        "is_param": True,
        "use_pickle": pickled,
        "tensor_meta": meta(sizes, **more),
    }


def archive(given, weights=None, files=None, model="model", deflate=False, **extra):
    """A .pt2 file. `weights` are PayloadMetas by name, `files` their bytes."""
    entries = {
        "archive_format": "pt2",
        "byteorder": "little",
        f"models/{model}.json": given,
        f"data/weights/{model}_weights_config.json": {"config": weights or {}},
        **{f"data/weights/{name}": data for name, data in (files or {}).items()},
        **extra,
    }
    out = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", method) as target:
        for name, data in entries.items():
            if isinstance(data, dict):
                data = json.dumps(data)
            if data is not None:
                target.writestr("net/" + name, data)
    return out.getvalue()


def weights_program(names):
    """A program that returns its parameters."""
    specs = [
        {"parameter": {"arg": {"name": f"p{i}"}, "parameter_name": name}}
        for i, name in enumerate(names)
    ]
    return program(specs, [tensor(f"p{i}") for i in range(len(names))])


def sample(**more):
    """An archive with one input, one weight and one node."""
    values = {"x": meta([2, 40]), "y": meta([2, 40])}
    given = program(
        [
            user(tensor("x")),
            {"parameter": {"arg": {"name": "w"}, "parameter_name": "net.w"}},
        ],
        [tensor("y"), tensor("w")],
        [node("torch.ops.aten.relu.default", [("self", tensor("x"))], ["y"])],
        values,
    )
    data = np.arange(128, dtype=np.float32).tobytes()
    return archive(given, {"net.w": weight([2, 64])}, {"weight_0": data}, **more)


def call(path, *args):
    """Runs the importer; a hang or a crash is a failure whatever is expected."""
    done = subprocess.run(
        [TOOL, str(path), "--weights=file", *args],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode in (0, 1), done.stderr
    return done


@pytest.fixture
def accept(tmp_path):
    """Imports a file's bytes and returns the module's text."""

    def run(given, *args):
        path = tmp_path / "m.pt2"
        path.write_bytes(given)
        done = call(path, *args)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def refuse(tmp_path):
    """Imports what cannot be imported, and returns the messages."""

    def run(given, *args):
        path = tmp_path / "m.pt2"
        path.write_bytes(given)
        done = call(path, *args)
        assert done.returncode == 1, done.stdout
        assert "m.pt2: " in done.stderr
        assert "Sanitizer" not in done.stderr, done.stderr
        return done.stderr

    return run


def written(tmp_path, given):
    """Imports with the weights written, and returns {name: (shape, bytes)}."""
    source, target = tmp_path / "w.pt2", tmp_path / "w.mlir"
    source.write_bytes(given)
    done = call(source, "-o", str(target))
    assert done.returncode == 0, done.stderr
    data = (tmp_path / "w.safetensors").read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    return {
        name: (entry["shape"], data[8 + size :][slice(*entry["data_offsets"])])
        for name, entry in header.items()
    }
