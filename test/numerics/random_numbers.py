"""Random numbers with a seed: those of numpy's RandomState, as the reference
evaluator draws them."""

import numpy as np
from models import TensorProto, node_model

RNG = np.random.default_rng(53)
X = RNG.random((3, 5)).astype(np.float32)


def case(name, op, inputs, reference=None, dynamic=None, outputs=1, initializers=None, **attrs):
    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(op, inputs, outputs, opset=22, dynamic=dynamic,
                                    initializers=initializers, **attrs),
        "inputs": inputs,
        "reference": reference,
    }


def multinomial(name, logits, count, seed, **attrs):
    """A number of [0, sum) falls on a class."""
    wide = logits.astype(np.float64)
    sums = np.cumsum(np.exp(wide - wide.max(1, keepdims=True)), 1)
    drawn = np.random.RandomState(seed).rand(len(logits), count) * sums[:, -1:]
    expected = (sums[:, None] <= drawn[:, :, None]).sum(2).astype(attrs.pop("result", np.int32))
    return case(name, "Multinomial", {"x": logits}, [expected], sample_size=count,
                seed=float(seed), **attrs)


def dropout(name, x, rate, training, seed, late, dynamic=None):
    """What is left is scaled."""
    numbers = {"r": np.array(rate, np.float32), "t": np.array(training)}
    mask = np.ones(x.shape, bool)
    if training:
        mask = np.random.RandomState(seed).rand(*x.shape) >= np.float32(rate)
    scale = x.dtype.type(1 / (1 - np.float64(np.float32(rate)))) if training else 1
    expected = [np.where(mask, x * scale, 0).astype(x.dtype), mask]
    inputs = {"x": x} | (numbers if late else {})
    return case(f"{name}-{rate}-{training}-{late}", "Dropout", inputs, expected, outputs=2,
                initializers={} if late else numbers, seed=seed, dynamic=dynamic)


LOGITS = RNG.standard_normal((2, 6)).astype(np.float32)
SURE = np.array([[-np.inf, 0, -np.inf]], np.float32)
FREE = {"x": [0, 1]}
P = np.array([1, 0.5, 0.25, 0.75, 1, 1], np.float32)

CASES = [
    *[case(f"{seed}", "RandomUniform", {}, shape=[3, 50], seed=float(seed)) for seed in (0, 1, 7919)],
    *[case(f"{n}", "RandomNormal", {}, shape=[n], seed=3.0) for n in (0, 1, 2, 311, 1000)],
    case("range", "RandomUniform", {}, shape=[7], low=-2.0, high=5.0, seed=2.0),
    case("double", "RandomUniform", {}, shape=[7], dtype=TensorProto.DOUBLE, seed=2.0),
    case("half", "RandomNormal", {}, shape=[2, 7], dtype=TensorProto.FLOAT16, seed=2.0),
    case("moved", "RandomNormal", {}, shape=[7], mean=10.0, scale=0.5, seed=2.0),
    case("like", "RandomUniformLike", {"x": X}, seed=4.0),
    case("like-dynamic", "RandomUniformLike", {"x": X}, seed=4.0, dynamic=FREE),
    case("like-integers", "RandomNormalLike", {"x": np.zeros((2, 3), np.int64)},
         dtype=TensorProto.FLOAT, seed=4.0),
    case("like-dynamic", "RandomNormalLike", {"x": X}, seed=4.0, dynamic=FREE),
    case("seed", "Bernoulli", {"x": X}, seed=5.0),
    case("dynamic", "Bernoulli", {"x": X}, seed=5.0, dynamic=FREE),
    case("bool", "Bernoulli", {"x": X.astype(np.float64)}, seed=6.0, dtype=TensorProto.BOOL),
    case("sure", "Bernoulli", {"x": P}, seed=6.0, dtype=TensorProto.INT32),
    multinomial("few", LOGITS, 3, 8),
    multinomial("many", LOGITS, 200, 9, dtype=TensorProto.INT64, result=np.int64),
    multinomial("sure", SURE, 20, 9),
    *[dropout("seed", X, rate, training, 11, late)
      for rate in (0, 0.25, 0.9) for training in (False, True) for late in (False, True)],
    dropout("dynamic", X, 0.5, True, 12, True, dynamic=FREE),
    dropout("double", X.astype(np.float64), 0.3, True, 13, False),
]
