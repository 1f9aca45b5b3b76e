"""Attention with heads, masks, caches and windows; rotary embedding."""

import ml_dtypes
import numpy as np
from models import node_model, value_info

RNG = np.random.default_rng(6)


def normal(*shape, dtype=np.float32):
    return RNG.standard_normal(shape).astype(dtype)


def attention(name, q, k, v, mask=None, past=None, lengths=None, *, outputs=1, opset=24,
              dynamic=None, tolerance=None, **attrs):  # fmt: skip
    def model():
        made = node_model("Attention", inputs, outputs, opset=opset, order=order,
                          dynamic=dynamic, **attrs)  # fmt: skip
        for output in made.graph.output:
            if not output.type.tensor_type.HasField("shape"):
                output.CopyFrom(value_info(output.name, q, range(q.ndim)))
        return made

    arrays = {"q": q, "k": k, "v": v, "mask": mask, "pk": past and past[0],
              "pv": past and past[1], "n": lengths}  # fmt: skip
    inputs = {key: value for key, value in arrays.items() if value is not None}
    order = [key if value is not None else "" for key, value in arrays.items()]
    while order[-1] == "":
        order.pop()
    return {
        "name": f"Attention-{name}",
        "model": model,
        "inputs": inputs,
        "reference": None,
        "tolerance": tolerance,
    }  # fmt: skip


def causal_exactly(q, k, v, mask=None):
    """In float64; rounded once."""
    group = q.shape[1] // k.shape[1]
    wide = [x.astype(np.float64) for x in (q, k.repeat(group, 1), v.repeat(group, 1))]
    scores = wide[0] @ wide[1].swapaxes(2, 3) / np.sqrt(q.shape[3])
    scores = scores if mask is None else scores + mask.astype(np.float64)
    rows, columns = np.ogrid[: scores.shape[2], : scores.shape[3]]
    scores = np.where(columns <= rows, scores, -np.inf)
    weights = np.exp(scores - scores.max(3, keepdims=True))
    return [(weights / weights.sum(3, keepdims=True) @ wide[2]).astype(q.dtype)]


def narrow(name, dtype, tolerance, *arrays, **more):
    """What is computed in more digits than it is stored in."""
    made = [x.astype(dtype) for x in arrays]
    case = attention(name, *made, is_causal=1, tolerance=tolerance, **more)
    return {**case, "reference": causal_exactly}


def rotary(name, x, cos, sin, ids=None, dynamic=None, **attrs):
    inputs = {"x": x, "c": cos, "s": sin, **({} if ids is None else {"i": ids})}
    return {
        "name": f"RotaryEmbedding-{name}",
        "model": lambda: node_model("RotaryEmbedding", inputs, opset=23, dynamic=dynamic,
                                    **attrs),
        "inputs": inputs,
        "reference": None,
    }  # fmt: skip


B, H, S, T, D = 2, 6, 5, 7, 8
Q, K, V = normal(B, H, S, D), normal(B, H, T, D), normal(B, H, T, 3)
K2, V2 = normal(B, 2, T, D), normal(B, 2, T, 3)
Q3, K3, V3 = normal(B, S, H * D), normal(B, T, 2 * D), normal(B, T, 2 * 3)
PAST = (normal(B, H, 4, D), normal(B, H, 4, 3))
BOOL = RNG.integers(0, 2, (S, T)) != 0
BOOL[1] = False  # a row that sees nothing gives 0
FLOAT = normal(B, 1, S, T)
FLOAT[0, 0, 2] = -np.inf
ALL = {"q": [0, 2], "k": [0, 2], "v": [0, 2]}
HEADS = {"q_num_heads": H, "kv_num_heads": 2}
IDS = RNG.integers(0, 20, (B, S))
COS, SIN = normal(20, D // 2), normal(20, D // 2)

CASES = [
    attention("plain", Q, K, V),
    attention("dynamic", Q, K, V, dynamic=ALL, scale=0.3),
    attention("scaled", Q, K, V, scale=1.5, softcap=2.0),
    attention("causal", Q, K, V, is_causal=1),
    attention("causal-dynamic", Q, K, V, is_causal=1, dynamic=ALL),
    attention("bool", Q, K, V, BOOL),
    attention("bool-dynamic", Q, K, V, BOOL, dynamic={**ALL, "mask": [0, 1]}),
    attention("float", Q, K, V, FLOAT),
    attention("both", Q, K, V, FLOAT, is_causal=1),
    attention("short-mask", Q, K, V, BOOL[:, :4]),
    attention("short-mask-dynamic", Q, K, V, BOOL[:, :4], dynamic={**ALL, "mask": [0, 1]}),
    attention("short-mask-past", Q, K, V, FLOAT[:, :, :, :3], PAST, outputs=3, is_causal=1,
              dynamic={"pk": [2], "pv": [2], "mask": [3]}),
    attention("grouped", Q, K2, V2),
    attention("grouped-dynamic", Q, K2, V2, BOOL, dynamic=ALL),
    attention("one-key-head", Q, K2[:, :1], V2[:, :1], is_causal=1),
    attention("flat", Q3, K3, V3, **HEADS),
    attention("flat-dynamic", Q3, K3, V3, is_causal=1,
              dynamic={"q": [0, 1], "k": [0, 1], "v": [0, 1]}, **HEADS),
    attention("past", Q, K, V, past=PAST, outputs=3, is_causal=1),
    attention("past-dynamic", Q, K, V, past=PAST, outputs=3, is_causal=1,
              dynamic={**ALL, "pk": [0, 2], "pv": [0, 2]}),
    attention("past-mask", Q, K, V, normal(S, T + 4), PAST, outputs=3),
    attention("lengths", Q, K, V, lengths=np.array([7, 3])),
    attention("lengths-causal", Q, K, V, lengths=np.array([7, 3]), is_causal=1),
    attention("scores", Q, K2, V2, BOOL, outputs=4, qk_matmul_output_mode=0,
              past=(K2[:, :, :0], V2[:, :, :0])),
    attention("scores-mask", Q, K, V, FLOAT, past=(K[:, :, :0], V[:, :, :0]), outputs=4,
              qk_matmul_output_mode=2, softcap=3.0),
    attention("scores-softmax", Q, K, V, past=PAST, outputs=4, is_causal=1,
              qk_matmul_output_mode=3),
    attention("windows", Q, K, V, opset=25, left_window_size=1, right_window_size=2),
    attention("window-causal", Q, K, V, opset=25, left_window_size=2, is_causal=1),
    attention("double-softmax", Q, K, V, softmax_precision=11),
    attention("half", *(x.astype(np.float16) for x in (Q, K, V)), tolerance=(1e-2, 4e-3)),
    narrow("half-exact", np.float16, (1e-3, 1e-4), Q, K, V),
    narrow("half-mask", np.float16, (1e-3, 1e-4), Q, K2, V2, normal(S, T)),
    narrow("half-dynamic", np.float16, (1e-3, 1e-4), Q, K2, V2, dynamic=ALL),
    narrow("half-large", np.float16, (2e-3, 1e-4), 250 * Q, 250 * K, V),
    narrow("bfloat-exact", ml_dtypes.bfloat16, (1.6e-2, 8e-3), Q, K, V),
    rotary("halves", Q, COS, SIN, IDS),
    rotary("pairs", Q, COS, SIN, IDS, interleaved=1),
    rotary("part", Q, COS[:, :2], SIN[:, :2], IDS, rotary_embedding_dim=4),
    rotary("flat", Q3, COS, SIN, IDS, num_heads=H, interleaved=1),
    rotary("no-ids", Q3, COS[IDS], SIN[IDS], num_heads=H),
    rotary("dynamic", Q, COS, SIN, IDS, dynamic={"x": [0, 2], "i": [0, 1]}),
]  # fmt: skip
