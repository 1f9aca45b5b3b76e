"""The C ABI of ufront: see include/ufront for what each call does."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, SupportsIndex, final

from typing_extensions import Buffer

class _Dlpack(Protocol):
    def __dlpack__(self) -> Any: ...

_Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]
_Array = Buffer | _Dlpack
_Type = Type | str | None
_Shape = Sequence[int | None] | None
_Result = tuple[str | None, _Type, _Shape] | None
_Args = Mapping[str, Any] | Sequence[tuple[str, Any]]
_Field = tuple[str, str, str | None, str | None, str | None, bool]

formats: tuple[str, ...]
version: str

class Error(Exception):
    status: str
    @property
    def message(self) -> str: ...

class UnsupportedError(Error, NotImplementedError): ...

@final
class Type:
    def __new__(cls, name: str) -> Type: ...
    @property
    def name(self) -> str: ...

class TensorInfo(NamedTuple):
    name: str
    dtype: str
    shape: tuple[int | None, ...]

@final
class Tensor(Buffer):
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> str: ...
    def __dlpack__(
        self,
        *,
        stream: None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any: ...
    def __dlpack_device__(self) -> tuple[int, int]: ...
    @property
    def texts(self) -> list[str] | None: ...
    def give(self, type: type, /) -> Any: ...

@final
class Session:
    def __new__(cls) -> Session: ...
    def import_file(
        self,
        path: _Path,
        format: str | None = None,
        *,
        shapes: dict[str, _Shape] = ...,
        fixed: dict[str, _Array] = ...,
        sequences: dict[str, int | None] = ...,
    ) -> Model: ...
    def import_memory(
        self,
        data: Buffer,
        format: str | None = None,
        *,
        shapes: dict[str, _Shape] = ...,
        fixed: dict[str, _Array] = ...,
        sequences: dict[str, int | None] = ...,
        directory: _Path | None = None,
    ) -> Model: ...

@final
class Model:
    @property
    def inputs(self) -> tuple[TensorInfo, ...]: ...
    @property
    def outputs(self) -> tuple[TensorInfo, ...]: ...
    @property
    def sequences(self) -> dict[str, int | str | None]: ...
    def compile(
        self,
        *,
        threads: int = 0,
        via_tosa: bool = False,
        cpu: str | None = None,
        cpu_features: str | None = None,
        cache_dir: _Path | None = None,
        profile: bool = False,
        precision: str = "f32",
    ) -> Program: ...
    def emit(
        self,
        stage: str = "ufront",
        weights: str = "elide",
        *,
        via_tosa: bool = False,
        cpu: str | None = None,
        cpu_features: str | None = None,
        precision: str = "f32",
    ) -> str: ...
    def write_weights(self, path: _Path, /) -> None: ...
    def write_object(
        self,
        path: _Path,
        name: str,
        *,
        via_tosa: bool = False,
        cpu: str | None = None,
        cpu_features: str | None = None,
        precision: str = "f32",
    ) -> None: ...

@final
class Program:
    @property
    def inputs(self) -> tuple[TensorInfo, ...]: ...
    @property
    def outputs(self) -> tuple[TensorInfo, ...]: ...
    @property
    def memory(self) -> int: ...
    def run(
        self,
        inputs: tuple[_Array | float, ...],
        out: _Array | Sequence[_Array | None] | None = None,
        /,
    ) -> tuple[Tensor | None, ...] | None: ...
    def set_profiling(self, profiling: int, /) -> None: ...
    def get_profile(self, /) -> dict[str, Any] | None: ...
    def write_profile(self, trace: bool, /) -> str: ...

@final
class Value(int): ...

@final
class Graph:
    def __new__(cls, frontend: str, session: Session | None = None) -> Graph: ...
    def add_input(self, name: str, type: _Type = None, shape: _Shape = None) -> Value: ...
    def add_parameter(self, name: str, tensor: _Array) -> Value: ...
    def add_node(
        self,
        op: str,
        name: str | None,
        source: str | None,
        args: _Args,
        outputs: Sequence[_Result],
    ) -> Value: ...
    def add_output(self, name: str, value: SupportsIndex) -> None: ...
    def add_model(
        self, model: Model, inputs: Sequence[SupportsIndex]
    ) -> tuple[Value, int, tuple[Value, ...]]: ...
    def get_value(self, value: SupportsIndex, /) -> TensorInfo | None: ...
    def get_text(self, value: SupportsIndex, /) -> str | None: ...
    def get_definition(self, value: SupportsIndex, /) -> dict[str, Any] | None: ...
    def create_model(self, outputs: list[tuple[str, SupportsIndex]]) -> Model: ...
    def finish(self) -> Model: ...

def describe(
    op: str, /
) -> tuple[str, tuple[_Field, ...], tuple[_Field, ...], tuple[_Field, ...]]: ...
def load(
    path: _Path, name: str, weights: _Path | None = None, threads: int = 0
) -> Program: ...
def operators(frontend: str, /) -> list[str]: ...
