"""ATen's products, windows, norms, reductions, attention, recurrent layers,
resampling, loops and their gradients, against torch."""

import pytest
import torch
from torch.nn import functional as F
from torch._higher_order_ops import map as map_over
from torch._higher_order_ops import scan, while_loop

import ufront
import ufront.torch
from torch_cases import bools, case, check, floats, integers

aten = torch.ops.aten
NAN = float("nan")


def halves(*shape):
    return floats(*shape, dtype=torch.bfloat16)


def sums(x):
    return x.sum(), x.sum(-1), x.sum(0, keepdim=True), x.prod(-1), x.count_nonzero(0)


def extremes(x):
    return x.max(), *x.max(-1), *x.min(0, keepdim=True), x.amax(), x.amin(-1)


def places(x):
    return x.argmax(), x.argmin(-1), x.argmax(0, keepdim=True), x.argmin(keepdim=True)


def truths(x):
    return x.any(), x.any(-1), x.all(), x.all(0, keepdim=True)


def variances(x):
    return (
        x.var(0),
        x.std(-1, unbiased=False),
        *torch.var_mean(x, 0, keepdim=True),
        *torch.std_mean(x),
        torch.var(x, dim=0, correction=2),
    )


def norms(x):
    vector = torch.linalg.vector_norm
    infinity = float("inf")
    return (
        *(vector(x, p, dim=-1) for p in (0, 1, 2, 3, infinity, -infinity)),
        vector(x),
        x.norm(),
        x.norm(1, 0),
        x.logsumexp(-1),
        x.nansum(0),
        x.nanmean(-1),
        x.mean(),
        x.mean(0, keepdim=True),
    )


def softmaxes(x):
    return (
        x.softmax(-1),
        x.softmax(0),
        x.log_softmax(-1),
        aten._softmax(x, 0, False),
        aten._safe_softmax(x, -1),
    )


ELEMENTS = {
    "f32": lambda n: (floats(n, 5),),
    "f64": lambda n: (floats(n, 5, dtype=torch.float64),),
    "f16": lambda n: (floats(n, 5, low=-1, high=1, dtype=torch.float16),),
    "i64": lambda n: (integers(n, 5),),
    "i32": lambda n: (integers(n, 5, dtype=torch.int32),),
    "i8": lambda n: (integers(n, 5, dtype=torch.int8),),
    "u8": lambda n: (integers(n, 5, low=0, dtype=torch.uint8),),
    "bool": lambda n: (bools(n, 5),),
    "nan": lambda n: (torch.where(floats(n, 5) > 2, NAN, floats(n, 5)),),
    "0-d": (floats(),),
    "0-d int": (integers(),),
}

REDUCTIONS = [
    case(f"{function.__name__} {name}", function, inputs)
    for name, inputs in ELEMENTS.items()
    for function in (sums, extremes, places, truths, variances, norms, softmaxes)
    if (name != "bool" or function is not places)
    and (name in ("f32", "f64", "nan", "0-d") or function not in (variances, norms, softmaxes))
] + [
    case("dtype", lambda x: (x.sum(dtype=torch.float32), x.mean(-1, dtype=torch.float64)),
         lambda n: (integers(n, 3),)),
    case("softmax of integers", lambda x: x.softmax(-1, dtype=torch.float32), (integers(2, 3),)),
    case("several dims", lambda x: (x.sum((0, -1)), x.any((0, 1)), x.all(()), x.mean((1, 2), True)),
         lambda n: (floats(n, 3, 2),)),
    case("empty", lambda x: (x.sum(1), x.prod(1), x.sum(), x.any(1), x.all(1), x.mean(1)),
         (floats(2, 0, 3),)),
    case("aminmax", lambda x: (*x.aminmax(), *x.aminmax(dim=-1)), lambda n: (floats(n, 3),)),
    case("rows of -inf", lambda x: (aten._safe_softmax(x, -1), x.softmax(-1)),
         (torch.tensor([[-float("inf")] * 3, [1.0, 2.0, -float("inf")]]),)),
]


def products(make):
    b, v, w = make(5, 6), make(6), make(5)
    return lambda a: (
        a @ b,
        torch.mm(a, b),
        torch.mv(b, v),
        torch.dot(w, w),
        torch.outer(w, v),
        torch.matmul(w, b),
        torch.addmm(v, a, b),
        torch.addmm(v, a, b, beta=2, alpha=3),
        torch.addmv(w, b, v, beta=0),
        torch.addr(b, w, v),
        torch.inner(a, w),
        F.linear(a, b.t()),
        F.linear(a, b.t(), v),
    ), lambda n: (make(n, 5),)


def batches(a, b, z):
    return (
        a @ b,
        torch.baddbmm(z, a, b),
        torch.baddbmm(z, a, b, beta=2, alpha=3),
        torch.addbmm(z[0], a, b),
        torch.einsum("bij,bjk->bik", a, b),
        torch.einsum("bij,bjk->ki", a, b),
        torch.tensordot(a, b[0], dims=([2], [0])),
        torch.matmul(a, b[0]),
    )


def dense(x, w=floats(6, 5), b=floats(6)):
    return (
        F.linear(x, w, b),
        F.linear(x[0, 0], w, b),
        F.linear(x, w[0]),
        F.linear(x, w[0], b[0]),
    )


PRODUCTS = [
    case("products", *products(floats)),
    case("products f64", *products(lambda *s: floats(*s, dtype=torch.float64))),
    case("products i64", *products(integers)),
    case("products i32", *products(lambda *s: integers(*s, dtype=torch.int32))),
    case("batches", batches, lambda n: (floats(n, 4, 5), floats(n, 5, 6), floats(n, 4, 6))),
    case("linear", dense, lambda n: (floats(n, 3, 5),)),
    case("bilinear", F.bilinear, (floats(4, 5), floats(4, 6), floats(3, 5, 6))),
    case("cross", torch.linalg.cross, (floats(4, 3), floats(4, 3) + 1)),
    case("cdist", lambda x, y: (torch.cdist(x, y), torch.cdist(x, y, 1.0), F.pdist(x[0])),
         (floats(2, 4, 3), floats(2, 5, 3))),
]


def convolutions(rank):
    conv = (F.conv1d, F.conv2d, F.conv3d)[rank - 1]
    transposed = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[rank - 1]
    size, window = (7, 6, 5)[:rank], (3,) * rank
    x = lambda n: floats(n, 4, *size)
    w, b = floats(6, 4, *window) / 8, floats(6)
    halved, each = floats(6, 2, *window) / 8, floats(4, 1, *window) / 8
    back = floats(4, 6, *window) / 8
    return [
        case(f"conv{rank}d", lambda x: (
            conv(x, w, b), conv(x, w, b, stride=2, padding=1), conv(x, w, None, 1, "same"),
            conv(x, w, b, 1, "valid"), conv(x, w, b, dilation=2, padding=2), conv(x[0], w, b),
            conv(x, halved, b, groups=2), conv(x, each, groups=4)),
            lambda n: (x(n),)),
        case(f"conv_transpose{rank}d", lambda x: (
            transposed(x, back, b), transposed(x, back, b, stride=2, padding=1, output_padding=1),
            transposed(x, back, dilation=2), transposed(x[0], back, b)),
            lambda n: (x(n),)),
    ]


def pools(rank):
    largest = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[rank - 1]
    average = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[rank - 1]
    to_average = (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)[rank - 1]
    to_largest = (F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d)[rank - 1]
    size = (9, 8, 7)[:rank]
    return [
        case(f"max_pool{rank}d", lambda x: (
            largest(x, 2), largest(x, 3, 2, 1), largest(x, 3, 2, 1, ceil_mode=True),
            largest(x, 2, 1, 0, 2), largest(x[0], 2), *largest(x, 3, 2, 1, return_indices=True)),
            lambda n: (floats(n, 3, *size),)),
        case(f"avg_pool{rank}d", lambda x: (
            average(x, 2), average(x, 3, 2, 1), average(x, 3, 2, 1, True),
            average(x, 3, 2, 1, False, False), average(x, 3, 2, 1, True, False), average(x[0], 2)),
            lambda n: (floats(n, 3, *size),)),
        case(f"adaptive_pool{rank}d", lambda x: (
            to_average(x, 1), to_average(x, 3), to_average(x, 2), to_average(x[0], 3),
            *to_largest(x, 1, return_indices=True), *to_largest(x, 2, return_indices=True),
            to_largest(x[0], 3)),
            lambda n: (floats(n, 3, *size),)),
    ]


WINDOWS = [c for rank in (1, 2, 3) for c in convolutions(rank) + pools(rank)] + [
    case("integers", lambda x, w=integers(6, 4, 3, 3), each=integers(4, 1, 3, 3): (
        F.conv2d(x, w, stride=2, padding=1), F.conv2d(x, each, groups=4),
        F.conv_transpose2d(x, w.transpose(0, 1)), F.avg_pool2d(x, 2), F.max_pool2d(x, 2),
        F.avg_pool2d(x, 3, 2, 1), F.avg_pool2d(x, 3, 2, 1, False, False),
        F.avg_pool2d(x, 2, divisor_override=3)),
        lambda n: (integers(n, 4, 7, 6),)),
    case("divisor", lambda x: F.avg_pool2d(x, 2, divisor_override=3), lambda n: (floats(n, 3, 6, 6),)),
    case("max_unpool", lambda x: F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2),
         lambda n: (floats(n, 3, 6, 6),)),
    case("lp_pool", lambda x: F.lp_pool2d(x, 2.0, 2), lambda n: (floats(n, 3, 6, 6, low=0.0),)),
]

W, B, MEAN, VARIANCE = floats(4), floats(4) + 1, floats(4) / 2, floats(4, low=0.5)
NORMS = [
    case("batch_norm", lambda x: (
        F.batch_norm(x, MEAN, VARIANCE, W, B), F.batch_norm(x, MEAN, VARIANCE),
        F.batch_norm(x, None, None, W, B, True),
        aten._native_batch_norm_legit_no_training(x, W, B, MEAN, VARIANCE, 0.1, 1e-5)[0],
        *aten._native_batch_norm_legit_functional(x, W, B, MEAN, VARIANCE, True, 0.1, 1e-5),
        *aten._native_batch_norm_legit.no_stats(x, W, B, True, 0.1, 1e-5)),
        lambda n: (floats(n, 4, 3, 5),)),
    case("instance_norm", lambda x: (F.instance_norm(x, None, None, W, B), F.instance_norm(x)),
         lambda n: (floats(n, 4, 3, 5),)),
    case("group_norm", lambda x: (F.group_norm(x, 2, W, B), F.group_norm(x, 4)),
         lambda n: (floats(n, 4, 3, 5),)),
    case("native_group_norm", lambda x: aten.native_group_norm(x, W, B, 2, 4, 15, 2, 1e-5),
         (floats(2, 4, 3, 5),)),
    case("layer_norm", lambda x: (
        F.layer_norm(x, (4,), W, B), F.layer_norm(x, (4,)), F.layer_norm(x, (3, 4)),
        *aten.native_layer_norm(x, [4], W, B, 1e-5)),
        lambda n: (floats(n, 3, 4),)),
    case("layer_norm bf16", lambda x: F.layer_norm(x, (4,)), lambda n: (halves(n, 3, 4),)),
    case("rms_norm", lambda x: (F.rms_norm(x, (4,), W), F.rms_norm(x, (3, 4)),
                                F.rms_norm(x, (4,), W, 1e-3), *aten._fused_rms_norm(x, [4], W, 1e-5)),
         lambda n: (floats(n, 3, 4),)),
    case("local_response_norm", lambda x: F.local_response_norm(x, 3), (floats(2, 4, 3, 5),)),
]

attend = F.scaled_dot_product_attention


def attend_on_cpu(q, k, v, mask):
    flash = aten._scaled_dot_product_flash_attention_for_cpu
    return *flash(q, k, v), *flash(q, q, q, 0.0, True), *flash(q, k, v, attn_mask=mask)


def attend_backward(q, k, v, gradient):
    out, sums = aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, True)
    return aten._scaled_dot_product_flash_attention_for_cpu_backward(
        gradient, q, k, v, out, sums, 0.0, True)


ATTENTION = [
    case("attention", lambda q, k, v, seen, added=floats(5, 7): (
        attend(q, k, v), attend(q, k, v, seen), attend(q, k, v, added),
        attend(q, k, v, is_causal=True), attend(q, k, v, scale=0.3),
        attend(q[:, 0], k[:, 0], v[:, 0]), attend(q[0, 0], k[0, 0], v[0, 0])),
        lambda n: (floats(n, 4, 5, 8), floats(n, 4, 7, 8), floats(n, 4, 7, 6),
                   floats(n, 1, 5, 7) > -2)),
    case("grouped", lambda q, k, v: attend(q, k, v, enable_gqa=True),
         lambda n: (floats(n, 4, 5, 8), floats(n, 2, 7, 8), floats(n, 2, 7, 8))),
    case("broadcast", lambda q, k, v: (
        attend(q, k, v), attend(q, k, v, is_causal=True), attend(k, q, q), attend(q[:1], q, q)),
        (floats(2, 4, 5, 8), floats(5, 8), floats(5, 8))),
    case("rank 5", attend, (floats(2, 3, 4, 5, 8), floats(2, 3, 4, 7, 8), floats(2, 3, 4, 7, 8))),
    case("on the cpu", attend_on_cpu,
         (floats(2, 4, 5, 8), floats(2, 4, 7, 8), floats(2, 4, 7, 8), floats(5, 7))),
    case("backward", attend_backward, tuple(floats(2, 4, 5, 8, low=-1, high=1) / (i + 1) for i in range(4))),
]


def networks():
    torch.manual_seed(0)
    for kind, options in (
        (torch.nn.LSTM, {"num_layers": 2, "bidirectional": True}),
        (torch.nn.LSTM, {"batch_first": True}),
        (torch.nn.GRU, {"num_layers": 2}),
        (torch.nn.GRU, {"bidirectional": True, "batch_first": True, "bias": False}),
        (torch.nn.RNN, {"num_layers": 2, "bidirectional": True}),
        (torch.nn.RNN, {"nonlinearity": "relu"}),
    ):
        yield f"{kind.__name__} {options}", kind(3, 5, **options).eval()


# torch.export fixes the number of steps, so only a batch that comes first varies.
RECURRENT = [
    case(name, net, (lambda n: (floats(n, 4, 3),)) if net.batch_first else (floats(4, 2, 3),))
    for name, net in networks()
] + [
    case("states", torch.nn.LSTM(3, 5).eval(),
         (floats(4, 2, 3), (floats(1, 2, 5), floats(1, 2, 5) + 1))),
    case("cells", lambda x, h, c, lstm=torch.nn.LSTMCell(3, 5), gru=torch.nn.GRUCell(3, 5): (
        *lstm(x, (h, c)), gru(x, h)), (floats(2, 3), floats(2, 5), floats(2, 5) + 1)),
    case("multi-head", torch.nn.MultiheadAttention(8, 2, batch_first=True).eval(),
         (floats(2, 5, 8), floats(2, 5, 8) + 1, floats(2, 5, 8) - 1)),
    case("encoder", torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval(),
         (floats(2, 5, 8),)),
]

resize = F.interpolate
IMAGES = [
    case("interpolate", lambda x: (
        resize(x, scale_factor=2), resize(x, (8, 9)), resize(x, (3, 4), mode="bilinear"),
        resize(x, scale_factor=1.7, mode="bilinear"),
        resize(x, (9, 9), mode="bilinear", align_corners=True), resize(x, (9, 9), mode="bicubic"),
        resize(x, (3, 9), mode="bicubic", align_corners=True),
        resize(x, (8, 9), mode="nearest-exact"), resize(x, (3, 4), mode="bilinear", antialias=True),
        resize(x, (9, 4), mode="bicubic", antialias=True),
        resize(x, scale_factor=2, mode="bilinear", recompute_scale_factor=True),
        resize(x, scale_factor=1.7, mode="bilinear", align_corners=True)),
        lambda n: (floats(n, 3, 5, 7),)),
    case("interpolate 1d", lambda x: (resize(x, scale_factor=2), resize(x, 8, mode="linear")),
         lambda n: (floats(n, 3, 5),)),
    case("interpolate 3d", lambda x: (resize(x, scale_factor=2), resize(x, (3, 4, 5), mode="trilinear")),
         lambda n: (floats(n, 3, 4, 4, 4),)),
    case("grid_sample", lambda x, g: tuple(
        F.grid_sample(x, g, mode, padding, aligned)
        for mode in ("bilinear", "nearest", "bicubic")
        for padding in ("zeros", "border", "reflection")
        for aligned in (False, True)),
        lambda n: (floats(n, 2, 5, 7), floats(n, 4, 6, 2, low=-1.2, high=1.2))),
    case("affine_grid", lambda t: (F.affine_grid(t, (2, 3, 4, 5)), F.affine_grid(t, (2, 3, 4, 5), True)),
         (floats(2, 2, 3),)),
]


def choose(x, bound):
    return torch.cond(x.sum() > bound, lambda x: (x + 1, x.sum()), lambda x: (x * 2, x.prod()), (x,))


CONTROL = [
    case("cond", lambda x: choose(x, -1000), (floats(3, 4),)),
    case("cond else", lambda x: choose(x, 1000), (floats(3, 4),)),
    case("while_loop", lambda n, x: while_loop(
        lambda n, x: n < 5, lambda n, x: (n + 1, x * 1.5), (n, x)), (torch.tensor(0), floats(3))),
    case("scan", lambda x, i: scan(lambda c, a: (c + a, c * a), i, x, dim=0),
         (floats(5, 3), floats(3))),
    case("map", lambda x: map_over(lambda a: a.sum() + a, x), (floats(5, 3),)),
]


def conv_backward(g, x, w, stride, padding, dilation, transposed, rest, groups):
    return aten.convolution_backward(
        g, x, w, [g.shape[1]], stride, padding, dilation, transposed, rest, groups, [True] * 3)


BACKWARD = [
    case("convolution", lambda g, x, w: conv_backward(g, x, w, [2, 2], [1, 1], [1, 1], False, [0, 0], 1),
         (floats(2, 6, 5, 4), floats(2, 4, 9, 8), floats(6, 4, 3, 3))),
    case("convolution groups", lambda g, x, w: conv_backward(
        g, x, w, [1, 1], [1, 1], [2, 1], False, [0, 0], 2),
        (floats(2, 6, 7, 8), floats(2, 4, 9, 8), floats(6, 2, 3, 3))),
    case("convolution 1d", lambda g, x, w: conv_backward(g, x, w, [2], [0], [1], False, [0], 1),
         (floats(2, 6, 4), floats(2, 4, 10), floats(6, 4, 3))),
    case("convolution transposed", lambda g, x, w: conv_backward(
        g, x, w, [2, 2], [1, 1], [1, 1], True, [1, 1], 1),
        (floats(2, 6, 10, 8), floats(2, 4, 5, 4), floats(4, 6, 3, 3))),
    case("max_pool2d", lambda g, x: aten.max_pool2d_with_indices_backward(
        g, x, [3, 3], [2, 2], [1, 1], [1, 1], False,
        aten.max_pool2d_with_indices(x, [3, 3], [2, 2], [1, 1])[1]),
        lambda n: (floats(n, 4, 5, 4), floats(n, 4, 9, 8))),
    case("avg_pool2d", lambda g, x: tuple(
        aten.avg_pool2d_backward(g, x, [3, 3], [2, 2], [1, 1], False, counts, None)
        for counts in (True, False)),
        lambda n: (floats(n, 4, 5, 4), floats(n, 4, 9, 8))),
    case("adaptive_avg_pool2d", lambda g, x: (
        aten._adaptive_avg_pool2d_backward(g, x),
        aten._adaptive_avg_pool2d_backward(g[:, :, :1, :1], x)),
        lambda n: (floats(n, 4, 3, 2), floats(n, 4, 9, 8))),
]

FAMILIES = {
    "reductions": REDUCTIONS,
    "products": PRODUCTS,
    "windows": WINDOWS,
    "norms": NORMS,
    "attention": ATTENTION,
    "recurrent": RECURRENT,
    "images": IMAGES,
    "control": CONTROL,
    "backward": BACKWARD,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_operators(family):
    check(FAMILIES[family])


# What other element types and ranks do when sizes are unknown is no different.
ALIKE = ("f64", "f16", "i32", "i8", "u8", "nan", "1d", "3d")


@pytest.mark.parametrize("family", [f for f in FAMILIES if f != "control"])
def test_dynamic(family):
    cases = [c for c in FAMILIES[family] if not any(part in c[0] for part in ALIKE)]
    check(cases, dynamic=True)


@pytest.mark.parametrize("family", ("windows", "norms", "attention", "recurrent"))
def test_as_exported(family):
    """What a .pt2 file holds: nothing is taken apart."""
    apart = ("cells", "multi-head", "encoder", "local_response_norm", "lp_pool", "max_unpool")
    check([c for c in FAMILIES[family] if c[0] not in apart], raw=True)


def test_refuses_what_it_cannot_do():
    class Overhanging(torch.nn.Module):
        def forward(self, x):
            return F.avg_pool2d(x, 3, 2, ceil_mode=True, divisor_override=2)

    with pytest.raises(ufront.UnsupportedError, match="divisor_override"):
        ufront.torch.compile(Overhanging(), (floats(1, 1, 6, 6),))
