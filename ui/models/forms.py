"""Forms from structs: a field's type, default and limits are what its control shows. Pure."""

from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct
from msgspec import inspect as mi

FieldKind = Literal["bool", "int", "float", "choice", "text", "lines", "colour", "path"]


class Field(NamedTuple):
    """One control. `low`/`high` bound numbers, `choices` are words, `alpha` says a colour may be transparent."""

    name: str
    kind: FieldKind
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    length: int | None = None
    alpha: bool = False


def fields(struct: type[Struct], *, leave_out: frozenset[str] = frozenset()) -> tuple[Field, ...]:
    """The fields of a struct in their order. What no control can show (nested structs) is left out."""
    found = []
    info = mi.type_info(struct)
    assert isinstance(info, mi.StructType)
    for field in info.fields:
        default = "" if field.default is msgspec.NODEFAULT else field.default
        made = _field(field.encode_name, field.type, default)
        if made is not None and field.encode_name not in leave_out:
            found.append(made)
    return tuple(found)


def _field(name: str, kind: mi.Type, default: Any) -> Field | None:
    if isinstance(kind, mi.Metadata):
        return _field(name, kind.type, default)
    if isinstance(kind, mi.BoolType):
        return Field(name, "bool", default)
    if isinstance(kind, mi.IntType):
        return Field(name, "int", default, _bound(kind.ge, kind.gt), _bound(kind.le, kind.lt))
    if isinstance(kind, mi.FloatType):
        return Field(name, "float", default, _bound(kind.ge, kind.gt), _bound(kind.le, kind.lt))
    if isinstance(kind, mi.LiteralType):
        return Field(name, "choice", default, choices=tuple(str(value) for value in kind.values))
    if isinstance(kind, mi.StrType):
        return _words(name, kind, default)
    return None


def _words(name: str, kind: mi.StrType, default: Any) -> Field:
    if kind.pattern and kind.pattern.startswith("^#"):
        return Field(name, "colour", default, alpha="{2}" in kind.pattern)
    if name == "path":
        return Field(name, "path", default)
    length = kind.max_length
    return Field(name, "lines" if length is not None and length >= 1000 else "text", default, length=length)


def _bound(closed: float | None, opened: float | None) -> float | None:
    return closed if closed is not None else opened
