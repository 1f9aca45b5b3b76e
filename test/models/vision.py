"""Networks on images, written in plain torch."""

import torch
import torch.nn.functional as F
from torch import nn


def conv_norm(inside, outside, kernel=3, stride=1, groups=1, activation=nn.ReLU):
    layers = [
        nn.Conv2d(
            inside, outside, kernel, stride, kernel // 2, groups=groups, bias=False
        ),
        nn.BatchNorm2d(outside),
    ]
    return nn.Sequential(*layers, *([activation()] if activation else []))


class Residual(nn.Module):
    """x + body(x)."""

    def __init__(self, *body):
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return self.body(x) + x


# --- ResNet-50: He et al. 2015 -------------------------------------------------


class Bottleneck(nn.Module):
    def __init__(self, inside, middle, stride):
        super().__init__()
        outside = 4 * middle
        self.body = nn.Sequential(
            conv_norm(inside, middle, 1),
            conv_norm(middle, middle, 3, stride),
            conv_norm(middle, outside, 1, activation=None),
        )
        self.skip = nn.Identity()
        if stride != 1 or inside != outside:
            self.skip = conv_norm(inside, outside, 1, stride, activation=None)

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


def resnet(width, depths, classes):
    layers = [conv_norm(3, width, 7, 2), nn.MaxPool2d(3, 2, 1)]
    inside = width
    for stage, depth in enumerate(depths):
        middle = width << stage
        for block in range(depth):
            stride = 2 if stage and not block else 1
            layers.append(Bottleneck(inside, middle, stride))
            inside = 4 * middle
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inside, classes)]
    return nn.Sequential(*layers)


# --- MobileNetV2 and EfficientNet-B0: inverted bottlenecks -----------------------


class SqueezeExcite(nn.Module):
    def __init__(self, channels, squeezed):
        super().__init__()
        self.down = nn.Conv2d(channels, squeezed, 1)
        self.up = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x):
        scale = x.mean((2, 3), keepdim=True)
        return x * torch.sigmoid(self.up(F.silu(self.down(scale))))


class InvertedBottleneck(nn.Module):
    """1x1 up by `grow`, depthwise, squeeze-excite if asked for, 1x1 down."""

    def __init__(self, inside, outside, kernel, stride, grow, activation, excite):
        super().__init__()
        middle = inside * grow
        body = []
        if grow != 1:
            body.append(conv_norm(inside, middle, 1, activation=activation))
        body.append(
            conv_norm(middle, middle, kernel, stride, middle, activation=activation)
        )
        if excite:
            body.append(SqueezeExcite(middle, max(1, inside // 4)))
        body.append(conv_norm(middle, outside, 1, activation=None))
        self.body = nn.Sequential(*body)
        self.add = stride == 1 and inside == outside

    def forward(self, x):
        y = self.body(x)
        return x + y if self.add else y


# Rows of (kernel, grow, channels, blocks, stride).
MOBILENET_V2 = [
    (3, 1, 16, 1, 1),
    (3, 6, 24, 2, 2),
    (3, 6, 32, 3, 2),
    (3, 6, 64, 4, 2),
    (3, 6, 96, 3, 1),
    (3, 6, 160, 3, 2),
    (3, 6, 320, 1, 1),
]
EFFICIENTNET_B0 = [
    (3, 1, 16, 1, 1),
    (3, 6, 24, 2, 2),
    (5, 6, 40, 2, 2),
    (3, 6, 80, 3, 2),
    (5, 6, 112, 3, 1),
    (5, 6, 192, 4, 2),
    (3, 6, 320, 1, 1),
]


def inverted(rows, classes, *, activation, excite, head=1280, divide=1, depth=None):
    """`divide` makes it narrower, `depth` bounds the blocks of a row."""
    inside = 32 // divide
    layers = [conv_norm(3, inside, 3, 2, activation=activation)]
    for kernel, grow, channels, blocks, first in rows:
        for block in range(min(blocks, depth or blocks)):
            stride = 1 if block else first
            outside = channels // divide
            layers.append(
                InvertedBottleneck(
                    inside, outside, kernel, stride, grow, activation, excite
                )
            )
            inside = outside
    head //= divide
    layers += [
        conv_norm(inside, head, 1, activation=activation),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(head, classes),
    ]
    return nn.Sequential(*layers)


# --- UNet: Ronneberger et al. 2015, padded ---------------------------------------


def double_conv(inside, outside):
    return nn.Sequential(conv_norm(inside, outside), conv_norm(outside, outside))


class UNet(nn.Module):
    def __init__(self, width, levels, classes, *, bilinear):
        super().__init__()
        sizes = [width << level for level in range(levels)]
        self.down = nn.ModuleList(
            double_conv(*pair) for pair in zip([3] + sizes, sizes)
        )
        up, merge = [], []
        for small, large in reversed(list(zip(sizes, sizes[1:]))):
            if bilinear:
                scale = nn.Upsample(scale_factor=2, mode="bilinear")
                up.append(nn.Sequential(scale, nn.Conv2d(large, small, 1)))
            else:
                up.append(nn.ConvTranspose2d(large, small, 2, 2))
            merge.append(double_conv(2 * small, small))
        self.up, self.merge = nn.ModuleList(up), nn.ModuleList(merge)
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        skips = []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if level else x)
            skips.append(x)
        skips.pop()
        for up, merge in zip(self.up, self.merge):
            x = merge(torch.cat([skips.pop(), up(x)], 1))
        return self.head(x)


# --- ViT: Dosovitskiy et al. 2020 -------------------------------------------------


class VisionBlock(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.mlp = nn.Sequential(
            nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim)
        )

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return x + self.mlp(self.norm2(x))


class VisionTransformer(nn.Module):
    def __init__(self, image, patch, dim, heads, depth, classes):
        super().__init__()
        self.patches = nn.Conv2d(3, dim, patch, patch)
        self.first = nn.Parameter(torch.randn(1, 1, dim))
        places = (image // patch) ** 2 + 1
        self.positions = nn.Parameter(0.5 * torch.randn(1, places, dim))
        self.blocks = nn.Sequential(*(VisionBlock(dim, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, classes)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.first.expand(x.shape[0], -1, -1), x], 1)
        x = self.blocks(x + self.positions)
        return self.head(self.norm(x[:, 0]))


# --- The course networks of needle ------------------------------------------------


def mlp_resnet(dim=784, hidden=100, blocks=3, classes=10):
    def block():
        half = hidden // 2
        inside = [nn.Linear(hidden, half), nn.BatchNorm1d(half), nn.ReLU()]
        outside = [nn.Dropout(0.1), nn.Linear(half, hidden), nn.BatchNorm1d(hidden)]
        return nn.Sequential(Residual(*inside, *outside), nn.ReLU())

    layers = [nn.Flatten(), nn.Linear(dim, hidden), nn.ReLU()]
    layers += [block() for _ in range(blocks)]
    return nn.Sequential(*layers, nn.Linear(hidden, classes))


def resnet9(width, classes):
    def pair(channels):
        return Residual(conv_norm(channels, channels), conv_norm(channels, channels))

    return nn.Sequential(
        conv_norm(3, width, 7, 4),
        conv_norm(width, 2 * width, 3, 2),
        pair(2 * width),
        conv_norm(2 * width, 4 * width, 3, 2),
        conv_norm(4 * width, 8 * width, 3, 2),
        pair(8 * width),
        nn.Flatten(),
        nn.Linear(8 * width, 8 * width),
        nn.ReLU(),
        nn.Linear(8 * width, classes),
    )
