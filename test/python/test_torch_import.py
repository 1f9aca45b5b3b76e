""".pt2 files that torch writes: imported and run by the tools, without Python,
they give what torch gives."""

import os
import subprocess

import numpy as np
import pytest
import torch
from torch import nn
from torch.export import Dim

BIN = os.path.join(os.environ.get("UFRONT_BUILD_DIR", "build/release"), "bin")


def call(tool, *args):
    done = subprocess.run(
        [os.path.join(BIN, tool), *map(str, args)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in (0, 1), done.stderr
    return done


@pytest.fixture
def export(tmp_path):
    """Exports a module as it is traced, and returns the file's path."""

    def run(module, args, **options):
        path = tmp_path / "m.pt2"
        program = torch.export.export(module.eval(), args, **options)
        torch.export.save(program, path)
        return path

    return run


@pytest.fixture
def same(tmp_path):
    """Runs a file on tensors by input name; compares all outputs with torch's."""

    def run(path, inputs, expected):
        args = []
        for name, tensor in inputs.items():
            np.save(tmp_path / f"{name}.npy", np.asarray(tensor))
            args += ["-i", f"{name}={tmp_path / (name + '.npy')}"]
        done = call("ufront-run", path, *args, "-o", tmp_path / "out", "--threads=1")
        assert done.returncode == 0, done.stderr
        names = [line.split(":")[0] for line in done.stdout.splitlines() if line[0] != " "]
        assert len(names) == len(expected), done.stdout
        for name, wanted in zip(names, expected):
            got = np.load(tmp_path / "out" / f"{name}.npy")
            wanted = np.asarray(wanted)
            assert got.dtype == wanted.dtype and got.shape == wanted.shape, name
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5, err_msg=name)

    return run


def imported(path, *args):
    done = call("ufront-import", path, "--weights=file", *args)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Weights(nn.Module):
    """Strided, shared, tied, expanded, in many types."""

    def __init__(self):
        super().__init__()
        storage = torch.arange(400, dtype=torch.float32) / 400
        self.a = nn.Parameter(storage[:200].view(10, 20).t())
        self.b = nn.Parameter(storage[100:300].view(20, 10))
        self.c = nn.Linear(10, 20, bias=False)
        self.c.weight = self.b
        self.register_buffer("d", torch.rand(10).expand(20, 10))
        self.register_buffer("e", torch.rand(20, 10).double(), persistent=False)
        self.register_buffer("f", torch.arange(2000).view(2, 1000))
        self.register_buffer("g", torch.rand(20, 100) > 0.5)
        self.register_buffer("h", torch.rand(20, 10).to(torch.bfloat16))
        self.register_buffer("i", torch.rand(20, 10).half().t())

    def forward(self, x):
        y = self.c(x @ self.a.t()[:, :10]) @ (self.a + self.b + self.d)
        z = torch.where(self.g[:, :10], self.e, self.h.double())
        return y, z, self.f.t(), self.i + 1


def test_weights(export, same):
    module, x = Weights(), torch.rand(3, 10)
    path = export(module, (x,))
    with torch.no_grad():
        same(path, {"x": x}, module(x))
    text = imported(path)
    assert text.count('"ufront.param"() {sym = "b"}') == 1
    assert 'sym = "c.weight"' not in text


class Arguments(nn.Module):
    """Numbers, types and text; defaults that are left out; nothing as a result."""

    def forward(self, x, k: int, flag: bool):
        y = torch.full_like(x, float("-inf"), dtype=torch.float64)
        y = torch.nan_to_num(y, neginf=-7.5)
        if flag:
            y = y * k
        z = torch.nn.functional.gelu(x, approximate="tanh").clamp(min=0.1)
        w = x.mean((0, -1), keepdim=True).to(torch.int32)
        return {"y": y, "rest": [z, None, (w, k, 2.5, flag)]}


def test_arguments(export, same):
    x = torch.randn(3, 4)
    path = export(Arguments(), (x, 3, True))
    result = Arguments()(x, 3, True)
    z, _, (w, *_) = result["rest"]
    expected = result["y"], z, w, np.int64(3), np.float64(2.5), np.bool_(True)
    same(path, {"x": x}, expected)
    assert "%x: tensor<3x4xf32>" in imported(path)


class Sizes(nn.Module):
    def forward(self, x, y):
        rows = x.shape[0]
        z = torch.cat([x.reshape(rows * 3, -1), x.new_ones(rows, 2)])
        return z, y[: rows + 1], rows, torch.arange(rows).float().sum()


@pytest.mark.parametrize("rows", [2, 5, 9])
def test_open_sizes(export, same, rows):
    x, y = torch.rand(4, 6), torch.rand(10, 3)
    dim = Dim("rows", min=2, max=9)
    path = export(Sizes(), (x, y), dynamic_shapes={"x": {0: dim}, "y": None})
    assert "%x: tensor<?x6xf32>" in imported(path)
    assert "%x: tensor<4x6xf32>" in imported(path, "--shape", "x=4x6")
    x = torch.rand(rows, 6)
    expected = Sizes()(x, y)
    same(path, {"x": x, "y": y}, [np.asarray(value) for value in expected])


class InPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(4)
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def forward(self, x):
        self.count.add_(1)
        y = self.norm(x).relu_()
        y += 1
        return y.mul_(2), self.count


def test_in_place(export, same):
    module, x = InPlace().eval(), torch.randn(3, 4)
    path = export(module, (x,))
    with torch.no_grad():
        same(path, {"x": x}, module(x))


class Parts(nn.Module):
    """Changes of parts, seen through everything that shares their memory."""

    def forward(self, x, y):
        a = x + 0
        before, rows = a.sum(), a[1:]
        a[0] = 7
        a[:, 1:3] = y
        a[-1, ::2] *= 2
        rows.t()[2].add_(1)
        b = a.view(-1)
        b[:4].fill_(-1)
        first, second = a.split([2, 3], 1)
        a.transpose(0, 1)[3].neg_().mul_(2)
        c = torch.zeros(6, 6)
        c.diagonal(1).copy_(x.sum() + torch.arange(5.0))
        c.unsqueeze(0)[..., 0, 0] = 3
        return a, before, rows, b, first, second, c


def test_parts_in_place(export, same):
    module, args = Parts(), (torch.rand(4, 5), torch.rand(4, 2))
    path = export(module, args)
    with torch.no_grad():
        same(path, dict(zip("xy", args)), module(*args))


def test_parts_that_cannot_be_written(export):
    class Gathered(nn.Module):
        def forward(self, x):
            a = x + 0
            a.unfold(0, 2, 1)[0].add_(1)
            return a * 2

    done = call("ufront-import", export(Gathered(), (torch.rand(4, 5),)))
    assert done.returncode == 1
    assert "reads a value that shares memory with one that was changed in place" in done.stderr


class Graphs(nn.Module):
    """Branches, and parts without gradients and without automatic types."""

    def forward(self, x):
        with torch.no_grad():
            scale = x.abs().max() + 1
        with torch.autocast("cpu", enabled=False):
            scale = scale * 2
        y = torch.cond(
            x.sum() > 0,
            lambda t, s: (t / s, t.sum()),
            lambda t, s: (t * s, t.prod()),
            (x, scale),
        )
        return *y, scale


@pytest.mark.parametrize("sign", [1, -1])
def test_graphs(export, same, sign):
    x = torch.rand(3, 4, requires_grad=True)
    path = export(Graphs(), (x,))
    x = sign * torch.rand(3, 4)
    same(path, {"x": x}, Graphs()(x))


class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.block = nn.Sequential(nn.ReLU(), nn.Conv2d(2, 2, 3))

    def forward(self, x):
        return self.block(self.block(self.conv1(x)))


def test_names_and_places(export):
    path = export(Layers(), (torch.rand(1, 1, 9, 9),))
    text = imported(path)
    for name in ("%conv1 =", "%block.0 =", "%block.1 =", "%block.0_1 =", "%block.1_1 ="):
        assert name in text, name

    class Unknown(nn.Module):
        def forward(self, x):
            return *torch.linalg.eigh(x @ x.t()), *torch.linalg.svd(x)

    done = call("ufront-import", export(Unknown(), (torch.rand(3, 3),)))
    assert done.returncode == 1
    assert "2 nodes of 2 kinds cannot be imported" in done.stderr
    assert "'aten._linalg_eigh.default'" in done.stderr or "'aten.linalg_eigh" in done.stderr
    assert f"at {__file__}:" in done.stderr


def test_loaded_again(export, tmp_path):
    """What is written as MLIR with its weights computes the same."""
    path = export(Weights(), (torch.rand(3, 10),))
    text = tmp_path / "m.mlir"
    assert call("ufront-import", path, "-o", text).returncode == 0
    first = call("ufront-run", path, "--random-inputs")
    second = call("ufront-run", text, "--random-inputs")
    assert first.returncode == 0 and first.stdout == second.stdout
