"""How far functions of f32 are from the exact results, in ulps."""

import numpy as np
import pytest
import torch

from ufront import _compiled, _ufront

# The greatest error in ulps with fma, and without.
LIMITS = {
    "exp": (1.1, 1.7),
    "exp2": (0.9, 1.7),
    "expm1": (1.4, 2.2),
    "log": (1, 1.7),
    "log2": (1, 1.7),
    "log10": (1, 1.7),
    "log1p": (1.5, 2.2),
    "tanh": (1.7, 2.2),
    "erf": (1.3, 2.2),
    "sin": (1.5, 2.2),
    "cos": (1.5, 2.2),
    "tan": (2.6, 3.5),
    "sinh": (1.8, 2.2),
    "cosh": (1.6, 2.2),
    "atan": (1.6, 2.2),
    "asin": (2.1, 2.6),
    "acos": (1.4, 2.2),
    "pow": (0.55, 0.55),
}
COUNT = 1 << 21
SPECIAL = [0.0, 1, 2, 3, 0.5, 2.5, 127, 1e10, 2**24, 3.4e38, 1e-40, 1e-45, np.inf]
SPECIAL = np.array(SPECIAL + [-x for x in SPECIAL] + [np.nan], np.float32)


def compiled(name, operands, features):
    tensor = f"tensor<{COUNT}xf32>"
    values = [f"%{i}" for i in range(operands)]
    text = f"""func.func @forward({", ".join(f"{v}: {tensor}" for v in values)}) -> {tensor} {{
      %r = "ufront.{name}"({", ".join(values)})
          : ({", ".join([tensor] * operands)}) -> {tensor}
      return %r : {tensor}
    }}"""
    model = _ufront.Session().import_memory(text.encode(), "mlir")
    return model.compile(cpu_features=features)


def exact(name, *arrays):
    with np.errstate(invalid="ignore"):  # signalling NaN
        arrays = [torch.from_numpy(array.astype(np.float64)) for array in arrays]
    return getattr(torch, name)(*arrays).numpy()


def all_floats():
    """Evenly many of every sign and exponent, NaN and infinities too."""
    bits = np.linspace(0, 2**32 - 1, COUNT).astype(np.uint32)
    bits[-len(SPECIAL) :] = SPECIAL.view(np.uint32)
    return bits.view(np.float32)


def pairs():
    """Every special number to the power of every other, and others."""
    generator = np.random.default_rng(0)
    half = COUNT // 2
    x = np.exp(generator.uniform(-88, 88, COUNT))
    x[:half] = 1 + generator.normal(0, 1e-3, half)
    y = generator.normal(0, 3, COUNT)
    y[:half] *= 1e4
    x, y = x.astype(np.float32), y.astype(np.float32)
    bases, powers = np.meshgrid(SPECIAL, SPECIAL)
    x[: bases.size], y[: powers.size] = bases.ravel(), powers.ravel()
    x[-1000:], y[-1000:] = -x[-1000:], np.arange(-500, 500)
    return x, y


@pytest.mark.parametrize("features", [None, "-avx512", "-avx2"])
@pytest.mark.parametrize("name", LIMITS)
def test_ulps(name, features):
    arrays = pairs() if name == "pow" else (all_floats(),)
    program = compiled(name, len(arrays), features)
    actual = _compiled.to_numpy(program.run(arrays)[0])
    expected = exact(name, *arrays)
    with np.errstate(over="ignore", under="ignore"):
        rounded = expected.astype(np.float32)
    finite = np.isfinite(rounded) & np.isfinite(actual)
    np.testing.assert_array_equal(actual[~finite], rounded[~finite])
    zero = expected == 0
    np.testing.assert_array_equal(np.signbit(actual[zero]), np.signbit(expected[zero]))
    _, exponent = np.frexp(expected[finite])
    ulp = np.ldexp(1.0, np.maximum(exponent, -125) - 24)
    errors = np.abs(actual[finite] - expected[finite]) / ulp
    assert errors.max() <= LIMITS[name][features == "-avx2"]
