"""Whole quantised networks, as quantisers write them: QuantizeLinear and
DequantizeLinear around float layers. The reference computes with the integers,
as ONNX Runtime does: sums in int64, one rounding."""

import numpy as np
from models import graph_model
from onnx import helper

F32 = np.float32


class Network:
    """Adds layers to a model, and computes what they do to one input. Scales
    and zero points are those of the values that come up. A tensor is (name of
    its bytes, bytes, scale, zero point)."""

    def __init__(self, activation, per_channel, seed=3):
        self.activation, self.per_channel = activation, per_channel
        self.rng = np.random.default_rng(seed)
        self.nodes, self.initializers = [], {}

    def constant(self, value):
        name = f"c{len(self.initializers)}"
        self.initializers[name] = np.asarray(value)
        return name

    def node(self, op, inputs, **attrs):
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], **attrs))
        return name

    def dequantize(self, tensor, axis=None):
        name, _, scale, zero = tensor
        inputs = [name, self.constant(scale), self.constant(zero)]
        return self.node("DequantizeLinear", inputs, **({} if axis is None else {"axis": axis}))

    def range_of(self, values):
        """The scale and the zero point with which the type just holds them."""
        info = np.iinfo(self.activation)
        low, high = min(0.0, values.min()), max(0.0, values.max())
        scale = F32((high - low) / 255)
        zero = np.clip(np.rint(info.min - low / scale), info.min, info.max)
        return scale, zero.astype(self.activation)

    def bytes_of(self, values, scale, zero):
        info = np.iinfo(self.activation)
        return np.clip(np.rint(values) + zero, info.min, info.max).astype(self.activation)

    def quantize(self, name, values):
        scale, zero = self.range_of(values)
        inputs = [name, self.constant(scale), self.constant(zero)]
        return (
            self.node("QuantizeLinear", inputs),
            self.bytes_of(values.astype(F32) / scale, scale, zero),
            scale,
            zero,
        )

    @staticmethod
    def floats(tensor):
        _, data, scale, zero = tensor
        return (data.astype(np.int32) - zero.astype(np.int32)).astype(F32) * scale

    # --- Layers -----------------------------------------------------------------------

    def weight(self, *shape):
        values = self.rng.normal(0, 1, shape)
        axes = tuple(range(1, len(shape)))
        most = np.abs(values).max(axes) if self.per_channel else np.abs(values).max()
        scale = np.asarray(most / 127, F32)
        spread = scale.reshape(-1, *[1] * len(axes)) if self.per_channel else scale
        data = np.rint(values / spread).clip(-127, 127).astype(np.int8)
        zero = np.zeros(scale.shape, np.int8)
        return self.constant(data), data, scale, zero

    def product(self, op, x, weight, sums, relu, **attrs):
        """A layer whose sums of products of integers are given, with a bias."""
        unit = np.asarray(x[2] * weight[2], F32)
        most = max(1, int(np.abs(sums).max()) // 4)
        bias = self.rng.integers(-most, most, sums.shape[1]).astype(np.int32)
        sums = sums + bias.reshape(-1, *[1] * (sums.ndim - 2))
        bias = (self.constant(bias), bias, unit, np.zeros(unit.shape, np.int32))
        axis = 0 if self.per_channel else None
        operands = [self.dequantize(x), self.dequantize(weight, axis), self.dequantize(bias, axis)]
        name = self.node(op, operands, **attrs)
        unit = unit.reshape(-1, *[1] * (sums.ndim - 2)) if self.per_channel else unit
        values = sums.astype(F32) * unit
        if relu:
            name, values = self.node("Relu", [name]), np.maximum(values, 0)
        scale, zero = self.range_of(values)
        result = self.bytes_of(sums.astype(F32) * np.asarray(unit / scale, F32), scale, zero)
        if relu:
            result = np.maximum(result, zero)
        inputs = [name, self.constant(scale), self.constant(zero)]
        return self.node("QuantizeLinear", inputs), result, scale, zero

    def conv(self, x, outputs, window, relu=False, group=1, strides=(1, 1), pads=(0, 0, 0, 0)):
        import torch

        weight = self.weight(outputs, x[1].shape[1] // group, *window)
        image = x[1].astype(np.float64) - float(x[3])
        image = np.pad(image, [(0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])])
        sums = torch.nn.functional.conv2d(
            torch.from_numpy(image),
            torch.from_numpy(weight[1].astype(np.float64)),
            stride=strides,
            groups=group,
        )
        return self.product("Conv", x, weight, sums.numpy().astype(np.int64), relu,
                            group=group, strides=strides, pads=pads)

    def linear(self, x, outputs):
        weight = self.weight(outputs, x[1].shape[1])
        sums = (x[1].astype(np.int64) - int(x[3])) @ weight[1].T.astype(np.int64)
        return self.product("Gemm", x, weight, sums, relu=False, transB=1)

    def max_pool(self, x):
        """Halves height and width."""
        name = self.node("MaxPool", [self.dequantize(x)], kernel_shape=[2, 2], strides=[2, 2])
        inputs = [name, self.constant(x[2]), self.constant(x[3])]
        n, c, h, w = x[1].shape
        part = x[1][:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2)
        return self.node("QuantizeLinear", inputs), part.max((3, 5)), x[2], x[3]

    def add(self, x, y):
        name = self.node("Add", [self.dequantize(x), self.dequantize(y)])
        return self.quantize(name, self.floats(x) + self.floats(y))

    def mean(self, x):
        axes = self.constant(np.array([2, 3]))
        name = self.node("ReduceMean", [self.dequantize(x), axes], keepdims=0)
        return self.quantize(name, self.floats(x).astype(np.float64).mean((2, 3)).astype(F32))


def network(activation, per_channel):
    net = Network(activation, per_channel)
    image = net.rng.normal(0.3, 1, (2, 3, 17, 15)).astype(F32)
    x = net.quantize("x", image)
    x = net.conv(x, 12, (3, 3), relu=True, strides=(2, 2), pads=(1, 1, 1, 1))
    x = net.max_pool(x)
    same = x
    x = net.conv(x, 12, (3, 3), group=12, pads=(0, 1, 2, 1))  # depthwise
    x = net.conv(x, 12, (1, 1))
    x = net.add(x, same)
    x = net.conv(x, 18, (3, 2), relu=True, group=3)
    x = net.linear(net.mean(x), 7)
    result = net.dequantize(x)
    model = graph_model(net.nodes, {"x": image}, [result], initializers=net.initializers)
    return {
        "name": f"{np.dtype(activation).name}-{'channels' if per_channel else 'tensors'}",
        "model": lambda: model,
        "inputs": {"x": image},
        "reference": [net.floats(x)],
        "tolerance": (1e-6, 0),
    }


CASES = [network(a, c) for a in (np.uint8, np.int8) for c in (False, True)]
