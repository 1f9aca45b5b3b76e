"""ufront: compiles neural networks from any framework for the CPU."""

from ufront._capi import Error, Program, compile_file, compile_onnx, version

__all__ = ["Error", "Program", "compile_file", "compile_onnx", "version"]
__version__ = version()
