"""Operators of torch, many in one export: each case is a function of tensors.

    CASES = [
        case("relu", torch.relu, lambda n: (floats(n, 3),)),
    ]

    def test_operators():
        check(CASES)

    def test_dynamic():
        check(CASES, dynamic=True)

What ufront gives is compared with what torch gives: integers and truth values
exactly, floats within what the element type holds.
"""

import torch

import ufront.torch
from ufront.torch._export import import_program

_TOLERANCES = {
    torch.float64: (1e-9, 1e-9),
    torch.float32: (2e-5, 2e-5),
    torch.float16: (4e-3, 4e-3),
    torch.bfloat16: (3e-2, 3e-2),
}
# Sizes of the dimensions that vary; the first is exported.
_SIZES = (4, 7)


def floats(*shape, low=-3.0, high=3.0, dtype=torch.float32):
    """Numbers in [low, high), the same in each run."""
    generator = torch.Generator().manual_seed(sum(shape) + len(shape))
    numbers = torch.rand(shape, generator=generator, dtype=torch.float64)
    return (low + (high - low) * numbers).to(dtype)


def integers(*shape, low=-9, high=9, dtype=torch.int64):
    """Integers in [low, high), the same in each run."""
    generator = torch.Generator().manual_seed(sum(shape) + len(shape))
    return torch.randint(low, high, shape, generator=generator).to(dtype)


def bools(*shape):
    return integers(*shape, low=0, high=2).to(torch.bool)


def case(name, function, inputs):
    """A case: `inputs` are the arguments, or a function of a size that gives
    them; what differs between sizes is dynamic then."""
    return name, function, inputs


class _Cases(torch.nn.Module):
    def __init__(self, functions):
        super().__init__()
        self.functions = functions

    def forward(self, inputs):
        return [f(*x) for f, x in zip(self.functions, inputs)]


def _inputs(cases, size):
    return [tuple(x(size) if callable(x) else x) for _, _, x in cases]


def _compare(name, ours, theirs):
    if isinstance(theirs, (tuple, list)):
        assert len(ours) == len(theirs), name
        for i, (x, y) in enumerate(zip(ours, theirs)):
            _compare(f"{name}[{i}]", x, y)
        return
    if not isinstance(theirs, torch.Tensor):
        assert ours == theirs, f"{name}: {ours} instead of {theirs}"
        return
    assert ours.dtype == theirs.dtype, f"{name}: {ours.dtype} not {theirs.dtype}"
    assert ours.shape == theirs.shape, f"{name}: {ours.shape} not {theirs.shape}"
    rtol, atol = _TOLERANCES.get(theirs.dtype, (0, 0))
    torch.testing.assert_close(
        ours, theirs, rtol=rtol, atol=atol, equal_nan=True, msg=lambda m: f"{name}: {m}"
    )


def _varying(value, other):
    """The dimensions in which two sizes of an input differ."""
    if not isinstance(value, torch.Tensor):
        return None
    pairs = enumerate(zip(value.shape, other.shape))
    return {i: torch.export.Dim.DYNAMIC for i, (x, y) in pairs if x != y} or None


def _compile(module, inputs, shapes, raw):
    if not raw:
        return ufront.torch.compile(module, (inputs,), dynamic_shapes=shapes)
    with torch.no_grad():
        program = torch.export.export(
            module, (inputs,), dynamic_shapes=shapes, strict=False
        )
    return ufront.torch.CompiledModule(import_program(program))


def failures(cases, dynamic=False, raw=False):
    """Compiles all cases in one model and runs it. Returns what is wrong. `raw`
    takes the operators as torch.export leaves them, as in a .pt2 file."""
    if dynamic:
        cases = [c for c in cases if callable(c[2])]
    module = _Cases([function for _, function, _ in cases]).eval()
    sizes = _SIZES if dynamic else _SIZES[:1]
    inputs = _inputs(cases, sizes[0])
    shapes = None
    if dynamic:
        others = _inputs(cases, sizes[1])
        shapes = ([tuple(map(_varying, x, y)) for x, y in zip(inputs, others)],)
    fast = _compile(module, inputs, shapes, raw)
    wrong = []
    for size in sizes:
        inputs = _inputs(cases, size)
        expected = module(_inputs(cases, size))
        for (name, _, _), x, y in zip(cases, fast(inputs), expected):
            try:
                _compare(f"{name} ({size})" if dynamic else name, x, y)
            except AssertionError as error:
                wrong.append(str(error))
    return wrong


def check(cases, dynamic=False, raw=False):
    wrong = failures(cases, dynamic, raw)
    assert not wrong, "\n".join(wrong)
