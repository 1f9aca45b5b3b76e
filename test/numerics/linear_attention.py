"""Attention with a recurrent state, convolution with a past, attention with graphs."""

import ml_dtypes
import numpy as np
from models import graph_model, node_model, value_info
from onnx import TensorProto, helper

RNG = np.random.default_rng(27)


def normal(*shape, dtype=np.float32):
    return RNG.standard_normal(shape).astype(dtype)


# ---------------------------------------------------------------------------
# LinearAttention
# ---------------------------------------------------------------------------

B, T, HQ, H, DK, DV = 2, 5, 6, 3, 4, 7


def recurrence(q, k, v, s, g, w, heads, queries, scale):
    """In float64, one sample, head and step after the other."""
    q, k, v = (x.astype(np.float64) for x in (q, k, v))
    size, width = k.shape[2] // heads, v.shape[2] // heads
    out = np.zeros((*q.shape[:2], queries * width))
    state = np.zeros((len(q), heads, size, width)) if s is None else s.astype(float)
    for b, h, t in np.ndindex(len(q), heads, q.shape[1]):
        at = state[b, h]
        key, value = k[b, t].reshape(heads, size)[h], v[b, t].reshape(heads, width)[h]
        if g is not None:
            at = at * np.exp(g[b, t].astype(float).reshape(heads, -1)[h])[:, None]
        if w is not None:
            rate = float(w[b, t, h if w.shape[2] > 1 else 0])
            value = rate * (value - key @ at)
        state[b, h] = at = at + np.outer(key, value)
        for i in range(h * queries // heads, (h + 1) * queries // heads):
            row = q[b, t].reshape(queries, size)[i]
            out[b, t, i * width : (i + 1) * width] = scale * (row @ at)
    return out, state


def linear(name, rule, *, past=False, decay=None, beta=None, dtype=np.float32, steps=T,
           heads=H, queries=HQ, scale=0.0, dynamic=None, state=None):  # fmt: skip
    made = {
        "q": normal(B, steps, queries * DK),
        "k": normal(B, steps, heads * DK) / 2,
        "v": normal(B, steps, heads * DV),
    }
    made = {key: value.astype(dtype) for key, value in made.items()}
    if past:
        made["s"] = normal(B, heads, DK, DV, dtype=state or dtype)
    if decay:
        made["g"] = -np.abs(normal(B, steps, decay)).astype(dtype)
    if beta:
        made["w"] = RNG.random((B, steps, beta)).astype(dtype)
    order = [key if key in made else "" for key in "qkvsgw"]
    while not order[-1]:
        order.pop()

    def model():
        return node_model("LinearAttention", made, 2, opset=27, order=order, dynamic=dynamic,
                          q_num_heads=queries, kv_num_heads=heads, update_rule=rule,
                          scale=scale)  # fmt: skip

    def reference(q, k, v, s=None, g=None, w=None):
        out, last = recurrence(q, k, v, s, g, w, heads, queries, scale or 1 / np.sqrt(DK))
        return [out.astype(dtype), last.astype(state or dtype)]

    return {
        "name": f"LinearAttention-{name}",
        "model": model,
        "inputs": made,
        "reference": reference,
    }


ANY = {"q": [0, 1], "k": [0, 1], "v": [0, 1]}

LINEAR = [
    linear("linear", "linear"),
    linear("linear-past", "linear", past=True, heads=2),
    linear("gated", "gated", decay=H * DK, past=True),
    linear("gated-heads", "gated", decay=H),
    linear("delta", "delta", beta=H, past=True),
    linear("delta-one", "delta", beta=1),
    linear("gated-delta", "gated_delta", decay=H, beta=H, past=True, scale=0.7),
    linear("one-head", "gated_delta", decay=DK, beta=1, heads=1, past=True),
    linear("equal-heads", "gated_delta", decay=H * DK, beta=H, queries=H),
    linear("step", "gated_delta", decay=H, beta=H, past=True, steps=1),
    linear("none", "gated_delta", decay=H, beta=H, past=True, steps=0),
    linear("dynamic", "gated_delta", decay=H * DK, beta=H, past=True,
           dynamic={**ANY, "s": [0, 1, 2, 3], "g": [0, 1], "w": [0, 1]}),
    linear("dynamic-no-past", "linear", dynamic=ANY),
    linear("some-dynamic", "gated", decay=H, past=True, dynamic={"k": [0], "g": [1]}),
    linear("half", "gated_delta", decay=H, beta=H, past=True, dtype=np.float16),
    linear("half-wide-state", "gated", decay=H, past=True, dtype=np.float16,
           state=np.float32),
    linear("bfloat", "delta", beta=H, past=True, dtype=ml_dtypes.bfloat16),
]  # fmt: skip


# ---------------------------------------------------------------------------
# CausalConvWithState
# ---------------------------------------------------------------------------


def convolved(x, weight, bias, past, activation):
    size = weight.shape[2]
    pad = np.zeros((*x.shape[:2], size - 1)) if past is None else past
    both = np.concatenate([pad.astype(np.float64), x.astype(np.float64)], axis=2)
    y = np.zeros(x.shape) + (0 if bias is None else bias.astype(np.float64)[:, None])
    for i in range(size):
        y += weight[:, 0, i, None].astype(np.float64) * both[:, :, i : i + x.shape[2]]
    if activation != "none":
        y = y / (1 + np.exp(-y))
    return [y.astype(x.dtype), both[:, :, both.shape[2] - size + 1 :].astype(x.dtype)]


def causal(name, length, size, *, bias=False, past=False, activation="none", channels=3,
           dtype=np.float32, dynamic=None):  # fmt: skip
    made = {"x": normal(2, channels, length, dtype=dtype),
            "w": normal(channels, 1, size, dtype=dtype)}  # fmt: skip
    if bias:
        made["b"] = normal(channels, dtype=dtype)
    if past:
        made["p"] = normal(2, channels, size - 1, dtype=dtype)
    order = ["x", "w", "b" if bias else "", "p"] if past else list(made)
    return {
        "name": f"CausalConvWithState-{name}",
        "model": lambda: node_model("CausalConvWithState", made, 2, opset=27, order=order,
                                    dynamic=dynamic, activation=activation),
        "inputs": made,
        "reference": lambda x, w, b=None, p=None: convolved(x, w, b, p, activation),
    }  # fmt: skip


CAUSAL = [
    causal("plain", 9, 4),
    causal("bias", 9, 4, bias=True),
    causal("past", 9, 4, past=True),
    causal("all", 7, 3, bias=True, past=True, activation="silu"),
    causal("swish", 7, 2, activation="swish"),
    causal("short", 2, 5),
    causal("short-past", 2, 5, past=True, bias=True),
    causal("step", 1, 4, bias=True, past=True, channels=33),
    causal("size-one", 5, 1, past=True),
    causal("size-one-no-past", 5, 1),
    causal("empty", 0, 3, past=True),
    causal("empty-dynamic", 0, 3, past=True, dynamic={"x": [0, 2], "p": [0]}),
    causal("empty-no-past", 0, 3, dynamic={"x": [0, 2]}),
    causal("one-channel", 6, 3, channels=1),
    causal("dynamic", 9, 4, bias=True, past=True, dynamic={"x": [0, 1, 2], "p": [0, 1, 2]}),
    causal("dynamic-no-past", 2, 4, dynamic={"x": [0, 2]}),
    causal("half", 9, 4, bias=True, past=True, activation="silu", dtype=np.float16),
    causal("bfloat", 9, 4, bias=True, past=True, dtype=ml_dtypes.bfloat16),
]  # fmt: skip


# ---------------------------------------------------------------------------
# FlexAttention
# ---------------------------------------------------------------------------


def modifier(name, kind, *nodes, **constants):
    """A graph from x to y, [B, H, L, S]."""
    value = [helper.make_tensor_value_info(n, kind, list("BHLS")) for n in "xy"]
    return helper.make_graph(
        list(nodes), name, value[:1], value[1:],
        [helper.make_tensor(key, *args) for key, args in constants.items()],
    )  # fmt: skip


def scaled(kind, factor):
    return modifier("scaled", kind, helper.make_node("Mul", ["x", "c"], ["y"]),
                    c=(kind, [], [factor]))  # fmt: skip


def positions(kind):
    """Adds the distance of column and row, which come from the shape."""
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "two"], ["rows"]),
        helper.make_node("Gather", ["shape", "three"], ["columns"]),
        helper.make_node("Range", ["zero", "rows", "one"], ["row"]),
        helper.make_node("Range", ["zero", "columns", "one"], ["column"]),
        helper.make_node("Unsqueeze", ["row", "last"], ["tall"]),
        helper.make_node("Sub", ["column", "tall"], ["distance"]),
        helper.make_node("Cast", ["distance"], ["number"], to=kind),
        helper.make_node("Add", ["x", "number"], ["y"]),
    ]
    scalars = {"zero": 0, "one": 1, "two": 2, "three": 3}
    ints = {key: (TensorProto.INT64, [], [value]) for key, value in scalars.items()}
    return modifier("positions", kind, *nodes, **ints, last=(TensorProto.INT64, [1], [1]))


def outside(kind):
    """Reads a value of the graph around it."""
    return modifier("outside", kind, helper.make_node("Add", ["x", "bias"], ["y"]))


def flexible(q, k, v, scale, score, prob):
    group = q.shape[1] // k.shape[1]
    q, k, v = (x.astype(np.float64) for x in (q, k, v))
    k, v = np.repeat(k, group, 1), np.repeat(v, group, 1)
    x = score(q @ k.swapaxes(2, 3) * (scale or 1 / np.sqrt(q.shape[3])))
    x = np.exp(x - x.max(3, keepdims=True))
    return prob(x / x.sum(3, keepdims=True)) @ v


def distances(x):
    return x + np.arange(x.shape[3]) - np.arange(x.shape[2])[:, None]


def flex(name, q, k, v, score=None, prob=None, apply=(None, None), scale=None, extra=None,
         dynamic=None, **attrs):  # fmt: skip
    inputs = {"q": q, "k": k, "v": v, **(extra or {})}
    graphs = {"score_mod": score, "prob_mod": prob, "scale": scale, **attrs}
    graphs = {key: value for key, value in graphs.items() if value is not None}

    def model():
        node = helper.make_node("FlexAttention", ["q", "k", "v"], ["y"],
                                domain="ai.onnx.preview", **graphs)  # fmt: skip
        made = graph_model([], inputs, ["y"], opset=26, dynamic=dynamic)
        made.graph.node.append(node)
        made.opset_import.append(helper.make_opsetid("ai.onnx.preview", 1))
        made.graph.output[0].CopyFrom(value_info("y", q, range(4)))
        return made

    def reference(q, k, v, bias=None):
        first, second = apply
        score = (lambda x: x + bias) if bias is not None else first or (lambda x: x)
        out = flexible(q, k, v, scale, score, second or (lambda x: x))
        return [out.astype(q.dtype)]

    return {
        "name": f"FlexAttention-{name}",
        "model": model,
        "inputs": inputs,
        "reference": reference,
    }


F32, F64 = TensorProto.FLOAT, TensorProto.DOUBLE
Q, K, V = normal(2, 6, 5, 8), normal(2, 2, 7, 8), normal(2, 2, 7, 3)
HALF = [x.astype(np.float16) for x in (Q, K, V)]
DOUBLE = [x.astype(np.float64) for x in (Q, K, V)]
ALL = {"q": [0, 2], "k": [0, 2], "v": [0, 2]}

FLEX = [
    flex("plain", Q, K, V),
    flex("scaled", Q, K, V, scale=0.3),
    flex("score", Q, K, V, scaled(F32, 2.0), apply=(lambda x: x * 2, None)),
    flex("prob", Q, K, V, None, scaled(F32, 0.5), apply=(None, lambda x: x * 0.5)),
    flex("both", Q, K, V, positions(F32), scaled(F32, 3.0), scale=1.5,
         apply=(distances, lambda x: x * 3)),
    flex("positions-dynamic", Q, K, V, positions(F32), apply=(distances, None), dynamic=ALL),
    flex("outside", Q, K, V, outside(F32), extra={"bias": normal(5, 7)}),
    flex("half", *HALF, scaled(F32, 2.0), apply=(lambda x: x * 2, None)),
    flex("half-in-double", *HALF, positions(F64), softmax_precision=F64,
         apply=(distances, None)),
    flex("double", *DOUBLE, positions(F64), apply=(distances, None)),
    flex("one-head", Q, K[:, :1], V[:, :1]),
]  # fmt: skip

CASES = LINEAR + CAUSAL + FLEX
