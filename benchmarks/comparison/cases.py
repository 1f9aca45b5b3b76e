"""What is compared: networks and single operators, as files that peers read.

A row of CASES makes a Case of test/models/networks.py. Its files lie in
build/networks/NAME, where benchmarks/networks.py keeps them too: the weights for
torch, an ONNX file for each batch, and inputs with the outputs that torch has
for them in f64.
"""

import copy
import sys
import warnings
from pathlib import Path
from typing import Callable, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EXPORTS = ROOT / "build" / "networks"

import networks  # noqa: E402 of test/models
import language  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402


class Row(NamedTuple):
    make: Callable  # of nothing: a networks.Case
    batches: tuple = (1, 8)


class Files(NamedTuple):
    weights: Path
    model: Path
    values: Path  # in0, in1..., out0, out1..., and flops


# --- Networks ----------------------------------------------------------------------


def network(name, **changes):
    return lambda: networks.NETWORKS[name](True)._replace(**changes)


class Encoder(nn.Module):
    """The half of Whisper that listens."""

    def __init__(self, speech):
        super().__init__()
        self.conv1, self.conv2 = speech.conv1, speech.conv2
        self.register_buffer("waves", speech.waves)
        self.encoder, self.norm = speech.encoder, speech.encoder_norm

    def forward(self, mel):
        sound = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        sound = sound + self.waves
        for block in self.encoder:
            sound = block(sound)
        return self.norm(sound)


def whisper_encoder():
    # The sizes of Whisper's "tiny"; the decoder is thrown away.
    speech = language.Speech(80, 3000, 10, 448, 384, 6, 4)

    def inputs(batch, _):
        return (torch.randn(batch, 80, 3000),)

    return networks.Case(Encoder(speech), inputs, (networks.BATCH,))


def norm_conv(inside, outside, kernel):
    return nn.Sequential(
        nn.BatchNorm2d(inside),
        nn.ReLU(),
        nn.Conv2d(inside, outside, kernel, padding=kernel // 2, bias=False),
    )


class Dense(nn.Module):
    """Adds `growth` channels to those it gets."""

    def __init__(self, inside, growth):
        super().__init__()
        self.body = nn.Sequential(
            norm_conv(inside, 4 * growth, 1), norm_conv(4 * growth, growth, 3)
        )

    def forward(self, x):
        return torch.cat([x, self.body(x)], 1)


def densenet121():
    """Huang et al. 2016."""
    channels, growth, depths = 64, 32, (6, 12, 24, 16)
    layers = [nn.Conv2d(3, channels, 7, 2, 3, bias=False), nn.BatchNorm2d(channels)]
    layers += [nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    for stage, depth in enumerate(depths):
        if stage:
            layers += [norm_conv(channels, channels // 2, 1), nn.AvgPool2d(2)]
            channels //= 2
        for _ in range(depth):
            layers.append(Dense(channels, growth))
            channels += growth
    layers += [nn.BatchNorm2d(channels), nn.ReLU(), nn.AdaptiveAvgPool2d(1)]
    layers += [nn.Flatten(), nn.Linear(channels, 1000)]
    return networks.images(nn.Sequential(*layers), 224)


# --- Single operators --------------------------------------------------------------


class Operator(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


class Product(nn.Module):
    """By a matrix of weights."""

    def __init__(self, rows, columns):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(rows, columns) / rows**0.5)

    def forward(self, x):
        return x @ self.weight


def operator(module, *shapes):
    if not isinstance(module, nn.Module):
        module = Operator(module)

    def inputs(_batch, _length):
        return tuple(torch.randn(shape) for shape in shapes)

    return networks.Case(module, inputs, ())


def single(make):
    return Row(make, (1,))


def conv(inside, outside, kernel, height, width=None, **options):
    def make():
        module = nn.Conv2d(inside, outside, kernel, padding=kernel // 2, **options)
        return operator(module, (1, inside, height, width or height))

    return single(make)


def matmul(m, n, k):
    return single(lambda: operator(Product(k, n), (m, k)))


def plain(function, *shapes):
    return single(lambda: operator(function, *shapes))


def attention(query, key, value):
    scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    return scores.softmax(-1) @ value


# --- The list ----------------------------------------------------------------------

CASES = {
    "resnet50": Row(network("resnet50")),
    "mobilenet_v2": Row(network("mobilenet_v2")),
    "efficientnet_b0": Row(network("efficientnet_b0")),
    "densenet121": Row(densenet121),
    "unet": Row(network("unet")),
    "vit_b_16": Row(network("vit_b_16")),
    "bert_base": Row(network("bert_base")),
    "gpt2_64": Row(network("gpt2", length=64)),
    "whisper_encoder": Row(whisper_encoder),
    "needle_mlp": Row(network("needle_mlp"), (8, 64)),
    "needle_resnet9": Row(network("needle_resnet9")),
    "needle_transformer": Row(network("needle_transformer")),
    "op_matmul_512x768x768": matmul(512, 768, 768),
    "op_matmul_127x1000x333": matmul(127, 1000, 333),
    "op_matmul_1x4096x4096": matmul(1, 4096, 4096),
    "op_conv_3x3_64_at_56": conv(64, 64, 3, 56),
    "op_conv_1x1_256_64_at_56": conv(256, 64, 1, 56),
    "op_conv_7x7_stride_2": conv(3, 64, 7, 224, stride=2),
    "op_conv_3x3_odd": conv(29, 50, 3, 37, 29),
    "op_depthwise_3x3": conv(32, 32, 3, 112, groups=32),
    "op_softmax": plain(lambda x: x.softmax(-1), (12, 128, 128)),
    "op_layer_norm": single(lambda: operator(nn.LayerNorm(768), (128, 768))),
    "op_gelu": plain(F.gelu, (128, 3072)),
    "op_exp": plain(torch.exp, (400, 1000)),
    "op_attention": plain(attention, *3 * [(12, 197, 64)]),
    "op_transpose": plain(lambda x: x.transpose(1, 2).contiguous(), (12, 197, 512)),
    "op_reduce": plain(lambda x: x.sum(1), (64, 512, 49)),
}


def flops(files):
    with np.load(files.values) as values:
        return int(values["flops"])


# --- Their files -------------------------------------------------------------------


def module(name, weights):
    """The module of a row, with the weights of its file."""
    result = CASES[name].make().module
    result.load_state_dict(torch.load(weights, weights_only=True))
    return result.eval().requires_grad_(False)


def make(name):
    """The Case of a row, the same at every call."""
    torch.manual_seed(0)
    with torch.no_grad():
        case = CASES[name].make()
        networks.randomise(case)
    case.module.eval().requires_grad_(False)
    return case


def draft(path, write):
    """Only a whole file gets its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"draft-{path.name}")
    write(unfinished)
    unfinished.rename(path)


def write_model(case, batch, path):
    inputs = case.inputs(batch, case.length)
    program = torch.onnx.export(case.module, inputs, dynamo=True, verbose=False)
    program.save(str(path))


def write_values(case, batch, path):
    """Inputs, what the module makes of them in f64, rounded to f32, and the
    operations of its products and convolutions."""
    torch.manual_seed(1)
    inputs = case.inputs(batch, case.length)
    exact = [x.double() if x.is_floating_point() else x for x in inputs]
    # What is counted are plain operators, not torch's fused attention.
    torch.backends.mha.set_fastpath_enabled(False)
    plain_attention = sdpa_kernel(SDPBackend.MATH)
    with plain_attention, FlopCounterMode(display=False) as counter:
        outputs = copy.deepcopy(case.module).double()(*exact)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    arrays = {f"in{i}": x.numpy() for i, x in enumerate(inputs)}
    arrays |= {f"out{i}": y.float().numpy() for i, y in enumerate(outputs)}
    np.savez(path, flops=counter.get_total_flops(), **arrays)


def prepare(name, batch):
    """Writes the files of a case that are not there; returns them all."""
    folder = EXPORTS / name
    static = "static.onnx" if batch == 1 else f"static-{batch}.onnx"
    files = Files(
        folder / "weights.pt", folder / static, folder / f"values-{batch}.npz"
    )
    if all(path.exists() for path in files):
        return files
    print(f"exporting {name}, batch {batch}", file=sys.stderr, flush=True)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case = make(name)
        for path, write in (
            (files.weights, lambda at: torch.save(case.module.state_dict(), at)),
            (files.model, lambda at: write_model(case, batch, at)),
            (files.values, lambda at: write_values(case, batch, at)),
        ):
            if not path.exists():
                draft(path, write)
    return files
