"""ATen's pointwise operators, casts, tensors made from numbers and losses,
against torch."""

import pytest
import torch
from torch import special
from torch.nn import functional as F

import ufront
import ufront.torch
from torch_cases import bools, case, check, floats, integers

INF, NAN = float("inf"), float("nan")
ODD = torch.tensor([0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, 1e30, -1e30, 0.5])


def one(**limits):
    return lambda n: (floats(n, 5, **limits),)


def two(**limits):
    return lambda n: (floats(n, 5, **limits), floats(n, 5, low=-2, high=4))


def of_torch(names, inputs, suffix=""):
    return [case(f"{name}{suffix}", getattr(torch, name), inputs) for name in names.split()]


UNARY = [
    *of_torch("abs neg sign sgn square exp exp2 expm1 erf erfc floor ceil round trunc frac", one()),
    *of_torch("sin cos tan atan sinh cosh asinh sigmoid tanh relu sinc deg2rad rad2deg", one()),
    *of_torch("sqrt rsqrt log log2 log10 log1p acos asin atanh logit reciprocal", one(low=0.1, high=0.9)),
    *of_torch("acosh", one(low=1.1)),
    *of_torch("signbit isnan isinf isfinite isposinf isneginf logical_not angle nan_to_num sign", (ODD,), " odd"),
    *of_torch("floor ceil round trunc relu abs neg sgn frac sigmoid exp", (ODD,), " odd"),
    *of_torch("abs neg sign square floor ceil round trunc relu isnan isinf isfinite isposinf", lambda n: (integers(n, 5),), " of integers"),
    *of_torch("exp sin sqrt sigmoid bitwise_not logical_not nan_to_num signbit", lambda n: (integers(n, 5, dtype=torch.int32),), " of integers"),
    *of_torch("sign sigmoid exp isnan bitwise_not logical_not", lambda n: (bools(n, 5),), " of truth values"),
    *of_torch("exp tanh abs round sqrt", one(low=0, dtype=torch.float16), " of f16"),
    *of_torch("exp tanh abs round sqrt", one(low=0, dtype=torch.bfloat16), " of bf16"),
    *of_torch("exp tanh erf log1p sin", one(low=0, dtype=torch.float64), " of f64"),
    *of_torch("expm1 log1p", (torch.tensor([1e-10, 0.5, -1, 88, 300, INF, -0.0]),), " ends"),
    case("digits near 0", lambda x, y: (torch.expm1(x) / x, torch.log1p(x) / x, torch.expm1(y) / y, torch.log1p(y) / y), (torch.tensor([1e-10, -1e-8, 1e-5, 0.5]), torch.tensor([1e-18, -1e-10, 1e-5], dtype=torch.float64))),
    case("round to decimals", lambda x: (x.round(decimals=2), (x * 100).round(decimals=-1)), one()),
    case("0-d", lambda x: (x.exp(), x + 1, x > 0), (floats(),)),
    case("empty", lambda x: (x.exp(), x + 1, x > 0), (floats(0, 3),)),
]

DIVISORS = torch.tensor([1, -1, 2, -3, 4])
BINARY = [
    *of_torch("add sub mul div floor_divide remainder fmod atan2 maximum minimum fmax fmin hypot", two()),
    *of_torch("copysign logaddexp logaddexp2 eq ne lt le gt ge logical_and logical_or logical_xor heaviside ldexp xlogy", two()),
    *of_torch("nextafter isclose", two()),
    *of_torch("maximum minimum fmax fmin eq ne lt ge copysign xlogy floor_divide remainder nextafter", (ODD, ODD.flip(0)), " odd"),
    *of_torch("logaddexp heaviside isclose atan2", (ODD, ODD.roll(3)), " odd"),
    *of_torch("add sub mul div floor_divide remainder fmod atan2 maximum minimum fmax eq lt isclose", lambda n: (integers(n, 5), DIVISORS), " of integers"),
    *of_torch("logical_and bitwise_and bitwise_or bitwise_xor true_divide", lambda n: (integers(n, 5), DIVISORS), " of integers"),
    *of_torch("add mul maximum minimum eq lt logical_xor bitwise_and bitwise_or", lambda n: (bools(n, 5), bools(1, 5)), " of truth values"),
    *of_torch("add sub mul div", lambda n: (floats(n, 5, dtype=torch.float16), floats(n, 5, low=1)), " mixed"),
    *of_torch("add mul eq", lambda n: (integers(n, 5, dtype=torch.uint8, low=0), integers(n, 5, dtype=torch.int8)), " mixed"),
    *of_torch("add sub mul div lt", lambda n: (floats(n, 5), integers()), " with a scalar"),
    *of_torch("add mul pow", lambda n: (floats(n, 5, low=0), floats(dtype=torch.float64)), " with a scalar"),
    case("gcd", lambda x, y: (torch.gcd(x, y), torch.lcm(x, y), torch.gcd(x.to(torch.uint8), y.to(torch.uint8))), lambda n: (integers(n, 5, low=-60, high=60), torch.tensor([0, -12, 18, 45, 1]))),
    case("numbers", lambda x: (x + 2, 2 - x, x * 0.1, 3 / x, x // 2, 7 % x, x == 0.5, x > 1), one()),
    case("numbers beside integers", lambda x: (x + 2, 2 - x, x * 0.5, x / 2, x // 2, x % -3, x == 2, x > 1.5), lambda n: (integers(n, 5),)),
    case("numbers beside f16", lambda x: (x + 1e-4, x * 0.1, x / 3), one(dtype=torch.float16)),
    case("alpha", lambda x, y: (torch.add(x, y, alpha=2.5), torch.sub(x, y, alpha=2), torch.rsub(x, y, alpha=3)), two()),
    case("rounding", lambda x, y: [torch.div(x, y, rounding_mode=r) for r in ("floor", "trunc", None)], two()),
    case("rounding of integers", lambda x, y: [torch.div(x, y, rounding_mode=r) for r in ("floor", "trunc", None)], lambda n: (integers(n, 5), DIVISORS)),
    case("pow", lambda x: (x**2, x.abs() ** 2.5, 2**x, x.abs() ** x, x**-1, torch.float_power(x, 3)), one()),
    case("pow of integers", lambda x: (x**2, x**3, torch.pow(2, x.abs()), x**0.5, x ** x.abs()), lambda n: (integers(n, 5),)),
    case("shift", lambda x: (x << 2, x >> 1, 1 << x.abs(), x << 70, x.bitwise_right_shift(x.abs())), lambda n: (integers(n, 5),)),
    case("bits", lambda x: ((x > 0) & (x < 1), (x > 0) | (x < -1), ~(x > 0), (x > 0) ^ (x > 1)), one()),
    case("in place", lambda x: x.clone().add_(1).mul_(2).clamp_(max=3), one()),
    case("addcmul", lambda x, y: (torch.addcmul(x, x, y, value=0.5), torch.addcdiv(x, x, y, value=2)), two()),
    case("lerp", lambda x, y: (torch.lerp(x, y, 0.3), torch.lerp(x, y, 0.7), torch.lerp(x, y, x.sigmoid())), two()),
]

CHOICES = [
    case("clamp", lambda x: (x.clamp(-1, 1), x.clamp(min=0), x.clamp(max=0.5), torch.clamp_min(x, 0.5)), one()),
    case("clamp by tensors", lambda x, y: (torch.clamp(x, y, y + 1), torch.clamp(x, max=y), torch.clamp_max(x, y)), two()),
    case("clamp NaN", lambda x: (x.clamp(-1, 1), x.clamp(x.flip(0), x)), (ODD,)),
    case("clamp integers", lambda x: (x.clamp(-2, 3), x.clamp(-0.5, 0.5)), lambda n: (integers(n, 5),)),
    case("where", lambda x: (torch.where(x > 0, x, -1.0), torch.where(x > 0, 0.5, x), torch.where(x > 0, 1, x.int())), one()),
    case("masked_fill", lambda x: (x.masked_fill(x < 0, -INF), x.masked_fill(x[:1] > 0, x.sum())), one()),
]

ACTIVATIONS = {
    "relu6": F.relu6,
    "gelu": F.gelu,
    "gelu by tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "hardtanh": lambda x: (F.hardtanh(x), F.hardtanh(x, -0.5, 2)),
    "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid,
    "elu": lambda x: (F.elu(x), F.elu(x, 0.3)),
    "selu": F.selu,
    "celu": lambda x: F.celu(x, 0.7),
    "leaky_relu": lambda x: (F.leaky_relu(x), F.leaky_relu(x, 0.2)),
    "rrelu": F.rrelu,
    "softplus": lambda x: (F.softplus(x), F.softplus(x, 2.0, 1.0)),
    "softsign": F.softsign,
    "threshold": lambda x: F.threshold(x, 0.3, 7.0),
    "glu": lambda x: (F.glu(x[:, :4]), F.glu(x[:, 1:], 1)),
    "logsigmoid": F.logsigmoid,
    "tanhshrink": F.tanhshrink,
    "hardshrink": F.hardshrink,
    "softshrink": F.softshrink,
    "dropout": lambda x: (F.dropout(x, training=False), F.alpha_dropout(x), F.dropout(x + 0, training=False, inplace=True)),
}
ACTIVATION = [
    *[case(name, f, one()) for name, f in ACTIVATIONS.items()],
    *[case(f"{name} of f16", f, one(dtype=torch.float16)) for name, f in ACTIVATIONS.items()],
    case("prelu", lambda x, w: (F.prelu(x, w), F.prelu(x, w[:1]), F.prelu(x[:, :, None], w)), lambda n: (floats(n, 3), floats(3))),
    case("activations of integers", lambda x: (F.relu6(x), F.hardtanh(x), F.threshold(x, 1, 5)), lambda n: (integers(n, 3),)),
]

CASTS = [
    case("to integers", lambda x: [(x * 100).to(t) for t in (torch.int64, torch.int32, torch.int8)], one()),
    case("to bytes", lambda x: (x.abs() * 90).to(torch.uint8), one()),
    case("to floats", lambda x: (x.half(), x.bfloat16(), x.double(), x.half().float()), one()),
    case("to truth values", lambda x: (x.bool(), x.trunc().bool().int()), one()),
    case("of integers", lambda x: (x.float(), x.half(), x.bool(), x.to(torch.uint8)), lambda n: (integers(n, 5),)),
    case("like another", lambda x, y: (x.type_as(y), x.to(y), torch.zeros_like(y).copy_(x)), lambda n: (floats(n, 5), integers(n, 5))),
    case("clone", lambda x: (x.clone(), x.detach() + 0, x.contiguous(), +x, x.to(torch.float32)), one()),
    case("item", lambda x: x[0, 0].item() * x, lambda n: (integers(n, 2),)),
]

CREATION = [
    case("full", lambda x: (torch.full((2, 3), 1.5), torch.full((x.shape[0], 2), 7), torch.full((2,), True)), one()),
    case("full of a tensor", lambda x: x.new_full((2, x.shape[0]), 3) + torch.full_like(x[0, 0], 2.5), one()),
    case("like", lambda x: (torch.zeros_like(x, dtype=torch.int32), torch.ones_like(x), torch.full_like(x, 7)), one()),
    case("new", lambda x: (x.new_zeros(3, 2), x.new_ones(x.shape[0], dtype=torch.bool), torch.empty(2, 3).fill_(4)), one()),
    case("fill", lambda x: (torch.fill(x, 2.0), x.clone().zero_(), x.clone().fill_(x[0, 0])), one()),
    case("arange", lambda x: (torch.arange(x.shape[0]), torch.arange(1.0, 5.0, 0.3), torch.arange(5, -5, -3), torch.arange(0, 9, 3, dtype=torch.float32)), one()),
    case("linspace", lambda x: (torch.linspace(-1, 2, 7), torch.linspace(3, 9, 1), torch.linspace(0, 9, 4, dtype=torch.int64), torch.logspace(0, 2, 5), torch.linspace(3.9, -2.9, 4, dtype=torch.int32), torch.logspace(0.5, 2.7, 4, dtype=torch.int64)), one()),
    case("eye", lambda x: (torch.eye(3), torch.eye(3, 4, dtype=torch.int64)), one()),
    case("indices", lambda x: (torch.tril_indices(3, 4), torch.triu_indices(3, 4, 1), torch.tril_indices(5, 3, -2), torch.tril_indices(2, 5, 3), torch.triu_indices(5, 2, -3), torch.triu_indices(4, 2, 1)), one()),
    case("sums of sizes", lambda x, y, z: x.new_ones(torch.sym_sum([x.shape[0], y.shape[0], z.shape[0], 1])), lambda n: (floats(n), floats(n + 1), floats(2 * n))),
    case("sizes", lambda x: (x * x.shape[0] + (x.shape[0] // 2) * (-x.shape[0] % 5), x * max(x.shape[0], 2) / (x.shape[0] ** 2)), one()),
]


def classes(x):
    return torch.arange(x.shape[0]) % 5


LOSSES = [
    case("mse_loss", lambda x, y: [F.mse_loss(x, y, reduction=r) for r in ("none", "mean", "sum")], two()),
    case("l1_loss", lambda x, y: (F.l1_loss(x, y), F.smooth_l1_loss(x, y), F.smooth_l1_loss(x, y, beta=0.5), F.huber_loss(x, y, delta=0.7)), two()),
    case("binary_cross_entropy", lambda x, y: (F.binary_cross_entropy(x.sigmoid(), (y > 0).float()), F.binary_cross_entropy(x.sigmoid(), y.sigmoid(), weight=y.abs(), reduction="sum")), two()),
    case("with logits", lambda x, y: (F.binary_cross_entropy_with_logits(x, (y > 0).float()), F.binary_cross_entropy_with_logits(x, y.sigmoid(), y.abs(), pos_weight=y[0].abs())), two()),
    case("kl_div", lambda x, y: (F.kl_div(x, y.softmax(-1), reduction="batchmean"), F.kl_div(x, y, log_target=True, reduction="sum")), two()),
    case("nll_loss", lambda x: (F.nll_loss(x, classes(x)), F.nll_loss(x, classes(x), weight=x[0], ignore_index=1)), one()),
    case("cross_entropy", lambda x: (F.cross_entropy(x, classes(x)), F.cross_entropy(x, classes(x), label_smoothing=0.1), F.cross_entropy(x, x.softmax(1))), one()),
    case("margins", lambda x, y: (F.soft_margin_loss(x, y.sign()), F.hinge_embedding_loss(x, y.sign()), F.poisson_nll_loss(x, y.abs())), two()),
]

FAR = {"low": -40.0, "high": 40.0}
POSITIVE = {"low": 0.01, "high": 40.0}
POLES = torch.tensor([0.0, -0.0, 1.0, 2.0, -1.0, -2.0, 1e30, 0.5, 1e-5])
SPECIAL = [
    *[case(name, getattr(special, name), one(**FAR)) for name in "bessel_j0 bessel_j1 i0 i0e i1 i1e spherical_bessel_j0".split()],
    *[case(name, getattr(special, name), one(**POSITIVE)) for name in "bessel_y0 bessel_y1 modified_bessel_k0 modified_bessel_k1 scaled_modified_bessel_k0".split()],
    case("scaled_modified_bessel_k1", special.scaled_modified_bessel_k1, one(low=0.01, high=9000)),
    case("modified_bessel_i", lambda x: (special.modified_bessel_i0(x), special.modified_bessel_i1(x)), one()),
    case("lgamma", lambda x: (torch.lgamma(x), torch.lgamma(x.double())), one(low=-10.0, high=30.0)),
    case("digamma", lambda x: (torch.digamma(x), torch.polygamma(2, x)), one(low=-5.0, high=30.0)),
    case("gamma's poles", lambda x: (torch.lgamma(x), torch.digamma(x)), (POLES,)),
    case("mvlgamma", lambda x: torch.mvlgamma(x, 3), one(low=2.0, high=9.0)),
    case("zeta", special.zeta, lambda n: (floats(n, 5, low=1.1, high=9), floats(n, 5, low=0.1, high=20))),
    case("erfinv", lambda x: (torch.erfinv(x), special.ndtri(x.abs())), one(low=-1.0, high=1.0)),
    case("inverses' ends", lambda x: (torch.erfinv(x), special.ndtri(x)), (torch.tensor([0.0, 1, -1, 2, 1e-7, 1 - 1e-6, 1e-30, NAN]),)),
    case("erfcx", lambda x: (special.erfcx(x), special.log_ndtr(-x), special.ndtr(x)), one(low=-5.0, high=30.0)),
    case("entr", lambda x: (special.entr(x), special.xlog1py(x, x.abs())), one()),
    *[case(name, getattr(special, name), lambda n: (floats(n, 5, low=-1.5, high=1.5), integers(5, low=-1)))
      for name in "chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w".split()],
    *[case(name, getattr(special, name), lambda n: (floats(n, 5), integers(5, low=-1)))
      for name in "hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p".split()],
    case("shifted_chebyshev_polynomials", lambda x: [f(x, n) for n in (0, 1, 4) for f in (special.shifted_chebyshev_polynomial_t, special.shifted_chebyshev_polynomial_u, special.shifted_chebyshev_polynomial_v, special.shifted_chebyshev_polynomial_w)], one()),
    case("of integers", lambda x: (torch.i0(x), torch.lgamma(x), special.entr(x)), lambda n: (integers(n, 5, low=1),)),
]

ALL = {
    "unary": UNARY,
    "binary": BINARY,
    "choices": CHOICES,
    "activation": ACTIVATION,
    "casts": CASTS,
    "creation": CREATION,
    "losses": LOSSES,
    "special": SPECIAL,
}


@pytest.mark.parametrize("group", ALL)
def test_operators(group):
    check(ALL[group])


def test_dynamic():
    groups = ("binary", "choices", "casts", "creation", "losses")
    check([c for group in groups for c in ALL[group]], dynamic=True)


def test_dynamic_functions():
    check(UNARY + ACTIVATION, dynamic=True)


def test_as_exported():
    """What torch.export leaves in a .pt2 file, before it is taken apart."""
    groups = ("unary", "choices", "activation", "casts", "creation")
    check([c for group in groups for c in ALL[group]], raw=True)


@pytest.mark.parametrize("exported", [False, True])
def test_dropout_in_training(exported):
    """By numbers that are not torch's, and others each time."""

    class Training(torch.nn.Module):
        def forward(self, x):
            y, mask = torch.native_dropout(x, 0.6, True)
            return F.dropout(x, 0.3), y, mask, F.dropout(x, 1.0)

    x = floats(100, 200) + 20
    fast = (
        ufront.compile(torch.export.export(Training(), (x,)))
        if exported
        else ufront.torch.compile(Training(), (x,))
    )
    first, second = fast(x), fast(x)
    for y, rate in ((first[0], 0.3), (first[1], 0.6)):
        left = y != 0
        torch.testing.assert_close(y, torch.where(left, x / (1 - rate), 0.0))
        share, deviation = left.double().mean(), (rate * (1 - rate) / x.numel()) ** 0.5
        assert abs(share - (1 - rate)) < 6.5 * deviation
    assert torch.equal(first[2], first[1] != 0)
    assert not torch.equal(first[2], second[2])
    assert not torch.equal(first[0] != 0, first[2])
    assert torch.equal(first[3], torch.zeros_like(x))


def test_gradients_of_dropout():
    def loss(x):
        return (F.dropout(x, 0.25) * weight).sum()

    x, weight = floats(50, 60).requires_grad_(), floats(50, 60)
    torch._dynamo.reset()
    value = torch.compile(loss, backend=ufront.torch.dynamo_backend)(x)
    value.backward()
    left = x.grad != 0
    torch.testing.assert_close(x.grad, torch.where(left, weight / 0.75, 0.0))
    # What was left out of the value has no gradient.
    torch.testing.assert_close(value, (x * x.grad).sum(), rtol=1e-4, atol=1e-3)
    assert 0.6 < left.double().mean() < 0.9


@pytest.mark.parametrize("name", ["alpha_dropout", "feature_dropout", "feature_alpha_dropout"])
def test_other_training_is_refused(name, tmp_path):
    class Training(torch.nn.Module):
        def forward(self, x):
            return getattr(torch, name)(x, 0.5, True)

    path = tmp_path / "training.pt2"
    torch.export.save(torch.export.export(Training(), (floats(3, 4, 5),)), path)
    with pytest.raises(ufront.Error, match="is training, which only plain dropout does"):
        ufront.compile(path)


class ToFloat8(torch.nn.Module):
    def __init__(self, dtype):
        super().__init__()
        self.dtype = dtype
        weight = torch.linspace(-3, 3, len(ODD))
        self.register_buffer("weight", weight.to(dtype))

    def forward(self, x):
        y = x.to(self.dtype)
        return y, y.float() + self.weight.float()


@pytest.mark.parametrize("name", "e4m3fn e4m3fnuz e5m2 e5m2fnuz".split())
def test_float8(name):
    """Weights and results of 8 bits; what is too large is as in torch."""
    module = ToFloat8(getattr(torch, f"float8_{name}"))
    for x in (ODD, torch.tensor([448.0, 464.0, 465.0, 6e4, -240.0, 1e-3, 248.0, 249.0, 7e4, -1e5])):
        got, expected = ufront.compile(module, (x,))(x), module(x)
        assert got[0].dtype == expected[0].dtype
        torch.testing.assert_close(got[0].float(), expected[0].float(), rtol=0, atol=0, equal_nan=True)
        torch.testing.assert_close(got[1], expected[1], rtol=0, atol=0, equal_nan=True)
