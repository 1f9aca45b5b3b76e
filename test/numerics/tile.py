"""Shapes that meet every edge of register tiles: columns and rows left over,
panels not full, few rows, rows that are images, open sizes, large strides."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(7)
TOLERANCE = (1e-4, 2e-5)


def noise(*shape):
    return RANDOM.standard_normal(shape).astype(np.float32)


def build(nodes, inputs, output, weights):
    def info(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        nodes,
        "tile",
        [info(name, shape) for name, shape in inputs.items()],
        [info("y", output)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )


def product(m, n, k, is_weight=True, is_open=False, transposed=False):
    """relu(x @ w + bias) + x2, with w a weight or an input."""
    x, bias, residual = noise(m, k), noise(n), noise(m, n)
    w = noise(n, k) if transposed else noise(k, n)
    nodes = [
        helper.make_node("Gemm", ["x", "w", "bias"], ["sum"], transB=int(transposed)),
        helper.make_node("Relu", ["sum"], ["positive"]),
        helper.make_node("Add", ["positive", "residual"], ["y"]),
    ]
    rows = "m" if is_open else m
    shapes = {"x": [rows, k], "residual": [rows, n]}
    inputs = {"x": x, "residual": residual}
    weights = {"bias": bias}
    (weights if is_weight else inputs)["w"] = w
    if not is_weight:
        shapes["w"] = list(w.shape)
    wide = (w.T if transposed else w).astype(np.float64)
    expected = np.maximum(x.astype(np.float64) @ wide + bias, 0) + residual
    kinds = [
        "weight" if is_weight else "input",
        "open" if is_open else "fixed",
        "transposed" if transposed else "plain",
    ]
    return {
        "name": f"product_{m}x{n}x{k}_" + "_".join(kinds),
        "model": lambda: build(nodes, shapes, [rows, n], weights),
        "inputs": inputs,
        "reference": [expected.astype(np.float32)],
        "tolerance": (1e-4, 2e-5 + 2e-7 * k),
    }


def batched(batch, m, n, k):
    """Scores of attention: both factors are inputs, the second transposed."""
    x, y = noise(batch, m, k), noise(batch, n, k)
    nodes = [
        helper.make_node("Transpose", ["k"], ["t"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["q", "t"], ["y"]),
    ]
    expected = x.astype(np.float64) @ y.astype(np.float64).transpose(0, 2, 1)
    return {
        "name": f"batched_{batch}x{m}x{n}x{k}",
        "model": lambda: build(
            nodes, {"q": x.shape, "k": y.shape}, [batch, m, n], {}
        ),
        "inputs": {"q": x, "k": y},
        "reference": [expected.astype(np.float32)],
        "tolerance": TOLERANCE,
    }


def attention(batch, queries, keys, size):
    """Attention whose queries are a product's result, scaled: what scales them
    could be part of either kernel."""
    x, k, v = noise(batch, queries, size), noise(batch, keys, size), noise(batch, keys, 8)
    w = noise(size, size) / np.float32(size)
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["product"]),
        helper.make_node("Mul", ["product", "scale"], ["q"]),
        helper.make_node("Transpose", ["k"], ["t"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["q", "t"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["shares"], axis=-1),
        helper.make_node("MatMul", ["shares", "v"], ["y"]),
    ]
    scale = np.array(0.3, np.float32)
    scores = (x.astype(np.float64) @ w * scale) @ k.transpose(0, 2, 1)
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    expected = shares / shares.sum(-1, keepdims=True) @ v
    return {
        "name": f"attention_{batch}x{queries}x{keys}x{size}",
        "model": lambda: build(
            nodes,
            {"x": x.shape, "k": k.shape, "v": v.shape},
            [batch, queries, 8],
            {"w": w, "scale": scale},
        ),
        "inputs": {"x": x, "k": k, "v": v},
        "reference": [expected.astype(np.float32)],
        "tolerance": TOLERANCE,
    }


def convolved(x, w, stride, dilation, padding, groups):
    """The convolution in float64, window by window."""
    x = np.pad(x.astype(np.float64), [(0, 0), (0, 0)] + [(padding, padding)] * 2)
    kernel = w.shape[2]
    reach = dilation * (kernel - 1) + 1
    height, width = ((size - reach) // stride + 1 for size in x.shape[2:])
    outputs, inputs = w.shape[0] // groups, w.shape[1]
    sums = np.zeros((x.shape[0], w.shape[0], height, width))
    for group in range(groups):
        mine = slice(group * outputs, (group + 1) * outputs)
        channels = x[:, group * inputs : (group + 1) * inputs]
        for i in range(kernel):
            for j in range(kernel):
                window = channels[
                    :,
                    :,
                    i * dilation : i * dilation + (height - 1) * stride + 1 : stride,
                    j * dilation : j * dilation + (width - 1) * stride + 1 : stride,
                ]
                sums[:, mine] += np.einsum(
                    "nchw,oc->nohw", window, w[mine, :, i, j].astype(np.float64)
                )
    return sums


def convolution(
    channels,
    size,
    outputs,
    kernel,
    stride=1,
    dilation=1,
    groups=1,
    batch=1,
    is_open=False,
):
    height, width = size
    padding = dilation * (kernel // 2)
    x = noise(batch, channels, height, width)
    w, bias = noise(outputs, channels // groups, kernel, kernel), noise(outputs)
    nodes = [
        helper.make_node(
            "Conv",
            ["x", "w", "bias"],
            ["sum"],
            strides=[stride] * 2,
            dilations=[dilation] * 2,
            pads=[padding] * 4,
            group=groups,
        ),
        helper.make_node("Relu", ["sum"], ["y"]),
    ]
    expected = convolved(x, w, stride, dilation, padding, groups)
    expected = np.maximum(expected + bias[:, None, None], 0).astype(np.float32)
    shape = ["n" if is_open else batch, channels, height, width]
    output = [shape[0], *expected.shape[1:]]
    return {
        "name": f"conv_{batch}x{channels}x{height}x{width}_{outputs}_k{kernel}"
        f"_s{stride}_d{dilation}_g{groups}" + "_open" * is_open,
        "model": lambda: build(nodes, {"x": shape}, output, {"w": w, "bias": bias}),
        "inputs": {"x": x},
        "reference": [expected],
        "tolerance": (1e-4, 1e-4),
    }


def transposition(shape, perm, dtype="float32", is_open=False):
    x = (RANDOM.standard_normal(shape) * 50).astype(dtype)
    type_of = helper.np_dtype_to_tensor_dtype(x.dtype)
    sizes = [f"d{i}" for i in range(len(shape))] if is_open else list(shape)
    graph = helper.make_graph(
        [helper.make_node("Transpose", ["x"], ["y"], perm=perm)],
        "transposition",
        [helper.make_tensor_value_info("x", type_of, sizes)],
        [helper.make_tensor_value_info("y", type_of, [sizes[i] for i in perm])],
    )
    numbers = "x".join(map(str, shape)) + "_" + "".join(map(str, perm))
    return {
        "name": f"transposition_{numbers}_{dtype}" + "_open" * is_open,
        "model": lambda: helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
        ),
        "inputs": {"x": x},
        "reference": [np.ascontiguousarray(x.transpose(perm))],
    }


CASES = [
    product(m, n, k)
    for m, n, k in [
        (1, 16, 64),
        (1, 257, 65),
        (2, 100, 40),
        (5, 48, 33),
        (7, 31, 129),
        (13, 33, 17),
        (14, 32, 64),
        (29, 95, 31),
        (127, 50, 37),
        (128, 129, 20),
        (197, 64, 24),
        (33, 7, 40),
        (40, 1, 64),
        (49, 40, 1),
        (30, 96, 1024),
        (130, 50, 3100),
    ]
]
CASES += [product(m, 45, 33, is_open=True) for m in (1, 2, 8, 9, 31, 64)]
CASES += [
    product(m, n, k, is_weight=False, transposed=transposed)
    for m, n, k in [(29, 50, 37), (1, 96, 64), (64, 64, 64)]
    for transposed in (False, True)
]
CASES += [product(31, 70, 29, transposed=True)]
CASES += [batched(3, 17, 29, 16), batched(2, 64, 64, 32), batched(5, 1, 40, 24)]
CASES += [attention(3, 17, 40, 16), attention(2, 64, 33, 32)]
CASES += [
    convolution(16, (14, 14), 32, 3),
    convolution(17, (13, 29), 50, 3),
    convolution(37, (7, 7), 70, 3, batch=2),
    convolution(3, (31, 33), 24, 7, stride=2),
    convolution(20, (15, 15), 40, 1),
    convolution(20, (15, 15), 40, 1, stride=2, batch=3),
    convolution(8, (12, 20), 33, 3, dilation=2),
    convolution(32, (15, 17), 32, 3, groups=32),
    convolution(40, (9, 9), 40, 5, stride=2, groups=40),
    convolution(24, (10, 11), 48, 3, groups=4),
    convolution(16, (9, 10), 20, 3, batch=3, is_open=True),
    convolution(64, (1, 40), 64, 1),
]
CASES += [
    transposition((64, 48), [1, 0]),
    transposition((37, 53), [1, 0]),
    transposition((3, 224, 30), [1, 2, 0]),
    transposition((2, 17, 9, 33), [0, 2, 3, 1]),
    transposition((2, 20, 31, 5), [3, 1, 0, 2]),
    transposition((1, 300), [1, 0]),
    transposition((40, 40), [1, 0], is_open=True),
    transposition((5, 19, 35), [0, 2, 1], is_open=True),
]
CASES += [
    transposition((35, 50), [1, 0], dtype)
    for dtype in ("float64", "float16", "int8", "int64", "bool")
]
