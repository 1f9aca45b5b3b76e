"""From an ExportedProgram to a model."""

import functools

import torch
from torch.export.graph_signature import InputKind, OutputKind

from ufront import _ufront
from ufront.torch import _attention, _walk

def decompositions():
    """What is taken apart before ufront sees it: ATen's composite operators that
    no import rule knows, and nothing that one does."""
    known = operators()
    table = torch.export.default_decompositions()
    for op in [op for op in table if str(op) in known]:
        table.pop(op)
    return table


@functools.cache
def operators():
    """The names of the operators that there are import rules for."""
    return frozenset(_ufront.operators("torch"))


def _uncovered(program):
    """Decompositions of what `program` calls, has no rule, and is not core ATen:
    torch has most of them, but its exporter does not use them."""
    from torch._decomp import decomposition_table

    table = {**decomposition_table, **_attention.DECOMPOSITIONS}
    return {
        op: table[op]
        for op in _calls(program.graph_module)
        if op in table
        and str(op) not in operators()
        and torch.Tag.core not in op.tags
    }


def _calls(module):
    for part in module.modules():
        if isinstance(part, torch.fx.GraphModule):
            for node in part.graph.nodes:
                if node.op == "call_function":
                    yield node.target


def decompose(program):
    """`program`, functional, in operators that there are rules for if possible."""
    table = decompositions()
    program = program.run_decompositions(table)
    # Taking one apart may bring another to light.
    for _ in range(3):
        table = _uncovered(program)
        if not table:
            break
        program = program.run_decompositions(table)
    return program


class Imported:
    """A model and what its caller must know: which of the flat arguments are its
    inputs, and what the flat results are."""

    def __init__(self, model, inputs, outputs, mutations, program):
        self.model = model
        self.inputs = inputs  # positions of flat arguments that are handed over
        self.outputs = outputs  # ("output", i) or ("constant", value)
        self.mutations = mutations  # (output, flat argument) written back
        self.in_spec = program.call_spec.in_spec
        self.out_spec = program.call_spec.out_spec


def import_program(program, session=None, walk=_walk.Walk):
    """Builds the model of an ExportedProgram. Its weights stay where they are. A
    subclass of Walk names operators in its own way."""
    graph = _ufront.Graph("torch", session or _ufront.Session())
    walk = walk(graph, program.graph_module)
    signature = program.graph_signature
    placeholders = [n for n in program.graph.nodes if n.op == "placeholder"]
    inputs = _add_inputs(program, walk, placeholders)
    for node in program.graph.nodes:
        if node.op == "call_function":
            walk.node(node)
    results = next(n for n in program.graph.nodes if n.op == "output").args[0]
    outputs, mutations, count = [], [], 0
    users = [s.arg.name for s in signature.input_specs if s.kind == InputKind.USER_INPUT]
    for spec, value in zip(signature.output_specs, results):
        if spec.kind == OutputKind.BUFFER_MUTATION:
            continue  # running statistics: inference leaves them
        if spec.kind not in (OutputKind.USER_OUTPUT, OutputKind.USER_INPUT_MUTATION):
            raise _ufront.UnsupportedError(f"an output of kind {spec.kind.name}")
        if not isinstance(value, torch.fx.Node):
            outputs.append(("constant", value))
            continue
        graph.add_output(value.name, walk.values[value])
        if spec.kind == OutputKind.USER_INPUT_MUTATION:
            mutations.append((count, users.index(spec.target)))
        else:
            outputs.append(("output", count))
        count += 1
    return Imported(graph.finish(), inputs, outputs, mutations, program)


def _add_inputs(program, walk, placeholders):
    """Adds inputs and weights. Returns which flat arguments are inputs."""
    shared, inputs, position = {}, [], 0
    for node, spec in zip(placeholders, program.graph_signature.input_specs):
        value = node.meta.get("val")
        if spec.kind == InputKind.USER_INPUT:
            if isinstance(value, (torch.Tensor, torch.SymInt, torch.SymBool, torch.SymFloat)):
                name, kind, shape = _walk.describe(node.name, value)
                if kind is None:
                    raise _ufront.UnsupportedError(
                        f"input '{name}' has elements of type {value.dtype}"
                    )
                walk.values[node] = walk.graph.add_input(name, kind, shape)
                inputs.append(position)
            else:
                walk.values[node] = value  # a constant since exporting
            position += 1
            continue
        tensor = _weight(program, spec)
        # Tied weights are one.
        key = (tensor.data_ptr(), tensor.shape, tensor.stride(), tensor.dtype)
        if tensor.numel() == 0 or key not in shared:
            shared[key] = walk.tensor(spec.target, tensor)
        walk.values[node] = shared[key]
    return inputs


def _weight(program, spec):
    if spec.kind in (InputKind.PARAMETER, InputKind.BUFFER):
        if spec.target in program.state_dict:
            return program.state_dict[spec.target]
    elif spec.kind != InputKind.CONSTANT_TENSOR:
        raise _ufront.UnsupportedError(f"an input of kind {spec.kind.name}")
    return program.constants[spec.target]
