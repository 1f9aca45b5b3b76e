"""PyTorch modules as .ff files, and back."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "examples" / "first-ufront")]

from complex_cnn import ComplexCNN

import ufront
from ufront import Model, TensorF32
from ufront.pytorch.model import PyTorchModel


def random(*shape):
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(np.float32)


def round_trip(module, path, *arrays):
    """The outputs and operators of what the written file says."""
    PyTorchModel(module).torch_to_file(str(path))
    model = Model()
    inputs = [TensorF32(array, f"x{i}") for i, array in enumerate(arrays)]
    outputs, operators = PyTorchModel.file_to_ff(str(path), model, inputs)
    model.forward()
    return outputs, operators


def test_complex_cnn(tmp_path):
    module, path = ComplexCNN(), tmp_path / "cnn.ff"
    arrays = random(2, 3, 32, 32), random(2, 3, 32, 32)
    outputs, operators = round_trip(module, path, *arrays)
    direct, model = PyTorchModel(module), Model()
    tensors = [TensorF32(array, f"x{i}") for i, array in enumerate(arrays)]
    _, expected = direct.apply(model, tensors)
    assert [(op.op_type, op.params["name"]) for op in operators] == [
        (op.op_type, op.params["name"]) for op in expected
    ]
    assert [output.shape for output in outputs] == [[2, 10], [2, 512]]
    assert np.isfinite(outputs[0].get_ndarray()).all()
    written = path.read_text().splitlines()
    assert written[0] == "input1; ; conv1,; INPUT"
    assert "split_1; cat_1,; getitem,getitem_1,; SPLIT; 1; 32; 32" in written
    conv = "CONV2D; 32; 3; 3; 1; 1; 0; 0; 10; 1; 1"
    assert f"conv1_1; input2,; relu_2,; {conv}" in written
    assert written[-1] == "output; linear2,relu_6,; ; OUTPUT"


class Functions(nn.Module):
    """Everything without weights."""

    def __init__(self):
        super().__init__()
        self.pool = nn.AvgPool2d(2)
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.same = nn.Identity()

    def forward(self, x, y):
        a, b = torch.chunk(self.same(x) * 2 + 1, 2, dim=1)
        a = torch.cat([a, b.relu_()], dim=1) - y
        a += F.dropout(x.exp(), training=False)
        c = self.pool(torch.sigmoid(a)).flatten(1)
        d = torch.matmul(x, y.transpose(2, 3)).mean((2, 3), keepdim=True)
        e = F.softmax(F.gelu(x[:, 0]), dim=-1).unsqueeze(1)
        f = (x.pow(2) / 3).permute(0, 2, 3, 1).reshape(2, -1).tanh()
        return c, d, e, f, self.mean(x / y), x[1, None, 1:3, -1]


def test_functions(tmp_path):
    module = Functions()
    x, y = random(2, 4, 6, 6), random(2, 4, 6, 6) + 3
    outputs, _ = round_trip(module, tmp_path / "f.ff", x, y)
    expected = module(torch.from_numpy(x), torch.from_numpy(y))
    assert len(outputs) == len(expected)
    for output, wanted in zip(outputs, expected):
        np.testing.assert_allclose(
            output.get_ndarray(), wanted.numpy(), rtol=1e-4, atol=1e-5
        )


class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ELU()
        )
        self.norm = nn.LayerNorm(8)
        self.out = nn.Linear(8, 4, bias=False)

    def forward(self, x):
        x = self.features(x).mean(3).mean(2)
        return self.out(self.norm(x))


def test_layers(tmp_path):
    (output,), operators = round_trip(Layers(), tmp_path / "l.ff", random(2, 3, 8, 8))
    assert output.shape == [2, 4]
    types = "conv2d batch_norm elu reduce_mean reduce_mean layer_norm linear"
    assert [op.op_type for op in operators] == types.split()
    assert operators[0].params["padding"] == "[1, 1, 1, 1]"


class Unsayable(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, dilation=2)
        self.scale = nn.Parameter(torch.ones(3))
        self.lstm = nn.LSTM(3, 3)
        self.softmax = nn.Softmax(1)

    def forward(self, x):
        return torch.cumsum(self.conv(x) + self.scale, 1), self.softmax(self.lstm(x)[0])


def test_all_that_cannot_be_said(tmp_path):
    path = tmp_path / "u.ff"
    with pytest.raises(ufront.UnsupportedError) as error:
        PyTorchModel(Unsayable()).torch_to_file(path)
    assert str(error.value).splitlines() == [
        "5 nodes have no place in .ff:",
        "  conv: only a dilation of 1 can be written",
        "  scale: tensors that are no layer's cannot be written",
        "  cumsum_1: there is no operator for cumsum",
        "  lstm_1: there is no operator for LSTM",
        "  softmax_1: only dim=-1 can be written",
    ]
    assert not path.exists()


def test_wrong_number_of_inputs(tmp_path):
    path = tmp_path / "cnn.ff"
    PyTorchModel(ComplexCNN()).torch_to_file(path)
    with pytest.raises(ValueError, match="has 2 inputs, but gets 1"):
        PyTorchModel.file_to_ff(path, Model(), [TensorF32(random(2, 3, 32, 32), "x")])
