"""ATen's operators that move elements, against torch: views, parts, joins,
indices, scatters, orders, and what goes through elements in turn."""

import pytest
import torch
from torch.nn import functional as F

import ufront
import ufront.torch
from torch_cases import bools, case, check, floats, integers

NAN = float("nan")


def aten(name):
    packet, overload = name.split(".")
    return getattr(getattr(torch.ops.aten, packet), overload)


def index(n, *shape):
    """Indices in [-n, n)."""
    return integers(*shape, low=-n, high=n)


SHAPES = [
    case("view", lambda x: x.view(x.shape[0], -1, 2), lambda n: (floats(n, 6),)),
    case("view all", lambda x: x.view(-1), lambda n: (floats(n, 6),)),
    case("view 0-d", lambda x: x.view(()), (floats(1),)),
    case("view empty", lambda x: x.view(0, 5), (floats(0, 3),)),
    case("reshape", lambda x: x.reshape(2, x.shape[0] * 3), lambda n: (floats(n, 6),)),
    case("view_as", lambda x, y: x.view_as(y), lambda n: (floats(n, 6), floats(n, 3, 2))),
    case("flatten", lambda x: x.flatten(1), lambda n: (floats(n, 2, 3),)),
    case("flatten some", lambda x: x.flatten(0, -2), lambda n: (floats(n, 2, 3),)),
    case("flatten 0-d", lambda x: x.flatten(), (floats(),)),
    case("unflatten", lambda x: x.unflatten(1, (2, -1)), lambda n: (floats(n, 6),)),
    case("ravel", lambda x: x.ravel(), lambda n: (floats(n, 3),)),
    case("permute", lambda x: x.permute(-1, 0, 1), lambda n: (floats(n, 2, 3),)),
    case("transpose", lambda x: x.transpose(0, -1), lambda n: (integers(n, 2, 3),)),
    case("t", lambda x: x.t(), lambda n: (bools(n, 3),)),
    case("t of a list", lambda x: x.t(), lambda n: (floats(n),)),
    case("T", lambda x: x.T, lambda n: (floats(n, 3),)),
    case("mT", lambda x: x.mT, lambda n: (floats(n, 2, 3),)),
    case("swapaxes", lambda x: x.swapaxes(0, 1), lambda n: (floats(n, 2, 3),)),
    case("movedim", lambda x: x.movedim((0, 2), (-1, 0)), lambda n: (floats(n, 2, 3),)),
    case("expand", lambda x: x.expand(3, -1, 4), lambda n: (floats(n, 1),)),
    case("expand_as", lambda x, y: x[0].expand_as(y), lambda n: (floats(2, 3), floats(n, 3))),
    case("expand 0-d", lambda x: x.expand(2, 2), (floats(),)),
    case("squeeze", lambda x: x.squeeze(), (floats(1, 3, 1),)),
    case("squeeze dim", lambda x: (x.squeeze(1), x.squeeze(-1)), lambda n: (floats(n, 1, 3),)),
    case("squeeze dims", lambda x: x.squeeze((1, 2)), lambda n: (floats(n, 1, 3),)),
    case("unsqueeze", lambda x: (x.unsqueeze(-1), x.unsqueeze(0)), lambda n: (floats(n),)),
    case("repeat", lambda x: x.repeat(2, 1, 3), lambda n: (floats(n, 2),)),
    case("tile", lambda x: x.tile(2), lambda n: (floats(n, 2),)),
    case("pixel_shuffle", lambda x: F.pixel_shuffle(x, 2), lambda n: (floats(n, 8, 2, 3),)),
    case("pixel_unshuffle", lambda x: F.pixel_unshuffle(x, 2), lambda n: (floats(n, 2, 4, 6),)),
    case("channel_shuffle", lambda x: F.channel_shuffle(x, 3), lambda n: (floats(n, 6, 2, 2),)),
]

PARTS = [
    case("slice", lambda x: (x[1:], x[:, :-1], x[:, ::2], x[-3:-1]), lambda n: (floats(n, 5),)),
    case("slice outside", lambda x: (x[:, 3:99], x[:, 4:2], x[:, -99:2]), lambda n: (floats(n, 5),)),
    case("slice by a size", lambda x, y: y[: x.shape[0]], lambda n: (floats(n), floats(n, 3))),
    case("select", lambda x: (x[0], x[-1], x[:, 2], x.select(1, -2)), lambda n: (floats(n, 5),)),
    case("narrow", lambda x: x.narrow(1, 1, 3), lambda n: (floats(n, 5),)),
    case("narrow from the end", lambda x: x.narrow(1, -3, 2), lambda n: (floats(n, 5),)),
    case("diff", lambda x: (x.diff(), x.diff(2, 1), x.diff(0)), lambda n: (floats(n, 5),)),
    case("diff with ends", lambda x, y: x.diff(prepend=y, append=y), lambda n: (integers(n, 5), integers(n, 2))),
    case("diff of bools", lambda x: (x > 0).diff(dim=1), lambda n: (floats(n, 5),)),
    case("unbind", lambda x: x.unbind(1), lambda n: (floats(n, 3),)),
    case("split", lambda x: x.split(2, 1), lambda n: (floats(n, 5),)),
    case("split sizes", lambda x: x.split([1, 3, 1], -1), lambda n: (floats(n, 5),)),
    case("split by a size", lambda x, y: torch.split(y, x.shape[0]), (floats(2), floats(5, 3))),
    case("chunk", lambda x: x.chunk(3, 1), lambda n: (floats(n, 7),)),
    case("tensor_split", lambda x: x.tensor_split(3, 1), lambda n: (floats(n, 7),)),
    case("tensor_split at", lambda x: x.tensor_split([1, 5], 1), lambda n: (floats(n, 7),)),
    case("diagonal", lambda x: (x.diagonal(), x.diagonal(1, 1, 2), x.diagonal(-1, -1, 0)), lambda n: (floats(n, 5, 3),)),
    case("diagonal far away", lambda x: (x.diagonal(9), x.diagonal(-9)), (floats(3, 4),)),
    case("diag", lambda x: (x.diag(), x.diag(-1)), (floats(4),)),
    case("diag_embed", lambda x: x.diag_embed(1), lambda n: (floats(n, 3),)),
    case("trace", lambda x: x.trace(), (floats(3, 4),)),
    case("flip", lambda x: x.flip(0, -1), lambda n: (floats(n, 2, 3),)),
    case("fliplr", lambda x: (x.fliplr(), x.flipud()), lambda n: (floats(n, 3),)),
    case("roll", lambda x: (x.roll(1, 0), x.roll((-4, 5), (1, 0)), x.roll(2)), lambda n: (floats(n, 3),)),
    case("rot90", lambda x: [torch.rot90(x, k, (0, 2)) for k in range(-1, 3)], lambda n: (floats(n, 2, 3),)),
    case("cat", lambda x, y: torch.cat((x, y, x), -1), lambda n: (floats(n, 2), floats(n, 3))),
    case("cat of types", lambda x, y: torch.cat((x, y)), lambda n: (integers(n, 2), floats(n, 2))),
    case("cat of nothing", lambda x: torch.cat((torch.zeros(0), x)), (floats(2, 2),)),
    case("stack", lambda x, y: (torch.stack((x, y)), torch.stack((x, y), -1)), lambda n: (floats(n, 2), floats(n, 2))),
    case("hstack", lambda x, y: (torch.hstack((x, y)), torch.vstack((x, y)), torch.dstack((x, y))), lambda n: (floats(n, 2), floats(n, 2))),
    case("slice_scatter", lambda x, y: x.slice_scatter(y, 1, 1, 3), lambda n: (floats(n, 5), floats(n, 2))),
    case("slice_scatter step", lambda x, y: x.slice_scatter(y, 1, -4, None, 2), lambda n: (floats(n, 5), floats(n, 2))),
    case("select_scatter", lambda x, y: x.select_scatter(y, 1, -2), lambda n: (floats(n, 5), floats(n))),
    case("diagonal_scatter", lambda x, y: (x.diagonal_scatter(y, -1), x.diagonal_scatter(y, 1)), (floats(4, 4), floats(3))),
    case("as_strided", lambda x: x.as_strided((2, 3), (1, 2), 1), (floats(3, 4),)),
    case("as_strided_scatter", lambda x, y: x.as_strided_scatter(y, (2, 3), (1, 4), 1), (floats(3, 4), floats(2, 3))),
    case("unfold", lambda x: (x.unfold(1, 3, 2), x.unfold(0, 2, 1)), lambda n: (floats(n, 7),)),
    case("tril", lambda x: (x.tril(), x.tril(1), x.triu(-1)), lambda n: (floats(n, 3, 4),)),
    case("meshgrid", lambda x, y: torch.meshgrid(x, y, indexing="ij"), lambda n: (floats(n), floats(3))),
    case("meshgrid xy", lambda x, y, z: torch.meshgrid(x, y, z, indexing="xy"), (floats(2), floats(3), floats(4))),
    case("kron", lambda x, y: torch.kron(x, y), (floats(4, 2), floats(2, 3))),
    case("block_diag", lambda x, y: torch.block_diag(x, y), (floats(2, 2), floats(1, 3))),
    case("cartesian_prod", lambda x, y: torch.cartesian_prod(x, y), (floats(2), floats(3))),
]

PADS = [
    case("constant", lambda x: (F.pad(x, (1, 2)), F.pad(x, (0, 1, 2, 0), value=-1.5)), lambda n: (floats(n, 3, 4),)),
    case("cut", lambda x: F.pad(x, (-1, 2, 1, -2)), lambda n: (floats(n, 3, 4),)),
    case("integers", lambda x: F.pad(x, (1, 1), value=7), lambda n: (integers(n, 3),)),
    case("truth values", lambda x: (F.pad(x, (1, 1), value=True), F.pad(x, (1, 1), value=0.25)), lambda n: (bools(n, 3),)),
    case("reflect 1", lambda x: F.pad(x, (2, 1), mode="reflect"), lambda n: (floats(n, 2, 4),)),
    case("reflect 2", lambda x: F.pad(x, (2, 1, 0, 1), mode="reflect"), lambda n: (floats(n, 2, 3, 4),)),
    case("reflect 3", lambda x: F.pad(x, (1, 1, 1, 1, 0, 1), mode="reflect"), lambda n: (floats(n, 1, 2, 3, 4),)),
    case("replicate 1", lambda x: F.pad(x, (2, 1), mode="replicate"), lambda n: (floats(n, 2, 4),)),
    case("replicate 2", lambda x: F.pad(x, (5, 0, 1, -1), mode="replicate"), lambda n: (floats(n, 2, 3, 4),)),
    case("replicate 3", lambda x: F.pad(x, (1, 1, 1, 1, 0, 1), mode="replicate"), lambda n: (floats(n, 1, 2, 3, 4),)),
    case("circular", lambda x: F.pad(x, (2, 1, 1, 2), mode="circular"), lambda n: (floats(n, 2, 3, 4),)),
    case("by a size", lambda x: F.pad(x, (0, x.shape[0])), lambda n: (floats(n, 3),)),
]

INDICES = [
    case("one", lambda x, i: (x[i], x[:, i]), lambda n: (floats(4, 5, 3), index(4, n))),
    case("two", lambda x, i, j: x[i, j], lambda n: (floats(4, 5, 3), index(4, n), index(5, n))),
    case("two, broadcast", lambda x, i, j: x[i[:, None], j], lambda n: (floats(4, 5, 3), index(4, n), index(5, 2))),
    case("behind", lambda x, i, j: x[:, i, j], lambda n: (floats(2, 4, 5), index(4, n), index(5, n))),
    case("apart", lambda x, i, j: x[i, :, j], lambda n: (floats(4, 2, 5), index(4, n), index(5, n))),
    case("apart behind", lambda x, i, j: x[:, i, :, j], lambda n: (floats(3, 4, 2, 5), index(4, n), index(5, n))),
    case("with a number", lambda x, i: x[i, 1], lambda n: (floats(4, 5, 3), index(4, n))),
    case("of shape [2, n]", lambda x, i: x[i.view(2, -1)], (floats(4, 3), index(4, 6))),
    case("mask", lambda x, m: x[m], (floats(4, 3), bools(4, 3))),
    case("mask of rows", lambda x, m: (x[m], x[m, :, 1]), (floats(4, 3, 2), bools(4))),
    case("mask behind", lambda x, m: x[:, m], (floats(2, 4, 3), bools(4))),
    case("none", lambda x, i: x[i], (floats(4, 3), integers(0))),
    case("index_select", lambda x, i: (x.index_select(0, i), x.index_select(-1, i)), lambda n: (floats(4, 5), integers(n, low=0, high=4))),
    case("gather", lambda x, i: (x.gather(1, i), x.gather(0, i % 3)), lambda n: (floats(n, 5), integers(n, 3, low=0, high=4))),
    case("take", lambda x, i: x.take(i), lambda n: (floats(4, 5), integers(n, 2, low=-20, high=20))),
    case("take_along_dim", lambda x, i: x.take_along_dim(i, 1), (floats(4, 5), integers(4, 2, low=0, high=5))),
    case("embedding", lambda w, i: F.embedding(i, w, padding_idx=1), lambda n: (floats(6, 3), integers(n, 2, low=0, high=6))),
    case("embedding_bag", lambda w, i, o: [F.embedding_bag(i, w, o, mode=m) for m in ("sum", "mean", "max")], lambda n: (floats(6, 3), integers(8, low=0, high=6), torch.tensor([0, 3, 3, 5]))),
    case("embedding_bag pads", lambda w, i: [F.embedding_bag(i, w, mode=m, padding_idx=2) for m in ("sum", "mean", "max")], (floats(6, 3), integers(2, 4, low=0, high=4))),
    case("nonzero", lambda x: x.nonzero(), (integers(3, 4, low=0, high=2),)),
    case("nonzero of a scalar", lambda x: x.nonzero(), (floats(),)),
    case("nonzero_static", lambda x: torch.nonzero_static(x, size=20), (bools(3, 4),)),
    case("argwhere", lambda x: torch.argwhere(x), (bools(3, 4),)),
    case("masked_select", lambda x, m: x.masked_select(m), (floats(3, 4), bools(4))),
    case("masked_scatter", lambda x, m, s: x.masked_scatter(m, s), lambda n: (floats(n, 4), bools(n, 4), floats(n, 5))),
    case("masked_fill", lambda x, m: x.masked_fill(m, -1), lambda n: (floats(n, 4), bools(n, 4))),
]


def put(x, indices, values, accumulate=False):
    return torch.ops.aten.index_put(x, indices, values, accumulate)


SCATTERS = [
    case("put", lambda x, i, v: put(x, [i], v), (floats(6, 3), torch.tensor([3, 0, -1]), floats(3, 3))),
    case("put, added", lambda x, i, v: put(x, [i], v, True), lambda n: (floats(6, 3), index(6, n), floats(n, 3))),
    case("put behind", lambda x, i, v: put(x, [None, i], v, True), lambda n: (floats(2, 6, 3), index(6, n), floats(3))),
    case("put two", lambda x, i, j, v: put(x, [i, j], v, True), lambda n: (floats(4, 6, 3), index(4, n), index(6, n), floats(n, 3))),
    case("put two behind", lambda x, i, j, v: put(x, [None, i, j], v, True), lambda n: (floats(2, 4, 6), index(4, n), index(6, n), floats(2, 1))),
    case("put apart", lambda x, i, j, v: put(x, [i, None, j], v, True), lambda n: (floats(4, 2, 6), index(4, n), index(6, n), floats(n, 2))),
    case("put in a mask", lambda x, m: put(x, [m], torch.tensor(5.0)), lambda n: (floats(n, 4), bools(n, 4))),
    case("put many in a mask", lambda x, m, v: put(x, [m], v[: m.sum()]), (floats(3, 4), bools(3, 4), floats(12))),
    case("put truth values", lambda x, i, v: put(x, [i], v, True), lambda n: (bools(6), index(6, n), bools(n))),
    case("assignment", lambda x, i: aten("index_put.default")(x.clone(), [i, None], torch.zeros(())), lambda n: (floats(4, 3), index(4, n))),
    case("index_fill", lambda x, i: (x.index_fill(1, i, 2.5), x.index_fill(0, i, 1)), (floats(5, 6), torch.tensor([0, 4, 0]))),
    case("index_copy", lambda x, i, s: x.index_copy(0, i % 9, s), lambda n: (floats(9, 2), torch.arange(n), floats(n, 2))),
    case("index_add", lambda x, i, s: x.index_add(1, i, s, alpha=2), (floats(4, 6), torch.tensor([5, 0, 5]), floats(4, 3))),
    case("index_reduce", lambda x, i, s: [x.index_reduce(1, i, s, r, include_self=k) for r in ("prod", "mean", "amax", "amin") for k in (True, False)], lambda n: (floats(n, 6), torch.tensor([5, 0, 5]), floats(n, 3))),
    case("scatter", lambda x, i, s: x.scatter(1, i, s), (floats(2, 4), torch.tensor([[0, 2], [3, 1]]), floats(2, 3))),
    case("scatter value", lambda x, i: x.scatter(1, i, 1.5), lambda n: (floats(n, 4), integers(n, 1, low=0, high=4))),
    case("scatter_add", lambda x, i, s: x.scatter_add(1, i, s), lambda n: (floats(n, 4), integers(n, 3, low=0, high=4), floats(n, 3))),
    case("scatter_reduce", lambda x, i, s: [x.scatter_reduce(1, i, s, r, include_self=k) for r in ("sum", "prod", "mean", "amax", "amin") for k in (True, False)], lambda n: (floats(n, 4), integers(n, 3, low=0, high=4), floats(n, 3))),
    case("scatter_reduce of integers", lambda x, i, s: [x.scatter_reduce(0, i, s, r) for r in ("sum", "mean", "amin")], lambda n: (integers(5), integers(n, low=0, high=5), integers(n))),
    case("scatter into a scalar", lambda x, i: x.scatter(0, i, 3.0), (floats(), torch.tensor(0))),
    case("flat put", lambda x, i, s: x.put(i, s, True), lambda n: (floats(4, 3), index(12, n), floats(n))),
]

X = floats(4, 7)
X[1, 2] = X[3, 0] = X[3, 4] = NAN
TIES = integers(4, 9, low=0, high=4)

ORDERS = [
    case("sort", lambda x: (x.sort(), x.sort(0, descending=True)), lambda n: (floats(n, 5),)),
    case("sort NaN", lambda x: (x.sort(), x.sort(descending=True)), (X,)),
    case("sort stable", lambda x: (x.sort(dim=1, stable=True), x.sort(dim=1, descending=True, stable=True)), (TIES,)),
    case("sort truth values", lambda x: x.sort(dim=0, stable=True), (bools(9),)),
    case("sort 0-d", lambda x: x.sort(), (floats(),)),
    case("argsort", lambda x: x.argsort(0), lambda n: (floats(n, 5),)),
    case("topk", lambda x: (x.topk(2), x.topk(3, 1, largest=False)), lambda n: (floats(n, 5),)),
    case("topk NaN", lambda x: (x.topk(2)[0], x.topk(5, largest=False)[0]), (X,)),
    case("kthvalue", lambda x: (x.kthvalue(2), x.kthvalue(3, 1, keepdim=True)), lambda n: (floats(n, 5),)),
    case("msort", lambda x: x.msort(), lambda n: (floats(n, 3),)),
    case("median", lambda x: (x.median(), x.median(1), x.median(1, True)), lambda n: (floats(n, 5),)),
    case("median NaN", lambda x: (x.median(), x.median(1).values, x.nanmedian(), x.nanmedian(1)), (X,)),
    case("median of integers", lambda x: x.median(1).values, lambda n: (integers(n, 6),)),
    case("mode", lambda x: x.mode(1), (TIES,)),
    case("cumsum", lambda x: (x.cumsum(0), x.cumsum(1, dtype=torch.float64)), lambda n: (floats(n, 5),)),
    case("cumsum of truth values", lambda x: x.cumsum(0), lambda n: (bools(n, 5),)),
    case("cumsum of integers", lambda x: (x.cumsum(1), x.cumprod(1)), lambda n: (integers(n, 5, dtype=torch.int32),)),
    case("cumprod", lambda x: x.cumprod(1), lambda n: (floats(n, 5),)),
    case("cummax", lambda x: (x.cummax(1), x.cummin(0)), lambda n: (floats(n, 5),)),
    case("cummax NaN", lambda x: (x.cummax(1), x.cummin(1)), (X,)),
    case("cummax ties", lambda x: (x.cummax(1), x.cummin(1)), (TIES,)),
    case("logcumsumexp", lambda x: (x.logcumsumexp(1), torch.full_like(x, -torch.inf).logcumsumexp(0)), lambda n: (floats(n, 5),)),
    case("searchsorted", lambda x, v: (torch.searchsorted(x, v), torch.searchsorted(x, v, right=True, out_int32=True)), lambda n: (torch.arange(6) // 2, integers(n, 2, low=-1, high=4))),
    case("searchsorted rows", lambda x, v: torch.searchsorted(x.sort().values, v, side="right"), lambda n: (floats(n, 5), floats(n, 3))),
    case("bucketize", lambda x, b: (torch.bucketize(x, b), torch.bucketize(x, b, right=True)), lambda n: (integers(n, 2), torch.tensor([-3.0, 0.0, 0.0, 4.0]))),
    case("one_hot", lambda x: F.one_hot(x, 5), lambda n: (integers(n, 2, low=0, high=5),)),
    case("repeat_interleave", lambda x: (x.repeat_interleave(2, 1), x.repeat_interleave(2)), lambda n: (floats(n, 3),)),
    case("repeat_interleave by one", lambda x, r: x.repeat_interleave(r, 1), (floats(4, 3), torch.tensor([2]))),
    case("repeat_interleave 0-d", lambda x: x.repeat_interleave(3), (floats(),)),
    case("repeat_interleave each", lambda x, r: x.repeat_interleave(r, 0), (floats(4, 3), torch.tensor([2, 0, 1, 3]))),
    case("bincount", lambda x: (x.bincount(), x.bincount(minlength=12)), (integers(9, low=0, high=6),)),
    case("histc", lambda x: (x.histc(5, -2, 2), x.histc(4)), (floats(3, 7),)),
    case("unique", lambda x: torch.unique(x, return_inverse=True, return_counts=True), (TIES,)),
    case("unique_consecutive", lambda x: torch.unique_consecutive(x, return_inverse=True, return_counts=True), (integers(12, low=0, high=2),)),
    case("unique_consecutive rows", lambda x: torch.unique_consecutive(x, return_inverse=True, return_counts=True, dim=0), (integers(12, 2, low=0, high=2),)),
    case("aminmax", lambda x: torch.aminmax(x, dim=1), lambda n: (floats(n, 5),)),
    case("im2col", lambda x: F.unfold(x, (2, 3), padding=1, stride=(2, 1)), lambda n: (floats(n, 2, 4, 5),)),
    case("im2col of one", lambda x: F.unfold(x, 2, dilation=(1, 2)), (floats(2, 4, 5),)),
    case("col2im of one", lambda x: F.fold(x, (4, 5), (2, 3), dilation=(2, 1)), (floats(12, 6),)),
    case("col2im", lambda x: F.fold(x, (4, 5), (2, 3), padding=1, stride=(2, 1)), lambda n: (floats(n, 12, 15),)),
]

GROUPS = {
    "shapes": SHAPES,
    "parts": PARTS,
    "pads": PADS,
    "indices": INDICES,
    "scatters": SCATTERS,
    "orders": ORDERS,
}


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
@pytest.mark.parametrize("group", GROUPS)
def test_operators(group, dynamic):
    check(GROUPS[group], dynamic)


def test_types():
    """Moving elements is not computing: every type is moved."""
    check(
        [
            case(f"{d}", lambda x, i: (x[:, i], torch.cat((x, x.roll(1, 0))), F.pad(x, (1, 1))), (integers(3, 4, low=0, dtype=d), index(4, 2)))
            for d in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.float16, torch.bfloat16, torch.float64)
        ]
    )


def test_gradients():
    """What AOTAutograd makes of the backward pass: indices are added back."""
    i, mask = torch.tensor([[0, 2], [3, 1]]), floats(4, 6) > 0

    def parts(x):
        yield x[i, i]
        yield x.gather(1, i)
        yield x.masked_select(mask)
        yield x.masked_scatter(mask, x * 3)
        yield x.index_add(0, i[0], x[:2])
        yield x.index_put((i[0],), x[:2])
        yield x.scatter_add(1, i, x[:2, :2])
        yield x.slice_scatter(x[:, :2], 1, 2, 4)
        yield F.embedding(i, x, padding_idx=1)
        yield x.split(4, 1)[1]
        yield x[1:, ::2]
        yield x.unbind(0)[2]
        yield x.diagonal()
        yield x.unfold(1, 3, 1)
        yield x.repeat_interleave(2, 1)
        yield F.pad(x, (1, -1, 2, 0))
        yield F.pad(x[None], (2, 1), mode="reflect")
        yield F.pad(x[None], (2, 1), mode="replicate")
        yield F.pad(x[None], (2, 1), mode="circular")
        yield F.unfold(x[None, None], 2)
        yield x.sort(1).values
        yield x.topk(2).values
        yield x.median(1).values
        yield x.cumsum(1)
        yield x.cumprod(0)
        yield x.cummax(1).values
        yield x.logcumsumexp(1)

    def loss(x):
        return sum((y * y).sum() for y in parts(x))

    ours = floats(4, 6).requires_grad_()
    theirs = ours.detach().clone().requires_grad_()
    torch.compile(loss, backend=ufront.torch.dynamo_backend)(ours).backward()
    loss(theirs).backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-4, atol=1e-4)
