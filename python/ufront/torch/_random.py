"""Random numbers of a graph: drawn by torch at each call, and inputs to ufront.

They follow torch.manual_seed() so, and what is compiled stays a function.
"""

import torch

aten = torch.ops.aten

# What depends on the sizes and types of tensors alone.
RANDOM = {
    aten.bernoulli.p,
    aten.rand.default,
    aten.rand_like.default,
    aten.randint.default,
    aten.randint.low,
    aten.randint_like.default,
    aten.randint_like.low_dtype,
    aten.randn.default,
    aten.randn_like.default,
    aten.randperm.default,
}
# What torch takes apart into them.
COMPOSITE = (aten.native_dropout.default,)


class Draw:
    """One random node: call it with the graph's arguments for a new tensor."""

    def __init__(self, node, placeholders):
        self._target = node.target
        self._sizes = _sizes(placeholders)
        self._args = [self._prepare(value) for value in node.args]
        self._kwargs = {
            name: self._prepare(value) for name, value in node.kwargs.items()
        }

    def __call__(self, arguments):
        def real(value):
            kind, content = value
            if kind == "like":
                shape, dtype = content
                return torch.empty([size(arguments) for size in shape], dtype=dtype)
            if kind == "list":
                return [real(item) for item in content]
            return content(arguments) if kind == "size" else content

        args = [real(value) for value in self._args]
        kwargs = {name: real(value) for name, value in self._kwargs.items()}
        return self._target(*args, **kwargs)

    def _prepare(self, value):
        if isinstance(value, torch.fx.Node):
            value = value.meta["val"]
        if isinstance(value, torch.Tensor):
            return "like", ([self._size(size) for size in value.shape], value.dtype)
        if isinstance(value, torch.SymInt):
            return "size", self._size(value)
        if isinstance(value, (list, tuple)):
            return "list", [self._prepare(item) for item in value]
        return "constant", value

    def _size(self, size):
        """A function from the arguments to a size."""
        if not isinstance(size, torch.SymInt):
            return lambda arguments: size
        expression, known = size.node.expr, self._sizes

        def compute(arguments):
            values = {
                symbol: get(arguments)
                for symbol, get in known.items()
                if symbol in expression.free_symbols
            }
            return int(expression.subs(values))

        return compute


def _sizes(placeholders):
    """Where each symbol is to be read: a function of the arguments."""
    found = {}
    for i, node in enumerate(placeholders):
        value = node.meta.get("val")
        if isinstance(value, torch.SymInt) and value.node.expr.is_symbol:
            found[value.node.expr] = lambda arguments, i=i: arguments[i]
        elif isinstance(value, torch.Tensor):
            for axis, size in enumerate(value.shape):
                if isinstance(size, torch.SymInt) and size.node.expr.is_symbol:
                    found.setdefault(
                        size.node.expr,
                        lambda arguments, i=i, axis=axis: arguments[i].shape[axis],
                    )
    return found
