"""Small configurations of whole networks through PyTorch's doors."""

import sys
import warnings
from pathlib import Path

import networks
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

# Networks that are called with several batches and lengths.
OPEN = torch.export.Dim.DYNAMIC
LANGUAGE = ("bert_base", "gpt2")
# A few of each kind: torch takes seconds to export one.
DYNAMIC = ("resnet50", "unet", "vit_b_16", "lstm", "whisper", *LANGUAGE)


def shapes(case):
    """torch.export's dynamic_shapes: all axes that the case says vary."""
    return tuple({axis: OPEN for axis in axes} for axes in case.axes)


def check(case, call, batch, length, what):
    torch.manual_seed(batch)
    inputs = case.inputs(batch, length)
    expected = networks.answer(case, inputs)
    actual = call(*inputs)
    actual = actual if isinstance(actual, tuple) else (actual,)
    share, relative = networks.worst([y.numpy() for y in actual], expected)
    assert share <= 1, f"{what}: off by {relative:.1e} of the largest"


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_static(name):
    import ufront

    case = networks.make(name)
    torch.manual_seed(1)
    inputs = case.inputs(1, case.length)
    check(case, ufront.compile(case.module, inputs, threads=2), 1, case.length, name)


@pytest.mark.parametrize("name", DYNAMIC)
def test_dynamic(name):
    """One model for every batch, and for every length of a sequence."""
    import ufront

    case = networks.make(name)
    inputs = case.inputs(2, case.length)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        call = ufront.compile(
            case.module, inputs, dynamic_shapes=shapes(case), threads=2
        )
    length = case.length
    sizes = [(1, 0), (3, 0)]
    if name in LANGUAGE:
        sizes = [(1, 0), (2, -3), (3, 1), (5, 2), (8, -1)]
    for batch, longer in sizes:
        size = None if length is None else length + longer
        check(case, call, batch, size, f"batch {batch}, length {size}")


@pytest.mark.parametrize("name", ["mobilenet_v2", "gpt2", "needle_transformer"])
def test_torch_compile(name):
    """What dynamo captures, at two sizes: the second makes the shapes dynamic."""
    from ufront.torch import dynamo_backend

    case = networks.make(name)
    torch._dynamo.reset()
    call = torch.compile(case.module, backend=dynamo_backend)
    with torch.no_grad():
        for batch in (2, 3, 4):
            check(case, call, batch, case.length, f"batch {batch}")


@pytest.mark.parametrize("norm_first", [False, True])
def test_fast_path_of_attention(norm_first):
    """In evaluation torch's encoder layers are one operator each, which has no
    decomposition in torch."""
    from ufront.torch import dynamo_backend

    torch.manual_seed(0)
    layer = torch.nn.TransformerEncoderLayer(
        16, 4, 24, activation="gelu", batch_first=True, norm_first=norm_first
    ).eval()
    attention = torch.nn.MultiheadAttention(16, 4, batch_first=True).eval()

    def function(x, padding):
        y = layer(x, src_key_padding_mask=padding)
        return y, *attention(y, y, y, need_weights=True)

    x, padding = torch.randn(3, 5, 16), torch.zeros(3, 5, dtype=torch.bool)
    padding[1, 3:] = True
    torch._dynamo.reset()
    with torch.no_grad():
        expected = function(x, padding)
        actual = torch.compile(function, backend=dynamo_backend)(x, padding)
    for mine, theirs in zip(actual, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)


def test_training_step():
    """The gradients of forward and backward graphs of AOTAutograd are eager's."""
    from ufront.torch import dynamo_backend

    def gradients(module, call):
        module.zero_grad()
        loss = torch.nn.functional.cross_entropy(call(x), y)
        loss.backward()
        return [loss.detach(), *(p.grad.clone() for p in module.parameters())]

    torch.manual_seed(0)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, stride=2, padding=1),
        torch.nn.BatchNorm2d(8),
        torch.nn.GELU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(72, 16),
        torch.nn.LayerNorm(16),
        torch.nn.Linear(16, 5),
    )
    x, y = torch.randn(4, 3, 12, 12), torch.tensor([0, 3, 4, 1])
    expected = gradients(module, module)
    torch._dynamo.reset()
    actual = gradients(module, torch.compile(module, backend=dynamo_backend))
    for mine, theirs in zip(actual, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-3, atol=1e-5)


def test_dropout_while_training():
    """Random numbers come from torch, at each call anew, for any batch."""
    from ufront.torch import dynamo_backend

    torch._dynamo.reset()
    module = torch.nn.Sequential(torch.nn.Dropout(0.25), torch.nn.Identity()).train()
    call = torch.compile(module, backend=dynamo_backend, dynamic=True)
    for batch in (300, 500):
        x = torch.ones(batch, 40, requires_grad=True)
        torch.manual_seed(batch)
        y = call(x)
        y.sum().backward()
        assert set(y.unique().tolist()) == {0.0, torch.tensor(1 / 0.75).item()}
        assert abs((y == 0).float().mean() - 0.25) < 0.02
        assert torch.equal(x.grad, y)
        again = call(x)
        torch.manual_seed(batch)
        assert not torch.equal(again, y) and torch.equal(call(x), y)


def test_missing_operators_are_listed_at_once():
    import ufront

    class Module(torch.nn.Module):
        def forward(self, x):
            return torch.fft.fft(x).real + torch.linalg.svd(x)[1]

    with pytest.raises(ufront.UnsupportedError) as caught:
        ufront.compile(Module(), (torch.randn(4, 4),))
    message = str(caught.value)
    assert "fft" in message and "svd" in message
    assert "test_torch.py" in message
