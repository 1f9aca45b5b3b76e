"""ATen's operators that move elements, against torch: views, parts, joins and
pads, and the gradients of all."""

import pytest
import torch
from torch.nn import functional as F

import ufront.torch
from torch_cases import bools, case, check, floats, integers


def index(n, *shape):
    """Indices in [-n, n)."""
    return integers(*shape, low=-n, high=n)


SHAPES = [
    case("view", lambda x: x.view(x.shape[0], -1, 2), lambda n: (floats(n, 6),)),
    case("view all", lambda x: x.view(-1), lambda n: (floats(n, 6),)),
    case("view 0-d", lambda x: x.view(()), (floats(1),)),
    case("view empty", lambda x: x.view(0, 5), (floats(0, 3),)),
    case("reshape", lambda x: x.reshape(2, x.shape[0] * 3), lambda n: (floats(n, 6),)),
    case(
        "view_as", lambda x, y: x.view_as(y), lambda n: (floats(n, 6), floats(n, 3, 2))
    ),
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
    case(
        "expand_as",
        lambda x, y: x[0].expand_as(y),
        lambda n: (floats(2, 3), floats(n, 3)),
    ),
    case("expand 0-d", lambda x: x.expand(2, 2), (floats(),)),
    case("squeeze", lambda x: x.squeeze(), (floats(1, 3, 1),)),
    case(
        "squeeze dim",
        lambda x: (x.squeeze(1), x.squeeze(-1)),
        lambda n: (floats(n, 1, 3),),
    ),
    case("squeeze dims", lambda x: x.squeeze((1, 2)), lambda n: (floats(n, 1, 3),)),
    case(
        "unsqueeze", lambda x: (x.unsqueeze(-1), x.unsqueeze(0)), lambda n: (floats(n),)
    ),
    case("repeat", lambda x: x.repeat(2, 1, 3), lambda n: (floats(n, 2),)),
    case("tile", lambda x: x.tile(2), lambda n: (floats(n, 2),)),
    case(
        "pixel_shuffle",
        lambda x: F.pixel_shuffle(x, 2),
        lambda n: (floats(n, 8, 2, 3),),
    ),
    case(
        "pixel_unshuffle",
        lambda x: F.pixel_unshuffle(x, 2),
        lambda n: (floats(n, 2, 4, 6),),
    ),
    case(
        "channel_shuffle",
        lambda x: F.channel_shuffle(x, 3),
        lambda n: (floats(n, 6, 2, 2),),
    ),
]

PARTS = [
    case(
        "slice",
        lambda x: (x[1:], x[:, :-1], x[:, ::2], x[-3:-1]),
        lambda n: (floats(n, 5),),
    ),
    case(
        "slice outside",
        lambda x: (x[:, 3:99], x[:, 4:2], x[:, -99:2]),
        lambda n: (floats(n, 5),),
    ),
    case(
        "slice by a size",
        lambda x, y: y[: x.shape[0]],
        lambda n: (floats(n), floats(n, 3)),
    ),
    case(
        "select",
        lambda x: (x[0], x[-1], x[:, 2], x.select(1, -2)),
        lambda n: (floats(n, 5),),
    ),
    case("narrow", lambda x: x.narrow(1, 1, 3), lambda n: (floats(n, 5),)),
    case(
        "narrow from the end", lambda x: x.narrow(1, -3, 2), lambda n: (floats(n, 5),)
    ),
    case(
        "diff", lambda x: (x.diff(), x.diff(2, 1), x.diff(0)), lambda n: (floats(n, 5),)
    ),
    case(
        "diff with ends",
        lambda x, y: x.diff(prepend=y, append=y),
        lambda n: (integers(n, 5), integers(n, 2)),
    ),
    case("diff of bools", lambda x: (x > 0).diff(dim=1), lambda n: (floats(n, 5),)),
    case("unbind", lambda x: x.unbind(1), lambda n: (floats(n, 3),)),
    case("split", lambda x: x.split(2, 1), lambda n: (floats(n, 5),)),
    case("split sizes", lambda x: x.split([1, 3, 1], -1), lambda n: (floats(n, 5),)),
    case(
        "split by a size",
        lambda x, y: torch.split(y, x.shape[0]),
        (floats(2), floats(5, 3)),
    ),
    case("chunk", lambda x: x.chunk(3, 1), lambda n: (floats(n, 7),)),
    case("tensor_split", lambda x: x.tensor_split(3, 1), lambda n: (floats(n, 7),)),
    case(
        "tensor_split at",
        lambda x: x.tensor_split([1, 5], 1),
        lambda n: (floats(n, 7),),
    ),
    case(
        "diagonal",
        lambda x: (x.diagonal(), x.diagonal(1, 1, 2), x.diagonal(-1, -1, 0)),
        lambda n: (floats(n, 5, 3),),
    ),
    case(
        "diagonal far away", lambda x: (x.diagonal(9), x.diagonal(-9)), (floats(3, 4),)
    ),
    case("diag", lambda x: (x.diag(), x.diag(-1)), (floats(4),)),
    case("diag_embed", lambda x: x.diag_embed(1), lambda n: (floats(n, 3),)),
    case("trace", lambda x: x.trace(), (floats(3, 4),)),
    case("flip", lambda x: x.flip(0, -1), lambda n: (floats(n, 2, 3),)),
    case("fliplr", lambda x: (x.fliplr(), x.flipud()), lambda n: (floats(n, 3),)),
    case(
        "roll",
        lambda x: (x.roll(1, 0), x.roll((-4, 5), (1, 0)), x.roll(2)),
        lambda n: (floats(n, 3),),
    ),
    case(
        "rot90",
        lambda x: [torch.rot90(x, k, (0, 2)) for k in range(-1, 3)],
        lambda n: (floats(n, 2, 3),),
    ),
    case(
        "cat",
        lambda x, y: torch.cat((x, y, x), -1),
        lambda n: (floats(n, 2), floats(n, 3)),
    ),
    case(
        "cat of types",
        lambda x, y: torch.cat((x, y)),
        lambda n: (integers(n, 2), floats(n, 2)),
    ),
    case("cat of nothing", lambda x: torch.cat((torch.zeros(0), x)), (floats(2, 2),)),
    case(
        "stack",
        lambda x, y: (torch.stack((x, y)), torch.stack((x, y), -1)),
        lambda n: (floats(n, 2), floats(n, 2)),
    ),
    case(
        "hstack",
        lambda x, y: (torch.hstack((x, y)), torch.vstack((x, y)), torch.dstack((x, y))),
        lambda n: (floats(n, 2), floats(n, 2)),
    ),
    case(
        "slice_scatter",
        lambda x, y: x.slice_scatter(y, 1, 1, 3),
        lambda n: (floats(n, 5), floats(n, 2)),
    ),
    case(
        "slice_scatter step",
        lambda x, y: x.slice_scatter(y, 1, -4, None, 2),
        lambda n: (floats(n, 5), floats(n, 2)),
    ),
    case(
        "select_scatter",
        lambda x, y: x.select_scatter(y, 1, -2),
        lambda n: (floats(n, 5), floats(n)),
    ),
    case(
        "diagonal_scatter",
        lambda x, y: (x.diagonal_scatter(y, -1), x.diagonal_scatter(y, 1)),
        (floats(4, 4), floats(3)),
    ),
    case("as_strided", lambda x: x.as_strided((2, 3), (1, 2), 1), (floats(3, 4),)),
    case(
        "as_strided_scatter",
        lambda x, y: x.as_strided_scatter(y, (2, 3), (1, 4), 1),
        (floats(3, 4), floats(2, 3)),
    ),
    case(
        "unfold",
        lambda x: (x.unfold(1, 3, 2), x.unfold(0, 2, 1)),
        lambda n: (floats(n, 7),),
    ),
    case(
        "tril",
        lambda x: (x.tril(), x.tril(1), x.triu(-1)),
        lambda n: (floats(n, 3, 4),),
    ),
    case(
        "meshgrid",
        lambda x, y: torch.meshgrid(x, y, indexing="ij"),
        lambda n: (floats(n), floats(3)),
    ),
    case(
        "meshgrid xy",
        lambda x, y, z: torch.meshgrid(x, y, z, indexing="xy"),
        (floats(2), floats(3), floats(4)),
    ),
    case("kron", lambda x, y: torch.kron(x, y), (floats(4, 2), floats(2, 3))),
    case(
        "block_diag", lambda x, y: torch.block_diag(x, y), (floats(2, 2), floats(1, 3))
    ),
    case(
        "cartesian_prod",
        lambda x, y: torch.cartesian_prod(x, y),
        (floats(2), floats(3)),
    ),
]

PADS = [
    case(
        "constant",
        lambda x: (F.pad(x, (1, 2)), F.pad(x, (0, 1, 2, 0), value=-1.5)),
        lambda n: (floats(n, 3, 4),),
    ),
    case("cut", lambda x: F.pad(x, (-1, 2, 1, -2)), lambda n: (floats(n, 3, 4),)),
    case("integers", lambda x: F.pad(x, (1, 1), value=7), lambda n: (integers(n, 3),)),
    case(
        "truth values",
        lambda x: (F.pad(x, (1, 1), value=True), F.pad(x, (1, 1), value=0.25)),
        lambda n: (bools(n, 3),),
    ),
    case(
        "reflect 1",
        lambda x: F.pad(x, (2, 1), mode="reflect"),
        lambda n: (floats(n, 2, 4),),
    ),
    case(
        "reflect 2",
        lambda x: F.pad(x, (2, 1, 0, 1), mode="reflect"),
        lambda n: (floats(n, 2, 3, 4),),
    ),
    case(
        "reflect 3",
        lambda x: F.pad(x, (1, 1, 1, 1, 0, 1), mode="reflect"),
        lambda n: (floats(n, 1, 2, 3, 4),),
    ),
    case(
        "replicate 1",
        lambda x: F.pad(x, (2, 1), mode="replicate"),
        lambda n: (floats(n, 2, 4),),
    ),
    case(
        "replicate 2",
        lambda x: F.pad(x, (5, 0, 1, -1), mode="replicate"),
        lambda n: (floats(n, 2, 3, 4),),
    ),
    case(
        "replicate 3",
        lambda x: F.pad(x, (1, 1, 1, 1, 0, 1), mode="replicate"),
        lambda n: (floats(n, 1, 2, 3, 4),),
    ),
    case(
        "circular",
        lambda x: F.pad(x, (2, 1, 1, 2), mode="circular"),
        lambda n: (floats(n, 2, 3, 4),),
    ),
    case("by a size", lambda x: F.pad(x, (0, x.shape[0])), lambda n: (floats(n, 3),)),
]

GROUPS = {"shapes": SHAPES, "parts": PARTS, "pads": PADS}


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
@pytest.mark.parametrize("group", GROUPS)
def test_operators(group, dynamic):
    check(GROUPS[group], dynamic)


def test_types():
    """Moving elements is not computing: every type is moved."""
    check(
        [
            case(
                f"{d}",
                lambda x, i: (x[:, i], torch.cat((x, x.roll(1, 0))), F.pad(x, (1, 1))),
                (integers(3, 4, low=0, dtype=d), index(4, 2)),
            )
            for d in (
                torch.uint8,
                torch.int8,
                torch.int16,
                torch.int32,
                torch.float16,
                torch.bfloat16,
                torch.float64,
            )
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
