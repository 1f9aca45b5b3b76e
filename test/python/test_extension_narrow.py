"""The extension: arrays of the narrow types that numpy has from ml_dtypes."""

import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import small_models
import torch
from onnx import TensorProto

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import ufront
from ufront import _ufront
from ufront._compiled import to_numpy, to_torch

NARROW = {
    "float8_e4m3fn": TensorProto.FLOAT8E4M3FN,
    "float8_e4m3fnuz": TensorProto.FLOAT8E4M3FNUZ,
    "float8_e5m2": TensorProto.FLOAT8E5M2,
    "float8_e5m2fnuz": TensorProto.FLOAT8E5M2FNUZ,
    "float8_e8m0fnu": TensorProto.FLOAT8E8M0,
    "float6_e2m3fn": TensorProto.FLOAT6E2M3,
    "float6_e3m2fn": TensorProto.FLOAT6E3M2,
    "float4_e2m1fn": TensorProto.FLOAT4E2M1,
    "int4": TensorProto.INT4,
    "uint4": TensorProto.UINT4,
    "int2": TensorProto.INT2,
    "uint2": TensorProto.UINT2,
}


@pytest.mark.parametrize("name", NARROW)
def test_narrow_type(name):
    """Arrays of ml_dtypes, of any strides; and torch's by DLPack where it has them."""
    dtype = np.dtype(getattr(ml_dtypes, name))
    count = 256 if name.startswith("float8") else 4
    bits = np.arange(count, dtype=np.uint8).reshape(4, -1)
    model = small_models.unary("Identity", NARROW[name], bits.shape, 28)
    session = _ufront.Session()
    imported = session.import_memory(model.SerializeToString(), "onnx")
    program = imported.compile(threads=1)
    assert program.inputs[0].dtype == name
    x = bits.view(dtype)
    for given in (x, np.asfortranarray(x), np.repeat(x, 2, 1)[:, ::2]):
        (y,) = map(to_numpy, program.run((given,)))
        assert y.dtype == dtype and np.array_equal(y.view(np.uint8), bits)
    filled = np.zeros_like(x)
    assert program.run((x,), filled) is None
    assert np.array_equal(filled.view(np.uint8), bits)
    with pytest.raises(ufront.Error, match="expected tensor"):
        program.run((bits,))
    if name.startswith("float8"):
        t = torch.from_numpy(bits.copy()).view(getattr(torch, name))
        (u,) = map(to_torch, program.run((t,)))
        assert u.dtype == t.dtype
        assert torch.equal(u.view(torch.uint8), t.view(torch.uint8))


@pytest.mark.parametrize("name", NARROW)
def test_narrow_weights_saved(name, tmp_path):
    """Whatever a safetensors file can hold."""
    dtype = np.dtype(getattr(ml_dtypes, name))
    count = 256 if name.startswith("float8") else 4
    w = (np.arange(900) % count).astype(np.uint8).view(dtype).reshape(30, 30)
    result = [("y", NARROW[name], w.shape)]
    nodes = [("Transpose", ["w"], ["y"])]
    model = ufront.compile(small_models.model(nodes, [], result, [("w", w)], 28))
    model.save(tmp_path / "model.so")
    for program in (model, ufront.load(tmp_path / "model.so")):
        assert np.array_equal(program().view(np.uint8), w.T.view(np.uint8))
