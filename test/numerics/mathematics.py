"""Functions of one number."""

import math

import numpy as np
from models import node_model

RNG = np.random.default_rng(2)
SPECIAL = [0.0, -0.0, 1, -1, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, np.inf, -np.inf, np.nan]
X = np.concatenate([RNG.normal(0, 2, 26), SPECIAL]).astype(np.float32).reshape(3, 13)
FINITE = np.where(np.isfinite(X), X, 4).astype(np.float32)

ERF = np.vectorize(math.erf, otypes=[np.float64])
FUNCTIONS = {
    "Abs": np.abs, "Neg": np.negative, "Sign": np.sign, "Sqrt": np.sqrt,
    "Reciprocal": np.reciprocal, "Exp": np.exp, "Log": np.log, "Erf": ERF,
    "Floor": np.floor, "Ceil": np.ceil, "Round": np.round, "Sin": np.sin,
    "Cos": np.cos, "Tan": np.tan, "Asin": np.arcsin, "Acos": np.arccos,
    "Atan": np.arctan, "Sinh": np.sinh, "Cosh": np.cosh, "Asinh": np.arcsinh,
    "Acosh": np.arccosh, "Atanh": np.arctanh,
}  # fmt: skip


def case(op, x, dynamic=False):
    def reference(x):
        wide = np.float32 if x.dtype == np.float16 else x.dtype
        with np.errstate(all="ignore"):
            return [FUNCTIONS[op](x.astype(wide)).astype(x.dtype)]

    return {
        "name": f"{op}-{x.dtype.name}" + ("-dynamic" if dynamic else ""),
        "model": lambda: node_model(
            op, {"x": x}, opset=22, dynamic={"x": [0, 1]} if dynamic else None
        ),
        "inputs": {"x": x},
        "reference": reference,
    }


CASES = []
for name in FUNCTIONS:
    # An infinite angle has no sine.
    values = FINITE if name in ("Sin", "Cos", "Tan") else X
    CASES += [case(name, values), case(name, np.clip(FINITE, -3, 3).astype(np.float16))]
for name in ("Exp", "Sqrt", "Tan", "Asinh", "Erf"):
    CASES.append(case(name, FINITE.astype(np.float64)))
for name in ("Exp", "Round"):
    CASES.append(case(name, X, dynamic=True))
for name in ("Abs", "Neg", "Sign"):
    for dtype in (np.int8, np.int32, np.int64):
        low = np.iinfo(dtype).min
        CASES.append(case(name, np.array([0, 1, -1, 100, -100, low, low + 1], dtype)))
