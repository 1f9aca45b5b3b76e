"""LSTM, GRU and RNN against a plain numpy loop over time."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(0)
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
DEFAULTS = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}
NAMES = ["x", "w", "r", "b", "lens", "h0", "c0", "p"]
FUNCTIONS = {
    "Affine": lambda x, a, b: a * x + b,
    "Relu": lambda x, a, b: np.maximum(x, 0),
    "Tanh": lambda x, a, b: np.tanh(x),
    "Sigmoid": lambda x, a, b: 1 / (1 + np.exp(-x)),
    "LeakyRelu": lambda x, a, b: np.where(x < 0, a * x, x),
    "ThresholdedRelu": lambda x, a, b: np.where(x < a, 0, x),
    "ScaledTanh": lambda x, a, b: a * np.tanh(b * x),
    "HardSigmoid": lambda x, a, b: np.clip(a * x + b, 0, 1),
    "Elu": lambda x, a, b: np.where(x < 0, a * np.expm1(x), x),
    "Softsign": lambda x, a, b: x / (1 + np.abs(x)),
    "Softplus": lambda x, a, b: np.logaddexp(x, 0),
}
ALPHAS = {"Affine": 1, "LeakyRelu": 0.01, "ThresholdedRelu": 1, "ScaledTanh": 1, "HardSigmoid": 0.2, "Elu": 1}
BETAS = {"Affine": 0, "ScaledTanh": 1, "HardSigmoid": 0.5}


def functions(names, alphas, betas, clip):
    """The activations of all gates with their parameters."""
    alphas, betas, result = list(alphas), list(betas), []
    for name in names:
        a = alphas.pop(0) if name in ALPHAS and alphas else ALPHAS.get(name)
        b = betas.pop(0) if name in BETAS and betas else BETAS.get(name)

        def call(x, function=FUNCTIONS[name], a=a, b=b):
            return function(np.clip(x, -clip, clip) if clip else x, a, b)

        result.append(call)
    return result


def lstm_step(f, x, h, c, r, rb, p, flag):
    gate = x + h @ r.T + rb
    i, o, forget, n = np.split(gate, 4, axis=-1)
    i = f[0](i + p[0] * c)
    forget = 1 - i if flag else f[0](forget + p[2] * c)
    c = forget * c + i * f[1](n)
    return f[0](o + p[1] * c) * f[2](c), c


def gru_step(f, x, h, c, r, rb, p, flag):
    n = h.shape[-1]
    zr = f[0](x[:, : 2 * n] + h @ r[: 2 * n].T + rb[: 2 * n])
    z, reset = np.split(zr, 2, axis=-1)
    if flag:
        part = reset * (h @ r[2 * n :].T + rb[2 * n :])
    else:
        part = (reset * h) @ r[2 * n :].T + rb[2 * n :]
    return (1 - z) * f[1](x[:, 2 * n :] + part) + z * h, c


def rnn_step(f, x, h, c, r, rb, p, flag):
    return f[0](x + h @ r.T + rb), c


STEPS = {"LSTM": lstm_step, "GRU": gru_step, "RNN": rnn_step}


def reference(op, arrays, direction="forward", layout=0, clip=0.0, activations=None,
              activation_alpha=(), activation_beta=(), flag=0):
    given = {k: v.astype(np.float64) if v.dtype.kind == "f" else v for k, v in arrays.items()}
    x = given["x"].swapaxes(0, 1) if layout else given["x"]
    steps, batch, hidden = x.shape[0], x.shape[1], given["r"].shape[2]
    count = given["r"].shape[0]
    names = activations or DEFAULTS[op] * count
    f = functions(names, activation_alpha, activation_beta, clip)
    zeros = np.zeros((count, batch, hidden))
    state = {}
    for key in ("h0", "c0"):
        state[key] = given.get(key, zeros)
        if layout and key in given:
            state[key] = state[key].swapaxes(0, 1)
    lens = given.get("lens", np.full(batch, steps))
    y, hs, cs = np.zeros((steps, count, batch, hidden)), [], []
    for d in range(count):
        b = given["b"][d] if "b" in given else np.zeros(2 * GATES[op] * hidden)
        wb, rb = np.split(b, 2)
        p = np.split(given["p"][d], 3) if "p" in given else [0, 0, 0]
        h, c = state["h0"][d], state["c0"][d]
        part = f[d * len(f) // count :]
        back = d == 1 or direction == "reverse"
        for t in reversed(range(steps)) if back else range(steps):
            gates = x[t] @ given["w"][d].T + wb
            h2, c2 = STEPS[op](part, gates, h, c, given["r"][d], rb, p, flag)
            on = (t < lens)[:, None]
            h, c = np.where(on, h2, h), np.where(on, c2, c)
            y[t, d] = np.where(on, h, 0)
        hs.append(h)
        cs.append(c)
    y_h, y_c = np.stack(hs), np.stack(cs)
    if layout:
        y, y_h, y_c = y.transpose(2, 0, 1, 3), y_h.swapaxes(0, 1), y_c.swapaxes(0, 1)
    results = [y, y_h, y_c] if op == "LSTM" else [y, y_h]
    return [a.astype(np.float32) for a in results]


def case(name, op, given="b", *, dynamic=(), steps=5, batch=3, size=4, hidden=6, dtype=np.float32, **attrs):
    """`given` lists the optional inputs; `dynamic` axes of x."""
    layout = attrs.get("layout", 0)
    count = 2 if attrs.get("direction") == "bidirectional" else 1
    g = GATES[op]
    shapes = {
        "x": (batch, steps, size) if layout else (steps, batch, size),
        "w": (count, g * hidden, size),
        "r": (count, g * hidden, hidden),
        "b": (count, 2 * g * hidden),
        "h0": (batch, count, hidden) if layout else (count, batch, hidden),
        "p": (count, 3 * hidden),
    }
    shapes["c0"] = shapes["h0"]
    arrays = {
        k: RNG.normal(0, 0.7, shapes[k]).astype(dtype)
        for k in shapes
        if k in ("x", "w", "r") or k in given.split()
    }
    if "lens" in given.split():
        arrays["lens"] = RNG.integers(0, steps + 1, batch).astype(np.int32)
    flag = attrs.get("linear_before_reset", attrs.get("input_forget", 0))
    plain = {k: v for k, v in attrs.items() if k not in ("linear_before_reset", "input_forget")}
    inputs = {k: v for k, v in arrays.items() if k in ("x", "lens", "h0", "c0")}
    names = [k if k in arrays else "" for k in NAMES]
    while not names[-1]:
        names.pop()
    axes = {k: [1] for k in inputs if k in ("h0", "c0") and dynamic} | {"x": list(dynamic)}
    if "lens" in arrays and dynamic:
        axes["lens"] = [0]
    return {
        "name": f"{op}-{name}",
        "model": lambda: node_model(
            op,
            inputs,
            outputs=3 if op == "LSTM" else 2,
            order=names,
            initializers={k: v for k, v in arrays.items() if k not in inputs},
            dynamic=axes,
            opset=22 if dtype != np.float32 else 14,
            hidden_size=hidden,
            **attrs,
        ),
        "inputs": inputs,
        "reference": lambda **_: [
            a.astype(dtype) for a in reference(op, arrays, flag=flag, **plain)
        ],
        "tolerance": (1e-3, 1e-5) if dtype == np.float32 else (2e-2, 2e-3),
    }


FULL = "b lens h0 c0 p"
CASES = [
    case("plain", "LSTM", ""),
    case("states", "LSTM", "b h0 c0"),
    case("everything", "LSTM", FULL),
    case("reverse-lens", "LSTM", FULL, direction="reverse"),
    case("bidirectional-lens", "LSTM", FULL, direction="bidirectional"),
    case("layout", "LSTM", "b h0 c0 lens", direction="bidirectional", layout=1),
    case("coupled-clip", "LSTM", FULL, input_forget=1, clip=0.3),
    case("dynamic", "LSTM", "b", dynamic=(0, 1)),
    case("dynamic-states", "LSTM", FULL, dynamic=(0, 1), direction="bidirectional"),
    case("no-steps", "LSTM", "b h0 c0", dynamic=(0,), steps=0),
    case("one", "LSTM", "b", steps=1, batch=1, size=1, hidden=1),
    case("larger", "LSTM", "b", steps=17, batch=7, size=33, hidden=65),
    case("half", "LSTM", "b h0 c0", dtype=np.float16),
    case("activations", "LSTM", "b", direction="bidirectional",
         activations=["HardSigmoid", "Softsign", "Elu", "Sigmoid", "ScaledTanh", "Relu"],
         activation_alpha=[0.3, 0.5, 1.5], activation_beta=[0.4, 0.6]),
    case("plain", "GRU", ""),
    case("everything", "GRU", "b lens h0", direction="bidirectional"),
    case("after", "GRU", "b lens h0", direction="bidirectional", linear_before_reset=1),
    case("after-dynamic", "GRU", "b", linear_before_reset=1, dynamic=(0, 1)),
    case("clip", "GRU", "b", clip=0.2, direction="reverse"),
    case("activations", "GRU", "b h0", activations=["HardSigmoid", "Softplus"]),
    case("layout", "GRU", "b h0", layout=1, linear_before_reset=1),
    case("plain", "RNN", ""),
    case("everything", "RNN", "b lens h0", direction="bidirectional",
         activations=["Affine", "ThresholdedRelu"], activation_alpha=[0.5, 0.25],
         activation_beta=[0.1]),
    case("leaky", "RNN", "b h0", activations=["LeakyRelu"], dynamic=(0, 1)),
]
