"""From a graph of torch.fx nodes to a ufront graph.

One node becomes one node: operators by their ATen overload, arguments by the
names of its schema, layer names and source lines from its metadata.
"""

import inspect
import operator
import os
import re

import torch
from torch import fx
from torch._subclasses.fake_tensor import unset_fake_temporarily

from ufront import _ufront

_DTYPES = {
    getattr(torch, name): _ufront.Type(name)
    for name in (
        "float32 float64 float16 bfloat16 bool int8 int16 int32 int64 uint8 "
        "uint16 uint32 uint64 float8_e4m3fn float8_e4m3fnuz float8_e5m2 "
        "float8_e5m2fnuz"
    ).split()
}
# What says where a tensor is or how it lies in memory: ours are all alike.
_PLACES = (torch.device, torch.layout, torch.memory_format)
_TORCH = os.path.dirname(torch.__file__) + os.sep
_FRAME = re.compile(r'File "([^"]*)", line (\d+)')


def dtype_name(dtype):
    """The name of a torch.dtype, None for one that ufront lacks."""
    kind = _DTYPES.get(dtype)
    return None if kind is None else kind.name


def shape_of(tensor):
    """Sizes, None where they are symbolic."""
    return tuple(size if type(size) is int else None for size in tensor.shape)


def describe(name, value):
    """What is said of a result: name, type and shape, None where unknown."""
    if isinstance(value, torch.Tensor):
        return name, _DTYPES.get(value.dtype), shape_of(value)
    if isinstance(value, (torch.SymBool, bool)):
        return name, _DTYPES[torch.bool], ()
    if isinstance(value, (torch.SymInt, int)):
        return name, _DTYPES[torch.int64], ()
    if isinstance(value, (torch.SymFloat, float)):
        return name, _DTYPES[torch.float64], ()
    return name, None, None


def _read(node):
    """Which results are read, None for all."""
    if any(user.target is not operator.getitem for user in node.users):
        return None
    return {user.args[1] for user in node.users}


class _Operators:
    """Names of operators and of their arguments, looked up once for each."""

    def __init__(self):
        self._known = {}

    def __call__(self, target):
        found = self._known.get(target)
        if found is None:
            found = self._known[target] = self._describe(target)
        return found

    @staticmethod
    def _describe(target):
        schema = getattr(target, "_schema", None)
        if schema is not None:
            name = str(target)
            return name, tuple(argument.name for argument in schema.arguments)
        module = getattr(target, "__module__", None) or type(target).__module__
        name = getattr(target, "__name__", None) or str(target)
        if isinstance(target, torch._ops.HigherOrderOperator):
            module = "higher_order"
        try:
            names = tuple(inspect.signature(target).parameters)
        except (TypeError, ValueError):
            names = ()
        return f"{module}.{name}", names


class Walk:
    """Hands the nodes of fx graphs to a ufront graph."""

    def __init__(self, graph, module):
        self.graph = graph
        self.module = module  # whose attributes get_attr nodes name
        self.values = {}  # fx.Node -> Value, or a list of them, or a constant
        self._layers = {}  # path -> how many nodes are called by it
        self._operators = _Operators()

    def node(self, node):
        """Adds a call_function node."""
        target = node.target
        if target is operator.getitem and node.args[0] in self.values:
            source = self.values[node.args[0]]
            if isinstance(source, (list, tuple)):
                self.values[node] = source[node.args[1]]
                return
        op, names = self._operators(target)
        args = [
            (names[i] if i < len(names) else f"arg{i}", self._argument(value))
            for i, value in enumerate(node.args)
            if not isinstance(value, _PLACES)
        ]
        for name, value in node.kwargs.items():
            if not isinstance(value, _PLACES):
                args.append((name, self._argument(value)))
        found = node.meta.get("val")
        many = isinstance(found, (list, tuple))
        read = _read(node) if many else None
        outputs = [
            describe(f"{node.name}_{i}" if many else node.name, value)
            if read is None or i in read
            else None
            for i, value in enumerate(found if many else [found])
        ]
        first = self.graph.add_node(op, self._name(node), _source(node), args, outputs)
        self.values[node] = (
            [type(first)(first + i) for i in range(len(outputs))] if many else first
        )

    def _name(self, node):
        """The layer's name for what torch.nn's layers do ("layer1.0.conv1"),
        numbered from the second node on; else the node's."""
        stack = node.meta.get("nn_module_stack")
        if not stack:
            return node.name
        path, kind = next(reversed(stack.values()))
        kind = kind if isinstance(kind, str) else kind.__module__
        if not path or not kind.startswith("torch.nn."):
            return node.name
        count = self._layers.get(path, 0)
        self._layers[path] = count + 1
        return f"{path}_{count}" if count else path

    def _argument(self, value):
        if isinstance(value, fx.Node):
            if value in self.values:
                return self.values[value]
            return self._attribute(value)
        if isinstance(value, (list, tuple)):
            return [self._argument(item) for item in value]
        if isinstance(value, torch.dtype):
            if value not in _DTYPES:
                raise _ufront.UnsupportedError(f"{value} is not supported")
            return _DTYPES[value]
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, complex):
            raise _ufront.UnsupportedError("complex numbers are not supported")
        if isinstance(value, torch.Tensor):
            return self.tensor("constant", value)
        if isinstance(value, (torch.SymInt, torch.SymFloat, torch.SymBool)):
            # Not in the graph, so it was decided while exporting.
            return value.node.maybe_as_int() if value.node.is_constant() else None
        return str(value)

    def _attribute(self, node):
        """A get_attr node: a graph for an operator that runs it, or a tensor."""
        found = self.module
        for part in node.target.split("."):
            found = getattr(found, part)
        if isinstance(found, fx.GraphModule):
            result = record(found)
        else:
            result = self.tensor(node.target, found)
        self.values[node] = result
        return result

    def tensor(self, name, tensor):
        """Adds a weight."""
        # What calls us may be tracing: the tensor is a real one.
        with unset_fake_temporarily():
            return self.graph.add_parameter(name, tensor.detach().contiguous())


def record(module):
    """A graph that only records, of a module that an operator runs."""
    graph = _ufront.Graph("torch")
    walk = Walk(graph, module)
    for node in module.graph.nodes:
        if node.op == "placeholder":
            walk.values[node] = graph.add_input(*describe(node.name, node.meta["val"]))
        elif node.op == "call_function":
            walk.node(node)
        elif node.op == "output":
            outputs = node.args[0]
            if isinstance(outputs, fx.Node):
                outputs = (outputs,)
            for i, value in enumerate(outputs):
                graph.add_output(f"output_{i}", walk.values[value])
    return graph


def _source(node):
    """"model.py:12", the innermost line that is not torch's own."""
    frames = _FRAME.findall(node.meta.get("stack_trace") or "")
    for file, line in reversed(frames):
        if not file.startswith(_TORCH):
            return f"{file}:{line}"
    return None
