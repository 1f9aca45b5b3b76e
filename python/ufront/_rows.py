"""Methods of Model, made from the op table."""

import inspect
import keyword
import re

from ufront import _ufront

# Rows that only make sense inside other ops, or that Model has another way to make.
_HIDDEN = {"constant", "param", "none", "yield", "sequence"}
_REGIONS = {"if", "loop", "scan"}
_INTS = re.compile(r"array<i64(?:: (.*))?>")


class Field:
    """An operand or an attribute."""

    def __init__(self, name, doc, kind, fallback, choices, optional):
        self.name = name
        self.doc = doc
        self.kind = kind
        self.choices = choices
        self.optional = optional
        self.default = _read(fallback)

    def describe(self):
        kind = self.kind.replace("int_list", "ints")
        if self.choices:
            kind = " or ".join(repr(choice) for choice in self.choices.split("|"))
        return f"{self.name} ({kind}): {self.doc}"


def _read(text):
    """The value of MLIR's text of an attribute."""
    if text is None:
        return None
    ints = _INTS.fullmatch(text)
    if ints:
        return [int(item) for item in ints[1].split(",")] if ints[1] else []
    if text in ("true", "false"):
        return text == "true"
    text = text.split(" : ")[0]
    if text.startswith('"'):
        return text.strip('"')
    try:
        return float(text) if re.search(r"[.e]", text) else int(text)
    except ValueError:
        return text  # a type


class Row:
    """An op of the table."""

    def __init__(self, name):
        self.name = name
        self.summary, operands, results, attributes = _ufront.describe(name)
        self.operands = [Field(*operand) for operand in operands]
        self.results = [Field(*result) for result in results]
        self.attributes = {field[0]: Field(*field) for field in attributes}

    def signature(self):
        """Operands, then attributes by name only. What can be given either way is
        one parameter."""
        kinds = inspect.Parameter
        names = [operand.name for operand in self.operands]
        parameters = [kinds("self", kinds.POSITIONAL_OR_KEYWORD)]
        for operand in self.operands:
            default = None if operand.optional else kinds.empty
            parameters.append(
                kinds(operand.name, kinds.POSITIONAL_OR_KEYWORD, default=default)
            )
        for name, field in self.attributes.items():
            if name not in names:
                default = field.default if field.optional else kinds.empty
                parameters.append(kinds(name, kinds.KEYWORD_ONLY, default=default))
        parameters.append(kinds("name", kinds.KEYWORD_ONLY, default=None))
        return inspect.Signature(parameters)

    def doc(self):
        fields = (*self.operands, *self.attributes.values())
        lines = (f"    {field.describe()}" for field in fields)
        return "\n".join([self.summary, "", *lines])

    def attribute(self, name, value):
        """`value` as the attribute wants it: one number stands for all of a list, half
        of one for both sides of each dimension."""
        field = self.attributes[name]
        if field.kind == "type":
            return value if isinstance(value, _ufront.Type) else _ufront.Type(value)
        if field.kind == "float" and isinstance(value, int):
            return float(value)
        if field.kind != "int_list":
            return value
        value = [value] if isinstance(value, int) else list(value)
        wanted = len(field.default or ())
        if wanted and len(value) and wanted % len(value) == 0:
            value *= wanted // len(value)
        return value


def _method(row):
    signature = row.signature()

    def method(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        given = bound.arguments
        return given.pop("self")._add(row.name, given.pop("name", None), given)

    method.__name__ = row.name
    method.__qualname__ = f"Model.{row.name}"
    method.__module__ = "ufront.model"
    method.__doc__ = row.doc()
    method.__signature__ = signature
    return method


def add_methods(cls):
    """Gives `cls` a method for each row that it, or what it inherits, lacks."""
    cls._rows = {
        name: Row(name)
        for name in _ufront.operators("ufront")
        if name not in _HIDDEN | _REGIONS
    }
    for name, row in cls._rows.items():
        if not hasattr(cls, name) and not keyword.iskeyword(name):
            setattr(cls, name, _method(row))
    return cls
