"""Gemm in all its forms, MatMul with every kind of broadcasting."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(1)


def normal(*shape, dtype=np.float32):
    return RNG.standard_normal(shape).astype(dtype)


def whole(*shape, dtype=np.int64):
    return RNG.integers(-50, 50, shape).astype(dtype)


def gemm(name, a, b, c=None, *, weights=(), dynamic=None, **attrs):
    arrays = {"a": a, "b": b, **({} if c is None else {"c": c})}
    inputs = {k: v for k, v in arrays.items() if k not in weights}
    kept = {k: v for k, v in arrays.items() if k in weights}

    def model():
        return node_model("Gemm", inputs, initializers=kept, dynamic=dynamic,
                          order=list(arrays), **attrs)  # fmt: skip

    return {"name": f"Gemm-{name}", "model": model, "inputs": inputs, "reference": None}


def matmul(name, a, b, *, weight=False, dynamic=None):
    inputs = {"a": a} if weight else {"a": a, "b": b}
    kept = {"b": b} if weight else {}

    def model():
        return node_model("MatMul", inputs, initializers=kept, dynamic=dynamic)

    return {"name": f"MatMul-{name}", "model": model, "inputs": inputs, "reference": None}


W = ("b", "c")
SPECIAL = normal(3, 4)
SPECIAL[0, 1], SPECIAL[1, 2], SPECIAL[2, 0] = np.inf, np.nan, -np.inf

CASES = [
    gemm("plain", normal(5, 7), normal(7, 3)),
    gemm("bias", normal(5, 7), normal(7, 3), normal(3), weights=W),
    gemm("oi", normal(5, 7), normal(33, 7), normal(33), weights=W, transB=1),
    gemm("oi-computed", normal(5, 7), normal(3, 7), normal(3), transB=1),
    gemm("oi-double", normal(5, 7, dtype=np.float64), normal(3, 7, dtype=np.float64),
         weights=W, transB=1),
    gemm("all", normal(7, 5), normal(3, 7), normal(5, 3), transA=1, transB=1,
         alpha=0.25, beta=-2.0),
    gemm("scalar-bias", normal(5, 7), normal(7, 3), normal(), alpha=0.5),
    gemm("row-bias", normal(5, 7), normal(7, 3), normal(1, 3), beta=0.5),
    gemm("column-bias", normal(5, 7), normal(7, 3), normal(5, 1)),
    gemm("no-depth", normal(5, 0), normal(0, 3), normal(3)),
    gemm("no-rows", normal(0, 7), normal(7, 3), normal(3)),
    gemm("batch", normal(5, 7), normal(3, 7), normal(3), weights=W, transB=1,
         dynamic={"a": [0]}),
    gemm("everything-dynamic", normal(5, 7), normal(7, 3),
         dynamic={"a": [0, 1], "b": [0, 1]}),
    gemm("integer", whole(5, 7), whole(7, 3), whole(3)),
    gemm("integer-scaled", whole(5, 7), whole(7, 3), whole(3), alpha=0.5, beta=-0.75),
    gemm("half", normal(5, 70, dtype=np.float16), normal(70, 3, dtype=np.float16),
         normal(3, dtype=np.float16), weights=W),
    matmul("matrices", normal(5, 7), normal(7, 3)),
    matmul("odd", normal(17, 67), normal(67, 35)),
    matmul("dot", normal(9), normal(9)),
    matmul("row", normal(9), normal(9, 4)),
    matmul("row-batch", normal(9), normal(2, 9, 4)),
    matmul("column", normal(3, 9), normal(9)),
    matmul("column-batch", normal(2, 3, 9), normal(9), dynamic={"a": [0, 1]}),
    matmul("weight", normal(2, 3, 9), normal(9, 4), weight=True, dynamic={"a": [0, 1]}),
    matmul("batch", normal(2, 3, 5, 9), normal(2, 3, 9, 4)),
    matmul("batch-dynamic", normal(2, 3, 5, 9), normal(2, 3, 9, 4),
           dynamic={"a": [0, 2], "b": [0, 3]}),
    matmul("broadcast", normal(2, 1, 5, 9), normal(3, 9, 4)),
    matmul("broadcast-left", normal(5, 9), normal(2, 3, 9, 4)),
    matmul("broadcast-dynamic", normal(2, 1, 5, 9), normal(2, 3, 9, 4),
           dynamic={"a": [0, 2], "b": [0]}),
    matmul("empty-batch", normal(0, 5, 9), normal(0, 9, 4)),
    matmul("empty-depth", normal(2, 5, 0), normal(2, 0, 4)),
    matmul("special", SPECIAL, normal(4, 3)),
    matmul("int32", whole(2, 5, 9, dtype=np.int32), whole(9, 4, dtype=np.int32)),
    matmul("uint64", whole(5, 9, dtype=np.uint64), whole(9, 4, dtype=np.uint64)),
    matmul("half", normal(2, 5, 64, dtype=np.float16), normal(2, 64, 4, dtype=np.float16)),
]  # fmt: skip
