"""torch.compile(backend="ufront").

AOTAutograd makes functional graphs of what dynamo captures: one of inference, or
one forward and one backward. Each becomes a model; parameters are inputs, so
that a step of an optimizer is seen.
"""

import torch

from ufront import _ufront
from ufront._compiled import to_torch
from ufront.torch import _export, _walk


def _table():
    from torch._decomp import core_aten_decompositions, decomposition_table

    known = _export.operators()
    table = core_aten_decompositions()
    for op, rule in decomposition_table.items():
        table.setdefault(op, rule)
    return {op: rule for op, rule in table.items() if str(op) not in known}


def compile_graph(module, example_inputs):
    """Compiles an fx graph of ATen operators, as AOTAutograd makes it."""
    del example_inputs  # the placeholders say what they are
    graph = _ufront.Graph("torch", _ufront.Session())
    walk = _walk.Walk(graph, module)
    inputs, outputs, position, count = [], [], 0, 0
    for node in module.graph.nodes:
        if node.op == "placeholder":
            value = node.meta.get("val")
            name, kind, shape = _walk._output(node.name, value)
            if kind is not None:
                walk.values[node] = graph.add_input(name, kind, shape)
                inputs.append(position)
            else:
                walk.values[node] = value
            position += 1
        elif node.op == "call_function":
            walk.node(node)
        elif node.op == "output":
            for value in node.args[0]:
                if isinstance(value, torch.fx.Node):
                    graph.add_output(value.name, walk.values[value])
                    scalar = not isinstance(value.meta.get("val"), torch.Tensor)
                    outputs.append(("scalar" if scalar else "output", count))
                    count += 1
                else:
                    outputs.append(("constant", value))
    program = graph.finish().compile()

    def call(args):
        tensors = tuple(
            [
                arg if isinstance(arg, torch.Tensor) else torch.tensor(arg)
                for arg in map(args.__getitem__, inputs)
            ]
        )
        args.clear()  # what the caller hands over may be freed early
        results = [to_torch(result) for result in program.run(tensors)]
        return [
            value
            if kind == "constant"
            else results[value].item()
            if kind == "scalar"
            else results[value]
            for kind, value in outputs
        ]

    call._boxed_call = True
    return call


def dynamo_backend(module, example_inputs, **options):
    """The backend that torch.compile finds by the name "ufront"."""
    from torch._dynamo.backends.common import aot_autograd

    backend = aot_autograd(
        fw_compiler=compile_graph,
        bw_compiler=compile_graph,
        inference_compiler=compile_graph,
        decompositions=_table(),
    )
    return backend(module, example_inputs, **options)
