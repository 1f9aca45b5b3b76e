"""Losses: weights, ignored targets, every reduction.

The ignored target is not -1: onnx's reference takes that for "none ignored".
"""

import numpy as np
from models import node_model

RNG = np.random.default_rng(7)
X = RNG.standard_normal((3, 5, 2, 4)).astype(np.float32)
T = RNG.integers(0, 5, (3, 2, 4))
W = RNG.random(5).astype(np.float32) + np.float32(0.1)
IGNORED = T.copy()
IGNORED[0, 1] = -7


def case(op, name, x, t, w=None, outputs=1, dynamic=None, **attrs):
    inputs = {"x": x, "t": t, **({} if w is None else {"w": w})}
    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(op, inputs, outputs, opset=13, dynamic=dynamic, **attrs),
        "inputs": inputs,
        "reference": None,
    }


def forms(op):
    flat = np.ascontiguousarray(X[..., 0, 0])
    return [
        case(op, "mean", X, T),
        case(op, "sum", X, T, reduction="sum"),
        case(op, "none", X, T, reduction="none"),
        case(op, "weights", X, T, W),
        case(op, "ignore", X, IGNORED, ignore_index=-7),
        case(op, "ignore-weights", X, IGNORED, W, ignore_index=-7),
        case(op, "ignore-none", X, IGNORED, W, ignore_index=-7, reduction="none"),
        case(op, "flat", flat, T[:, 0, 0].astype(np.int32)),
        case(op, "dynamic", X, T, W, dynamic={"x": [0, 2], "t": [0, 1]}),
    ]


CASES = forms("NegativeLogLikelihoodLoss") + forms("SoftmaxCrossEntropyLoss")
CASES.append(case("SoftmaxCrossEntropyLoss", "log-prob", X, T, W, outputs=2))
