"""Einsum: what matmul cannot say, and what it can."""

import numpy as np
from models import node_model

RNG = np.random.default_rng(2)


def case(equation, *shapes, dtype=np.float32, dynamic=None):
    inputs = {f"x{i}": RNG.integers(-9, 9, s).astype(dtype) for i, s in enumerate(shapes)}
    return {
        "name": f"{equation}-{np.dtype(dtype).name}{'-dynamic' if dynamic else ''}",
        "model": lambda: node_model("Einsum", inputs, equation=equation, dynamic=dynamic),
        "inputs": inputs,
        "reference": lambda **arrays: [np.einsum(equation, *arrays.values(),
                                                 dtype=dtype)],
    }  # fmt: skip


CASES = [
    case("ij->ji", (3, 4)),
    case("ij->i", (3, 4)),
    case("ij->", (3, 4)),
    case("ii->i", (4, 4)),
    case("ii", (4, 4)),
    case("...ii->...i", (2, 3, 4, 4)),
    case("...ii->...i", (2, 3, 4, 4), dynamic={"x0": [0, 1]}),
    case("b...a->a...", (2, 3, 5, 4)),
    case("ba", (3, 4)),
    case("i,i", (5,), (5,)),
    case("i,j->ij", (5,), (3,)),
    case("ij,jk->ik", (5, 33), (33, 7), dtype=np.float64),
    case("bij, bjk -> bik", (2, 3, 4), (2, 4, 5), dtype=np.int32),
    case("bij,bkj->bik", (2, 3, 4), (2, 5, 4), dynamic={"x0": [0, 1], "x1": [0]}),
    case("...ij,...jk", (2, 1, 3, 4), (2, 6, 4, 5)),
    case("bhqd,bhkd->bhqk", (2, 3, 5, 8), (2, 3, 7, 8)),
    case("bqhd,bkhd->bhqk", (2, 5, 3, 8), (2, 7, 3, 8)),
    case("ab,bc,cd->da", (2, 3), (3, 4), (4, 5)),
    case("ab,ab,b->a", (2, 3), (2, 3), (3,)),
    case("ab,ac,ad->bcd", (2, 3), (2, 4), (2, 5), dtype=np.int64),
    case("aab,b->a", (3, 3, 4), (4,)),
    case("a,b->ab", (0,), (3,)),
    case("ij,jk->ik", (3, 0), (0, 4)),
    case(",ij->ji", (), (3, 4)),
    case("ij,jk->ik", (3, 40), (40, 2), dtype=np.float16),
]
