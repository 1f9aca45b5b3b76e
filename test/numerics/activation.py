"""Activation functions, on values at and far from every bend."""

import numpy as np
from models import graph_model, node_model
from onnx import helper

RNG = np.random.default_rng(0)
BENDS = [0.0, -0.0, 1e-6, -1e-6, 0.5, -0.5, 1, -1, 3, -3, 40, -40, 90, -90]
X = np.concatenate([RNG.normal(0, 3, 19), BENDS]).astype(np.float32).reshape(3, 11)
SPECIAL = np.append(X, [np.inf, -np.inf, np.nan]).astype(np.float32)


def case(op, opset, x=X, reference=None, dynamic=False, **attrs):
    label = "-".join([op, str(opset), x.dtype.name, *(f"{k}={v}" for k, v in attrs.items())])
    return {
        "name": label + ("-dynamic" if dynamic else ""),
        "model": lambda: node_model(
            op, {"x": x}, opset=opset, dynamic={"x": [0]} if dynamic else None, **attrs
        ),
        "inputs": {"x": x},
        "reference": reference,
    }


def softplus(x):
    return [np.logaddexp(x, 0)]


def sigmoid(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def swish(x, alpha=1.0):
    return [(x * sigmoid(np.float32(alpha) * x)).astype(x.dtype)]


def mish(x):
    return [x * np.tanh(np.logaddexp(x, 0))]


def prelu(slope, opset=16, x=X):
    return {
        "name": f"PRelu-{x.dtype.name}-{'x'.join(map(str, slope.shape))}",
        "model": lambda: node_model("PRelu", {"x": x, "slope": slope}, opset=opset),
        "inputs": {"x": x, "slope": slope},
        "reference": lambda x, slope: [np.where(x < 0, x * slope, x)],
    }


def swiglu(alpha):
    """Gate and value come from one split projection."""
    nodes = [helper.make_node("SwiGLU", ["gate", "x"], ["y"], alpha=alpha)]
    inputs = {"gate": X, "x": X[::-1].copy()}
    return {
        "name": f"SwiGLU-{alpha}",
        "model": lambda: graph_model(nodes, inputs, ["y"], opset=28),
        "inputs": inputs,
        "reference": lambda gate, x: [swish(gate, alpha)[0] * x],
    }


HALF = X.astype(np.float16)
CASES = [
    case("Relu", 14, SPECIAL),
    case("Relu", 14, dynamic=True),
    case("Relu", 14, RNG.integers(-9, 9, (2, 3, 5)).astype(np.int32)),
    case("LeakyRelu", 16, SPECIAL, lambda x: [np.where(x >= 0, x, np.float32(0.01) * x)]),
    case("LeakyRelu", 16, alpha=0.3),
    prelu(RNG.normal(size=(11,)).astype(np.float32)),
    prelu(RNG.normal(size=(3, 1)).astype(np.float32)),
    prelu(np.array([2], np.int64), x=RNG.integers(-9, 9, (2, 3)).astype(np.int64)),
    case("Elu", 22, alpha=1.5),
    case("Selu", 22),
    case("Selu", 22, alpha=2.0, gamma=3.0),
    case("Celu", 12, alpha=1.7),
    case("Gelu", 20),
    case("Gelu", 20, dynamic=True),
    case("Gelu", 20, approximate="tanh"),
    case("Gelu", 20, HALF),
    case("Swish", 24, reference=swish),
    case("Swish", 24, alpha=1.3, reference=lambda x: swish(x, 1.3)),
    swiglu(1.0),
    swiglu(0.5),
    case("HardSigmoid", 22, SPECIAL),
    case("HardSigmoid", 22, alpha=0.3, beta=0.6),
    case("HardSwish", 22),
    case("Sigmoid", 13, SPECIAL, lambda x: [sigmoid(x)]),
    case("Sigmoid", 13, HALF, lambda x: [sigmoid(x.astype(np.float32)).astype(x.dtype)]),
    case("Tanh", 13, SPECIAL),
    case("Tanh", 13, X.astype(np.float64)),
    case("Softplus", 22, reference=softplus),
    case("Softsign", 22),
    case("Mish", 22, reference=mish),
    case("Mish", 22, HALF, lambda x: [mish(x.astype(np.float32))[0].astype(x.dtype)]),
    case("ThresholdedRelu", 22, alpha=0.7),
    case("Shrink", 9, lambd=1.5, bias=0.5),
    case("Shrink", 9, RNG.integers(-9, 9, (7,)).astype(np.int8), lambd=1.5,
         reference=lambda x: [np.where((x < -1.5) | (x > 1.5), x, 0)]),
]
