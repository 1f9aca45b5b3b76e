"""ATen's operators with computed indices, against torch: reading, writing,
orders, and what goes through elements in turn."""

import pytest
import torch
from torch.nn import functional as F

from torch_cases import bools, case, check, floats, integers

NAN = float("nan")


def index(n, *shape):
    """Indices in [-n, n)."""
    return integers(*shape, low=-n, high=n)


INDICES = [
    case("one", lambda x, i: (x[i], x[:, i]), lambda n: (floats(4, 5, 3), index(4, n))),
    case(
        "two",
        lambda x, i, j: x[i, j],
        lambda n: (floats(4, 5, 3), index(4, n), index(5, n)),
    ),
    case(
        "two, broadcast",
        lambda x, i, j: x[i[:, None], j],
        lambda n: (floats(4, 5, 3), index(4, n), index(5, 2)),
    ),
    case(
        "behind",
        lambda x, i, j: x[:, i, j],
        lambda n: (floats(2, 4, 5), index(4, n), index(5, n)),
    ),
    case(
        "apart",
        lambda x, i, j: x[i, :, j],
        lambda n: (floats(4, 2, 5), index(4, n), index(5, n)),
    ),
    case(
        "apart behind",
        lambda x, i, j: x[:, i, :, j],
        lambda n: (floats(3, 4, 2, 5), index(4, n), index(5, n)),
    ),
    case(
        "with a number", lambda x, i: x[i, 1], lambda n: (floats(4, 5, 3), index(4, n))
    ),
    case("of shape [2, n]", lambda x, i: x[i.view(2, -1)], (floats(4, 3), index(4, 6))),
    case("mask", lambda x, m: x[m], (floats(4, 3), bools(4, 3))),
    case("mask of rows", lambda x, m: (x[m], x[m, :, 1]), (floats(4, 3, 2), bools(4))),
    case("mask behind", lambda x, m: x[:, m], (floats(2, 4, 3), bools(4))),
    case("none", lambda x, i: x[i], (floats(4, 3), integers(0))),
    case(
        "index_select",
        lambda x, i: (x.index_select(0, i), x.index_select(-1, i)),
        lambda n: (floats(4, 5), integers(n, low=0, high=4)),
    ),
    case(
        "gather",
        lambda x, i: (x.gather(1, i), x.gather(0, i % 3)),
        lambda n: (floats(n, 5), integers(n, 3, low=0, high=4)),
    ),
    case(
        "take",
        lambda x, i: x.take(i),
        lambda n: (floats(4, 5), integers(n, 2, low=-20, high=20)),
    ),
    case(
        "take_along_dim",
        lambda x, i: x.take_along_dim(i, 1),
        (floats(4, 5), integers(4, 2, low=0, high=5)),
    ),
    case(
        "embedding",
        lambda w, i: F.embedding(i, w, padding_idx=1),
        lambda n: (floats(6, 3), integers(n, 2, low=0, high=6)),
    ),
    case(
        "embedding_bag",
        lambda w, i, o: [
            F.embedding_bag(i, w, o, mode=m) for m in ("sum", "mean", "max")
        ],
        lambda n: (
            floats(6, 3),
            integers(8, low=0, high=6),
            torch.tensor([0, 3, 3, 5]),
        ),
    ),
    case(
        "embedding_bag pads",
        lambda w, i: [
            F.embedding_bag(i, w, mode=m, padding_idx=2) for m in ("sum", "mean", "max")
        ],
        (floats(6, 3), integers(2, 4, low=0, high=4)),
    ),
    case(
        "embedding_renorm",
        lambda w, i: [
            torch.ops.aten.embedding_renorm(w, i, 2.0, p)
            for p in (1.0, 2.0, 3.0, float("inf"))
        ],
        lambda n: (floats(6, 3), integers(n, low=0, high=5)),
    ),
    case("nonzero", lambda x: x.nonzero(), (integers(3, 4, low=0, high=2),)),
    case("nonzero of a scalar", lambda x: x.nonzero(), (floats(),)),
    case("nonzero_static", lambda x: torch.nonzero_static(x, size=20), (bools(3, 4),)),
    case("argwhere", lambda x: torch.argwhere(x), (bools(3, 4),)),
    case("masked_select", lambda x, m: x.masked_select(m), (floats(3, 4), bools(4))),
    case(
        "masked_scatter",
        lambda x, m, s: x.masked_scatter(m, s),
        lambda n: (floats(n, 4), bools(n, 4), floats(n, 5)),
    ),
    case(
        "masked_fill",
        lambda x, m: x.masked_fill(m, -1),
        lambda n: (floats(n, 4), bools(n, 4)),
    ),
]


def put(x, indices, values, accumulate=False):
    return torch.ops.aten.index_put(x, indices, values, accumulate)


SCATTERS = [
    case(
        "put",
        lambda x, i, v: put(x, [i], v),
        (floats(6, 3), torch.tensor([3, 0, -1]), floats(3, 3)),
    ),
    case(
        "put, added",
        lambda x, i, v: put(x, [i], v, True),
        lambda n: (floats(6, 3), index(6, n), floats(n, 3)),
    ),
    case(
        "put behind",
        lambda x, i, v: put(x, [None, i], v, True),
        lambda n: (floats(2, 6, 3), index(6, n), floats(3)),
    ),
    case(
        "put two",
        lambda x, i, j, v: put(x, [i, j], v, True),
        lambda n: (floats(4, 6, 3), index(4, n), index(6, n), floats(n, 3)),
    ),
    case(
        "put two behind",
        lambda x, i, j, v: put(x, [None, i, j], v, True),
        lambda n: (floats(2, 4, 6), index(4, n), index(6, n), floats(2, 1)),
    ),
    case(
        "put apart",
        lambda x, i, j, v: put(x, [i, None, j], v, True),
        lambda n: (floats(4, 2, 6), index(4, n), index(6, n), floats(n, 2)),
    ),
    case(
        "put in a mask",
        lambda x, m: put(x, [m], torch.tensor(5.0)),
        lambda n: (floats(n, 4), bools(n, 4)),
    ),
    case(
        "put many in a mask",
        lambda x, m, v: put(x, [m], v[: m.sum()]),
        (floats(3, 4), bools(3, 4), floats(12)),
    ),
    case(
        "put truth values",
        lambda x, i, v: put(x, [i], v, True),
        lambda n: (bools(6), index(6, n), bools(n)),
    ),
    case(
        "assignment",
        lambda x, i: torch.ops.aten.index_put.default(
            x.clone(), [i, None], torch.zeros(())
        ),
        lambda n: (floats(4, 3), index(4, n)),
    ),
    case(
        "index_fill",
        lambda x, i: (x.index_fill(1, i, 2.5), x.index_fill(0, i, 1)),
        (floats(5, 6), torch.tensor([0, 4, 0])),
    ),
    case(
        "index_copy",
        lambda x, i, s: x.index_copy(0, i % 9, s),
        lambda n: (floats(9, 2), torch.arange(n), floats(n, 2)),
    ),
    case(
        "index_add",
        lambda x, i, s: x.index_add(1, i, s, alpha=2),
        (floats(4, 6), torch.tensor([5, 0, 5]), floats(4, 3)),
    ),
    case(
        "index_reduce",
        lambda x, i, s: [
            x.index_reduce(1, i, s, r, include_self=k)
            for r in ("prod", "mean", "amax", "amin")
            for k in (True, False)
        ],
        lambda n: (floats(n, 6), torch.tensor([5, 0, 5]), floats(n, 3)),
    ),
    case(
        "scatter",
        lambda x, i, s: x.scatter(1, i, s),
        (floats(2, 4), torch.tensor([[0, 2], [3, 1]]), floats(2, 3)),
    ),
    case(
        "scatter value",
        lambda x, i: x.scatter(1, i, 1.5),
        lambda n: (floats(n, 4), integers(n, 1, low=0, high=4)),
    ),
    case(
        "scatter_add",
        lambda x, i, s: x.scatter_add(1, i, s),
        lambda n: (floats(n, 4), integers(n, 3, low=0, high=4), floats(n, 3)),
    ),
    case(
        "scatter_reduce",
        lambda x, i, s: [
            x.scatter_reduce(1, i, s, r, include_self=k)
            for r in ("sum", "prod", "mean", "amax", "amin")
            for k in (True, False)
        ],
        lambda n: (floats(n, 4), integers(n, 3, low=0, high=4), floats(n, 3)),
    ),
    case(
        "scatter_reduce of integers",
        lambda x, i, s: [x.scatter_reduce(0, i, s, r) for r in ("sum", "mean", "amin")],
        lambda n: (integers(5), integers(n, low=0, high=5), integers(n)),
    ),
    case(
        "scatter into a scalar",
        lambda x, i: x.scatter(0, i, 3.0),
        (floats(), torch.tensor(0)),
    ),
    case(
        "flat put",
        lambda x, i, s: x.put(i, s, True),
        lambda n: (floats(4, 3), index(12, n), floats(n)),
    ),
]

X = floats(4, 7)
X[1, 2] = X[3, 0] = X[3, 4] = NAN
TIES = integers(4, 9, low=0, high=4)

ORDERS = [
    case(
        "sort",
        lambda x: (x.sort(), x.sort(0, descending=True)),
        lambda n: (floats(n, 5),),
    ),
    case("sort NaN", lambda x: (x.sort(), x.sort(descending=True)), (X,)),
    case(
        "sort stable",
        lambda x: (
            x.sort(dim=1, stable=True),
            x.sort(dim=1, descending=True, stable=True),
        ),
        (TIES,),
    ),
    case("sort truth values", lambda x: x.sort(dim=0, stable=True), (bools(9),)),
    case("sort 0-d", lambda x: x.sort(), (floats(),)),
    case("argsort", lambda x: x.argsort(0), lambda n: (floats(n, 5),)),
    case(
        "topk",
        lambda x: (x.topk(2), x.topk(3, 1, largest=False)),
        lambda n: (floats(n, 5),),
    ),
    case("topk NaN", lambda x: (x.topk(2)[0], x.topk(5, largest=False)[0]), (X,)),
    case(
        "kthvalue",
        lambda x: (x.kthvalue(2), x.kthvalue(3, 1, keepdim=True)),
        lambda n: (floats(n, 5),),
    ),
    case("msort", lambda x: x.msort(), lambda n: (floats(n, 3),)),
    case(
        "median",
        lambda x: (x.median(), x.median(1), x.median(1, True)),
        lambda n: (floats(n, 5),),
    ),
    case(
        "median NaN",
        lambda x: (x.median(), x.median(1).values, x.nanmedian(), x.nanmedian(1)),
        (X,),
    ),
    case(
        "median of integers", lambda x: x.median(1).values, lambda n: (integers(n, 6),)
    ),
    case("mode", lambda x: x.mode(1), (TIES,)),
    case(
        "cumsum",
        lambda x: (x.cumsum(0), x.cumsum(1, dtype=torch.float64)),
        lambda n: (floats(n, 5),),
    ),
    case("cumsum of truth values", lambda x: x.cumsum(0), lambda n: (bools(n, 5),)),
    case(
        "cumsum of integers",
        lambda x: (x.cumsum(1), x.cumprod(1)),
        lambda n: (integers(n, 5, dtype=torch.int32),),
    ),
    case("cumprod", lambda x: x.cumprod(1), lambda n: (floats(n, 5),)),
    case("cummax", lambda x: (x.cummax(1), x.cummin(0)), lambda n: (floats(n, 5),)),
    case("cummax NaN", lambda x: (x.cummax(1), x.cummin(1)), (X,)),
    case("cummax ties", lambda x: (x.cummax(1), x.cummin(1)), (TIES,)),
    case(
        "logcumsumexp",
        lambda x: (x.logcumsumexp(1), torch.full_like(x, -torch.inf).logcumsumexp(0)),
        lambda n: (floats(n, 5),),
    ),
    case(
        "searchsorted",
        lambda x, v: (
            torch.searchsorted(x, v),
            torch.searchsorted(x, v, right=True, out_int32=True),
        ),
        lambda n: (torch.arange(6) // 2, integers(n, 2, low=-1, high=4)),
    ),
    case(
        "searchsorted rows",
        lambda x, v: torch.searchsorted(x.sort().values, v, side="right"),
        lambda n: (floats(n, 5), floats(n, 3)),
    ),
    case(
        "bucketize",
        lambda x, b: (torch.bucketize(x, b), torch.bucketize(x, b, right=True)),
        lambda n: (integers(n, 2), torch.tensor([-3.0, 0.0, 0.0, 4.0])),
    ),
    case(
        "one_hot", lambda x: F.one_hot(x, 5), lambda n: (integers(n, 2, low=0, high=5),)
    ),
    case(
        "repeat_interleave",
        lambda x: (x.repeat_interleave(2, 1), x.repeat_interleave(2)),
        lambda n: (floats(n, 3),),
    ),
    case(
        "repeat_interleave by one",
        lambda x, r: x.repeat_interleave(r, 1),
        (floats(4, 3), torch.tensor([2])),
    ),
    case("repeat_interleave 0-d", lambda x: x.repeat_interleave(3), (floats(),)),
    case(
        "repeat_interleave each",
        lambda x, r: x.repeat_interleave(r, 0),
        (floats(4, 3), torch.tensor([2, 0, 1, 3])),
    ),
    case(
        "bincount",
        lambda x: (x.bincount(), x.bincount(minlength=12)),
        (integers(9, low=0, high=6),),
    ),
    case("histc", lambda x: (x.histc(5, -2, 2), x.histc(4)), (floats(3, 7),)),
    case(
        "unique",
        lambda x: torch.unique(x, return_inverse=True, return_counts=True),
        (TIES,),
    ),
    case(
        "unique_consecutive",
        lambda x: torch.unique_consecutive(x, return_inverse=True, return_counts=True),
        (integers(12, low=0, high=2),),
    ),
    case(
        "unique_consecutive rows",
        lambda x: torch.unique_consecutive(
            x, return_inverse=True, return_counts=True, dim=0
        ),
        (integers(12, 2, low=0, high=2),),
    ),
    case("aminmax", lambda x: torch.aminmax(x, dim=1), lambda n: (floats(n, 5),)),
    case(
        "im2col",
        lambda x: F.unfold(x, (2, 3), padding=1, stride=(2, 1)),
        lambda n: (floats(n, 2, 4, 5),),
    ),
    case(
        "im2col of one", lambda x: F.unfold(x, 2, dilation=(1, 2)), (floats(2, 4, 5),)
    ),
    case(
        "col2im of one",
        lambda x: F.fold(x, (4, 5), (2, 3), dilation=(2, 1)),
        (floats(12, 6),),
    ),
    case(
        "col2im",
        lambda x: F.fold(x, (4, 5), (2, 3), padding=1, stride=(2, 1)),
        lambda n: (floats(n, 12, 15),),
    ),
]

GROUPS = {"indices": INDICES, "scatters": SCATTERS, "orders": ORDERS}


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
@pytest.mark.parametrize("group", GROUPS)
def test_operators(group, dynamic):
    check(GROUPS[group], dynamic)
