"""ufront: compiles neural networks from any framework for the CPU.

    import ufront

    fast = ufront.compile("model.onnx")
    y = fast(x)

`compile` takes a file, an onnx.ModelProto, an nn.Module or an ExportedProgram.
"""

import os
from pathlib import Path

_here = Path(__file__).parent
if not (_here / "_ufront.abi3.so").exists():
    # The package in the sources: the extension is in a build folder.
    _build = os.environ.get("UFRONT_BUILD_DIR", _here.parents[1] / "build" / "release")
    __path__.append(str(Path(_build, "python", "ufront").absolute()))

from ufront._compiled import CompiledModel, compile, load  # noqa: E402
from ufront._ufront import (  # noqa: E402
    Error,
    TensorInfo,
    UnsupportedError,
    version as __version__,
)

__all__ = [
    "CompiledModel",
    "Error",
    "TensorInfo",
    "UnsupportedError",
    "compile",
    "load",
]
