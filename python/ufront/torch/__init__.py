"""PyTorch's doors to ufront.

    fast = ufront.torch.compile(module, (x,))          # torch.export, then ours
    fast = ufront.torch.compile_exported(program)
    fast = torch.compile(module, backend="ufront")     # what dynamo captures
    print(ufront.torch.compile_to(module, (x,)))       # linalg on tensors
"""

import torch
from torch.export._tree_utils import reorder_kwargs
from torch.utils import _pytree as pytree

from ufront._compiled import CompiledModel, converter, to_c, to_torch
from ufront.torch._dynamo import dynamo_backend
from ufront.torch._export import decompose, import_program

__all__ = [
    "CompiledModule",
    "compile",
    "compile_exported",
    "compile_to",
    "dynamo_backend",
    "export",
]


def export(module, args, kwargs=None, *, dynamic_shapes=None):
    """torch.export of a module in evaluation, in ATen operators ufront knows."""
    with torch.no_grad():
        program = torch.export.export(
            module, args, kwargs, dynamic_shapes=dynamic_shapes, strict=False
        )
        return decompose(program)


def compile(module, args, kwargs=None, *, dynamic_shapes=None, **options):
    """Compiles an nn.Module for arguments like `args`.

    Returns a callable that takes what the module takes and gives what it gives,
    on the CPU and without gradients. Weights are shared with the module, so they
    are not to be changed in place. `dynamic_shapes` is torch.export's. Operators
    that ufront lacks are all named in one ufront.UnsupportedError. `options`
    are ufront.compile()'s `threads`, `cpu`, `cpu_features` and `cache_dir`.
    """
    program = export(module, args, kwargs, dynamic_shapes=dynamic_shapes)
    name = type(module).__name__
    return CompiledModule(import_program(program), name, options)


def compile_exported(program, **options):
    """Compiles a torch.export.ExportedProgram. The options are compile()'s."""
    with torch.no_grad():
        program = decompose(program)
    return CompiledModule(import_program(program), options=options)


def compile_to(module, args, stage="linalg", *, weights="elide", dynamic_shapes=None):
    """The MLIR text of an nn.Module, or of an ExportedProgram with `args` None.

    `stage` is "ufront", "tosa", "linalg", "kernels", "llvm" or "asm"; `weights`
    says where they are: "elide" (arguments of the function), "inline" or "file".
    """
    if isinstance(module, torch.export.ExportedProgram):
        with torch.no_grad():
            program = decompose(module)
    else:
        program = export(module, args, dynamic_shapes=dynamic_shapes)
    return import_program(program).model.emit(stage, weights)


class CompiledModule(CompiledModel):
    """A compiled module: call it as the module, or with `out=` as a
    ufront.CompiledModel, whose other methods it has."""

    def __init__(self, imported, name="module", options=None):
        model = imported.model
        program = model.compile(**to_c(**(options or {})))
        super().__init__(program, model, name, options)
        self._signature = imported
        # Arguments that are tensors and nothing else need no taking apart.
        args, kwargs = imported.in_spec.children()
        plain = all(child.is_leaf() for child in args.children())
        count = args.num_children if plain and not kwargs.num_children else -1
        self._plain = count if imported.inputs == list(range(count)) else -1

    def __call__(self, *args, out=None, **kwargs):
        if len(args) == self._plain and not kwargs:
            flat = args
            results = self._run(args, out)
        else:
            flat = self._flatten(args, kwargs)
            inputs = [_argument(flat[i]) for i in self._signature.inputs]
            results = self._run(tuple(inputs), out)
        if results is None and not self._signature.mutations:
            return out
        return self._unflatten(flat, results, out)

    def _flatten(self, args, kwargs):
        wanted = self._signature.in_spec
        flat, spec = pytree.tree_flatten((args, kwargs))
        if spec != wanted and kwargs:
            kwargs = reorder_kwargs(kwargs, wanted)
            flat, spec = pytree.tree_flatten((args, kwargs))
        if spec != wanted:
            raise TypeError(
                "the arguments must have the structure of the examples, "
                f"{wanted}, but have {spec}"
            )
        return flat

    def _unflatten(self, flat, results, out):
        signature = self._signature
        convert = converter(flat)
        if results is None:
            results = out
        elif out is None:
            results = [convert(result) for result in results]
        else:
            results = [
                given if result is None else convert(result)
                for given, result in zip(out, results)
            ]
        for output, argument in signature.mutations:
            flat[argument].copy_(results[output])
        leaves = [
            results[value] if kind == "output" else value
            for kind, value in signature.outputs
        ]
        return pytree.tree_unflatten(leaves, signature.out_spec)


def _argument(value):
    """What a program takes: numbers are tensors of rank 0."""
    return torch.tensor(value) if isinstance(value, (bool, int, float)) else value
