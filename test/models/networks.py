"""The networks ufront is measured with: random weights, small or full size.

A row of NETWORKS makes a Case from `full`. Weights are random but not trivial:
batch norms hold statistics near those of their inputs, every bias is set, and
queries and keys are large enough for a softmax that prefers some places.
"""

import math
import warnings
from typing import Callable, NamedTuple

import language
import numpy as np
import torch
import vision
from torch import nn

BATCH = {0: "batch"}
TOKENS = {0: "batch", 1: "sequence"}


class Case(NamedTuple):
    module: nn.Module
    inputs: Callable  # of (batch, sequence): a tuple of tensors
    axes: tuple  # for each input, the names of its dynamic axes
    length: int | None = None  # of a sequence, where the network takes one


# --- Random weights ---------------------------------------------------------------


def normalise(module, inputs):
    """Batch norms get the statistics of one batch, and then a bit of noise."""
    norms = [m for m in module.modules() if isinstance(m, nn.modules.batchnorm._NormBase)]
    for norm in norms:
        norm.momentum = 1.0
    if norms:
        module.train()(*inputs)
    for norm in norms:
        scale = norm.running_var.sqrt()
        norm.running_mean += 0.2 * scale * torch.randn_like(scale)
        norm.running_var *= torch.empty_like(scale).uniform_(0.7, 1.4)


def sharpen(name, parameter):
    """Doubles queries and keys, alone or packed with the values, and what the
    gates of recurrent layers see."""
    if "in_proj" in name:
        parameter[: 2 * parameter.shape[0] // 3] *= 2
    elif any(part in name for part in ("query", "key", "weight_ih", "weight_hh")):
        parameter *= 2


def randomise(case):
    module = case.module
    for part in module.modules():
        if isinstance(part, (nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.kaiming_normal_(part.weight)
        elif isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=part.in_features**-0.5)
        elif isinstance(part, nn.Embedding):
            nn.init.normal_(part.weight, std=0.3)
        elif isinstance(part, (nn.LayerNorm, nn.modules.batchnorm._NormBase)):
            nn.init.uniform_(part.weight, 0.7, 1.3)
    for name, parameter in module.named_parameters():
        if "bias" in name:
            nn.init.normal_(parameter, std=0.1)
        sharpen(name, parameter)
    normalise(module, case.inputs(4, case.length))


def make(name, *, full=False):
    """The Case of a network, the same at every call."""
    torch.manual_seed(0)
    with torch.no_grad():
        case = NETWORKS[name](full)
        randomise(case)
    case.module.eval().requires_grad_(False)
    return case


# --- Export and reference ---------------------------------------------------------


def export(case, path, *, dynamic=False):
    """Writes the network as ONNX: for a batch of one, or for any batch and,
    where torch can, any length."""
    # Of an example with a batch of one, torch would take one for a constant.
    inputs = case.inputs(2 if dynamic else 1, case.length)
    shapes = None
    if dynamic:
        shapes = tuple(
            {axis: torch.export.Dim.DYNAMIC for axis in axes} for axes in case.axes
        )
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            case.module, inputs, dynamo=True, dynamic_shapes=shapes, verbose=False
        )
        program.save(str(path))


def export_named(name, path, dynamic):
    """export() for another process."""
    torch.set_num_threads(1)
    export(make(name), path, dynamic=dynamic)


def answer(case, inputs):
    """What torch computes, as a list of arrays."""
    with torch.no_grad():
        outputs = case.module(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return [output.numpy() for output in outputs]


def worst(actual, expected):
    """The largest error of outputs, as a share of what is allowed (1e-3 of the
    value plus 1e-4 of the largest one), and as a share of the largest value."""
    shares, relatives = [], []
    for mine, theirs in zip(actual, expected, strict=True):
        if mine.shape != theirs.shape or mine.dtype != theirs.dtype:
            return math.inf, math.inf
        largest = np.abs(theirs).max()
        error = np.abs(mine.astype(np.float64) - theirs)
        # A NaN counts as an infinite error.
        error = np.where(np.isfinite(error), error, np.inf)
        shares.append((error / (1e-3 * np.abs(theirs) + 1e-4 * largest)).max())
        relatives.append(error.max() / largest)
    return max(shares), max(relatives)


# --- The list ---------------------------------------------------------------------


def images(module, size, channels=3):
    def inputs(batch, _):
        return (torch.randn(batch, channels, size, size),)

    return Case(module, inputs, (BATCH,))


def tokens(module, vocabulary, length):
    def inputs(batch, sequence):
        return (torch.randint(vocabulary, (batch, sequence)),)

    return Case(module, inputs, (TOKENS,), length)


def resnet50(full):
    if full:
        return images(vision.resnet(64, (3, 4, 6, 3), 1000), 224)
    return images(vision.resnet(8, (1, 2, 1, 1), 10), 64)


def inverted(full, rows, **options):
    if full:
        return images(vision.inverted(rows, 1000, **options), 224)
    small = vision.inverted(rows[:5], 10, divide=8, depth=2, **options)
    return images(small, 64)


def mobilenet_v2(full):
    return inverted(full, vision.MOBILENET_V2, activation=nn.ReLU6, excite=False)


def efficientnet_b0(full):
    return inverted(full, vision.EFFICIENTNET_B0, activation=nn.SiLU, excite=True)


def unet(full, bilinear=False):
    if full:
        return images(vision.UNet(64, 5, 2, bilinear=bilinear), 256)
    return images(vision.UNet(8, 3, 2, bilinear=bilinear), 32)


def unet_bilinear(full):
    return unet(full, bilinear=True)


def bert_base(full):
    vocabulary, length = (30522, 128) if full else (100, 16)
    sizes = (512, 768, 12, 12) if full else (32, 32, 4, 2)

    def inputs(batch, sequence):
        ids = torch.randint(vocabulary, (batch, sequence))
        lengths = torch.randint(1, sequence + 1, (batch, 1))
        lengths[0] = sequence
        return ids, (torch.arange(sequence) < lengths).long()

    module = language.Bert(vocabulary, *sizes)
    return Case(module, inputs, (TOKENS, TOKENS), length)


def gpt2(full):
    vocabulary, length = (50257, 128) if full else (100, 16)
    sizes = (1024, 768, 12, 12) if full else (32, 32, 4, 2)
    return tokens(language.Gpt(vocabulary, *sizes), vocabulary, length)


def vit_b_16(full):
    sizes = (224, 16, 768, 12, 12, 1000) if full else (32, 8, 32, 4, 2, 10)
    return images(vision.VisionTransformer(*sizes), sizes[0])


def recurrent(full, cell):
    vocabulary, length = (10000, 35) if full else (50, 9)
    sizes = (650, 650, 2) if full else (16, 24, 2)
    module = language.RecurrentModel(cell, vocabulary, *sizes)
    # torch.export fixes the length of what a recurrent layer reads.
    return tokens(module, vocabulary, length)._replace(axes=(BATCH,))


def lstm(full):
    return recurrent(full, nn.LSTM)


def gru(full):
    return recurrent(full, nn.GRU)


def whisper(full):
    vocabulary, length = (51865, 32) if full else (60, 7)
    mels, frames = (80, 3000) if full else (8, 20)
    sizes = (448, 384, 6, 4) if full else (16, 32, 4, 2)

    def inputs(batch, sequence):
        ids = torch.randint(vocabulary, (batch, sequence))
        return torch.randn(batch, mels, frames), ids

    module = language.Speech(mels, frames, vocabulary, *sizes)
    return Case(module, inputs, (BATCH, TOKENS), length)


def needle_mlp(full):
    module = vision.mlp_resnet(784 if full else 64)
    return images(module, 28 if full else 8, channels=1)


def needle_resnet9(full):
    return images(vision.resnet9(16 if full else 8, 10), 32)


def needle_transformer(full):
    vocabulary, length = (5000, 40) if full else (50, 12)
    sizes = (64, 128, 8, 512, 4) if full else (32, 32, 4, 64, 2)
    module = language.NeedleTransformer(vocabulary, *sizes)
    return tokens(module, vocabulary, length)


NETWORKS = {
    "resnet50": resnet50,
    "mobilenet_v2": mobilenet_v2,
    "efficientnet_b0": efficientnet_b0,
    "unet": unet,
    "unet_bilinear": unet_bilinear,
    "bert_base": bert_base,
    "gpt2": gpt2,
    "vit_b_16": vit_b_16,
    "lstm": lstm,
    "gru": gru,
    "whisper": whisper,
    "needle_mlp": needle_mlp,
    "needle_resnet9": needle_resnet9,
    "needle_transformer": needle_transformer,
}
