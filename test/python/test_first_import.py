"""The first ufront's doors: PyTorch and ONNX models in a ufront.Model."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "examples" / "first-ufront")]

from complex_cnn import ComplexCNN

import ufront
from ufront import Model, TensorF32
from ufront.onnx.model import ONNXModel, ONNXModelKeras, UFrontONNX
from ufront.pytorch.model import PyTorchModel, UFrontTorch


def random(*shape):
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(np.float32)


def close(tensor, expected):
    expected = expected.detach().numpy() if hasattr(expected, "detach") else expected
    np.testing.assert_allclose(tensor.get_ndarray(), expected, rtol=1e-4, atol=1e-5)


# --- PyTorch -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cnn():
    torch.manual_seed(0)
    module, model = ComplexCNN(), Model()
    arrays = [random(2, 3, 32, 32), random(2, 3, 32, 32) + 1]
    inputs = [TensorF32(array, f"input{i + 1}") for i, array in enumerate(arrays)]
    outputs, operators = PyTorchModel(module).apply(model, inputs)
    return module, model, arrays, outputs, operators


def test_torch_names_and_types(cnn):
    _, model, _, outputs, operators = cnn
    names = "conv1 relu_1 conv1_1 relu_2 cat_1 split_1 cat_2 conv2 relu_3 pool1 conv3 "
    names += "relu_4 conv4 relu_5 pool2 flat1 linear1 relu_6 linear2"
    assert [op.params["name"] for op in operators] == names.split()
    types = {op.params["name"]: op.op_type for op in operators}
    assert types["split_1"] == "split" and types["cat_1"] == "concat"
    assert types["flat1"] == "flat" and types["pool2"] == "pool2d"
    assert operators[5].params["sizes"] == "[32, 32]"
    assert operators[5].num_of_outputs() == 2
    assert [output.shape for output in outputs] == [[2, 10], [2, 512]]
    assert 'sym = "conv3.weight"' in model.dump_ir()


def test_torch_numbers_and_more_operators(cnn):
    module, model, arrays, outputs, operators = cnn
    assert module.training and module.relu.training  # as it was
    softmax = model.softmax(input=outputs[0], name="softmax")
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    (result,) = model.forward()
    expected = module.eval()(*map(torch.from_numpy, arrays))
    module.train()
    close(result, torch.softmax(expected[0], -1))
    close(softmax.get_output(0), torch.softmax(expected[0], -1))
    close(outputs[0], expected[0])
    close(outputs[1], expected[1])
    close(operators[0].get_output(0), module.conv1(torch.from_numpy(arrays[0])))
    assert "tosa.conv2d" in model.dump_tosa_ir()


def test_torch_of_what_came_before():
    """A module on a result, twice: one model, separate weights."""
    module, model = nn.Linear(70, 70), Model()
    x = TensorF32(random(2, 70), "x")
    (first,), _ = PyTorchModel(module).apply(model, [model.relu(x)])
    (second,), operators = PyTorchModel(module).apply(model, [first])
    model.forward()
    y = module(torch.relu(torch.from_numpy(x.get_ndarray())))
    close(first, y)
    close(second, module(y))
    assert [op.op_type for op in operators] == ["linear"]


class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 16)
        self.stages = nn.ModuleList(nn.Linear(16, 16) for _ in range(2))
        self.norm = nn.BatchNorm1d(4)
        self.dropout = nn.Dropout()

    def forward(self, ids, scale):
        x = self.embedding(ids) * scale
        for stage in self.stages:
            x = nn.functional.gelu(stage(x))
        return {"y": self.dropout(self.norm(x)), "z": x.mean(-1)}


def test_ufront_torch():
    net = Layers()
    net.norm.running_mean += 1
    model = UFrontTorch(net, batch_size=3)
    ids, scale = np.arange(12).reshape(3, 4) % 10, random(3, 1, 16)
    outputs = model(inputs=[ids, scale])
    names = [op.params["name"] for op in model.operators]
    assert "embedding" in "".join(names) and "stages_1" in names and "gelu_2" in names
    model.softmax(input=outputs[0], name="softmax")
    model.compile(
        optimizer={"type": "sgd", "lr": "0.01"}, loss="mean_squared_error", metrics=[]
    )
    model.forward()
    expected = net.eval()(torch.from_numpy(ids), torch.from_numpy(scale))
    close(outputs[0], expected["y"])
    close(outputs[1], expected["z"])
    with pytest.raises(ValueError, match="has not batch_size, 3"):
        model(inputs=[random(2, 4), scale])


def test_weights_that_are_not_passed():
    net = nn.Sequential(nn.Linear(80, 80), nn.ReLU())
    x = random(2, 80)
    results = []
    for pass_weights in (True, False, False):
        model = UFrontTorch(net, pass_weights=pass_weights)
        (output,) = model([x])
        model.forward()
        results.append(output.get_ndarray())
    assert np.array_equal(results[1], results[2])
    assert not np.allclose(results[0], results[1])


def test_torch_operators_that_are_not_there():
    class Strange(nn.Module):
        def forward(self, x):
            return torch.linalg.svdvals(x) + torch.linalg.svdvals(x + 1)

    with pytest.raises(ufront.UnsupportedError, match="aten._linalg_svd.default"):
        UFrontTorch(Strange())([random(3, 3)])


# --- ONNX ----------------------------------------------------------------------------


def onnx_model(batch, initializers=()):
    def info(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["a", "w"], ["h"], "Gemm_0", transB=1),
            helper.make_node("Relu", ["h"], ["r"], "Relu_1"),
            helper.make_node("Add", ["r", "b"], ["y"], "Add_2"),
        ],
        "g",
        [info("a", batch, 70), info("b", batch, 5), info("w", 5, 70)],
        [info("y", batch, 5)],
        list(initializers),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def test_onnx_without_weights():
    model, a, b = Model(), random(2, 70), random(2, 5)
    (y,), operators = ONNXModel(onnx_model(2)).apply(
        model, input_tensors=[TensorF32(a, "a"), TensorF32(b, "second")]
    )
    assert [op.params["name"] for op in operators] == ["Gemm_0", "Relu_1", "Add_2"]
    assert model.softmax(y, name="softmax").get_output(0).shape == [2, 5]
    text = model.dump_ir()
    assert '%w = "ufront.param"() {sym = "w"} : () -> tensor<5x70xf32>' in text
    assert "%a: tensor<2x70xf32>" in text and "%second: tensor<2x5xf32>" in text
    model.forward()
    assert (y.get_ndarray() >= b).all() and (y.get_ndarray() > b).any()


def test_onnx_by_name_and_with_open_sizes(tmp_path):
    w = random(5, 70)
    path = tmp_path / "m.onnx"
    weight = helper.make_tensor("w", TensorProto.FLOAT, w.shape, w.ravel())
    proto = onnx_model("n", [weight])
    path.write_bytes(proto.SerializeToString())
    a, b = random(3, 70), random(3, 5)
    for door in (ONNXModel, ONNXModelKeras):
        model = Model()
        (y,), _ = door(str(path)).apply(model, [TensorF32(b, "b"), TensorF32(a, "a")])
        assert y.shape == [3, 5]
        model.forward()
        close(y, np.maximum(a @ w.T, 0) + b)
    model = UFrontONNX(proto, batch_size=3)
    (y,) = model(inputs=[a, b])
    model.forward()
    close(y, np.maximum(a @ w.T, 0) + b)
    with pytest.raises(ValueError, match="has 2 inputs, but gets 3"):
        UFrontONNX(proto)(inputs=[a, b, a])
