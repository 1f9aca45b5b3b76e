"""ufront: compiles neural networks from any framework for the CPU.

    import ufront

    fast = ufront.compile("model.onnx")
    y = fast(x)

`compile` takes a file, an onnx.ModelProto, an nn.Module or an ExportedProgram.
"""

import importlib
import os
from pathlib import Path

_here = Path(__file__).parent
if not (_here / "_ufront.abi3.so").exists():
    # The package in the sources: the extension is in a build folder.
    _build = os.environ.get("UFRONT_BUILD_DIR", _here.parents[1] / "build" / "release")
    _there = Path(_build, "python", "ufront").absolute()
    if not (_there / "_ufront.abi3.so").exists():
        raise ImportError(
            f"the extension is neither in {_here} nor in {_there}: run './dev build "
            "release' or 'pip install .'; UFRONT_BUILD_DIR names another build folder"
        )
    __path__.append(str(_there))

from ufront._compiled import CompiledModel, compile, load  # noqa: E402
from ufront._ufront import (  # noqa: E402
    Error,
    TensorInfo,
    UnsupportedError,
    version as __version__,
)

# Networks written by hand; imported when they are asked for.
_BY_HAND = {
    "LossType": "optimizer",
    "MetricsType": "optimizer",
    "Model": "model",
    "Optimizer": "optimizer",
    "PyOperator": "operator",
    "Tensor": "tensor",
    "TensorF32": "tensor",
}

__all__ = [
    "CompiledModel",
    "Error",
    "TensorInfo",
    "UnsupportedError",
    "compile",
    "load",
    *_BY_HAND,
]


def __getattr__(name):
    if name not in _BY_HAND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"ufront.{_BY_HAND[name]}"), name)
