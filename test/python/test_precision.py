"""How exact products of bf16 are, and where other numbers than those of bf16 go."""

import ml_dtypes
import numpy as np
import pytest
import torch
import ufront
from torch import nn

MASKS = ["", "-avx512bf16", "-avx512"]


def compile_both(module, x, **options):
    """What ufront computes with bf16, and torch in double precision."""
    fast = ufront.compile(module, (x,), threads=1, precision="bf16", **options)
    with torch.no_grad():
        expected = module.double()(x.double()).numpy()
    return np.asarray(fast(x)), expected


def error_of(got, expected):
    return np.sqrt(np.mean((got - expected) ** 2) / np.mean(expected**2))


class Bottleneck(nn.Module):
    """Odd numbers of channels, a stride, and a skip that is also convolved."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 37, 7, stride=2, padding=3)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.narrow = nn.Conv2d(37, 19, 1)
        self.middle = nn.Conv2d(19, 19, 3, padding=1)
        self.wide = nn.Conv2d(19, 37, 1)
        self.side = nn.Conv2d(37, 37, 3, padding=1, groups=37)
        self.head = nn.Linear(37, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.stem(x)))
        y = torch.relu(self.middle(torch.relu(self.narrow(x))))
        x = torch.relu(x + self.wide(y))
        x = x + self.side(x)
        return self.head(x.mean((2, 3)))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.before, self.between = nn.LayerNorm(72), nn.LayerNorm(72)
        self.all = nn.Linear(72, 216)
        self.out = nn.Linear(72, 72)
        self.up, self.down = nn.Linear(72, 300), nn.Linear(300, 72)

    def forward(self, x):
        q, k, v = (
            part.reshape(2, 45, 3, 24).transpose(1, 2)
            for part in self.all(self.before(x)).chunk(3, -1)
        )
        scores = torch.softmax(q @ k.transpose(2, 3) / 24**0.5, -1)
        x = x + self.out((scores @ v).transpose(1, 2).reshape(2, 45, 72))
        return x + self.down(torch.nn.functional.gelu(self.up(self.between(x))))


class Attention(nn.Module):
    """Heads whose keys and queries are not as many, and come out even nowhere."""

    def __init__(self):
        super().__init__()
        self.out = nn.Parameter(torch.randn(100, 33))

    def forward(self, q, k, v):
        scores = torch.softmax(q @ k.transpose(2, 3) / 20**0.5, -1)
        return (scores @ v).transpose(1, 2).reshape(2, 101, 100) @ self.out


class Joined(nn.Module):
    """Of what is joined for the last convolution, a pool reads a part too."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 21, 3, padding=1)
        self.inner = nn.Conv2d(21, 34, 3, padding=1)
        self.up = nn.ConvTranspose2d(34, 19, 2, stride=2)
        self.last = nn.Conv2d(40, 17, 3, padding=1)

    def forward(self, x):
        x = torch.relu(self.first(x))
        y = torch.relu(self.inner(nn.functional.max_pool2d(x, 2)))
        return self.last(torch.cat((x, self.up(y)), 1))


@pytest.mark.parametrize("mask", MASKS)
def test_attention(mask):
    torch.manual_seed(4)
    module = Attention().eval()
    inputs = [torch.randn(2, 5, n, 20) for n in (101, 77, 77)]
    fast = ufront.compile(
        module, tuple(inputs), threads=1, precision="bf16", cpu_features=mask
    )
    with torch.no_grad():
        expected = module.double()(*(x.double() for x in inputs)).numpy()
    assert 1e-5 < error_of(np.asarray(fast(*inputs)), expected) < 2.0**-7
    assert "_attention" in fast.ir("kernels")


@pytest.mark.parametrize("mask", MASKS)
def test_joined(mask):
    torch.manual_seed(5)
    got, expected = compile_both(
        Joined().eval(), torch.randn(2, 3, 38, 26), cpu_features=mask
    )
    assert 1e-5 < error_of(got, expected) < 2.0**-7


@pytest.mark.parametrize("mask", MASKS)
def test_convolutions(mask):
    torch.manual_seed(0)
    got, expected = compile_both(
        Bottleneck().eval(), torch.randn(2, 3, 45, 51), cpu_features=mask
    )
    # Six roundings in a row, each 2^-9 at most, of factors that are averaged.
    assert 1e-5 < error_of(got, expected) < 6 * 2.0**-9


@pytest.mark.parametrize("mask", MASKS)
def test_transformer(mask):
    torch.manual_seed(0)
    got, expected = compile_both(
        Layer().eval(), torch.randn(2, 45, 72), cpu_features=mask
    )
    assert 1e-5 < error_of(got, expected) < 2.0**-8


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize(("m", "n", "k"), [(33, 70, 67), (1, 48, 3), (7, 200, 1000)])
def test_sums_are_f32(m, n, k, mask):
    """Rounded factors are multiplied and summed as exactly as f32 can."""
    torch.manual_seed(1)
    module, x = nn.Linear(k, n, bias=False), torch.randn(m, k)
    got, _ = compile_both(module, x, cpu_features=mask)
    rounded = [
        t.detach().numpy().astype(ml_dtypes.bfloat16).astype(float)
        for t in (x, module.weight.float())
    ]
    expected = rounded[0] @ rounded[1].T
    magnitude = np.abs(rounded[0]) @ np.abs(rounded[1].T)
    assert np.max(np.abs(got - expected) / magnitude) < 2.0**-20


@pytest.mark.parametrize("mask", MASKS)
def test_non_finite(mask):
    """Infinities and NaN stay; what is above the largest bf16 becomes infinite."""
    module = nn.Linear(5, 64, bias=False)
    nn.init.constant_(module.weight, 0.5)
    x = torch.ones(6, 5)
    x[0, 4], x[1, 4], x[2, 4] = float("inf"), float("-inf"), float("nan")
    x[3, 4], x[4, 4] = 3.4e38, -3.4e38
    fast = ufront.compile(module, (x,), threads=1, precision="bf16", cpu_features=mask)
    got = np.asarray(fast(x))
    expected = [np.inf, -np.inf, np.nan, np.inf, -np.inf, 2.5]
    np.testing.assert_array_equal(got, np.repeat(expected, 64).reshape(6, 64))


def test_sizes_that_are_open():
    torch.manual_seed(2)
    module = nn.Sequential(nn.Linear(40, 96), nn.GELU(), nn.Linear(96, 48)).eval()
    any_rows = {0: torch.export.Dim.DYNAMIC}
    fast = ufront.compile(
        module,
        (torch.randn(4, 40),),
        dynamic_shapes=(any_rows,),
        threads=1,
        precision="bf16",
    )
    for rows in (1, 3, 50):
        x = torch.randn(rows, 40)
        with torch.no_grad():
            expected = module(x).numpy()
        assert 1e-5 < error_of(np.asarray(fast(x)), expected) < 2.0**-7


def test_shown():
    module, x = nn.Linear(32, 64), torch.randn(4, 32)
    fast = ufront.compile(module, (x,), precision="bf16")
    assert "xbf16>" in fast.ir("kernels")
    assert "xbf16>" not in ufront.compile(module, (x,)).ir("kernels")
