"""PyTorch modules as .ff files, FlexFlow's text format: one operator per line, without
shapes and weights. So a module is traced by torch.fx, which needs no inputs."""

import operator

import torch
from torch import fx, nn
from torch.nn import functional

from ufront import UnsupportedError
from ufront.pytorch._names import Names

# FlexFlow's numbers for no activation and for kinds of pooling.
_NO_ACTIVATION, _MAX, _AVG = 10, 30, 31


class _CannotSay(Exception):
    """The format has no place for something."""


def _only(condition, what):
    if not condition:
        raise _CannotSay(f"only {what} can be written")


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def _square(value):
    height, width = _pair(value)
    _only(height == width, "square windows")
    return height


# --- Layers --------------------------------------------------------------------------


def _conv2d(layer):
    _only(_pair(layer.dilation) == (1, 1), "a dilation of 1")
    _only(layer.padding_mode == "zeros", "padding with zeros")
    _only(not isinstance(layer.padding, str), "padding in numbers")
    return [
        "CONV2D",
        layer.out_channels,
        *_pair(layer.kernel_size),
        *_pair(layer.stride),
        *_pair(layer.padding),
        _NO_ACTIVATION,
        layer.groups,
        int(layer.bias is not None),
    ]


def _pool(kind):
    def write(layer):
        _only(not layer.ceil_mode, "a ceil_mode of False")
        _only(_square(getattr(layer, "dilation", 1)) == 1, "a dilation of 1")
        padding = _square(layer.padding)
        padded = kind == _AVG and padding and layer.count_include_pad
        _only(not padded, "averages that do not count padding")
        sizes = _square(layer.kernel_size), _square(layer.stride)
        return ["POOL2D", *sizes, padding, kind, _NO_ACTIVATION]

    return write


def _adaptive_pool(layer):
    _only(layer.output_size in (1, (1, 1)), "an output size of 1")
    return ["MEAN", 2, 3, True]


def _norm(op):
    def write(layer):
        _only(layer.eps == 1e-5, "an eps of 1e-5")
        shape = getattr(layer, "normalized_shape", (1,))
        _only(len(shape) == 1, "the last dimension")
        return [op]

    return write


def _plain(op, **attributes):
    """An operator without parameters, for a layer with these attributes."""

    def write(layer):
        for name, value in attributes.items():
            _only(getattr(layer, name) == value, f"{name}={value!r}")
        return [op]

    return write


_LAYERS = {
    nn.Conv2d: _conv2d,
    nn.Linear: lambda layer: [
        "LINEAR",
        layer.out_features,
        _NO_ACTIVATION,
        int(layer.bias is not None),
    ],
    nn.MaxPool2d: _pool(_MAX),
    nn.AvgPool2d: _pool(_AVG),
    nn.AdaptiveAvgPool2d: _adaptive_pool,
    nn.BatchNorm2d: _norm("BATCH_NORM"),
    nn.LayerNorm: _norm("LAYER_NORM"),
    nn.Embedding: lambda layer: [
        "EMBEDDING",
        layer.num_embeddings,
        layer.embedding_dim,
    ],
    nn.Dropout: lambda layer: ["DROPOUT", layer.p],
    nn.Flatten: _plain("FLAT", start_dim=1, end_dim=-1),
    nn.Softmax: _plain("SOFTMAX", dim=-1),
    nn.ReLU: _plain("RELU"),
    nn.Sigmoid: _plain("SIGMOID"),
    nn.Tanh: _plain("TANH"),
    nn.ELU: _plain("ELU", alpha=1.0),
    nn.GELU: _plain("GELU", approximate="none"),
    nn.Identity: _plain("IDENTITY"),
}


# --- Functions and methods -----------------------------------------------------------


class _Call:
    """A call whose arguments are asked for by position or by name."""

    def __init__(self, node):
        self.node = node

    def __call__(self, position, name, default=None):
        args, kwargs = self.node.args, self.node.kwargs
        return args[position] if position < len(args) else kwargs.get(name, default)

    def rest(self, name):
        """All arguments from the second on, or the list that they are."""
        given = self.node.args[1:] or (self.node.kwargs[name],)
        return given[0] if isinstance(given[0], (list, tuple)) else given


def _unary(op, **fixed):
    """An operator of its first argument, for these values of the others."""

    def write(call):
        for name, value in fixed.items():
            given = call(len(call.node.args), name, value)
            _only(len(call.node.args) == 1 and given == value, f"{name}={value!r}")
        return [op], [call.node.args[0]]

    return write


def _binary(op, scalar, commutes=False):
    def write(call):
        left, right = call(0, "input"), call(1, "other")
        if commutes and not isinstance(left, fx.Node):
            left, right = right, left
        _only(isinstance(left, fx.Node), "a number on the right")
        _only(call(2, "alpha", 1) == 1, "alpha=1")
        if isinstance(right, fx.Node):
            _only(op, "a number on the right")
            return [op], [left, right]
        return [scalar, right], [left]

    return write


def _cat(call):
    return ["CONCAT", call(1, "dim", 0)], list(call(0, "tensors"))


def _split(call):
    sizes = call(1, "split_size_or_sections")
    sizes = sizes if isinstance(sizes, (list, tuple)) else ()
    return ["SPLIT", call(2, "dim", 0), *sizes], [call(0, "tensor")]


def _chunk(call):
    return ["SPLIT", call(2, "dim", 0)], [call(0, "input")]


def _getitem(call):
    index = call.node.args[1]
    index = index if isinstance(index, tuple) else (index,)
    known = (int, slice, type(None))
    _only(all(isinstance(item, known) for item in index), "numbers, slices and None")
    return ["GETITEM", *index], [call.node.args[0]]


def _mean(call):
    dims = call(1, "dim", ())
    dims = (dims,) if isinstance(dims, int) else dims or ()
    return ["MEAN", *dims, bool(call(2, "keepdim", False))], [call(0, "input")]


def _flatten(call):
    _only((call(1, "start_dim", 0), call(2, "end_dim", -1)) == (1, -1), "start_dim=1")
    return ["FLAT"], [call(0, "input")]


def _softmax(call):
    _only(call(1, "dim") == -1, "dim=-1")
    return ["SOFTMAX"], [call(0, "input")]


def _sizes(op, name):
    return lambda call: ([op, *call.rest(name)], [call(0, "input")])


def _numbers(op, *names):
    """An operator of a tensor and these numbers."""

    def write(call):
        numbers = [call(i + 1, name) for i, name in enumerate(names)]
        return [op, *numbers], [call(0, "input")]

    return write


_add = _binary("ADD", "SCALAR_ADD", commutes=True)
_sub = _binary("SUBTRACT", "SCALAR_SUB")
_mul = _binary("MULTIPLY", "SCALAR_MULTIPLY", commutes=True)
_div = _binary("DIVIDE", "SCALAR_TRUEDIV")

# By the names of functions, of which torch has several, and of methods.
_CALLS = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "truediv": _div,
    "floordiv": _binary(None, "SCALAR_FLOORDIV"),
    "cat": _cat,
    "concat": _cat,
    "split": _split,
    "chunk": _chunk,
    "getitem": _getitem,
    "mean": _mean,
    "flatten": _flatten,
    "softmax": _softmax,
    "matmul": lambda call: (["BATCH_MATMUL"], [call(0, "input"), call(1, "other")]),
    "reshape": _sizes("RESHAPE", "shape"),
    "view": _sizes("VIEW", "size"),
    "permute": _sizes("PERMUTE", "dims"),
    "expand": _sizes("EXPAND", "size"),
    "transpose": _numbers("TRANSPOSE", "dim0", "dim1"),
    "unsqueeze": _numbers("UNSQUEEZE", "dim"),
    "pow": _numbers("POW", "exponent"),
    "relu": lambda call: (["RELU"], [call(0, "input")]),
    "gelu": _unary("GELU", approximate="none"),
    "elu": _unary("ELU", alpha=1.0),
    "dropout": lambda call: (["DROPOUT", call(1, "p", 0.5)], [call(0, "input")]),
    "contiguous": _unary("CONTIGUOUS"),
    "float": _unary("FLOAT"),
    "sigmoid": _unary("SIGMOID"),
    "tanh": _unary("TANH"),
    "exp": _unary("EXP"),
    "sin": _unary("SIN"),
    "cos": _unary("COS"),
    "rsqrt": _unary("RSQRT"),
}
_CALLS["bmm"] = _CALLS["matmul"]
_CALLS["iadd"], _CALLS["isub"], _CALLS["imul"] = _add, _sub, _mul
_MODULES = (torch, functional, operator, torch._C._nn)


def _called(node):
    """The name of the layer, the function or the method that is called."""
    return node.target if isinstance(node.target, str) else node.target.__name__


def _rule(node):
    """The rule for a call, None if there is none."""
    name = _called(node)
    known = node.op == "call_method" or any(
        getattr(module, name, None) is node.target for module in _MODULES
    )
    # In place or not is the same.
    return _CALLS.get(name.rstrip("_")) if known else None


# --- Files ---------------------------------------------------------------------------


def _describe(node, module):
    """The items after the names, and the nodes that are read."""
    if node.op == "placeholder":
        return ["INPUT"], []
    if node.op == "output":
        result = node.args[0]
        result = result.values() if isinstance(result, dict) else result
        result = [result] if isinstance(result, fx.Node) else list(result)
        _only(all(isinstance(item, fx.Node) for item in result), "flat outputs")
        return ["OUTPUT"], result
    if node.op == "get_attr":
        raise _CannotSay("tensors that are no layer's cannot be written")
    if node.op == "call_module":
        layer = module.get_submodule(node.target)
        rule = _LAYERS.get(type(layer))
        if not rule:
            raise _CannotSay(f"there is no operator for {type(layer).__name__}")
        return rule(layer), [node.args[0]]
    rule = _rule(node)
    if not rule:
        raise _CannotSay(f"there is no operator for {_called(node)}")
    return rule(_Call(node))


def lines(module):
    """The lines of an .ff file. All that cannot be written is in one
    UnsupportedError."""
    traced = fx.symbolic_trace(module)
    names, free, result, refused = {}, Names(), [], []
    for node in traced.graph.nodes:
        names[node] = node.name if node.op == "output" else free(_called(node))
    for node in traced.graph.nodes:
        try:
            items, reads = _describe(node, traced)
        except _CannotSay as why:
            refused.append(f"  {names[node]}: {why}")
            continue
        # Sizes may be computed; they are read like tensors.
        reads = [*reads, *(item for item in items if isinstance(item, fx.Node))]
        items = [f"{names[x]}," if isinstance(x, fx.Node) else str(x) for x in items]
        inputs = "".join(f"{names[read]}," for read in reads)
        outputs = "".join(f"{names[user]}," for user in node.users)
        result.append("; ".join([names[node], inputs, outputs, *items]))
    if refused:
        text = "\n".join(refused)
        raise UnsupportedError(f"{len(refused)} nodes have no place in .ff:\n{text}")
    return result


def input_names(path):
    """The names of the inputs of an .ff file, in order."""
    with open(path, encoding="utf-8") as file:
        items = [[item.strip() for item in line.split(";")] for line in file]
    return [item[0] for item in items if len(item) > 3 and item[3] == "INPUT"]
