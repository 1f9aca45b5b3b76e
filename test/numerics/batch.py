"""Networks whose activations fill more than the caches: what a batch of that
size computes a few samples at a time. The reference is torch in float64.

Whether there is a loop over the batch depends on the machine's cache. The tests
make sure of it in code for a CPU whose cache has a known size, 1 MiB; machines
with twice as much have the loop too.
"""

import re

import numpy as np
import torch
from models import graph_model
from onnx import helper
from quantized_network import Network as Quantized
from torch.nn import functional as F

KNOWN_CPU = "x86-64-v3"


class Network:
    """Adds nodes to a model and computes what they do to one input. A value is
    (its name, what it is in float64)."""

    def __init__(self, *shape, seed=5):
        self.generator = torch.Generator().manual_seed(seed)
        self.nodes, self.initializers, self.inputs = [], {}, {}
        self.x = self.input(*shape)

    def random(self, *shape):
        return torch.randn(shape, generator=self.generator)

    def input(self, *shape):
        name, values = f"x{len(self.inputs)}", self.random(*shape)
        self.inputs[name] = values.numpy()
        return name, values.double()

    def constant(self, values):
        name = f"c{len(self.initializers)}"
        self.initializers[name] = np.asarray(values)
        return name

    def weight(self, *shape):
        values = self.random(*shape) / max(np.prod(shape[1:]), 1) ** 0.5
        return self.constant(values.numpy()), values.double()

    def node(self, op, inputs, value, **attrs):
        name = f"t{len(self.nodes)}"
        names = [i if isinstance(i, str) else i[0] for i in inputs]
        self.nodes.append(helper.make_node(op, names, [name], **attrs))
        return name, value

    # --- Layers -----------------------------------------------------------------------

    def conv(self, x, outputs, k=3, stride=1, group=1):
        w, b = self.weight(outputs, x[1].shape[1] // group, k, k), self.weight(outputs)
        value = F.conv2d(x[1], w[1], b[1], stride, k // 2, groups=group)
        return self.node(
            "Conv", [x, w, b], value, strides=[stride] * 2, pads=[k // 2] * 4, group=group
        )

    def upscale(self, x, outputs):
        w = self.weight(x[1].shape[1], outputs, 2, 2)
        value = F.conv_transpose2d(x[1], w[1], None, 2)
        return self.node("ConvTranspose", [x, w], value, strides=[2, 2])

    def relu(self, x):
        return self.node("Relu", [x], x[1].relu())

    def sigmoid(self, x):
        return self.node("Sigmoid", [x], x[1].sigmoid())

    def add(self, x, y):
        return self.node("Add", [x, y], x[1] + y[1])

    def sub(self, x, y):
        return self.node("Sub", [x, y], x[1] - y[1])

    def mul(self, x, y):
        return self.node("Mul", [x, y], x[1] * y[1])

    def concat(self, x, y):
        return self.node("Concat", [x, y], torch.cat([x[1], y[1]], 1), axis=1)

    def pool(self, x):
        value = F.max_pool2d(x[1], 3, 2, 1)
        return self.node(
            "MaxPool", [x], value, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4
        )

    def mean(self, x, *axes):
        inputs = [x, self.constant(np.array(axes))]
        return self.node("ReduceMean", inputs, x[1].mean(axes, keepdim=True))

    def softmax(self, x, axis):
        return self.node("Softmax", [x], x[1].softmax(axis), axis=axis)

    def reflect(self, x):
        inputs = [x, self.constant(np.array([0, 0, 1, 2, 0, 0, 2, 1]))]
        value = F.pad(x[1], (2, 1, 1, 2), mode="reflect")
        return self.node("Pad", inputs, value, mode="reflect")

    def transpose(self, x, *order):
        return self.node("Transpose", [x], x[1].permute(order), perm=list(order))

    def reshape(self, x, *shape):
        inputs = [x, self.constant(np.array(shape))]
        return self.node("Reshape", inputs, x[1].reshape(shape))

    def backwards(self, x):
        """The samples in the order from the last to the first."""
        order = self.constant(np.arange(len(x[1]))[::-1].copy())
        return self.node("Gather", [x, order], x[1].flip(0), axis=0)

    def linear(self, x, outputs):
        x = self.node("Flatten", [x], x[1].flatten(1))
        w, b = self.weight(outputs, x[1].shape[1]), self.weight(outputs)
        return self.node("Gemm", [x, w, b], x[1] @ w[1].T + b[1], transB=1)

    def excite(self, x):
        """Squeeze and excite."""
        y = self.relu(self.conv(self.mean(x, 2, 3), 8, k=1))
        return self.mul(x, self.sigmoid(self.conv(y, x[1].shape[1], k=1)))


def is_looped(model, samples):
    """Whether the function that is called loops over results of all samples."""
    from ufront import _ufront

    imported = _ufront.Session().import_memory(model.SerializeToString(), "onnx")
    text = imported.emit("kernels", cpu=KNOWN_CPU)
    called = [part for part in text.split("func.func ") if part.startswith("@")]
    loop = re.compile(rf"scf\.for .* iter_args.*tensor<(\d+x)*{samples}x")
    return any(loop.search(part) for part in called)


def case(name, model, inputs, reference, samples, tolerance=None):
    def looped():
        made = model()
        assert is_looped(made, samples), "there is no loop over the batch"
        return made

    return {
        "name": name,
        "model": looped,
        "inputs": inputs,
        "reference": reference,
        **({"tolerance": tolerance} if tolerance else {}),
    }


def network(name, build, *shape, dynamic=False):
    """With `dynamic`, a batch of any size."""
    net = Network(*shape)
    outputs = build(net, net.x)

    def model():
        return graph_model(
            net.nodes,
            net.inputs,
            [name for name, _ in outputs],
            initializers=net.initializers,
            dynamic={name: [0] for name in net.inputs} if dynamic else None,
        )

    results = [value.float().numpy() for _, value in outputs]
    samples = r"\?" if dynamic else shape[0]
    return case(name, model, net.inputs, results, samples, (1e-4, 1e-4))


def residual(net, x):
    """Results that are read in the loop, behind it and by the caller."""
    x = first = net.relu(net.conv(x, 32))
    x = net.relu(net.conv(x, 32, group=32))
    x = net.add(net.conv(x, 32, group=4), first)
    x = same = net.pool(net.excite(x))
    x = net.linear(net.mean(net.add(net.conv(x, 32), same), 2, 3), 7)
    return [x, same]


def small(net, x):
    x = net.relu(net.conv(x, 32, k=1))
    return [net.linear(net.mean(net.excite(net.conv(x, 32, group=32)), 2, 3), 5)]


def unet(net, x):
    wide = net.relu(net.conv(x, 32))
    half = net.relu(net.conv(net.pool(wide), 16))
    x = net.concat(net.upscale(half, 8), wide)
    return [net.softmax(net.conv(net.reflect(x), 3), 1)]


def mixed(net, x):
    """Samples that meet between layers that keep them apart."""
    x = net.relu(net.conv(x, 32))
    x = net.sub(net.conv(x, 32, group=32), net.mean(x, 0))
    x = net.add(net.conv(x, 32, k=1), net.backwards(x))
    return [net.mean(net.softmax(x, 0), 1)]


def per_sample(net, x):
    """Numbers of each sample that are no input with channels, or no input."""
    samples = len(x[1])
    gate = net.reshape(net.sigmoid(net.input(samples)), samples, 1, 1, 1)
    shift = net.weight(samples, 16, 1, 1)
    x = net.mul(net.conv(x, 16), gate)
    x = net.relu(net.add(net.conv(x, 16, stride=2), shift))
    x = net.mul(net.conv(x, 24), net.input())
    return [net.reshape(net.mean(x, 1, 2, 3), samples)]


def turned(net, x):
    """The batch is not the first dimension all the time."""
    x = net.relu(net.conv(x, 32))
    x = net.relu(net.transpose(x, 1, 0, 2, 3))
    x = net.sub(x, net.mean(x, 2, 3))
    return [net.conv(net.transpose(x, 1, 0, 2, 3), 8, k=1), net.mean(x, 0)]


def tokens(net, x):
    """Pixels of all samples become rows of one matrix."""
    count, channels = x[1].shape[0], 32
    x = net.relu(net.conv(x, channels))
    rows = net.reshape(net.transpose(x, 0, 2, 3, 1), -1, channels)
    rows = net.softmax(net.linear(rows, channels), 1)
    image = net.reshape(rows, count, *x[1].shape[2:], channels)
    return [net.conv(net.transpose(image, 0, 3, 1, 2), 4, k=1)]


def quantized(samples, size):
    net = Quantized(np.uint8, per_channel=True)
    image = net.rng.normal(0.3, 1, (samples, 3, size, size)).astype(np.float32)
    x = net.quantize("x", image)
    x = same = net.conv(x, 32, (3, 3), relu=True, pads=(1, 1, 1, 1))
    x = net.conv(x, 32, (3, 3), group=32, pads=(1, 1, 1, 1))
    x = net.max_pool(net.add(x, same))
    x = net.linear(net.mean(x), 7)
    result = net.dequantize(x)
    return case(
        "quantized",
        lambda: graph_model(
            net.nodes, {"x": image}, [result], initializers=net.initializers
        ),
        {"x": image},
        [net.floats(x)],
        samples,
        (1e-6, 0),
    )


def alone(name, build, *shape):
    """The reference is the same network on each sample for itself."""
    many = network(name, build, *shape)

    def reference(x0):
        from ufront import _compiled, _ufront

        net = Network(1, *shape[1:])
        outputs = [name for name, _ in build(net, net.x)]
        weights = Network(*shape)
        build(weights, weights.x)
        model = graph_model(
            net.nodes, net.inputs, outputs, initializers=weights.initializers
        )
        imported = _ufront.Session().import_memory(model.SerializeToString(), "onnx")
        program = imported.compile(threads=1)
        rows = [
            [_compiled.to_numpy(y) for y in program.run((x0[i : i + 1],))]
            for i in range(shape[0])
        ]
        return [np.concatenate(parts) for parts in zip(*rows)]

    return {**many, "reference": reference, "tolerance": (1e-5, 1e-5)}


CASES = [
    network("residual", residual, 8, 3, 96, 96),
    network("unet", unet, 3, 3, 160, 136),
    network("mixed", mixed, 12, 3, 80, 72),
    network("per-sample", per_sample, 8, 3, 128, 112),
    network("turned", turned, 8, 3, 96, 95),
    network("tokens", tokens, 4, 3, 144, 136),
    network("two", small, 2, 3, 176, 192),
    network("any-three", small, 3, 3, 96, 96, dynamic=True),
    network("any-none", small, 0, 3, 96, 96, dynamic=True),
    network("none-residual", residual, 0, 3, 96, 96, dynamic=True),
    network("any-mixed", mixed, 5, 3, 128, 96, dynamic=True),
    quantized(8, 96),
    alone("alone", small, 8, 3, 96, 96),
]
