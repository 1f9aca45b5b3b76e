"""Names of operators as torch.fx gave them to the first ufront."""

import builtins
import keyword
import re

import torch

from ufront.torch import _walk


def _shadows(name):
    return (
        hasattr(torch, name)
        or hasattr(torch.nn, name)
        or hasattr(torch.nn.functional, name)
        or hasattr(builtins, name)
        or keyword.iskeyword(name)
    )


class Names:
    """Numbers names from the second on, and from the first on those that would hide
    a name of torch ("relu_1")."""

    def __init__(self):
        self._counts = {}

    def __call__(self, base):
        base = re.sub(r"\W", "_", base)
        count = self._counts.get(base)
        if count is None and not _shadows(base):
            self._counts[base] = 0
            return base
        self._counts[base] = count = (count or 0) + 1
        return f"{base}_{count}"


def _flattened(node):
    """The dimensions that a node makes one, None if it does not. What was written as
    flatten() comes from the exporter as a view."""
    called = node.meta.get("torch_fn", ("", ""))[1]
    viewed = node.target is torch.ops.aten.view.default
    if not viewed or not called.endswith(".flatten"):
        return None
    before, after = node.args[0].meta["val"].shape, node.meta["val"].shape
    merged = len(before) - len(after)
    if merged < 1:
        return None
    last = len(after) - 1
    start = next((i for i, n in enumerate(after) if n != before[i]), last)
    return {"start_dim": start, "end_dim": start + merged}


class NamingWalk(_walk.Walk):
    """Names nodes by their layer ("conv1"), or by the function that was called."""

    def __init__(self, graph, module):
        super().__init__(graph, module)
        self._names = Names()

    def node(self, node):
        dims = _flattened(node)
        if dims is None:
            super().node(node)
            return
        args = [("self", self.values[node.args[0]]), *dims.items()]
        outputs = [_walk.describe(node.name, node.meta["val"])]
        self.values[node] = self.graph.add_node(
            "aten.flatten.using_ints", self._name(node), None, args, outputs
        )

    def _name(self, node):
        stack = node.meta.get("nn_module_stack")
        if stack:
            path, kind = next(reversed(stack.values()))
            kind = kind if isinstance(kind, str) else kind.__module__
            if path and kind.startswith("torch.nn."):
                return self._names(path)
        called = node.meta.get("torch_fn")
        if called:
            return self._names(called[1].rsplit(".", 1)[-1])
        return self._names(re.sub(r"_\d+$", "", node.name))
