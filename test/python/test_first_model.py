"""ufront.Model: operators by hand, as the first ufront's users write them."""

import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import ufront
from ufront import LossType, MetricsType, Model, Optimizer, Tensor, TensorF32


def random(*shape):
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(np.float32)


def read_back(text):
    """`text` as ufront-opt prints it; fails where it is not valid."""
    result = subprocess.run(
        ["ufront-opt"], input=text, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def small():
    model = Model()
    x = TensorF32(random(2, 3, 8, 8), "x")
    y = model.conv2d(input=x, out_channels=4, kernel_size=3, padding=1, name="conv1")
    y = model.relu(y)
    y = model.pool2d(y, kernel_size=2, pool_type="PoolType.POOL_MAX")
    y = model.linear(model.flat(y), out_features=10, name="linear1")
    return model, x, model.softmax(input=y, name="softmax")


def test_operators():
    model, x, softmax = small()
    types = ["conv2d", "relu", "pool2d", "flat", "linear", "softmax"]
    assert [op.op_type for op in model.operators] == types
    conv = model.operators[0]
    assert conv.params["name"] == "conv1"
    assert conv.params["padding"] == "[1, 1, 1, 1]" and conv.params["groups"] == "1"
    assert conv.num_of_outputs() == 1
    assert conv.get_output(0).shape == [2, 4, 8, 8]
    weights = 4 * 3 * 3 * 3 + 4
    assert conv.memory_usage() == 4 * (2 * 3 * 8 * 8 + 2 * 4 * 8 * 8 + weights)
    assert conv.ir.startswith('%conv1 = "ufront.conv2d"(%x')
    assert len({op.raw_ptr for op in model.operators}) == 6
    assert softmax.get_output(0).dtype == "float32"


def test_dump_is_read_back():
    model, _, _ = small()
    text = model.dump_ir()
    for part in ('%conv1 = "ufront.conv2d"', "%relu_1 = ", "%softmax = ", "%x: tensor"):
        assert part in text
    assert '"ufront.softmax"' in read_back(text)
    assert "ufront." not in model.dump_tosa_ir().replace("ufront.sym", "").replace(
        "ufront.name", ""
    )


def test_forward():
    model, x, softmax = small()
    with pytest.raises(RuntimeError, match="'softmax' has no values before"):
        softmax.get_output(0).get_ndarray()
    (output,) = model.forward()
    values = softmax.get_output(0).get_ndarray()
    assert np.array_equal(values, output.get_ndarray())
    assert np.allclose(values.sum(1), 1)
    relu = model.operators[1].get_output(0).get_ndarray()
    pooled = model.operators[2].get_output(0).get_ndarray()
    expected = torch.max_pool2d(torch.from_numpy(relu), 2).numpy()
    assert relu.min() == 0 and np.array_equal(pooled, expected)
    x.get_ndarray()[:] = 0
    model.forward()
    assert not np.array_equal(values, softmax.get_output(0).get_ndarray())


def test_parameters_are_those_of_a_name():
    results = []
    for _ in range(2):
        model, _, softmax = small()
        model.forward()
        results.append(softmax.get_output(0).get_ndarray())
    assert np.array_equal(*results)


def test_compile():
    model, _, _ = small()
    model.optimizer = Optimizer(
        params={"type": "sgd", "lr": "0.1", "momentum": "0", "nesterov": "False"}
    )
    assert model.optimizer.params["lr"] == 0.1
    assert model.optimizer.params["nesterov"] is False
    model.compile(
        loss_type=LossType.SPARSE_CATEGORICAL_CROSSENTROPY,
        metrics=[MetricsType.ACCURACY],
    )
    assert model.loss is LossType.SPARSE_CATEGORICAL_CROSSENTROPY
    model.compile(
        optimizer={"type": "adam", "lr": "0.001"},
        loss="mean_squared_error",
        metrics=["accuracy", "mean_absolute_error"],
    )
    assert model.optimizer.type == "adam"
    assert model.metrics == [MetricsType.ACCURACY, MetricsType.MEAN_ABSOLUTE_ERROR]
    with pytest.raises(ValueError, match="no optimizer 'lion'"):
        model.compile(optimizer={"type": "lion"})
    with pytest.raises(ValueError, match="sgd has no parameters beta_1"):
        Optimizer({"type": "sgd", "beta_1": "0.9"})


@pytest.mark.parametrize("name", ["backward", "update", "zero_gradients", "fit"])
def test_training_is_not_there(name):
    model, _, _ = small()
    with pytest.raises(NotImplementedError, match="training"):
        getattr(model, name)()


def test_errors_come_at_the_call():
    model, _, softmax = small()
    with pytest.raises(ufront.UnsupportedError, match=r"axis 7 is outside \[-2, 2\)"):
        model.softmax(softmax, axis=7)
    with pytest.raises(ufront.UnsupportedError, match="must have rank 4"):
        model.conv2d(softmax, random(3, 10, 3, 3))
    with pytest.raises(ufront.UnsupportedError, match="cannot multiply 2x10 by 3x2"):
        model.matmul(softmax, random(3, 2))
    with pytest.raises(TypeError, match="unexpected keyword argument 'slope'"):
        model.softmax(softmax, slope=2)
    with pytest.raises(TypeError, match="conv2d has no 'slope'"):
        model.conv2d(softmax, out_channels=2, slope=2)
    with pytest.raises(TypeError, match="linear needs a weight, or out_features"):
        model.linear(softmax)
    with pytest.raises(ValueError, match="result of another model"):
        Model().relu(softmax)
    # The graph is as it was.
    model.relu(softmax)
    model.forward()


def test_signatures_are_the_tables():
    signature = inspect.signature(Model.softmax)
    assert list(signature.parameters) == [
        "self", "input", "axis", "flatten", "masked_to_zero", "name",
    ]  # fmt: skip
    assert signature.parameters["axis"].default == -1
    assert "axis (int): Counts from the end if negative." in Model.softmax.__doc__
    assert list(inspect.signature(Model.reduce_mean).parameters)[:3] == [
        "self", "input", "axes",
    ]  # fmt: skip


LAYERS = {
    "batch_norm": lambda m, x: (m.batch_norm(x), x / np.sqrt(1 + 1e-5)),
    "concat": lambda m, x: (m.concat([x, x], 1), np.concatenate([x, x], 1)),
    "transpose": lambda m, x: (m.transpose(x, perms=[0, 2, 1]), x.swapaxes(1, 2)),
    "reshape": lambda m, x: (m.reshape(x, shape=[0, -1]), x.reshape(2, 24)),
    "mean": lambda m, x: (m.mean(x, dims=[1]), x.mean(1)),
    "mean of all": lambda m, x: (m.mean(x, keepdims=True), x.mean(keepdims=True)),
    "clip": lambda m, x: (m.clip(x, minimum=-1, maximum=0.5), x.clip(-1, 0.5)),
    "sadd": lambda m, x: (m.sadd(x, 2.5), x + 2.5),
    "smultiply": lambda m, x: (m.smultiply(x, 2), x * 2),
    "struediv": lambda m, x: (m.struediv(x, 4), x / 4),
    "dropout": lambda m, x: (m.dropout(x, rate=0.9), x),
    "matmul": lambda m, x: (m.matmul(x, x.swapaxes(1, 2).copy()), x @ x.swapaxes(1, 2)),
    "multiply": lambda m, x: (m.multiply(x, x), x * x),
    "number first": lambda m, x: (m.subtract(1, x), 1 - x),
    "expand": lambda m, x: (
        m.expand(x, sizes=[2, 2, 4, 6]),
        np.broadcast_to(x, (2, 2, 4, 6)),
    ),
    "masked_fill": lambda m, x: (
        m.masked_fill(x, m.eq(x, x[0, 0, 0].item()), 9),
        np.where(x == x[0, 0, 0], np.float32(9), x),
    ),
    "hardswish": lambda m, x: (m.hardswish(x), x * np.clip(x / 6 + 0.5, 0, 1)),
    "hardsigmoid": lambda m, x: (m.hardsigmoid(x), np.clip(x / 6 + 0.5, 0, 1)),
    "layer_norm": lambda m, x: (
        m.layer_norm(x, normalized_shape=[4, 6]),
        torch.nn.LayerNorm([4, 6])(torch.from_numpy(x)).detach().numpy(),
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    model, x = Model(), random(2, 4, 6)
    tensor = TensorF32(x, "x")


    operator, expected = LAYERS[name](_Inputs(model, x, tensor), x)
    (result,) = model.forward()
    assert operator.get_output(0).shape == list(np.shape(expected))
    np.testing.assert_allclose(result.get_ndarray(), expected, rtol=1e-5, atol=1e-5)


class _Inputs:
    """A model whose methods take `array` for `tensor`."""

    def __init__(self, model, array, tensor):
        self._model, self._array, self._tensor = model, array, tensor

    def __getattr__(self, name):
        method = getattr(self._model, name)

        def swap(value):
            if isinstance(value, list):
                return [swap(item) for item in value]
            return self._tensor if value is self._array else value

        return lambda *args, **kwargs: method(*map(swap, args), **kwargs)


def test_split():
    model, x = Model(), random(2, 5)
    parts = model.split(TensorF32(x, "x"), [2, 3], axis=1)
    assert parts.num_of_outputs() == 2
    model.relu(parts.get_output(0))
    relu, second = sorted(model.forward(), key=lambda t: t.shape[1])
    assert np.array_equal(relu.get_ndarray(), np.maximum(x[:, :2], 0))
    assert np.array_equal(second.get_ndarray(), x[:, 2:])
    equal = model.chunk(TensorF32(x, "z"), 2, axis=1)
    assert [tensor.shape for tensor in equal.outputs] == [[2, 3], [2, 2]]


def test_embedding_and_attention():
    model = Model()
    x = model.embedding(
        Tensor(np.array([[0, 3, 3, 1]]), "ids"), num_embeddings=4, embedding_dim=8
    )
    y = model.multihead_attention(x, embed_dim=8, num_heads=2, is_causal=True)
    z = model.multihead_attention(
        model.transpose(x, [1, 0, 2]), embed_dim=8, num_heads=2, batch_first=False
    )
    assert y.get_output(0).shape == [1, 4, 8] and z.get_output(0).shape == [4, 1, 8]
    model.forward()
    rows = x.get_output(0).get_ndarray()
    assert np.array_equal(rows[0, 1], rows[0, 2])
    assert np.isfinite(y.get_output(0).get_ndarray()).all()


def test_names_are_made_free():
    model = Model()
    x = TensorF32(random(2, 2), "x")
    names = [model.relu(x, name=name).params["name"] for name in ("a", "a", None, "a")]
    assert names == ["a", "a_1", "relu_1", "a_2"]
    other = model.relu(TensorF32(random(2, 2), "x"))
    assert "%x_1: tensor<2x2xf32>" in model.dump_ir() and other.ir.endswith("f32>")
