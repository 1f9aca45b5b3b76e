"""torch.compile(backend="ufront").

AOTAutograd makes functional graphs of what dynamo captures: one of inference, or
one forward and one backward. Each becomes a model; parameters are inputs, so
that a step of an optimizer is seen.
"""

import torch

from ufront import _ufront
from ufront._compiled import to_c, to_torch
from ufront.torch import _attention, _export, _random, _walk


def _table():
    from torch._decomp import core_aten_decompositions, decomposition_table

    known = _export.operators()
    # torch's own table keeps out what is added to it by setdefault().
    table = {
        **decomposition_table,
        **dict(core_aten_decompositions().items()),
        **_attention.DECOMPOSITIONS,
    }
    return {
        op: rule
        for op, rule in table.items()
        if op in _random.COMPOSITE
        or (str(op) not in known and op not in _random.RANDOM)
    }


def compile_graph(module, example_inputs):
    """Compiles an fx graph of ATen operators, as AOTAutograd makes it."""
    del example_inputs  # the placeholders say what they are
    graph = _ufront.Graph("torch", _ufront.Session())
    walk = _walk.Walk(graph, module)
    placeholders = [node for node in module.graph.nodes if node.op == "placeholder"]
    inputs = []
    for position, node in enumerate(placeholders):
        value = node.meta.get("val")
        name, kind, shape = _walk.describe(node.name, value)
        if kind is None:
            walk.values[node] = value
        else:
            walk.values[node] = graph.add_input(name, kind, shape)
            inputs.append(position)
    draws = _add_draws(walk, module, placeholders)
    for node in module.graph.nodes:
        if node.op == "call_function" and node not in walk.values:
            walk.node(node)
    outputs = _add_outputs(walk, module)
    program = graph.finish().compile(**to_c())

    def call(args):
        arguments = [args[i] for i in inputs] + [draw(args) for draw in draws]
        args.clear()  # what the caller hands over may be freed early
        tensors = [
            arg if isinstance(arg, torch.Tensor) else torch.tensor(arg)
            for arg in arguments
        ]
        results = [to_torch(result) for result in program.run(tuple(tensors))]
        return [read(results) for read in outputs]

    call._boxed_call = True
    return call


def _add_draws(walk, module, placeholders):
    """Makes inputs of the random nodes."""
    draws = []
    for node in module.graph.nodes:
        if node.op == "call_function" and node.target in _random.RANDOM:
            described = _walk.describe(node.name, node.meta["val"])
            walk.values[node] = walk.graph.add_input(*described)
            draws.append(_random.Draw(node, placeholders))
    return draws


def _add_outputs(walk, module):
    """Adds the outputs. Returns what reads each result of the module."""
    outputs, count = [], 0
    (results,) = next(n for n in module.graph.nodes if n.op == "output").args
    for value in results:
        if not isinstance(value, torch.fx.Node):
            outputs.append(lambda results, value=value: value)
            continue
        walk.graph.add_output(value.name, walk.values[value])
        if isinstance(value.meta.get("val"), torch.Tensor):
            outputs.append(lambda results, i=count: results[i])
        else:
            outputs.append(lambda results, i=count: results[i].item())
        count += 1
    return outputs


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
